package articles_test

import (
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/general"
	"entente/articles/term"
	"entente/calendar"
	"entente/ledger/seal"
)

func assign(id string, kind general.Taker, people ...string) general.Assign {
	return general.Assign{ID: id, Party: agreement.A, By: signerA.ID, To: general.Assignee{Name: "Nordlicht SE", Address: "Kai 1, Kiel", Kind: kind},
		On: day.AddDays(10), People: people, Evidence: "sha256:accepted"}
}

// seated is an agreement in force whose ledger knows some of its people.
func seated(t *testing.T, change func(*articles.Agreement)) *life {
	l := inForce(t, change)
	for _, m := range []agreement.Member{{ID: signerA.ID, Party: "a", Roles: signerA.Roles}, {ID: leadA.ID, Party: "a", Roles: leadA.Roles}, {ID: signerB.ID, Party: "b", Roles: signerB.Roles}} {
		l.state.Members[m.ID] = m
	}
	return l
}

// A transfer that needs consent has no effect without it, and from its day only those act whom it names.
func TestAnAssignmentNeedsItsConsent(t *testing.T) {
	l := seated(t, func(a *articles.Agreement) {
		a.General.Assignment = general.Assignment{ToAffiliates: true, NotToCompetitors: true}
	})
	l.refused(signerA, assign("asg_1", general.Another, leadA.ID), noon, "13.3", "a signatory is among")
	l.refused(signerA, assign("asg_1", general.Another, signerB.ID), noon, "13.3", "people of Party A")
	late := assign("asg_1", general.Another, signerA.ID)
	late.On = day.AddDays(-1)
	l.refused(signerA, late, noon, "13.3", "and cannot take effect before today")
	bare := assign("asg_1", general.Another, signerA.ID)
	bare.Evidence = " "
	l.refused(signerA, bare, noon, "13.3", "accepts all terms")
	l.refused(leadA, assign("asg_1", general.Another, signerA.ID), noon, "7.1", "signatory")

	l.must(signerA, assign("asg_1", general.Another, signerA.ID), noon)
	l.refused(signerA, assign("asg_2", general.Affiliate, signerA.ID), noon, "13.3", "still to take effect; withdraw it first")
	l.refused(signerA, general.ConsentTransfer{ID: "asg_1", Party: "a"}, noon, "13.3", "Party B answers")
	after := noon.AddDate(0, 0, 20)
	pause := func(who articles.Actor, reason string) term.Suspend {
		return term.Suspend{Component: "summarise", Party: who.Party, By: who.ID, Reason: reason}
	}
	security := articles.Actor{Party: agreement.A, ID: "per_gone", Roles: []agreement.Role{agreement.Security}}
	l.must(security, pause(security, "nobody has consented"), after)
	l.must(security, term.Resume{Component: "summarise", Party: "a", By: security.ID}, after)
	l.must(signerB, general.ConsentTransfer{ID: "asg_1", Party: "b", By: signerB.ID}, after)
	l.refused(signerB, general.RefuseTransfer{ID: "asg_1", Party: "b", Reason: "no"}, after, "13.3", "answered already")
	l.refused(security, pause(security, "on my last day"), after, "13.3", "Nordlicht SE")
	l.must(signerA, pause(signerA, "for the assignee"), after)
	if l.state.Acts(agreement.Member{ID: leadA.ID, Party: "a"}, after) || !l.state.Acts(agreement.Member{ID: "per_b", Party: "b"}, after) {
		t.Error("the wrong people act")
	}
}

func TestAnAssignmentWithoutConsent(t *testing.T) {
	l := seated(t, func(a *articles.Agreement) {
		a.General.Assignment = general.Assignment{ToAffiliates: true, NotToCompetitors: true}
	})
	competitor := assign("asg_1", general.Affiliate, signerA.ID)
	competitor.To.Competitor = true
	l.must(signerA, competitor, noon)
	l.refused(signerB, general.RefuseTransfer{ID: "asg_1", Party: "b"}, noon, "13.3", "needs a reason")
	l.must(signerB, general.RefuseTransfer{ID: "asg_1", Party: "b", By: signerB.ID, Reason: "a competitor"}, noon)
	l.must(signerA, assign("asg_2", general.Affiliate, signerA.ID), noon)
	l.refused(signerB, general.ConsentTransfer{ID: "asg_2", Party: "b"}, noon, "13.3", "needs no consent")
	zone := l.state.Text().Frame().Zone()
	begins := day.AddDays(10).In(zone)
	gone := agreement.Member{ID: leadA.ID, Party: "a"}
	if !l.state.Acts(gone, begins.Add(-time.Nanosecond)) || l.state.Acts(gone, begins) {
		t.Error("it does not take effect with its day")
	}
	// The assignee's signatory names others by an amendment, and they act.
	a := *l.state.Text()
	a.Parties.A.Name = "Nordlicht SE"
	first, _ := l.state.Life.Current()
	previous := mustDigest(t, first.Manifest)
	next := l.propose(a, &previous)
	l.sign(next, begins.Add(time.Hour))
	if !l.state.Acts(gone, begins.Add(2*time.Hour)) {
		t.Error("whom the amendment names does not act")
	}
	if !strings.Contains(l.state.Text().Parties.A.Name, "Nordlicht") {
		t.Error("the amendment is not in force")
	}
}

// An assignment for the present day follows what was signed earlier that day, although the day began before.
func TestAnAssignmentFollowsWhatWasSignedThatDay(t *testing.T) {
	l := seated(t, func(a *articles.Agreement) { a.General.Assignment = general.Assignment{ToAffiliates: true} })
	signed, _ := l.state.Life.Current()
	now := signed.Complete().Add(time.Hour)
	zone := l.state.Text().Frame().Zone()
	today := assign("asg_1", general.Affiliate, signerA.ID)
	today.On = calendar.DateOf(now.In(zone))
	if today.On != calendar.DateOf(signed.Complete().In(zone)) {
		t.Fatal("the day on which it was signed is over")
	}
	l.must(signerA, today, now)
	if takes, _ := l.state.General.Transfers["asg_1"].Takes(zone); !takes.Equal(now) {
		t.Errorf("it takes effect at %s, and was given at %s", takes, now)
	}
	gone := agreement.Member{ID: leadA.ID, Party: "a"}
	if !l.state.Acts(gone, now.Add(-time.Nanosecond)) || l.state.Acts(gone, now) {
		t.Error("whom the version of that day names still acts")
	}
}

// Without consent the entry is the notice: it may come after the day of the transfer, in the time of clause
// 13.3 or late, and has effect from then on.
func TestTheNoticeOfAnAssignment(t *testing.T) {
	for _, c := range []struct {
		after int
		late  bool
	}{{0, false}, {14, false}, {15, true}} {
		l := seated(t, func(a *articles.Agreement) {
			a.General.Assignment = general.Assignment{ToAffiliates: true, NoticeWithin: calendar.Duration{Days: 14}}
		})
		x := assign("asg_1", general.Affiliate, signerA.ID)
		x.On = l.state.Text().Frame().Effective().AddDays(-1)
		l.refused(signerA, x, noon, "13.3", "cannot be passed on before")
		x.On = day.AddDays(10)
		told := x.On.AddDays(c.after).In(l.state.Text().Frame().Zone()).Add(20 * time.Hour)
		l.must(signerA, x, told)
		given := l.state.General.Transfers["asg_1"]
		if by, late := l.state.NoticeLate(given); late != c.late || by != day.AddDays(24) {
			t.Errorf("told %d days after: due by %s, late: %v", c.after, by, late)
		}
		if takes, _ := given.Takes(l.state.Text().Frame().Zone()); !takes.Equal(told) {
			t.Errorf("it takes effect at %s", takes)
		}
	}
}

// One assignment at a time: what is still to take effect is withdrawn before another is given.
func TestAnAssignmentIsWithdrawn(t *testing.T) {
	l := seated(t, func(a *articles.Agreement) { a.General.Assignment = general.Assignment{ToAffiliates: true} })
	l.must(signerA, assign("asg_1", general.Affiliate, signerA.ID), noon)
	l.refused(signerA, assign("asg_2", general.Affiliate, signerA.ID, leadA.ID), noon, "13.3", "asg_1 is still to take effect")
	withdraw := func(id string, who articles.Actor) general.WithdrawTransfer {
		return general.WithdrawTransfer{ID: id, Party: who.Party, By: who.ID}
	}
	l.refused(signerB, withdraw("asg_1", signerB), noon, "13.3", "Party A gave it")
	l.refused(leadA, withdraw("asg_1", leadA), noon, "7.1", "signatory")
	l.refused(signerA, withdraw("asg_9", signerA), noon, "13.3", "no assignment")
	l.must(signerA, withdraw("asg_1", signerA), noon)
	l.refused(signerA, withdraw("asg_1", signerA), noon, "13.3", "withdrawn already")
	begins := day.AddDays(10).In(l.state.Text().Frame().Zone())
	gone := agreement.Member{ID: leadA.ID, Party: "a"}
	if !l.state.Acts(gone, begins) {
		t.Error("what was withdrawn took effect")
	}
	l.must(signerA, assign("asg_2", general.Affiliate, signerA.ID), noon)
	l.refused(signerA, withdraw("asg_2", signerA), begins, "13.3", "has taken effect")
	if l.state.Acts(gone, begins) {
		t.Error("the second has no effect")
	}
	later := assign("asg_3", general.Another, signerA.ID)
	later.On = day.AddDays(11)
	l.must(signerA, later, begins)
	l.must(signerA, withdraw("asg_3", signerA), begins) // nobody has consented yet
}

func mustDigest(t *testing.T, text string) seal.Digest {
	t.Helper()
	d, err := seal.ParseDigest(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
