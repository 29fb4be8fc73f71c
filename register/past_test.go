package register_test

import (
	"errors"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles/term"
	"entente/notary"
	"entente/register"
)

// What decided is found again: by its time or, of a call that was decided just before an entry came and whose
// record begins just after it, by the digest of the policy that decided.
func TestThePast(t *testing.T) {
	h := newHouse(t)
	id := h.settle(t)
	r := h.notary.Register
	view, err := r.View(id)
	must(t, err)
	before := view.Policy().Digest
	decided := h.at
	h.at = h.at.Add(20 * time.Second)
	lead := h.actor(t, id, agreement.A, agreement.Signatory)
	_, err = h.notary.Do(t.Context(), notary.Order{Agreement: id, Actor: lead, Command: term.Suspend{Component: "summarise", Party: lead.Party, By: lead.ID, Reason: "an incident"}})
	must(t, err)
	view, err = r.View(id)
	must(t, err)
	after := view.Policy().Digest
	if before == after {
		t.Fatal("a suspension changes nothing")
	}
	for name, c := range map[string]struct {
		at           time.Time
		digest, want string
	}{
		"at its time":                            {decided, before, before},
		"after the entry":                        {h.at, after, after},
		"decided before, on record just after":   {h.at.Add(time.Second), before, before},
		"decided before, on record long after":   {h.at.Add(2 * time.Minute), before, after},
		"by a digest that the agreement had not": {h.at, "sha256:0", after},
		"by none":                                {h.at.Add(time.Hour), "", after},
	} {
		past, err := r.Past(t.Context(), id, c.at, c.digest)
		must(t, err)
		if got := past.Policy().Digest; got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	if _, err := r.Past(t.Context(), id, decided.AddDate(-9, 0, 0), before); !errors.Is(err, register.ErrUnknown) {
		t.Errorf("before it began: %v", err)
	}
}
