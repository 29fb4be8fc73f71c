// Package signing is the version of an agreement that both parties sign: its terms, its wording and
// its attachments, fixed by one manifest. What was signed can be verified without a server and
// without the release that made it.
package signing

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/document"
	"entente/document/pades"
	"entente/ledger"
	"entente/ledger/canonical"
	"entente/ledger/passkey"
	"entente/ledger/seal"
)

// The forms of what is signed.
const (
	firstManifest  = "entente-manifest/1" // without a PDF
	manifestForm   = "entente-manifest/2"
	firstStatement = "entente-signature/1" // without a signature in the PDF
	statementForm  = "entente-signature/2"
	confirmedForm  = "entente-signature/3" // confirmed with a passkey
	furtherForm    = "entente-signature/4" // confirmed by a code sent by e-mail
	delegatedForm  = "entente-signature/5" // by whom a signatory let sign, by any of these ways
	firstPackage   = "entente-signed/1"    // without a PDF
	packageForm    = "entente-signed/2"
)

// A Manifest is what both parties sign: digests of everything that binds. Its bytes are canonical
// JSON (RFC 8785), so the digest of a manifest is one digest.
type Manifest struct {
	Format      string          `json:"format"`
	Number      string          `json:"number"`          // the partnership's own number
	Edition     string          `json:"edition"`         // of the file and the template
	Terms       seal.Digest     `json:"terms"`           // of the terms in canonical JSON, defaults written out
	Wording     seal.Digest     `json:"wording"`         // of the document model in canonical JSON
	Markdown    seal.Digest     `json:"markdown"`        // of the wording as Markdown
	Template    seal.Digest     `json:"template"`        // of the release of the template that worded it
	Attachments []AttachmentRef `json:"attachments"`     // in the order of the front page
	Previous    *seal.Digest    `json:"previous"`        // the manifest of the version before; null for the first
	PDF         *seal.Digest    `json:"pdf,omitempty"`   // of the wording as PDF, before any signature in it; since form 2
	Press       string          `json:"press,omitempty"` // how the PDF was set; since form 2
}

// check refuses a form of manifest that nobody ever wrote.
func (m Manifest) check() error {
	printed := m.PDF != nil && m.Press != ""
	switch {
	case m.Format == firstManifest && m.PDF == nil && m.Press == "", m.Format == manifestForm && printed:
		return nil
	case m.Format == firstManifest || m.Format == manifestForm:
		return fmt.Errorf("a manifest of the format %s names a PDF and how it was set: %t", m.Format, printed)
	}
	return fmt.Errorf("the manifest's format is %q, which this release does not know", m.Format)
}

// An AttachmentRef is an attachment in a manifest.
type AttachmentRef struct {
	Name   string      `json:"name"`
	Digest seal.Digest `json:"digest"`
}

// A Statement is what one party says when it signs a manifest.
type Statement struct {
	Format    string          `json:"format"`
	Manifest  seal.Digest     `json:"manifest"`
	Party     agreement.Party `json:"party"`
	Name      string          `json:"name"`
	Title     string          `json:"title"`
	Authority string          `json:"authority"` // the words of clause 9.1 that the signer confirms
	Date      time.Time       `json:"date"`      // whole seconds, UTC
	Key       seal.PublicKey  `json:"key"`
	Custody   ledger.Custody  `json:"custody"`
	// Since form 2:
	DocumentKey string       `json:"document_key,omitempty"` // that signs the PDF for the same person: p256:…
	PDF         *seal.Digest `json:"pdf,omitempty"`          // of the file that its signature in the PDF is added to
	Ledger      string       `json:"ledger,omitempty"`       // how far the ledger was that the signer knew
	// Of form 3: the key above is the node's, for the party, and carries what the person has confirmed.
	Passkey *Confirmation `json:"passkey,omitempty"`
	// Of form 4: the key above is the node's, for the party.
	Email *Emailed `json:"email,omitempty"`
	// Of form 5, which may have what is of form 3 or 4: for whom it is signed.
	Delegated *Delegated `json:"delegated,omitempty"`
}

// Authority is what everyone who signs confirms.
const Authority = "I am authorised to sign this Agreement for the party that I name."

// A SignedStatement is a statement and the signature of its canonical bytes.
type SignedStatement struct {
	Statement json.RawMessage `json:"statement"`
	Signature string          `json:"signature"` // Ed25519 in base64, domain entente-signature-v1
	// Assertion is how the signer's passkey confirmed the statement, whole; see Confirmation.
	Assertion *passkey.Assertion `json:"assertion,omitempty"`
	// PDFSignature is the signature in the PDF: CMS by the statement's document key, as PAdES has it.
	PDFSignature []byte `json:"pdf_signature,omitempty"`
}

// A Pen is who signs, and how.
type Pen struct {
	Party       agreement.Party
	Name, Title string
	At          time.Time
	Custody     ledger.Custody
	Key         seal.PrivateKey
	Ledger      string // how far the ledger is, if the signer knows one

	Delegated *Delegated                                                   // for whom the signer signs; nil for themselves
	Email     *Emailed                                                     // the code by which the signer confirms; nil if they do not
	Passkey   *Confirmation                                                // with whose passkey the signer confirms; nil if they do not
	Confirmed func(statement, challenge []byte) (passkey.Assertion, error) // what the passkey said of the statement
}

// A Package is a version of an agreement with everything that its manifest stands for and the
// signatures given so far. It is what travels beside the agreement file.
type Package struct {
	Format     string            `json:"format"`
	Manifest   json.RawMessage   `json:"manifest"`
	Terms      json.RawMessage   `json:"terms"`
	Wording    json.RawMessage   `json:"wording"`
	Markdown   string            `json:"markdown"`
	PDF        []byte            `json:"pdf,omitempty"` // in base64; since form 2
	Signatures []SignedStatement `json:"signatures"`
}

// Parse reads a package strictly. It does not verify anything; see Verify.
func Parse(b []byte) (Package, error) {
	var p Package
	b, err := canonical.JSON(b) // whoever formatted it anew changed nothing
	if err != nil {
		return Package{}, fmt.Errorf("reading the signed package: %w", err)
	}
	if err := canonical.Decode(b, &p); err != nil {
		return Package{}, fmt.Errorf("reading the signed package: %w", err)
	}
	if p.Format != packageForm && p.Format != firstPackage {
		return Package{}, fmt.Errorf("this is no signed package: its format is %q, not %q", p.Format, packageForm)
	}
	return p, nil
}

// Bytes is the package as it is stored.
func (p Package) Bytes() ([]byte, error) { return canonical.Marshal(p) }

// Digest is the manifest's digest: what is signed.
func (p Package) Digest() seal.Digest { return seal.Sum(p.Manifest) }

// Read are the manifest's members.
func (p Package) Read() (Manifest, error) {
	var m Manifest
	if err := canonical.Decode(p.Manifest, &m); err != nil {
		return m, err
	}
	return m, m.check()
}

// Agreement is the terms that were bound.
func (p Package) Agreement() (*articles.Agreement, error) { return articles.ParseTerms(p.Terms) }

// Document is the wording that was bound.
func (p Package) Document() (document.Document, error) {
	var d document.Document
	err := canonical.Decode(p.Wording, &d)
	return d, err
}

// Errors of signing and verifying, each with a message of its own.
var (
	ErrAltered      = errors.New("a byte has changed since it was signed")
	ErrOtherVersion = errors.New("the signature is for another version of the agreement")
	ErrWrongKey     = errors.New("the key is not the one that the agreement names for the party")
	ErrSignature    = errors.New("the signature does not verify")
	ErrSigner       = errors.New("the agreement does not let this person sign so")
)

// Sign gives one party's statement on the package. The agreement may name the party's key; then no
// other key will do.
func (p Package) Sign(pen Pen) (SignedStatement, error) {
	a, err := p.Agreement()
	if err != nil {
		return SignedStatement{}, err
	}
	key := pen.Key.Public()
	if want := a.Parties.Of(pen.Party).SigningKey; want != "" && want != key.String() {
		return SignedStatement{}, fmt.Errorf("%w: parties.%s.signing_key is %s, this key is %s", ErrWrongKey, pen.Party, want, key)
	}
	if err := signer(a, pen.Party, pen.Name, pen.Title, pen.Delegated); err != nil {
		return SignedStatement{}, err
	}
	if p.otherSigned(pen.Party, key) {
		return SignedStatement{}, fmt.Errorf("%w: %s has signed with this key; each party signs with its own", ErrWrongKey, pen.Party.Other().Label())
	}
	st := Statement{Format: firstStatement, Manifest: p.Digest(), Party: pen.Party, Name: pen.Name, Title: pen.Title, Authority: Authority,
		Date: pen.At.UTC().Truncate(time.Second), Key: key, Custody: pen.Custody}
	if p.PDF == nil && (pen.Passkey != nil || pen.Email != nil || pen.Delegated != nil) {
		return SignedStatement{}, fmt.Errorf("%w: with a passkey, by a code or for another only what has a PDF is signed", ErrNoPDF)
	}
	if p.PDF == nil {
		return st.signed(pen.Key)
	}
	file, _, err := p.without(pen.Party).SignedPDF()
	if err != nil {
		return SignedStatement{}, err
	}
	documents, err := pen.Key.DocumentKey()
	if err != nil {
		return SignedStatement{}, err
	}
	added := seal.Sum(file)
	st.Format, st.PDF, st.Ledger = statementForm, &added, pen.Ledger
	if st.DocumentKey, err = seal.DocumentKeyText(documents.Public()); err != nil {
		return SignedStatement{}, err
	}
	if pen.Passkey != nil {
		st.Format, st.Custody, st.Passkey = confirmedForm, ledger.HeldByPerson, pen.Passkey
	}
	if pen.Email != nil {
		st.Format, st.Email = furtherForm, pen.Email
	}
	if pen.Delegated != nil {
		st.Format, st.Delegated = delegatedForm, pen.Delegated
	}
	if err := st.further(a); err != nil {
		return SignedStatement{}, err
	}
	s, err := st.signed(pen.Key)
	if err != nil {
		return SignedStatement{}, err
	}
	if err := s.confirm(pen, st); err != nil {
		return SignedStatement{}, err
	}
	return p.sealed(file, s, st, documents)
}

// without is the package without the signatures of a party, as it was before that party signed.
func (p Package) without(party agreement.Party) Package {
	p.Signatures = slices.DeleteFunc(slices.Clone(p.Signatures), func(s SignedStatement) bool {
		st, err := s.read()
		return err == nil && st.Party == party
	})
	return p
}

func (st Statement) signed(key seal.PrivateKey) (SignedStatement, error) {
	raw, err := canonical.Marshal(st)
	if err != nil {
		return SignedStatement{}, fmt.Errorf("writing the statement: %w", err)
	}
	return SignedStatement{Statement: raw, Signature: base64.StdEncoding.EncodeToString(key.Sign(seal.SignatureDomain, raw))}, nil
}

// otherSigned reports whether the other party's signature was made with the same key.
func (p Package) otherSigned(party agreement.Party, key seal.PublicKey) bool {
	return slices.ContainsFunc(p.Signatures, func(s SignedStatement) bool {
		st, err := s.read()
		return err == nil && st.Party != party && st.Key == key
	})
}

// With is the package with one more signature, in the order of the parties.
func (p Package) With(s SignedStatement) Package {
	p.Signatures = append(slices.Clone(p.Signatures), s)
	slices.SortStableFunc(p.Signatures, func(a, b SignedStatement) int {
		x, _ := a.read()
		y, _ := b.read()
		return strings.Compare(string(x.Party), string(y.Party))
	})
	return p
}

func (s SignedStatement) read() (Statement, error) {
	var st Statement
	if err := canonical.Decode(s.Statement, &st); err != nil {
		return st, fmt.Errorf("reading a signature's statement: %w", err)
	}
	return st, st.check()
}

// VerifySignature checks one signature against the package and returns what it states.
func (p Package) VerifySignature(s SignedStatement) (Statement, error) {
	st, err := s.read()
	if err != nil {
		return st, err
	}
	sig, err := base64.StdEncoding.DecodeString(s.Signature)
	a, terms := p.Agreement()
	switch {
	case terms != nil:
		return st, terms
	case err != nil || !st.Key.Verify(seal.SignatureDomain, s.Statement, sig):
		return st, fmt.Errorf("the signature of %s: %w", st.Party.Label(), ErrSignature)
	case st.Manifest != p.Digest():
		return st, fmt.Errorf("the signature of %s: %w (it names manifest %s, this one is %s)", st.Party.Label(), ErrOtherVersion, st.Manifest, p.Digest())
	case p.otherSigned(st.Party, st.Key):
		return st, fmt.Errorf("the signature of %s: %w: both parties signed with one key", st.Party.Label(), ErrWrongKey)
	case a.Parties.Of(st.Party).SigningKey != "" && a.Parties.Of(st.Party).SigningKey != st.Key.String():
		return st, fmt.Errorf("the signature of %s: %w", st.Party.Label(), ErrWrongKey)
	}
	if err := p.confirmedBy(s, st); err != nil {
		return st, fmt.Errorf("the signature of %s: %w", st.Party.Label(), err)
	}
	if err := st.further(a); err != nil {
		return st, fmt.Errorf("the signature of %s: %w", st.Party.Label(), err)
	}
	if err := s.sealedBy(st); err != nil {
		return st, fmt.Errorf("the signature of %s: %w", st.Party.Label(), err)
	}
	return st, nil
}

// sealedBy refuses a signature in the PDF that is not by the key that the statement names.
func (s SignedStatement) sealedBy(st Statement) error {
	if st.PDF == nil {
		if s.PDFSignature != nil {
			return fmt.Errorf("%w: its statement names no PDF", ErrSignature)
		}
		return nil
	}
	cert, err := pades.Signer(s.PDFSignature)
	if err != nil {
		return err
	}
	return keyOf(cert, st)
}

// Load is a version as it was proposed, with the signatures given since.
func Load(v agreement.Version, library articles.Library) (Package, error) {
	p := Package{Format: packageForm, Signatures: []SignedStatement{}}
	var text, pages json.RawMessage
	parts := map[string]*json.RawMessage{"manifest.json": &p.Manifest, "terms.json": &p.Terms, "wording.json": &p.Wording, "agreement.md": &text, "agreement.pdf": &pages}
	for _, d := range v.Documents {
		part, ok := parts[d.Name]
		if !ok {
			continue
		}
		b, err := library.Document(d.Digest)
		if err != nil {
			return Package{}, fmt.Errorf("reading %s of version %d: %w", d.Name, v.Number, err)
		}
		*part = b
	}
	p.Markdown, p.PDF = string(text), pages
	if pages == nil {
		p.Format = firstPackage
	}
	for _, s := range v.Signatures {
		b, err := library.Document(s.Statement)
		if err != nil {
			return Package{}, fmt.Errorf("reading the signature of %s: %w", s.Party.Label(), err)
		}
		var signed SignedStatement
		if err := canonical.Decode(b, &signed); err != nil {
			return Package{}, fmt.Errorf("reading the signature of %s: %w", s.Party.Label(), err)
		}
		p = p.With(signed)
	}
	return p, nil
}
