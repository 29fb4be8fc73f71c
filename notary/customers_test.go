package notary_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/term"
	"entente/notary/notarytest"
)

// When an agreement ends, whom it served is written down once, in as many entries as it takes; what
// goes wrong in between is done at the next attempt, under the same salt.
func TestCustomersAreListedAtTheEnd(t *testing.T) {
	h := newHouse(t)
	n := h.open()
	for _, s := range life()[:3] {
		h.must(n, s)
	}
	var names []string
	for i := range term.MostListed + 500 {
		names = append(names, fmt.Sprintf("c-%d", i))
	}
	trouble, asked := errors.New("the store does not answer"), 0
	n.Customers = func(_ context.Context, id agreement.ID, before time.Time) ([]string, error) {
		if asked++; id != h.id || !before.Equal(today.UTC()) {
			t.Errorf("asked for %s before %s", id, before)
		}
		return names, trouble
	}
	tick := func() time.Time { return n.Tick(t.Context(), slog.New(slog.DiscardHandler)) }
	list := func() *term.Served {
		v, err := n.Register.View(h.id)
		if err != nil {
			t.Fatal(err)
		}
		return v.State.Term.Served
	}
	tick()
	if asked != 0 || list() != nil {
		t.Fatal("customers were listed before the end")
	}
	h.must(n, act("terminate", "mara-voss", func(who articles.Actor) any {
		return term.Terminate{Ground: term.Insolvency, Party: who.Party, By: who.ID, Reason: "a petition was filed"}
	}))
	if next := tick(); asked != 1 || list() != nil || next.After(today.Add(time.Minute)) {
		t.Fatalf("asked %d times; the next attempt is at %s", asked, next)
	}
	trouble = nil
	h.fail(2, notarytest.Lost)
	tick()
	part := list()
	if part == nil || part.Listed || len(part.Known) != term.MostListed {
		t.Fatalf("after one part: %+v", part)
	}
	tick()
	whole := list()
	if !whole.Listed || len(whole.Known) != len(names) || string(whole.Salt) != string(part.Salt) {
		t.Fatalf("listed %d, whole: %v", len(whole.Known), whole.Listed)
	}
	for _, name := range names {
		if !whole.Knows(name) {
			t.Fatalf("%s is not known", name)
		}
	}
	if whole.Knows("c-other") {
		t.Error("a stranger is known")
	}
	tick()
	if asked != 3 || list() != whole {
		t.Errorf("asked %d times", asked)
	}
	h.sound(n)
}
