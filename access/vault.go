package access

import (
	"context"
	"fmt"

	"entente/ledger/seal"
)

// SealedKeys keeps signing keys in a vault, sealed.
type SealedKeys struct {
	Vault  Vault
	Sealer *Sealer
}

// Key opens the key with a name such as "agr_…/a/entries".
func (s SealedKeys) Key(ctx context.Context, name string) (seal.PrivateKey, error) {
	sealed, err := s.Vault.SealedSecret(ctx, "key/"+name)
	if err != nil {
		return seal.PrivateKey{}, fmt.Errorf("fetching key %s: %w", name, err)
	}
	seed, err := s.Sealer.Open("key/"+name, string(sealed))
	if err != nil {
		return seal.PrivateKey{}, err
	}
	return seal.PrivateKeyFromSeed(seed.Reveal())
}

// KeepKey seals and stores a key durably.
func (s SealedKeys) KeepKey(ctx context.Context, name string, k seal.PrivateKey) error {
	sealed, err := s.Sealer.Seal("key/"+name, NewSecret(k.RevealSeed()))
	if err != nil {
		return err
	}
	return s.Vault.KeepSecret(ctx, "key/"+name, []byte(sealed))
}
