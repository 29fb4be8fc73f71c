package account_test

import (
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/calendar"
)

// moved is an agreement in which a person's address changes after its first version, and in which nothing is signed.
func (h *house) moved(person, to string) agreement.ID {
	id := h.another("ENT-MOVED", func(*articles.Agreement) {})
	a := draft.Example(calendar.DateOf(start))
	a.Agreement.Number = "ENT-MOVED"
	named(person, to)(&a)
	return h.propose(id, a)
}

func (h *house) toldMoved() int {
	h.t.Helper()
	must(h.t, h.book.TellMoved(h.t.Context()))
	must(h.t, h.book.Mail.Deliver(h.t.Context()))
	return len(h.relay.Letters())
}

// Whose address changes hears of it at the address of before, too, once, whatever happens to the node in between.
func TestAChangedAddressIsToldAtTheOldOne(t *testing.T) {
	h := newHouse(t)
	old := string(h.person("mara-voss").Email)
	if n := h.toldMoved(); n != 0 {
		t.Fatalf("%d letters before anything has changed", n)
	}
	h.moved("mara-voss", "mara@elsewhere.example")
	for range 2 {
		h.toldMoved()
		h.book = h.again() // a restart
	}
	h.pass(30 * 24 * time.Hour)
	if n := h.toldMoved(); n != 2 {
		t.Fatalf("%d letters, want one to each address", n)
	}
	said := map[string]string{}
	for _, l := range h.relay.Letters() {
		said[l.To] = strings.Join(strings.Fields(strings.ReplaceAll(l.Body, "=\n", "")), " ")
	}
	if text := said[old]; !strings.Contains(text, "no longer come here") || !strings.Contains(text, "tell whoever signs for your party, and the operator of the node") || strings.Contains(text, "elsewhere.example") {
		t.Errorf("the old address is told: %s", text)
	}
	if text := said["mara@elsewhere.example"]; !strings.Contains(text, "come here from now on") {
		t.Errorf("the new address is told: %s", text)
	}
}

// What changes nobody's address is told to nobody: another spelling of the same, or what the other party proposes.
func TestAnAddressThatStaysIsNotTold(t *testing.T) {
	h := newHouse(t)
	h.moved("mara-voss", strings.ToUpper(string(h.person("mara-voss").Email)))
	a := draft.Example(calendar.DateOf(start))
	named("mara-voss", "mara@evil.example")(&a)
	h.proposeAs(h.caller(agreement.B, agreement.Signatory), a)
	if n := h.toldMoved(); n != 0 {
		t.Errorf("%d letters: %+v", n, h.relay.Letters())
	}
}

// A change of long ago is no news for a node that begins to write letters.
func TestAnAddressOfLongAgoIsNotTold(t *testing.T) {
	h := newHouse(t)
	h.moved("mara-voss", "mara@elsewhere.example")
	h.pass(8 * 24 * time.Hour)
	if n := h.toldMoved(); n != 0 {
		t.Errorf("%d letters", n)
	}
}
