package account_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/calendar"
	"entente/register"
)

// another is the example under another number, with a change.
func (h *house) another(number string, change func(*articles.Agreement)) agreement.ID {
	h.t.Helper()
	a := draft.Example(calendar.DateOf(start))
	a.Agreement.Number = number
	change(&a)
	return h.propose("", a)
}

// named gives a person of a text another address.
func named(id, address string) func(*articles.Agreement) {
	return func(a *articles.Agreement) {
		for i, p := range a.Governance.People {
			if p.ID == id {
				a.Governance.People[i].Email = agreement.Email(address)
			}
		}
	}
}

// sits are the agreements in which a caller has seats.
func (h *house) sits(c access.Caller) (all []agreement.ID) {
	for _, s := range h.book.Seats(c) {
		all = append(all, s.Agreement)
	}
	return all
}

// member is a person as a caller of an agreement, without any proof of an address.
func (h *house) member(id agreement.ID, person string) access.Caller {
	h.t.Helper()
	v := must2(h.register.View(id))
	m, ok := v.Member(person)
	if !ok {
		h.t.Fatalf("there is no %s in %s", person, id)
	}
	return access.Caller{Agreement: id, Actor: articles.Actor{Party: m.Party, ID: m.ID, Roles: m.Roles}}
}

func (h *house) byCode(n int, address string) (access.Key, access.Caller) {
	h.t.Helper()
	ticket, code := h.code(n, address)
	k, c, err := h.book.EnterByCode(h.t.Context(), ticket, code, desk, "test")
	must(h.t, err)
	return k, c
}

// Who has shown an address sits wherever it is named, as whoever they are there; a signed agreement is where
// they enter.
func TestAnAddressThatWasShownOpensAllItsSeats(t *testing.T) {
	h := newHouse(t)
	mara := string(h.person("mara-voss").Email)
	second := h.another("CT-2", named("mara-voss", strings.ToUpper(mara[:1])+mara[1:]))
	third := h.another("CT-3", func(a *articles.Agreement) {
		named("mara-voss", "other@calluna.example")(a)
		named("declan-moran", mara)(a)
	})
	fourth := h.another("CT-4", named("mara-voss", "other@calluna.example"))
	session, c := h.byCode(1, mara)
	if c.Agreement != h.id || c.Proven == "" {
		t.Fatalf("entered %s", c.Agreement)
	}
	if got, want := h.sits(c), []agreement.ID{h.id, second, third}; !same(got, want) {
		t.Errorf("they sit in %v, want %v", got, want)
	}
	there, err := h.book.At(c, third)
	if want := h.member(third, "declan-moran"); err != nil || there.Actor.ID != want.Actor.ID || there.Actor.Party != agreement.B || !slices.Equal(there.Actor.Roles, want.Actor.Roles) || there.Proven != c.Proven {
		t.Errorf("in the third: %+v, %v", there, err)
	}
	if _, err := h.book.At(c, fourth); !errors.Is(err, register.ErrUnknown) {
		t.Errorf("in the fourth: %v", err)
	}
	if _, err := h.book.At(c, "agr_none"); !errors.Is(err, register.ErrUnknown) {
		t.Errorf("in none: %v", err)
	}
	taken, at, err := h.book.Take(t.Context(), c, second, h.member(second, "mara-voss").Actor.ID, "test")
	if err != nil || at.Agreement != second || taken.Text().Equal(session.Text()) || !same(h.sits(at), h.sits(c)) {
		t.Errorf("taking another seat: %+v, %v", at, err)
	}
	if _, _, err := h.book.Take(t.Context(), c, second, h.member(second, "declan-moran").Actor.ID, "test"); !errors.Is(err, register.ErrUnknown) {
		t.Errorf("taking somebody else's seat: %v", err)
	}
}

// Whoever drafts an agreement writes whose addresses they like into it, and may be handed the seat that they
// made: by a link of the operator's, by a token, by a passkey made there. None of it shows that they read the mail
// of the address, so that none of it opens what is its owner's.
func TestWhoNamesAnAddressGetsNothingOfItsOwner(t *testing.T) {
	h := newHouse(t)
	mara := string(h.person("mara-voss").Email)
	own := h.another("EVIL-1", named("declan-moran", mara))
	stolen := h.member(own, "declan-moran")
	for name, kind := range map[string]access.Kind{"a link": access.Link, "a token": access.API, "a session": access.Session} {
		k, _, err := h.book.Door.Issue(t.Context(), kind, own, stolen.Actor.ID, "by the operator", access.LinkLife)
		must(t, err)
		c, err := h.book.Door.Enter(t.Context(), k.Text().Reveal(), kind)
		must(t, err)
		if kind == access.Link {
			_, c, err = h.book.Door.Redeem(t.Context(), k.Text().Reveal(), "test")
			must(t, err)
		}
		if got := h.sits(c); !same(got, []agreement.ID{own}) {
			t.Errorf("%s opens %v", name, got)
		}
		if _, err := h.book.At(c, h.id); !errors.Is(err, register.ErrUnknown) {
			t.Errorf("%s opens the owner's agreement: %v", name, err)
		}
		if _, _, err := h.book.Take(t.Context(), c, h.id, h.member(h.id, "mara-voss").Actor.ID, ""); !errors.Is(err, register.ErrUnknown) {
			t.Errorf("%s takes the owner's seat: %v", name, err)
		}
	}
	dev, _ := h.makes(stolen, -7)
	_, c, err := h.book.Enter(t.Context(), h.answer(stolen, dev), "test")
	must(t, err)
	if got := h.sits(c); !same(got, []agreement.ID{own}) {
		t.Errorf("a passkey opens %v", got)
	}
}

// What was shown counts for that address: when the seat gets another one, by its own party, the session is for
// that seat alone.
func TestAProofIsForOneAddress(t *testing.T) {
	h := newHouse(t)
	mine := "mallory@evil.example"
	own := h.another("EVIL-2", named("mara-voss", mine))
	_, c := h.byCode(1, mine)
	if got := h.sits(c); !same(got, []agreement.ID{own}) {
		t.Fatalf("they sit in %v", got)
	}
	a := draft.Example(calendar.DateOf(start))
	a.Agreement.Number = "EVIL-2"
	named("mara-voss", string(h.person("mara-voss").Email))(&a)
	h.propose(own, a)
	if got := h.sits(c); !same(got, []agreement.ID{own}) {
		t.Errorf("with another's address they sit in %v", got)
	}
	if _, err := h.book.At(c, h.id); !errors.Is(err, register.ErrUnknown) {
		t.Errorf("the other's agreement is open: %v", err)
	}
}

// A passkey that was made after the address was shown, and an invitation that was sent to it, open all seats.
func TestAProofIsPassedOn(t *testing.T) {
	h := newHouse(t)
	mara := string(h.person("mara-voss").Email)
	second := h.another("CT-2", func(*articles.Agreement) {})
	want := []agreement.ID{h.id, second}
	_, c := h.byCode(1, mara)
	dev, _ := h.makes(c, -7)
	if _, c, err := h.book.Enter(t.Context(), h.answer(c, dev), "test"); err != nil || !same(h.sits(c), want) {
		t.Errorf("the passkey: %v, %v", h.sits(c), err)
	}
	_, err := h.book.Invite(t.Context(), access.Caller{Operator: true}, h.id, "mara-voss", keepNothing)
	must(t, err)
	h.letter(3) // a code, what was made, and the invitation, in any order
	var link []string
	for _, l := range h.relay.Letters() {
		if found := linkIn.FindStringSubmatch(strings.ReplaceAll(l.Body, "=\n", "")); found != nil {
			link = found
		}
	}
	if link == nil {
		t.Fatal("no letter has a link")
	}
	_, c, err = h.book.Door.Redeem(t.Context(), strings.ReplaceAll(link[1], "=3D", "="), "test")
	if err != nil || !same(h.sits(c), want) {
		t.Errorf("the invitation: %v, %v", h.sits(c), err)
	}
}

// A person with two seats in one agreement says at which they want to sit.
func TestTwoSeatsInOneAgreement(t *testing.T) {
	h := newHouse(t)
	mara := string(h.person("mara-voss").Email)
	second := h.another("CT-2", named("declan-moran", mara))
	_, c := h.byCode(1, mara)
	if _, err := h.book.At(c, second); !errors.Is(err, register.ErrUnknown) {
		t.Errorf("without saying which: %v", err)
	}
	for _, person := range []string{"mara-voss", "declan-moran"} {
		if _, at, err := h.book.Take(t.Context(), c, second, h.member(second, person).Actor.ID, "test"); err != nil || at.Agreement != second {
			t.Errorf("as %s: %v", person, err)
		}
	}
}

func same(got, want []agreement.ID) bool {
	return slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want)))
}

// Whatever changes, a code leads to those agreements that name its address now, and to no other.
func TestAnAddressIsFoundWhereItStandsNow(t *testing.T) {
	h := newHouse(t)
	mara, kay := string(h.person("mara-voss").Email), "kay@calluna.example"
	second := h.another("CT-2", named("mara-voss", kay))
	next := 0
	finds := func(address string, want ...agreement.ID) {
		t.Helper()
		next++
		if _, c := h.byCode(next, address); !same(h.sits(c), want) {
			t.Errorf("%s sits in %v, want %v", address, h.sits(c), want)
		}
	}
	finds(mara, h.id)
	finds(kay, second)
	again := func(address string) {
		a := draft.Example(calendar.DateOf(start))
		a.Agreement.Number = "CT-2"
		named("mara-voss", address)(&a)
		h.propose(second, a)
	}
	again(mara)
	finds(mara, h.id, second)
	third := h.another("CT-3", named("declan-moran", kay))
	finds(kay, third)
	again(strings.ToUpper(kay))
	finds(kay, second, third)
	finds(mara, h.id, third)
}
