package articles_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"entente/agreement"
	"entente/articles"
	"entente/articles/commerce"
	"entente/articles/general"
	"entente/articles/integration"
	"entente/articles/lifetest"
	"entente/articles/margins"
	"entente/articles/performance"
	"entente/articles/policy"
	"entente/articles/technical"
	"entente/articles/term"
	"entente/ledger/canonical"
)

// Whatever is asked for, in whatever order, by whomever: what happened can be written, read and
// replayed, and gives the same state, the same rows and the same policy; a refusal names a clause.
func TestWhateverHappensReplays(t *testing.T) {
	base := lifetest.InForce(t, nil)
	actors := []articles.Actor{lifetest.LeadA, lifetest.LeadB, lifetest.SignerA, lifetest.SignerB, lifetest.Host, {Party: agreement.B, ID: "per_x", Roles: []agreement.Role{agreement.Security, agreement.Legal}}}
	rapid.Check(t, func(rt *rapid.T) {
		l := base.Fork()
		at := lifetest.Noon
		for i := range rapid.IntRange(1, 25).Draw(rt, "acts") {
			at = at.Add(time.Duration(rapid.Int64Range(0, int64(60*24*time.Hour)).Draw(rt, "later")))
			who := rapid.SampledFrom(actors).Draw(rt, "who")
			command := anyCommand(rt, l, who, i)
			before := l.State
			if err := l.Do(who, command, at); err != nil {
				if !strings.Contains(err.Error(), "cannot ") {
					rt.Fatalf("%T was refused without a refusal: %v", command, err)
				}
				if len(articles.Changes(articles.Rows(before), articles.Rows(l.State))) > 0 {
					rt.Fatalf("%T was refused and changed the state", command)
				}
			}
		}
		replayed(rt, l, at)
	})
}

func anyCommand(rt *rapid.T, l *lifetest.Life, who articles.Actor, i int) any {
	text := l.State.Text()
	component := rapid.SampledFrom([]string{"", "summarise", "embed", "reader-kit", "none"}).Draw(rt, "component")
	requirement := rapid.SampledFrom(text.Integration.Requirements).Draw(rt, "requirement").ID
	reason := rapid.SampledFrom([]string{"", "a reason"}).Draw(rt, "reason")
	key := "key_0"
	for id := range l.State.Integration.Keys {
		key = max(key, id)
	}
	return rapid.SampledFrom([]any{
		integration.CompleteMilestone{Milestone: requirement, Party: who.Party, By: who.ID, Evidence: []integration.Evidence{{Kind: "link", Ref: "x"}}},
		integration.ReopenMilestone{Milestone: requirement, Party: who.Party, By: who.ID, Reason: reason},
		integration.IssueKey{ID: fmt.Sprintf("key_%d", i), Digest: fmt.Sprintf("%064x", i), Party: who.Party, Component: component,
			Environment: rapid.SampledFrom([]agreement.Environment{agreement.Test, agreement.Production}).Draw(rt, "environment"),
			Purpose:     rapid.SampledFrom(agreement.Purposes).Draw(rt, "purpose"), Class: agreement.CustomerData, By: who.ID, Expires: lifetest.Noon.AddDate(2, 0, 0)},
		integration.RevokeKey{ID: key, Party: who.Party, By: who.ID, Reason: reason},
		commerce.SealUsage{Window: commerce.Window{Component: component, Environment: agreement.Test, From: lifetest.Noon.Add(time.Duration(i) * time.Hour), To: lifetest.Noon.Add(time.Duration(i+1) * time.Hour)}, Form: 1, Root: "x", Stated: commerce.Stated{Records: 1}},
		commerce.SealDay{Component: component, Environment: agreement.Test},
		technical.NoteBreach{Breach: technical.Breach{Kind: technical.OtherRegion, Component: component, Day: reason}},
		performance.AnnounceMaintenance{ID: fmt.Sprintf("mnt_%d", i), Component: component, Environment: agreement.Production, From: lifetest.Noon.AddDate(0, i, 0), Until: lifetest.Noon.AddDate(0, i, 1), Party: who.Party, By: who.ID, What: reason},
		performance.CloseWindow{From: lifetest.Noon.AddDate(0, i, 0), To: lifetest.Noon.AddDate(0, i+1, 0), Results: []performance.Result{{Provider: agreement.A, Measured: performance.Measured{Component: "summarise", Environment: agreement.Production,
			Minutes: 1000, Down: int64(i), Figures: []performance.Figure{{Name: performance.Availability, Kept: i%2 == 0}}}}}},
		performance.WithdrawMaintenance{ID: "mnt_1", Party: who.Party, By: who.ID},
		general.Waive{ID: fmt.Sprintf("wvr_%d", i), Clause: rapid.SampledFrom([]agreement.Clause{"A", "2.2", "C", "6.1", "3.4"}).Draw(rt, "clause"), Component: component, Party: who.Party, By: who.ID, For: reason, Until: lifetest.Noon.AddDate(0, i, 0)},
		general.EndWaiver{ID: "wvr_1", Party: who.Party, By: who.ID},
		general.Assign{ID: fmt.Sprintf("asg_%d", i), Party: who.Party, By: who.ID, To: general.Assignee{Name: "New Ltd", Address: "Cork", Kind: rapid.SampledFrom([]general.Taker{general.Affiliate, general.Another}).Draw(rt, "kind")}, On: lifetest.Day.AddDays(i), People: []string{who.ID}, Evidence: reason},
		general.ConsentTransfer{ID: "asg_1", Party: who.Party, By: who.ID},
		general.RefuseTransfer{ID: "asg_1", Party: who.Party, By: who.ID, Reason: reason},
		general.GiveLetter{ID: fmt.Sprintf("ltr_%d", i), Party: who.Party, By: who.ID, Clauses: []agreement.Clause{"6.1"}, Title: reason, Documents: make([]agreement.Document, 1)},
		agreement.Comment{Thread: fmt.Sprintf("cmt_%d", i), Clause: "6.1", Party: who.Party, By: who.ID, Text: reason},
		agreement.ResolveComment{Thread: "cmt_1", Party: who.Party, By: who.ID},
		term.Suspend{Component: component, Party: who.Party, By: who.ID, Reason: reason},
		term.Resume{Component: component, Party: who.Party, By: who.ID},
		term.NotifyBreach{ID: fmt.Sprintf("br_%d", i), Party: who.Party, By: who.ID, What: reason},
		term.CureBreach{ID: "br_1", Party: who.Party, By: who.ID},
		term.NotifyChange{ID: fmt.Sprintf("ch_%d", i), Party: who.Party, By: who.ID, Kind: term.Law, What: reason},
		term.SettleChange{ID: "ch_1", Party: who.Party, By: who.ID},
		term.Terminate{Ground: rapid.SampledFrom([]term.Ground{term.Notice, term.MaterialBreach, term.Insolvency, term.MaterialChange, "mood"}).Draw(rt, "ground"),
			Breach: "br_1", Change: "ch_2", Party: who.Party, By: who.ID, Reason: reason},
		agreement.Sign{Party: who.Party, Manifest: l.State.Life.Versions[0].Manifest, Signer: who.ID},
		agreement.EnterIntoForce{Version: 1},
	}).Draw(rt, "command")
}

func replayed(rt *rapid.T, l *lifetest.Life, at time.Time) {
	again := articles.State{ID: l.State.ID}
	for i, e := range l.Events {
		name, _ := articles.Name(e)
		b, err := canonical.Marshal(e)
		if err != nil {
			rt.Fatal(err)
		}
		read, err := articles.ReadEvent(name, b)
		if err != nil {
			rt.Fatal(err)
		}
		if again, err = again.Evolve(read, l.Times[i], l.Library); err != nil {
			rt.Fatal(err)
		}
	}
	if changes := articles.Changes(articles.Rows(l.State), articles.Rows(again)); len(changes) > 0 {
		rt.Fatalf("replaying gives other rows: %+v", changes)
	}
	if a, b := l.State.Stage(at), again.Stage(at); a != b {
		rt.Fatalf("replaying gives stage %s, not %s", b, a)
	}
	if a, b := policy.Compile(l.State, at), policy.Compile(again, at); a.Digest != b.Digest || len(a.Grants) != len(b.Grants) {
		rt.Fatalf("replaying gives another policy")
	}
	for _, m := range margins.All(l.State, margins.Live{Now: at}) {
		if m.Kept != margins.TextOnly && m.Fact == "" {
			rt.Fatalf("the margin of %s says nothing", m.Clause)
		}
	}
}
