package margins

import (
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/integration"
	"entente/calendar"
)

// The margin of clause 1.2 says which service does not answer, and since when on the parties' clock.
func TestAServiceThatIsOutStandsInTheMargin(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	text := draft.Example(calendar.DateOf(now)).Complete()
	state := articles.State{Texts: []*articles.Agreement{&text}, Life: agreement.Life{InForce: 1, Versions: []agreement.Version{{Number: 1, Effective: now.AddDate(0, 0, -1)}}}}
	live := Live{Now: now, Today: map[string]Counts{"summarise": {Calls: 7, Failed: 5}},
		Out: []Outage{{Component: "summarise", Environment: agreement.Production, Since: now.Add(-3 * time.Minute)}}}
	since := now.Add(-3 * time.Minute).In(text.Frame().Zone()).Format("15:04 MST")
	for _, m := range All(state, live) {
		if m.Clause != "1.2" {
			continue
		}
		want := "summarise: 7 calls today, 5 failed, its service in production has not answered since " + since
		if m.Status != Late || m.Fact != "7 calls today, 5 failed; 1 service out" || m.Details[0] != want {
			t.Errorf("the margin is %s, %q, %q; want %q", m.Status, m.Fact, m.Details, want)
		}
		return
	}
	t.Error("clause 1.2 has no margin")
}

// Answers of another model than the pinned one stand beside Schedule A: late where they were in production.
func TestAnotherModelStandsInTheMargin(t *testing.T) {
	text := draft.Example(calendar.Date{Year: 2026, Month: 11, Day: 23}).Complete()
	state := articles.State{Texts: []*articles.Agreement{&text}, Life: agreement.Life{Versions: []agreement.Version{{Number: 1}}}}
	for environment, want := range map[agreement.Environment]Status{agreement.Test: Due, agreement.Production: Late} {
		for _, m := range All(state, Live{Deviating: []Deviating{{Component: "summarise", Environment: environment, OtherModel: 3}}}) {
			if m.Clause == "A" && (m.Status != want || len(m.Details) != 1) {
				t.Errorf("in %s: %+v", environment, m)
			}
		}
	}
}

// Where nothing is integrated, no margin speaks of calls, keys or production.
func TestMarginsWithoutComponents(t *testing.T) {
	text := draft.Example(calendar.Date{Year: 2026, Month: 11, Day: 23})
	text.Scope.Components, text.ScheduleA.Components = nil, nil
	text.Integration = integration.Terms{Requirements: text.Integration.Requirements[:1]}
	text = text.Complete()
	facts := map[agreement.Clause]string{}
	for _, m := range All(articles.State{Texts: []*articles.Agreement{&text}, Life: agreement.Life{Versions: []agreement.Version{{Number: 1}}}}, Live{}) {
		facts[m.Clause] = m.Fact
	}
	for clause, want := range map[agreement.Clause]string{"1.2": "No component is listed", "2.1": "No component is listed", "A": "No component is listed", "2.2": "0 of 1 complete"} {
		if facts[clause] != want {
			t.Errorf("clause %s: %q, want %q", clause, facts[clause], want)
		}
	}
}
