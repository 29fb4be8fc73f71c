package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

type waived struct {
	ID       string
	Clause   string
	Party    string
	Holds    bool
	Software bool `json:"software_keeps_clause"`
}

// A waiver is given and ended by one party, read by both, and honoured from the next call on.
func TestTheAPIWaives(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	path := "/api/v1/agreements/" + p.id
	until := h.clock().Add(48 * time.Hour)
	h.ok(p.people[technicalA], "PUT", path+"/upstreams/summarise/test", map[string]string{"address": "http://127.0.0.1:7001/v1"}, nil)
	decide := func() (d struct{ OK bool }) {
		h.ok(p.people[legalB], "POST", path+"/decisions", map[string]string{"component": "summarise", "environment": "test", "purpose": "service", "operation": "chat.completions", "model": "another"}, &d)
		return d
	}
	if decide().OK {
		t.Fatal("a model that is not listed may be called")
	}
	var w waived
	h.ok(p.people[signatoryA], "POST", path+"/waivers", map[string]any{"clause": "schedule a", "component": "summarise", "for": "the trial", "until": until}, &w)
	if !w.Holds || !w.Software || w.Clause != "A" || w.Party != "a" {
		t.Errorf("%+v", w)
	}
	if !decide().OK {
		t.Error("the waiver is not honoured")
	}
	var all struct{ Items []waived }
	h.ok(p.people[financeB], "GET", path+"/waivers", nil, &all)
	if len(all.Items) != 1 || all.Items[0] != w {
		t.Errorf("%+v", all)
	}
	h.refused(409, "13.5", p.people[signatoryB], "DELETE", path+"/waivers/"+w.ID, nil)
	h.ok(p.people[signatoryA], "DELETE", path+"/waivers/"+w.ID, nil, &w)
	if w.Holds || decide().OK {
		t.Error("an ended waiver is honoured")
	}
	for _, bad := range []map[string]any{
		{"clause": "6.3", "for": "x", "until": "tomorrow"},
		{"clause": "nine", "for": "x", "until": until},
		{"clause": "6.3", "for": "", "until": until},
		{"clause": "6.3", "for": "x", "until": until, "party": "b"},
	} {
		h.refused(422, "", p.people[signatoryA], "POST", path+"/waivers", bad)
	}
}

// A letter is read by both as it was given, and belongs to its agreement alone.
func TestTheAPIKeepsLetters(t *testing.T) {
	h := newHouse(t)
	p, q := h.settle(example()), h.settle(other())
	path := "/api/v1/agreements/" + p.id
	const text = "<script>We count a call once.</script>\r\n"
	var l struct{ ID, Digest string }
	h.ok(p.people[signatoryB], "POST", path+"/letters", map[string]any{"title": "How we count", "clauses": []string{"6.1", "c"}, "text": text}, &l)
	a := h.ok(p.people[financeA], "GET", path+"/letters/"+l.ID, nil, nil)
	if string(a.body) != text || !strings.HasPrefix(a.header.Get("Content-Type"), "text/plain") {
		t.Errorf("%q as %s", a.body, a.header.Get("Content-Type"))
	}
	h.refused(404, "", q.people[financeA], "GET", "/api/v1/agreements/"+q.id+"/letters/"+l.ID, nil)
	h.refused(422, "", p.people[signatoryB], "POST", path+"/letters", map[string]any{"title": "t", "clauses": []string{}, "text": "x"})
	h.refused(422, "", p.people[signatoryB], "POST", path+"/letters", map[string]any{"title": "t", "clauses": []string{"6.1"}, "text": strings.Repeat("x", 100_001)})
	var history struct {
		Items   []struct{ Version int }
		Letters []struct{ Digest string }
	}
	h.ok(p.people[financeB], http.MethodGet, path+"/history?clause=C", nil, &history)
	if len(history.Items) != 1 || len(history.Letters) != 1 || history.Letters[0].Digest != l.Digest {
		t.Errorf("%+v", history)
	}
	h.refused(422, "", p.people[financeB], http.MethodGet, path+"/history?clause=none", nil)
}

// A decision about a call that is not made is the gateway's: also where the node knows no way to the
// provider's service, and never of another environment than the key's.
func TestDecidingSaysWhatTheGatewayWould(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	path := "/api/v1/agreements/" + p.id
	var k struct{ ID string }
	h.ok(p.people[technicalB], "POST", "/api/v1/keys", map[string]any{"agreement": p.id, "component": "summarise", "environment": "test", "purpose": "service"}, &k)
	ask := map[string]string{"component": "summarise", "key": k.ID, "operation": "chat.completions", "model": "calluna-extract-1"}
	var d struct {
		OK                bool
		Code, Clause, Why string
		Words             string `json:"clause_text"`
		Steps             []struct{ Asked string }
	}
	h.ok(p.people[technicalB], "POST", path+"/decisions", ask, &d)
	if d.OK || d.Code != "no-upstream" || d.Clause != "A" || !strings.Contains(d.Why, "where it serves the component") || d.Words == "" {
		t.Errorf("without an upstream: %+v", d)
	}
	h.ok(p.people[technicalA], "PUT", path+"/upstreams/summarise/test", map[string]string{"address": "http://127.0.0.1:7001/v1"}, nil)
	if h.ok(p.people[technicalB], "POST", path+"/decisions", ask, &d); !d.OK {
		t.Errorf("with one: %+v", d)
	}
	ask["environment"] = "production"
	if no := h.refused(422, "", p.people[technicalB], "POST", path+"/decisions", ask); !strings.Contains(no.Detail, "the key is for test") {
		t.Errorf("it says %q", no.Detail)
	}
}
