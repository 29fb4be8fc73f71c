package node

import (
	"context"
	"errors"

	"entente/access"

	"golang.org/x/crypto/acme/autocert"
)

// A shelf keeps what an authority for certificates and the node have between them (the account, the
// certificates and all their private keys) where the node keeps its other keys, sealed.
type shelf struct {
	vault  access.Vault
	sealer *access.Sealer
}

func shelved(name string) string { return "acme/" + name }

// Get is what was put under a name, or autocert.ErrCacheMiss.
func (s shelf) Get(ctx context.Context, name string) ([]byte, error) {
	sealed, err := s.vault.SealedSecret(ctx, shelved(name))
	if errors.Is(err, access.ErrNoSecret) || err == nil && len(sealed) == 0 {
		return nil, autocert.ErrCacheMiss
	}
	if err != nil {
		return nil, err
	}
	opened, err := s.sealer.Open(shelved(name), string(sealed))
	return []byte(opened.Reveal()), err
}

// Put is durable when it returns.
func (s shelf) Put(ctx context.Context, name string, content []byte) error {
	sealed, err := s.sealer.Seal(shelved(name), access.NewSecret(string(content)))
	if err != nil {
		return err
	}
	return s.vault.KeepSecret(ctx, shelved(name), []byte(sealed))
}

// Delete leaves an empty place.
func (s shelf) Delete(ctx context.Context, name string) error {
	return s.vault.KeepSecret(ctx, shelved(name), []byte{})
}
