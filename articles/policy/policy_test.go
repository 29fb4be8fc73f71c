package policy_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/integration"
	"entente/articles/lifetest"
	"entente/articles/policy"
	"entente/articles/term"
	"entente/calendar"
)

func TestDecide(t *testing.T) {
	good := policy.Call{Component: "summarise", Operation: "chat.completions", Model: "calluna-extract-1"}
	with := func(change func(*policy.Call)) policy.Call { c := good; change(&c); return c }
	open := func(l *lifetest.Life) {
		for _, r := range l.State.Text().Integration.BeforeProduction() {
			for _, who := range []articles.Actor{lifetest.LeadA, lifetest.LeadB} {
				if r.Owner().Includes(who.Party) {
					l.Must(who, integration.CompleteMilestone{Milestone: r.ID, Party: who.Party, By: who.ID, Evidence: []integration.Evidence{{Kind: "link", Ref: "x"}}}, lifetest.Noon)
				}
			}
		}
	}
	for _, tt := range []struct {
		name   string
		terms  func(*articles.Agreement)
		env    agreement.Environment
		then   func(*lifetest.Life)
		call   policy.Call
		at     time.Duration
		code   policy.Code // empty: allowed
		clause agreement.Clause
	}{
		{name: "a call in test passes", env: agreement.Test, call: good},
		{name: "a call in production waits for the milestones", env: agreement.Production, call: good, code: policy.ProductionClosed, clause: "2.2"},
		{name: "the milestones open production", env: agreement.Production, then: open, call: good},
		{name: "another component", env: agreement.Test, call: with(func(c *policy.Call) { c.Component = "embed" }), code: policy.WrongComponent, clause: "1.2"},
		{name: "an operation that is not listed", env: agreement.Test, call: with(func(c *policy.Call) { c.Operation = "embeddings" }), code: policy.NotListed, clause: "A"},
		{name: "a model that is not listed", env: agreement.Test, call: with(func(c *policy.Call) { c.Model = "gpt-9" }), code: policy.ModelNotListed, clause: "A"},
		{name: "training", env: agreement.Test, call: with(func(c *policy.Call) { c.Purpose = agreement.Training }), code: policy.PurposeForbidden, clause: "3.4"},
		{name: "competitive use", env: agreement.Test, call: with(func(c *policy.Call) { c.Purpose = agreement.Competitive }), code: policy.PurposeForbidden, clause: "3.2"},
		{name: "a permitted purpose that the key is not bound to", env: agreement.Test, call: with(func(c *policy.Call) { c.Purpose = agreement.Improvement }), code: policy.PurposeForbidden, clause: "3.2"},
		{name: "an unknown purpose", env: agreement.Test, call: with(func(c *policy.Call) { c.Purpose = "fun" }), code: policy.PurposeForbidden, clause: "3.2"},
		{name: "a revoked key", env: agreement.Test, then: func(l *lifetest.Life) {
			for id := range l.State.Integration.Keys {
				l.Must(lifetest.LeadB, integration.RevokeKey{ID: id, Party: agreement.B, By: lifetest.LeadB.ID}, lifetest.Noon)
			}
		}, call: good, code: policy.KeyInvalid, clause: "B"},
		{name: "an expired key", env: agreement.Test, call: good, at: 200 * 24 * time.Hour, code: policy.KeyInvalid, clause: "B"},
		{name: "a suspended component", env: agreement.Test, then: func(l *lifetest.Life) {
			l.Must(lifetest.SignerA, term.Suspend{Component: "summarise", Party: agreement.A, Reason: "x"}, lifetest.Noon)
		}, call: good, code: policy.IsSuspended, clause: "12.2"},
		{name: "another component is suspended", env: agreement.Test, then: func(l *lifetest.Life) {
			l.Must(lifetest.SignerA, term.Suspend{Component: "embed", Party: agreement.A, Reason: "x"}, lifetest.Noon)
		}, call: good},
		{name: "a suspended agreement", env: agreement.Test, then: func(l *lifetest.Life) {
			l.Must(lifetest.SignerA, term.Suspend{Party: agreement.A, Reason: "x"}, lifetest.Noon)
		},
			call: good, code: policy.IsSuspended, clause: "12.2"},
		{name: "during the transition calls pass", env: agreement.Test, then: func(l *lifetest.Life) {
			l.Must(lifetest.SignerA, term.Terminate{Ground: term.Insolvency, Party: agreement.A, Reason: "x"}, lifetest.Noon)
		}, call: good},
		{name: "without a transition the end closes at once", terms: func(a *articles.Agreement) {
			a.Term.Effects.Transition, a.Term.Customers.Continue = zero, zero
		}, env: agreement.Test, then: func(l *lifetest.Life) {
			l.Must(lifetest.SignerA, term.Terminate{Ground: term.Insolvency, Party: agreement.A, Reason: "x"}, lifetest.Noon)
		}, call: good, code: policy.AgreementEnded, clause: "12.3"},
		{name: "after the transition only existing customers are served", terms: func(a *articles.Agreement) { a.Term.Effects.Transition = zero }, env: agreement.Test, then: func(l *lifetest.Life) {
			l.Must(lifetest.SignerA, term.Terminate{Ground: term.Insolvency, Party: agreement.A, Reason: "x"}, lifetest.Noon)
		}, call: good, code: policy.AgreementEnded, clause: "12.4"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := lifetest.InForce(t, tt.terms)
			l.Must(lifetest.LeadB, lifetest.KeyFor("summarise", agreement.B, tt.env, agreement.Service), lifetest.Noon)
			if tt.then != nil {
				tt.then(l)
			}
			got := l.Decided(tt.call, lifetest.Noon.Add(tt.at))
			if got.OK != (tt.code == "") || got.Code != tt.code || got.Clause != tt.clause {
				t.Errorf("got %+v, want code %q under clause %q", got, tt.code, tt.clause)
			}
		})
	}
}

func TestACallBeforeTheEffectiveDateIsRefused(t *testing.T) {
	l := lifetest.InForce(t, func(a *articles.Agreement) { a.Agreement.Effective = lifetest.Day.AddDays(10) })
	l.Must(lifetest.LeadB, lifetest.KeyFor("summarise", agreement.B, agreement.Test, agreement.Service), lifetest.Noon)
	if got := l.Decided(policy.Call{Component: "summarise", Operation: "chat.completions"}, lifetest.Noon); got.Code != policy.NotInForce || got.Clause != "12.1" {
		t.Errorf("got %+v", got)
	}
}

func TestALicenceThatAnAmendmentTakesCloses(t *testing.T) {
	l := lifetest.InForce(t, nil)
	l.Must(lifetest.LeadB, lifetest.KeyFor("summarise", agreement.B, agreement.Test, agreement.Service), lifetest.Noon)
	l.State.Text().Property.Licences.AToB.API = false
	if got := l.Decided(policy.Call{Component: "summarise", Operation: "chat.completions"}, lifetest.Noon); got.Code != policy.NoLicence || got.Clause != "4.3" {
		t.Errorf("got %+v", got)
	}
}

// A refusal names what the call lacks.
func TestRefusalsNameWhatIsMissing(t *testing.T) {
	l := lifetest.InForce(t, func(a *articles.Agreement) { a.ScheduleA.Components = slices.Clone(a.ScheduleA.Components) })
	l.Must(lifetest.LeadB, lifetest.KeyFor("summarise", agreement.B, agreement.Production, agreement.Service), lifetest.Noon)
	closed := l.Decided(policy.Call{Component: "summarise", Operation: "chat.completions"}, lifetest.Noon)
	for _, r := range l.State.Integration.Pending(l.State.Text().Integration) {
		if !strings.Contains(closed.Why, "“"+r.Title+"”") {
			t.Errorf("production is closed, and the refusal does not name %q: %s", r.Title, closed.Why)
		}
	}
	l.Must(lifetest.LeadB, lifetest.KeyFor("summarise", agreement.B, agreement.Test, agreement.Service), lifetest.Noon)
	p := policy.Compile(l.State, lifetest.Noon)
	for _, c := range []struct {
		call policy.Call
		code policy.Code
		says string
	}{
		{policy.Call{Operation: "embeddings"}, policy.NotListed, "listed: " + strings.Join(p.Routes["summarise"].Operations, ", ")},
		{policy.Call{Operation: "chat.completions", Model: "another"}, policy.ModelNotListed, "listed: " + strings.Join(p.Routes["summarise"].Models, ", ")},
		{policy.Call{Operation: "chat.completions"}, policy.ModelMissing, p.Routes["summarise"].Models[0]},
	} {
		c.call.Component, c.call.At = "summarise", lifetest.Noon.UnixNano()
		if v := p.Decide(&p.Grants[1], c.call); v.Code != c.code || v.Clause != "A" || !strings.Contains(v.Why, c.says) {
			t.Errorf("%+v: %+v, want %s with %q", c.call, v, c.code, c.says)
		}
	}
}

// Every clause under which a call is refused has words to quote.
func TestRefusalsHaveWords(t *testing.T) {
	p := policy.Compile(lifetest.InForce(t, nil).State, lifetest.Noon)
	for _, c := range []agreement.Clause{"1.1", "1.2", "2.2", "3.2", "3.4", "4.3", "12.1", "12.2", "12.3", "12.4", "A", "B", "C"} {
		if p.Words(c) == "" || c.Title() == "" {
			t.Errorf("clause %s has words %q and title %q", c, p.Words(c), c.Title())
		}
	}
}

func BenchmarkDecide(b *testing.B) {
	l := lifetest.InForce(&testing.T{}, nil)
	l.Must(lifetest.LeadB, lifetest.KeyFor("summarise", agreement.B, agreement.Test, agreement.Service), lifetest.Noon)
	p := policy.Compile(l.State, lifetest.Noon)
	c := policy.Call{Component: "summarise", Operation: "chat.completions", Model: "calluna-extract-1", At: lifetest.Noon.UnixNano()}
	b.ReportAllocs()
	for b.Loop() {
		if v := p.Decide(&p.Grants[0], c); !v.OK {
			b.Fatal(v)
		}
	}
}

var zero calendar.Duration
