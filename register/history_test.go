package register_test

import (
	"crypto/rand"
	"path/filepath"
	"testing"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/signing"
	"entente/calendar"
	"entente/notary"
	"entente/notary/notarytest"
	"entente/register"
	"entente/sqlite"
)

// A house is a node's stores, its notary and its clock.
type house struct {
	path      string
	store     *sqlite.Store
	documents *notarytest.Documents
	notary    *notary.Notary
	at        time.Time
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{path: filepath.Join(t.TempDir(), "entente.db"), documents: &notarytest.Documents{}, at: notarytest.Day}
	var err error
	h.store, err = sqlite.Open(h.path)
	must(t, err)
	t.Cleanup(func() { h.store.Close() })
	sealer, err := access.NewSealer(make([]byte, access.KEKBytes), rand.Reader)
	must(t, err)
	h.notary = &notary.Notary{Journal: h.store, Documents: h.documents, Register: h.register(), Keys: &notarytest.Keys{}, Sealer: sealer,
		Now: h.now, Rand: rand.Reader, Name: "tests.example"}
	return h
}

func (h *house) now() time.Time { return h.at }

// register is a register as it is when a node starts.
func (h *house) register() *register.Register {
	return &register.Register{Journal: h.store, Library: h.documents, Now: h.now}
}

// settle opens the example agreement, and both parties sign it.
func (h *house) settle(t testing.TB) agreement.ID {
	t.Helper()
	id, err := h.notary.Open(t.Context())
	must(t, err)
	a := draft.Example(calendar.DateOf(notarytest.Day))
	a.Agreement.Attachments = nil
	p, err := signing.Bind(a, nil)
	must(t, err)
	_, err = h.notary.Propose(t.Context(), notary.Order{Agreement: id, Actor: articles.Actor{Party: agreement.Host, ID: "operator"}},
		notary.Proposal{File: draft.Write(a), Package: p, First: agreement.A})
	must(t, err)
	for _, party := range agreement.Both {
		_, err := h.notary.SignHere(t.Context(), notary.Order{Agreement: id, Actor: h.actor(t, id, party, agreement.Signatory)}, p.Digest().String())
		must(t, err)
	}
	return id
}

// actor is a person of a party who has a role.
func (h *house) actor(t testing.TB, id agreement.ID, party agreement.Party, role agreement.Role) articles.Actor {
	t.Helper()
	v, err := h.notary.Register.View(id)
	must(t, err)
	for _, person := range v.State.Text().Frame().People {
		if m, ok := v.Member(person.ID); ok && m.Party == party && person.Has(role) {
			return articles.Actor{Party: m.Party, ID: m.ID, Roles: m.Roles}
		}
	}
	t.Fatalf("%s has no %s", party.Label(), role)
	return articles.Actor{}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
