package node

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"entente/access"
	"entente/files"
	"entente/ledger/seal"
	"entente/witness"
)

// witnessKey names the node's key as a witness in its vault.
const witnessKey = "node/witness"

// wireWitness makes the node a witness of the logs that its operator names. Its key is made at the
// first start.
func (n *Node) wireWitness(ctx context.Context, s Settings) (*witness.Witness, error) {
	key, err := n.Notary.Keys.Key(ctx, witnessKey)
	if errors.Is(err, access.ErrNoSecret) {
		if key, err = seal.Generate(n.Notary.Rand); err == nil {
			err = n.Notary.Keys.KeepKey(ctx, witnessKey, key)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("opening the node's key as a witness: %w", err)
	}
	return &witness.Witness{Name: s.Name + "/witness", Key: key, Logs: s.Follow, Memory: files.Witnessed{Dir: filepath.Join(s.Dir, "witness")}, Now: s.Now}, nil
}
