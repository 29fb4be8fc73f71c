package articles_test

import (
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/integration"
	"entente/articles/lifetest"
	"entente/articles/policy"
	"entente/articles/signing"
	"entente/articles/term"
	"entente/calendar"
	"entente/ledger/canonical"
	"entente/ledger/seal"
)

func TestAnAgreementIsInForceWhenBothHaveSigned(t *testing.T) {
	l, manifest := lifetest.Proposed(t, nil)
	if got := l.State.Stage(lifetest.Noon); got != agreement.Negotiation {
		t.Errorf("proposed: %s", got)
	}
	sign := agreement.Sign{Party: agreement.A, Manifest: manifest.String(), Signer: "per_mara", Statement: "sha256:00", Key: "k", Custody: "node"}
	l.Refused(lifetest.LeadA, sign, lifetest.Noon, "7.1", "signatory of Party A")
	l.Must(lifetest.SignerA, sign, lifetest.Noon)
	l.Refused(lifetest.SignerA, sign, lifetest.Noon, agreement.SignatureBlock, "already signed")
	other := sign
	other.Party, other.Manifest = agreement.B, "sha256:11"
	l.Refused(lifetest.SignerB, other, lifetest.Noon, agreement.SignatureBlock, "another version")
	sign.Party = agreement.B
	l.Must(lifetest.SignerB, sign, lifetest.Noon)
	if got := l.State.Stage(lifetest.Noon); got != agreement.InForce {
		t.Errorf("signed by both after the effective date: %s", got)
	}
	if l.State.Life.InForce != 1 {
		t.Error("the last signature did not bring version 1 into force")
	}
}

func TestAnAgreementWaitsForItsEffectiveDate(t *testing.T) {
	l := lifetest.InForce(t, func(a *articles.Agreement) { a.Agreement.Effective = lifetest.Day.AddDays(10) })
	if got := l.State.Stage(lifetest.Noon); got != agreement.FullySigned {
		t.Errorf("before the effective date: %s", got)
	}
	l.Refused(lifetest.Host, agreement.EnterIntoForce{Version: 1}, lifetest.Noon, "12.1", "not signed and due")
	begins := lifetest.Day.AddDays(10).In(l.State.Text().Frame().Zone())
	l.Must(lifetest.Host, agreement.EnterIntoForce{Version: 1}, begins)
	if got := l.State.Stage(begins); got != agreement.InForce {
		t.Errorf("on the effective date: %s", got)
	}
}

func TestTheLastMilestoneOpensProduction(t *testing.T) {
	l := lifetest.InForce(t, nil)
	proof := []integration.Evidence{{Kind: "link", Ref: "https://calluna.example/report"}}
	confirm := func(r string, who articles.Actor) integration.CompleteMilestone {
		return integration.CompleteMilestone{Milestone: r, Party: who.Party, By: who.ID, Evidence: proof}
	}
	gates := l.State.Text().Integration.BeforeProduction()
	if len(gates) < 2 {
		t.Fatalf("the example has %d requirements before production", len(gates))
	}
	for _, r := range gates {
		if l.State.Integration.Open(l.State.Text().Integration) {
			t.Fatalf("production opened before %s was complete", r.ID)
		}
		for _, who := range []articles.Actor{lifetest.LeadA, lifetest.LeadB} {
			if r.Owner().Includes(who.Party) {
				l.Must(who, confirm(r.ID, who), lifetest.Noon)
			}
		}
	}
	if !l.State.Integration.Open(l.State.Text().Integration) {
		t.Fatal("production did not open with the last requirement")
	}
	last := gates[len(gates)-1].ID
	l.Refused(lifetest.LeadA, integration.ReopenMilestone{Milestone: last, Party: agreement.A, By: lifetest.LeadA.ID}, lifetest.Noon, "2.2", "needs a reason")
	l.Must(lifetest.LeadA, integration.ReopenMilestone{Milestone: last, Party: agreement.A, By: lifetest.LeadA.ID, Reason: "a finding"}, lifetest.Noon)
	if l.State.Integration.Open(l.State.Text().Integration) {
		t.Error("reopening a requirement left production open")
	}
	l.Refused(lifetest.LeadA, confirm("no-such", lifetest.LeadA), lifetest.Noon, "2.2", "no requirement")
	l.Refused(lifetest.LeadA, integration.CompleteMilestone{Milestone: last, Party: agreement.A, By: lifetest.LeadA.ID}, lifetest.Noon, "2.2", "needs evidence")
	l.Refused(lifetest.SignerA, confirm(last, lifetest.SignerA), lifetest.Noon, "7.1", "technical lead")
}

func TestKeysFollowTheAgreement(t *testing.T) {
	l := lifetest.InForce(t, nil)
	l.Refused(lifetest.LeadB, lifetest.KeyFor("no-such", agreement.B, agreement.Test, agreement.Service), lifetest.Noon, "1.2", "not a component")
	l.Refused(lifetest.LeadB, lifetest.KeyFor("reader-kit", agreement.B, agreement.Test, agreement.Service), lifetest.Noon, "1.2", "not offered by API")
	l.Refused(lifetest.LeadA, lifetest.KeyFor("summarise", agreement.A, agreement.Test, agreement.Service), lifetest.Noon, "2.1", "provides summarise")
	l.Refused(lifetest.LeadB, lifetest.KeyFor("summarise", agreement.B, agreement.Test, agreement.Training), lifetest.Noon, "3.4", "")
	l.Refused(lifetest.LeadB, lifetest.KeyFor("summarise", agreement.B, agreement.Test, agreement.Competitive), lifetest.Noon, "3.2", "")
	l.Must(lifetest.LeadB, lifetest.KeyFor("summarise", agreement.B, agreement.Test, agreement.Service), lifetest.Noon)
	id := lifetest.KeyFor("summarise", agreement.B, agreement.Test, agreement.Service).ID
	l.Refused(lifetest.LeadA, integration.RevokeKey{ID: id, Party: agreement.A, By: lifetest.LeadA.ID}, lifetest.Noon, "2.1", "must give a reason")
	l.Must(lifetest.LeadB, integration.RevokeKey{ID: id, Party: agreement.B, By: lifetest.LeadB.ID}, lifetest.Noon)
	l.Refused(lifetest.LeadB, integration.RevokeKey{ID: id, Party: agreement.B, By: lifetest.LeadB.ID}, lifetest.Noon, "2.1", "already revoked")

	unlicensed := lifetest.InForce(t, func(a *articles.Agreement) { a.Property.Licences.AToB.API = false })
	unlicensed.Refused(lifetest.LeadB, lifetest.KeyFor("summarise", agreement.B, agreement.Test, agreement.Service), lifetest.Noon, "4.3", "no licence")
	closed := lifetest.InForce(t, func(a *articles.Agreement) { a.Scope.Purpose.DataForImprovement = false })
	closed.Refused(lifetest.LeadB, lifetest.KeyFor("summarise", agreement.B, agreement.Test, agreement.Improvement), lifetest.Noon, "1.1", "improvement")
}

func TestMaterialChangeIsNegotiatedFirst(t *testing.T) {
	l := lifetest.InForce(t, nil)
	notify := term.NotifyChange{ID: "ch_1", Party: agreement.A, By: lifetest.SignerA.ID, Kind: term.Law, What: "the ruling of the authority"}
	end := term.Terminate{Ground: term.MaterialChange, Party: agreement.A, By: lifetest.SignerA.ID, Reason: "no agreement"}
	l.Refused(lifetest.SignerA, end, lifetest.Noon, "12.2", "give it first")
	l.Refused(lifetest.LeadA, notify, lifetest.Noon, "7.1", "signatory")
	unlisted, silent := notify, notify
	unlisted.Kind, silent.What = term.Business, ""
	l.Refused(lifetest.SignerA, unlisted, lifetest.Noon, "12.2", "lists control, law, technology")
	l.Refused(lifetest.SignerA, silent, lifetest.Noon, "12.2", "what has changed")
	l.Must(lifetest.SignerA, notify, lifetest.Noon)
	l.Refused(lifetest.SignerA, notify, lifetest.Noon, "12.2", "id of its own")
	until := l.State.Term.Changes["ch_1"].Until

	end.Change = "ch_1"
	l.Refused(lifetest.SignerA, end, until.Add(-time.Second), "12.2", "negotiate until")
	theirs := end
	theirs.Party, theirs.By = agreement.B, lifetest.SignerB.ID
	l.Refused(lifetest.SignerB, theirs, until, "12.2", "by your party")
	l.Refused(lifetest.SignerB, term.SettleChange{ID: "ch_1", Party: agreement.B, By: lifetest.SignerB.ID}, lifetest.Noon, "12.2", "Party A gave the notice")
	l.Refused(lifetest.SignerA, term.SettleChange{ID: "ch_9", Party: agreement.A, By: lifetest.SignerA.ID}, lifetest.Noon, "12.2", "no notice of change")
	l.Must(lifetest.SignerA, term.SettleChange{ID: "ch_1", Party: agreement.A, By: lifetest.SignerA.ID}, lifetest.Noon)
	l.Refused(lifetest.SignerA, end, until, "12.2", "closed")

	notify.ID, end.Change = "ch_2", "ch_2"
	l.Must(lifetest.SignerA, notify, lifetest.Noon)
	l.Must(lifetest.SignerA, end, until)
	if n := l.State.Term.Changes["ch_2"]; n.Closed.IsZero() || n.Agreed {
		t.Errorf("the termination left the notice open: %+v", n)
	}
	if e := l.State.Ending(); e == nil || e.Ground != term.MaterialChange || !e.Ends.Equal(until) {
		t.Errorf("the agreement ends %+v, want at once, for the change", e)
	}
}

func TestMaterialChangeWithoutTimeToNegotiate(t *testing.T) {
	l := lifetest.InForce(t, func(a *articles.Agreement) { a.Term.Cause.MaterialChangeResponse = calendar.Duration{} })
	l.Must(lifetest.SignerA, term.Terminate{Ground: term.MaterialChange, Party: agreement.A, By: lifetest.SignerA.ID, Reason: "the ruling"}, lifetest.Noon)
	none := lifetest.InForce(t, func(a *articles.Agreement) { a.Term.Cause.MaterialChange = false })
	none.Refused(lifetest.SignerA, term.NotifyChange{ID: "ch_1", Party: agreement.A, By: lifetest.SignerA.ID, Kind: term.Law, What: "x"}, lifetest.Noon, "12.2", "does not provide")
}

// A clock that changes in the time to cure or to negotiate does not move its end by an hour.
func TestPeriodsRunInTheAgreementsZone(t *testing.T) {
	l := lifetest.InForce(t, func(a *articles.Agreement) { a.Agreement.TimeZone = "Europe/Berlin" })
	berlin := l.State.Text().Frame().Zone()
	received := time.Date(2027, 3, 10, 9, 0, 0, 0, berlin) // summer time begins on 28 March
	want := time.Date(2027, 4, 9, 9, 0, 0, 0, berlin)
	l.Must(lifetest.SignerA, term.NotifyBreach{ID: "br_1", Party: agreement.A, By: lifetest.SignerA.ID, What: "fees unpaid"}, received.UTC())
	l.Must(lifetest.SignerA, term.NotifyChange{ID: "ch_1", Party: agreement.A, By: lifetest.SignerA.ID, Kind: term.Law, What: "x"}, received.UTC())
	if got := l.State.Term.Breaches["br_1"].CureBy; !got.Equal(want) {
		t.Errorf("cure by %s, want %s", got.In(berlin), want)
	}
	if got := l.State.Term.Changes["ch_1"].Until; !got.Equal(want) {
		t.Errorf("negotiate until %s, want %s", got.In(berlin), want)
	}
}

func TestNothingRunsBeforeSigning(t *testing.T) {
	l, _ := lifetest.Proposed(t, nil)
	l.Refused(lifetest.LeadB, lifetest.KeyFor("summarise", agreement.B, agreement.Test, agreement.Service), lifetest.Noon, agreement.SignatureBlock, "must have signed")
	l.Refused(articles.Actor{Party: agreement.Host, ID: "operator"}, lifetest.KeyFor("summarise", agreement.B, agreement.Test, agreement.Service), lifetest.Noon, "7.1", "operator has no role")
}

func TestTerminationRunsThroughItsStages(t *testing.T) {
	l := lifetest.InForce(t, nil)
	l.Refused(lifetest.SignerA, term.Terminate{Ground: term.Insolvency, Party: agreement.A, By: lifetest.SignerA.ID}, lifetest.Noon, "12.2", "needs a reason")
	l.Must(lifetest.SignerA, term.NotifyBreach{ID: "br_1", Party: agreement.A, By: lifetest.SignerA.ID, What: "fees unpaid"}, lifetest.Noon)
	breach := term.Terminate{Ground: term.MaterialBreach, Breach: "br_1", Party: agreement.A, By: lifetest.SignerA.ID, Reason: "not cured"}
	l.Refused(lifetest.SignerA, breach, lifetest.Noon, "12.2", "time to cure")
	after := l.State.Term.Breaches["br_1"].CureBy
	l.Must(lifetest.SignerA, breach, after)
	e := l.State.Term.Ending
	want := []agreement.Stage{agreement.Transition, agreement.CustomersOnly, agreement.Ended}
	at := []time.Time{after, e.TransitionEnd, e.CustomersEnd}
	for i := range want {
		if got := l.State.Stage(at[i]); got != want[i] {
			t.Errorf("at %s: %s, want %s", at[i], got, want[i])
		}
	}
	l.Refused(lifetest.LeadB, lifetest.KeyFor("summarise", agreement.B, agreement.Test, agreement.Service), e.CustomersEnd, "12.3", "has ended")
}

func TestNoticeRunsToTheEndOfTheTerm(t *testing.T) {
	l := lifetest.InForce(t, nil)
	l.Must(lifetest.SignerB, term.Terminate{Ground: term.Notice, Party: agreement.B, By: lifetest.SignerB.ID}, lifetest.Noon)
	if got := l.State.Stage(lifetest.Noon); got != agreement.InNotice {
		t.Errorf("after notice: %s", got)
	}
	terms := l.State.Text().Term
	end := terms.EndsOnNotice(l.State.Text().Frame().Effective(), lifetest.Day)
	if got := calendar.DateOf(l.State.Term.Ending.Ends.In(l.State.Text().Frame().Zone())); got != end.AddDays(1) {
		t.Errorf("the agreement ends before %s, want the day after %s", got, end)
	}
	l.Refused(lifetest.SignerA, term.Terminate{Ground: term.Notice, Party: agreement.A, By: lifetest.SignerA.ID}, lifetest.Noon, "12.1", "already ends")
	l.Must(lifetest.SignerA, term.Terminate{Ground: term.Insolvency, Party: agreement.A, By: lifetest.SignerA.ID, Reason: "a petition was filed"}, lifetest.Noon)
	if got := l.State.Stage(lifetest.Noon); got != agreement.Transition {
		t.Errorf("a cause after notice: %s", got)
	}
	l.Refused(lifetest.SignerB, term.Terminate{Ground: term.Insolvency, Party: agreement.B, By: lifetest.SignerB.ID, Reason: "again"}, lifetest.Noon.Add(1), "12.1", "already ends")
}

func TestSuspension(t *testing.T) {
	l := lifetest.InForce(t, nil)
	l.Refused(lifetest.SignerA, term.Suspend{Component: "no-such", Party: agreement.A, Reason: "x"}, lifetest.Noon, "1.2", "not a component")
	l.Refused(lifetest.SignerA, term.Suspend{Party: agreement.A}, lifetest.Noon, "12.2", "needs a reason")
	l.Must(lifetest.SignerA, term.Suspend{Party: agreement.A, By: lifetest.SignerA.ID, Reason: "an incident"}, lifetest.Noon)
	if got := l.State.Stage(lifetest.Noon); got != agreement.Suspended {
		t.Errorf("suspended: %s", got)
	}
	l.Refused(lifetest.SignerB, term.Resume{Party: agreement.B}, lifetest.Noon, "12.2", "Party A suspended")
	l.Must(lifetest.SignerA, term.Resume{Party: agreement.A, By: lifetest.SignerA.ID}, lifetest.Noon)
	if got := l.State.Stage(lifetest.Noon); got != agreement.InForce {
		t.Errorf("resumed: %s", got)
	}
}

func TestAnAmendmentFollowsTheSignedVersion(t *testing.T) {
	l := lifetest.InForce(t, nil)
	first := l.State.Life.Versions[0].Manifest
	a := draft.Example(lifetest.Day)
	a.Commerce.Payment.NetDays = 14
	a.Agreement.Amended = lifetest.Day.AddDays(5)
	ends, _ := l.State.Text().Term.Ends(a.Frame().Effective())
	wrong, err := signing.Bind(a, nil)
	if err != nil {
		t.Fatal(err)
	}
	l.Refused(lifetest.SignerA, agreement.Propose{Manifest: wrong.Digest().String(), Terms: "x"}, lifetest.Noon, "13.5", "does not name it as the version before")
	previous, err := seal.ParseDigest(first)
	if err != nil {
		t.Fatal(err)
	}
	manifest := l.Propose(a, &previous)
	l.Sign(manifest, lifetest.Noon)
	if got := l.State.Text().Commerce.Payment.NetDays; got != 30 {
		t.Errorf("before the amendment's date the text says net %d", got)
	}
	later := lifetest.Day.AddDays(5).In(l.State.Text().Frame().Zone())
	l.Must(lifetest.Host, agreement.EnterIntoForce{Version: 2}, later)
	if got := l.State.Text().Commerce.Payment.NetDays; got != 14 {
		t.Errorf("after it the text says net %d", got)
	}
	if got, _ := l.State.Text().Term.Ends(l.State.Text().Frame().Effective()); got != ends {
		t.Errorf("the amendment moved the end of the initial term from %s to %s", ends, got)
	}
	if got := l.State.Stage(later); got != agreement.InForce {
		t.Errorf("after the amendment: %s", got)
	}
}

// A proposal that nobody signed displaces nothing, also before the signed version is in force.
func TestAProposalDisplacesNothing(t *testing.T) {
	l := lifetest.InForce(t, func(a *articles.Agreement) { a.Agreement.Effective = lifetest.Day.AddDays(10) })
	previous, err := seal.ParseDigest(l.State.Life.Versions[0].Manifest)
	if err != nil {
		t.Fatal(err)
	}
	a := draft.Example(lifetest.Day)
	a.Commerce.Payment.NetDays = 1
	l.Propose(a, &previous)
	if got := l.State.Text().Commerce.Payment.NetDays; got != 30 {
		t.Errorf("an unsigned proposal changed the text to net %d", got)
	}
	if got := l.State.Stage(lifetest.Noon); got != agreement.FullySigned {
		t.Errorf("an unsigned proposal changed the stage to %s", got)
	}
}

// Events that are written and read again give the same state: the ledger is enough.
func TestReplayGivesTheSameState(t *testing.T) {
	l := lifetest.InForce(t, nil)
	l.Must(lifetest.LeadB, lifetest.KeyFor("summarise", agreement.B, agreement.Test, agreement.Service), lifetest.Noon)
	l.Must(lifetest.SignerA, term.NotifyBreach{ID: "br_1", Party: agreement.A, By: lifetest.SignerA.ID, What: "fees unpaid"}, lifetest.Noon)
	l.Must(lifetest.SignerA, term.Suspend{Component: "summarise", Party: agreement.A, By: lifetest.SignerA.ID, Reason: "x"}, lifetest.Noon)
	l.Must(lifetest.SignerB, term.Terminate{Ground: term.Notice, Party: agreement.B, By: lifetest.SignerB.ID}, lifetest.Noon)
	again := articles.State{ID: l.State.ID}
	for i, e := range l.Events {
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
		if again, err = again.Evolve(read, l.Times[i], l.Library); err != nil {
			t.Fatal(err)
		}
	}
	if changes := articles.Changes(articles.Rows(l.State), articles.Rows(again)); len(changes) > 0 {
		t.Errorf("replaying gives other rows: %+v", changes)
	}
	if a, b := policy.Compile(l.State, lifetest.Noon).Digest, policy.Compile(again, lifetest.Noon).Digest; a != b {
		t.Errorf("replaying gives policy %s, not %s", b, a)
	}
}
