package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"entente/agreement"
)

// belongings are things of an agreement, by the parameter of a path that names them.
func belongings(t *testing.T, h *house, p partnership) map[string]string {
	t.Helper()
	b := bench{h, p, new(int)}
	at := b.path("")
	var comment struct{ Comment struct{ ID string } }
	h.ok(p.people[legalB], "POST", at+"/negotiation/comments", map[string]string{"clause": "6.1", "text": "why?"}, &comment)
	all := map[string]string{"id": p.id, "thread": comment.Comment.ID}
	var shown struct {
		Credential string
		Versions   []struct{ Manifest string }
	}
	h.ok(p.people[technicalB], "GET", "/api/v1/me", nil, &shown)
	h.ok(p.people[technicalB], "GET", at, nil, &shown)
	all["credential"], all["digest"] = shown.Credential, shown.Versions[0].Manifest
	all["webhook"] = hooked(b, agreement.B)
	all["key"] = b.post(agreement.B, agreement.Technical, "/api/v1/keys", map[string]string{"component": "summarise", "environment": "test", "purpose": "service"})
	from := h.clock().Add(96 * 3600e9).Truncate(60e9)
	all["maintenance"] = b.post(agreement.B, agreement.Technical, at+"/maintenance", map[string]any{"component": "embed", "environment": "production", "from": from, "until": from.Add(3600e9), "what": "a disk"})
	all["note"] = b.post(agreement.B, agreement.Legal, at+"/negotiation/notes", map[string]string{"clause": "6.1", "text": "hm"})
	all["waiver"] = b.post(agreement.B, agreement.Signatory, at+"/waivers", map[string]any{"clause": "6.1", "for": "a month", "until": h.clock().Add(720 * 3600e9)})
	all["letter"] = b.post(agreement.B, agreement.Signatory, at+"/letters", map[string]any{"title": "first", "clauses": []string{"6.1"}, "text": "We mean it."})
	all["breach"] = b.post(agreement.B, agreement.Legal, at+"/breaches", map[string]string{"what": "late"})
	all["assignment"] = transfer(b, agreement.B)
	all["delegation"] = b.post(agreement.B, agreement.Signatory, at+"/negotiation/delegations", map[string]any{"person": financeB, "reason": "a journey", "until": h.clock().Add(720 * 3600e9)})
	all["account"] = b.post(agreement.B, agreement.Technical, "/api/v1/service-accounts", map[string]string{"label": "robot"})
	return all
}

// fixed are parts of a path that name nothing of an agreement.
var fixed = map[string]string{"component": "summarise", "environment": "test", "n": "0", "level": "0", "tile": "000.p/1", "table": "keys", "old": "1", "new": "1",
	"milestone": "sdk-provision", "file": "mine.ics", "address": "nothing", "call": "req_nothing", "change": "chg_nothing", "passkey": "pky_nothing"}

var nameInPath = regexp.MustCompile(`\{(\w+)\}`)

// filled is a path with names for its parts, and whether one of those is of things.
func filled(path string, things map[string]string) (out string, named bool) {
	return nameInPath.ReplaceAllStringFunc(path, func(part string) string {
		part = strings.Trim(part, "{}")
		if name, there := things[part]; there {
			named = true
			return name
		}
		return fixed[part]
	}), named
}

// without is an answer with nothing in it that is another each time, or that only repeats what was asked for.
func without(a answer, things map[string]string) string {
	text := regexp.MustCompile(`req_[a-z0-9]+`).ReplaceAllString(string(a.body), "req_…")
	for _, name := range things {
		text = strings.ReplaceAll(text, name, "…")
	}
	return fmt.Sprint(a.status, " ", a.header.Get("Content-Type"), " ", text)
}

// state is everything that the people of an agreement can read of it and of what is theirs.
func state(h *house, p partnership) string {
	var out strings.Builder
	for _, who := range []string{technicalA, technicalB, signatoryB, legalB} {
		for _, path := range []string{"/api/v1/agreements/{id}", "/api/v1/agreements/{id}/ledger/entries?limit=500", "/api/v1/agreements/{id}/upstreams", "/api/v1/agreements/{id}/negotiation/notes", "/api/v1/webhooks", "/api/v1/credentials?limit=500", "/api/v1/keys?limit=500"} {
			out.Write(h.do(p.people[who], "GET", strings.ReplaceAll(path, "{id}", p.id), nil).body)
		}
	}
	return regexp.MustCompile(`"used":"[^"]*"|req_[a-z0-9]+`).ReplaceAllString(out.String(), "")
}

// For each operation that names something: who has no token, and who is of another agreement, gets for what is there
// the very answer that they get for what is not, and changes nothing.
func TestWhatIsOfAnotherAgreementIsNotThere(t *testing.T) {
	h := newHouse(t)
	h.receive(func(w http.ResponseWriter, _ *http.Request) { t.Error("a webhook was sent") })
	own, foreign := h.settle(example()), h.settle(other())
	there := belongings(t, h, foreign)
	absent := map[string]string{}
	for part, name := range there {
		absent[part] = name[:len(name)-4] + map[bool]string{true: "0000", false: "aaaa"}[strings.HasSuffix(name, "aaaa")]
	}
	before := []string{state(h, foreign), state(h, own)}
	people := map[string]string{"nobody": "", "a stranger": "ent_api_" + strings.Repeat("a", 40)}
	for _, who := range []string{signatoryA, signatoryB, technicalB, legalB, securityA, financeA} {
		people[who] = own.people[who]
	}
	tried := 0
	d := outlined(t)
	for _, o := range d.Operations() {
		var body any
		if o.Body != nil {
			sample, ok := d.Sample(o.Body.Schema)
			if body = string(sample); !ok {
				body = proposal(other())
			}
		}
		if o.Roles == nil {
			continue
		}
		for name, token := range people {
			ask := func(things map[string]string) (answer, bool) {
				path, named := filled(o.Path, things)
				return h.do(token, o.Method, path, body), named
			}
			if _, named := filled(o.Path, there); !named {
				continue
			}
			tried++
			is, _ := ask(there)
			isNot, _ := ask(absent)
			if got, want := without(is, there), without(isNot, absent); got != want || is.status < 400 || token == "" && is.status != 401 {
				t.Errorf("%s by %s: %s\nand for what does not exist: %s", o.ID, name, got, want)
			}
			if token == "" || strings.Count(o.Path, "{") < 2 || !strings.Contains(o.Path, "{id}") {
				continue
			}
			mixed := func(things map[string]string) (map[string]string, bool) { // what is foreign, below one's own agreement
				out := map[string]string{}
				for part, one := range things {
					out[part] = one
				}
				out["id"] = own.id
				return out, slices.ContainsFunc(nameInPath.FindAllString(o.Path, -1), func(part string) bool { return part != "{id}" && things[strings.Trim(part, "{}")] != "" })
			}
			if mine, some := mixed(there); some && o.Path != "/api/v1/agreements/{id}/documents/{digest}" { // the same documents may be of both
				none, _ := mixed(absent)
				is, _ = ask(mine)
				isNot, _ = ask(none)
				if got, want := without(is, mine), without(isNot, none); got != want || is.status < 400 {
					t.Errorf("%s by %s, below their own agreement: %s\nand for what does not exist: %s", o.ID, name, got, want)
				}
			}
		}
	}
	if tried < 300 {
		t.Errorf("%d requests were tried", tried)
	}
	for i, p := range []partnership{foreign, own} {
		if got := state(h, p); got != before[i] {
			t.Errorf("something was changed in %s", p.id)
		}
	}
}

// What is named beside the path is not there either.
func TestWhatIsNamedInABodyIsNotThere(t *testing.T) {
	h := newHouse(t)
	own, foreign := h.settle(example()), h.settle(other())
	absent := foreign.id[:len(foreign.id)-4] + "0000"
	for _, path := range []string{"/api/v1/keys", "/api/v1/usage", "/api/v1/usage/summary", "/api/v1/credentials"} {
		for _, who := range []string{technicalB, financeA} {
			is := h.do(own.people[who], "GET", path+"?agreement="+foreign.id, nil)
			isNot := h.do(own.people[who], "GET", path+"?agreement="+absent, nil)
			if got, want := without(is, map[string]string{"": foreign.id}), without(isNot, map[string]string{"": absent}); got != want || is.status != 404 {
				t.Errorf("%s by %s: %s, and %s", path, who, got, want)
			}
		}
	}
	for _, path := range []string{"/api/v1/tokens", "/api/v1/erasures", "/api/v1/invitations", "/api/v1/keys"} {
		body := func(id string) json.RawMessage {
			return json.RawMessage(fmt.Sprintf(`{"agreement":%q,"person":%q}`, id, financeB))
		}
		is, isNot := h.do(own.people[signatoryA], "POST", path, body(foreign.id)), h.do(own.people[signatoryA], "POST", path, body(absent))
		if got, want := without(is, map[string]string{"": foreign.id}), without(isNot, map[string]string{"": absent}); got != want || is.status < 400 {
			t.Errorf("%s: %s, and %s", path, got, want)
		}
	}
}
