// Package signing is the version of an agreement that both parties sign: its terms, its wording and
// its attachments, fixed by one manifest. What was signed can be verified without a server and
// without the release that made it.
package signing

import (
	"bytes"
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
	"entente/document/markdown"
	"entente/ledger"
	"entente/ledger/bundle"
	"entente/ledger/canonical"
	"entente/ledger/seal"
)

// The forms of what is signed.
const (
	manifestForm  = "entente-manifest/1"
	statementForm = "entente-signature/1"
	packageForm   = "entente-signed/1"
)

// A Manifest is what both parties sign: digests of everything that binds. Its bytes are canonical
// JSON (RFC 8785), so the digest of a manifest is one digest.
type Manifest struct {
	Format      string          `json:"format"`
	Number      string          `json:"number"`      // the partnership's own number
	Edition     string          `json:"edition"`     // of the file and the template
	Terms       seal.Digest     `json:"terms"`       // of the terms in canonical JSON, defaults written out
	Wording     seal.Digest     `json:"wording"`     // of the document model in canonical JSON
	Markdown    seal.Digest     `json:"markdown"`    // of the wording as Markdown
	Template    seal.Digest     `json:"template"`    // of the release of the template that worded it
	Attachments []AttachmentRef `json:"attachments"` // in the order of the front page
	Previous    *seal.Digest    `json:"previous"`    // the manifest of the version before; null for the first
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
}

// Authority is what everyone who signs confirms.
const Authority = "I am authorised to sign this Agreement for the party that I name."

// A SignedStatement is a statement and the signature of its canonical bytes.
type SignedStatement struct {
	Statement json.RawMessage `json:"statement"`
	Signature string          `json:"signature"` // Ed25519 in base64, domain entente-signature-v1
}

// A Package is a version of an agreement with everything that its manifest stands for and the
// signatures given so far. It is what travels beside the agreement file.
type Package struct {
	Format     string            `json:"format"`
	Manifest   json.RawMessage   `json:"manifest"`
	Terms      json.RawMessage   `json:"terms"`
	Wording    json.RawMessage   `json:"wording"`
	Markdown   string            `json:"markdown"`
	Signatures []SignedStatement `json:"signatures"`
}

// Bind makes the package of an agreement: its terms and wording are fixed from here on.
// An agreement with errors is not bound; the caller checks it first.
func Bind(a articles.Agreement, previous *seal.Digest) (Package, error) {
	a = a.Complete()
	terms, err := canonical.Marshal(a)
	if err != nil {
		return Package{}, fmt.Errorf("writing the terms: %w", err)
	}
	d := a.Wording()
	wording, err := canonical.Marshal(d)
	if err != nil {
		return Package{}, fmt.Errorf("writing the wording: %w", err)
	}
	text := markdown.Of(d)
	template, err := seal.ParseDigest(articles.CurrentTemplate().Digest)
	if err != nil {
		return Package{}, fmt.Errorf("naming the template: %w", err)
	}
	m := Manifest{Format: manifestForm, Number: a.Agreement.Number, Edition: a.Edition, Terms: seal.Sum(terms), Wording: seal.Sum(wording),
		Markdown: seal.Sum(text), Template: template, Attachments: []AttachmentRef{}, Previous: previous}
	for _, at := range a.Agreement.Attachments {
		digest, err := seal.ParseDigest(at.Digest)
		if err != nil {
			return Package{}, fmt.Errorf("attachment %q: %w", at.Name, err)
		}
		m.Attachments = append(m.Attachments, AttachmentRef{at.Name, digest})
	}
	manifest, err := canonical.Marshal(m)
	if err != nil {
		return Package{}, fmt.Errorf("writing the manifest: %w", err)
	}
	return Package{packageForm, manifest, terms, wording, string(text), []SignedStatement{}}, nil
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
	if p.Format != packageForm {
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
	err := canonical.Decode(p.Manifest, &m)
	return m, err
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
)

// Sign gives one party's statement on the package. The agreement may name the party's key; then no
// other key will do.
func (p Package) Sign(party agreement.Party, name, title string, at time.Time, custody ledger.Custody, key seal.PrivateKey) (SignedStatement, error) {
	a, err := p.Agreement()
	if err != nil {
		return SignedStatement{}, err
	}
	if want := a.Parties.Of(party).SigningKey; want != "" && want != key.Public().String() {
		return SignedStatement{}, fmt.Errorf("%w: parties.%s.signing_key is %s, this key is %s", ErrWrongKey, party, want, key.Public())
	}
	if err := p.signatory(a, party, name, title); err != nil {
		return SignedStatement{}, err
	}
	if p.otherSigned(party, key.Public()) {
		return SignedStatement{}, fmt.Errorf("%w: %s has signed with this key; each party signs with its own", ErrWrongKey, party.Other().Label())
	}
	raw, err := canonical.Marshal(Statement{statementForm, p.Digest(), party, name, title, Authority, at.UTC().Truncate(time.Second), key.Public(), custody})
	if err != nil {
		return SignedStatement{}, fmt.Errorf("writing the statement: %w", err)
	}
	return SignedStatement{raw, base64.StdEncoding.EncodeToString(key.Sign(seal.SignatureDomain, raw))}, nil
}

// signatory refuses a person whom clause 7.1 does not name as signatory, word for word.
func (p Package) signatory(a *articles.Agreement, party agreement.Party, name, title string) error {
	var named []string
	for _, who := range a.Frame().Holders(party, agreement.Signatory) {
		if who.Name == name && who.Title == title {
			return nil
		}
		named = append(named, who.Name+", "+who.Title)
	}
	return fmt.Errorf("clause 7.1 names as signatory of %s: %s; not %q, %q", party.Label(), strings.Join(named, "; "), name, title)
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
	if st.Format != statementForm {
		return st, fmt.Errorf("the statement's format is %q, not %q", st.Format, statementForm)
	}
	return st, nil
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
	return st, nil
}

// Verify checks everything that can be checked without a ledger: that terms, wording and Markdown
// are what the manifest says, and each signature. It goes on after a failure.
func (p Package) Verify() []bundle.Verdict {
	m, err := p.Read()
	if err != nil {
		return []bundle.Verdict{{Subject: "The manifest", Why: err.Error() + "."}}
	}
	verdicts := []bundle.Verdict{
		matches("The terms", p.Terms, m.Terms),
		matches("The wording", p.Wording, m.Wording),
		matches("The wording as Markdown", []byte(p.Markdown), m.Markdown),
		p.worded(m),
	}
	signed := map[agreement.Party]bool{}
	for _, s := range p.Signatures {
		st, err := p.VerifySignature(s)
		v := bundle.Verdict{Subject: "The signature of " + st.Party.Label(), OK: err == nil}
		if err != nil {
			v.Why = strings.TrimPrefix(err.Error(), "the signature of "+st.Party.Label()+": ") + "."
		} else {
			v.Why = fmt.Sprintf("%s, %s, signed on %s with key %s.", st.Name, st.Title, st.Date.UTC().Format("2 January 2006 15:04 MST"), st.Key)
			signed[st.Party] = true
		}
		verdicts = append(verdicts, v)
	}
	for _, party := range agreement.Both {
		if !signed[party] && !slices.ContainsFunc(verdicts, func(v bundle.Verdict) bool { return v.Subject == "The signature of "+party.Label() }) {
			verdicts = append(verdicts, bundle.Verdict{Subject: "The signature of " + party.Label(), Why: party.Label() + " has not signed."})
		}
	}
	return verdicts
}

// Foreign reports whether another release of the template worded the package than the one that this
// program has. It is then verified against what it carries.
func (p Package) Foreign() bool {
	m, err := p.Read()
	return err == nil && m.Template.String() != articles.CurrentTemplate().Digest
}

// worded says which release of the template made the wording. That of another release is not made
// anew: what was signed is what binds.
func (p Package) worded(m Manifest) bundle.Verdict {
	v := bundle.Verdict{Subject: "The template", OK: true}
	current := articles.CurrentTemplate()
	if p.Foreign() {
		name := "a template that this release does not know"
		if t, known := articles.TemplateOf(m.Template.String()); known {
			name = "template " + t.Name
		}
		v.Why = fmt.Sprintf("It was worded by %s; this release has template %s and words it differently. What was signed is what binds.", name, current.Name)
		return v
	}
	v.Why = fmt.Sprintf("The wording is what template %s makes of the terms.", current.Name)
	a, err := p.Agreement()
	if err == nil {
		var again Package
		if again, err = Bind(*a, m.Previous); err == nil && !bytes.Equal(again.Wording, p.Wording) {
			err = fmt.Errorf("the wording is not what template %s, which the manifest names, makes of the terms", current.Name)
		}
	}
	if err != nil {
		v.OK, v.Why = false, err.Error()+"."
	}
	return v
}

func matches(subject string, b []byte, want seal.Digest) bundle.Verdict {
	if got := seal.Sum(b); got != want {
		return bundle.Verdict{Subject: subject, Why: fmt.Sprintf("%v: the manifest says %s, these bytes are %s.", ErrAltered, want, got)}
	}
	return bundle.Verdict{Subject: subject, OK: true, Why: "As the manifest says, " + want.String() + "."}
}

// Load is a version as it was proposed, with the signatures given since.
func Load(v agreement.Version, library articles.Library) (Package, error) {
	p := Package{Format: packageForm, Signatures: []SignedStatement{}}
	var text json.RawMessage
	parts := map[string]*json.RawMessage{"manifest.json": &p.Manifest, "terms.json": &p.Terms, "wording.json": &p.Wording, "agreement.md": &text}
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
	p.Markdown = string(text)
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
