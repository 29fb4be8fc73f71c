package console_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles/draft"
	"entente/articles/signing"
	"entente/calendar"
	"entente/notary"
)

// completion is the form that says that a requirement is met.
func completion(key int, milestone string) url.Values {
	return url.Values{"key": {anyKey(key)}, "milestone": {milestone}, "kind": {"link"}, "ref": {"https://ci.example/17"}, "remark": {"all pass"}}
}

// keyOf is the form that asks for a key.
func keyOf(key int, component, environment, purpose string) url.Values {
	return url.Values{"key": {anyKey(key)}, "component": {component}, "environment": {environment}, "purpose": {purpose}, "class": {"customer"}, "label": {"mine"}}
}

// elsewhere are the routes that tests of their own look at by everyone: drafts, notes, invitations, calls, signing with a
// passkey or by a code, what people are told and what they take to their own programs.
var elsewhere = []string{
	"GET /agreements/{id}/calls/{call}",
	"GET /agreements/{id}/calls/{call}/receipt",
	"GET /agreements/{id}/components/{component}/happenings",
	"GET /agreements/{id}/draft",
	"GET /agreements/{id}/draft/attachments",
	"GET /agreements/{id}/draft/attachments/{digest}",
	"GET /agreements/{id}/draft/{section}",
	"GET /agreements/{id}/happenings",
	"GET /agreements/{id}/letters/{letter}",
	"GET /agreements/{id}/notifications/{item}",
	"POST /agreements/{id}/components/{component}/upstream",
	"POST /agreements/{id}/components/{component}/upstream/end",
	"POST /agreements/{id}/calendars",
	"POST /agreements/{id}/calendars/end",
	"POST /agreements/{id}/clauses/{clause}/notes",
	"POST /agreements/{id}/clauses/{clause}/notes/removal",
	"POST /agreements/{id}/draft",
	"POST /agreements/{id}/draft/attachments",
	"POST /agreements/{id}/draft/attachments/removal",
	"POST /agreements/{id}/draft/disposal",
	"POST /agreements/{id}/draft/{section}",
	"POST /agreements/{id}/notifications/preferences",
	"POST /agreements/{id}/notifications/reading",
	"POST /agreements/{id}/people/invitations",
	"GET /agreements/{id}/people/{person}/erasure",
	"POST /agreements/{id}/people/{person}/erasure",
	"POST /agreements/{id}/people/sign-in",
	"POST /agreements/{id}/people/sign-in/removal",
	"POST /agreements/{id}/programs",
	"POST /agreements/{id}/programs/end",
	"POST /agreements/{id}/sign",
	"POST /agreements/{id}/sign/code",
	"POST /agreements/{id}/sign/mailed",
	"GET /agreements/{id}/webhooks",
	"GET /agreements/{id}/webhooks/{webhook}",
	"POST /agreements/{id}/webhooks",
	"POST /agreements/{id}/webhooks/{webhook}/end",
	"POST /agreements/{id}/webhooks/{webhook}/pause",
	"POST /agreements/{id}/webhooks/{webhook}/replay",
	"POST /agreements/{id}/webhooks/{webhook}/resumption",
	"POST /agreements/{id}/webhooks/{webhook}/secret",
	"POST /agreements/{id}/webhooks/{webhook}/test",
}

// TestWhoMayDoWhat is every page and every act by everyone who could come. Whoever is refused is
// told so by the right page, and nothing is recorded.
func TestWhoMayDoWhat(t *testing.T) {
	h := newHouse(t)
	id := h.propose("", draft.Example(today), nil)
	v, err := h.register.View(id)
	must(t, err)
	manifest := v.State.Life.Versions[0].Manifest
	other := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)

	who := map[string]*browser{
		"nobody":      h.stranger(),
		"A signatory": h.as(id, agreement.A, agreement.Signatory),
		"A technical": h.as(id, agreement.A, agreement.Technical),
		"A finance":   h.as(id, agreement.A, agreement.Finance),
		"A security":  h.as(id, agreement.A, agreement.Security),
		"B technical": h.as(id, agreement.B, agreement.Technical),
		"another's":   h.as(other, agreement.A, agreement.Technical),
	}
	pages := map[string]bool{}
	for _, page := range []struct{ path, pattern string }{
		{home, "GET /agreements/{id}"},
		{home + "/versions/1", "GET /agreements/{id}/versions/{version}"},
		{home + "/clauses/2.2", "GET /agreements/{id}/clauses/{clause}"},
		{home + "/ledger", "GET /agreements/{id}/ledger"},
		{home + "/ledger/verification", "GET /agreements/{id}/ledger/verification"},
		{home + "/ledger/0", "GET /agreements/{id}/ledger/{entry}"},
		{home + "/ledger/0/leaf", "GET /agreements/{id}/ledger/{entry}/leaf"},
		{home + "/ledger/0/proof", "GET /agreements/{id}/ledger/{entry}/proof"},
		{home + "/bundle", "GET /agreements/{id}/bundle"},
		{home + "/negotiation", "GET /agreements/{id}/negotiation"},
		{home + "/negotiation/redline?old=1&new=1", "GET /agreements/{id}/negotiation/redline"},
		{home + "/people", "GET /agreements/{id}/people"},
		{home + "/notifications", "GET /agreements/{id}/notifications"},
		{home + "/notifications/preferences", "GET /agreements/{id}/notifications/preferences"},
		{home + "/sign", "GET /agreements/{id}/sign"},
		{home + "/timeline", "GET /agreements/{id}/timeline"},
		{home + "/components", "GET /agreements/{id}/components"},
		{home + "/components/summarise", "GET /agreements/{id}/components/{component}"},
		{home + "/feeds", "GET /agreements/{id}/feeds"},
		{home + "/programs", "GET /agreements/{id}/programs"},
		{home + "/termination", "GET /agreements/{id}/termination"},
		{home + "/tables/keys.csv", "GET /agreements/{id}/tables/{table}"},
	} {
		pages[page.pattern] = true
		for name, b := range who {
			want := 200
			switch name {
			case "nobody":
				want = 403
			case "another's":
				want = 404
			}
			if res, body := b.get(page.path); res.StatusCode != want {
				t.Errorf("%s at %s: %d, want %d", name, page.path, res.StatusCode, want)
			} else if want != 200 && strings.Contains(body, "CT-2026") {
				t.Errorf("%s at %s learns of the agreement", name, page.path)
			}
		}
	}

	acts := []struct {
		path  string
		form  func(n int) url.Values
		doers []string
	}{
		{"/signatures", func(n int) url.Values {
			return url.Values{"key": {anyKey(n)}, "manifest": {manifest}, "version": {"1"}, "authority": {"yes"}}
		}, []string{"A signatory"}},
		{"", nil, nil}, // B signs as well, so that the rest can happen
		{"/milestones/completion", func(n int) url.Values { return completion(n, "api-development") }, []string{"A technical", "B technical"}},
		{"/milestones/reopening", func(n int) url.Values {
			return url.Values{"key": {anyKey(n)}, "milestone": {"api-development"}, "reason": {"it broke"}}
		}, []string{"A technical"}},
		{"/certificates", func(n int) url.Values {
			return url.Values{"key": {anyKey(n)}, "name": {"ISO/IEC 27001:2022"}, "until": {"2039-05-31"}, "ref": {"https://calluna.example/iso"}}
		}, []string{"A security"}},
		{"/keys", func(n int) url.Values { return keyOf(n, "embed", "test", "service") }, []string{"A technical"}},
		{"/keys/revocation", func(n int) url.Values {
			return url.Values{"key": {anyKey(n)}, "id": {theKey(h, id)}, "reason": {"lost"}}
		}, []string{"A security"}},
		{"/components/embed/keys", func(n int) url.Values { return keyOf(n, "embed", "test", "service") }, []string{"A technical"}},
		{"/components/embed/keys/revocation", func(n int) url.Values {
			return url.Values{"key": {anyKey(n)}, "id": {theKey(h, id)}, "reason": {"lost"}}
		}, []string{"A security"}},
		{"/components/embed/maintenance", func(n int) url.Values { return work(n) }, []string{"B technical"}},
		{"/components/embed/maintenance/withdrawal", func(n int) url.Values {
			return url.Values{"key": {anyKey(n)}, "id": {announced(h, id)}}
		}, []string{"B technical"}},
		{"/clauses/6.1/waivers", func(n int) url.Values { return waiving(n, "6.1") }, []string{"A signatory"}},
		{"/clauses/6.1/waivers/end", func(n int) url.Values {
			return url.Values{"key": {anyKey(n)}, "waiver": {only(h.view(id).State.General.Waivers)}}
		}, []string{"A signatory"}},
		{"/clauses/6.1/letters", func(n int) url.Values { return writing(n, "6.1") }, []string{"A signatory"}},
		{"/assignments", func(n int) url.Values {
			return assigning(n, "other", h.holder(id, agreement.A, agreement.Signatory).ID, h.holder(id, agreement.B, agreement.Signatory).ID)
		}, []string{"A signatory"}},
		{"/assignments/withdrawal", func(n int) url.Values {
			return url.Values{"key": {anyKey(n)}, "assignment": {waits(h, id)}}
		}, []string{"A signatory"}},
		{"B assigns", nil, nil},
		{"/assignments/refusal", func(n int) url.Values {
			return url.Values{"key": {anyKey(n)}, "assignment": {waits(h, id)}, "reason": {"it competes with us"}}
		}, []string{"A signatory"}},
		{"B assigns", nil, nil},
		{"/assignments/consent", func(n int) url.Values {
			return url.Values{"key": {anyKey(n)}, "assignment": {waits(h, id)}}
		}, []string{"A signatory"}},
		{"/suspensions", func(n int) url.Values {
			return url.Values{"key": {anyKey(n)}, "component": {"embed"}, "reason": {"data went out"}}
		}, []string{"A security"}}, // then it is suspended
		{"/suspensions/end", func(n int) url.Values { return url.Values{"key": {anyKey(n)}, "about": {"embed"}} }, []string{"A security"}},
		{"/breaches", func(n int) url.Values {
			return url.Values{"key": {anyKey(n)}, "what": {"three months are unpaid"}}
		}, []string{"A signatory"}},
		{"/breaches/cure", func(n int) url.Values {
			return url.Values{"key": {anyKey(n)}, "about": {only(h.view(id).State.Term.Breaches)}}
		}, []string{"A signatory"}},
		{"/changes", func(n int) url.Values {
			return url.Values{"key": {anyKey(n)}, "kind": {"law"}, "what": {"a new act"}}
		}, []string{"A signatory"}},
		{"/changes/settlement", func(n int) url.Values {
			return url.Values{"key": {anyKey(n)}, "about": {only(h.view(id).State.Term.Changes)}}
		}, []string{"A signatory"}},
		{"B proposes", nil, nil},
		{"/negotiation/comments", func(n int) url.Values {
			return url.Values{"key": {anyKey(n)}, "clause": {"6.3"}, "text": {"why so long?"}}
		}, []string{"A finance", "A security", "A signatory", "A technical", "B technical"}},
		{"/negotiation/replies", func(n int) url.Values {
			return url.Values{"key": {anyKey(n)}, "thread": {firstThread(h, id)}, "text": {"because"}}
		}, []string{"A finance", "A security", "A signatory", "A technical", "B technical"}},
		{"/negotiation/resolutions", func(n int) url.Values {
			return url.Values{"key": {anyKey(n)}, "thread": {firstThread(h, id)}}
		}, []string{"A finance"}}, // then it is settled
		{"/negotiation/answers", func(n int) url.Values {
			return url.Values{"key": {anyKey(n)}, "version": {"2"}, "accept": {"6.3"}}
		}, []string{"A signatory"}},
		{"/negotiation/answers", func(n int) url.Values {
			return url.Values{"key": {anyKey(n)}, "version": {"2"}, "reject": {"6.3"}, "reason": {"too long"}}
		}, []string{"A signatory"}},
		{"/negotiation/delegations", func(n int) url.Values {
			return url.Values{"key": {anyKey(n)}, "person": {"tobias-reuter"}, "until": {today.AddDays(5).String()}, "reason": {"a journey"}}
		}, []string{"A signatory"}},
		{"/negotiation/delegations/end", func(n int) url.Values {
			all := must3(h.register.View(id)).State.Life.Delegations
			return url.Values{"key": {anyKey(n)}, "delegation": {all[len(all)-1].ID}}
		}, []string{"A signatory"}},
		{"/negotiation/refusal", func(n int) url.Values {
			return url.Values{"key": {anyKey(n)}, "version": {"2"}, "reason": {"not like this"}}
		}, []string{"A signatory"}},
		{"A proposes", nil, nil},
		{"/negotiation/withdrawal", func(n int) url.Values {
			return url.Values{"key": {anyKey(n)}, "version": {"3"}}
		}, []string{"A signatory"}},
		{"/termination", func(n int) url.Values {
			return url.Values{"key": {anyKey(n)}, "way": {"insolvency"}, "last": {calendar.DateOf(h.Now()).String()}, "reason": {"it is insolvent"}, "sure": {"yes"}}
		}, []string{"A signatory"}},
	}
	n := 0
	everybody, enters := h.everybody(id), map[string]*browser{}
	for _, who := range everybody {
		enters[who.ID] = h.enters(id, who)
	}
	for _, a := range acts {
		switch a.path {
		case "":
			h.signBy(id, agreement.B)
			continue
		case "A proposes":
			h.counter(id, agreement.A, 37)
			continue
		case "B assigns":
			h.assigns(id, agreement.B)
			continue
		case "B proposes":
			h.counter(id, agreement.B, 45)
			continue
		}
		pages["POST /agreements/{id}"+strings.NewReplacer("/components/embed", "/components/{component}", "/clauses/6.1", "/clauses/{clause}").Replace(a.path)] = true
		may, tried := cells(t, operationOf(t, a.path)), 0
		for _, one := range everybody { // of either party, whom the table gives no cell
			if gives(may, one) {
				continue
			}
			n++
			tried++
			before := h.size(id)
			if res, body := enters[one.ID].post(home+a.path, a.form(n)); res.StatusCode != http.StatusForbidden || h.size(id) > before {
				t.Errorf("%v of %s may not %s and got %d: %s", one.Roles, one.Party, a.path, res.StatusCode, text(t, body))
			}
		}
		if tried == 0 && !strings.HasPrefix(a.path, "/negotiation/") {
			t.Errorf("the table gives everybody %s", a.path)
		}
		for _, name := range []string{"nobody", "another's", "A finance", "A security", "A signatory", "A technical", "B technical"} {
			n++
			before := h.size(id)
			res, body := who[name].post(home+a.path, a.form(n))
			may := false
			for _, doer := range a.doers {
				may = may || doer == name
			}
			switch grew := h.size(id) > before; {
			case may && (res.StatusCode >= 400 || !grew):
				t.Errorf("%s may %s and got %d: %s", name, a.path, res.StatusCode, text(t, body))
			case name == "nobody" && (res.StatusCode != 403 || grew), name == "another's" && (res.StatusCode != 404 || grew):
				t.Errorf("%s tried %s: %d", name, a.path, res.StatusCode)
			case !may && (res.StatusCode < 400 || grew):
				t.Errorf("%s may not %s and got %d", name, a.path, res.StatusCode)
			}
		}
	}
	for _, pattern := range elsewhere {
		pages[pattern] = true
	}
	for _, pattern := range h.console.Routes() {
		if strings.Contains(pattern, "{id}") && !pages[pattern] {
			t.Errorf("%s is not in this table", pattern)
		}
	}
}

// operationOf is the operation of the API that does what a form does, by the path of the form below the agreement's.
func operationOf(t *testing.T, path string) string {
	const at = "/api/v1/agreements/{id}"
	operations := map[string]string{
		"/keys": "POST /api/v1/keys", "/keys/revocation": "DELETE /api/v1/keys/{key}",
		"/milestones/completion": "POST " + at + "/milestones/{milestone}/completion", "/milestones/reopening": "POST " + at + "/milestones/{milestone}/reopening",
		"/maintenance/withdrawal": "POST " + at + "/maintenance/{maintenance}/withdrawal", "/waivers/end": "DELETE " + at + "/waivers/{waiver}",
		"/assignments/withdrawal": "DELETE " + at + "/assignments/{assignment}", "/assignments/refusal": "POST " + at + "/assignments/{assignment}/refusal",
		"/assignments/consent": "POST " + at + "/assignments/{assignment}/consent", "/suspensions/end": "DELETE " + at + "/suspensions/{component}",
		"/breaches/cure": "POST " + at + "/breaches/{breach}/cure", "/changes/settlement": "POST " + at + "/changes/{change}/settlement",
		"/negotiation/replies": "POST " + at + "/negotiation/comments", "/negotiation/resolutions": "POST " + at + "/negotiation/comments/{thread}/resolution",
		"/negotiation/delegations/end": "DELETE " + at + "/negotiation/delegations/{delegation}",
	}
	path = strings.NewReplacer("/components/embed", "", "/clauses/6.1", "").Replace(path)
	if o, ok := operations[path]; ok {
		return o
	}
	return "POST " + at + path
}

func (h *house) signBy(id agreement.ID, p agreement.Party) {
	h.t.Helper()
	_, err := h.notary.SignHere(h.t.Context(), notary.Order{Agreement: id, Actor: h.holder(id, p, agreement.Signatory)}, h.manifest(id))
	must(h.t, err)
}

// counter is another version that a party proposes, with other days to pay in.
func (h *house) counter(id agreement.ID, p agreement.Party, days int) {
	h.t.Helper()
	h.offer(id, p, days, "")
}

// offer is counter that says who signs first.
func (h *house) offer(id agreement.ID, p agreement.Party, days int, first agreement.Party) {
	h.t.Helper()
	h.put(id, p, days, notary.Proposal{Remark: "we need time", First: first})
}

// put is another version with other days to pay in, and with what is said of it.
func (h *house) put(id agreement.ID, p agreement.Party, days int, said notary.Proposal) {
	h.t.Helper()
	v, err := h.register.View(id)
	must(h.t, err)
	a := *v.State.Text()
	a.Commerce.Payment.NetDays = days
	bound, err := signing.Bind(a, h.previous(id))
	must(h.t, err)
	said.File, said.Package, said.Attachments = draft.Write(a), bound, attached(a)
	_, err = h.notary.Propose(h.t.Context(), notary.Order{Agreement: id, Actor: h.holder(id, p, agreement.Legal)}, said)
	must(h.t, err)
}

// firstThread is the comment that was made first.
func firstThread(h *house, id agreement.ID) string {
	v, err := h.register.View(id)
	must(h.t, err)
	return v.State.Life.Threads[0].ID
}

// theKey is the last key of the agreement.
func theKey(h *house, id agreement.ID) string {
	v, err := h.register.View(id)
	must(h.t, err)
	for _, k := range slices.Backward(v.State.Keys()) {
		if k.Live(h.Now()) {
			return k.ID
		}
	}
	return ""
}

// Only what a person can do is offered to them.
func TestFormsAreForThoseWhoMay(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	offered := func(b *browser) map[string]int {
		_, body := b.get("/agreements/" + string(id))
		found := map[string]int{}
		for _, f := range forms(t, body) {
			found[strings.TrimPrefix(f.action, "/agreements/"+string(id))]++
		}
		return found
	}
	requirements := len(draft.Example(today).Integration.Requirements)
	a, b := offered(h.as(id, agreement.A, agreement.Technical)), offered(h.as(id, agreement.B, agreement.Technical))
	if a["/keys"] != 1 || b["/keys"] != 1 || a["/milestones/completion"] == 0 || a["/milestones/completion"] > requirements || a["/signatures"] != 0 {
		t.Errorf("the technical leads are offered %v and %v", a, b)
	}
	if got := offered(h.as(id, agreement.A, agreement.Signatory)); len(got) != 5 || got["/leave"] != 1 || got["/assignments"] != 1 || got["/suspensions"] != 1 || got["/breaches"] != 1 || got["/changes"] != 1 {
		t.Errorf("the signatory is offered %v", got)
	}
	for _, r := range []agreement.Role{agreement.Finance, agreement.Commercial} {
		if got := offered(h.as(id, agreement.A, r)); len(got) != 1 || got["/leave"] != 1 {
			t.Errorf("the %s is offered %v", r, got)
		}
	}
	fresh := h.propose("", draft.Example(today), nil)
	id = fresh
	if got := offered(h.as(id, agreement.A, agreement.Signatory)); got["/signatures"] != 1 {
		t.Errorf("the signatory is offered %v", got)
	}
	if got := offered(h.as(id, agreement.A, agreement.Technical)); len(got) != 1 {
		t.Errorf("before it is signed the technical lead is offered %v", got)
	}
}

func TestSigningBringsTheAgreementIntoForce(t *testing.T) {
	h := newHouse(t)
	id := h.propose("", draft.Example(today), nil)
	home := "/agreements/" + string(id)
	for i, p := range agreement.Both {
		b := h.as(id, p, agreement.Signatory)
		_, body := b.get(home)
		var f form
		for _, one := range forms(t, body) {
			if one.action == home+"/signatures" {
				f = one
			}
		}
		values := url.Values{}
		for name, value := range f.values {
			values.Set(name, value)
		}
		values.Del("authority")
		if res, body := b.post(f.action, values); res.StatusCode != 422 || !strings.Contains(text(t, body), "Confirm that you are authorised to sign.") {
			t.Errorf("without authority: %d %s", res.StatusCode, text(t, body))
		}
		values.Set("authority", "yes")
		res, _ := b.post(f.action, values)
		if res.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s signed and got %d", p, res.StatusCode)
		}
		_, body = b.get(strings.TrimSuffix(res.Header.Get("Location"), "#clause-signatures"))
		if want := fmt.Sprintf("Done and recorded %s signed version 1", p.Label()); !strings.Contains(text(t, body), want) {
			t.Errorf("the page does not say %q", want)
		}
		if in := strings.Contains(text(t, body), "Version 1 entered into force"); in != (i == 1) {
			t.Errorf("after %s signed, in force is %v", p, in)
		}
	}
}

// Nobody signs a text that was not the one before their eyes.
func TestANewerProposalIsNotSignedUnseen(t *testing.T) {
	h := newHouse(t)
	id := h.propose("", draft.Example(today), nil)
	home := "/agreements/" + string(id)
	b := h.as(id, agreement.A, agreement.Signatory)
	v, err := h.register.View(id)
	must(t, err)
	read := v.State.Life.Versions[0].Manifest
	changed := draft.Example(today)
	changed.Parties.B.Address = "Elsewhere 1"
	h.propose(id, changed, nil)
	before := h.size(id)
	res, body := b.post(home+"/signatures", url.Values{"key": {anyKey(1)}, "manifest": {read}, "version": {"1"}, "authority": {"yes"}})
	if res.StatusCode != http.StatusConflict || !strings.Contains(text(t, body), "Version 2 was proposed after the text that you have read; read it first") || h.size(id) != before {
		t.Errorf("%d: %s", res.StatusCode, text(t, body))
	}
}

// An amendment is read and signed on a page of its own; until then the text that binds is the first page.
func TestAnAmendmentIsReadBeforeItIsSigned(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	v, err := h.register.View(id)
	must(t, err)
	previous, err := h.notary.Package(v.State.Life.Versions[0])
	must(t, err)
	digest := previous.Digest()
	changed := draft.Example(today)
	changed.Parties.B.Address = "Elsewhere 1, Galway"
	h.propose(id, changed, &digest)

	b := h.as(id, agreement.A, agreement.Signatory)
	_, body := b.get(home)
	if !strings.Contains(text(t, body), "Version 2 is proposed") || strings.Contains(body, "Elsewhere 1") || strings.Contains(body, home+"/signatures") {
		t.Errorf("the first page is %s", text(t, body)[:600])
	}
	_, body = b.get(home + "/versions/2")
	accessible(t, "version 2", body)
	if !strings.Contains(body, "Elsewhere 1") || !strings.Contains(body, home+"/signatures") || !strings.Contains(text(t, body), "You are reading version 2") || strings.Contains(text(t, body), "production is closed") {
		t.Errorf("the page of version 2 is %s", text(t, body)[:600])
	}
	h.sign(id)
	if _, body = b.get(home); !strings.Contains(body, "Elsewhere 1") || !strings.Contains(text(t, body), "2, in force") {
		t.Errorf("signed, the first page is %s", text(t, body)[:600])
	}
	if _, body = b.get(home + "/versions/1"); strings.Contains(body, "Elsewhere 1") || !strings.Contains(text(t, body), "You are reading version 1") {
		t.Errorf("the page of version 1 is %s", text(t, body)[:600])
	}
	for _, version := range []string{"0", "3", "01", "x", "-1", "99999999999999999999"} {
		if res, _ := b.get(home + "/versions/" + version); res.StatusCode != 404 {
			t.Errorf("version %s: %d", version, res.StatusCode)
		}
	}
}

func TestAMilestoneIsCompletedAndReopened(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	a, b := h.as(id, agreement.A, agreement.Technical), h.as(id, agreement.B, agreement.Technical)
	res, _ := a.post(home+"/milestones/completion", completion(1, "api-development"))
	if got := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || got != fmt.Sprintf("%s?entry=%d#clause-2.2", home, h.size(id)-1) {
		t.Fatalf("%d to %s", res.StatusCode, got)
	}
	if _, body := b.get(home + "/clauses/2.2"); !strings.Contains(text(t, body), "confirmed by Party A") {
		t.Errorf("the other party does not see it: %s", text(t, body))
	}
	b.post(home+"/milestones/completion", completion(2, "api-development"))
	_, body := a.get(home + "/clauses/2.2")
	if !strings.Contains(text(t, body), "Complete since 23 November 2026") || !strings.Contains(body, `href="https://ci.example/17" rel="noreferrer noopener"`) || !strings.Contains(text(t, body), "(all pass)") {
		t.Errorf("clause 2.2 is %s", text(t, body))
	}
	res, body = a.post(home+"/milestones/reopening", url.Values{"key": {anyKey(3)}, "milestone": {"api-development"}, "reason": {" "}})
	if res.StatusCode != 422 || !strings.Contains(text(t, body), "Say why the requirement is no longer met") {
		t.Errorf("without a reason: %d %s", res.StatusCode, text(t, body))
	}
	res, _ = a.post(home+"/milestones/reopening", url.Values{"key": {anyKey(3)}, "milestone": {"api-development"}, "reason": {"a test fails again"}})
	if res.StatusCode != http.StatusSeeOther {
		t.Errorf("reopening gave %d", res.StatusCode)
	}
	if _, body := b.get(home + "/ledger"); !strings.Contains(text(t, body), "a test fails again") {
		t.Error("the ledger does not say why")
	}
	for name, change := range map[string]func(url.Values){
		"no address":         func(f url.Values) { f.Set("ref", "") },
		"no web address":     func(f url.Values) { f.Set("ref", "javascript:alert(1)") },
		"an unknown kind":    func(f url.Values) { f.Set("kind", "hearsay") },
		"too long a remark":  func(f url.Values) { f.Set("remark", strings.Repeat("x", 2001)) },
		"hidden characters":  func(f url.Values) { f.Set("remark", "a\x07b") },
		"too long a address": func(f url.Values) { f.Set("ref", "https://x.example/"+strings.Repeat("x", 1000)) },
	} {
		f := completion(9, "api-development")
		change(f)
		before := h.size(id)
		res, body := a.post(home+"/milestones/completion", f)
		if res.StatusCode != 422 || h.size(id) != before {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
		accessible(t, name, body)
		if sent := f.Get("remark"); name == "no address" && !strings.Contains(body, ">"+sent+"</textarea>") {
			t.Errorf("%s: the form has lost what was typed", name)
		}
	}
}

// A refusal names the clause, its title and its words, and the form is there as it was sent.
func TestARefusalSaysItsClause(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	b := h.as(id, agreement.B, agreement.Technical)
	v, err := h.register.View(id)
	must(t, err)
	before := h.size(id)
	res, body := b.post(home+"/keys", keyOf(1, "summarise", "production", "competitive"))
	said := text(t, body)
	if res.StatusCode != http.StatusConflict || h.size(id) != before {
		t.Fatalf("%d: %s", res.StatusCode, said)
	}
	words := strings.Join(strings.Fields(v.Policy().Words("3.2")), " ")
	for _, want := range []string{"Not done: cannot issue a key", "(clause 3.2).", "Clause 3.2, Use of shared data", words} {
		if want == "" || !strings.Contains(said, want) {
			t.Errorf("the page does not say %q: %s", want, said[:1500])
		}
	}
	if !strings.Contains(body, `href="`+home+`/clauses/3.2"`) || !strings.Contains(body, "<details class=\"do\" id=\"again\" open>") {
		t.Error("the page does not lead to the clause, or the form is closed")
	}
	for _, f := range forms(t, body) {
		if f.action == home+"/keys" && (f.values["purpose"] != "competitive" || f.values["environment"] != "production" || f.values["label"] != "mine" || f.values["key"] == anyKey(1)) {
			t.Errorf("the form is %v", f.values)
		}
	}
	accessible(t, "refusal", body)

	res, body = h.as(id, agreement.B, agreement.Finance).post(home+"/keys", keyOf(2, "summarise", "test", "service"))
	if res.StatusCode != http.StatusForbidden || !strings.Contains(text(t, body), "(clause 7.1)") {
		t.Errorf("for want of a role: %d: %s", res.StatusCode, text(t, body)[:800])
	}
}

// What a page says was done comes from the ledger, is the visitor's own and recent.
func TestAPageSaysOnlyWhatWasDone(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	b := h.as(id, agreement.B, agreement.Technical)
	res, _ := b.post(home+"/milestones/completion", completion(1, "api-development"))
	at, _, _ := strings.Cut(res.Header.Get("Location"), "#")
	says := func(b *browser, path string) bool {
		res, body := b.get(path)
		return res.StatusCode == 200 && strings.Contains(body, "Done and recorded")
	}
	if !says(b, at) || says(h.as(id, agreement.A, agreement.Technical), at) {
		t.Error("it is not said to the one who did it alone")
	}
	for _, entry := range []string{"0", "1", "2", "999", "-1", "x", ""} {
		if says(b, home+"?entry="+entry) {
			t.Errorf("entry %q is said to have just been done", entry)
		}
	}
	h.pass(11 * time.Minute)
	if says(b, at) {
		t.Error("it is said for ever")
	}
}

func TestFormsThatAreNotOurs(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	b := h.as(id, agreement.A, agreement.Technical)
	before := h.size(id)
	for name, f := range map[string]url.Values{
		"no key":          {"milestone": {"api-development"}},
		"a short key":     {"key": {"abc"}},
		"a field twice":   {"key": {anyKey(1)}, "reason": {"a", "b"}},
		"not UTF-8":       {"key": {anyKey(1)}, "reason": {"\xff"}},
		"a key in upper":  {"key": {strings.Repeat("A", 32)}},
		"a key too long":  {"key": {anyKey(1) + "0"}},
		"a key and a nul": {"key": {anyKey(1) + "\x00"}},
	} {
		if res, body := b.post(home+"/milestones/reopening", f); res.StatusCode != http.StatusBadRequest || !strings.Contains(body, "The form cannot be read") {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
	if res, _ := b.post(home+"/milestones/reopening", url.Values{"key": {anyKey(1)}, "reason": {strings.Repeat("x", 70<<10)}}); res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("a huge form: %d", res.StatusCode)
	}
	if res, _ := b.post(home+"/milestones/completion", completion(5, "no-such-milestone")); res.StatusCode != http.StatusConflict {
		t.Errorf("an unknown milestone: %d", res.StatusCode)
	}
	if h.size(id) != before {
		t.Error("something was recorded")
	}
}
