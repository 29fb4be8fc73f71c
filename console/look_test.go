package console_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/articles/articlestest"
	"entente/articles/commerce"
	"entente/articles/draft"
	"entente/articles/integration"
	"entente/articles/margins"
	"entente/calendar"
	"entente/notary"
)

// look serves a partnership in the middle of its life, to be looked at in a browser:
//
//	go test ./console -run Look -timeout 0 -look 127.0.0.1:8610
var look = flag.String("look", "", "serve the console at this `address` to be looked at")

func TestLook(t *testing.T) {
	if *look == "" {
		return
	}
	h := newHouse(t)
	h.now = time.Now()
	links := map[string]string{}
	for name, id := range map[string]agreement.ID{"": midway(h), "odd/": odd(h), "long/": h.signed(articlestest.Strained(60)), "offer/": h.propose("", articlestest.Strained(100), nil)} {
		links[name+"agreement"] = string(id)
		v, err := h.register.View(id)
		must(t, err)
		for pseudonym, person := range v.People {
			k, _, err := h.door.Issue(context.Background(), access.Link, id, pseudonym, "look", access.LinkLife)
			must(t, err)
			links[name+person] = "http://" + *look + "/enter/" + k.Text().Reveal()
		}
	}
	out, err := json.MarshalIndent(links, "", " ")
	must(t, err)
	fmt.Println(string(out))
	must(t, http.ListenAndServe(*look, h.handler))
}

// midway is a partnership in force: some milestones are complete, one key was revoked, there was
// traffic, and an amendment is proposed.
func midway(h *house) agreement.ID {
	day := calendar.DateOf(h.Now())
	id := h.signed(draft.Example(day))
	a, b := h.holder(id, agreement.A, agreement.Technical), h.holder(id, agreement.B, agreement.Technical)
	for i, r := range draft.Example(day).Integration.Requirements {
		for _, who := range []articles.Actor{a, b} {
			if !r.Owner().Includes(who.Party) || i > 3 || i == 3 && who.Party == agreement.B {
				continue
			}
			_, err := h.notary.Do(h.t.Context(), notary.Order{Agreement: id, Actor: who, Command: integration.CompleteMilestone{Milestone: r.ID, Party: who.Party, By: who.ID,
				Evidence: []integration.Evidence{{Kind: "link", Ref: fmt.Sprintf("https://ci.%s.example/runs/%d", map[agreement.Party]string{"a": "calluna", "b": "tidewater"}[who.Party], 4711+i), Remark: "all cases pass"}}}})
			must(h.t, err)
		}
	}
	for i, label := range []string{"reader, test", "reader, production", "old key"} {
		_, r, err := h.notary.IssueKey(h.t.Context(), notary.Order{Agreement: id, Actor: b}, notary.KeyRequest{Component: "summarise",
			Environment: []agreement.Environment{agreement.Test, agreement.Production, agreement.Test}[i], Purpose: agreement.Service, Label: label}, nil)
		must(h.t, err)
		if i == 2 {
			for key, k := range r.View.State.Integration.Keys {
				if k.Label == label {
					_, err := h.notary.Do(h.t.Context(), notary.Order{Agreement: id, Actor: b, Command: integration.RevokeKey{ID: key, Party: agreement.B, By: b.ID, Reason: "replaced"}})
					must(h.t, err)
				}
			}
		}
	}
	h.live = margins.Live{Today: map[string]margins.Counts{"summarise": {Calls: 1284, Failed: 3}, "embed": {Calls: 9120}},
		Refused: map[agreement.Clause]int64{"2.2": 4, "3.2": 1, "C": 12}, Records: 10404,
		Month: []commerce.Use{{Component: "summarise", Consumer: agreement.B, Requests: 1284, InputTokens: 48_200_117, OutputTokens: 3_110_425}, {Component: "embed", Consumer: agreement.A, Requests: 9120, InputTokens: 91_004_212}}}
	return id
}

// odd is a partnership that waits for its signatures, between companies and people whose names are
// long, in other scripts, or try to reorder what is read.
func odd(h *house) agreement.ID {
	a := draft.Example(calendar.DateOf(h.Now()))
	a.Parties.A.Name = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft und Partner mbB"
	a.Parties.A.ShortName = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
	a.Parties.B.Name, a.Parties.B.ShortName = "شركة المدّ والجزر للبحث الدلالي المحدودة", "شركة المدّ"
	people := a.Governance.People
	for i := range people {
		switch people[i].ID {
		case "mara-voss":
			people[i].Name = "Mara \u202eVoss\u202c <script>alert(1)</script>"
		case "aoife-kearney":
			people[i].Name = "عائشة بنت عبد الرحمن الكرنيّ"
		}
	}
	a.Integration.Requirements[0].Title = "https://example.example/" + strings.Repeat("averyveryverylongword", 8)
	return h.propose("", a, nil)
}

// BenchmarkContract is the living contract as a whole page.
func BenchmarkContract(b *testing.B) {
	h := newHouse(b)
	who := h.as(midway(h), agreement.B, agreement.Technical)
	path := "/agreements/" + string(h.register.Views()[0].State.ID)
	b.ReportAllocs()
	for b.Loop() {
		if res, _ := who.get(path); res.StatusCode != 200 {
			b.Fatal(res.StatusCode)
		}
	}
}
