package deadlines_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/deadlines"
	"entente/articles/draft"
	"entente/articles/governance"
	"entente/articles/integration"
	"entente/articles/scope"
	"entente/articles/term"
	"entente/calendar"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var day = calendar.Date{Year: 2026, Month: time.November, Day: 23}

// signed is the example, signed by both and in force from its effective date.
func signed(t testing.TB) articles.State {
	t.Helper()
	text := draft.Example(day)
	s := articles.State{Texts: []*articles.Agreement{&text}}
	at := day.AddDays(-1).In(text.Frame().Zone())
	v := agreement.Version{Number: 1, Effective: text.Frame().Effective().In(text.Frame().Zone())}
	for _, p := range agreement.Both {
		v.Signatures = append(v.Signatures, agreement.Signature{Party: p, At: at})
	}
	s.Life.Versions, s.Life.InForce = []agreement.Version{v}, 1
	return s
}

func lines(all []deadlines.Deadline) (said []string) {
	for _, d := range all {
		said = append(said, fmt.Sprintf("%s %s %s %s: %s, %s", d.Day, d.ID, d.Clause, d.Owes, d.State, d.Role))
	}
	return said
}

// What the example has due on the day of its signature and what is late a fortnight on, with a notice of breach
// whose clock runs, and one that was cured.
func TestWhatIsDue(t *testing.T) {
	s := signed(t)
	zone := s.Text().Frame().Zone()
	notified := day.AddDays(2).In(zone)
	for _, e := range []any{
		term.BreachNotified{ID: "brc_1", Accused: agreement.B, What: "no payment", CureBy: day.AddDays(33).In(zone)},
		term.BreachNotified{ID: "brc_2", Accused: agreement.A, What: "another", CureBy: day.AddDays(33).In(zone)},
		term.BreachCured{ID: "brc_2"},
	} {
		s.Term = s.Term.Evolve(e, notified)
	}
	s.Integration = s.Integration.Evolve(integration.MilestoneCompleted{Milestone: "sdk-provision"}, notified)
	now := day.AddDays(14).In(zone)
	want := []string{
		"2026-11-09 milestone/api-development 2.2 both: late, technical",
		"2026-11-16 milestone/sdk-provision 2.2 a: done, technical",
		"2026-12-03 milestone/integration-testing 2.2 both: late, technical",
		"2026-12-07 milestone/security-review 2.2 both: open, technical",
		"2026-12-23 meeting/2026-12-23 7.1 both: open, committee",
		"2026-12-23 milestone/launch 2.2 both: open, technical",
		"2026-12-25 breach/brc_1 12.2 b: open, legal",
		"2026-12-25 breach/brc_2 12.2 a: done, legal",
	}
	got := deadlines.Of(s, now)
	if diff := cmp.Diff(want, lines(got)[:len(want)]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got[6].Begun != notified || !got[6].Due.Equal(day.AddDays(33).In(zone)) {
		t.Errorf("the clock of the breach runs from %v until %v", got[6].Begun, got[6].Due)
	}
	for _, d := range deadlines.Waiting(got) {
		if d.State == deadlines.Done {
			t.Errorf("%s is done and waits", d.ID)
		}
	}
}

// The dates of clause 12.1 go with the term: notice, renewal, and the same again a term later.
func TestTheTermRenews(t *testing.T) {
	s := signed(t)
	ids := func(now time.Time) map[string]calendar.Date {
		all := map[string]calendar.Date{}
		for _, d := range deadlines.Of(s, now) {
			if d.Clause == "12.1" {
				all[d.ID] = d.Day
			}
		}
		return all
	}
	effective := s.Text().Frame().Effective()
	first, _ := s.Text().Term.Ends(effective)
	second, _ := s.Text().Term.EndsAfter(effective, 1)
	zone := s.Text().Frame().Zone()
	for _, c := range []struct {
		when time.Time
		want map[string]calendar.Date
	}{
		{day.In(zone), map[string]calendar.Date{"term/notice/" + first.String(): s.Text().Term.NoticeBy(first), "term/renews/" + first.String(): first}},
		{first.In(zone), map[string]calendar.Date{"term/renews/" + first.String(): first}},
		{first.AddDays(1).In(zone), map[string]calendar.Date{"term/notice/" + second.String(): s.Text().Term.NoticeBy(second), "term/renews/" + second.String(): second}},
	} {
		if diff := cmp.Diff(c.want, ids(c.when)); diff != "" {
			t.Errorf("at %v (-want +got):\n%s", c.when, diff)
		}
	}
	s.Term.Ending = &term.Ending{Ground: term.Notice, Party: agreement.A, Ends: first.AddDays(1).In(zone)}
	if diff := cmp.Diff(map[string]calendar.Date{"term/end": first}, ids(day.In(zone))); diff != "" {
		t.Errorf("after notice (-want +got):\n%s", diff)
	}
}

// Before both have signed nothing is due but the answer to what was proposed.
func TestNothingIsDueBeforeSignatures(t *testing.T) {
	s := signed(t)
	s.Life.InForce, s.Life.Versions[0].Signatures = 0, nil
	zone := s.Text().Frame().Zone()
	if all := deadlines.Of(s, day.In(zone)); len(all) > 0 {
		t.Errorf("got %v", lines(all))
	}
	s.Life.Versions[0].Party, s.Life.Versions[0].Expires = agreement.A, day.AddDays(8).In(zone)
	want := []string{"2026-11-30 offer/1 13.5 b: open, signatory"}
	if diff := cmp.Diff(want, lines(deadlines.Of(s, day.In(zone)))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if all := deadlines.Of(s, day.AddDays(8).In(zone)); len(all) > 0 {
		t.Errorf("a proposal that has lapsed: %v", lines(all))
	}
}

// At every instant deadlines are in order, each has an ID of its own, and its day ends when it is due.
func TestDeadlinesAreSound(t *testing.T) {
	s := signed(t)
	zone := s.Text().Frame().Zone()
	rapid.Check(t, func(t *rapid.T) {
		now := day.AddDays(rapid.IntRange(-30, 2000).Draw(t, "days")).In(zone).Add(time.Duration(rapid.IntRange(0, 86399).Draw(t, "seconds")) * time.Second)
		seen := map[string]bool{}
		var last time.Time
		for _, d := range deadlines.Of(s, now) {
			switch {
			case seen[d.ID] || d.Due.Before(last):
				t.Fatalf("%s is there twice or out of order", d.ID)
			case !d.Due.Equal(d.Day.AddDays(1).In(zone)):
				t.Fatalf("%s is due at %v, and its last day is %s", d.ID, d.Due, d.Day)
			case d.State == deadlines.Late && now.Before(d.Due), d.State == deadlines.Open && !now.Before(d.Due):
				t.Fatalf("%s is %s at %v, and due at %v", d.ID, d.State, now, d.Due)
			case d.What == "" || d.Clause.Title() == "" || !d.Begun.IsZero() && !d.Begun.Before(d.Due):
				t.Fatalf("%+v", d)
			}
			seen[d.ID], last = true, d.Due
		}
	})
}

// What recurs has one next day: that of today counts still, and the day after there is another.
func TestWhatRecurs(t *testing.T) {
	s := signed(t)
	text := *s.Text()
	text.Governance.Reviews = governance.Reviews{Quarterly: true, AnnualPlanning: true, PlanningMonth: 11}
	text.Governance.Committee.Meets = governance.Quarterly
	text.Compliance.Security.Assessments = true
	text.ScheduleB.AssessmentInterval = calendar.Duration{Months: 6}
	text.Warranty.Party.ConfirmedEvery = calendar.Duration{Years: 1}
	text.Commerce.Payment.InvoicingDay = 5
	text.Scope.Tier, text.Scope.Exclusive = scope.ExclusiveTier, &scope.Exclusive{Duration: calendar.Duration{Years: 2}}
	s.Texts = []*articles.Agreement{&text}
	from := text.Frame().Effective() // 24 October 2026
	for on, want := range map[calendar.Date][]string{
		from:                            {"2026-11-05 invoice 6.3", "2026-11-30 planning 7.3", "2026-12-31 meeting 7.1", "2027-04-23 assessment B", "2027-10-23 confirmation 9.1", "2028-10-23 exclusivity 1.3"},
		{Year: 2026, Month: 11, Day: 5}: {"2026-11-05 invoice 6.3", "2026-11-30 planning 7.3", "2026-12-31 meeting 7.1", "2027-04-23 assessment B", "2027-10-23 confirmation 9.1", "2028-10-23 exclusivity 1.3"},
		{Year: 2026, Month: 11, Day: 6}: {"2026-11-30 planning 7.3", "2026-12-05 invoice 6.3", "2026-12-31 meeting 7.1", "2027-04-23 assessment B", "2027-10-23 confirmation 9.1", "2028-10-23 exclusivity 1.3"},
		{Year: 2027, Month: 4, Day: 24}: {"2027-05-05 invoice 6.3", "2027-06-30 meeting 7.1", "2027-06-30 review 7.3", "2027-10-23 assessment B", "2027-10-23 confirmation 9.1", "2027-11-30 planning 7.3", "2028-10-23 exclusivity 1.3"},
	} {
		var got []string
		for _, d := range deadlines.Of(s, on.In(text.Frame().Zone())) {
			family, _, _ := strings.Cut(d.ID, "/")
			if slices.Contains([]string{"invoice", "meeting", "review", "planning", "assessment", "confirmation", "exclusivity"}, family) {
				got = append(got, fmt.Sprintf("%s %s %s", d.Day, family, d.Clause))
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("on %s (-want +got):\n%s", on, diff)
		}
	}
}
