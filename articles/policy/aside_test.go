package policy_test

import (
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/general"
	"entente/articles/lifetest"
	"entente/articles/policy"

	"github.com/google/go-cmp/cmp"
)

func waive(id string, c agreement.Clause, who articles.Actor, until time.Time) general.Waive {
	return general.Waive{ID: id, Clause: c, Component: "summarise", Party: who.Party, By: who.ID, For: "the pilot", Until: until}
}

// What a clause keeps for a party is set aside by that party, until the instant that it named.
func TestAWaiverIsRespected(t *testing.T) {
	l := lifetest.InForce(t, nil)
	l.Must(lifetest.LeadB, lifetest.KeyFor("summarise", agreement.B, agreement.Test, agreement.Service), lifetest.Noon)
	l.Must(lifetest.LeadB, lifetest.KeyFor("summarise", agreement.B, agreement.Production, agreement.Service), lifetest.Noon)
	until := lifetest.Noon.AddDate(0, 0, 10)
	decide := func(e agreement.Environment, model string, at time.Time) policy.Verdict {
		p := policy.Compile(l.State, at)
		g := p.Suppose("summarise", agreement.B, e, agreement.Service, agreement.CustomerData)
		return p.Decide(g, policy.Call{Component: "summarise", Operation: "chat.completions", Model: model, At: at.UnixNano()})
	}
	expect := func(when string, v policy.Verdict, clause agreement.Clause) {
		t.Helper()
		if v.OK != (clause == "") || v.Clause != clause {
			t.Errorf("%s: %+v, want a refusal under %q", when, v, clause)
		}
	}
	expect("a model that is not listed", decide(agreement.Test, "unheard-of", lifetest.Noon), "A")
	l.Refused(lifetest.SignerB, waive("wvr_b", "A", lifetest.SignerB, until), lifetest.Noon, "13.5", "for the sake of Party A, who alone can set it aside")
	before := policy.Compile(l.State, lifetest.Noon)
	l.Must(lifetest.SignerA, waive("wvr_a", "A", lifetest.SignerA, until), lifetest.Noon)
	if after := policy.Compile(l.State, lifetest.Noon); after.Digest == before.Digest || after.Version != before.Version {
		t.Error("a policy with a waiver has the digest of one without")
	}
	expect("the provider set it aside", decide(agreement.Test, "unheard-of", lifetest.Noon), "")
	expect("until its last moment", decide(agreement.Test, "unheard-of", until.Add(-1)), "")
	expect("and not longer", decide(agreement.Test, "unheard-of", until), "A")
	p := policy.Compile(l.State, lifetest.Noon)
	steps, v := p.Explain(p.Suppose("summarise", agreement.B, agreement.Test, agreement.Service, agreement.CustomerData),
		policy.Call{Component: "summarise", Operation: "chat.completions", Model: "unheard-of", At: lifetest.Noon.UnixNano()})
	told := false
	for _, s := range steps {
		told = told || s.OK && strings.Contains(s.Why, "set aside by a waiver")
	}
	if !told || !v.OK {
		t.Errorf("nobody is told: %+v", steps)
	}
	if v := p.Decide(p.Suppose("summarise", agreement.B, agreement.Test, agreement.Service, agreement.CustomerData), policy.Call{Component: "summarise", At: until.UnixNano()}); v.OK {
		t.Error("a policy that was compiled before the end of a waiver goes on with it")
	}
	l.Must(lifetest.SignerA, general.EndWaiver{ID: "wvr_a", Party: agreement.A, By: lifetest.SignerA.ID}, lifetest.Noon.Add(time.Hour))
	expect("ended before its time", decide(agreement.Test, "unheard-of", lifetest.Noon.Add(time.Hour)), "A")

	expect("production is closed", decide(agreement.Production, "calluna-extract-1", lifetest.Noon), "2.2")
	l.Must(lifetest.SignerA, waive("wvr_a22", "2.2", lifetest.SignerA, until), lifetest.Noon)
	expect("one party alone does not open it", decide(agreement.Production, "calluna-extract-1", lifetest.Noon), "2.2")
	has(t, l, "wvr_a22", general.Effect{Waits: agreement.B})
	l.Must(lifetest.SignerB, waive("wvr_b22", "2.2", lifetest.SignerB, until.AddDate(0, 0, -1)), lifetest.Noon)
	expect("both do", decide(agreement.Production, "calluna-extract-1", lifetest.Noon), "")
	has(t, l, "wvr_a22", general.Effect{For: []string{"summarise"}})
	expect("until the first of them ends", decide(agreement.Production, "calluna-extract-1", until.AddDate(0, 0, -1)), "2.2")

	if len(policy.Compile(l.State, lifetest.Noon).Routes["summarise"].Limits) == 0 {
		t.Fatal("the example has no limits")
	}
	l.Must(lifetest.SignerA, waive("wvr_c", "C", lifetest.SignerA, until), lifetest.Noon)
	if n := len(policy.Compile(l.State, lifetest.Noon).Routes["summarise"].Limits); n > 0 {
		t.Errorf("%d limits hold that are set aside", n)
	}
}

// has holds a waiver to what it brings about.
func has(t *testing.T, l *lifetest.Life, id string, want general.Effect) {
	t.Helper()
	got := l.State.General.Effect(l.State.General.Waivers[id], l.State.Text().Frame(), lifetest.Noon)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s has another effect:\n%s", id, diff)
	}
}

// A waiver of all components has effect where the clause serves whoever gives it.
func TestAWaiverOfAllReachesWhatServesTheParty(t *testing.T) {
	l := lifetest.InForce(t, nil)
	for _, c := range []struct {
		id     string
		clause agreement.Clause
		want   []string
	}{{"wvr_a", "A", nil}, {"wvr_8", "8.2", nil}} {
		w := waive(c.id, c.clause, lifetest.SignerA, lifetest.Noon.AddDate(0, 0, 1))
		w.Component = ""
		l.Must(lifetest.SignerA, w, lifetest.Noon)
		for _, x := range l.State.Text().Frame().Components {
			if (x.Provider == agreement.A) == (c.clause == "A") {
				c.want = append(c.want, x.Name)
			}
		}
		has(t, l, c.id, general.Effect{For: c.want})
	}
}

func TestAWaiverIsRefused(t *testing.T) {
	l := lifetest.InForce(t, nil)
	until := lifetest.Noon.AddDate(0, 0, 10)
	good := waive("wvr_1", "6.3", lifetest.SignerA, until)
	l.Must(lifetest.SignerA, good, lifetest.Noon)
	for _, c := range []struct {
		name string
		edit func(*general.Waive)
		who  articles.Actor
		on   agreement.Clause
		word string
	}{
		{"by somebody who does not sign", func(*general.Waive) {}, lifetest.LeadA, "7.1", "signatory"},
		{"of its id", func(c *general.Waive) { c.ID = "wvr_1" }, lifetest.SignerA, "13.5", "id of its own"},
		{"of the training clause", func(c *general.Waive) { c.Clause = "3.4" }, lifetest.SignerA, "13.5", "propose an amendment"},
		{"of nothing", func(c *general.Waive) { c.Clause = "99" }, lifetest.SignerA, "13.5", "no clause"},
		{"for nothing", func(c *general.Waive) { c.For = " " }, lifetest.SignerA, "13.5", "for what"},
		{"for ever", func(c *general.Waive) { c.Until = lifetest.Noon.AddDate(2, 0, 0) }, lifetest.SignerA, "13.5", "a year at most"},
		{"for the past", func(c *general.Waive) { c.Until = lifetest.Noon }, lifetest.SignerA, "13.5", "in the future"},
		{"of no component", func(c *general.Waive) { c.Component = "none" }, lifetest.SignerA, "13.5", "not a component"},
		{"of very much", func(c *general.Waive) { c.For = strings.Repeat("x", 5000) }, lifetest.SignerA, "13.5", "at most"},
	} {
		bad := waive("wvr_2", "6.3", lifetest.SignerA, until)
		c.edit(&bad)
		t.Run(c.name, func(t *testing.T) { l.Refused(c.who, bad, lifetest.Noon, c.on, c.word) })
	}
	l.Refused(lifetest.SignerB, general.EndWaiver{ID: "wvr_1", Party: agreement.B}, lifetest.Noon, "13.5", "Party A gave the waiver")
	l.Refused(lifetest.SignerA, general.EndWaiver{ID: "wvr_9", Party: agreement.A}, lifetest.Noon, "13.5", "no waiver")
	l.Refused(lifetest.SignerA, general.EndWaiver{ID: "wvr_1", Party: agreement.A}, until, "13.5", "ended already")
	l.Refused(lifetest.SignerA, general.GiveLetter{ID: "ltr_1", Party: agreement.A, Title: "t", Documents: make([]agreement.Document, 1)}, lifetest.Noon, "13.4", "to which clauses")
	waived := l.State.General.WaiversOf("6.3", lifetest.Noon)
	if len(waived) != 1 || waived[0].For != "the pilot" {
		t.Errorf("%+v", waived)
	}
}

// A licence that clause 4.3 withholds can be set aside by whoever would give it.
func TestAWaivedLicenceLetsAKeyBeIssued(t *testing.T) {
	l := lifetest.InForce(t, func(a *articles.Agreement) { a.Property.Licences.AToB.API = false })
	c := lifetest.KeyFor("summarise", agreement.B, agreement.Test, agreement.Service)
	l.Refused(lifetest.LeadB, c, lifetest.Noon, "4.3", "")
	l.Must(lifetest.SignerA, waive("wvr_1", "4.3", lifetest.SignerA, lifetest.Noon.AddDate(0, 1, 0)), lifetest.Noon)
	l.Must(lifetest.LeadB, c, lifetest.Noon)
}
