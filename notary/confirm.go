package notary

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/signing"
	"entente/ledger/canonical"
	"entente/ledger/passkey"
)

// errAsked ends a signature where the passkey is to be asked.
var errAsked = errors.New("the passkey is asked")

// errUnconfirmed marks what the caller of SignConfirmed said against a confirmation.
var errUnconfirmed = errors.New("the statement was not confirmed")

// AskPasskey gives the statement that a person is to confirm with a passkey, and the challenge that stands
// for it. Nothing is kept: whoever brings the answer brings the statement too.
func (n *Notary) AskPasskey(ctx context.Context, o Order, manifest string, c signing.Confirmation) (statement, challenge []byte, err error) {
	p, pen, err := n.pen(ctx, o, manifest)
	if err != nil {
		return nil, nil, err
	}
	pen.Passkey, pen.Confirmed = &c, func(s, asked []byte) (passkey.Assertion, error) {
		statement, challenge = s, asked
		return passkey.Assertion{}, errAsked
	}
	if _, err := p.Sign(pen); !errors.Is(err, errAsked) {
		return nil, nil, agreement.Refuse("sign", agreement.SignatureBlock, "%v", err)
	}
	return statement, challenge, nil
}

// SignConfirmed signs a statement of AskPasskey that the person's passkey has confirmed. A statement that the
// node would not make of the same words now is refused: another text, another person, or a PDF to which the
// other party has added its signature since. confirmed is asked last, once the statement is known to be the
// one; what it says against it is returned.
func (n *Notary) SignConfirmed(ctx context.Context, o Order, manifest string, c signing.Confirmation, statement []byte, a passkey.Assertion, confirmed func(challenge []byte) error) (Receipt, error) {
	p, pen, err := n.pen(ctx, o, manifest)
	if err != nil {
		return Receipt{}, err
	}
	var st signing.Statement
	if err := canonical.Decode(statement, &st); err != nil {
		return Receipt{}, fmt.Errorf("reading the statement: %w", err)
	}
	if err := n.recent(st, o.Agreement, pen); err != nil {
		return Receipt{}, err
	}
	pen.At, pen.Ledger, pen.Passkey = st.Date, st.Ledger, &c
	pen.Confirmed = func(again, challenge []byte) (passkey.Assertion, error) {
		if !bytes.Equal(again, statement) {
			return passkey.Assertion{}, errors.New("what was confirmed is not what would be signed now; open the page again")
		}
		if err := confirmed(challenge); err != nil {
			return passkey.Assertion{}, fmt.Errorf("%w: %w", errUnconfirmed, err)
		}
		return a, nil
	}
	return n.signWith(ctx, o, p, pen)
}

// A Typed is what a person typed to sign by a code.
type Typed struct{ Name, Title string }

// SignMailed signs for a person who confirms by a code that was sent to their mailbox, with the party's key that the
// node holds: the statement says so. confirmed is asked last, when nothing else stands against the signature; what it
// says against it is returned.
func (n *Notary) SignMailed(ctx context.Context, o Order, manifest string, typed Typed, e signing.Emailed, confirmed func() error) (Receipt, error) {
	p, pen, err := n.pen(ctx, o, manifest)
	if err != nil {
		return Receipt{}, err
	}
	if plain(typed.Name) != plain(pen.Name) || plain(typed.Title) != plain(pen.Title) {
		return Receipt{}, agreement.Refuse("sign", agreement.SignatureBlock, "type your name and title as clause 7.1 has them: %s, %s", pen.Name, pen.Title)
	}
	if err := n.may(o, p, pen); err != nil {
		return Receipt{}, err
	}
	pen.Email = &e
	s, err := p.Sign(pen)
	if err != nil {
		return Receipt{}, agreement.Refuse("sign", agreement.SignatureBlock, "%v", err)
	}
	if err := confirmed(); err != nil {
		return Receipt{}, err
	}
	return n.Sign(ctx, o, n.stamped(ctx, s))
}

// may refuses what would be refused once it is signed, so that no code is spent on it.
func (n *Notary) may(o Order, p signing.Package, pen signing.Pen) error {
	view, err := n.Register.View(o.Agreement)
	if err != nil {
		return err
	}
	_, err = articles.Decide(view.State, o.Actor, agreement.Sign{Party: pen.Party, Manifest: p.Digest().String(), Signer: o.Actor.ID, Custody: string(pen.Custody)}, pen.At)
	return err
}

func plain(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// patience is how old a statement may be when it is confirmed.
const patience = 10 * time.Minute

// recent refuses a statement whose time or place in the ledger is not of just now: both came back from the
// signer's browser.
func (n *Notary) recent(st signing.Statement, id agreement.ID, now signing.Pen) error {
	var size, present int64
	_, err := fmt.Sscanf(st.Ledger, "%d", &size)
	if err == nil {
		_, err = fmt.Sscanf(now.Ledger, "%d", &present)
	}
	if err != nil || size > present || st.Ledger != n.position(size, id) || st.Date.After(now.At) || st.Date.Before(now.At.Add(-patience)) {
		return agreement.Refuse("sign", agreement.SignatureBlock, "the page was open for too long; open it again")
	}
	return nil
}
