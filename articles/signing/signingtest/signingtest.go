// Package signingtest is statements with which a party signs, in each form, and what somebody made of them
// afterwards, for tests of all that verify statements: whoever runs a node holds the key that signs them,
// and can sign again whatever they change.
package signingtest

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/signing"
	"entente/calendar"
	"entente/ledger"
	"entente/ledger/canonical"
	"entente/ledger/ledgertest"
	"entente/ledger/passkey"
	"entente/ledger/passkey/passkeytest"
	"entente/ledger/seal"
)

// A Case is a statement by which Party A signs a package, and whether it holds.
type Case struct {
	Name    string
	Package signing.Package // with the other party's signature, if it has one
	Signed  signing.SignedStatement
	Holds   bool
}

// Site is where people sign.
var Site = passkey.Site{Origin: "https://node.example:8443"}

var at = time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)

// Members are the members of a statement.
type Members = map[string]any

// A pad is what statements are written on.
type pad struct {
	t      testing.TB
	terms  articles.Agreement
	p      signing.Package
	device *passkeytest.Device // of the signatory of Party A
	key    seal.PrivateKey     // which the node holds for Party A
}

// Cases are statements as they were signed, and as somebody changed them.
func Cases(t testing.TB) []Case {
	t.Helper()
	a := draft.Example(calendar.Date{Year: 2026, Month: time.December, Day: 1})
	a.General.Signatures.Simple = true
	p := &pad{t: t, terms: a, p: bound(t, a), device: passkeytest.New(-7), key: ledgertest.Key("a node for Party A")}
	return slices.Concat(p.byKey(), p.byPasskey(), p.byCode(), p.byDelegate())
}

func bound(t testing.TB, a articles.Agreement) signing.Package {
	t.Helper()
	p, err := signing.Bind(a, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// pen is that of a party's signatory.
func (p *pad) pen(party agreement.Party, key seal.PrivateKey) signing.Pen {
	who := p.terms.Frame().Holders(party, agreement.Signatory)[0]
	return signing.Pen{Party: party, Name: who.Name, Title: who.Title, At: at, Custody: ledger.HeldByNode, Key: key, Ledger: "2 entries"}
}

func (p *pad) sign(pen signing.Pen) signing.SignedStatement {
	p.t.Helper()
	s, err := p.p.Sign(pen)
	if err != nil {
		p.t.Fatal(err)
	}
	return s
}

func (p *pad) confirmedBy(d *passkeytest.Device, pen signing.Pen) signing.SignedStatement {
	p.t.Helper()
	pen.Passkey = &signing.Confirmation{Key: d.Key(), Origin: Site.Origin, Nonce: "a nonce", Address: seal.Sum([]byte("address")).String(), Agent: seal.Sum([]byte("agent")).String()}
	pen.Confirmed = func(_, challenge []byte) (passkey.Assertion, error) { return d.Confirm(Site, challenge), nil }
	return p.sign(pen)
}

func (p *pad) mailed() signing.SignedStatement {
	p.t.Helper()
	return p.mailedBy(p.pen(agreement.A, p.key), string(p.terms.Frame().Holders(agreement.A, agreement.Signatory)[0].Email))
}

func (p *pad) mailedBy(pen signing.Pen, mailbox string) signing.SignedStatement {
	p.t.Helper()
	pen.Email = &signing.Emailed{Mailbox: mailbox, Sent: at, Consent: signing.Consent, Origin: Site.Origin,
		Nonce: "tick_1", Address: seal.Sum([]byte("address")).String(), Agent: seal.Sum([]byte("agent")).String()}
	return p.sign(pen)
}

// again is a statement with other members, signed again with the key that the node holds.
func (p *pad) again(s signing.SignedStatement, change func(m Members)) signing.SignedStatement {
	p.t.Helper()
	s = p.edited(s, change)
	s.Signature = base64.StdEncoding.EncodeToString(p.key.Sign(seal.SignatureDomain, s.Statement))
	return s
}

// edited is a statement with other members, under the signature that it had.
func (p *pad) edited(s signing.SignedStatement, change func(m Members)) signing.SignedStatement {
	p.t.Helper()
	var m Members
	if err := canonical.Decode(s.Statement, &m); err != nil {
		p.t.Fatal(err)
	}
	change(m)
	text, err := canonical.Marshal(m)
	if err != nil {
		p.t.Fatal(err)
	}
	s.Statement = text
	return s
}

// Challenge is what a passkey is asked to confirm a statement, as docs/signing.md says it.
func Challenge(statement []byte) []byte {
	sum := sha256.Sum256(append([]byte("entente-passkey-signature-v1\x00"), statement...))
	return sum[:]
}

func set(within, name string, value any) func(m Members) {
	return func(m Members) {
		if within != "" {
			m = m[within].(Members)
		}
		if m[name] = value; value == nil {
			delete(m, name)
		}
	}
}

// byKey are statements of form 2.
func (p *pad) byKey() []Case {
	s := p.sign(p.pen(agreement.A, p.key))
	cases := []Case{{"a key", p.p, s, true}}
	for name, change := range map[string]func(m Members){
		"a key, and a passkey that nobody asked": set("", "passkey", Members{}),
		"a key, and a code":                      set("", "email", Members{}),
		"a key, and a member that nobody knows":  set("", "also", "so"),
		"a key, and no PDF":                      set("", "pdf", nil),
		"a key, on another manifest":             set("", "manifest", seal.Sum(nil).String()),
		"a key that signs in an unknown form":    set("", "format", "entente-signature/0"),
	} {
		cases = append(cases, Case{name, p.p, p.again(s, change), false})
	}
	without := s
	without.PDFSignature = nil
	return append(cases, Case{"a key, and no signature in the PDF", p.p, without, false},
		Case{"a key, and another name under the old signature", p.p, p.edited(s, set("", "name", "Sara Voss")), false})
}
