package notary_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"entente/articles"
	"entente/articles/integration"
	"entente/ledger/seal"
	"entente/notary"
	"entente/notary/notarytest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// undisturbed is what these steps leave in a ledger when nothing goes wrong.
func undisturbed(t *testing.T, steps []step) map[string][]string {
	t.Helper()
	h := newHouse(t)
	n := h.open()
	for _, s := range steps {
		h.must(n, s)
	}
	h.sound(n)
	return h.account()
}

func TestALifeLeavesOneSetOfEntriesForEachAct(t *testing.T) {
	account := undisturbed(t, life())
	for _, s := range life() {
		if len(account[s.name]) == 0 {
			t.Errorf("%s left nothing", s.name)
		}
	}
	for key, want := range map[string][]string{
		"": {"ledger.opened/1"}, "propose": {"agreement.proposed/2"}, "sign mara-voss": {"agreement.signed/1"},
		"sign aoife-kearney":                    {"agreement.signed/1", "agreement.entered_into_force/1"},
		"complete api-development declan-moran": {"integration.milestone_confirmed/1", "integration.milestone_completed/1"},
	} {
		if diff := cmp.Diff(want, account[key]); diff != "" {
			t.Errorf("%q (-want +got):\n%s", key, diff)
		}
	}
}

// Whichever append fails, and whether it was kept or not: with the same key again there is exactly
// one set of entries, and what follows goes on from there.
func TestAFaultAndTheSameOrderAgain(t *testing.T) {
	want := undisturbed(t, life())
	for _, fault := range []notarytest.Fault{notarytest.Lost, notarytest.Kept} {
		for i := range life() {
			t.Run(fmt.Sprintf("fault %d at step %d", fault, i), func(t *testing.T) {
				h := newHouse(t)
				n := h.open()
				h.fail(i+1, fault)
				for j, s := range life() {
					_, err := h.run(n, s)
					if isFault(err) != (i == j) || err != nil && i != j {
						t.Fatalf("%s: %v", s.name, err)
					}
					if i == j {
						h.again(n, s, fault)
					}
				}
				h.sound(n)
				if diff := cmp.Diff(want, h.account()); diff != "" {
					t.Errorf("entries by key (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// The same, when the node is started again between the fault and the retry.
func TestAFaultAndANewStart(t *testing.T) {
	want := undisturbed(t, life())
	for _, fault := range []notarytest.Fault{notarytest.Lost, notarytest.Kept} {
		h := newHouse(t)
		n := h.open()
		for _, s := range life() {
			h.fail(1, fault)
			if _, err := h.run(n, s); !isFault(err) {
				t.Fatalf("%s: %v", s.name, err)
			}
			n = h.notary()
			h.again(n, s, fault)
		}
		h.sound(n)
		if diff := cmp.Diff(want, h.account()); diff != "" {
			t.Errorf("fault %d (-want +got):\n%s", fault, diff)
		}
	}
}

// What was kept although it failed is seen at once: a key that was revoked opens nothing, whatever
// its revoker was told.
func TestWhatWasKeptIsSeenAtOnce(t *testing.T) {
	h := newHouse(t)
	n := h.open()
	for _, s := range life() {
		h.must(n, s)
	}
	var id string
	v, _ := n.Register.View(h.id)
	for key := range v.State.Integration.Keys {
		id = key
	}
	revoke := act("revoke", "declan-moran", func(who articles.Actor) any {
		return integration.RevokeKey{ID: id, Party: who.Party, By: who.ID}
	})
	h.fail(1, notarytest.Kept)
	if _, err := h.run(n, revoke); !isFault(err) {
		t.Fatal(err)
	}
	h.sound(n)
	if v, _ = n.Register.View(h.id); v.State.Integration.Keys[id].Live(today) {
		t.Error("the key still opens something")
	}
	h.again(n, revoke, notarytest.Kept)
}

// Nobody tries again, and somebody asks for something else: that stands on what was kept.
func TestAFaultAndAnotherOrder(t *testing.T) {
	steps := life()
	for _, fault := range []notarytest.Fault{notarytest.Lost, notarytest.Kept} {
		h := newHouse(t)
		n := h.open()
		for _, s := range steps[:3] {
			h.must(n, s)
		}
		h.fail(1, fault)
		if _, err := h.run(n, steps[3]); !isFault(err) {
			t.Fatal(err)
		}
		h.must(n, steps[4])
		h.sound(n)
		account := h.account()
		if kept := len(account[steps[3].name]) > 0; kept != (fault == notarytest.Kept) {
			t.Errorf("fault %d: the first order is in the ledger: %t", fault, kept)
		}
		if completed := len(account[steps[4].name]) == 2; completed != (fault == notarytest.Kept) {
			t.Errorf("fault %d: the second order led to %v", fault, account[steps[4].name])
		}
	}
}

// A proposal that was kept although it failed, and then another text: the people of the two are the
// same people.
func TestAFaultAndAnotherProposal(t *testing.T) {
	for _, fault := range []notarytest.Fault{notarytest.Lost, notarytest.Kept} {
		h := newHouse(t)
		n := h.open()
		h.fail(1, fault)
		if _, err := h.run(n, propose("one", firstProposal())); !isFault(err) {
			t.Fatal(err)
		}
		h.must(n, propose("two", proposal("P-2")))
		h.sound(n)
	}
}

// A proposal at a node that has not yet heard of another: the people of the two are the same people.
func TestAProposalOnAViewThatIsBehind(t *testing.T) {
	h := newHouse(t)
	n := h.open()
	behind := h.notary()
	h.must(n, propose("one", firstProposal()))
	h.must(behind, propose("two", proposal("P-2")))
	h.sound(behind)
}

// A policy that is compiled again while the agreement goes on does not take it back.
func TestAnOldViewDoesNotComeBack(t *testing.T) {
	h := newHouse(t)
	n := h.open()
	old, err := n.Register.View(h.id)
	if err != nil {
		t.Fatal(err)
	}
	h.must(n, life()[0])
	n.Register.Publish(old)
	h.sound(n)
}

// Two nodes on one journal: an order that comes to both at once is carried out once.
func TestOneOrderAtTwoNodes(t *testing.T) {
	h := newHouse(t)
	h.open()
	want := undisturbed(t, life())
	for _, s := range life() {
		nodes := []*notary.Notary{h.notary(), h.notary()} // which know what was done before, and no more
		var all sync.WaitGroup
		repeated := make([]bool, 6)
		for i := range repeated {
			n := nodes[i%2]
			o := h.order(n, s)
			all.Go(func() {
				r, err := s.do(n, o)
				if err != nil {
					t.Errorf("%s at node %d: %v", s.name, i%2, err)
				}
				repeated[i] = r.Repeated != nil
			})
		}
		all.Wait()
		fresh := 0
		for _, again := range repeated {
			if !again {
				fresh++
			}
		}
		if fresh != 1 {
			t.Fatalf("%s was carried out %d times", s.name, fresh)
		}
	}
	if diff := cmp.Diff(want, h.account()); diff != "" {
		t.Errorf("entries by key (-want +got):\n%s", diff)
	}
	h.sound()
}

// Whatever fails, however often, and however often the node starts again: what was answered stands,
// nothing stands twice, and nothing stands in part.
func TestAnyFaults(t *testing.T) {
	steps := life()[:6]
	want := undisturbed(t, steps)
	rapid.Check(t, func(t *rapid.T) {
		h := newHouse(t)
		n := h.open()
		done := 0
		for done < len(steps) {
			h.fail(1, rapid.SampledFrom([]notarytest.Fault{notarytest.None, notarytest.None, notarytest.Lost, notarytest.Kept}).Draw(t, "fault"))
			_, err := h.run(n, steps[done])
			switch {
			case err == nil:
				done++
			case !isFault(err):
				t.Fatalf("%s: %v", steps[done].name, err)
			}
			if rapid.IntRange(0, 4).Draw(t, "start again") == 0 {
				n = h.notary()
			}
		}
		h.sound(n)
		if diff := cmp.Diff(want, h.account()); diff != "" {
			t.Fatalf("entries by key (-want +got):\n%s", diff)
		}
	})
}

// Opening has no key: a ledger that was kept although it failed has one entry and disturbs nobody.
func TestAFaultAtTheOpening(t *testing.T) {
	for fault, want := range map[notarytest.Fault]int{notarytest.Lost: 1, notarytest.Kept: 2} {
		h := newHouse(t)
		h.fail(1, fault)
		if _, err := h.notary().Open(context.Background()); !isFault(err) {
			t.Fatal(err)
		}
		n := h.open()
		h.must(n, life()[0])
		h.sound(n)
		if ids, _ := h.journal.Agreements(t.Context()); len(ids) != want {
			t.Errorf("fault %d: %d ledgers, want %d", fault, len(ids), want)
		}
	}
}

func TestAKeyIsForOneRequest(t *testing.T) {
	h := newHouse(t)
	n := h.open()
	h.must(n, life()[0])
	o := h.order(n, life()[1])
	o.Key, o.Actor = "propose", articles.Actor{Party: "host", ID: "operator"}
	o.Request = seal.Sum([]byte("another"))
	if _, err := n.Do(t.Context(), o); err != notary.ErrKeyReused {
		t.Errorf("got %v, want ErrKeyReused", err)
	}
}
