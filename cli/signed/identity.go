package signed

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"entente/files"
	"entente/ledger"
	"entente/ledger/canonical"
	"entente/ledger/seal"
)

// An identity is a signing key in the hands of a person or a party, as it is kept in a file.
type identity struct {
	Format string         `json:"format"`
	Key    seal.PublicKey `json:"key"`
	Seed   string         `json:"seed"`
	Held   ledger.Custody `json:"custody"`
}

const identityForm = "entente-identity/1"

// NewIdentity makes a key, writes it to a file for its owner alone and returns its public half. A
// file that is there is never overwritten.
func NewIdentity(name string, held ledger.Custody) (seal.PublicKey, error) {
	if _, err := os.Stat(name); !errors.Is(err, os.ErrNotExist) {
		return seal.PublicKey{}, fmt.Errorf("%s is there already: a key is never overwritten; choose another name with -o", name)
	}
	k, err := seal.Generate(rand.Reader)
	if err != nil {
		return seal.PublicKey{}, err
	}
	b, err := json.MarshalIndent(identity{identityForm, k.Public(), k.RevealSeed(), held}, "", "  ")
	if err != nil {
		return seal.PublicKey{}, err
	}
	return k.Public(), files.WriteFile(name, append(b, '\n'), 0o600)
}

// ReadIdentity reads a key file, and says in whose custody the key is.
func ReadIdentity(name string) (seal.PrivateKey, ledger.Custody, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return seal.PrivateKey{}, "", fmt.Errorf("reading the identity: %w (make one with `entente identity new`)", err)
	}
	var id identity
	if err := canonical.Decode(b, &id); err != nil || id.Format != identityForm {
		return seal.PrivateKey{}, "", fmt.Errorf("%s is not an identity file", name)
	}
	k, err := seal.PrivateKeyFromSeed(id.Seed)
	if err != nil || k.Public() != id.Key {
		return seal.PrivateKey{}, "", fmt.Errorf("%s is damaged: its key does not match", name)
	}
	return k, id.Held, nil
}
