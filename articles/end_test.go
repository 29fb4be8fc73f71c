package articles_test

import (
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/commerce"
	"entente/articles/integration"
	"entente/articles/lifetest"
	"entente/articles/margins"
	"entente/articles/policy"
	"entente/articles/term"
	"entente/calendar"
)

// A term that does not renew runs out; what clauses 12.3 and 12.4 say then holds as after any other end.
func TestATermThatRunsOutHasItsAftermath(t *testing.T) {
	l := lifetest.InForce(t, func(a *articles.Agreement) { a.Term.Renewal, a.ScheduleB.KeyRotation = nil, calendar.Duration{} })
	key := lifetest.KeyFor("summarise", agreement.B, agreement.Test, agreement.Service)
	key.Expires = lifetest.Noon.AddDate(10, 0, 0)
	l.Must(lifetest.LeadB, key, lifetest.Noon)
	e := l.State.Ending()
	for _, c := range []struct {
		at   time.Time
		want agreement.Stage
		open bool
	}{
		{e.Ends.Add(-1), agreement.InForce, true}, {e.Ends, agreement.Transition, true}, {e.TransitionEnd.Add(-1), agreement.Transition, true},
		{e.TransitionEnd, agreement.CustomersOnly, false}, {e.CustomersEnd, agreement.Ended, false},
	} {
		if got := l.State.Stage(c.at); got != c.want {
			t.Errorf("at %s: %s, want %s", c.at, got, c.want)
		}
		p := policy.Compile(l.State, c.at)
		v := p.Decide(&p.Grants[0], policy.Call{Component: "summarise", Operation: "models", At: c.at.UnixNano()})
		if v.OK != c.open {
			t.Errorf("at %s: %+v", c.at, v)
		}
	}
	l.Refused(lifetest.SignerA, term.Terminate{Ground: term.Insolvency, Party: agreement.A, By: lifetest.SignerA.ID, Reason: "late"}, e.Ends, "12.1", "already ends")
}

// While the agreement winds down, a key may take the place of one that was live on the last day, and
// none may begin a new use.
func TestKeysWhileItWindsDown(t *testing.T) {
	ended := lifetest.Noon.AddDate(0, 0, 10)
	l := lifetest.InForce(t, nil)
	spare := func(c integration.IssueKey, name string, at time.Time) integration.IssueKey {
		c.ID, c.Digest = "key_"+name, name
		c.Expires = at.AddDate(0, 0, 90)
		return c
	}
	kept := lifetest.KeyFor("summarise", agreement.B, agreement.Test, agreement.Service)
	brief := lifetest.KeyFor("embed", agreement.A, agreement.Test, agreement.Service)
	brief.Expires = ended.AddDate(0, 0, -1)
	counted := lifetest.KeyFor("summarise", agreement.B, agreement.Test, agreement.Analytics)
	counted.Class = agreement.Aggregated
	gone := spare(lifetest.KeyFor("summarise", agreement.B, agreement.Production, agreement.Service), "gone", lifetest.Noon)
	l.Must(lifetest.LeadB, kept, lifetest.Noon)
	l.Must(lifetest.LeadA, brief, lifetest.Noon)
	l.Must(lifetest.LeadB, gone, lifetest.Noon)
	l.Must(lifetest.LeadB, integration.RevokeKey{ID: gone.ID, Party: agreement.B, By: lifetest.LeadB.ID}, lifetest.Noon)
	l.Must(lifetest.SignerA, term.Terminate{Ground: term.Insolvency, Party: agreement.A, By: lifetest.SignerA.ID, Reason: "a petition was filed"}, ended)
	e := l.State.Ending()
	for _, c := range []struct {
		name   string
		who    articles.Actor
		key    integration.IssueKey
		at     time.Time
		clause agreement.Clause // that refuses; empty if it is issued
	}{
		{"rotating a key in transition", lifetest.LeadB, kept, ended, ""},
		{"rotating it again", lifetest.LeadB, kept, e.TransitionEnd.Add(-1), ""},
		{"rotating it for existing customers", lifetest.LeadB, kept, e.TransitionEnd, ""},
		{"another purpose", lifetest.LeadB, counted, ended, "12.3"},
		{"another environment", lifetest.LeadB, lifetest.KeyFor("summarise", agreement.B, agreement.Production, agreement.Service), ended, "12.3"},
		{"a key that had expired before the end", lifetest.LeadA, brief, ended, "12.3"},
		{"a new use for existing customers", lifetest.LeadA, brief, e.TransitionEnd, "12.4"},
	} {
		key := spare(c.key, strings.ReplaceAll(c.name, " ", "_"), c.at)
		if c.clause == "" {
			l.Must(c.who, key, c.at)
			continue
		}
		l.Refused(c.who, key, c.at, c.clause, "begin a new use")
	}
}

// Margins say what happened, not more: nothing is late before the agreement is in force, and what is
// owed is never written as nothing.
func TestMarginsSayNoMoreThanIsTrue(t *testing.T) {
	soon := lifetest.Day.AddDays(60).In(time.UTC) // every requirement's date has passed
	fact := func(s articles.State, live margins.Live, clause agreement.Clause) margins.Margin {
		for _, m := range margins.All(s, live) {
			if m.Clause == clause {
				return m
			}
		}
		t.Fatalf("clause %s has no margin", clause)
		return margins.Margin{}
	}
	draft, _ := lifetest.Proposed(t, nil)
	if m := fact(draft.State, margins.Live{Now: soon}, "2.2"); m.Status != margins.Due || strings.Contains(strings.Join(m.Details, "\n"), "late") {
		t.Errorf("an unsigned proposal is late: %+v", m)
	}
	l := lifetest.InForce(t, nil)
	if m := fact(l.State, margins.Live{Now: soon}, "2.2"); m.Status != margins.Late {
		t.Errorf("in force, what is overdue is not late: %+v", m)
	}
	for tokens, want := range map[int64]string{0: "Party B owes EUR 0.00", 100: "Party B owes less than EUR 0.01", 1_000_000: "Party B owes EUR 0.32"} {
		use := []commerce.Use{{Component: "summarise", Consumer: agreement.B, InputTokens: tokens}}
		if m := fact(l.State, margins.Live{Now: lifetest.Noon, Month: use}, "6.1"); !strings.Contains(m.Fact, want) || !strings.Contains(m.Fact, "Party A owes EUR 0.00") {
			t.Errorf("%d tokens: %q, want %q", tokens, m.Fact, want)
		}
	}
}
