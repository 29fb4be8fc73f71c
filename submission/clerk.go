package submission

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/articles/signing"
	"entente/ledger/seal"
	"entente/notary"
	"entente/register"
)

// A Clerk receives submissions. Register and Notary are needed.
type Clerk struct {
	Register *register.Register
	Notary   *notary.Notary

	opening sync.Mutex // one agreement is opened at a time, so that the same one is not opened twice
}

// An Outcome is what became of a submission.
type Outcome struct {
	Agreement agreement.ID
	Version   int
	Manifest  string
	Already   bool              // the node had this very text: nothing was opened or proposed
	SignedBy  []agreement.Party // who has signed it, with what was brought
	Notes     []string          // what may not be meant, though nothing refuses it
}

// An Order is who brings a submission and how the answer is kept for a retry. Its Respond is not used.
type Order struct {
	notary.Order
	Caller access.Caller
	// Author is who opens an agreement; nil for the operator.
	Author *Author
	// Answer writes the outcome, as it is kept with what was written; nil keeps none.
	Answer func(Outcome) ([]byte, error)
}

// A Taken is that the partnership number is another agreement's.
type Taken struct {
	Number    string
	Agreement agreement.ID
}

func (t *Taken) Error() string {
	return fmt.Sprintf("%s has the partnership number %s already, and a party of this one; propose the file as its next version, or give it a number of its own", t.Agreement, t.Number)
}

// Open makes a ledger and puts a first version before the parties, unless the node has that very text:
// then it takes the signatures that are new, or puts the text before the parties again if what they had
// before them can no longer be signed. A retry finds the ledger that the first attempt opened,
// and goes on from where that came to; replayed is the answer that was kept then.
func (c *Clerk) Open(ctx context.Context, o Order, s Submission) (out Outcome, replayed []byte, err error) {
	c.opening.Lock()
	defer c.opening.Unlock()
	if o.Author != nil { // it is brought to both parties, as what the operator opens
		o.Actor = articles.Actor{Party: agreement.Host, ID: "author"}
	}
	id, opened, err := c.Notary.Opened(ctx, o.Order)
	if err != nil {
		return out, nil, err
	}
	if opened {
		o.Agreement = id
		if replayed, err = c.replay(ctx, o, s); replayed != nil || err != nil {
			return out, replayed, err
		}
	}
	a, err := s.check()
	if err == nil && o.Author != nil {
		err = o.Author.check(a, s)
	}
	if err != nil {
		return out, nil, err
	}
	d, err := s.bind(a, nil)
	if err != nil {
		return out, nil, err
	}
	known := c.known(o.Author)
	if view, version, ok := c.find(known, &d); ok {
		o.Agreement = view.State.ID
		if o.Author != nil { // it is enough that they learn where it is
			return Outcome{Agreement: o.Agreement, Version: version.Number, Manifest: version.Manifest, Already: true}, nil, nil
		}
		if latest, _ := view.State.Life.Latest(); !latest.Signed() && !latest.Open(c.Notary.Now()) {
			return c.Propose(ctx, o, s)
		}
		out, err = c.again(ctx, o, s, d, view, version)
		return out, nil, err
	}
	if err := number(known, a); err != nil {
		return out, nil, err
	}
	if d.signed, err = s.signatures(d); err != nil {
		return out, nil, err
	}
	if o.Author != nil {
		if err := o.Author.May(ctx); err != nil {
			return out, nil, err
		}
	}
	request := o.Order
	if o.Agreement, err = c.Notary.OpenOnce(ctx, request); err != nil {
		return out, nil, err
	}
	return c.propose(ctx, o, d)
}

// Propose puts the next version before the parties, unless it is the one proposed last and that can
// still be signed, or is signed: then it takes the signatures that are new.
func (c *Clerk) Propose(ctx context.Context, o Order, s Submission) (out Outcome, replayed []byte, err error) {
	if replayed, err = c.replay(ctx, o, s); replayed != nil || err != nil {
		return out, replayed, err
	}
	view, err := c.Register.View(o.Agreement)
	if err != nil {
		return out, nil, err
	}
	a, err := s.check()
	if err != nil {
		return out, nil, err
	}
	versions := view.State.Life.Versions
	if n := len(versions); n > 0 && (versions[n-1].Signed() || versions[n-1].Open(c.Notary.Now())) {
		d, err := s.bindAfter(a, versions[:n-1])
		if err != nil {
			return out, nil, err
		}
		if c.had(versions[n-1], &d) {
			out, err = c.again(ctx, o, s, d, view, versions[n-1])
			return out, nil, err
		}
	}
	others := slices.DeleteFunc(c.Register.Views(), func(v *register.View) bool { return v.State.ID == o.Agreement })
	if err := number(others, a); err != nil {
		return out, nil, err
	}
	d, err := s.bindAfter(a, versions)
	d.notes = append(renumbered(view, a), redated(view, a)...)
	if err == nil {
		d.signed, err = s.signatures(d)
	}
	if err == nil {
		d.signed, err = vouched(o.Caller, view, d.signed)
	}
	if err != nil {
		return out, nil, err
	}
	return c.propose(ctx, o, d)
}

// bindAfter binds to the last of some versions that both have signed.
func (s Submission) bindAfter(a articles.Agreement, versions []agreement.Version) (draft, error) {
	v, ok := agreement.Life{Versions: versions}.LastSigned()
	if !ok {
		return s.bind(a, nil)
	}
	previous, err := seal.ParseDigest(v.Manifest)
	if err != nil {
		return draft{}, fmt.Errorf("reading version %d: %w", v.Number, err)
	}
	return s.bind(a, &previous)
}

// find looks for a text among all that were ever proposed: a text that came back is the version as which it
// came last.
func (c *Clerk) find(known []*register.View, d *draft) (*register.View, agreement.Version, bool) {
	for _, view := range known {
		for _, v := range slices.Backward(view.State.Life.Versions) {
			if c.had(v, d) {
				return view, v, true
			}
		}
	}
	return nil, agreement.Version{}, false
}

// had reports whether a version is of the very text of a draft. The draft is then of the version's own
// manifest, which an earlier release may have made in another form.
func (c *Clerk) had(v agreement.Version, d *draft) bool {
	if v.Manifest == d.Package.Digest().String() {
		return true
	}
	if v.Terms != seal.Sum(d.Package.Terms).String() {
		return false
	}
	p, err := c.Notary.Package(v)
	if err != nil || !p.Restates(d.Package) {
		return false
	}
	p.Signatures = []signing.SignedStatement{}
	d.Package = p
	return true
}

// renumbered notes that a version has another partnership number than the one before it.
func renumbered(view *register.View, a articles.Agreement) []string {
	n := len(view.State.Texts)
	if n == 0 || view.State.Texts[n-1].Agreement.Number == a.Agreement.Number {
		return nil
	}
	return []string{fmt.Sprintf("its partnership number is %s, and that of version %d is %s; withdraw it if it belongs to another agreement", a.Agreement.Number, n, view.State.Texts[n-1].Agreement.Number)}
}

// redated notes that an amendment has another effective date than what it amends.
func redated(view *register.View, a articles.Agreement) []string {
	signed, amends := view.State.Life.LastSigned()
	if !amends {
		return nil
	}
	was, is := view.State.Texts[signed.Number-1].Frame().Effective(), a.Frame().Effective()
	if was == is {
		return nil
	}
	return []string{fmt.Sprintf("it moves the effective date of the agreement from %s to %s: the initial term, licences and exclusivity run from that date, and what a party owned before it is its Background IP (0.5); to say only from when this version applies, leave agreement.effective and give the day as agreement.amended", was.Words(), is.Words())}
}

// number refuses a partnership number that a party of the agreement uses already for another one: by it
// people, mail and invoices tell agreements apart.
func number(known []*register.View, a articles.Agreement) error {
	names := func(t articles.Agreement) []string {
		return []string{strings.ToLower(t.Parties.A.Name), strings.ToLower(t.Parties.B.Name)}
	}
	for _, view := range known {
		for _, t := range view.State.Texts {
			shares := slices.ContainsFunc(names(a), func(name string) bool { return slices.Contains(names(*t), name) })
			if shares && t.Agreement.Number == a.Agreement.Number {
				return &Taken{a.Agreement.Number, view.State.ID}
			}
		}
	}
	return nil
}

func (c *Clerk) propose(ctx context.Context, o Order, d draft) (out Outcome, replayed []byte, err error) {
	if is := func(e enclosure) bool { return e.party == d.First }; d.First != "" && len(d.signed) > 0 && !slices.ContainsFunc(d.signed, is) {
		return out, nil, fault("package", "it brings the signature of %s, and %s is to sign first", d.signed[0].party.Label(), d.First.Label())
	}
	describe := func(r notary.Receipt) Outcome {
		latest, _ := r.View.State.Life.Latest()
		out := Outcome{Agreement: r.Agreement, Version: latest.Number, Manifest: latest.Manifest, Notes: d.notes}
		for _, s := range d.signed {
			out.SignedBy = append(out.SignedBy, s.party)
		}
		return out
	}
	if o.Answer != nil {
		o.Respond = func(r notary.Receipt) ([]byte, error) { return o.Answer(describe(r)) }
	}
	receipt, err := c.Notary.Propose(ctx, o.Order, d.Proposal)
	if err != nil || receipt.Repeated != nil {
		return out, receipt.Repeated, err
	}
	return describe(receipt), nil, c.apply(ctx, o.Agreement, d.Package.Digest().String(), d.signed)
}

// again is for a text that the node has: the signatures that it does not have are added, as far as the
// visitor may bring them.
func (c *Clerk) again(ctx context.Context, o Order, s Submission, d draft, view *register.View, v agreement.Version) (Outcome, error) {
	signed, err := s.signatures(d)
	if err != nil {
		return Outcome{}, err
	}
	if err := s.offers(v); err != nil {
		return Outcome{}, err
	}
	signed = slices.DeleteFunc(signed, func(e enclosure) bool { return v.SignedBy(e.party) })
	latest, _ := view.State.Life.Latest()
	switch {
	case latest.Number != v.Number && len(signed) > 0:
		return Outcome{}, fault("package", "version %d was proposed since: a signature of version %d comes too late", latest.Number, v.Number)
	case latest.Number == v.Number:
		if signed, err = vouched(o.Caller, view, signed); err != nil {
			return Outcome{}, err
		}
		if err := c.apply(ctx, o.Agreement, v.Manifest, signed); err != nil {
			return Outcome{}, err
		}
	}
	after, err := c.Register.View(o.Agreement)
	if err != nil {
		return Outcome{}, err
	}
	out := Outcome{Agreement: o.Agreement, Version: v.Number, Manifest: v.Manifest, Already: true}
	for _, p := range agreement.Both {
		if after.State.Life.Versions[v.Number-1].SignedBy(p) {
			out.SignedBy = append(out.SignedBy, p)
		}
	}
	return out, nil
}

// offers refuses to pass over in silence what is said of a version otherwise than when it was proposed.
func (s Submission) offers(v agreement.Version) error {
	const kept = "version %d has this text already and keeps what was said of it when it was proposed; withdraw it, then propose the text again with %s"
	switch {
	case !s.Expires.IsZero() && !s.Expires.Equal(v.Expires):
		return fault("expires", kept, v.Number, "another end")
	case s.First != "" && s.First != v.First:
		return fault("first", kept, v.Number, "another order of signatures")
	case s.Remark != "" && s.Remark != v.Remark:
		return fault("remark", kept, v.Number, "another remark")
	}
	return nil
}

// replay is the answer to a retry; the signatures to which the first attempt did not come are added.
func (c *Clerk) replay(ctx context.Context, o Order, s Submission) ([]byte, error) {
	earlier, ok, err := c.Notary.Replay(ctx, o.Order)
	if !ok || err != nil {
		return nil, err
	}
	view, err := c.Register.View(o.Agreement)
	if err != nil {
		return nil, err
	}
	latest, _ := view.State.Life.Latest()
	given, err := signing.Parse(s.Package)
	if err != nil || given.Digest().String() != latest.Manifest {
		return earlier.Repeated, nil // it brought no signatures, or another version was proposed since
	}
	terms, err := given.Agreement()
	if err != nil {
		return nil, err
	}
	signed, err := s.signatures(draft{Proposal: notary.Proposal{Package: given}, terms: *terms})
	if err != nil {
		return nil, err
	}
	signed, _ = vouched(o.Caller, view, signed) // what was refused was refused the first time
	return earlier.Repeated, c.apply(ctx, o.Agreement, latest.Manifest, signed)
}

// apply gives the signatures to the notary, one by one and that of the party that signs first before the other, as
// long as the version is the one proposed.
func (c *Clerk) apply(ctx context.Context, id agreement.ID, manifest string, signed []enclosure) error {
	for i := range signed {
		view, err := c.Register.View(id)
		if err != nil {
			return err
		}
		latest, _ := view.State.Life.Latest()
		s := signed[i]
		if latest.First == agreement.B {
			s = signed[len(signed)-1-i] // they stand in the order of the parties
		}
		if latest.Manifest != manifest || latest.SignedBy(s.party) {
			continue
		}
		m, ok := view.Member(s.person)
		if !ok {
			return register.ErrUnknown
		}
		o := notary.Order{Agreement: id, Actor: articles.Actor{Party: m.Party, ID: m.ID, Roles: m.Roles}}
		if _, err := c.Notary.Sign(ctx, o, s.statement); err != nil {
			return err
		}
	}
	return nil
}
