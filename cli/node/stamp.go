package node

import (
	"context"

	"entente/articles/signing"
)

// stamper has the node's time-stamp authority stamp a signature. Where the authority does not answer, the signature stands
// without: who wants to sign now is not to wait until it does.
func stamper(s Settings) func(context.Context, signing.SignedStatement) signing.SignedStatement {
	if s.Stamps == nil {
		return nil
	}
	return func(ctx context.Context, signed signing.SignedStatement) signing.SignedStatement {
		stamped, err := s.Stamps.Stamp(ctx, signed)
		if err != nil {
			s.Log.Warn("a signature has no time stamp", "error", err)
			return signed
		}
		return stamped
	}
}
