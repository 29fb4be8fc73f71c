package api

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"entente/agreement"
	"entente/articles"
	"entente/ledger/canonical"
	"entente/ledger/seal"
	"entente/notary"
	"entente/register"
)

type proposal struct {
	File        string            `json:"file" minLength:"1" doc:"The agreement file (YAML), at most 1 MiB."`
	Name        string            `json:"name,omitempty" maxLength:"200" doc:"What the file is called."`
	Package     json.RawMessage   `json:"package,omitempty" doc:"The signed package that stands beside the file, with the signatures given so far."`
	Attachments map[string][]byte `json:"attachments,omitempty" maxProperties:"20" doc:"The attachments of the front page by name, in base64."`
}

type openInput struct {
	Retry
	Body proposal
}

type versionInput struct {
	Of
	Retry
	Body proposal
}

type proposed struct {
	ID       agreement.ID `json:"id"`
	Version  int          `json:"version"`
	Manifest string       `json:"manifest" doc:"The digest that the parties sign."`
}

// openAgreement makes a ledger and proposes its first version. A retry finds the ledger that the
// first attempt opened, and goes on from where that came to.
func (d *desk) openAgreement(ctx context.Context, v visit, in *openInput) (*written[proposed], error) {
	d.opening.Lock()
	defer d.opening.Unlock()
	order := v.order()
	id, opened, err := d.Notary.Opened(ctx, order)
	if err != nil {
		return nil, err
	}
	if opened {
		v.id = id
		switch earlier, ok, err := d.Notary.Replay(ctx, v.order()); {
		case err != nil:
			return nil, err
		case ok:
			return d.proposedBefore(ctx, v, earlier.Repeated, in.Body)
		}
	}
	p, signed, err := read(in.Body, nil)
	if err != nil {
		return nil, err
	}
	if v.id, err = d.Notary.OpenOnce(ctx, order); err != nil {
		return nil, err
	}
	return d.propose(ctx, v, p, signed)
}

func (d *desk) proposeVersion(ctx context.Context, v visit, in *versionInput) (*written[proposed], error) {
	switch earlier, ok, err := d.Notary.Replay(ctx, v.order()); {
	case err != nil:
		return nil, err
	case ok:
		return d.proposedBefore(ctx, v, earlier.Repeated, in.Body)
	}
	view, err := d.Register.View(v.id)
	if err != nil {
		return nil, err
	}
	previous, err := lastSigned(view.State.Life)
	if err != nil {
		return nil, err
	}
	p, signed, err := read(in.Body, previous)
	if err == nil {
		err = vouched(v, view, signed)
	}
	if err != nil {
		return nil, err
	}
	return d.propose(ctx, v, p, signed)
}

func lastSigned(l agreement.Life) (*seal.Digest, error) {
	for _, v := range slices.Backward(l.Versions) {
		if v.Signed() {
			digest, err := seal.ParseDigest(v.Manifest)
			return &digest, err
		}
	}
	return nil, nil
}

func (d *desk) propose(ctx context.Context, v visit, p notary.Proposal, signed []enclosure) (*written[proposed], error) {
	out, err := act(v, func(r notary.Receipt) proposed {
		latest, _ := r.View.State.Life.Latest()
		return proposed{r.Agreement, latest.Number, latest.Manifest}
	}, func(o notary.Order) (notary.Receipt, error) { return d.Notary.Propose(ctx, o, p) })
	if err != nil {
		return nil, err
	}
	return out, d.apply(ctx, v.id, p.Package.Digest(), signed)
}

// proposedBefore answers a retry, and adds the signatures to which the first attempt did not come.
func (d *desk) proposedBefore(ctx context.Context, v visit, answer []byte, body proposal) (*written[proposed], error) {
	var done proposed
	if err := json.Unmarshal(answer, &done); err != nil {
		return nil, fmt.Errorf("reading an earlier answer: %w", err)
	}
	view, err := d.Register.View(v.id)
	if err != nil {
		return nil, err
	}
	p, err := d.Notary.Package(view.State.Life.Versions[done.Version-1])
	if err != nil {
		return nil, err
	}
	signed, err := signatures(p, body.Package)
	if err == nil {
		err = vouched(v, view, signed)
	}
	if err != nil {
		return nil, err
	}
	return replayed[proposed](answer), d.apply(ctx, v.id, p.Digest(), signed)
}

// Bounds of what one entry of the ledger can list.
const mostPeople, mostAttachments = 100, 20

// read checks an agreement file as strictly as its author's own machine does, and binds it.
func read(body proposal, previous *seal.Digest) (notary.Proposal, []enclosure, error) {
	none := notary.Proposal{}
	f, _ := articles.Read("agreement.yaml", []byte(body.File))
	if found := articles.Check(f); articles.Count(found, agreement.Error) > 0 {
		return none, nil, unsound(f, found)
	}
	a := f.Agreement
	if len(a.Governance.People) > mostPeople || len(a.Agreement.Attachments) > mostAttachments {
		return none, nil, invalid("body.file", fmt.Sprintf("an agreement on a node names at most %d people and %d attachments", mostPeople, mostAttachments))
	}
	if err := attached(a, body.Attachments); err != nil {
		return none, nil, err
	}
	p, err := articles.Bind(a, previous)
	if err != nil {
		return none, nil, invalid("body.file", err.Error())
	}
	signed, err := signatures(p, body.Package)
	return notary.Proposal{File: []byte(body.File), Package: p, Attachments: body.Attachments}, signed, err
}

// attached refuses attachments other than those of the front page.
func attached(a articles.Agreement, sent map[string][]byte) error {
	named := map[string]bool{}
	for _, at := range a.Agreement.Attachments {
		named[at.Name] = true
		content, ok := sent[at.Name]
		if !ok {
			return invalid("body.attachments", fmt.Sprintf("the attachment %q of the front page is missing", at.Name))
		}
		if seal.Sum(content).String() != at.Digest {
			return invalid("body.attachments", fmt.Sprintf("the attachment %q is not the file whose digest the front page states", at.Name))
		}
	}
	for name := range sent {
		if !named[name] {
			return invalid("body.attachments", "the front page does not name all of them")
		}
	}
	return nil
}

// An enclosure is a signature that came with a proposal, and the person who gave it.
type enclosure struct {
	party     agreement.Party
	person    string // the file's id
	key       string
	statement articles.SignedStatement
}

// vouched refuses a signature that came with someone else's proposal and could be anybody's: what a
// proposal says of its own signatories proves nothing. It counts if it is the visitor's own, or by
// the key and the signatory of the version that the parties signed last. Before they have signed
// any, the operator vouches for the signatures of those for whom the node is set up.
func vouched(v visit, view *register.View, signed []enclosure) error {
	var last agreement.Version
	for _, one := range view.State.Life.Versions {
		if one.Signed() {
			last = one
		}
	}
	for _, s := range signed {
		m, _ := view.Member(s.person)
		switch {
		case last.Number == 0 && v.Operator:
		case m.ID != "" && m.ID == v.Actor.ID && slices.Contains(v.Actor.Roles, agreement.Signatory):
		case last.Number > 0 && knows(*view.State.Texts[last.Number-1], last, s):
		default:
			return invalid("body.package", "the version that the parties signed last does not know this key and signatory of "+
				s.party.Label()+": have the signatory send the signature")
		}
	}
	return nil
}

// knows reports whether a signed version names the signatory, and the key, or was signed with it.
func knows(text articles.Agreement, signed agreement.Version, s enclosure) bool {
	person, ok := text.Frame().Person(s.person)
	if !ok || person.Party != s.party || !person.Has(agreement.Signatory) {
		return false
	}
	return text.Parties.Of(s.party).SigningKey == s.key || slices.ContainsFunc(signed.Signatures, func(earlier agreement.Signature) bool {
		return earlier.Party == s.party && earlier.Key == s.key
	})
}

// signatures are those of a signed package, if it is of the very text that is proposed and each
// verifies and is by a signatory whom clause 7.1 names.
func signatures(p articles.Package, raw json.RawMessage) ([]enclosure, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	bad := func(format string, args ...any) error { return invalid("body.package", fmt.Sprintf(format, args...)) }
	canonical, err := canonical.JSON(raw)
	if err != nil {
		return nil, bad("it is not JSON that is read here")
	}
	given, err := articles.ParsePackage(canonical)
	if err != nil {
		return nil, bad("it is not a signed package of this edition")
	}
	if given.Digest() != p.Digest() || string(given.Terms) != string(p.Terms) || given.Markdown != p.Markdown {
		return nil, bad("it is not of this file, or of another version before: the file binds to manifest %s, the package is of %s", p.Digest(), given.Digest())
	}
	a, err := p.Agreement()
	if err != nil {
		return nil, err
	}
	var all []enclosure
	for _, s := range given.Signatures {
		st, err := p.VerifySignature(s)
		if err != nil {
			return nil, bad("%v", err)
		}
		who := slices.IndexFunc(a.Governance.People, func(x agreement.Person) bool {
			return x.Party == st.Party && x.Name == st.Name && x.Title == st.Title && x.Has(agreement.Signatory)
		})
		if who < 0 {
			return nil, bad("clause 7.1 names no signatory of %s with the name and title under its signature", st.Party.Label())
		}
		all = append(all, enclosure{st.Party, a.Governance.People[who].ID, st.Key.String(), s})
	}
	return all, nil
}

// apply gives the signatures to the notary, one by one, as long as the version is the one proposed.
func (d *desk) apply(ctx context.Context, id agreement.ID, manifest seal.Digest, signed []enclosure) error {
	for _, s := range signed {
		view, err := d.Register.View(id)
		if err != nil {
			return err
		}
		latest, _ := view.State.Life.Latest()
		if latest.Manifest != manifest.String() || latest.SignedBy(s.party) {
			continue
		}
		m, ok := view.Member(s.person)
		if !ok {
			return register.ErrUnknown
		}
		o := notary.Order{Agreement: id, Actor: articles.Actor{Party: m.Party, ID: m.ID, Roles: m.Roles}}
		if _, err := d.Notary.Sign(ctx, o, s.statement); err != nil {
			return err
		}
	}
	return nil
}
