package articles_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"entente/agreement"
	"entente/articles"
	"entente/articles/commerce"
	"entente/articles/general"
	"entente/articles/integration"
	"entente/articles/lifetest"
	"entente/articles/performance"
	"entente/articles/technical"
	"entente/articles/term"
)

// Whatever happens, in any order and however little sense it makes: Apply gives the state that Evolve
// gives, and Evolve leaves every state before as it was.
func TestApplyIsEvolveInPlace(t *testing.T) {
	base := lifetest.InForce(t, nil)
	rapid.Check(t, func(rt *rapid.T) {
		applied := articles.State{ID: base.State.ID}
		evolved := []articles.State{{ID: base.State.ID}}
		rows := []map[string]string{articles.Rows(evolved[0])}
		step := func(e any, at time.Time) {
			if err := applied.Apply(e, at, base.Library); err != nil {
				rt.Fatal(err)
			}
			next, err := evolved[len(evolved)-1].Evolve(e, at, base.Library)
			if err != nil {
				rt.Fatal(err)
			}
			evolved, rows = append(evolved, next), append(rows, articles.Rows(next))
		}
		for i, e := range base.Events {
			step(e, base.Times[i])
		}
		at := lifetest.Noon
		for range rapid.IntRange(1, 30).Draw(rt, "events") {
			at = at.Add(time.Hour)
			step(anyEvent(rt, base), at)
		}
		last := evolved[len(evolved)-1]
		if diff := cmp.Diff(last, applied, cmpopts.EquateEmpty(), cmp.Comparer(func(a, b *articles.Agreement) bool { return a.Agreement.Number == b.Agreement.Number }),
			cmp.Comparer(func(a, b *articles.Annex) bool { return (a == nil) == (b == nil) })); diff != "" {
			rt.Fatalf("(-evolved +applied):\n%s", diff)
		}
		for i, before := range evolved {
			if changes := articles.Changes(rows[i], articles.Rows(before)); len(changes) > 0 {
				rt.Fatalf("the state after %d events was changed by a later one: %+v", i, changes)
			}
		}
	})
}

func anyEvent(rt *rapid.T, base *lifetest.Life) any {
	key := rapid.SampledFrom([]string{"key_1", "key_2", "key_3"}).Draw(rt, "key")
	milestone := rapid.SampledFrom([]string{"sdk-provision", "api-development"}).Draw(rt, "milestone")
	party := rapid.SampledFrom([]agreement.Party{agreement.A, agreement.B}).Draw(rt, "party")
	component := rapid.SampledFrom([]string{"", "summarise"}).Draw(rt, "component")
	return rapid.SampledFrom([]any{
		integration.MilestoneConfirmed{Milestone: milestone, Party: party, By: "per_x"},
		integration.MilestoneCompleted{Milestone: milestone},
		integration.MilestoneReopened{Milestone: milestone, Party: party},
		integration.ProductionOpened{},
		integration.ProductionClosed{Milestone: milestone},
		integration.KeyIssued{ID: key, Party: party, Component: "summarise", Expires: lifetest.Noon},
		integration.KeyRevoked{ID: key, Party: party},
		commerce.UsageSealed{Component: component, Environment: agreement.Test, To: lifetest.Noon, Day: key, Stated: commerce.Stated{Records: 2}},
		commerce.DaySealed{Component: component, Environment: agreement.Test},
		technical.AnswerDeviated{Breach: technical.Breach{Kind: technical.OtherModel, Component: component, Day: key}},
		performance.MaintenanceAnnounced{ID: key, Component: component, InTime: true},
		performance.MaintenanceWithdrawn{ID: key},
		performance.WindowMeasured{Measured: performance.Measured{Component: component, Environment: agreement.Production, From: lifetest.Noon, To: lifetest.Noon.AddDate(0, 1, 0)}},
		performance.CreditComputed{Component: component, From: lifetest.Noon, Creditor: party},
		performance.LeaveArisen{Component: component, Party: party},
		general.Waived{ID: key, Clause: "A", Component: component, Party: party, For: "a trial", Until: lifetest.Noon.AddDate(0, 1, 0)},
		general.WaiverEnded{ID: key, Party: party},
		general.TransferRequested{ID: key, Party: party, People: []string{"per_x"}},
		general.TransferConsented{ID: key, Party: party},
		general.TransferRefused{ID: key, Party: party, Reason: "no"},
		general.LetterGiven{ID: key, Party: party, Clauses: []agreement.Clause{"6.1"}},
		agreement.ClausesAnswered{Version: 1, Clauses: []agreement.Clause{"6.1"}, Party: party},
		agreement.OfferClosed{Version: 1, Party: party},
		agreement.PersonErased{Person: "per_a", Party: party},
		agreement.Commented{Thread: key, Version: 1, Clause: "6.1", Party: party, Text: "why?"},
		agreement.CommentResolved{Thread: key, Party: party},
		term.SuspensionBegan{Component: component, Party: party},
		term.SuspensionLifted{Component: component, Party: party},
		term.BreachNotified{ID: key, Accused: party},
		term.BreachCured{ID: key},
		term.ChangeNotified{ID: key, Party: party},
		term.ChangeClosed{ID: key, Agreed: true},
		term.TerminationNoticed{Party: party, Ends: lifetest.Noon.AddDate(1, 0, 0)},
		term.StageReached{Stage: agreement.Transition},
		base.Events[0], // a further version
	}).Draw(rt, "event")
}
