package console_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/scope"
	"entente/calendar"
	"entente/mail/mailtest"
)

// between is an agreement between two companies, each known by one word, signed by both: all of a company's
// people have the company's domain, and its signatory is called after it.
func (h *house) between(number, a, b string, change func(*articles.Agreement)) agreement.ID {
	h.t.Helper()
	text := draft.Example(today)
	text.Agreement.Number, text.Agreement.Effective = number, today
	text.Scope.Tier, text.Scope.Preferred = scope.NonExclusive, nil
	text.Parties.A.Name, text.Parties.A.ShortName, text.Parties.A.Registration = a+" Ltd", a, "reg "+a
	text.Parties.B.Name, text.Parties.B.ShortName, text.Parties.B.Registration = b+" Ltd", b, "reg "+b
	for i, p := range text.Governance.People {
		company := map[agreement.Party]string{agreement.A: a, agreement.B: b}[p.Party]
		name, _, _ := strings.Cut(string(p.Email), "@")
		if p.Has(agreement.Signatory) {
			name = "chief"
		}
		text.Governance.People[i].Email = agreement.Email(name + "@" + strings.ToLower(company) + ".example")
	}
	if change != nil {
		change(&text)
	}
	return h.signed(text)
}

// exclusive binds Party A to Party B.
func exclusive(a *articles.Agreement) {
	a.Scope.Tier = scope.ExclusiveTier
	a.Scope.Exclusive = &scope.Exclusive{By: "a", Scope: "the tide tables", Territory: "worldwide", Duration: calendar.Duration{Years: 2}}
}

// byCode is the browser of whoever reads the mail of an address, and where it is led first.
func (h *house) byCode(letter func(int) mailtest.Letter, n int, address string) (*browser, string) {
	h.t.Helper()
	t := h.t.(*testing.T)
	_, page := h.stranger().post("/codes", url.Values{"address": {address}})
	code := regexp.MustCompile(`\d{4} \d{4}`).FindString(letter(n).Body)
	res, body := h.stranger().post("/codes/entry", url.Values{"ticket": {forms(t, page)[0].values["ticket"]}, "address": {"x"}, "code": {code}})
	got := cookies(res)
	if len(got) != 1 {
		h.t.Fatalf("%s does not enter: %d %s", address, res.StatusCode, text(t, body))
	}
	b := h.stranger()
	b.session = got[0].Value
	return b, res.Header.Get("Location")
}

// Three companies on one node, each with the two others. Each sees its own agreements; what one has promised
// another and does with the third, it alone is shown.
func TestNobodySeesAnothersPartners(t *testing.T) {
	h := newHouse(t)
	letter := h.writes()
	all := map[string]agreement.ID{"AB-1": h.between("AB-1", "Ash", "Birch", exclusive), "AC-1": h.between("AC-1", "Ash", "Cedar", nil), "BC-1": h.between("BC-1", "Birch", "Cedar", nil)}
	for i, tt := range []struct {
		company  string
		sees     []string
		lacks    string
		third    string // whom it may not learn to be the others' partner from here
		conflict bool
	}{
		{"ash", []string{"AB-1", "AC-1"}, "BC-1", "", true},
		{"birch", []string{"AB-1", "BC-1"}, "AC-1", "", false},
		{"cedar", []string{"AC-1", "BC-1"}, "AB-1", "", false},
	} {
		b, first := h.byCode(letter, i+1, "chief@"+tt.company+".example")
		if first != "/portfolio" {
			t.Errorf("%s is led to %s", tt.company, first)
		}
		res, body := b.get("/portfolio")
		accessible(t, "portfolio", body)
		for _, number := range tt.sees {
			if home := "/agreements/" + string(all[number]); res.StatusCode != 200 || !strings.Contains(body, number) || !strings.Contains(body, home) {
				t.Errorf("%s is not shown %s", tt.company, number)
			} else if res, page := b.get(home); res.StatusCode != 200 || !strings.Contains(page, `href="/portfolio"`) {
				t.Errorf("%s at %s: %d", tt.company, number, res.StatusCode)
			}
		}
		if strings.Contains(body, tt.lacks) || strings.Contains(body, string(all[tt.lacks])) {
			t.Errorf("%s is shown %s", tt.company, tt.lacks)
		}
		if res, _ := b.get("/agreements/" + string(all[tt.lacks])); res.StatusCode != 404 {
			t.Errorf("%s at %s: %d", tt.company, tt.lacks, res.StatusCode)
		}
		if says := text(t, body); strings.Contains(says, "Promises that meet") != tt.conflict || strings.Contains(says, "Ash: Birch and Cedar") != tt.conflict || strings.Contains(says, "the tide tables") != tt.conflict {
			t.Errorf("%s is told of a conflict: %v; %s", tt.company, !tt.conflict, says)
		}
	}
	// A colleague who sits in one agreement alone is led there, and learns of no other.
	h.between("AD-1", "Ash", "Daphne", func(a *articles.Agreement) {
		for i, p := range a.Governance.People {
			if p.Party == agreement.A && p.Has(agreement.Finance) {
				a.Governance.People[i].Email = "purse@ash.example"
			}
		}
	})
	b, first := h.byCode(letter, 4, "purse@ash.example")
	if !strings.HasPrefix(first, "/agreements/") {
		t.Errorf("a colleague is led to %s", first)
	}
	if _, body := b.get("/portfolio"); !strings.Contains(body, "AD-1") || strings.Contains(body, "AB-1") || strings.Contains(body, "AC-1") || strings.Contains(text(t, body), "Promises that meet") {
		t.Errorf("a colleague sees %s", text(t, body))
	}
}

// A partner drafts an agreement that names another company as its own side, and one of that company's people by
// their address. Whoever is given that seat by the operator sees that draft alone; and the person whose address
// it is sees it, in their portfolio, as what it is.
func TestADraftThatNamesMeReadsNothingOfMine(t *testing.T) {
	h := newHouse(t)
	letter := h.writes()
	h.between("AB-1", "Ash", "Birch", exclusive)
	h.between("AC-1", "Ash", "Cedar", nil)
	evil := draft.Example(today)
	evil.Agreement.Number = "EVIL-1"
	evil.Parties.A.Name, evil.Parties.A.ShortName, evil.Parties.A.Registration = "Ash Ltd", "Ash", "reg Ash"
	for i, p := range evil.Governance.People {
		if p.Has(agreement.Signatory) && p.Party == agreement.A {
			evil.Governance.People[i].Email = "chief@ash.example"
		}
	}
	trap := h.propose("", evil, nil)
	seat := h.holder(trap, agreement.A, agreement.Signatory)
	intruder := h.enters(trap, seat) // as by a link of the operator's
	res, body := intruder.get("/portfolio")
	if says := text(t, body); res.StatusCode != 200 || !strings.Contains(says, "EVIL-1") || strings.Contains(says, "AB-1") || strings.Contains(says, "AC-1") || strings.Contains(says, "Cedar") || strings.Contains(says, "Promises that meet") {
		t.Errorf("the intruder sees %s", says)
	}
	if res, _ := intruder.get("/"); res.Header.Get("Location") != "/agreements/"+string(trap) {
		t.Errorf("the intruder is led to %s", res.Header.Get("Location"))
	}
	for _, v := range h.register.Views() {
		if v.State.ID == trap {
			continue
		}
		for _, path := range []string{"", "/ledger", "/people", "/components"} {
			if res, _ := intruder.get("/agreements/" + string(v.State.ID) + path); res.StatusCode != http.StatusNotFound {
				t.Errorf("the intruder at %s%s: %d", v.State.ID, path, res.StatusCode)
			}
		}
		m, _ := v.Member("mara-voss")
		if res, _ := intruder.post("/seats", url.Values{"agreement": {string(v.State.ID)}, "person": {m.ID}}); res.StatusCode != http.StatusNotFound || len(cookies(res)) > 0 {
			t.Errorf("the intruder takes a seat of %s: %d", v.State.ID, res.StatusCode)
		}
	}
	owner, _ := h.byCode(letter, 1, "chief@ash.example")
	_, body = owner.get("/portfolio")
	if says := text(t, body); !strings.Contains(says, "EVIL-1") || !strings.Contains(says, "AC-1") || !strings.Contains(says, "not signed yet") {
		t.Errorf("the owner sees %s", says)
	}
	_, body = owner.get("/me")
	if says := text(t, body); !strings.Contains(says, "test") {
		t.Errorf("the owner is not shown the other session: %s", says)
	}
	if res, _ := owner.post("/me/sessions/end", url.Values{}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("ending the others: %d", res.StatusCode)
	}
	if res, _ := intruder.get("/agreements/" + string(trap)); res.StatusCode != http.StatusForbidden {
		t.Errorf("the intruder stays: %d", res.StatusCode)
	}
}

// Who has two seats in one agreement sits at one of them at a time.
func TestTakingAnotherSeat(t *testing.T) {
	h := newHouse(t)
	letter := h.writes()
	h.between("AB-1", "Ash", "Birch", nil)
	twofold := h.between("AC-1", "Ash", "Cedar", func(a *articles.Agreement) {
		for i, p := range a.Governance.People {
			if p.Has(agreement.Finance) && p.Party == agreement.B {
				a.Governance.People[i].Email = "chief@ash.example"
			}
		}
	})
	b, _ := h.byCode(letter, 1, "chief@ash.example")
	_, body := b.get("/portfolio")
	accessible(t, "portfolio", body)
	var found form
	for _, f := range forms(t, body) {
		if f.action == "/seats" {
			found = f
		}
	}
	// Which of the seats is theirs first, their identifiers decide: so what is offered may be either side of AC-1.
	sits := map[string]string{
		h.holder(twofold, agreement.A, agreement.Signatory).ID: "Party A: signatory and steering committee member",
		h.holder(twofold, agreement.B, agreement.Finance).ID:   "Party B: finance contact",
	}[found.values["person"]]
	if sits == "" || found.values["agreement"] != string(twofold) {
		t.Fatalf("no other seat is offered: %s", text(t, body))
	}
	res, _ := b.post("/seats", url.Values{"agreement": {found.values["agreement"]}, "person": {found.values["person"]}})
	got := cookies(res)
	if res.Header.Get("Location") != "/agreements/"+string(twofold) || len(got) != 1 {
		t.Fatalf("taking the seat: %d, %s", res.StatusCode, body)
	}
	if res, _ := b.get("/me"); res.StatusCode != http.StatusForbidden {
		t.Errorf("the session before goes on: %d", res.StatusCode)
	}
	b.session = got[0].Value
	if _, page := b.get("/agreements/" + string(twofold)); !strings.Contains(text(t, page), sits) {
		t.Errorf("they sit elsewhere: %s", text(t, page)[:400])
	}
}

// A token that is made on one's own page is shown once, and goes no further than it was asked to.
func TestMakingAToken(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	who := h.holder(id, agreement.A, agreement.Technical)
	b := h.enters(id, who)
	_, page := b.get("/me")
	accessible(t, "me", page)
	var f form
	for _, one := range forms(t, page) {
		if one.action == "/me/tokens" {
			f = one
		}
	}
	sent := url.Values{"question": {f.values["question"]}, "label": {"night build"}, "for": {"read"}, "days": {"30"}}
	other := h.as(id, agreement.B, agreement.Technical)
	if res, _ := other.post("/me/tokens", sent); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("with somebody else's form: %d", res.StatusCode)
	}
	res, body := b.post("/me/tokens", sent)
	accessible(t, "token", body)
	secret := regexp.MustCompile(`ent_api_[\w-]+`).FindString(body)
	c, err := h.door.Enter(t.Context(), secret, access.API)
	if res.StatusCode != 200 || err != nil || c.Actor.ID != who.ID || !c.Scope.ReadOnly() || res.Header.Get("Cache-Control") != "no-store, no-transform" {
		t.Fatalf("%d, %v, %+v", res.StatusCode, err, c)
	}
	if res, body := b.post("/me/tokens", sent); res.StatusCode != http.StatusUnprocessableEntity || strings.Contains(body, "ent_api_") {
		t.Errorf("the form again: %d", res.StatusCode)
	}
	_, page = b.get("/me")
	if strings.Contains(page, secret) || !strings.Contains(text(t, page), "night build") {
		t.Error("the list does not have it as it should")
	}
	for name, change := range map[string][2]string{"another life": {"days", "900"}, "another reach": {"for", "operator"}, "no label": {"label", ""}, "no question": {"question", ""}} {
		bad := url.Values{"question": {forms(t, page)[0].values["question"]}, "label": {"x"}, "for": {"read"}, "days": {"30"}}
		bad.Set(change[0], change[1])
		if res, body := b.post("/me/tokens", bad); res.StatusCode < 400 || strings.Contains(body, "ent_api_") {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
}
