package access

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
)

// ErrSigner is that a public key stands for somebody on the node already, or has.
var ErrSigner = errors.New("this key stands for somebody on this node already, or has: make another for each agreement")

// SignerDigest is what to look up for a public key by which requests are signed, apart from the digests of keys.
func SignerDigest(key ed25519.PublicKey) KeyDigest {
	return sha256.Sum256(append([]byte("entente-request-signer-v1\x00"), key...))
}

// AddSigner lets a person's program come in by what it signs with a key of its own. A key stands for one credential of
// the node, for good; the error is ErrSigner if it does already. The answer is kept as IssueOnce keeps it.
func (d *Door) AddSigner(ctx context.Context, g Grant, key ed25519.PublicKey, answer func(Credential) (Answer, error)) (Credential, error) {
	digest := SignerDigest(key)
	if _, there, err := d.Store.FindCredential(ctx, digest); err != nil || there {
		return Credential{}, errors.Join(err, ErrSigner)
	}
	id, err := NewID(d.Rand, "cred_")
	if err != nil {
		return Credential{}, err
	}
	now := d.Now().UTC()
	c := Credential{ID: id, Kind: Signer, Digest: digest, Agreement: g.Agreement, Person: g.Person, Label: g.Label, Scope: g.Scope, Proven: g.Proven, Created: now, Expires: now.Add(g.Life)}
	a, err := answer(c)
	if err != nil {
		return Credential{}, fmt.Errorf("making the answer: %w", err)
	}
	if err := d.Store.KeepCredential(ctx, c, a); err != nil {
		return Credential{}, fmt.Errorf("keeping a signer: %w", err)
	}
	return c, nil
}
