package console_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles/draft"
	"entente/articles/general"
	"entente/calendar"
	"entente/notary"
)

// waiving is the form that sets a clause aside for ten days.
func waiving(key int, clause string) url.Values {
	return url.Values{"key": {anyKey(key)}, "clause": {clause}, "for": {"The migration of the old portal."}, "until": {today.AddDays(10).String()}}
}

// writing is the form that puts a side letter on record.
func writing(key int, clauses string) url.Values {
	return url.Values{"key": {anyKey(key)}, "clauses": {clauses}, "title": {"Pilot with one customer"}, "text": {"We invoice the pilot at <b>half</b> the price.\nNothing else changes."}}
}

// assigning is the form that passes the agreement on to Nordlicht SE, for which people act by their pseudonyms.
func assigning(key int, kind string, people ...string) url.Values {
	f := url.Values{"key": {anyKey(key)}, "name": {"Nordlicht SE"}, "address": {"Kai 1, 24103 Kiel, Germany"}, "kind": {kind}, "on": {today.AddDays(1).String()}, "evidence": {"https://files.example/deed.pdf"}}
	for _, id := range people {
		f.Set("acts-"+id, "yes")
	}
	return f
}

// only is the key of a map that has one.
func only[V any](m map[string]V) string {
	for id := range m {
		return id
	}
	return ""
}

// waits is the assignment that waits for consent.
func waits(h *house, id agreement.ID) string {
	for _, t := range h.view(id).State.General.Transfers {
		if t.Open() {
			return t.ID
		}
	}
	return "asg_none"
}

// assigns is that a party asks for the consent to assign the agreement to somebody for whom all of its people go on
// acting.
func (h *house) assigns(id agreement.ID, p agreement.Party) {
	h.t.Helper()
	v := h.view(id)
	who := h.holder(id, p, agreement.Signatory)
	c := general.Assign{ID: fmt.Sprintf("asg_%d", len(v.State.General.Transfers)), Party: p, By: who.ID, To: general.Assignee{Name: "Nordlicht SE", Address: "Kiel", Kind: general.Another}, On: calendar.DateOf(h.Now()).AddDays(30), Evidence: "deed"}
	for _, m := range v.State.Members {
		if m.Party == p {
			c.People = append(c.People, m.ID)
		}
	}
	_, err := h.notary.Do(h.t.Context(), notary.Order{Agreement: id, Actor: who, Command: c})
	must(h.t, err)
}

// does sends a form and goes where the answer leads.
func does(b *browser, path string, f url.Values) (*http.Response, string) {
	res, page := b.post(path, f)
	if res.StatusCode == http.StatusSeeOther {
		at, _, _ := strings.Cut(res.Header.Get("Location"), "#")
		return b.get(at)
	}
	return res, page
}

// seesBoth is what both signatories read on a page of the agreement: the same, but for what each can do.
func seesBoth(t *testing.T, a, b *browser, path string, want ...string) {
	t.Helper()
	for name, who := range map[string]*browser{"Party A": a, "Party B": b} {
		res, page := who.get(path)
		says := text(t, page)
		for _, one := range want {
			if res.StatusCode != 200 || !strings.Contains(says, one) {
				t.Errorf("%s reads at %s (%d) nothing of %q:\n%s", name, path, res.StatusCode, one, says)
			}
		}
	}
}

// A clause is set aside beside its text. Both parties see at once by whom, for what and until when; the party that did
// it can end it, and nobody else.
func TestAClauseIsSetAside(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	a, b := h.as(id, agreement.A, agreement.Signatory), h.as(id, agreement.B, agreement.Signatory)
	_, page := a.get(home + "/clauses/8.2")
	accessible(t, "a clause that can be set aside", page)
	if !strings.Contains(text(t, page), "Set this clause aside") || !strings.Contains(text(t, page), "The parties have set nothing of this clause aside") {
		t.Errorf("it cannot be set aside where it stands: %s", text(t, page))
	}
	f := waiving(1, "8.2")
	f.Set("component", "embed")
	res, page := does(a, home+"/clauses/8.2/waivers", f)
	if res.StatusCode != 200 || !strings.Contains(text(t, page), "Done and recorded") {
		t.Fatalf("%d: %s", res.StatusCode, text(t, page))
	}
	last := today.AddDays(10).Words()
	seesBoth(t, a, b, home+"/clauses/8.2", "Set aside by Party A until "+last+" for embed", "While it holds, the software refuses nothing under the clause for embed.", "Party A set clause 8.2 aside until "+last)
	seesBoth(t, a, b, home+"/clauses/13.5", "Clause 8.2, Security, for embed", "Set aside by Party A until "+last, "The migration of the old portal.")
	if _, page := b.get(home + "/clauses/8.2"); strings.Contains(page, "/waivers/end") {
		t.Error("the other party is shown a button that ends the waiver")
	}
	w := only(h.view(id).State.General.Waivers)
	if res, page := does(b, home+"/clauses/8.2/waivers/end", url.Values{"key": {anyKey(2)}, "waiver": {w}}); res.StatusCode != http.StatusForbidden && res.StatusCode != http.StatusConflict && res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text(t, page), "Party A gave the waiver") {
		t.Errorf("the other party ends it: %d %s", res.StatusCode, text(t, page))
	}
	if res, _ := does(a, home+"/clauses/13.5/waivers/end", url.Values{"key": {anyKey(3)}, "waiver": {w}}); res.StatusCode != 200 {
		t.Errorf("who gave it cannot end it: %d", res.StatusCode)
	}
	seesBoth(t, a, b, home+"/clauses/8.2", "Was set aside by Party A until "+calendar.DateOf(h.Now()).Words()+", when it ended this before its time")
}

// What is wrong with a form is said beside the field, and what was filled in stays there.
func TestAFormSaysWhatIsWrongBesideTheField(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	a := h.as(id, agreement.A, agreement.Signatory)
	me := h.holder(id, agreement.A, agreement.Signatory).ID
	h.assigns(id, agreement.B)
	for _, c := range []struct {
		name, path   string
		form         url.Values
		field, value string
		says         string
	}{
		{"a waiver for nothing", "/clauses/6.1/waivers", waiving(1, "6.1"), "for", "", "Say for what the clause is set aside"},
		{"a waiver until yesterday", "/clauses/6.1/waivers", waiving(2, "6.1"), "until", today.AddDays(-400).String(), "today or later"},
		{"a waiver of nothing", "/clauses/13.5/waivers", waiving(3, ""), "clause", "99.9", "Choose the clause"},
		{"a letter about no clause", "/clauses/6.1/letters", writing(4, ""), "clauses", " , ", "Say to which clauses"},
		{"a letter about a clause that is not there", "/clauses/6.1/letters", writing(5, ""), "clauses", "6.1, 77", "The agreement has no clause “77”"},
		{"a letter without a text", "/clauses/6.1/letters", writing(6, "6.1"), "text", "", "Write the letter"},
		{"an assignment to nobody", "/assignments", assigning(7, "other", me), "name", "", "full legal name"},
		{"an assignment on no day", "/assignments", assigning(8, "other", me), "on", "soon", "from which day"},
		{"an assignment to what the clause does not know", "/assignments", assigning(9, "other", me), "kind", "friend", "Choose what it is"},
		{"an assignment for which nobody acts", "/assignments", assigning(10, "other"), "people", "", "Tick who of your party"},
		{"a refusal without a reason", "/assignments/refusal", url.Values{"key": {anyKey(11)}, "assignment": {waits(h, id)}}, "reason", "", "Say why your party does not consent"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.form.Set(c.field, c.value)
			before := h.size(id)
			res, page := does(a, home+c.path, c.form)
			accessible(t, c.name, page)
			if res.StatusCode != http.StatusUnprocessableEntity || h.size(id) != before {
				t.Errorf("%d", res.StatusCode)
			}
			_, beside, found := strings.Cut(page, "-"+c.field+"-fault\"><strong>Error:</strong> ")
			if !found || !strings.Contains(text(t, page), c.says) || strings.Count(page, `aria-invalid="true"`) != 1 {
				t.Errorf("nothing stands beside %s: %.200s", c.field, beside)
			}
			for _, other := range []string{"The migration of the old portal.", "Pilot with one customer", "Nordlicht SE"} {
				if sent := strings.Join(slices.Concat(slices.Collect(maps.Values(c.form))...), "|"); strings.Contains(sent, other) && !strings.Contains(page, other) {
					t.Errorf("%q is lost", other)
				}
			}
		})
	}
}

// A side letter stands beside its clauses, with its text on a page of its own.
func TestASideLetterStandsBesideItsClauses(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	a, b := h.as(id, agreement.A, agreement.Signatory), h.as(id, agreement.B, agreement.Signatory)
	if res, page := does(b, home+"/clauses/6.1/letters", writing(1, "6.1; C 6.1")); res.StatusCode != 200 || !strings.Contains(text(t, page), "Party B gave a side letter: Pilot with one customer") {
		t.Fatalf("%d: %s", res.StatusCode, text(t, page))
	}
	for _, clause := range []string{"6.1", "C", "13.4"} {
		seesBoth(t, a, b, home+"/clauses/"+clause, "Pilot with one customer", "Side letter of Party B about clause 6.1, Schedule C, by ")
	}
	letter := home + "/letters/" + only(h.view(id).State.General.Letters)
	seesBoth(t, a, b, letter, "We invoice the pilot at <b>half</b> the price.", "sha256:")
	_, page := a.get(letter)
	accessible(t, "a side letter", page)
	if res, _ := h.stranger().get(letter); res.StatusCode != 403 {
		t.Errorf("a stranger reads it: %d", res.StatusCode)
	}
	if res, _ := h.as(h.signed(draft.Example(today)), agreement.A, agreement.Signatory).get(letter); res.StatusCode != 404 {
		t.Errorf("somebody of another agreement reads it: %d", res.StatusCode)
	}
	if res, _ := a.get(letter + "x"); res.StatusCode != 404 {
		t.Errorf("a letter that is not there: %d", res.StatusCode)
	}
}

// An assignment is asked for beside clause 13.3 and answered there by the other party's signatory, who finds the
// buttons in the margin of the whole agreement too.
func TestAnAssignmentIsAnsweredInItsMargin(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	a, b := h.as(id, agreement.A, agreement.Signatory), h.as(id, agreement.B, agreement.Signatory)
	me := h.holder(id, agreement.A, agreement.Signatory).ID
	ask := func(key int) string {
		t.Helper()
		if res, page := does(a, home+"/assignments", assigning(key, "other", me)); res.StatusCode != 200 || !strings.Contains(text(t, page), "Party A asked for the consent to assign the agreement to Nordlicht SE") {
			t.Fatalf("%d: %s", res.StatusCode, text(t, page))
		}
		seesBoth(t, a, b, home, "Party A to Nordlicht SE", "Waits for the consent of Party B")
		return waits(h, id)
	}
	asg := ask(1)
	for _, path := range []string{home, home + "/clauses/13.3"} {
		_, page := b.get(path)
		accessible(t, path, page)
		if !strings.Contains(page, `action="`+home+`/assignments/consent"`) || !strings.Contains(page, `action="`+home+`/assignments/refusal"`) {
			t.Errorf("Party B finds no buttons at %s", path)
		}
		if _, page := a.get(path); strings.Contains(page, "/assignments/consent") || !strings.Contains(page, "/assignments/withdrawal") {
			t.Errorf("Party A can answer itself, or not withdraw, at %s", path)
		}
	}
	if _, page := b.get(home + "?show=mine"); !strings.Contains(text(t, page), "Party A to Nordlicht SE") {
		t.Error("it is not among what waits for the signatory")
	}
	does(b, home+"/assignments/refusal", url.Values{"key": {anyKey(2)}, "assignment": {asg}, "reason": {"It competes with us."}})
	seesBoth(t, a, b, home+"/clauses/13.3", "Party B refused it on "+calendar.DateOf(h.Now()).Words()+": It competes with us.", "Party B refused an assignment")

	asg = ask(3)
	does(a, home+"/assignments/withdrawal", url.Values{"key": {anyKey(4)}, "assignment": {asg}})
	seesBoth(t, a, b, home+"/clauses/13.3", "Party A withdrew it on ")

	asg = ask(5)
	does(b, home+"/assignments/consent", url.Values{"key": {anyKey(6)}, "assignment": {asg}})
	seesBoth(t, a, b, home+"/clauses/13.3", "Party B consented on "+calendar.DateOf(h.Now()).Words()+"; takes effect on "+today.AddDays(1).Words())
	h.pass(48 * time.Hour)
	a, b = h.as(id, agreement.A, agreement.Signatory), h.as(id, agreement.B, agreement.Signatory)
	seesBoth(t, a, b, home+"/clauses/13.3", "Party A has passed the agreement to Nordlicht SE since ", "has effect since ")
}

// Where clause 13.3 asks for no consent, the form says so, and the assignment takes effect by itself.
func TestAnAffiliateTakesOverWithoutConsent(t *testing.T) {
	h := newHouse(t)
	text13 := draft.Example(today)
	text13.General.Assignment.ToAffiliates = true
	id := h.signed(text13)
	home := "/agreements/" + string(id)
	a, b := h.as(id, agreement.A, agreement.Signatory), h.as(id, agreement.B, agreement.Signatory)
	if _, page := a.get(home + "/clauses/13.3"); !strings.Contains(text(t, page), "An affiliate of ours, which needs no consent") {
		t.Errorf("the form does not say that an affiliate needs no consent: %s", text(t, page))
	}
	if res, page := does(a, home+"/assignments", assigning(1, "affiliate", h.holder(id, agreement.A, agreement.Signatory).ID)); res.StatusCode != 200 || !strings.Contains(text(t, page), "Party A assigned the agreement to Nordlicht SE") {
		t.Errorf("%d: %s", res.StatusCode, text(t, page))
	}
	seesBoth(t, a, b, home+"/clauses/13.3", "Needs no consent; takes effect on "+today.AddDays(1).Words(), "an affiliate of Party A")
	if _, page := b.get(home + "/clauses/13.3"); strings.Contains(page, "/assignments/consent") {
		t.Error("the other party is asked for a consent that is not needed")
	}
}
