package account_test

import (
	"strings"
	"testing"

	"entente/access"
	"entente/agreement"
	"entente/ledger/passkey"
)

// Whoever can act as a person, the person hears of it, once, at the address that the agreement has for them.
func TestAChangedWayInIsTold(t *testing.T) {
	h := newHouse(t)
	c := h.caller(agreement.A, agreement.Technical) // a session labelled "test" began
	jonas := string(h.person("jonas-lindqvist").Email)
	expect := func(n int, what, then string) {
		t.Helper()
		to, text := h.letter(n)
		text = strings.Join(strings.Fields(text), " ")
		if to != jonas || !strings.Contains(text, what) || !strings.Contains(text, then) || !strings.Contains(text, "https://node.example/me") {
			t.Errorf("letter %d, to %s, says: %s", n, to, text)
		}
	}
	_, k := h.makes(c, passkey.Algorithms[0])
	expect(1, "A passkey was made that enters as you", "remove passkeys that are not yours")
	if found, err := h.book.Remove(t.Context(), c, k.ID); err != nil || !found {
		t.Fatalf("removing: %v, %v", found, err)
	}
	expect(2, "A passkey of yours was removed", "tell the operator")
	if found, err := h.book.Remove(t.Context(), c, k.ID); err != nil || found {
		t.Errorf("removing it again: %v, %v", found, err)
	}
	enter := func(label string) {
		t.Helper()
		session, _, err := h.book.Door.Issue(t.Context(), access.Session, h.id, c.Actor.ID, label, access.SessionLife)
		must(t, err)
		caller, err := h.book.Door.Enter(t.Context(), session.Text().Reveal(), access.Session)
		must(t, err)
		must(t, h.book.Began(t.Context(), caller))
	}
	enter("test") // as before
	enter("by link, <b>Firefox</b> on Linux")
	expect(3, "A session began where you had none before", "&lt;b&gt;Firefox&lt;/b&gt;")
	_, made, err := h.book.Door.Issue(t.Context(), access.API, h.id, c.Actor.ID, "nightly", access.TokenLife)
	must(t, err)
	h.book.TokenMade(t.Context(), made)
	h.book.TokenMade(t.Context(), made)
	expect(4, "A token was made that acts as you", made.ID)
	_, made, err = h.book.Door.Issue(t.Context(), access.Service, h.id, c.Actor.ID, "billing", access.TokenLife)
	must(t, err)
	h.book.TokenMade(t.Context(), made)
	expect(5, "An account was made by which a program of your party acts for you", made.ID)
	must(t, h.book.Mail.Deliver(t.Context()))
	if n := len(h.relay.Letters()); n != 5 {
		t.Errorf("%d letters came, want 5", n)
	}
}

// The first session of all is no surprise.
func TestTheFirstSessionIsNotTold(t *testing.T) {
	h := newHouse(t)
	must(t, h.book.Began(t.Context(), h.caller(agreement.A, agreement.Technical)))
	must(t, h.book.Mail.Deliver(t.Context()))
	if n := len(h.relay.Letters()); n != 0 {
		t.Errorf("%d letters came", n)
	}
}
