package api_test

import (
	"slices"
	"testing"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/articles/scope"
	"entente/calendar"
)

// proven is a token of a person who has shown to read their mail.
func (h *house) proven(p partnership, person string, scope access.Scope) string {
	h.t.Helper()
	v, err := h.register.View(agreement.ID(p.id))
	must(h.t, err)
	who, _ := v.State.Texts[0].Frame().Person(person)
	_, session, err := h.accounts.EnterAs(h.t.Context(), string(who.Email), "test")
	must(h.t, err)
	_, session, err = h.accounts.Take(h.t.Context(), session, agreement.ID(p.id), h.pseudonym(p, person), "test")
	must(h.t, err)
	q, err := h.accounts.AskForToken(session)
	must(h.t, err)
	k, _, err := h.accounts.MakeToken(h.t.Context(), session, q.Text, "test", scope, access.TokenLife)
	must(h.t, err)
	return k.Text().Reveal()
}

type folioAnswer struct {
	Proven bool
	Items  []struct {
		Agreement, Number, Own, Other, Health string
		Care                                  []struct{ Clause, Fact string }
	}
	Conflicts []struct {
		Promise, With, What string
		Signed              bool
	}
}

func (f folioAnswer) numbers() (all []string) {
	for _, one := range f.Items {
		all = append(all, one.Number)
	}
	slices.Sort(all)
	return all
}

// The portfolio is as wide as what was shown of the address: a token that the operator made for a seat, whoever
// the seat names, reads that agreement alone.
func TestAPortfolioByTheAPI(t *testing.T) {
	h := newHouse(t)
	promised := example()
	promised.Scope.Tier, promised.Scope.Preferred = scope.ExclusiveTier, nil
	promised.Scope.Exclusive = &scope.Exclusive{By: "a", Scope: "the tide tables", Territory: "worldwide", Duration: calendar.Duration{Years: 9}}
	first := h.settle(promised)
	partner := other()
	partner.Parties.B.Name, partner.Parties.B.Registration = "Harbour Ltd", "1"
	elsewhere(&partner, agreement.B, "harbour.example")
	second := h.settle(partner)
	trap := example()
	trap.Agreement.Number, trap.Parties.B.Name = "EVIL-1", "Mallory Ltd"
	elsewhere(&trap, agreement.B, "evil.example")
	third := h.propose(trap)

	var narrow folioAnswer
	h.ok(third.people[signatoryA], "GET", "/api/v1/portfolio", nil, &narrow)
	if narrow.Proven || !slices.Equal(narrow.numbers(), []string{"EVIL-1"}) || len(narrow.Conflicts) != 0 {
		t.Errorf("the operator's token reads %+v", narrow)
	}
	var wide folioAnswer
	token := h.proven(first, signatoryA, "")
	h.ok(token, "GET", "/api/v1/portfolio", nil, &wide)
	want := []string{"EVIL-1", promised.Agreement.Number, partner.Agreement.Number}
	slices.Sort(want)
	if !wide.Proven || !slices.Equal(wide.numbers(), want) || len(wide.Conflicts) < 2 || wide.Conflicts[0].What != "the tide tables" {
		t.Errorf("the owner's token reads %+v", wide)
	}
	for _, one := range []partnership{second, third} {
		h.refused(404, "", token, "GET", "/api/v1/agreements/"+one.id, nil)
	}
	var partners folioAnswer
	h.refused(403, "", h.proven(first, signatoryA, access.NewScope(true, []string{"portfolio"})), "GET", "/api/v1/agreements/"+first.id, nil)
	h.ok(h.proven(second, signatoryB, access.NewScope(true, []string{"portfolio"})), "GET", "/api/v1/portfolio", nil, &partners)
	if !slices.Equal(partners.numbers(), []string{partner.Agreement.Number}) || len(partners.Conflicts) != 0 {
		t.Errorf("the partner reads %+v", partners)
	}
	h.refused(403, "7.1", h.operator, "GET", "/api/v1/portfolio", nil)
	var made struct{ Secret string }
	h.ok(second.people[signatoryA], "POST", "/api/v1/tokens", map[string]string{"label": "x"}, &made)
	var still folioAnswer
	h.ok(made.Secret, "GET", "/api/v1/portfolio", nil, &still)
	if still.Proven || !slices.Equal(still.numbers(), []string{partner.Agreement.Number}) {
		t.Errorf("a token by a token reads %+v", still)
	}
}

// elsewhere gives the people of a party addresses of another company.
func elsewhere(a *articles.Agreement, p agreement.Party, domain string) {
	for i, person := range a.Governance.People {
		if person.Party == p {
			a.Governance.People[i].Email = agreement.Email(person.ID + "@" + domain)
		}
	}
}
