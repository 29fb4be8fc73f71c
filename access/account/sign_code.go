package account

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"entente/access"
	"entente/mail"
	"entente/mail/paper"
)

// ErrNoAddress means that the agreement has no e-mail address of the caller.
var ErrNoAddress = errors.New("the agreement names no e-mail address for you")

// A Text is the version that a person signs by a code, as the letter names it.
type Text struct {
	Number   string // of the partnership
	Version  int
	Manifest string
	For      string // the party's name
}

// A Mailed is a code that was sent to a signer.
type Mailed struct {
	Ticket  string // with which alone the code counts
	Nonce   string // names the letter: its reference
	Mailbox string
	Sent    time.Time
	Until   time.Time // from when the code counts no more
}

// MailToSign sends the caller a code by which they sign a version, to the address that the caller's own party stands
// by. The error is ErrNoMail, ErrNoAddress or ErrTooOften.
func (b *Book) MailToSign(ctx context.Context, c access.Caller, text Text, from netip.Addr) (Mailed, error) {
	if !b.HasMail() {
		return Mailed{}, ErrNoMail
	}
	v, err := b.Door.Register.View(c.Agreement)
	if err != nil {
		return Mailed{}, err
	}
	person, known := access.Person(v, v.State.Members[c.Actor.ID])
	if !known || person.Email == "" {
		return Mailed{}, ErrNoAddress
	}
	t, sealed, err := b.ask(ctx, signing(c, text.Manifest), string(person.Email), from)
	if err != nil {
		return Mailed{}, err
	}
	letter := mail.Letter{To: t.Address, Subject: fmt.Sprintf("Your code to sign version %d of %s", text.Version, text.Number)}
	sheet := paper.Paper{Title: letter.Subject, To: person.Name, Blocks: []paper.Block{
		{Text: fmt.Sprintf("With this code you sign version %d of the agreement %s for %s.", text.Version, text.Number, text.For), Code: b.spelled(t)},
		{Text: "What you sign:", Code: text.Manifest},
		{Text: "Reference:", Code: t.ID},
		{Text: "The code counts once, for ten minutes, on the page or in the program that asked for it. Whoever types it there signs as you: pass it on to nobody. If it was not you who asked, do not use it, and tell whoever runs the node."},
		{Text: "Keep this letter; its reference stands in your signature."},
	}}
	if err := b.postCode(ctx, t, letter, sheet); err != nil {
		return Mailed{}, err
	}
	return mailed(t, sealed), nil
}

func mailed(t ticket, sealed string) Mailed {
	return Mailed{sealed, t.ID, t.Address, t.Until.Add(-codeLife), t.Until}
}

// MailedTo is the code that a ticket stands for, if it was sent to the caller to sign this version and counts
// still; else ErrCode. It does not say whether anybody has the code.
func (b *Book) MailedTo(c access.Caller, manifest, ticket string) (Mailed, error) {
	t, ok := b.open(signing(c, manifest), ticket)
	if !ok {
		return Mailed{}, ErrCode
	}
	return mailed(t, ticket), nil
}

// ConfirmMailed takes the code with which the caller signs a version. It counts once. The error is ErrCode,
// whatever is wrong, or ErrTooOften.
func (b *Book) ConfirmMailed(ctx context.Context, c access.Caller, manifest, ticket, code string, from netip.Addr) error {
	_, err := b.redeem(ctx, signing(c, manifest), ticket, code, from)
	return err
}
