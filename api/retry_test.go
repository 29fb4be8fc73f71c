package api_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"entente/agreement"
)

// A write that is repeated with its key gives the same bytes, and happened once.
func TestARetryIsTheSameOperation(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	path := "/api/v1/agreements/" + p.id
	evidence := func(ref string) any { return map[string]any{"evidence": []any{link(ref)}} }
	key := func(purpose string) any {
		return map[string]string{"component": "summarise", "environment": "test", "purpose": purpose}
	}
	upstream := func(address string) any {
		return map[string]string{"address": address, "header": "Authorization", "secret": "Bearer x"}
	}
	reason := func(why string) any { return map[string]string{"reason": why} }
	person := func(p partnership, who string) any { return map[string]string{"agreement": p.id, "person": who} }
	next := example()
	next.Parties.A.Address = "Holtenauer Straße 1, 24105 Kiel, Germany"
	for _, w := range []struct {
		who, method, path string
		body, another     any // another request with the same key is refused; nil: there is none
	}{
		{h.operator, "POST", "/api/v1/agreements", proposal(other()), proposal(next)},
		{p.people[technicalA], "POST", path + "/milestones/sdk-provision/completion", evidence("https://a.example"), evidence("https://b.example")},
		{p.people[technicalB], "POST", path + "/milestones/sdk-provision/reopening", reason("why"), reason("another")},
		{p.people[technicalB], "POST", "/api/v1/keys", key("service"), key("improvement")},
		{p.people[technicalA], "PUT", path + "/upstreams/summarise/test", upstream("https://a.example"), upstream("https://b.example")},
		{p.people[signatoryA], "POST", path + "/suspensions", reason("why"), reason("another")},
		{p.people[signatoryA], "DELETE", path + "/suspensions/all", nil, nil},
		{p.people[legalA], "POST", path + "/breaches", map[string]string{"what": "late"}, map[string]string{"what": "never"}},
		{h.operator, "POST", "/api/v1/links", person(p, financeA), person(p, financeB)},
		{h.operator, "POST", "/api/v1/tokens", person(p, financeA), person(p, financeB)},
		{p.people[legalB], "POST", path + "/versions", proposal(next), proposal(other())},
		{p.people[signatoryA], "POST", path + "/signatures", func() any { return h.latest(p) }, nil},
		{p.people[signatoryB], "POST", path + "/termination", map[string]string{"ground": "insolvency", "reason": "opened"}, map[string]string{"ground": "notice"}},
	} {
		if late, ok := w.body.(func() any); ok { // what to send follows from the rows before
			w.body = late()
		}
		id := w.method + " " + w.path
		first := h.ok(w.who, w.method, w.path, w.body, nil, "Idempotency-Key", id)
		size, count := h.size(p), len(h.register.Views())
		again := h.ok(w.who, w.method, w.path, w.body, nil, "Idempotency-Key", id)
		if string(again.body) != string(first.body) || again.status != first.status || again.header.Get("Idempotent-Replayed") != "true" || first.header.Get("Idempotent-Replayed") != "" {
			t.Errorf("%s: the retry answered %d %s %v, the first %d %s", id, again.status, again.body, again.header, first.status, first.body)
		}
		if h.size(p) != size || len(h.register.Views()) != count {
			t.Errorf("%s: the retry wrote something", id)
		}
		if w.another != nil {
			h.refused(422, "", w.who, w.method, w.path, w.another, "Idempotency-Key", id)
		}
	}
	if strings.Contains(h.logs.String(), "a request failed") {
		t.Errorf("the node failed:\n%s", h.logs)
	}
}

func (h *house) size(p partnership) int64 {
	v, err := h.register.View(agreement.ID(p.id))
	must(h.t, err)
	return v.Size
}

// What was answered before a restart is answered after it: the token of a retry is the first one.
func TestARetryAfterARestart(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	upstream := map[string]string{"address": "https://a.example", "header": "Authorization", "secret": "Bearer x"}
	for _, w := range []struct {
		who, method, path string
		body              any
	}{
		{h.operator, "POST", "/api/v1/links", map[string]string{"agreement": p.id, "person": financeA}},
		{p.people[technicalB], "POST", "/api/v1/tokens", map[string]string{"label": "x"}},
		{p.people[technicalA], "PUT", "/api/v1/agreements/" + p.id + "/upstreams/summarise/test", upstream},
		{p.people[technicalA], "DELETE", "/api/v1/agreements/" + p.id + "/upstreams/summarise/test", nil},
	} {
		key := w.method + " " + w.path
		first := h.ok(w.who, w.method, w.path, w.body, nil, "Idempotency-Key", key)
		h.restart()
		again := h.ok(w.who, w.method, w.path, w.body, nil, "Idempotency-Key", key)
		if string(first.body) != string(again.body) || again.header.Get("Idempotent-Replayed") != "true" {
			t.Errorf("%s: %s, and after a restart %s", key, first.body, again.body)
		}
	}
	raw, err := os.ReadFile(filepath.Join(h.dir, "entente.db-wal"))
	must(t, err)
	for _, token := range []string{"Bearer x", "ent_link_", "ent_api_"} {
		if bytes.Contains(raw, []byte(token)) {
			t.Errorf("the store holds %q in the clear", token)
		}
	}
}

// White space and the order of members do not make another request; another person does.
func TestWhatMakesARequestTheSame(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	path := "/api/v1/agreements/" + p.id + "/suspensions"
	first := h.ok(p.people[securityA], "POST", path, `{"component":"summarise","reason":"why"}`, nil, "Idempotency-Key", "k")
	again := h.ok(p.people[securityA], "POST", path, "{ \"reason\" : \"why\",\n\t\"component\":\"summarise\" }", nil, "Idempotency-Key", "k")
	if string(first.body) != string(again.body) || again.header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("got %s, then %s", first.body, again.body)
	}
	h.refused(422, "", p.people[signatoryA], "POST", path, `{"component":"summarise","reason":"why"}`, "Idempotency-Key", "k")
	h.ok(p.people[securityB], "POST", path, `{"component":"embed","reason":"why"}`, nil, "Idempotency-Key", "k") // the other party's key is another key
	for _, wrong := range [][]string{{"", "one"}, {strings.Repeat("x", 256)}, {"a", "b"}, {"tab\there"}, {"caf\xe9"}} {
		var headers []string
		for _, k := range wrong {
			headers = append(headers, "Idempotency-Key", k)
		}
		if a := h.do(p.people[securityB], "POST", path, `{"reason":"why"}`, headers...); a.status != http.StatusBadRequest {
			t.Errorf("%q: %d", wrong, a.status)
		}
	}
}

// Of many that send the same request at once, one happens and all get its answer.
func TestConcurrentRetriesHappenOnce(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	for name, one := range map[string]struct {
		who, path string
		body      any
	}{
		"an act":       {p.people[technicalB], "/api/v1/keys", map[string]string{"component": "summarise", "environment": "test", "purpose": "service"}},
		"a credential": {p.people[technicalB], "/api/v1/tokens", map[string]string{"label": "x"}},
		"an agreement": {h.operator, "/api/v1/agreements", proposal(other())},
	} {
		before, agreements := h.size(p), len(h.register.Views())
		answers := make([]answer, 8)
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() { answers[i] = h.do(one.who, "POST", one.path, one.body, "Idempotency-Key", "at once: "+name) })
		}
		all.Wait()
		fresh := 0
		for _, a := range answers {
			if a.status != 201 || string(a.body) != string(answers[0].body) {
				t.Fatalf("%s: %d %s, and %d %s", name, a.status, a.body, answers[0].status, answers[0].body)
			}
			if a.header.Get("Idempotent-Replayed") == "" {
				fresh++
			}
		}
		written := h.size(p) - before + int64(len(h.register.Views())-agreements)
		if fresh != 1 || written > 1 {
			t.Errorf("%s: %d answers are fresh, %d things were written", name, fresh, written)
		}
	}
}

// Without a key each request is one of its own.
func TestWithoutAKeyNothingIsRepeated(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	body := map[string]string{"component": "summarise", "environment": "test", "purpose": "service"}
	a := h.ok(p.people[technicalB], "POST", "/api/v1/keys", body, nil)
	b := h.ok(p.people[technicalB], "POST", "/api/v1/keys", body, nil)
	if string(a.body) == string(b.body) {
		t.Error("two keys are one")
	}
}
