package articles_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/integration"
	"entente/articles/signing"
	"entente/articles/term"
	"entente/calendar"
	"entente/ledger/canonical"
	"entente/ledger/seal"
)

// day is the day of the example in these tests; none of them reads the clock.
var day = calendar.Date{Year: 2027, Month: time.March, Day: 15}

var noon = time.Date(2027, time.March, 15, 11, 0, 0, 0, time.UTC)

// shelf is a library held in memory.
type shelf map[string][]byte

func (s shelf) Document(digest string) ([]byte, error) {
	b, ok := s[digest]
	if !ok {
		return nil, fmt.Errorf("no document %s", digest)
	}
	return b, nil
}

// A life is an agreement under test: commands go through Decide, events through Evolve.
type life struct {
	t       *testing.T
	state   articles.State
	library shelf
	events  []any
	times   []time.Time
}

var (
	leadA   = articles.Actor{Party: agreement.A, ID: "per_jonas", Roles: []agreement.Role{agreement.Technical}}
	leadB   = articles.Actor{Party: agreement.B, ID: "per_declan", Roles: []agreement.Role{agreement.Technical}}
	signerA = articles.Actor{Party: agreement.A, ID: "per_mara", Roles: []agreement.Role{agreement.Signatory, agreement.Committee}}
	signerB = articles.Actor{Party: agreement.B, ID: "per_aoife", Roles: []agreement.Role{agreement.Signatory, agreement.Committee}}
	host    = articles.Clock
)

func (l *life) do(who articles.Actor, command any, at time.Time) error {
	l.t.Helper()
	events, err := articles.Decide(l.state, who, command, at)
	if err != nil {
		return err
	}
	for _, e := range events {
		if l.state, err = l.state.Evolve(e, at, l.library); err != nil {
			l.t.Fatal(err)
		}
		l.events, l.times = append(l.events, e), append(l.times, at)
	}
	return nil
}

func (l *life) must(who articles.Actor, command any, at time.Time) {
	l.t.Helper()
	if err := l.do(who, command, at); err != nil {
		l.t.Fatalf("%T: %v", command, err)
	}
}

// refused expects a refusal that cites a clause and says a word.
func (l *life) refused(who articles.Actor, command any, at time.Time, clause agreement.Clause, word string) {
	l.t.Helper()
	err := l.do(who, command, at)
	var r *agreement.Refusal
	if !errors.As(err, &r) || r.Clause != clause || !strings.Contains(r.Why, word) {
		l.t.Errorf("%T: got %v, want a refusal under %s about %q", command, err, clause.Cite(), word)
	}
}

// proposed is the example, changed, and put before the parties.
func proposed(t *testing.T, change func(*articles.Agreement)) (*life, seal.Digest) {
	t.Helper()
	a := draft.Example(day)
	if change != nil {
		change(&a)
	}
	l := &life{t: t, state: articles.State{ID: "agr_aaaaaaaaaaaaaaaa"}, library: shelf{}}
	return l, l.propose(a, nil)
}

func (l *life) propose(a articles.Agreement, previous *seal.Digest) seal.Digest {
	l.t.Helper()
	p, err := signing.Bind(a, previous)
	if err != nil {
		l.t.Fatal(err)
	}
	terms := seal.Sum(p.Terms).String()
	l.library[terms] = p.Terms
	c := agreement.Propose{Manifest: p.Digest().String(), Terms: terms, Effective: a.Frame().Effective().In(a.Frame().Zone()).UTC()}
	if previous != nil {
		c.Previous = previous.String()
	}
	l.must(articles.Actor{Party: agreement.Host, ID: "operator"}, c, noon)
	return p.Digest()
}

func (l *life) sign(manifest seal.Digest, at time.Time) {
	l.t.Helper()
	for _, who := range []articles.Actor{signerA, signerB} {
		l.must(who, agreement.Sign{Party: who.Party, Manifest: manifest.String(), Signer: who.ID, Statement: "sha256:00", Key: "k", Custody: "node"}, at)
	}
}

func inForce(t *testing.T, change func(*articles.Agreement)) *life {
	l, manifest := proposed(t, change)
	l.sign(manifest, noon)
	return l
}

func TestAnAgreementIsInForceWhenBothHaveSigned(t *testing.T) {
	l, manifest := proposed(t, nil)
	if got := l.state.Stage(noon); got != agreement.Negotiation {
		t.Errorf("proposed: %s", got)
	}
	sign := agreement.Sign{Party: agreement.A, Manifest: manifest.String(), Signer: "per_mara", Statement: "sha256:00", Key: "k", Custody: "node"}
	l.refused(leadA, sign, noon, "7.1", "signatory of Party A")
	l.must(signerA, sign, noon)
	l.refused(signerA, sign, noon, agreement.SignatureBlock, "already signed")
	other := sign
	other.Party, other.Manifest = agreement.B, "sha256:11"
	l.refused(signerB, other, noon, agreement.SignatureBlock, "another version")
	sign.Party = agreement.B
	l.must(signerB, sign, noon)
	if got := l.state.Stage(noon); got != agreement.InForce {
		t.Errorf("signed by both after the effective date: %s", got)
	}
	if l.state.Life.InForce != 1 {
		t.Error("the last signature did not bring version 1 into force")
	}
}

func TestAnAgreementWaitsForItsEffectiveDate(t *testing.T) {
	l := inForce(t, func(a *articles.Agreement) { a.Agreement.Effective = day.AddDays(10) })
	if got := l.state.Stage(noon); got != agreement.FullySigned {
		t.Errorf("before the effective date: %s", got)
	}
	l.refused(host, agreement.EnterIntoForce{Version: 1}, noon, "12.1", "not signed and due")
	begins := day.AddDays(10).In(l.state.Text().Frame().Zone())
	l.must(host, agreement.EnterIntoForce{Version: 1}, begins)
	if got := l.state.Stage(begins); got != agreement.InForce {
		t.Errorf("on the effective date: %s", got)
	}
}

func TestTheLastMilestoneOpensProduction(t *testing.T) {
	l := inForce(t, nil)
	proof := []integration.Evidence{{Kind: "link", Ref: "https://calluna.example/report"}}
	confirm := func(r string, who articles.Actor) integration.CompleteMilestone {
		return integration.CompleteMilestone{Milestone: r, Party: who.Party, By: who.ID, Evidence: proof}
	}
	gates := l.state.Text().Integration.BeforeProduction()
	if len(gates) < 2 {
		t.Fatalf("the example has %d requirements before production", len(gates))
	}
	for _, r := range gates {
		if l.state.Integration.Open(l.state.Text().Integration) {
			t.Fatalf("production opened before %s was complete", r.ID)
		}
		for _, who := range []articles.Actor{leadA, leadB} {
			if r.Owner().Includes(who.Party) {
				l.must(who, confirm(r.ID, who), noon)
			}
		}
	}
	if !l.state.Integration.Open(l.state.Text().Integration) {
		t.Fatal("production did not open with the last requirement")
	}
	last := gates[len(gates)-1].ID
	l.refused(leadA, integration.ReopenMilestone{Milestone: last, Party: agreement.A, By: leadA.ID}, noon, "2.2", "needs a reason")
	l.must(leadA, integration.ReopenMilestone{Milestone: last, Party: agreement.A, By: leadA.ID, Reason: "a finding"}, noon)
	if l.state.Integration.Open(l.state.Text().Integration) {
		t.Error("reopening a requirement left production open")
	}
	l.refused(leadA, confirm("no-such", leadA), noon, "2.2", "no requirement")
	l.refused(leadA, integration.CompleteMilestone{Milestone: last, Party: agreement.A, By: leadA.ID}, noon, "2.2", "needs evidence")
	l.refused(signerA, confirm(last, signerA), noon, "7.1", "technical lead")
}

func keyFor(component string, party agreement.Party, e agreement.Environment, p agreement.Purpose) integration.IssueKey {
	return integration.IssueKey{ID: "key_" + component + string(e) + string(p), Digest: strings.Repeat("ab", 32), Party: party, Component: component, Environment: e,
		Purpose: p, Class: agreement.CustomerData, By: "per_declan", Expires: noon.AddDate(0, 0, 90)}
}

func TestKeysFollowTheAgreement(t *testing.T) {
	l := inForce(t, nil)
	l.refused(leadB, keyFor("no-such", agreement.B, agreement.Test, agreement.Service), noon, "1.2", "not a component")
	l.refused(leadB, keyFor("reader-kit", agreement.B, agreement.Test, agreement.Service), noon, "1.2", "not offered by API")
	l.refused(leadA, keyFor("summarise", agreement.A, agreement.Test, agreement.Service), noon, "2.1", "provides summarise")
	l.refused(leadB, keyFor("summarise", agreement.B, agreement.Test, agreement.Training), noon, "3.4", "")
	l.refused(leadB, keyFor("summarise", agreement.B, agreement.Test, agreement.Competitive), noon, "3.2", "")
	l.must(leadB, keyFor("summarise", agreement.B, agreement.Test, agreement.Service), noon)
	id := keyFor("summarise", agreement.B, agreement.Test, agreement.Service).ID
	l.refused(leadA, integration.RevokeKey{ID: id, Party: agreement.A, By: leadA.ID}, noon, "2.1", "must give a reason")
	l.must(leadB, integration.RevokeKey{ID: id, Party: agreement.B, By: leadB.ID}, noon)
	l.refused(leadB, integration.RevokeKey{ID: id, Party: agreement.B, By: leadB.ID}, noon, "2.1", "already revoked")

	unlicensed := inForce(t, func(a *articles.Agreement) { a.Property.Licences.AToB.API = false })
	unlicensed.refused(leadB, keyFor("summarise", agreement.B, agreement.Test, agreement.Service), noon, "4.3", "no licence")
	closed := inForce(t, func(a *articles.Agreement) { a.Scope.Purpose.DataForImprovement = false })
	closed.refused(leadB, keyFor("summarise", agreement.B, agreement.Test, agreement.Improvement), noon, "1.1", "improvement")
}

func TestMaterialChangeIsNegotiatedFirst(t *testing.T) {
	l := inForce(t, nil)
	notify := term.NotifyChange{ID: "ch_1", Party: agreement.A, By: signerA.ID, Kind: term.Law, What: "the ruling of the authority"}
	end := term.Terminate{Ground: term.MaterialChange, Party: agreement.A, By: signerA.ID, Reason: "no agreement"}
	l.refused(signerA, end, noon, "12.2", "give it first")
	l.refused(leadA, notify, noon, "7.1", "signatory")
	unlisted, silent := notify, notify
	unlisted.Kind, silent.What = term.Business, ""
	l.refused(signerA, unlisted, noon, "12.2", "lists control, law, technology")
	l.refused(signerA, silent, noon, "12.2", "what has changed")
	l.must(signerA, notify, noon)
	l.refused(signerA, notify, noon, "12.2", "id of its own")
	until := l.state.Term.Changes["ch_1"].Until

	end.Change = "ch_1"
	l.refused(signerA, end, until.Add(-time.Second), "12.2", "negotiate until")
	theirs := end
	theirs.Party, theirs.By = agreement.B, signerB.ID
	l.refused(signerB, theirs, until, "12.2", "by your party")
	l.refused(signerB, term.SettleChange{ID: "ch_1", Party: agreement.B, By: signerB.ID}, noon, "12.2", "Party A gave the notice")
	l.refused(signerA, term.SettleChange{ID: "ch_9", Party: agreement.A, By: signerA.ID}, noon, "12.2", "no notice of change")
	l.must(signerA, term.SettleChange{ID: "ch_1", Party: agreement.A, By: signerA.ID}, noon)
	l.refused(signerA, end, until, "12.2", "closed")

	notify.ID, end.Change = "ch_2", "ch_2"
	l.must(signerA, notify, noon)
	l.must(signerA, end, until)
	if n := l.state.Term.Changes["ch_2"]; n.Closed.IsZero() || n.Agreed {
		t.Errorf("the termination left the notice open: %+v", n)
	}
	if e := l.state.Ending(); e == nil || e.Ground != term.MaterialChange || !e.Ends.Equal(until) {
		t.Errorf("the agreement ends %+v, want at once, for the change", e)
	}
}

func TestMaterialChangeWithoutTimeToNegotiate(t *testing.T) {
	l := inForce(t, func(a *articles.Agreement) { a.Term.Cause.MaterialChangeResponse = calendar.Duration{} })
	l.must(signerA, term.Terminate{Ground: term.MaterialChange, Party: agreement.A, By: signerA.ID, Reason: "the ruling"}, noon)
	none := inForce(t, func(a *articles.Agreement) { a.Term.Cause.MaterialChange = false })
	none.refused(signerA, term.NotifyChange{ID: "ch_1", Party: agreement.A, By: signerA.ID, Kind: term.Law, What: "x"}, noon, "12.2", "does not provide")
}

// A clock that changes in the time to cure or to negotiate does not move its end by an hour.
func TestPeriodsRunInTheAgreementsZone(t *testing.T) {
	l := inForce(t, func(a *articles.Agreement) { a.Agreement.TimeZone = "Europe/Berlin" })
	berlin := l.state.Text().Frame().Zone()
	received := time.Date(2027, 3, 10, 9, 0, 0, 0, berlin) // summer time begins on 28 March
	want := time.Date(2027, 4, 9, 9, 0, 0, 0, berlin)
	l.must(signerA, term.NotifyBreach{ID: "br_1", Party: agreement.A, By: signerA.ID, What: "fees unpaid"}, received.UTC())
	l.must(signerA, term.NotifyChange{ID: "ch_1", Party: agreement.A, By: signerA.ID, Kind: term.Law, What: "x"}, received.UTC())
	if got := l.state.Term.Breaches["br_1"].CureBy; !got.Equal(want) {
		t.Errorf("cure by %s, want %s", got.In(berlin), want)
	}
	if got := l.state.Term.Changes["ch_1"].Until; !got.Equal(want) {
		t.Errorf("negotiate until %s, want %s", got.In(berlin), want)
	}
}

func TestNothingRunsBeforeSigning(t *testing.T) {
	l, _ := proposed(t, nil)
	l.refused(leadB, keyFor("summarise", agreement.B, agreement.Test, agreement.Service), noon, agreement.SignatureBlock, "must have signed")
	l.refused(articles.Actor{Party: agreement.Host, ID: "operator"}, keyFor("summarise", agreement.B, agreement.Test, agreement.Service), noon, "7.1", "operator has no role")
}

func TestTerminationRunsThroughItsStages(t *testing.T) {
	l := inForce(t, nil)
	l.refused(signerA, term.Terminate{Ground: term.Insolvency, Party: agreement.A, By: signerA.ID}, noon, "12.2", "needs a reason")
	l.must(signerA, term.NotifyBreach{ID: "br_1", Party: agreement.A, By: signerA.ID, What: "fees unpaid"}, noon)
	breach := term.Terminate{Ground: term.MaterialBreach, Breach: "br_1", Party: agreement.A, By: signerA.ID, Reason: "not cured"}
	l.refused(signerA, breach, noon, "12.2", "time to cure")
	after := l.state.Term.Breaches["br_1"].CureBy
	l.must(signerA, breach, after)
	e := l.state.Term.Ending
	want := []agreement.Stage{agreement.Transition, agreement.CustomersOnly, agreement.Ended}
	at := []time.Time{after, e.TransitionEnd, e.CustomersEnd}
	for i := range want {
		if got := l.state.Stage(at[i]); got != want[i] {
			t.Errorf("at %s: %s, want %s", at[i], got, want[i])
		}
	}
	l.refused(leadB, keyFor("summarise", agreement.B, agreement.Test, agreement.Service), e.CustomersEnd, "12.3", "has ended")
}

func TestNoticeRunsToTheEndOfTheTerm(t *testing.T) {
	l := inForce(t, nil)
	l.must(signerB, term.Terminate{Ground: term.Notice, Party: agreement.B, By: signerB.ID}, noon)
	if got := l.state.Stage(noon); got != agreement.InNotice {
		t.Errorf("after notice: %s", got)
	}
	terms := l.state.Text().Term
	end := terms.EndsOnNotice(l.state.Text().Frame().Effective(), day)
	if got := calendar.DateOf(l.state.Term.Ending.Ends.In(l.state.Text().Frame().Zone())); got != end.AddDays(1) {
		t.Errorf("the agreement ends before %s, want the day after %s", got, end)
	}
	l.refused(signerA, term.Terminate{Ground: term.Notice, Party: agreement.A, By: signerA.ID}, noon, "12.1", "already ends")
	l.must(signerA, term.Terminate{Ground: term.Insolvency, Party: agreement.A, By: signerA.ID, Reason: "a petition was filed"}, noon)
	if got := l.state.Stage(noon); got != agreement.Transition {
		t.Errorf("a cause after notice: %s", got)
	}
	l.refused(signerB, term.Terminate{Ground: term.Insolvency, Party: agreement.B, By: signerB.ID, Reason: "again"}, noon.Add(1), "12.1", "already ends")
}

func TestSuspension(t *testing.T) {
	l := inForce(t, nil)
	l.refused(signerA, term.Suspend{Component: "no-such", Party: agreement.A, Reason: "x"}, noon, "1.2", "not a component")
	l.refused(signerA, term.Suspend{Party: agreement.A}, noon, "12.2", "needs a reason")
	l.must(signerA, term.Suspend{Party: agreement.A, By: signerA.ID, Reason: "an incident"}, noon)
	if got := l.state.Stage(noon); got != agreement.Suspended {
		t.Errorf("suspended: %s", got)
	}
	l.refused(signerB, term.Resume{Party: agreement.B}, noon, "12.2", "Party A suspended")
	l.must(signerA, term.Resume{Party: agreement.A, By: signerA.ID}, noon)
	if got := l.state.Stage(noon); got != agreement.InForce {
		t.Errorf("resumed: %s", got)
	}
}

func TestAnAmendmentFollowsTheSignedVersion(t *testing.T) {
	l := inForce(t, nil)
	first := l.state.Life.Versions[0].Manifest
	a := draft.Example(day)
	a.Commerce.Payment.NetDays = 14
	a.Agreement.Effective = day.AddDays(5)
	wrong, err := signing.Bind(a, nil)
	if err != nil {
		t.Fatal(err)
	}
	l.refused(signerA, agreement.Propose{Manifest: wrong.Digest().String(), Terms: "x"}, noon, "13.5", "does not name it as the version before")
	previous, err := seal.ParseDigest(first)
	if err != nil {
		t.Fatal(err)
	}
	manifest := l.propose(a, &previous)
	l.sign(manifest, noon)
	if got := l.state.Text().Commerce.Payment.NetDays; got != 30 {
		t.Errorf("before the amendment's date the text says net %d", got)
	}
	later := day.AddDays(5).In(l.state.Text().Frame().Zone())
	l.must(host, agreement.EnterIntoForce{Version: 2}, later)
	if got := l.state.Text().Commerce.Payment.NetDays; got != 14 {
		t.Errorf("after it the text says net %d", got)
	}
	if got := l.state.Stage(later); got != agreement.InForce {
		t.Errorf("after the amendment: %s", got)
	}
}

// A proposal that nobody signed displaces nothing, also before the signed version is in force.
func TestAProposalDisplacesNothing(t *testing.T) {
	l := inForce(t, func(a *articles.Agreement) { a.Agreement.Effective = day.AddDays(10) })
	previous, err := seal.ParseDigest(l.state.Life.Versions[0].Manifest)
	if err != nil {
		t.Fatal(err)
	}
	a := draft.Example(day)
	a.Commerce.Payment.NetDays = 1
	l.propose(a, &previous)
	if got := l.state.Text().Commerce.Payment.NetDays; got != 30 {
		t.Errorf("an unsigned proposal changed the text to net %d", got)
	}
	if got := l.state.Stage(noon); got != agreement.FullySigned {
		t.Errorf("an unsigned proposal changed the stage to %s", got)
	}
}

// Events that are written and read again give the same state: the ledger is enough.
func TestReplayGivesTheSameState(t *testing.T) {
	l := inForce(t, nil)
	l.must(leadB, keyFor("summarise", agreement.B, agreement.Test, agreement.Service), noon)
	l.must(signerA, term.NotifyBreach{ID: "br_1", Party: agreement.A, By: signerA.ID, What: "fees unpaid"}, noon)
	l.must(signerA, term.Suspend{Component: "summarise", Party: agreement.A, By: signerA.ID, Reason: "x"}, noon)
	l.must(signerB, term.Terminate{Ground: term.Notice, Party: agreement.B, By: signerB.ID}, noon)
	again := articles.State{ID: l.state.ID}
	for i, e := range l.events {
		name, clause := articles.Name(e)
		if clause == "" {
			t.Errorf("%s happens under no clause", name)
		}
		b, err := canonical.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		read, err := articles.ReadEvent(name, b)
		if err != nil {
			t.Fatal(err)
		}
		if again, err = again.Evolve(read, l.times[i], l.library); err != nil {
			t.Fatal(err)
		}
	}
	if changes := articles.Changes(articles.Rows(l.state), articles.Rows(again)); len(changes) > 0 {
		t.Errorf("replaying gives other rows: %+v", changes)
	}
	if a, b := articles.Compile(l.state, noon).Digest, articles.Compile(again, noon).Digest; a != b {
		t.Errorf("replaying gives policy %s, not %s", b, a)
	}
}
