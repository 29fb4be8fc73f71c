package policy_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"entente/agreement"
	"entente/articles"
	"entente/articles/lifetest"
	"entente/articles/policy"
	"entente/articles/term"
)

func listed(last bool, names ...string) term.ListCustomers {
	c := term.ListCustomers{Salt: []byte(strings.Repeat("s", term.SaltBytes)), Last: last}
	for _, name := range names {
		d := term.DigestOf(c.Salt, name)
		c.Digests = append(c.Digests, string(d[:]))
	}
	return c
}

// After the end, those are served who were before, for the time of clause 12.4; in the transition all
// are, unless no new deployments were agreed.
func TestCustomersAfterTheEnd(t *testing.T) {
	for _, noNew := range []bool{true, false} {
		l := lifetest.InForce(t, func(a *articles.Agreement) { a.Term.Customers.NoNewDeployments = noNew })
		l.Must(lifetest.LeadB, lifetest.KeyFor("summarise", agreement.B, agreement.Test, agreement.Service), lifetest.Noon)
		ended := lifetest.Noon.AddDate(0, 0, 1)
		l.Refused(lifetest.SignerA, listed(true, "c-1"), ended, "7.1", "")
		l.Must(lifetest.SignerA, term.Terminate{Ground: term.Insolvency, Party: agreement.A, By: lifetest.SignerA.ID, Reason: "a petition was filed"}, ended)
		e := l.State.Ending()
		e2 := *e
		e2.TransitionEnd, e2.CustomersEnd = ended.AddDate(0, 0, 10), ended.AddDate(0, 0, 20)
		l.State.Term.Ending = &e2
		decide := func(customer string, days int) string {
			v := l.Decided(policy.Call{Component: "summarise", Operation: "chat.completions", Model: "calluna-extract-1", Customer: customer}, ended.AddDate(0, 0, days))
			if v.OK {
				return "ok"
			}
			return fmt.Sprint(v.Code, " ", v.Clause)
		}
		inTransition := map[bool]string{true: "customer-new 12.4", false: "ok"}[noNew]
		for _, x := range []struct {
			customer       string
			days           int
			before, listed string
		}{
			{"c-1", 5, "ok", "ok"},
			{"c-9", 5, "ok", inTransition},
			{"", 5, "ok", "ok"},
			{"c-1", 15, "agreement-ended 12.4", "ok"},
			{"c-2", 15, "agreement-ended 12.4", "ok"},
			{"c-9", 15, "agreement-ended 12.4", "customer-new 12.4"},
			{"", 15, "agreement-ended 12.4", "agreement-ended 12.4"},
			{"c-1", 20, "agreement-ended 12.3", "agreement-ended 12.3"},
		} {
			state := l.State
			if got := decide(x.customer, x.days); got != x.before {
				t.Errorf("%q after %d days, not listed yet: %s, want %s", x.customer, x.days, got, x.before)
			}
			l.Must(lifetest.Host, listed(false, "c-1"), ended)
			if got := decide(x.customer, x.days); got != x.before {
				t.Errorf("%q after %d days, listed in part: %s, want %s", x.customer, x.days, got, x.before)
			}
			l.Must(lifetest.Host, listed(true, "c-2"), ended)
			if got := decide(x.customer, x.days); got != x.listed {
				t.Errorf("%q after %d days: %s, want %s", x.customer, x.days, got, x.listed)
			}
			l.Refused(lifetest.Host, listed(true, "c-3"), ended, "12.4", "listed already")
			if state.Term.Served != nil {
				t.Fatal("a state that was handed out has changed")
			}
			l.State = state
		}
	}
}

func TestAListHasOneSalt(t *testing.T) {
	l := lifetest.InForce(t, nil)
	l.Must(lifetest.Host, listed(false, "c-1"), lifetest.Noon)
	other := listed(true, "c-2")
	other.Salt = []byte(strings.Repeat("x", term.SaltBytes))
	l.Refused(lifetest.Host, other, lifetest.Noon, "12.4", "one salt")
	long := listed(true)
	long.Digests = make([]string, term.MostListed+1)
	l.Refused(lifetest.Host, long, lifetest.Noon, "12.4", "at most")
}

// Deciding by the list allocates nothing, and knows those whom it lists and nobody else.
func TestTheListKnowsWhomItLists(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfDistinct(rapid.StringMatching(`[!-~]{1,64}`), rapid.ID[string]).Draw(t, "names")
		cut := rapid.IntRange(0, len(names)).Draw(t, "cut")
		s := term.State{}.Evolve(term.CustomersListed(listed(true, names[:cut]...)), time.Time{})
		for i, name := range names {
			if got := s.Served.Knows(name); got != (i < cut) {
				t.Fatalf("%q is known: %v", name, got)
			}
		}
	})
	s := term.State{}.Evolve(term.CustomersListed(listed(true, "c-1")), time.Time{})
	long := strings.Repeat("c", 64)
	if n := testing.AllocsPerRun(100, func() { s.Served.Knows(long) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
