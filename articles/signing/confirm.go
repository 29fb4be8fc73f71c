package signing

import (
	"bytes"
	"crypto/sha256"
	"fmt"

	"entente/ledger/canonical"
	"entente/ledger/passkey"
)

// A Confirmation is how a person stands behind a statement with a passkey of their own: the device is
// asked to confirm the statement itself, whole, and says so with a key that it gives to nobody. So the
// node, which writes and carries the statement, cannot make it say anything else, nor say it again.
type Confirmation struct {
	Key     passkey.Key `json:"key"`     // the passkey's public half, a COSE key in base64
	Origin  string      `json:"origin"`  // the node's address, to which the passkey is bound
	Nonce   string      `json:"nonce"`   // drawn for this one statement
	Address string      `json:"address"` // from which the signer came: a salted digest, as the next
	Agent   string      `json:"agent"`   // what the signer's browser said it is
}

// challengeDomain keeps what a passkey confirms here apart from everything else that it is asked.
const challengeDomain = "entente-passkey-signature-v1\x00"

// challenge is what a passkey is asked to confirm: the SHA-256 of the domain and the statement's canonical
// bytes, which hold the manifest's digest and the nonce.
func challenge(statement []byte) []byte {
	sum := sha256.Sum256(append([]byte(challengeDomain), statement...))
	return sum[:]
}

// confirm has the passkey that the pen names confirm the statement.
func (s *SignedStatement) confirm(pen Pen, st Statement) error {
	if pen.Passkey == nil {
		return nil
	}
	a, err := pen.Confirmed(s.Statement, challenge(s.Statement))
	if err != nil {
		return err
	}
	s.Assertion = &a
	return s.holds(st)
}

// confirmedBy refuses a statement that names a passkey which did not confirm it, or with which the other
// party signed.
func (p Package) confirmedBy(s SignedStatement, st Statement) error {
	if st.Passkey == nil {
		if s.Assertion != nil {
			return fmt.Errorf("%w: its statement names no passkey", ErrSignature)
		}
		return nil
	}
	for _, other := range p.without(st.Party).Signatures {
		if o, err := other.read(); err == nil && o.Passkey != nil && bytes.Equal(o.Passkey.Key, st.Passkey.Key) {
			return fmt.Errorf("%w: both parties signed with one passkey", ErrWrongKey)
		}
	}
	return s.holds(st)
}

func (s SignedStatement) holds(st Statement) error {
	if s.Assertion == nil {
		return fmt.Errorf("%w: the passkey did not confirm it", ErrSignature)
	}
	if _, err := st.Passkey.Key.Verify(*s.Assertion, passkey.Site{Origin: st.Passkey.Origin}, challenge(s.Statement)); err != nil {
		return fmt.Errorf("%w: %w", ErrSignature, err)
	}
	return nil
}

// NonceOf is the nonce of the signature that a statement beside the ledger is of; empty if it has none. Nothing is verified.
func NonceOf(signed []byte) string {
	var s SignedStatement
	if canonical.Decode(signed, &s) != nil {
		return ""
	}
	st, err := s.read()
	switch {
	case err != nil:
		return ""
	case st.Passkey != nil:
		return st.Passkey.Nonce
	case st.Email != nil:
		return st.Email.Nonce
	}
	return ""
}

// Signer names the key that stands for the signer: the passkey, if they confirmed with one.
func (st Statement) Signer() string {
	if st.Passkey != nil {
		return st.Passkey.Key.String()
	}
	return st.Key.String()
}
