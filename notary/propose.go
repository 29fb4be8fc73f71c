package notary

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"entente/agreement"
	"entente/articles/signing"
	"entente/ledger"
	"entente/ledger/canonical"
	"entente/ledger/seal"
	"entente/register"
)

// A Proposal is a version of an agreement to be put before the parties.
type Proposal struct {
	File        []byte            // the agreement file as it was written, comments and all
	Package     signing.Package   // terms, wording and manifest made from it
	Attachments map[string][]byte // by the name on the front page

	Answers int             // the version that it answers, which must be the last; 0 if that is not said
	Expires time.Time       // when it lapses unless both have signed; zero if it does not
	Remark  string          // what the proposer says of it
	First   agreement.Party // who signs before the other; empty: in any order
}

// Propose puts a version before the parties of an agreement. Its documents are kept first; they
// bind no one until both have signed.
func (n *Notary) Propose(ctx context.Context, o Order, p Proposal) (Receipt, error) {
	a, err := p.Package.Agreement()
	if err != nil {
		return Receipt{}, err
	}
	manifest, err := p.Package.Read()
	if err != nil {
		return Receipt{}, err
	}
	bound, err := signing.Bind(*a, manifest.Previous)
	if err != nil {
		return Receipt{}, err
	}
	// What is enforced are the terms, what people read is the wording: one must be the other's.
	// A text of another release cannot be worded anew, so here nobody could tell; it verifies all the same.
	if p.Package.Foreign() {
		return Receipt{}, agreement.Refuse("propose this version", "13.5", "another release of the template worded the package, or set its PDF, so this one cannot tell that they say what its terms say; propose the file itself and sign it anew")
	}
	if !p.Package.Restates(bound) {
		return Receipt{}, agreement.Refuse("propose this version", "13.5", "the package does not hold the wording and the pages that this release gives its terms; propose the file itself and sign it anew")
	}
	documents, err := n.keepProposal(ctx, p, manifest)
	if err != nil {
		return Receipt{}, err
	}
	frame := a.Frame()
	c := agreement.Propose{Manifest: p.Package.Digest().String(), Terms: manifest.Terms.String(),
		Effective: frame.Applies().In(frame.Zone()).UTC(), Documents: documents,
		Party: o.Actor.Party, By: o.Actor.ID, Answers: p.Answers, Expires: p.Expires, Remark: p.Remark, First: p.First}
	if manifest.Previous != nil {
		c.Previous = manifest.Previous.String()
	}
	// Who is known already is decided with the rest, so that two proposals at once make nobody two people.
	o.prepare = func(v *register.View, o *Order) (err error) {
		c.People, o.Private, err = n.Members(v, *a)
		o.Command = c
		return err
	}
	return n.Do(ctx, o)
}

func (n *Notary) keepProposal(ctx context.Context, p Proposal, m signing.Manifest) ([]agreement.Document, error) {
	type file struct {
		name, media string
		content     []byte
	}
	files := []file{
		{"agreement.yaml", "application/yaml", p.File},
		{"terms.json", "application/json", p.Package.Terms},
		{"wording.json", "application/json", p.Package.Wording},
		{"agreement.md", "text/markdown; charset=utf-8", []byte(p.Package.Markdown)},
		{"manifest.json", "application/json", p.Package.Manifest},
	}
	if m.PDF != nil {
		files = append(files, file{"agreement.pdf", "application/pdf", p.Package.PDF})
	}
	for _, at := range m.Attachments {
		content, ok := p.Attachments[at.Name]
		if !ok {
			return nil, fmt.Errorf("the attachment %q was not sent", at.Name)
		}
		if seal.Sum(content) != at.Digest {
			return nil, fmt.Errorf("the attachment %q is not the file whose digest the front page states", at.Name)
		}
		files = append(files, file{"attachment: " + at.Name, "application/octet-stream", content})
	}
	var documents []agreement.Document
	for _, f := range files {
		digest, err := n.Documents.Keep(ctx, f.content)
		if err != nil {
			return nil, fmt.Errorf("keeping %s: %w", f.name, err)
		}
		documents = append(documents, agreement.Document{Name: f.name, MediaType: f.media, Digest: digest.String()})
	}
	return documents, nil
}

// Package is a version of an agreement as it was proposed, with the signatures given since.
func (n *Notary) Package(v agreement.Version) (signing.Package, error) {
	return signing.Load(v, n.Documents)
}

// Sign records a party's signature of the version last proposed. The signature must verify.
func (n *Notary) Sign(ctx context.Context, o Order, s signing.SignedStatement) (Receipt, error) {
	view, err := n.Register.View(o.Agreement)
	if err != nil {
		return Receipt{}, err
	}
	version, ok := view.State.Life.Latest()
	if !ok {
		return Receipt{}, agreement.Refuse("sign", agreement.SignatureBlock, "nothing has been proposed")
	}
	p, err := n.Package(version)
	if err != nil {
		return Receipt{}, err
	}
	st, err := p.VerifySignature(s)
	switch {
	case errors.Is(err, signing.ErrOtherVersion):
		return Receipt{}, agreement.Refuse("sign", agreement.SignatureBlock, "the signature is for another version than version %d, which is the one proposed", version.Number)
	case err != nil:
		return Receipt{}, agreement.Refuse("sign", agreement.SignatureBlock, "%v", err)
	case st.Party != o.Actor.Party:
		return Receipt{}, agreement.Refuse("sign", agreement.SignatureBlock, "the signature is %s's, and you act for %s", st.Party.Label(), o.Actor.Party.Label())
	}
	if err := n.signsAs(ctx, view, o.Actor, st); err != nil {
		return Receipt{}, err
	}
	statement, err := json.Marshal(s)
	if err != nil {
		return Receipt{}, fmt.Errorf("writing the statement: %w", err)
	}
	if statement, err = canonical.JSON(statement); err != nil {
		return Receipt{}, fmt.Errorf("writing the statement: %w", err)
	}
	digest, err := n.Documents.Keep(ctx, statement)
	if err != nil {
		return Receipt{}, fmt.Errorf("keeping the statement: %w", err)
	}
	o.Command = agreement.Sign{Party: st.Party, Manifest: st.Manifest.String(), Signer: o.Actor.ID, Statement: digest.String(),
		Key: st.Signer(), Custody: string(st.Custody)}
	return n.Do(ctx, o)
}

// SignHere signs for a person with the party's key in the node's custody. Every entry says so. The
// manifest is of the text that the person has read, and no other is signed.
func (n *Notary) SignHere(ctx context.Context, o Order, manifest string) (Receipt, error) {
	p, pen, err := n.pen(ctx, o, manifest)
	if err != nil {
		return Receipt{}, err
	}
	return n.signWith(ctx, o, p, pen)
}

func (n *Notary) signWith(ctx context.Context, o Order, p signing.Package, pen signing.Pen) (Receipt, error) {
	s, err := p.Sign(pen)
	if errors.Is(err, errUnconfirmed) {
		return Receipt{}, err
	}
	if err != nil {
		return Receipt{}, agreement.Refuse("sign", agreement.SignatureBlock, "%v", err)
	}
	return n.Sign(ctx, o, n.stamped(ctx, s))
}

// stamped is a signature that the node made, with a time stamp if it has a place for one and an authority answers.
func (n *Notary) stamped(ctx context.Context, s signing.SignedStatement) signing.SignedStatement {
	if n.Stamp == nil || s.PDFSignature == nil {
		return s
	}
	return n.Stamp(ctx, s)
}

// pen is the version that may be signed now, and how the node signs it for a person.
func (n *Notary) pen(ctx context.Context, o Order, manifest string) (p signing.Package, pen signing.Pen, err error) {
	view, err := n.Register.View(o.Agreement)
	if err != nil {
		return p, pen, err
	}
	version, ok := view.State.Life.Latest()
	if !ok {
		return p, pen, register.ErrUnknown
	}
	person, known := view.Person(o.Actor.ID)
	if !known { // named first in the version that is to be signed
		person, known = view.State.Texts[version.Number-1].Frame().Person(view.People[o.Actor.ID])
	}
	if !known {
		return p, pen, register.ErrUnknown
	}
	if manifest != version.Manifest {
		return p, pen, agreement.Refuse("sign", agreement.SignatureBlock, "version %d was proposed after the text that you have read; read it first", version.Number)
	}
	if p, err = n.Package(version); err != nil {
		return p, pen, err
	}
	of, err := n.delegated(ctx, view, o.Actor)
	if err != nil {
		return p, pen, err
	}
	key, err := n.Keys.Key(ctx, keyName(o.Agreement, o.Actor.Party, "entries"))
	if err != nil {
		return p, pen, fmt.Errorf("fetching the key of %s: %w", o.Actor.Party.Label(), err)
	}
	now, err := n.clock()
	if err != nil {
		return p, pen, err
	}
	return p, signing.Pen{Party: o.Actor.Party, Name: person.Name, Title: person.Title, At: now, Custody: ledger.HeldByNode, Key: key, Delegated: of,
		Ledger: n.position(view.Size, o.Agreement)}, nil
}

// position says how far a ledger was when someone signed.
func (n *Notary) position(size int64, id agreement.ID) string {
	return fmt.Sprintf("%d entries in %s/%s, where this signature becomes an entry", size, n.Name, id)
}
