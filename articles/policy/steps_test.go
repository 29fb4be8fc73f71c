package policy_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"entente/agreement"
	"entente/articles"
	"entente/articles/lifetest"
	"entente/articles/policy"
	"entente/articles/term"
)

// Whatever is asked: deciding and explaining are one, every step before the last is a yes, and each
// names a clause.
func TestExplainingIsDeciding(t *testing.T) {
	l := lifetest.InForce(t, nil)
	for _, e := range []agreement.Environment{agreement.Test, agreement.Production} {
		l.Must(lifetest.LeadB, lifetest.KeyFor("summarise", agreement.B, e, agreement.Service), lifetest.Noon)
	}
	states := []articles.State{l.State}
	for _, then := range []any{
		term.Suspend{Component: "summarise", Party: agreement.A, Reason: "x"},
		term.Suspend{Party: agreement.A, Reason: "x"},
		term.Terminate{Ground: term.Insolvency, Party: agreement.A, Reason: "x"},
	} {
		l.Must(lifetest.SignerA, then, lifetest.Noon)
		states = append(states, l.State)
	}
	rapid.Check(t, func(rt *rapid.T) {
		at := lifetest.Noon.Add(time.Duration(rapid.IntRange(-10, 900).Draw(rt, "days")) * 24 * time.Hour)
		p := policy.Compile(rapid.SampledFrom(states).Draw(rt, "state"), at)
		if rapid.IntRange(0, 9).Draw(rt, "withheld") == 0 {
			p = p.Withhold("a test")
		}
		draw := func(what string, of ...string) string { return rapid.SampledFrom(of).Draw(rt, what) }
		c := policy.Call{Component: draw("component", "summarise", "embed", "none"), Operation: draw("operation", "chat.completions", "none"),
			Model: draw("model", "", "calluna-extract-1", "none"), Purpose: agreement.Purpose(draw("purpose", "", "service", "training", "none")),
			Class: agreement.DataClass(draw("class", "", "customer", "synthetic", "none")), Customer: draw("customer", "", "acme"), At: at.UnixNano()}
		if draw("item", "", "tool") != "" {
			c.Item = policy.Item{Kind: policy.Tool, Name: "none"}
		}
		g := &p.Grants[rapid.IntRange(0, len(p.Grants)-1).Draw(rt, "grant")]
		if rapid.Bool().Draw(rt, "supposed") {
			g = p.Suppose(c.Component, agreement.B, agreement.Test, agreement.Service, agreement.CustomerData)
		}
		want := p.Decide(g, c)
		steps, got := p.Explain(g, c)
		if got != want {
			rt.Fatalf("explained %+v, decided %+v", got, want)
		}
		for i, s := range steps {
			last := i == len(steps)-1
			if s.Clause.Title() == "" || s.Asked == "" || s.OK != (!last || want.OK) || (s.Why == "") != s.OK || s.Says == "" {
				rt.Fatalf("step %d of %d is %+v, and the verdict %+v", i, len(steps), s, want)
			}
		}
		if last := steps[len(steps)-1]; !want.OK && (last.Clause != want.Clause || last.Why != want.Why) {
			rt.Fatalf("the last step is %+v, the verdict %+v", last, want)
		}
	})
}
