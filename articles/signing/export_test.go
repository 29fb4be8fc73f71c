package signing

import (
	"encoding/base64"

	"entente/ledger/seal"
)

// Holds reads a statement and verifies by what it confirms it, apart from any package.
func Holds(s SignedStatement) (Statement, error) {
	st, err := s.read()
	if err != nil {
		return st, err
	}
	if st.Passkey != nil {
		return st, s.holds(st)
	}
	sig, err := base64.StdEncoding.DecodeString(s.Signature)
	if err == nil && !st.Key.Verify(seal.SignatureDomain, s.Statement, sig) {
		err = ErrSignature
	}
	return st, err
}
