package console_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles/draft"
	"entente/articles/term"
	"entente/calendar"
)

// A party suspends a component beside clause 12.2. Both see by whom and why; the party that suspended lifts it, and
// the other cannot.
func TestAComponentIsSuspended(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	a, b := h.as(id, agreement.A, agreement.Security), h.as(id, agreement.B, agreement.Security)
	_, page := a.get(home + "/clauses/12.2")
	accessible(t, "clause 12.2 for a security contact", page)
	f := url.Values{"key": {anyKey(1)}, "component": {""}, "reason": {"Personal data <b>went</b> out."}}
	if res, page := a.post(home+"/suspensions", f); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text(t, page), "Choose what is suspended.") || !strings.Contains(text(t, page), "Personal data <b>went</b> out.") {
		t.Errorf("nothing in particular is suspended: %d %s", res.StatusCode, text(t, page))
	}
	f.Set("component", "embed")
	f.Set("key", anyKey(2))
	if res, page := does(a, home+"/suspensions", f); res.StatusCode != 200 || !strings.Contains(text(t, page), "Done and recorded") {
		t.Fatalf("%d: %s", res.StatusCode, text(t, page))
	}
	seesBoth(t, a, b, home+"/clauses/12.2", "embed is suspended", "By Party A since "+calendar.DateOf(h.Now()).Words(), "Personal data <b>went</b> out.")
	if _, page := b.get(home + "/clauses/12.2"); strings.Contains(page, "/suspensions/end") {
		t.Error("the other party is shown a button that lifts the suspension")
	}
	lift := url.Values{"key": {anyKey(3)}, "about": {"embed"}}
	if res, page := b.post(home+"/suspensions/end", lift); res.StatusCode < 400 || !strings.Contains(text(t, page), "Party A suspended embed and must lift it") {
		t.Errorf("the other party lifts it: %d %s", res.StatusCode, text(t, page))
	}
	if res, _ := does(a, home+"/suspensions/end", lift); res.StatusCode != 200 || len(h.view(id).State.Term.Suspended) != 0 {
		t.Errorf("it is not lifted: %d", res.StatusCode)
	}
	whole := url.Values{"key": {anyKey(4)}, "component": {"*"}, "reason": {"everything stops"}}
	if res, _ := does(a, home+"/suspensions", whole); res.StatusCode != 200 {
		t.Errorf("the whole agreement cannot be suspended: %d", res.StatusCode)
	}
	seesBoth(t, a, b, home+"/clauses/12.2", "The whole agreement is suspended")
}

// Notices of a breach and of a change start their times, and whoever gave them says how they were settled.
func TestNoticesAreGivenAndSettled(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	a, b := h.as(id, agreement.A, agreement.Legal), h.as(id, agreement.B, agreement.Legal)
	cure := calendar.DateOf(h.view(id).State.Text().Term.Cause.MaterialBreach.After(h.Now())).Words()
	until := calendar.DateOf(h.view(id).State.Text().Term.Cause.MaterialChangeResponse.After(h.Now())).Words()

	for _, bad := range []struct {
		path, field, says string
		form              url.Values
	}{
		{"/breaches", "what", "Say what the breach is", url.Values{"key": {anyKey(1)}, "what": {" "}}},
		{"/changes", "kind", "Choose what has changed", url.Values{"key": {anyKey(2)}, "kind": {"weather"}, "what": {"rain"}}},
		{"/changes", "what", "Say what has changed", url.Values{"key": {anyKey(3)}, "kind": {"law"}}},
	} {
		res, page := a.post(home+bad.path, bad.form)
		if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(page, `-`+bad.field+`-fault"`) || !strings.Contains(text(t, page), bad.says) {
			t.Errorf("%s without its %s: %d %s", bad.path, bad.field, res.StatusCode, text(t, page))
		}
	}

	if res, _ := does(a, home+"/breaches", url.Values{"key": {anyKey(4)}, "what": {"Invoices of three months are unpaid."}}); res.StatusCode != 200 {
		t.Fatal(res.StatusCode)
	}
	seesBoth(t, a, b, home+"/clauses/12.2", "Material breach by Party B", "To be cured by "+cure, "Invoices of three months are unpaid.")
	if _, page := b.get(home + "/clauses/12.2"); strings.Contains(page, "/breaches/cure") {
		t.Error("the accused party is shown a button that says the breach is cured")
	}
	breach := only(h.view(id).State.Term.Breaches)
	if res, _ := does(b, home+"/breaches/cure", url.Values{"key": {anyKey(5)}, "about": {breach}}); res.StatusCode < 400 {
		t.Errorf("the accused party cures by its word: %d", res.StatusCode)
	}
	if res, _ := does(a, home+"/breaches/cure", url.Values{"key": {anyKey(6)}, "about": {breach}}); res.StatusCode != 200 {
		t.Errorf("who gave notice cannot say that it is cured: %d", res.StatusCode)
	}
	seesBoth(t, a, b, home+"/clauses/12.2", "Cured on "+calendar.DateOf(h.Now()).Words())

	if res, _ := does(b, home+"/changes", url.Values{"key": {anyKey(7)}, "kind": {"law"}, "what": {"A new act forbids it."}}); res.StatusCode != 200 {
		t.Fatal(res.StatusCode)
	}
	seesBoth(t, a, b, home+"/clauses/12.2", "Material change of law", "The parties negotiate until "+until)
	if res, _ := does(b, home+"/changes/settlement", url.Values{"key": {anyKey(8)}, "about": {only(h.view(id).State.Term.Changes)}}); res.StatusCode != 200 {
		t.Errorf("it cannot be settled: %d", res.StatusCode)
	}
	seesBoth(t, a, b, home+"/clauses/12.2", "Agreed on "+calendar.DateOf(h.Now()).Words())
}

// Before somebody ends the agreement the page says what follows; it is what the ledger then says.
func TestWhatFollowsIsSaidBeforeTheEnd(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	a, b := h.as(id, agreement.A, agreement.Signatory), h.as(id, agreement.B, agreement.Signatory)
	if _, page := h.as(id, agreement.A, agreement.Finance).get(home + "/termination"); !strings.Contains(text(t, page), "A signatory of either party can end it") || strings.Contains(page, `name="way"`) {
		t.Errorf("somebody who cannot end it reads: %s", text(t, page))
	}
	_, page := a.get(home + "/termination")
	accessible(t, "ending the agreement", page)
	terms := h.view(id).State.Text().Term
	last := terms.EndsOnNotice(h.view(id).State.Text().Frame().Effective(), calendar.DateOf(h.Now()))
	for _, want := range []string{"By notice, without a reason", "Last day of full use" + last.Words(), "until " + terms.TransitionEnds(last).Words(), "are served until " + terms.CustomersEnd(last).Words(), "by " + terms.ReturnBy(last).Words(), "confidentiality (Article 11)",
		"is insolvent", calendar.DateOf(h.Now()).Words() + ": it ends at once"} {
		if !strings.Contains(text(t, page), want) {
			t.Errorf("the page does not say %q: %s", want, text(t, page))
		}
	}
	send := func(key int, way, last, sure string) (*http.Response, string) {
		return a.post(home+"/termination", url.Values{"key": {anyKey(key)}, "way": {way}, "last": {last}, "sure": {sure}, "reason": {"it is insolvent"}})
	}
	size := h.size(id)
	for i, bad := range []struct{ way, last, sure, says string }{
		{"notice", last.String(), "", "Tick that your party ends the agreement"},
		{"notice", last.AddDays(1).String(), "yes", "The last day would be another one"},
		{"brc_none", last.String(), "yes", "is not open any more"},
		{"", "", "", "is not open any more"},
	} {
		if res, page := send(i+1, bad.way, bad.last, bad.sure); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text(t, page), bad.says) {
			t.Errorf("%+v: %d %s", bad, res.StatusCode, text(t, page))
		}
	}
	if h.size(id) != size {
		t.Error("something was recorded")
	}
	res, _ := send(9, "notice", last.String(), "yes")
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("not ended: %d", res.StatusCode)
	}
	seesBoth(t, a, b, home+"/clauses/12.3", "Last day "+last.Words())
	seesBoth(t, a, b, home+"/termination", "The agreement already ends: its last day is "+last.Words(), "Not open now By notice, without a reason The agreement already ends")
}

// A breach ends the agreement only when its time to cure is over, and the page says so until then.
func TestABreachEndsTheAgreementAfterItsTime(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	a := h.as(id, agreement.A, agreement.Signatory)
	if res, _ := does(a, home+"/breaches", url.Values{"key": {anyKey(1)}, "what": {"Nothing is paid."}}); res.StatusCode != 200 {
		t.Fatal(res.StatusCode)
	}
	breach := h.view(id).State.Term.Breaches[only(h.view(id).State.Term.Breaches)]
	f := url.Values{"key": {anyKey(2)}, "way": {breach.ID}, "sure": {"yes"}, "reason": {"not cured"}, "last": {calendar.DateOf(h.Now()).String()}}
	if res, page := a.post(home+"/termination", f); res.StatusCode < 400 || !strings.Contains(text(t, page), "The time to cure the breach ends on") || !strings.Contains(text(t, page), "Not open now") {
		t.Errorf("before the time to cure is over: %d %s", res.StatusCode, text(t, page))
	}
	h.pass(breach.CureBy.Sub(h.Now()) + time.Second)
	a = h.as(id, agreement.A, agreement.Signatory)
	if _, page := a.get(home + "/clauses/12.2"); !strings.Contains(text(t, page), "Party A may end the agreement") {
		t.Errorf("clause 12.2 does not say it: %s", text(t, page))
	}
	f.Set("key", anyKey(3))
	f.Set("last", calendar.DateOf(h.Now()).String())
	if res, page := a.post(home+"/termination", f); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("after it: %d %s", res.StatusCode, text(t, page))
	}
	e := h.view(id).State.Ending()
	if e == nil || e.Ground != term.MaterialBreach || !slices.Contains([]agreement.Stage{agreement.Transition, agreement.CustomersOnly}, h.view(id).State.Stage(h.Now())) {
		t.Errorf("the end is %+v", e)
	}
}
