package account

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"entente/access"
	"entente/agreement"
	"entente/ledger/passkey"
)

// signing is the purpose of a question: nobody signs for someone else, and nothing but this version.
func signing(c access.Caller, manifest string) string {
	return "sign/" + string(c.Agreement) + "/" + c.Actor.ID + "/" + manifest
}

// AskToSign draws the nonce of a statement that the caller is to confirm. It counts once, for ten minutes.
func (b *Book) AskToSign(c access.Caller, manifest string) (nonce string, err error) {
	if !b.HasPasskeys() {
		return "", ErrNoPasskeys
	}
	q, err := b.Ask(signing(c, manifest))
	return q.Text, err
}

// MayConfirm refuses a nonce that was not drawn for the caller and the version, or counts no more, and
// finds the caller's passkey.
func (b *Book) MayConfirm(ctx context.Context, c access.Caller, manifest, nonce string, credential []byte) (Passkey, error) {
	if _, _, err := b.answered(signing(c, manifest), nonce); err != nil {
		return Passkey{}, err
	}
	k, found, err := b.Passkeys.FindPasskey(ctx, credential)
	if err == nil && (!found || k.Agreement != c.Agreement || k.Person != c.Actor.ID) {
		err = ErrPasskey
	}
	return k, err
}

// Confirm spends the nonce and notes that the passkey was used; the challenge is of the statement that holds
// the nonce. A device that counts backwards is access.ErrNoEntry.
func (b *Book) Confirm(ctx context.Context, c access.Caller, manifest, nonce string, k Passkey, a passkey.Assertion, challenge []byte) error {
	q, until, err := b.answered(signing(c, manifest), nonce)
	if err != nil {
		return err
	}
	if err := b.confirmed(ctx, &k, a, challenge); err != nil {
		return err
	}
	return b.spend(ctx, q, until)
}

// A Trace is where a signer came from. The statement holds salted digests of it; the values stand sealed
// beside the ledger and can be erased.
type Trace struct {
	Address string `json:"address"`
	Agent   string `json:"agent"`
}

// Salted are the digests that stand in the statement with the nonce: SHA-256 over
// "entente-trace-v1", a zero byte, the salt, a zero byte and the value, in hexadecimal. The salt is the node's alone.
func (b *Book) Salted(nonce string, t Trace) (address, agent string) {
	digest := func(what, value string) string {
		sum := sha256.Sum256([]byte("entente-trace-v1\x00" + b.salt(nonce, what) + "\x00" + value))
		return "sha256:" + hex.EncodeToString(sum[:])
	}
	return digest("address", t.Address), digest("agent", t.Agent)
}

func (b *Book) salt(nonce, what string) string { return b.Sealer.Tag("trace/"+what, nonce) }

// KeepTrace keeps, sealed, where the caller came from when they signed the statement with the nonce, with the salts. It is
// the caller's own, and goes when they are erased.
func (b *Book) KeepTrace(ctx context.Context, c access.Caller, nonce string, t Trace) error {
	var text bytes.Buffer
	if err := json.NewEncoder(&text).Encode(map[string]string{"address": t.Address, "agent": t.Agent, "address_salt": b.salt(nonce, "address"), "agent_salt": b.salt(nonce, "agent")}); err != nil {
		return fmt.Errorf("writing where a signer came from: %w", err)
	}
	return b.keepTrace(ctx, traceOf(nonce, c.Agreement, c.Actor.ID), access.NewSecret(text.String()))
}

func (b *Book) keepTrace(ctx context.Context, name string, text access.Secret) error {
	sealed, err := b.Sealer.Seal(name, text)
	if err != nil {
		return err
	}
	return b.Vault.KeepSecret(ctx, name, []byte(sealed))
}

// traceOf names a trace so that it is found by whose it is.
func traceOf(nonce string, id agreement.ID, person string) string {
	return LooseTrace(nonce) + "/" + string(id) + "/" + person
}

// LooseTrace is the name under which earlier releases kept a trace: nothing in it says whose it is.
func LooseTrace(nonce string) string { return "trace/" + nonce }

// OwnTrace keeps a loose trace as its signer's own; the loose one can then be forgotten.
func (b *Book) OwnTrace(ctx context.Context, nonce string, id agreement.ID, person string) error {
	sealed, err := b.Vault.SealedSecret(ctx, LooseTrace(nonce))
	if err != nil {
		return err
	}
	text, err := b.Sealer.Open(LooseTrace(nonce), string(sealed))
	if err != nil {
		return fmt.Errorf("opening where a signer came from: %w", err)
	}
	return b.keepTrace(ctx, traceOf(nonce, id, person), text)
}
