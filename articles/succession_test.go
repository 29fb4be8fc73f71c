package articles_test

import (
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/general"
	"entente/articles/lifetest"
	"entente/articles/term"
	"entente/calendar"
	"entente/ledger/seal"
)

func assign(id string, kind general.Taker, people ...string) general.Assign {
	return general.Assign{ID: id, Party: agreement.A, By: lifetest.SignerA.ID, To: general.Assignee{Name: "Nordlicht SE", Address: "Kai 1, Kiel", Kind: kind},
		On: lifetest.Day.AddDays(10), People: people, Evidence: "sha256:accepted"}
}

// seated is an agreement in force whose ledger knows some of its people.
func seated(t *testing.T, change func(*articles.Agreement)) *lifetest.Life {
	l := lifetest.InForce(t, change)
	for _, m := range []agreement.Member{{ID: lifetest.SignerA.ID, Party: "a", Roles: lifetest.SignerA.Roles}, {ID: lifetest.LeadA.ID, Party: "a", Roles: lifetest.LeadA.Roles}, {ID: lifetest.SignerB.ID, Party: "b", Roles: lifetest.SignerB.Roles}} {
		l.State.Members[m.ID] = m
	}
	return l
}

// A transfer that needs consent has no effect without it, and from its day only those act whom it names.
func TestAnAssignmentNeedsItsConsent(t *testing.T) {
	l := seated(t, func(a *articles.Agreement) {
		a.General.Assignment = general.Assignment{ToAffiliates: true, NotToCompetitors: true}
	})
	l.Refused(lifetest.SignerA, assign("asg_1", general.Another, lifetest.LeadA.ID), lifetest.Noon, "13.3", "a signatory is among")
	l.Refused(lifetest.SignerA, assign("asg_1", general.Another, lifetest.SignerB.ID), lifetest.Noon, "13.3", "people of Party A")
	late := assign("asg_1", general.Another, lifetest.SignerA.ID)
	late.On = lifetest.Day.AddDays(-1)
	l.Refused(lifetest.SignerA, late, lifetest.Noon, "13.3", "and cannot take effect before today")
	bare := assign("asg_1", general.Another, lifetest.SignerA.ID)
	bare.Evidence = " "
	l.Refused(lifetest.SignerA, bare, lifetest.Noon, "13.3", "accepts all terms")
	l.Refused(lifetest.LeadA, assign("asg_1", general.Another, lifetest.SignerA.ID), lifetest.Noon, "7.1", "signatory")

	l.Must(lifetest.SignerA, assign("asg_1", general.Another, lifetest.SignerA.ID), lifetest.Noon)
	l.Refused(lifetest.SignerA, assign("asg_2", general.Affiliate, lifetest.SignerA.ID), lifetest.Noon, "13.3", "still to take effect; withdraw it first")
	l.Refused(lifetest.SignerA, general.ConsentTransfer{ID: "asg_1", Party: "a"}, lifetest.Noon, "13.3", "Party B answers")
	after := lifetest.Noon.AddDate(0, 0, 20)
	pause := func(who articles.Actor, reason string) term.Suspend {
		return term.Suspend{Component: "summarise", Party: who.Party, By: who.ID, Reason: reason}
	}
	security := articles.Actor{Party: agreement.A, ID: "per_gone", Roles: []agreement.Role{agreement.Security}}
	l.Must(security, pause(security, "nobody has consented"), after)
	l.Must(security, term.Resume{Component: "summarise", Party: "a", By: security.ID}, after)
	l.Must(lifetest.SignerB, general.ConsentTransfer{ID: "asg_1", Party: "b", By: lifetest.SignerB.ID}, after)
	l.Refused(lifetest.SignerB, general.RefuseTransfer{ID: "asg_1", Party: "b", Reason: "no"}, after, "13.3", "answered already")
	l.Refused(security, pause(security, "on my last day"), after, "13.3", "Nordlicht SE")
	l.Must(lifetest.SignerA, pause(lifetest.SignerA, "for the assignee"), after)
	if l.State.Acts(agreement.Member{ID: lifetest.LeadA.ID, Party: "a"}, after) || !l.State.Acts(agreement.Member{ID: "per_b", Party: "b"}, after) {
		t.Error("the wrong people act")
	}
}

func TestAnAssignmentWithoutConsent(t *testing.T) {
	l := seated(t, func(a *articles.Agreement) {
		a.General.Assignment = general.Assignment{ToAffiliates: true, NotToCompetitors: true}
	})
	competitor := assign("asg_1", general.Affiliate, lifetest.SignerA.ID)
	competitor.To.Competitor = true
	l.Must(lifetest.SignerA, competitor, lifetest.Noon)
	l.Refused(lifetest.SignerB, general.RefuseTransfer{ID: "asg_1", Party: "b"}, lifetest.Noon, "13.3", "needs a reason")
	l.Must(lifetest.SignerB, general.RefuseTransfer{ID: "asg_1", Party: "b", By: lifetest.SignerB.ID, Reason: "a competitor"}, lifetest.Noon)
	l.Must(lifetest.SignerA, assign("asg_2", general.Affiliate, lifetest.SignerA.ID), lifetest.Noon)
	l.Refused(lifetest.SignerB, general.ConsentTransfer{ID: "asg_2", Party: "b"}, lifetest.Noon, "13.3", "needs no consent")
	zone := l.State.Text().Frame().Zone()
	begins := lifetest.Day.AddDays(10).In(zone)
	gone := agreement.Member{ID: lifetest.LeadA.ID, Party: "a"}
	if !l.State.Acts(gone, begins.Add(-time.Nanosecond)) || l.State.Acts(gone, begins) {
		t.Error("it does not take effect with its day")
	}
	// The assignee's signatory names others by an amendment, and they act.
	a := *l.State.Text()
	a.Parties.A.Name = "Nordlicht SE"
	first, _ := l.State.Life.Current()
	previous := mustDigest(t, first.Manifest)
	next := l.Propose(a, &previous)
	l.Sign(next, begins.Add(time.Hour))
	if !l.State.Acts(gone, begins.Add(2*time.Hour)) {
		t.Error("whom the amendment names does not act")
	}
	if !strings.Contains(l.State.Text().Parties.A.Name, "Nordlicht") {
		t.Error("the amendment is not in force")
	}
}

// An assignment for the present day follows what was signed earlier that day, although the day began before.
func TestAnAssignmentFollowsWhatWasSignedThatDay(t *testing.T) {
	l := seated(t, func(a *articles.Agreement) { a.General.Assignment = general.Assignment{ToAffiliates: true} })
	signed, _ := l.State.Life.Current()
	now := signed.Complete().Add(time.Hour)
	zone := l.State.Text().Frame().Zone()
	today := assign("asg_1", general.Affiliate, lifetest.SignerA.ID)
	today.On = calendar.DateOf(now.In(zone))
	if today.On != calendar.DateOf(signed.Complete().In(zone)) {
		t.Fatal("the day on which it was signed is over")
	}
	l.Must(lifetest.SignerA, today, now)
	if takes, _ := l.State.General.Transfers["asg_1"].Takes(zone); !takes.Equal(now) {
		t.Errorf("it takes effect at %s, and was given at %s", takes, now)
	}
	gone := agreement.Member{ID: lifetest.LeadA.ID, Party: "a"}
	if !l.State.Acts(gone, now.Add(-time.Nanosecond)) || l.State.Acts(gone, now) {
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
		x := assign("asg_1", general.Affiliate, lifetest.SignerA.ID)
		x.On = l.State.Text().Frame().Effective().AddDays(-1)
		l.Refused(lifetest.SignerA, x, lifetest.Noon, "13.3", "cannot be passed on before")
		x.On = lifetest.Day.AddDays(10)
		told := x.On.AddDays(c.after).In(l.State.Text().Frame().Zone()).Add(20 * time.Hour)
		l.Must(lifetest.SignerA, x, told)
		given := l.State.General.Transfers["asg_1"]
		if by, late := l.State.NoticeLate(given); late != c.late || by != lifetest.Day.AddDays(24) {
			t.Errorf("told %d days after: due by %s, late: %v", c.after, by, late)
		}
		if takes, _ := given.Takes(l.State.Text().Frame().Zone()); !takes.Equal(told) {
			t.Errorf("it takes effect at %s", takes)
		}
	}
}

// One assignment at a time: what is still to take effect is withdrawn before another is given.
func TestAnAssignmentIsWithdrawn(t *testing.T) {
	l := seated(t, func(a *articles.Agreement) { a.General.Assignment = general.Assignment{ToAffiliates: true} })
	l.Must(lifetest.SignerA, assign("asg_1", general.Affiliate, lifetest.SignerA.ID), lifetest.Noon)
	l.Refused(lifetest.SignerA, assign("asg_2", general.Affiliate, lifetest.SignerA.ID, lifetest.LeadA.ID), lifetest.Noon, "13.3", "asg_1 is still to take effect")
	withdraw := func(id string, who articles.Actor) general.WithdrawTransfer {
		return general.WithdrawTransfer{ID: id, Party: who.Party, By: who.ID}
	}
	l.Refused(lifetest.SignerB, withdraw("asg_1", lifetest.SignerB), lifetest.Noon, "13.3", "Party A gave it")
	l.Refused(lifetest.LeadA, withdraw("asg_1", lifetest.LeadA), lifetest.Noon, "7.1", "signatory")
	l.Refused(lifetest.SignerA, withdraw("asg_9", lifetest.SignerA), lifetest.Noon, "13.3", "no assignment")
	l.Must(lifetest.SignerA, withdraw("asg_1", lifetest.SignerA), lifetest.Noon)
	l.Refused(lifetest.SignerA, withdraw("asg_1", lifetest.SignerA), lifetest.Noon, "13.3", "withdrawn already")
	begins := lifetest.Day.AddDays(10).In(l.State.Text().Frame().Zone())
	gone := agreement.Member{ID: lifetest.LeadA.ID, Party: "a"}
	if !l.State.Acts(gone, begins) {
		t.Error("what was withdrawn took effect")
	}
	l.Must(lifetest.SignerA, assign("asg_2", general.Affiliate, lifetest.SignerA.ID), lifetest.Noon)
	l.Refused(lifetest.SignerA, withdraw("asg_2", lifetest.SignerA), begins, "13.3", "has taken effect")
	if l.State.Acts(gone, begins) {
		t.Error("the second has no effect")
	}
	later := assign("asg_3", general.Another, lifetest.SignerA.ID)
	later.On = lifetest.Day.AddDays(11)
	l.Must(lifetest.SignerA, later, begins)
	l.Must(lifetest.SignerA, withdraw("asg_3", lifetest.SignerA), begins) // nobody has consented yet
}

func mustDigest(t *testing.T, text string) seal.Digest {
	t.Helper()
	d, err := seal.ParseDigest(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
