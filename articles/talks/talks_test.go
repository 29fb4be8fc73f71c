package talks_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/signing"
	"entente/articles/talks"
	"entente/calendar"
	"entente/ledger/seal"
)

var (
	day  = calendar.Date{Year: 2027, Month: time.March, Day: 15}
	noon = time.Date(2027, time.March, 15, 11, 0, 0, 0, time.UTC)
	host = articles.Actor{Party: agreement.Host, ID: "operator"}

	example = draft.Example(day)
)

func counsel(p agreement.Party) articles.Actor {
	return articles.Actor{Party: p, ID: "per_" + string(p), Roles: []agreement.Role{agreement.Signatory, agreement.Legal}}
}

// A table is a negotiation under test: every act goes through the agreement's own rules.
type table struct {
	t       rapid.TB
	state   articles.State
	library library
	at      time.Time
	events  []any
	times   []time.Time
}

type library map[string][]byte

func (l library) Document(digest string) ([]byte, error) {
	if b, ok := l[digest]; ok {
		return b, nil
	}
	return nil, fmt.Errorf("no document %s", digest)
}

func newTable(t rapid.TB) *table {
	return &table{t: t, state: articles.State{ID: "agr_aaaaaaaaaaaaaaaa"}, library: library{}, at: noon}
}

func (x *table) do(who articles.Actor, command any) error {
	events, err := articles.Decide(x.state, who, command, x.at)
	if err != nil {
		return err
	}
	for _, e := range events {
		if x.state, err = x.state.Evolve(e, x.at, x.library); err != nil {
			x.t.Fatal(err)
		}
		x.events, x.times = append(x.events, e), append(x.times, x.at)
	}
	return nil
}

func (x *table) must(who articles.Actor, command any) {
	x.t.Helper()
	if err := x.do(who, command); err != nil {
		x.t.Fatalf("%T: %v", command, err)
	}
}

// proposal is what proposes a text.
func (x *table) proposal(who articles.Actor, a articles.Agreement) agreement.Propose {
	var previous *seal.Digest
	for _, v := range x.state.Life.Versions {
		if v.Signed() {
			digest, err := seal.ParseDigest(v.Manifest)
			if err != nil {
				x.t.Fatal(err)
			}
			previous = &digest
		}
	}
	p := x.bind(a, previous)
	terms := seal.Sum(p.Terms).String()
	x.library[terms] = p.Terms
	c := agreement.Propose{Manifest: p.Digest().String(), Terms: terms, Effective: a.Frame().Effective().In(a.Frame().Zone()).UTC(), Party: who.Party, By: who.ID, Answers: len(x.state.Life.Versions)}
	if previous != nil {
		c.Previous = previous.String()
	}
	return c
}

// bound remembers what was bound: binding takes longer than all else here.
var bound = map[string]signing.Package{}

func (x *table) bind(a articles.Agreement, previous *seal.Digest) signing.Package {
	key := fmt.Sprint(a.Agreement.Number, a.Commerce.Payment.NetDays, a.Confidentiality.TradeSecrets, previous)
	if p, known := bound[key]; known {
		return p
	}
	p, err := signing.Bind(a, previous)
	if err != nil {
		x.t.Fatal(err)
	}
	bound[key] = p
	return p
}

func (x *table) sign(p agreement.Party) error {
	latest, _ := x.state.Life.Latest()
	return x.do(counsel(p), agreement.Sign{Party: p, Manifest: latest.Manifest, Signer: "per_" + string(p), Statement: "sha256:00", Key: "k", Custody: "node"})
}

func (x *table) answer(p agreement.Party, accept bool, clauses ...agreement.Clause) error {
	latest, _ := x.state.Life.Latest()
	return x.do(counsel(p), agreement.AnswerClauses{Version: latest.Number, Clauses: clauses, Party: p, By: "per_" + string(p), Accept: accept, Reason: "as agreed by mail"})
}

// A face is a standing as a test writes it down.
type face struct {
	Turn   []agreement.Party
	Next   talks.Move
	Points map[agreement.Clause]string
}

func (x *table) face() face {
	s := talks.Of(x.state, x.at)
	f := face{s.Turn, s.Next, map[agreement.Clause]string{}}
	for _, p := range s.Points {
		for _, w := range p.Waits {
			f.Points[p.Clause] += string(w) + " is silent;"
		}
		for _, r := range p.Rejected {
			f.Points[p.Clause] += string(r.Party) + " says no;"
		}
		if len(p.Terms) == 0 {
			f.Points[p.Clause] += " words only"
		}
	}
	return f
}

func (x *table) expect(when string, want face) {
	x.t.Helper()
	if want.Points == nil {
		want.Points = map[agreement.Clause]string{}
	}
	if diff := cmp.Diff(want, x.face()); diff != "" {
		x.t.Errorf("%s:\n%s", when, diff)
	}
}

var both, a, b = agreement.Both, []agreement.Party{agreement.A}, []agreement.Party{agreement.B}

func TestANegotiationGoesClauseByClause(t *testing.T) {
	x := newTable(t)
	text := example
	x.must(host, x.proposal(host, text))
	x.expect("brought from outside", face{Turn: both, Next: talks.Sign})

	text.Commerce.Payment.NetDays = 60
	text.Confidentiality.TradeSecrets = !text.Confidentiality.TradeSecrets
	x.must(counsel("b"), x.proposal(counsel("b"), text))
	x.expect("B counters", face{a, talks.Answer, map[agreement.Clause]string{"6.3": "a is silent;", "11.3": "a is silent;"}})

	if err := x.answer("b", true, "6.3"); err == nil {
		t.Error("B accepted its own proposal")
	}
	must(t, x.answer("a", true, "6.3"))
	x.expect("A accepts one", face{a, talks.Answer, map[agreement.Clause]string{"11.3": "a is silent;"}})
	must(t, x.answer("a", false, "11.3"))
	x.expect("A rejects the other", face{b, talks.Propose, map[agreement.Clause]string{"11.3": "a says no;"}})

	text.Confidentiality.TradeSecrets = !text.Confidentiality.TradeSecrets
	x.must(counsel("b"), x.proposal(counsel("b"), text))
	x.expect("B gives way; what A accepted stays accepted", face{Turn: both, Next: talks.Sign})
	text.Confidentiality.TradeSecrets = !text.Confidentiality.TradeSecrets
	x.must(counsel("b"), x.proposal(counsel("b"), text))
	x.expect("B tries again, and A's no stands", face{a[:0:0], talks.Propose, map[agreement.Clause]string{"11.3": "a says no;"}}.turn(b))
	must(t, x.sign("a"))
	x.expect("A signs all the same", face{Turn: b, Next: talks.Sign})
	must(t, x.sign("b"))
	x.expect("both have signed", face{})
}

// Each version is compared with what the other party has read or said last, so that a text that comes back is
// seen to come back.
func TestWithWhatAVersionIsCompared(t *testing.T) {
	old, other, third := example, example, example
	other.Commerce.Payment.NetDays, third.Commerce.Payment.NetDays = 60, 45
	type step struct {
		by    articles.Actor
		text  articles.Agreement
		base  int
		terms string
	}
	change := func(from, to string) string { return "6.3 " + from + " -> " + to }
	for _, c := range []struct {
		name  string
		steps []step
	}{
		{"nobody else has proposed", []step{{counsel("a"), old, 0, ""}, {counsel("a"), other, 1, change("30", "60")}}},
		{"brought by the operator", []step{{host, old, 0, ""}, {host, other, 1, change("30", "60")}}},
		{"a counter-proposal, and the old text again", []step{{host, old, 0, ""}, {counsel("b"), other, 1, change("30", "60")}, {counsel("a"), old, 2, change("60", "30")}}},
		{"two proposals in a row", []step{{counsel("a"), old, 0, ""}, {counsel("b"), other, 1, change("30", "60")}, {counsel("b"), third, 1, change("30", "45")}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := newTable(t)
			for i, s := range c.steps {
				x.must(s.by, x.proposal(s.by, s.text))
				got := talks.Of(x.state, x.at)
				terms := ""
				for _, p := range got.Points {
					for _, term := range p.Terms {
						if term.Path == "commerce.payment.net_days" && got.Base > 0 {
							terms = string(p.Clause) + " " + term.Old + " -> " + term.New
						}
					}
				}
				if got.Base != s.base || terms != s.terms {
					t.Errorf("version %d is compared with %d and changes %q; want %d, %q", i+1, got.Base, terms, s.base, s.terms)
				}
			}
		})
	}
}

func TestAWithdrawnVersionIsComparedWithNothing(t *testing.T) {
	x := newTable(t)
	text := example
	x.must(host, x.proposal(host, text))
	text.Commerce.Payment.NetDays = 60
	x.must(counsel("b"), x.proposal(counsel("b"), text))
	x.must(counsel("b"), agreement.Withdraw{Version: 2, Party: "b", By: "per_b"})
	x.must(counsel("a"), x.proposal(counsel("a"), text))
	if s := talks.Of(x.state, x.at); s.Base != 1 {
		t.Errorf("compared with version %d, which nobody stands on", s.Base)
	}
}

func (f face) turn(p []agreement.Party) face { f.Turn = p; return f }

func TestAnOfferEnds(t *testing.T) {
	x := newTable(t)
	text := example
	x.must(host, x.proposal(host, text))
	text.Commerce.Payment.NetDays = 60
	c := x.proposal(counsel("a"), text)
	c.Expires = x.at.Add(time.Hour)
	c.Answers = 1
	x.must(counsel("a"), c)
	if err := x.do(counsel("b"), agreement.Withdraw{Version: 2, Party: "b", By: "per_b"}); err == nil {
		t.Error("B withdrew what A proposed")
	}
	x.at = x.at.Add(time.Hour)
	if err := x.sign("b"); err == nil {
		t.Error("B signed what has expired")
	}
	x.expect("it has expired", face{both, talks.Propose, map[agreement.Clause]string{"6.3": "b is silent;"}})
	c.Expires = time.Time{}
	c.Answers = 2
	x.must(counsel("a"), c)
	x.expect("the same text again", face{b, talks.Answer, map[agreement.Clause]string{"6.3": "b is silent;"}})
	x.must(counsel("b"), agreement.Decline{Version: 3, Party: "b", By: "per_b", Reason: "no"})
	x.expect("B declines", face{a, talks.Propose, map[agreement.Clause]string{"6.3": "b is silent;"}})
	if err := x.sign("a"); err == nil {
		t.Error("A signed what B declined")
	}
	c.Answers = 2
	if err := x.do(counsel("a"), c); err == nil {
		t.Error("A answered a version that is not the last")
	}
	c.Answers = 3
	x.must(counsel("a"), c)
	must(t, x.sign("b"))
	if err := x.do(counsel("a"), agreement.Withdraw{Version: 4, Party: "a", By: "per_a"}); err == nil {
		t.Error("A withdrew what B has signed")
	}
}

// Whoever is to sign first is on turn alone, and the other can sign only after that.
func TestOnePartySignsFirst(t *testing.T) {
	x := newTable(t)
	c := x.proposal(host, example)
	c.First = "c"
	if err := x.do(host, c); err == nil {
		t.Error("a stranger is to sign first")
	}
	c.First = agreement.B
	x.must(host, c)
	x.expect("B is to sign first", face{Turn: b, Next: talks.Sign})
	if err := x.sign("a"); err == nil {
		t.Error("A signed before B")
	}
	must(t, x.sign("b"))
	x.expect("B has signed", face{Turn: a, Next: talks.Sign})
	must(t, x.sign("a"))
	x.expect("both have signed", face{})
}

// A party that has signed what the other proposed can take that back, until the other signs too.
func TestASignatureIsTakenBack(t *testing.T) {
	decline := agreement.Decline{Version: 1, Party: "b", By: "per_b", Reason: "We signed the wrong text."}
	x := newTable(t)
	x.must(counsel("a"), x.proposal(counsel("a"), example))
	must(t, x.sign("b"))
	x.must(counsel("b"), decline)
	x.expect("B takes it back", face{a, talks.Propose, x.face().Points})
	if err := x.sign("a"); err == nil {
		t.Error("A signed what B has taken back")
	}
	x = newTable(t)
	x.must(counsel("a"), x.proposal(counsel("a"), example))
	must(t, x.sign("b"))
	must(t, x.sign("a"))
	if err := x.do(counsel("b"), decline); err == nil {
		t.Error("B took back what both have signed")
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A random negotiation: whatever the parties do, in whatever order, the ledger alone says where they
// stand; nothing is in force that both have not signed, and somebody who can move is on turn.
func TestWhateverIsNegotiated(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		x := newTable(rt)
		texts := []articles.Agreement{example, example, example, example}
		texts[1].Commerce.Payment.NetDays = 60
		texts[2].Confidentiality.TradeSecrets = !texts[2].Confidentiality.TradeSecrets
		texts[3].Commerce.Payment.NetDays, texts[3].Agreement.Number = 45, "CT-2"
		x.must(host, x.proposal(host, texts[0]))
		for range rapid.IntRange(1, 10).Draw(rt, "acts") {
			x.step(rt, texts)
			x.judge(rt, texts)
		}
		x.replay(rt)
	})
}

func (x *table) step(rt *rapid.T, texts []articles.Agreement) {
	p := rapid.SampledFrom(agreement.Both).Draw(rt, "party")
	version := rapid.IntRange(1, len(x.state.Life.Versions)).Draw(rt, "version")
	latest, _ := x.state.Life.Latest()
	x.at = x.at.Add(time.Duration(rapid.IntRange(0, 90).Draw(rt, "minutes")) * time.Minute)
	clauses := rapid.SliceOfNDistinct(rapid.SampledFrom([]agreement.Clause{"6.3", "11.3", "front", "6.1", "1.1"}), 1, 3, rapid.ID[agreement.Clause]).Draw(rt, "clauses")
	switch rapid.SampledFrom([]string{"propose", "propose", "sign", "sign", "answer", "answer", "answer", "decline", "withdraw", "comment", "resolve"}).Draw(rt, "act") {
	case "propose":
		c := x.proposal(counsel(p), rapid.SampledFrom(texts).Draw(rt, "text"))
		c.Answers = rapid.SampledFrom([]int{0, version}).Draw(rt, "answers")
		if rapid.Bool().Draw(rt, "expires") {
			c.Expires = x.at.Add(2 * time.Hour)
		}
		_ = x.do(counsel(p), c) // refused or not: what follows is judged
	case "sign":
		_ = x.sign(p)
	case "answer":
		_ = x.do(counsel(p), agreement.AnswerClauses{Version: version, Clauses: clauses, Party: p, By: "per", Accept: rapid.Bool().Draw(rt, "accept"), Reason: "because"})
	case "decline":
		_ = x.do(counsel(p), agreement.Decline{Version: latest.Number, Party: p, By: "per", Reason: "no"})
	case "withdraw":
		_ = x.do(counsel(p), agreement.Withdraw{Version: latest.Number, Party: p, By: "per"})
	case "comment":
		_ = x.do(counsel(p), agreement.Comment{Thread: fmt.Sprintf("cmt_%d", len(x.events)), Clause: "6.3", Party: p, By: "per", Text: "why?"})
	case "resolve":
		if n := len(x.state.Life.Threads); n > 0 {
			_ = x.do(counsel(p), agreement.ResolveComment{Thread: x.state.Life.Threads[n-1].ID, Party: p, By: "per"})
		}
	}
}

func (x *table) judge(rt *rapid.T, texts []articles.Agreement) {
	latest, _ := x.state.Life.Latest()
	if n := x.state.Life.InForce; n > 0 {
		manifests := map[agreement.Party]bool{}
		for _, e := range x.events {
			if s, ok := e.(agreement.Signed); ok && s.Manifest == x.state.Life.Versions[n-1].Manifest && s.Version == n {
				manifests[s.Party] = true
			}
		}
		if !manifests["a"] || !manifests["b"] {
			rt.Fatalf("version %d is in force, signed by %v", n, manifests)
		}
	}
	s := talks.Of(x.state, x.at)
	if latest.Signed() != (len(s.Turn) == 0) || (s.Next == talks.None) != latest.Signed() {
		rt.Fatalf("version %d, signed: %v; turn %v to %q", latest.Number, latest.Signed(), s.Turn, s.Next)
	}
	for _, p := range s.Turn {
		var err error
		switch s.Next {
		case talks.Sign:
			_, err = articles.Decide(x.state, counsel(p), agreement.Sign{Party: p, Manifest: latest.Manifest, Signer: "per"}, x.at)
		case talks.Answer:
			var point agreement.Clause
			for _, one := range s.Points {
				if len(one.Waits) > 0 {
					point = one.Clause
				}
			}
			_, err = articles.Decide(x.state, counsel(p), agreement.AnswerClauses{Version: latest.Number, Clauses: []agreement.Clause{point}, Party: p, Accept: true}, x.at)
		case talks.Propose:
			other := texts[0]
			other.Agreement.Number += "-next"
			_, err = articles.Decide(x.state, counsel(p), x.proposal(counsel(p), other), x.at)
		}
		if err != nil {
			rt.Fatalf("%s is on turn to %s and cannot: %v", p, s.Next, err)
		}
	}
	for _, point := range s.Points {
		if len(point.Waits)+len(point.Rejected) == 0 || point.Clause.Title() == "" {
			rt.Fatalf("a point that is none: %+v", point)
		}
	}
}

// replay reads the entries as another node does: it sees the same.
func (x *table) replay(rt *rapid.T) {
	again := articles.State{ID: x.state.ID}
	for i, e := range x.events {
		if err := again.Apply(e, x.times[i], x.library); err != nil {
			rt.Fatal(err)
		}
	}
	if diff := cmp.Diff(talks.Of(x.state, x.at), talks.Of(again, x.at)); diff != "" {
		rt.Fatalf("another node sees another negotiation:\n%s", diff)
	}
}

// What a clause said when: until the instant from which another signed version applies.
func TestHistory(t *testing.T) {
	x := newTable(t)
	text := example
	x.must(host, x.proposal(host, text))
	must(t, x.sign("a"))
	must(t, x.sign("b"))
	signed := x.at
	amend := func(days, begins int) time.Time {
		x.at = x.at.Add(24 * time.Hour)
		text.Commerce.Payment.NetDays = days
		text.Agreement.Effective = day.AddDays(begins)
		x.must(counsel("a"), x.proposal(counsel("a"), text))
		must(t, x.sign("b"))
		must(t, x.sign("a"))
		return text.Agreement.Effective.In(text.Frame().Zone()).UTC()
	}
	in30 := amend(60, 30)
	in20 := amend(45, 20) // signed later, and applies earlier: the one before never does
	unsigned := text
	unsigned.Commerce.Payment.NetDays = 7
	x.must(counsel("a"), x.proposal(counsel("a"), unsigned))
	type line struct {
		Version     int
		From, Until time.Time
		Applies     bool
		Is          string
	}
	var got []line
	for _, c := range talks.About(talks.History(x.state), "6.3") {
		l := line{c.Version.Number, c.From.UTC(), c.Until.UTC(), c.Applies(), ""}
		if len(c.Changes) > 0 {
			l.Is = c.Changes[0].New
		}
		got = append(got, l)
	}
	want := []line{{1, signed, in20, true, ""}, {2, in30, in20, false, "60"}, {3, in20, time.Time{}, true, "45"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if other := talks.About(talks.History(x.state), "1.1"); len(other) != 1 || !other[0].Until.IsZero() {
		t.Errorf("clause 1.1 never changed: %+v", other)
	}
}
