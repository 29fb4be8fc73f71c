package articles_test

import (
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/commerce"
	"entente/articles/integration"
	"entente/articles/margins"
	"entente/articles/term"
)

// A term that does not renew runs out; what clauses 12.3 and 12.4 say then holds as after any other end.
func TestATermThatRunsOutHasItsAftermath(t *testing.T) {
	l := inForce(t, func(a *articles.Agreement) { a.Term.Renewal, a.ScheduleB.KeyRotation = nil, zero })
	key := keyFor("summarise", agreement.B, agreement.Test, agreement.Service)
	key.Expires = noon.AddDate(10, 0, 0)
	l.must(leadB, key, noon)
	e := l.state.Ending()
	for _, c := range []struct {
		at   time.Time
		want agreement.Stage
		open bool
	}{
		{e.Ends.Add(-1), agreement.InForce, true}, {e.Ends, agreement.Transition, true}, {e.TransitionEnd.Add(-1), agreement.Transition, true},
		{e.TransitionEnd, agreement.CustomersOnly, false}, {e.CustomersEnd, agreement.Ended, false},
	} {
		if got := l.state.Stage(c.at); got != c.want {
			t.Errorf("at %s: %s, want %s", c.at, got, c.want)
		}
		p := articles.Compile(l.state, c.at)
		v := p.Decide(&p.Grants[0], articles.Call{Component: "summarise", Operation: "models", At: c.at.UnixNano()})
		if v.OK != c.open {
			t.Errorf("at %s: %+v", c.at, v)
		}
	}
	l.refused(signerA, term.Terminate{Ground: term.Insolvency, Party: agreement.A, By: signerA.ID, Reason: "late"}, e.Ends, "12.1", "already ends")
}

// While the agreement winds down, a key may take the place of one that was live on the last day, and
// none may begin a new use.
func TestKeysWhileItWindsDown(t *testing.T) {
	ended := noon.AddDate(0, 0, 10)
	l := inForce(t, nil)
	spare := func(c integration.IssueKey, name string, at time.Time) integration.IssueKey {
		c.ID, c.Digest = "key_"+name, name
		c.Expires = at.AddDate(0, 0, 90)
		return c
	}
	kept := keyFor("summarise", agreement.B, agreement.Test, agreement.Service)
	brief := keyFor("embed", agreement.A, agreement.Test, agreement.Service)
	brief.Expires = ended.AddDate(0, 0, -1)
	counted := keyFor("summarise", agreement.B, agreement.Test, agreement.Analytics)
	counted.Class = agreement.Aggregated
	gone := spare(keyFor("summarise", agreement.B, agreement.Production, agreement.Service), "gone", noon)
	l.must(leadB, kept, noon)
	l.must(leadA, brief, noon)
	l.must(leadB, gone, noon)
	l.must(leadB, integration.RevokeKey{ID: gone.ID, Party: agreement.B, By: leadB.ID}, noon)
	l.must(signerA, term.Terminate{Ground: term.Insolvency, Party: agreement.A, By: signerA.ID, Reason: "a petition was filed"}, ended)
	e := l.state.Ending()
	for _, c := range []struct {
		name   string
		who    articles.Actor
		key    integration.IssueKey
		at     time.Time
		clause agreement.Clause // that refuses; empty if it is issued
	}{
		{"rotating a key in transition", leadB, kept, ended, ""},
		{"rotating it again", leadB, kept, e.TransitionEnd.Add(-1), ""},
		{"rotating it for existing customers", leadB, kept, e.TransitionEnd, ""},
		{"another purpose", leadB, counted, ended, "12.3"},
		{"another environment", leadB, keyFor("summarise", agreement.B, agreement.Production, agreement.Service), ended, "12.3"},
		{"a key that had expired before the end", leadA, brief, ended, "12.3"},
		{"a new use for existing customers", leadA, brief, e.TransitionEnd, "12.4"},
	} {
		key := spare(c.key, strings.ReplaceAll(c.name, " ", "_"), c.at)
		if c.clause == "" {
			l.must(c.who, key, c.at)
			continue
		}
		l.refused(c.who, key, c.at, c.clause, "begin a new use")
	}
}

// Margins say what happened, not more: nothing is late before the agreement is in force, and what is
// owed is never written as nothing.
func TestMarginsSayNoMoreThanIsTrue(t *testing.T) {
	soon := day.AddDays(60).In(time.UTC) // every requirement's date has passed
	fact := func(s articles.State, live margins.Live, clause agreement.Clause) margins.Margin {
		for _, m := range margins.All(s, live) {
			if m.Clause == clause {
				return m
			}
		}
		t.Fatalf("clause %s has no margin", clause)
		return margins.Margin{}
	}
	draft, _ := proposed(t, nil)
	if m := fact(draft.state, margins.Live{Now: soon}, "2.2"); m.Status != margins.Due || strings.Contains(strings.Join(m.Details, "\n"), "late") {
		t.Errorf("an unsigned proposal is late: %+v", m)
	}
	l := inForce(t, nil)
	if m := fact(l.state, margins.Live{Now: soon}, "2.2"); m.Status != margins.Late {
		t.Errorf("in force, what is overdue is not late: %+v", m)
	}
	for tokens, want := range map[int64]string{0: "Party B owes EUR 0.00", 100: "Party B owes less than EUR 0.01", 1_000_000: "Party B owes EUR 0.32"} {
		use := []commerce.Use{{Component: "summarise", Consumer: agreement.B, InputTokens: tokens}}
		if m := fact(l.state, margins.Live{Now: noon, Month: use}, "6.1"); !strings.Contains(m.Fact, want) || !strings.Contains(m.Fact, "Party A owes EUR 0.00") {
			t.Errorf("%d tokens: %q, want %q", tokens, m.Fact, want)
		}
	}
}
