package articles_test

import (
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/general"

	"github.com/google/go-cmp/cmp"
)

func waive(id string, c agreement.Clause, who articles.Actor, until time.Time) general.Waive {
	return general.Waive{ID: id, Clause: c, Component: "summarise", Party: who.Party, By: who.ID, For: "the pilot", Until: until}
}

// What a clause keeps for a party is set aside by that party, until the instant that it named.
func TestAWaiverIsRespected(t *testing.T) {
	l := inForce(t, nil)
	l.must(leadB, keyFor("summarise", agreement.B, agreement.Test, agreement.Service), noon)
	l.must(leadB, keyFor("summarise", agreement.B, agreement.Production, agreement.Service), noon)
	until := noon.AddDate(0, 0, 10)
	decide := func(e agreement.Environment, model string, at time.Time) articles.Verdict {
		p := articles.Compile(l.state, at)
		g := p.Suppose("summarise", agreement.B, e, agreement.Service, agreement.CustomerData)
		return p.Decide(g, articles.Call{Component: "summarise", Operation: "chat.completions", Model: model, At: at.UnixNano()})
	}
	expect := func(when string, v articles.Verdict, clause agreement.Clause) {
		t.Helper()
		if v.OK != (clause == "") || v.Clause != clause {
			t.Errorf("%s: %+v, want a refusal under %q", when, v, clause)
		}
	}
	expect("a model that is not listed", decide(agreement.Test, "unheard-of", noon), "A")
	l.refused(signerB, waive("wvr_b", "A", signerB, until), noon, "13.5", "for the sake of Party A, who alone can set it aside")
	before := articles.Compile(l.state, noon)
	l.must(signerA, waive("wvr_a", "A", signerA, until), noon)
	if after := articles.Compile(l.state, noon); after.Digest == before.Digest || after.Version != before.Version {
		t.Error("a policy with a waiver has the digest of one without")
	}
	expect("the provider set it aside", decide(agreement.Test, "unheard-of", noon), "")
	expect("until its last moment", decide(agreement.Test, "unheard-of", until.Add(-1)), "")
	expect("and not longer", decide(agreement.Test, "unheard-of", until), "A")
	p := articles.Compile(l.state, noon)
	steps, v := p.Explain(p.Suppose("summarise", agreement.B, agreement.Test, agreement.Service, agreement.CustomerData),
		articles.Call{Component: "summarise", Operation: "chat.completions", Model: "unheard-of", At: noon.UnixNano()})
	told := false
	for _, s := range steps {
		told = told || s.OK && strings.Contains(s.Why, "set aside by a waiver")
	}
	if !told || !v.OK {
		t.Errorf("nobody is told: %+v", steps)
	}
	if v := p.Decide(p.Suppose("summarise", agreement.B, agreement.Test, agreement.Service, agreement.CustomerData), articles.Call{Component: "summarise", At: until.UnixNano()}); v.OK {
		t.Error("a policy that was compiled before the end of a waiver goes on with it")
	}
	l.must(signerA, general.EndWaiver{ID: "wvr_a", Party: agreement.A, By: signerA.ID}, noon.Add(time.Hour))
	expect("ended before its time", decide(agreement.Test, "unheard-of", noon.Add(time.Hour)), "A")

	expect("production is closed", decide(agreement.Production, "calluna-extract-1", noon), "2.2")
	l.must(signerA, waive("wvr_a22", "2.2", signerA, until), noon)
	expect("one party alone does not open it", decide(agreement.Production, "calluna-extract-1", noon), "2.2")
	l.has("wvr_a22", general.Effect{Waits: agreement.B})
	l.must(signerB, waive("wvr_b22", "2.2", signerB, until.AddDate(0, 0, -1)), noon)
	expect("both do", decide(agreement.Production, "calluna-extract-1", noon), "")
	l.has("wvr_a22", general.Effect{For: []string{"summarise"}})
	expect("until the first of them ends", decide(agreement.Production, "calluna-extract-1", until.AddDate(0, 0, -1)), "2.2")

	if len(articles.Compile(l.state, noon).Routes["summarise"].Limits) == 0 {
		t.Fatal("the example has no limits")
	}
	l.must(signerA, waive("wvr_c", "C", signerA, until), noon)
	if n := len(articles.Compile(l.state, noon).Routes["summarise"].Limits); n > 0 {
		t.Errorf("%d limits hold that are set aside", n)
	}
}

// has holds a waiver to what it brings about.
func (l *life) has(id string, want general.Effect) {
	l.t.Helper()
	got := l.state.General.Effect(l.state.General.Waivers[id], l.state.Text().Frame(), noon)
	if diff := cmp.Diff(want, got); diff != "" {
		l.t.Errorf("%s has another effect:\n%s", id, diff)
	}
}

// A waiver of all components has effect where the clause serves whoever gives it.
func TestAWaiverOfAllReachesWhatServesTheParty(t *testing.T) {
	l := inForce(t, nil)
	for _, c := range []struct {
		id     string
		clause agreement.Clause
		want   []string
	}{{"wvr_a", "A", nil}, {"wvr_8", "8.2", nil}} {
		w := waive(c.id, c.clause, signerA, noon.AddDate(0, 0, 1))
		w.Component = ""
		l.must(signerA, w, noon)
		for _, x := range l.state.Text().Frame().Components {
			if (x.Provider == agreement.A) == (c.clause == "A") {
				c.want = append(c.want, x.Name)
			}
		}
		l.has(c.id, general.Effect{For: c.want})
	}
}

func TestAWaiverIsRefused(t *testing.T) {
	l := inForce(t, nil)
	until := noon.AddDate(0, 0, 10)
	good := waive("wvr_1", "6.3", signerA, until)
	l.must(signerA, good, noon)
	for _, c := range []struct {
		name string
		edit func(*general.Waive)
		who  articles.Actor
		on   agreement.Clause
		word string
	}{
		{"by somebody who does not sign", func(*general.Waive) {}, leadA, "7.1", "signatory"},
		{"of its id", func(c *general.Waive) { c.ID = "wvr_1" }, signerA, "13.5", "id of its own"},
		{"of the training clause", func(c *general.Waive) { c.Clause = "3.4" }, signerA, "13.5", "propose an amendment"},
		{"of nothing", func(c *general.Waive) { c.Clause = "99" }, signerA, "13.5", "no clause"},
		{"for nothing", func(c *general.Waive) { c.For = " " }, signerA, "13.5", "for what"},
		{"for ever", func(c *general.Waive) { c.Until = noon.AddDate(2, 0, 0) }, signerA, "13.5", "a year at most"},
		{"for the past", func(c *general.Waive) { c.Until = noon }, signerA, "13.5", "in the future"},
		{"of no component", func(c *general.Waive) { c.Component = "none" }, signerA, "13.5", "not a component"},
		{"of very much", func(c *general.Waive) { c.For = strings.Repeat("x", 5000) }, signerA, "13.5", "at most"},
	} {
		bad := waive("wvr_2", "6.3", signerA, until)
		c.edit(&bad)
		t.Run(c.name, func(t *testing.T) { l.refused(c.who, bad, noon, c.on, c.word) })
	}
	l.refused(signerB, general.EndWaiver{ID: "wvr_1", Party: agreement.B}, noon, "13.5", "Party A gave the waiver")
	l.refused(signerA, general.EndWaiver{ID: "wvr_9", Party: agreement.A}, noon, "13.5", "no waiver")
	l.refused(signerA, general.EndWaiver{ID: "wvr_1", Party: agreement.A}, until, "13.5", "ended already")
	l.refused(signerA, general.GiveLetter{ID: "ltr_1", Party: agreement.A, Title: "t", Documents: make([]agreement.Document, 1)}, noon, "13.4", "to which clauses")
	waived := l.state.General.WaiversOf("6.3", noon)
	if len(waived) != 1 || waived[0].For != "the pilot" {
		t.Errorf("%+v", waived)
	}
}

// A licence that clause 4.3 withholds can be set aside by whoever would give it.
func TestAWaivedLicenceLetsAKeyBeIssued(t *testing.T) {
	l := inForce(t, func(a *articles.Agreement) { a.Property.Licences.AToB.API = false })
	c := keyFor("summarise", agreement.B, agreement.Test, agreement.Service)
	l.refused(leadB, c, noon, "4.3", "")
	l.must(signerA, waive("wvr_1", "4.3", signerA, noon.AddDate(0, 1, 0)), noon)
	l.must(leadB, c, noon)
}
