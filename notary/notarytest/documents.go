package notarytest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"entente/ledger/seal"
)

// Documents keeps documents in memory. The zero value is ready.
type Documents struct {
	mu   sync.Mutex
	kept map[seal.Digest][]byte
}

// Keep stores a document; see notary.Documents.
func (d *Documents) Keep(ctx context.Context, b []byte) (seal.Digest, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	digest := seal.Sum(b)
	if err := ctx.Err(); err != nil {
		return digest, err
	}
	if d.kept == nil {
		d.kept = map[seal.Digest][]byte{}
	}
	d.kept[digest] = slices.Clone(b)
	return digest, nil
}

// Document returns a document; see articles.Library.
func (d *Documents) Document(digest string) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	parsed, err := seal.ParseDigest(digest)
	if err != nil {
		return nil, err
	}
	b, ok := d.kept[parsed]
	if !ok {
		return nil, fmt.Errorf("the document %s was never kept", digest)
	}
	return slices.Clone(b), nil
}

// Keys keeps signing keys in memory, in the clear. It is strict: no key takes the place of another,
// and no key has two names. The zero value is ready.
type Keys struct {
	mu   sync.Mutex
	kept map[string]seal.PrivateKey
}

// Key returns a key by name; see notary.Keys.
func (k *Keys) Key(ctx context.Context, name string) (seal.PrivateKey, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	key, ok := k.kept[name]
	if !ok {
		return key, fmt.Errorf("there is no key %s", name)
	}
	return key, ctx.Err()
}

// KeepKey stores a new key; see notary.Keys.
func (k *Keys) KeepKey(ctx context.Context, name string, key seal.PrivateKey) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	if name == "" {
		return errors.New("a key without a name")
	}
	for other, kept := range k.kept {
		if other == name || kept.Public() == key.Public() {
			return fmt.Errorf("the key %s is %s, which is kept already", name, other)
		}
	}
	if k.kept == nil {
		k.kept = map[string]seal.PrivateKey{}
	}
	k.kept[name] = key
	return nil
}
