package notary_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/ledger/seal"
	"entente/notary"
	"entente/notary/notarytest"
	"entente/register"
)

// opening is what an operator's client sends, each time.
func opening(key string) notary.Order {
	return notary.Order{Actor: articles.Actor{Party: agreement.Host, ID: "operator"}, Key: key, Request: seal.Sum([]byte("open " + key))}
}

func (h *house) ledgers() int {
	ids, err := h.journal.Agreements(context.Background())
	if err != nil {
		h.t.Fatalf("%v", err)
	}
	return len(ids)
}

func TestOpenOnce(t *testing.T) {
	h := newHouse(t)
	n := h.notary()
	first, err := n.OpenOnce(t.Context(), opening("k"))
	if err != nil {
		t.Fatal(err)
	}
	for name, node := range map[string]*notary.Notary{"the node": n, "the node after a start": h.notary()} {
		if again, err := node.OpenOnce(t.Context(), opening("k")); again != first || err != nil {
			t.Errorf("%s opened %s, and %s before (%v)", name, again, first, err)
		}
		if id, ok, err := node.Opened(t.Context(), opening("k")); id != first || !ok || err != nil {
			t.Errorf("%s says that %s was opened: %t, %v", name, id, ok, err)
		}
	}
	other, err := n.OpenOnce(t.Context(), opening("another"))
	if err != nil || other == first {
		t.Errorf("another key: %s, %v", other, err)
	}
	reused := opening("k")
	reused.Request = seal.Sum([]byte("something else"))
	if _, err := n.OpenOnce(t.Context(), reused); !errors.Is(err, notary.ErrKeyReused) {
		t.Errorf("got %v, want ErrKeyReused", err)
	}
	for range 2 { // without a key each opening is one of its own
		if _, err := n.OpenOnce(t.Context(), notary.Order{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, ok, err := n.Opened(t.Context(), notary.Order{}); ok || err != nil {
		t.Errorf("no key opened a ledger: %t, %v", ok, err)
	}
	if h.ledgers() != 4 {
		t.Errorf("%d ledgers, want 4", h.ledgers())
	}
}

// Whatever becomes of the first attempt, and whether the node was started again since: with the same
// key there is one ledger, and a proposal can be made in it.
func TestAFaultAndTheSameOpeningAgain(t *testing.T) {
	for _, fault := range []notarytest.Fault{notarytest.Lost, notarytest.Kept} {
		for _, restarted := range []bool{false, true} {
			h := newHouse(t)
			n := h.notary()
			h.fail(1, fault)
			if _, err := n.OpenOnce(t.Context(), opening("k")); !isFault(err) {
				t.Fatal(err)
			}
			if restarted {
				n = h.notary()
			}
			var err error
			if h.id, err = n.OpenOnce(t.Context(), opening("k")); err != nil {
				t.Fatal(err)
			}
			h.must(n, life()[0])
			h.sound(n)
			if h.ledgers() != 1 {
				t.Errorf("fault %d, started again: %t: %d ledgers", fault, restarted, h.ledgers())
			}
		}
	}
}

func TestOpeningsAtOnce(t *testing.T) {
	h := newHouse(t)
	n := h.notary()
	ids := make([]agreement.ID, 8)
	var all sync.WaitGroup
	for i := range ids {
		all.Go(func() {
			var err error
			if ids[i], err = n.OpenOnce(context.Background(), opening("k")); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Errorf("%s and %s were opened", ids[0], id)
		}
	}
	if h.ledgers() != 1 {
		t.Errorf("%d ledgers", h.ledgers())
	}
}

// A node on which nothing happens rests: what the clock does wakes nobody, not even the clock.
func TestAnIdleNodeRests(t *testing.T) {
	h := newHouse(t)
	n := h.open()
	for _, s := range life()[:3] {
		h.must(n, s)
	}
	woken := 0
	n.Register.Changed = func(*register.View) { woken++ }
	var next time.Time
	for range 3 {
		next = n.Tick(t.Context(), slog.New(slog.DiscardHandler))
	}
	if woken > 0 || next.Sub(today) < time.Minute {
		t.Errorf("woken %d times; the next look is at %v", woken, next)
	}
}
