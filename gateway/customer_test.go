package gateway_test

import (
	"strings"
	"testing"

	"entente/agreement"
	"entente/articles"
	"entente/articles/performance"
	"entente/articles/policy"
	"entente/articles/term"
	"entente/egress"
)

// Whom a call serves is what the token claims, else what the header says; two words about it are
// refused, and so is what nobody can tell apart.
func TestTheCustomerOfAToken(t *testing.T) {
	long := strings.Repeat("c", 65)
	for _, c := range []struct {
		name   string
		claim  any // nil for none
		header string
		status int
		clause string
		want   string // on record
	}{
		{"neither", nil, "", 200, "", ""},
		{"the header alone", nil, "c-1", 200, "", "c-1"},
		{"the claim alone", "c-1", "", 200, "", "c-1"},
		{"both say the same", "c-1", "c-1", 200, "", "c-1"},
		{"they differ", "c-1", "c-2", 400, "12.4", ""},
		{"they differ in case", "c-1", "C-1", 400, "12.4", ""},
		{"an empty claim", "", "", 400, "", ""},
		{"an empty claim under a header", "", "c-1", 400, "", ""},
		{"a long claim", long, "", 400, "", ""},
		{"a claim that is not printable", "c\n1", "", 400, "", ""},
		{"a claim that is no text", 7, "", 401, "B", ""},
		{"a list", []string{"c-1"}, "", 401, "B", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t, egress.Policy{})
			i := newIssuer(t, "https://id.tidewater.example")
			h.register(i, "c-1", "key_client", "summarise", agreement.Production)
			more, headers := map[string]any{}, []string{}
			if c.claim != nil {
				more["entente_customer"] = c.claim
			}
			if c.header != "" {
				headers = append(headers, "Entente-Customer: "+c.header)
			}
			r := h.call("POST", chat, i.claiming("c-1", policy.Audience(theAgreement), more), ask(false), headers...)
			if r.StatusCode != c.status {
				t.Fatalf("%d %s", r.StatusCode, r.body)
			}
			if c.status != 200 {
				if p := r.problem(t); p.Clause != c.clause || len(h.records()) != 0 {
					t.Errorf("%s", r.body)
				}
				return
			}
			if got := h.record().Customer; got != c.want {
				t.Errorf("recorded as %q", got)
			}
		})
	}
}

// Clause 12.4 and limits by customer read the claim as they read the header.
func TestAClaimedCustomerCounts(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	i := newIssuer(t, "https://id.tidewater.example")
	h.register(i, "c-1", "key_client", "summarise", agreement.Production)
	status := func(customer string) int {
		return h.call("POST", chat, i.claiming("c-1", policy.Audience(theAgreement), map[string]any{"entente_customer": customer}), ask(false)).StatusCode
	}
	h.limit(performance.Limit{Per: performance.PerCustomer, Unit: performance.Requests, Requests: 1, Window: seconds(60)})
	for _, step := range []struct {
		customer string
		want     int
	}{{"c-1", 200}, {"c-1", 429}, {"c-2", 200}, {"c-2", 429}} {
		if got := status(step.customer); got != step.want {
			t.Errorf("%s: %d, want %d", step.customer, got, step.want)
		}
	}
	salt := []byte("sixteen bytes, 1")
	d := term.DigestOf(salt, "c-3")
	h.change(func(s *articles.State) {
		s.Term.Ending = &term.Ending{Ends: noon, TransitionEnd: noon, CustomersEnd: noon.AddDate(0, 1, 0)}
		s.Term = s.Term.Evolve(term.CustomersListed{Salt: salt, Digests: []string{string(d[:])}, Last: true}, noon)
	})
	for customer, want := range map[string]int{"c-3": 200, "c-4": 403} {
		if got := status(customer); got != want {
			t.Errorf("after the end, %s: %d, want %d", customer, got, want)
		}
	}
}
