package gateway_test

import (
	"encoding/json"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entente/agreement"
	"entente/articles"
	"entente/articles/compliance"
	"entente/articles/integration"
	"entente/articles/term"
	"entente/egress"
)

// key edits the key that the tests use.
func (h *house) key(edit func(k *integration.Key)) {
	h.change(func(s *articles.State) {
		k := s.Integration.Keys["key_summarise"]
		edit(&k)
		s.Integration.Keys[k.ID] = k
	})
}

// Whoever shows what opens nothing is a stranger like any other, whatever was wrong with it: the
// answers differ in nothing but the request's id.
func TestWhatOpensNothingIsRefusedAlike(t *testing.T) {
	var want map[string]any
	for _, c := range []struct {
		name  string
		given func(h *house)
		key   string
	}{
		{"no key", nil, ""},
		{"a typing mistake", nil, "Bearer ent_live_abc"},
		{"unknown", func(h *house) { h.change(func(s *articles.State) { delete(s.Integration.Keys, "key_summarise") }) }, "summarise"},
		{"revoked", func(h *house) { h.revoke("summarise") }, "summarise"},
		{"expired", func(h *house) { h.key(func(k *integration.Key) { k.Expires = noon }) }, "summarise"},
		{"from elsewhere", func(h *house) {
			h.key(func(k *integration.Key) { k.Networks = []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")} })
		}, "summarise"},
		{"by a method that Schedule B does not accept", func(h *house) {
			h.text(func(a *articles.Agreement) {
				a.ScheduleB.Authentication = []compliance.Authentication{{Methods: []agreement.AuthMethod{agreement.MTLS}}}
			})
		}, "summarise"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t, egress.Policy{})
			h.answers(func(http.ResponseWriter, *http.Request) { t.Error("the call reached the upstream") })
			if c.given != nil {
				c.given(h)
			}
			r := h.call("POST", chat, c.key, ask(false))
			var got map[string]any
			must(t, json.Unmarshal(r.body, &got))
			if r.StatusCode != 401 || got["clause"] != "B" {
				t.Fatalf("%d %s", r.StatusCode, r.body)
			}
			delete(got, "instance")
			if want == nil {
				want = got
			}
			if c.name != "by a method that Schedule B does not accept" { // which changes the words of the clause itself
				if d := cmp.Diff(want, got); d != "" {
					t.Error(d)
				}
			}
			if len(h.records()) != 0 {
				t.Error("it was metered")
			}
		})
	}
}

func TestAKeyWorksFromItsNetworks(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	h.key(func(k *integration.Key) {
		k.Networks = []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("127.0.0.0/8")}
	})
	if got := h.status("summarise"); got != 200 {
		t.Errorf("from its network: %d", got)
	}
}

// A header narrows what the key is bound to, and what is declared goes on record and on the wire.
func TestADeclaredClassNarrows(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	if r := h.call("POST", chat, "summarise", ask(false), "Entente-Data-Class: synthetic"); r.StatusCode != 200 {
		t.Fatalf("%d %s", r.StatusCode, r.body)
	}
	if got := h.record().DataClass; got != "synthetic" {
		t.Errorf("recorded as %q", got)
	}
}

// Who was served before the end is served after it, for the time of clause 12.4.
func TestExistingCustomersAreServed(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	salt := []byte("sixteen bytes, 1")
	d := term.DigestOf(salt, "c-1")
	h.change(func(s *articles.State) {
		s.Term.Ending = &term.Ending{Ends: noon, TransitionEnd: noon, CustomersEnd: noon.AddDate(0, 1, 0)}
		s.Term = s.Term.Evolve(term.CustomersListed{Salt: salt, Digests: []string{string(d[:])}, Last: true}, noon)
	})
	for customer, want := range map[string]int{"c-1": 200, "c-2": 403} {
		if r := h.call("POST", chat, "summarise", ask(false), "Entente-Customer: "+customer); r.StatusCode != want {
			t.Errorf("%s: %d %s", customer, r.StatusCode, r.body)
		}
	}
}

// What Schedule B no longer accepts ends with the amendment, also in the middle of an answer.
func TestAnAmendmentTakesAMethodAway(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	if got := h.status("summarise"); got != 200 {
		t.Fatalf("before: %d", got)
	}
	h.text(func(a *articles.Agreement) {
		a.ScheduleB.Authentication = []compliance.Authentication{{Component: "summarise", Methods: []agreement.AuthMethod{agreement.OAuth2}}, {Methods: []agreement.AuthMethod{agreement.APIKey}}}
	})
	if got := h.status("summarise"); got != 401 {
		t.Errorf("after: %d", got)
	}
	h.pass(time.Second)
	if r := h.call("POST", "/assist/v1/messages", "assist", `{"model":"calluna-assist-1","max_tokens":5,"messages":[]}`); r.StatusCode == 401 {
		t.Errorf("another component: %d", r.StatusCode)
	}
}

// What a call shows is its own, whatever the call before it on the same connection showed.
func TestAConnectionsCallsShowTheirOwnKeys(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	for i, c := range []struct {
		key    string
		status int
	}{
		{"summarise", 200}, {"summarise", 200}, {"", 401}, {"summarise", 200}, {"Bearer ent_live_abc", 401}, {"Bearer ent_live_abc", 401}, {"x", 401}, {"summarise second", 200}, {"embed", 403}, {"summarise", 200},
	} {
		if r := h.call("POST", chat, c.key, ask(false)); r.StatusCode != c.status {
			t.Errorf("call %d: %d %s, want %d", i, r.StatusCode, r.body, c.status)
		}
	}
	h.revoke("summarise")
	if r := h.call("POST", chat, "summarise", ask(false)); r.StatusCode != 401 {
		t.Errorf("after the key is revoked: %d %s", r.StatusCode, r.body)
	}
}
