package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"entente/access"
	"entente/agreement"
	"entente/articles/draft"
)

// Each cell of the table of permissions holds for the page on which a person is erased: for people of either party, by
// everybody, whoever may not is refused and nothing is recorded.
func TestEachCellOfTheErasures(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	allowed := cells(t, "POST /api/v1/erasures")
	targets := map[agreement.Party]string{}
	for _, p := range agreement.Both {
		targets[p] = h.holder(id, p, agreement.Finance).ID
	}
	n, pages, may := 0, 0, 0
	for _, who := range h.everybody(id) {
		b := h.enters(id, who)
		for owner, target := range targets {
			path, before := home+"/people/"+target+"/erasure", h.size(id)
			n++
			want := http.StatusForbidden
			if gives(allowed, who) && who.Party == owner {
				want = http.StatusOK
				may++
			}
			if res, page := b.get(path); res.StatusCode != want {
				t.Errorf("%v of %s is shown how one of %s is erased: %d, want %d", who.Roles, who.Party, owner, res.StatusCode, want)
			} else if want == http.StatusOK {
				pages++
				accessible(t, "erasure", page)
			}
			if want == http.StatusForbidden { // who may, does so below
				if res, _ := b.post(path, url.Values{"key": {anyKey(n)}, "sure": {"yes"}, "name": {"x"}}); res.StatusCode != want {
					t.Errorf("%v of %s erased one of %s: %d", who.Roles, who.Party, owner, res.StatusCode)
				}
			}
			if h.size(id) != before {
				t.Fatal("something was recorded")
			}
		}
	}
	if pages != may || may < 2 {
		t.Errorf("%d of %d pages were shown", pages, may)
	}
	for name, b := range map[string]*browser{"nobody": h.stranger(), "another's": h.as(h.signed(draft.Example(today)), agreement.A, agreement.Legal)} {
		want := map[string]int{"nobody": 403, "another's": 404}[name]
		path := home + "/people/" + targets[agreement.A] + "/erasure"
		seen, _ := b.get(path)
		tried, _ := b.post(path, url.Values{"key": {anyKey(1)}, "sure": {"yes"}, "name": {"x"}})
		if seen.StatusCode != want || tried.StatusCode != want {
			t.Errorf("%s: %d, %d", name, seen.StatusCode, tried.StatusCode)
		}
	}
}

// A person is erased by whoever has said twice whom they mean; from then on no page of people or
// of the ledger knows their name.
func TestAPersonIsErasedInTheBrowser(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	legal, gone := h.as(id, agreement.A, agreement.Legal), h.holder(id, agreement.A, agreement.Finance)
	v, err := h.register.View(id)
	must(t, err)
	person, _ := access.Person(v, v.State.Members[gone.ID])
	theirs := h.enters(id, gone)
	_, people := legal.get(home + "/people")
	path := home + "/people/" + gone.ID + "/erasure"
	if !strings.Contains(people, `href="`+path+`"`) {
		t.Fatalf("the people's page leads nowhere: %s", text(t, people))
	}
	_, page := legal.get(path)
	for _, want := range []string{person.Name, "What is deleted", "passkeys", "What is kept, and why", "13.5", "take the name out of the next version"} {
		if !strings.Contains(text(t, page), want) {
			t.Errorf("the page does not say %q: %s", want, text(t, page))
		}
	}
	before := h.size(id)
	for name, more := range map[string][]string{"no tick": {"name", person.Name, "sure", ""}, "no name": {"sure", "yes"}, "another name": {"sure", "yes", "name", "Mara Voss"}} {
		if res, again := legal.post(path, offered(t, page, path, more...)); res.StatusCode != 422 || h.size(id) != before {
			t.Errorf("%s: %d", name, res.StatusCode)
		} else {
			accessible(t, name, again)
		}
	}
	f := offered(t, page, path, "sure", "yes", "name", "  "+strings.ToUpper(person.Name))
	res, done := legal.post(path, f)
	accessible(t, "erased", done)
	if res.StatusCode != 200 || h.size(id) != before+1 || !strings.Contains(text(t, done), gone.ID) || strings.Contains(done, person.Name) {
		t.Fatalf("%d: %s", res.StatusCode, text(t, done))
	}
	if res, again := legal.post(path, f); res.StatusCode != 200 || h.size(id) != before+1 || !strings.Contains(again, "Erased") {
		t.Errorf("sent again: %d", res.StatusCode)
	}
	if res, _ := theirs.get(home); res.StatusCode != 403 {
		t.Errorf("whoever is erased may still look: %d", res.StatusCode)
	}
	for _, below := range []string{"/people", "/people/" + gone.ID + "/erasure", "/ledger"} {
		if _, page := legal.get(home + below); strings.Contains(page, person.Name) {
			t.Errorf("%s still says %s", below, person.Name)
		}
	}
	signatory := h.holder(id, agreement.A, agreement.Signatory)
	path = home + "/people/" + signatory.ID + "/erasure"
	res, page = legal.get(path)
	if !strings.Contains(text(t, page), "is the last signatory of Party A") || strings.Contains(page, "<form method=\"post\" action=\""+path) {
		t.Errorf("the last signatory: %d %s", res.StatusCode, text(t, page))
	}
	self := h.holder(id, agreement.A, agreement.Legal)
	path = home + "/people/" + self.ID + "/erasure"
	_, page = legal.get(path)
	person, _ = access.Person(v, v.State.Members[self.ID])
	if res, done = legal.post(path, offered(t, page, path, "sure", "yes", "name", person.Name)); res.StatusCode != 200 || !strings.Contains(done, "Your session has ended") {
		t.Errorf("themself: %d %s", res.StatusCode, text(t, done))
	}
	if res, _ := legal.get(home); res.StatusCode != 403 {
		t.Errorf("who erased themself may still look: %d", res.StatusCode)
	}
}
