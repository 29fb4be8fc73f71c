package statement_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/articles/commerce"
	"entente/articles/draft"
	"entente/articles/signing"
	"entente/calendar"
	"entente/meter"
	"entente/notary"
	"entente/notary/notarytest"
	"entente/register"
	"entente/sqlite"
	"entente/statement"
	"entente/usage"
)

// A house is a notary over a store, with one agreement that is in force.
type house struct {
	path   string
	at     time.Time
	store  *sqlite.Store
	notary *notary.Notary
	clerk  *statement.Clerk
	id     agreement.ID
	open   map[meter.ID]meter.Record
	n      byte // of the last record
}

func newHouse(t testing.TB) *house {
	t.Helper()
	return newHouseAt(t, notarytest.Day)
}

// newHouseAt has the example agreement signed by both parties at an instant.
func newHouseAt(t testing.TB, at time.Time) *house {
	t.Helper()
	h := &house{path: filepath.Join(t.TempDir(), "entente.db"), at: at}
	var err error
	h.store, err = sqlite.Open(h.path)
	must(t, err)
	t.Cleanup(func() { h.store.Close() })
	sealer, err := access.NewSealer(make([]byte, access.KEKBytes), rand.Reader)
	must(t, err)
	documents := &notarytest.Documents{}
	h.notary = &notary.Notary{Journal: h.store, Documents: documents, Keys: &notarytest.Keys{}, Sealer: sealer, Now: h.now, Rand: rand.Reader, Name: "tests.example",
		Register: &register.Register{Journal: h.store, Library: documents, Now: h.now}}
	h.clerk = h.newClerk(h.store)
	h.settle(t)
	return h
}

func (h *house) now() time.Time { return h.at }

func (h *house) newClerk(s statement.Store) *statement.Clerk {
	return &statement.Clerk{Register: h.notary.Register, Notary: h.notary, Store: s, Settle: func(context.Context) ([]meter.Record, error) { return slices.Collect(maps.Values(h.open)), nil }, Now: h.now, Log: slog.New(slog.DiscardHandler), Archive: h.store, Uses: h.uses}
}

func (h *house) settle(t testing.TB) {
	t.Helper()
	var err error
	h.id, err = h.notary.Open(t.Context())
	must(t, err)
	a := draft.Example(calendar.DateOf(notarytest.Day))
	a.Agreement.Attachments = nil
	p, err := signing.Bind(a, nil)
	must(t, err)
	_, err = h.notary.Propose(t.Context(), notary.Order{Agreement: h.id, Actor: articles.Actor{Party: agreement.Host, ID: "operator"}}, notary.Proposal{File: draft.Write(a), Package: p})
	must(t, err)
	v := h.view(t)
	for _, person := range v.State.Text().Frame().People {
		if m, ok := v.Member(person.ID); ok && person.Has(agreement.Signatory) && !v.State.Life.Versions[0].SignedBy(m.Party) {
			_, err := h.notary.SignHere(t.Context(), notary.Order{Agreement: h.id, Actor: articles.Actor{Party: m.Party, ID: m.ID, Roles: m.Roles}}, p.Digest().String())
			must(t, err)
			v = h.view(t)
		}
	}
}

func (h *house) view(t testing.TB) *register.View {
	t.Helper()
	v, err := h.notary.Register.View(h.id)
	must(t, err)
	return v
}

// call meters a call that is opened at a time and takes so long; one without end stays open.
func (h *house) call(t testing.TB, opened time.Time, took time.Duration) meter.Record {
	t.Helper()
	h.n++
	r := meter.Record{ID: meter.ID{h.n}, Agreement: string(h.id), Version: 1, Policy: "sha256:00", Key: "key_1", Party: "b", Component: "summarise",
		Environment: "production", Purpose: "service", DataClass: "customer", Operation: "chat.completions", Model: "m", Opened: opened.UTC(), State: meter.Open}
	if took > 0 {
		h.save(t, ended(r, took))
		return ended(r, took)
	}
	if h.open == nil {
		h.open = map[meter.ID]meter.Record{}
	}
	h.open[r.ID] = r
	return r
}

func (h *house) save(t testing.TB, r meter.Record) {
	t.Helper()
	delete(h.open, r.ID)
	must(t, h.store.Save(t.Context(), []meter.Record{r}))
}

func ended(r meter.Record, took time.Duration) meter.Record {
	r.State, r.Outcome, r.Closed, r.Status = meter.Closed, meter.OK, r.Opened.Add(took), 200
	r.Usage = usage.Usage{TokensKnown: true, Tokens: usage.Tokens{InputUncached: 100, Output: 7}}
	return r
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// uses is what the store has of a component; see statement.Uses.
func (h *house) uses(ctx context.Context, id agreement.ID, f agreement.Frame, w commerce.Window) ([]commerce.Use, error) {
	sums, err := h.store.Summary(ctx, meter.Query{Agreement: string(id), Component: w.Component, Environment: string(w.Environment),
		From: meter.DayOf(w.From, f.Zone()), To: meter.DayOf(w.To.Add(-1), f.Zone()), Zone: f.Zone()})
	var all []commerce.Use
	for _, s := range sums {
		all = append(all, commerce.Use{Component: s.Component, Consumer: agreement.B, InputTokens: s.Tokens.InputUncached, OutputTokens: s.Tokens.Output})
	}
	return all, err
}
