package signing

import (
	"fmt"
	"strings"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/ledger"
	"entente/ledger/seal"
)

// An Emailed is how a person stands behind a statement by a code that was sent to their mailbox and came back: a
// simple electronic signature. The node sent the code, compared it, and signs what the person said with a key of
// its own; so this says no more than whoever runs the node says, and whoever reads the mailbox.
type Emailed struct {
	Mailbox string    `json:"mailbox"` // to which the code was sent: the address that the agreement names for the signer
	Sent    time.Time `json:"sent"`    // when the code was asked for
	Consent string    `json:"consent"` // what the signer agreed to
	Origin  string    `json:"origin"`  // the node's address, if it has one
	Nonce   string    `json:"nonce"`   // drawn for this one code; the letter gives it as its reference
	Address string    `json:"address"` // from which the signer came: a salted digest, as the next
	Agent   string    `json:"agent"`   // what the signer's browser or program said it is
}

// Consent is what everyone who signs by a code agrees to.
const Consent = "I agree to sign this Agreement electronically. The code that was sent to my e-mail address stands for my signature by hand. I have read the version that I sign, and can keep a copy of it."

// named refuses a person whom clause 7.1 does not name as signatory, word for word.
func named(a *articles.Agreement, party agreement.Party, name, title string) error {
	var all []string
	for _, who := range a.Frame().Holders(party, agreement.Signatory) {
		if who.Name == name && who.Title == title {
			return nil
		}
		all = append(all, who.Name+", "+who.Title)
	}
	return fmt.Errorf("clause 7.1 names as signatory of %s: %s; not %q, %q", party.Label(), strings.Join(all, "; "), name, title)
}

func personOf(a *articles.Agreement, party agreement.Party, name, title string) (agreement.Person, bool) {
	for _, who := range a.Frame().People {
		if who.Party == party && who.Name == name && who.Title == title {
			return who, true
		}
	}
	return agreement.Person{}, false
}

// check refuses a statement of a form that nobody ever wrote.
func (st Statement) check() error {
	inPDF := st.DocumentKey != "" && st.PDF != nil
	alone := st.Passkey == nil && st.Email == nil
	byPasskey := st.Passkey != nil && st.Passkey.Nonce != "" && st.Custody == ledger.HeldByPerson
	byCode := st.Email != nil && st.Passkey == nil && st.Custody == ledger.HeldByNode
	ok := false
	switch st.Format {
	case firstStatement:
		ok = st.DocumentKey == "" && st.PDF == nil && st.Ledger == "" && alone
	case statementForm:
		ok = inPDF && alone
	case confirmedForm:
		ok = inPDF && byPasskey && st.Email == nil
	case furtherForm:
		ok = inPDF && byCode
	case delegatedForm:
		ok = inPDF && st.Delegated.whole() && (alone || byCode || byPasskey && st.Email == nil)
	default:
		return fmt.Errorf("the statement's format is %q, not %q", st.Format, statementForm)
	}
	if !ok || st.Delegated != nil && st.Format != delegatedForm {
		return fmt.Errorf("a statement of the format %s lacks what belongs to it, or has more", st.Format)
	}
	return st.traced()
}

// traced refuses a statement that names in the open, or not at all, from where the signer came.
func (st Statement) traced() error {
	var from []string
	switch {
	case st.Passkey != nil:
		from = []string{st.Passkey.Address, st.Passkey.Agent}
	case st.Email != nil:
		from = []string{st.Email.Address, st.Email.Agent}
	}
	for _, text := range from {
		if _, err := seal.ParseDigest(text); err != nil {
			return fmt.Errorf("from where the signer came: %w", err)
		}
	}
	return nil
}

// further holds what a statement since form 4 says of a code, and of for whom it is, to the terms that are signed.
func (st Statement) further(a *articles.Agreement) error {
	if st.Format != furtherForm && st.Format != delegatedForm {
		return nil
	}
	if err := signer(a, st.Party, st.Name, st.Title, st.Delegated); err != nil {
		return fmt.Errorf("%w: %w", ErrSigner, err)
	}
	if st.Email == nil {
		return nil
	}
	who, _ := personOf(a, st.Party, st.Name, st.Title)
	switch {
	case !a.General.Signatures.Simple:
		return fmt.Errorf("%w: the version allows no simple electronic signatures (general.signatures.simple)", ErrSigner)
	case st.Email.Consent == "" || st.Email.Nonce == "":
		return fmt.Errorf("%w: the signer agreed to nothing, or by no letter", ErrSigner)
	case who.Email == "" || string(who.Email) != st.Email.Mailbox:
		return fmt.Errorf("%w: the code was sent to %s, and clause 7.1 names another address for %s", ErrSigner, st.Email.Mailbox, st.Name)
	}
	return nil
}

// A Delegated says for whom somebody signs, and by which entry of the ledger they let them.
type Delegated struct {
	By         string `json:"by"`    // the signatory's name
	Title      string `json:"title"` // and title
	Delegation string `json:"delegation"`
	Entry      int64  `json:"entry"`
}

func (d *Delegated) whole() bool {
	return d != nil && d.By != "" && d.Title != "" && d.Delegation != "" && d.Entry > 0
}

func (d *Delegated) String() string {
	return fmt.Sprintf("%s, %s, who delegated it by entry %d of the ledger", d.By, d.Title, d.Entry)
}

// signer refuses whoever is no signatory and signs for none of the party, word for word.
func signer(a *articles.Agreement, party agreement.Party, name, title string, of *Delegated) error {
	if of == nil {
		return named(a, party, name, title)
	}
	if _, known := personOf(a, party, name, title); !known {
		return fmt.Errorf("clause 7.1 names no %q, %q, of %s", name, title, party.Label())
	}
	return named(a, party, of.By, of.Title)
}

// signedBy says in words who signed, and how.
func (st Statement) signedBy() string {
	why := fmt.Sprintf("%s, %s, signed on %s with key %s", st.Name, st.Title, st.Date.UTC().Format("2 January 2006 15:04 MST"), st.Signer())
	if st.Delegated != nil {
		why += ", for " + st.Delegated.String()
	}
	switch {
	case st.Passkey == nil && st.Email == nil:
		why += ", which was in the hands of " + st.Custody.Hands()
	case st.Passkey != nil:
		why += fmt.Sprintf(", by which their device confirmed this statement at %s", st.Passkey.Origin)
	case st.Email != nil:
		why += fmt.Sprintf(", which the node holds: a simple electronic signature. The node says that a code that it sent to %s came back, and that the signer agreed; that it was this person rests on the node's word, and on who reads that mailbox", st.Email.Mailbox)
	}
	return why + "."
}
