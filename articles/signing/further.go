package signing

import (
	"fmt"
	"strings"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/ledger"
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

// A Delegated is in whose place a person signs.
type Delegated struct {
	Name  string `json:"name"`  // of the signatory
	Title string `json:"title"` // of the signatory
	Entry int64  `json:"entry"` // of the ledger, by which the signatory let the person sign
}

// named refuses a person whom clause 7.1 does not name as signatory, word for word, and a delegate whom it does not
// name, or whose signatory it does not.
func named(a *articles.Agreement, party agreement.Party, name, title string, by *Delegated) error {
	if by != nil {
		if _, ok := personOf(a, party, name, title); !ok {
			return fmt.Errorf("clause 7.1 names nobody of %s as %q, %q: who signs in another's place stands there too", party.Label(), name, title)
		}
		name, title = by.Name, by.Title
	}
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
	further := st.Email != nil || st.Delegated != nil
	byPasskey := st.Passkey != nil && st.Custody == ledger.HeldByPerson
	byCode := st.Email != nil && st.Passkey == nil && st.Custody == ledger.HeldByNode
	ok := false
	switch st.Format {
	case firstStatement:
		ok = st.DocumentKey == "" && st.PDF == nil && st.Ledger == "" && st.Passkey == nil && !further
	case statementForm:
		ok = inPDF && st.Passkey == nil && !further
	case confirmedForm:
		ok = inPDF && byPasskey && !further
	case furtherForm:
		ok = inPDF && further && (st.Passkey == nil || byPasskey) && (st.Email == nil || byCode)
	default:
		return fmt.Errorf("the statement's format is %q, not %q", st.Format, statementForm)
	}
	if !ok {
		return fmt.Errorf("a statement of the format %s lacks what belongs to it, or has more", st.Format)
	}
	return nil
}

// further holds what a statement of form 4 says of a code and a delegate to the terms that are signed.
func (st Statement) further(a *articles.Agreement) error {
	if st.Format != furtherForm {
		return nil
	}
	if err := named(a, st.Party, st.Name, st.Title, st.Delegated); err != nil {
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

// signedBy says in words who signed, how, and in whose place.
func (st Statement) signedBy() string {
	who := fmt.Sprintf("%s, %s,", st.Name, st.Title)
	if st.Delegated != nil {
		who += fmt.Sprintf(" for %s, %s, who let them sign by entry %d of the ledger,", st.Delegated.Name, st.Delegated.Title, st.Delegated.Entry)
	}
	why := fmt.Sprintf("%s signed on %s with key %s", who, st.Date.UTC().Format("2 January 2006 15:04 MST"), st.Signer())
	switch {
	case st.Passkey != nil:
		why += fmt.Sprintf(", by which their device confirmed this statement at %s", st.Passkey.Origin)
	case st.Email != nil:
		why += fmt.Sprintf(", which the node holds: a simple electronic signature. The node says that a code that it sent to %s came back, and that the signer agreed; that it was this person rests on the node's word, and on who reads that mailbox", st.Email.Mailbox)
	}
	if st.Delegated != nil {
		why += ". The ledger shows whether the entry lets them sign; this statement only names it"
	}
	return why + "."
}
