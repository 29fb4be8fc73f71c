package notary_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/integration"
	"entente/articles/signing"
	"entente/articles/term"
	"entente/calendar"
	"entente/ledger"
	"entente/ledger/seal"
	"entente/notary"
	"entente/notary/notarytest"
	"entente/register"

	"github.com/google/go-cmp/cmp"
)

var (
	today = notarytest.Day
	date  = calendar.DateOf(today)
)

// failer is what a test and a property check have in common.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// A house is what notaries share: the stores.
type house struct {
	t         failer
	journal   *notarytest.Journal
	documents *notarytest.Documents
	keys      *notarytest.Keys
	sealer    *access.Sealer
	id        agreement.ID
}

func newHouse(t failer) *house {
	t.Helper()
	sealer, err := access.NewSealer(make([]byte, access.KEKBytes), rand.Reader)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return &house{t: t, journal: &notarytest.Journal{}, documents: &notarytest.Documents{}, keys: &notarytest.Keys{}, sealer: sealer}
}

// notary is a node on the stores of the house, as it starts.
func (h *house) notary() *notary.Notary {
	h.t.Helper()
	now := func() time.Time { return today }
	r := &register.Register{Journal: h.journal, Library: h.documents, Now: now}
	if err := r.Load(context.Background()); err != nil {
		h.t.Fatalf("loading: %v", err)
	}
	return &notary.Notary{Journal: h.journal, Documents: h.documents, Register: r, Keys: h.keys, Sealer: h.sealer, Now: now, Rand: rand.Reader, Name: "tests.example"}
}

// open opens a ledger that all steps are about.
func (h *house) open() *notary.Notary {
	h.t.Helper()
	n := h.notary()
	id, err := n.Open(context.Background())
	if err != nil {
		h.t.Fatalf("opening: %v", err)
	}
	h.id = id
	return n
}

// fail makes the append that is the number-th from now go wrong.
func (h *house) fail(number int, how notarytest.Fault) {
	h.journal.FailWith(func() notarytest.Fault {
		number--
		if number == 0 {
			return how
		}
		return notarytest.None
	})
}

// A step is something that a person asks for.
type step struct {
	name   string
	person string
	do     func(*notary.Notary, notary.Order) (notary.Receipt, error)
}

// order is what the step's person sends: the same key and the same request each time.
func (h *house) order(n *notary.Notary, s step) notary.Order {
	return notary.Order{Agreement: h.id, Actor: h.actor(n, s.person), Key: s.name, Request: seal.Sum([]byte(s.name)),
		Respond: func(r notary.Receipt) ([]byte, error) { return fmt.Appendf(nil, "%s at %d", s.name, r.First), nil }}
}

func (h *house) actor(n *notary.Notary, person string) articles.Actor {
	if person == "" {
		return articles.Actor{Party: agreement.Host, ID: "operator"}
	}
	v, err := n.Register.View(h.id)
	if err != nil {
		h.t.Fatalf("%v", err)
	}
	m, ok := v.Member(person)
	if !ok { // before the first proposal nobody is known
		return articles.Actor{Party: agreement.Host, ID: "operator"}
	}
	return articles.Actor{Party: m.Party, ID: m.ID, Roles: m.Roles}
}

func (h *house) run(n *notary.Notary, s step) (notary.Receipt, error) {
	return s.do(n, h.order(n, s))
}

// must runs a step, which must go well.
func (h *house) must(n *notary.Notary, s step) notary.Receipt {
	h.t.Helper()
	r, err := h.run(n, s)
	if err != nil {
		h.t.Fatalf("%s: %v", s.name, err)
	}
	return r
}

var example = sync.OnceValue(func() articles.Agreement { return draft.Example(date) })

var firstProposal = sync.OnceValue(func() notary.Proposal { return proposal("P-1") })

// proposal is the example under a number, with its attachments.
func proposal(number string) notary.Proposal {
	a := example()
	a.Agreement.Number = number
	p, err := signing.Bind(a, nil)
	if err != nil {
		panic(err) // the example is part of the program
	}
	byName, byFile := map[string][]byte{}, draft.Attachments()
	for _, at := range a.Agreement.Attachments {
		byName[at.Name] = byFile[at.File]
	}
	return notary.Proposal{File: []byte(number), Package: p, Attachments: byName}
}

func propose(name string, p notary.Proposal) step {
	return step{name, "", func(n *notary.Notary, o notary.Order) (notary.Receipt, error) {
		return n.Propose(context.Background(), o, p)
	}}
}

func signHere(person string) step {
	return step{"sign " + person, person, func(n *notary.Notary, o notary.Order) (notary.Receipt, error) {
		v, err := n.Register.View(o.Agreement)
		if err != nil {
			return notary.Receipt{}, err
		}
		latest, _ := v.State.Life.Latest()
		return n.SignHere(context.Background(), o, latest.Manifest)
	}}
}

func act(name, person string, command func(who articles.Actor) any) step {
	return step{name, person, func(n *notary.Notary, o notary.Order) (notary.Receipt, error) {
		o.Command = command(o.Actor)
		return n.Do(context.Background(), o)
	}}
}

func complete(milestone, person string) step {
	return act("complete "+milestone+" "+person, person, func(who articles.Actor) any {
		return integration.CompleteMilestone{Milestone: milestone, Party: who.Party, By: who.ID, Evidence: []integration.Evidence{{Kind: "link", Ref: "https://example.com"}}}
	})
}

func issueKey(person, component string) step {
	return step{"issue " + component, person, func(n *notary.Notary, o notary.Order) (notary.Receipt, error) {
		_, r, err := n.IssueKey(context.Background(), o, notary.KeyRequest{Component: component, Environment: agreement.Test, Purpose: agreement.Service, Label: "a key"},
			func(k access.Key, r notary.Receipt) ([]byte, error) { return []byte(k.Text().Reveal()), nil })
		return r, err
	}}
}

// life is a partnership from its proposal on.
func life() []step {
	return []step{
		propose("propose", firstProposal()),
		signHere("mara-voss"),
		signHere("aoife-kearney"),
		complete("api-development", "jonas-lindqvist"),
		complete("api-development", "declan-moran"),
		issueKey("declan-moran", "summarise"),
		act("breach", "tobias-reuter", func(who articles.Actor) any {
			return term.NotifyBreach{ID: "br_1", Party: who.Party, By: who.ID, What: "late"}
		}),
		act("suspend", "nele-brandt", func(who articles.Actor) any {
			return term.Suspend{Component: "summarise", Party: who.Party, By: who.ID, Reason: "an incident"}
		}),
		act("resume", "nele-brandt", func(who articles.Actor) any {
			return term.Resume{Component: "summarise", Party: who.Party, By: who.ID}
		}),
		complete("integration-testing", "jonas-lindqvist"),
	}
}

// An account is what a ledger says about each key: the types of the entries that it led to.
func (h *house) account() map[string][]string {
	h.t.Helper()
	leaves, err := h.journal.Leaves(context.Background(), h.id, 0)
	if err != nil {
		h.t.Fatalf("%v", err)
	}
	account := map[string][]string{}
	for _, leaf := range leaves {
		sealed, err := ledger.Open(leaf)
		if err != nil {
			h.t.Fatalf("%v", err)
		}
		account[sealed.Entry.Key] = append(account[sealed.Entry.Key], sealed.Entry.Type)
	}
	return account
}

// sound holds a house to what must be true at any moment, whatever went wrong before: the ledger is
// whole, the rows and the views are those that follow from it, and nobody is known twice.
func (h *house) sound(nodes ...*notary.Notary) {
	h.t.Helper()
	ctx := context.Background()
	report, err := ledger.Audit(h.journal.Source(ctx, h.id), ledger.Anchors{Agreement: string(h.id)})
	if err != nil || len(report.Findings) > 0 {
		h.t.Fatalf("the audit: %v, %v", report.Findings, err)
	}
	fresh, err := h.notary().Register.View(h.id)
	if err != nil {
		h.t.Fatalf("%v", err)
	}
	rows, err := h.journal.Rows(ctx, h.id)
	if diff := cmp.Diff(articles.Rows(fresh.State), rows); diff != "" || err != nil {
		h.t.Fatalf("the rows are not those of the ledger: %v (-want +got):\n%s", err, diff)
	}
	known := map[string]string{}
	for pseudonym := range fresh.State.Members {
		person := fresh.People[pseudonym]
		if other, twice := known[person]; twice || person == "" {
			h.t.Fatalf("%q is known as %s and as %s", person, other, pseudonym)
		}
		known[person] = pseudonym
	}
	for _, n := range nodes {
		v, err := n.Register.View(h.id)
		if err != nil || v.Size != fresh.Size {
			h.t.Fatalf("a node is at entry %d, and the ledger has %d (%v)", v.Size, fresh.Size, err)
		}
		if diff := cmp.Diff(articles.Rows(fresh.State), articles.Rows(v.State)); diff != "" {
			h.t.Fatalf("a node sees another state (-want +got):\n%s", diff)
		}
	}
}

// again is how a step is tried once more after a fault: with the same key.
func (h *house) again(n *notary.Notary, s step, fault notarytest.Fault) {
	h.t.Helper()
	r := h.must(n, s)
	if repeated := r.Repeated != nil; repeated != (fault == notarytest.Kept) {
		h.t.Errorf("%s again after fault %d: the answer of before: %t", s.name, fault, repeated)
	}
	if once := h.must(n, s); len(once.Repeated) == 0 {
		h.t.Errorf("%s a third time is not a repetition", s.name)
	}
}

func isFault(err error) bool { return errors.Is(err, notarytest.ErrFault) }
