package margins_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/margins"
	"entente/articles/performance"
	"entente/articles/technical"
	"entente/calendar"
	"entente/money"
)

// What happened under Schedules A and C stands beside them, and the right to leave beside clause 12.2.
func TestTheMarginsTellOfServiceLevels(t *testing.T) {
	day := calendar.Date{Year: 2027, Month: time.January, Day: 10}
	text := draft.Example(calendar.Date{Year: 2026, Month: time.November, Day: 23})
	s := articles.State{Texts: []*articles.Agreement{&text}}
	s.Life.Versions = []agreement.Version{{Number: 1}}
	now := day.In(text.Frame().Zone())
	month := calendar.Date{Year: 2027, Month: time.January, Day: 1}.In(text.Frame().Zone())
	ten, err := money.ParsePercent("10%")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []any{
		performance.MaintenanceAnnounced{ID: "mnt_1", Component: "summarise", Environment: agreement.Production, From: now.Add(time.Hour), Until: now.Add(2 * time.Hour), Party: agreement.A},
		performance.WindowMeasured{Measured: performance.Measured{Component: "summarise", Environment: agreement.Production, From: month.AddDate(0, -1, 0), To: month,
			Figures: []performance.Figure{{Name: performance.Availability, Promised: "99.9 %", Measured: "99.2 %"}}}},
		performance.CreditComputed{Component: "summarise", From: month.AddDate(0, -1, 0), To: month, Creditor: agreement.B, Credit: ten, Amount: money.Amount{Minor: 3200, Currency: "EUR"}},
		performance.LeaveArisen{Component: "summarise", Party: agreement.B, Missed: []time.Time{month, month}, Until: month.AddDate(0, 0, 30)},
	} {
		s.Performance = s.Performance.Evolve(e, now)
	}
	for _, d := range []string{"2027-01-08", "2027-01-09"} {
		s.Technical = s.Technical.Evolve(technical.AnswerDeviated{Breach: technical.Breach{Kind: technical.OtherRegion, Component: "embed", Environment: agreement.Production, Agreed: "eu", Answered: "us", Day: d}})
	}
	const leave = "Party B may terminate: service levels of summarise were missed in 2 windows; notice by 30 January 2027"
	want := map[agreement.Clause][]string{
		"C": {"Maintenance of summarise in production from 10 January 2027, 01:00 until 10 January 2027, 02:00, announced late: it counts as any other time",
			"summarise in production, window until 31 December 2026, availability: promised 99.9 %, measured 99.2 %, missed",
			"Credit of Party B for summarise, window until 31 December 2026: 10% of the fees, EUR 32.00", leave},
		"12.2": {leave},
		"A":    {"embed in production: the region was another than agreed (eu) on 2 days, last us on 2027-01-09"},
	}
	for _, m := range margins.All(s, margins.Live{Now: now}) {
		for _, line := range want[m.Clause] {
			if !slices.Contains(m.Details, line) {
				t.Errorf("the margin of %s does not say %q:\n%s", m.Clause, line, strings.Join(m.Details, "\n"))
			}
		}
		if m.Clause == "A" && m.Status != margins.Late || m.Clause == "12.2" && m.Status != margins.Due {
			t.Errorf("%s: %s, %s", m.Clause, m.Status, m.Fact)
		}
	}
}
