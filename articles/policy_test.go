package articles_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/integration"
	"entente/articles/term"
	"entente/calendar"
)

// decided is the verdict on a call under the first key of a life.
func (l *life) decided(c articles.Call, at time.Time) articles.Verdict {
	p := articles.Compile(l.state, at)
	c.At = at.UnixNano()
	return p.Decide(&p.Grants[0], c)
}

func TestDecide(t *testing.T) {
	good := articles.Call{Component: "summarise", Operation: "chat.completions", Model: "calluna-extract-1"}
	with := func(change func(*articles.Call)) articles.Call { c := good; change(&c); return c }
	open := func(l *life) {
		for _, r := range l.state.Text().Integration.BeforeProduction() {
			for _, who := range []articles.Actor{leadA, leadB} {
				if r.Owner().Includes(who.Party) {
					l.must(who, integration.CompleteMilestone{Milestone: r.ID, Party: who.Party, By: who.ID, Evidence: []integration.Evidence{{Kind: "link", Ref: "x"}}}, noon)
				}
			}
		}
	}
	for _, tt := range []struct {
		name   string
		terms  func(*articles.Agreement)
		env    agreement.Environment
		then   func(*life)
		call   articles.Call
		at     time.Duration
		code   articles.Code // empty: allowed
		clause agreement.Clause
	}{
		{name: "a call in test passes", env: agreement.Test, call: good},
		{name: "a call in production waits for the milestones", env: agreement.Production, call: good, code: articles.ProductionClosed, clause: "2.2"},
		{name: "the milestones open production", env: agreement.Production, then: open, call: good},
		{name: "another component", env: agreement.Test, call: with(func(c *articles.Call) { c.Component = "embed" }), code: articles.WrongComponent, clause: "1.2"},
		{name: "an operation that is not listed", env: agreement.Test, call: with(func(c *articles.Call) { c.Operation = "embeddings" }), code: articles.NotListed, clause: "A"},
		{name: "a model that is not listed", env: agreement.Test, call: with(func(c *articles.Call) { c.Model = "gpt-9" }), code: articles.ModelNotListed, clause: "A"},
		{name: "training", env: agreement.Test, call: with(func(c *articles.Call) { c.Purpose = agreement.Training }), code: articles.PurposeForbidden, clause: "3.4"},
		{name: "competitive use", env: agreement.Test, call: with(func(c *articles.Call) { c.Purpose = agreement.Competitive }), code: articles.PurposeForbidden, clause: "3.2"},
		{name: "a permitted purpose that the key is not bound to", env: agreement.Test, call: with(func(c *articles.Call) { c.Purpose = agreement.Improvement }), code: articles.PurposeForbidden, clause: "3.2"},
		{name: "an unknown purpose", env: agreement.Test, call: with(func(c *articles.Call) { c.Purpose = "fun" }), code: articles.PurposeForbidden, clause: "3.2"},
		{name: "a revoked key", env: agreement.Test, then: func(l *life) {
			for id := range l.state.Integration.Keys {
				l.must(leadB, integration.RevokeKey{ID: id, Party: agreement.B, By: leadB.ID}, noon)
			}
		}, call: good, code: articles.KeyInvalid, clause: "B"},
		{name: "an expired key", env: agreement.Test, call: good, at: 200 * 24 * time.Hour, code: articles.KeyInvalid, clause: "B"},
		{name: "a suspended component", env: agreement.Test, then: func(l *life) {
			l.must(signerA, term.Suspend{Component: "summarise", Party: agreement.A, Reason: "x"}, noon)
		}, call: good, code: articles.IsSuspended, clause: "12.2"},
		{name: "another component is suspended", env: agreement.Test, then: func(l *life) {
			l.must(signerA, term.Suspend{Component: "embed", Party: agreement.A, Reason: "x"}, noon)
		}, call: good},
		{name: "a suspended agreement", env: agreement.Test, then: func(l *life) { l.must(signerA, term.Suspend{Party: agreement.A, Reason: "x"}, noon) },
			call: good, code: articles.IsSuspended, clause: "12.2"},
		{name: "during the transition calls pass", env: agreement.Test, then: func(l *life) {
			l.must(signerA, term.Terminate{Ground: term.Insolvency, Party: agreement.A, Reason: "x"}, noon)
		}, call: good},
		{name: "without a transition the end closes at once", terms: func(a *articles.Agreement) {
			a.Term.Effects.Transition, a.Term.Customers.Continue = zero, zero
		}, env: agreement.Test, then: func(l *life) {
			l.must(signerA, term.Terminate{Ground: term.Insolvency, Party: agreement.A, Reason: "x"}, noon)
		}, call: good, code: articles.AgreementEnded, clause: "12.3"},
		{name: "after the transition only existing customers are served", terms: func(a *articles.Agreement) { a.Term.Effects.Transition = zero }, env: agreement.Test, then: func(l *life) {
			l.must(signerA, term.Terminate{Ground: term.Insolvency, Party: agreement.A, Reason: "x"}, noon)
		}, call: good, code: articles.AgreementEnded, clause: "12.4"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := inForce(t, tt.terms)
			l.must(leadB, keyFor("summarise", agreement.B, tt.env, agreement.Service), noon)
			if tt.then != nil {
				tt.then(l)
			}
			got := l.decided(tt.call, noon.Add(tt.at))
			if got.OK != (tt.code == "") || got.Code != tt.code || got.Clause != tt.clause {
				t.Errorf("got %+v, want code %q under clause %q", got, tt.code, tt.clause)
			}
		})
	}
}

func TestACallBeforeTheEffectiveDateIsRefused(t *testing.T) {
	l := inForce(t, func(a *articles.Agreement) { a.Agreement.Effective = day.AddDays(10) })
	l.must(leadB, keyFor("summarise", agreement.B, agreement.Test, agreement.Service), noon)
	if got := l.decided(articles.Call{Component: "summarise", Operation: "chat.completions"}, noon); got.Code != articles.NotInForce || got.Clause != "12.1" {
		t.Errorf("got %+v", got)
	}
}

func TestALicenceThatAnAmendmentTakesCloses(t *testing.T) {
	l := inForce(t, nil)
	l.must(leadB, keyFor("summarise", agreement.B, agreement.Test, agreement.Service), noon)
	l.state.Text().Property.Licences.AToB.API = false
	if got := l.decided(articles.Call{Component: "summarise", Operation: "chat.completions"}, noon); got.Code != articles.NoLicence || got.Clause != "4.3" {
		t.Errorf("got %+v", got)
	}
}

// A refusal names what the call lacks.
func TestRefusalsNameWhatIsMissing(t *testing.T) {
	l := inForce(t, func(a *articles.Agreement) { a.ScheduleA.Components = slices.Clone(a.ScheduleA.Components) })
	l.must(leadB, keyFor("summarise", agreement.B, agreement.Production, agreement.Service), noon)
	closed := l.decided(articles.Call{Component: "summarise", Operation: "chat.completions"}, noon)
	for _, r := range l.state.Integration.Pending(l.state.Text().Integration) {
		if !strings.Contains(closed.Why, "“"+r.Title+"”") {
			t.Errorf("production is closed, and the refusal does not name %q: %s", r.Title, closed.Why)
		}
	}
	l.must(leadB, keyFor("summarise", agreement.B, agreement.Test, agreement.Service), noon)
	p := articles.Compile(l.state, noon)
	for _, c := range []struct {
		call articles.Call
		code articles.Code
		says string
	}{
		{articles.Call{Operation: "embeddings"}, articles.NotListed, "listed: " + strings.Join(p.Routes["summarise"].Operations, ", ")},
		{articles.Call{Operation: "chat.completions", Model: "another"}, articles.ModelNotListed, "listed: " + strings.Join(p.Routes["summarise"].Models, ", ")},
		{articles.Call{Operation: "chat.completions"}, articles.ModelMissing, p.Routes["summarise"].Models[0]},
	} {
		c.call.Component, c.call.At = "summarise", noon.UnixNano()
		if v := p.Decide(&p.Grants[1], c.call); v.Code != c.code || v.Clause != "A" || !strings.Contains(v.Why, c.says) {
			t.Errorf("%+v: %+v, want %s with %q", c.call, v, c.code, c.says)
		}
	}
}

// Every clause under which a call is refused has words to quote.
func TestRefusalsHaveWords(t *testing.T) {
	p := articles.Compile(inForce(t, nil).state, noon)
	for _, c := range []agreement.Clause{"1.1", "1.2", "2.2", "3.2", "3.4", "4.3", "12.1", "12.2", "12.3", "12.4", "A", "B", "C"} {
		if p.Words(c) == "" || c.Title() == "" {
			t.Errorf("clause %s has words %q and title %q", c, p.Words(c), c.Title())
		}
	}
}

func BenchmarkDecide(b *testing.B) {
	l := inForce(&testing.T{}, nil)
	l.must(leadB, keyFor("summarise", agreement.B, agreement.Test, agreement.Service), noon)
	p := articles.Compile(l.state, noon)
	c := articles.Call{Component: "summarise", Operation: "chat.completions", Model: "calluna-extract-1", At: noon.UnixNano()}
	b.ReportAllocs()
	for b.Loop() {
		if v := p.Decide(&p.Grants[0], c); !v.OK {
			b.Fatal(v)
		}
	}
}

var zero calendar.Duration
