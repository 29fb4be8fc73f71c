package term

import (
	"testing"

	"pgregory.net/rapid"

	"entente/agreement"
	"entente/articles/roomtest"
	"entente/calendar"
)

var period = roomtest.Of[calendar.Duration]

func frame() agreement.Frame {
	f := roomtest.Frame()
	f.Front = agreement.Front{Dated: calendar.Date{Year: 2026, Month: 12, Day: 1}}
	return f
}

// read is the room's part of the example, with a patch.
func read(t testing.TB, patch string) Terms {
	var file struct {
		Term Terms `json:"term"`
	}
	roomtest.Read(t, Example, &file, patch)
	return file.Term
}

func check(t testing.TB, patch string) (found agreement.Findings) {
	read(t, patch).Check(frame(), &found)
	return found
}

func TestExample(t *testing.T) {
	roomtest.Clean(t, Rules, check(t, ""))
	words := read(t, "").Words(frame())
	roomtest.Clauses(t, words, "12.1", "12.2", "12.3", "12.4")
	roomtest.Says(t, roomtest.Text(words), "12.1 Term", "12.4 Existing customers")
}

func TestPages(t *testing.T) { roomtest.Pages(t, Rules, check) }

func TestWords(t *testing.T) {
	tests := []struct {
		name  string
		terms Terms
		want  []string
	}{
		{"an initial term that renews says its dates", Terms{Initial: period("P24M"), Renewal: &Renewal{period("P12M"), period("P60D")}}, []string{
			"(x) Initial term. This Agreement runs for an initial term of twenty-four (24) months", "The last day of the initial term is 30 November 2028.",
			"[x] Renewal.", "at least sixty (60) days before that end", "the last day for this notice is 1 October 2028.", "( ) Indefinite period."}},
		{"an initial term alone", Terms{Initial: period("P1Y")}, []string{"(x) Initial term.", "is 30 November 2027.", "[ ] Renewal. This Agreement renews by itself when"}},
		{"an indefinite period", Terms{IndefiniteNotice: period("P90D")}, []string{"( ) Initial term. This Agreement runs for an initial term and ends with it",
			"(x) Indefinite period.", "by notice of at least ninety (90) days."}},
		{"nothing chosen reads as whole sentences", Terms{}, []string{"[ ] Material breach. The other Party commits a material breach of this Agreement and does not cure it after notice.",
			"[ ] Insolvency.", "[ ] Material change. A material change makes it unreasonable for a Party to continue this Agreement.", "[ ] Transition. After the last day",
			"[ ] Return or destroy. Each Party shall return", "[ ] Certificate.", "[ ] Survival.", "[ ] Continued service. After the last day"}},
		{"causes with their times", Terms{Cause: Cause{MaterialBreach: period("P30D"), Insolvency: true, DismissedWithin: period("P60D"), MaterialChange: true,
			MaterialChangeResponse: period("P30D"), MaterialChanges: []Change{Law}}}, []string{"does not cure it within thirty (30) days of receiving notice",
			"dismissed within sixty (60) days.", "[x] Material change.", "[x] Law.", "[ ] Control.", "[ ] Business."}},
		{"insolvency without a time to dismiss", Terms{Cause: Cause{Insolvency: true}}, []string{"[x] Insolvency. The other Party stops paying its debts as they fall due, applies for insolvency proceedings over its assets, has such proceedings opened against it, or is wound up.\n"}},
		{"effects with their times", Terms{Effects: Effects{Transition: period("P120D"), ReturnOrDestroy: true, ReturnWithin: period("P30D"), Certificate: true,
			Survival: Survival{Confidentiality: true, Others: []string{"payment of amounts"}}}}, []string{"[x] Transition. For one hundred and twenty (120) days",
			"[x] Return or destroy. Within thirty (30) days", "[x] Certificate.", "[x] Survival.", "[x] Confidentiality under Article 11", "[ ] Ownership", "[x] Payment of amounts"}},
		{"customers continue", Terms{Customers: Customers{Continue: period("P12M"), NoNewDeployments: true}}, []string{"[x] Continued service. For twelve (12) months", "[ ] Transition support.", "[x] No new deployments."}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { roomtest.Says(t, roomtest.Text(test.terms.Words(frame())), test.want...) })
	}
}

func date(s string) calendar.Date {
	d, err := calendar.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestEnds(t *testing.T) {
	tests := []struct{ name, initial, effective, want string }{
		{"a year from the first of a month", "P1Y", "2026-12-01", "2027-11-30"},
		{"two years that end in a leap February", "P24M", "2026-03-01", "2028-02-29"},
		{"a year from 29 February", "P1Y", "2028-02-29", "2029-02-28"},
		{"a month from 31 January", "P1M", "2027-01-31", "2027-02-28"},
		{"days", "P90D", "2026-12-01", "2027-02-28"},
		{"no initial term", "", "2026-12-01", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var terms Terms
			if test.initial != "" {
				terms.Initial = period(test.initial)
			}
			got, fixed := terms.Ends(date(test.effective))
			if got.String() != test.want || fixed != (test.want != "") {
				t.Errorf("ends %s (%v), want %s", got, fixed, test.want)
			}
		})
	}
	if _, fixed := (Terms{Initial: period("P1Y")}).Ends(calendar.Date{}); fixed {
		t.Error("an agreement without an effective date has an end")
	}
}

func TestRenewalsKeepTheDay(t *testing.T) {
	terms := Terms{Initial: period("P1Y"), Renewal: &Renewal{period("P12M"), period("P2M")}}
	for renewals, want := range []string{"2027-02-28", "2028-02-29", "2029-02-28"} {
		end, _ := terms.EndsAfter(date("2026-03-01"), renewals)
		if end.String() != want {
			t.Errorf("after %d renewals the term ends %s, want %s", renewals, end, want)
		}
	}
	if _, fixed := (Terms{Initial: period("P1Y")}).EndsAfter(date("2026-03-01"), 1); fixed {
		t.Error("a term that does not renew has a second end")
	}
}

func TestNoticeBy(t *testing.T) {
	tests := []struct{ name, notice, end, want string }{
		{"sixty days", "P60D", "2028-11-30", "2028-10-01"},
		{"a month before the last of February", "P1M", "2028-02-29", "2028-01-29"},
		{"a month before 31 March is the last of February", "P1M", "2027-03-31", "2027-02-28"},
		{"three months over the turn of a year", "P3M", "2027-01-31", "2026-10-31"},
		{"no notice", "P0D", "2027-01-31", "2027-01-31"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			terms := Terms{Initial: period("P1Y"), Renewal: &Renewal{period("P1Y"), period(test.notice)}}
			if got := terms.NoticeBy(date(test.end)).String(); got != test.want {
				t.Errorf("notice by %s, want %s", got, test.want)
			}
		})
	}
	if got := (Terms{Initial: period("P1Y")}).NoticeBy(date("2027-01-31")); !got.IsZero() {
		t.Errorf("a term that does not renew needs notice by %s", got)
	}
}

func TestEndsOnNotice(t *testing.T) {
	renewing := Terms{Initial: period("P1Y"), Renewal: &Renewal{period("P1Y"), period("P60D")}}
	tests := []struct {
		name           string
		terms          Terms
		received, want string
	}{
		{"on the last day for it", renewing, "2027-10-01", "2027-11-30"},
		{"a day too late, it ends the next term", renewing, "2027-10-02", "2028-11-30"},
		{"many terms later", renewing, "2031-01-01", "2031-11-30"},
		{"without renewal, the term ends as it would", Terms{Initial: period("P1Y")}, "2027-11-29", "2027-11-30"},
		{"a renewal of no time ends nothing later", Terms{Initial: period("P1Y"), Renewal: &Renewal{period("P0D"), period("P60D")}}, "2027-11-29", "2027-11-30"},
		{"an indefinite period ends when the notice has run", Terms{IndefiniteNotice: period("P90D")}, "2027-01-01", "2027-04-01"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.terms.EndsOnNotice(date("2026-12-01"), date(test.received)).String(); got != test.want {
				t.Errorf("ends %s, want %s", got, test.want)
			}
		})
	}
}

func TestAfterTheEnd(t *testing.T) {
	terms := Terms{Effects: Effects{Transition: period("P3M"), ReturnWithin: period("P30D")}, Customers: Customers{Continue: period("P1Y")}}
	last := date("2028-02-29")
	for what, got := range map[string][2]string{
		"transition":           {terms.TransitionEnds(last).String(), "2028-05-31"},
		"return":               {terms.ReturnBy(last).String(), "2028-06-30"},
		"customers":            {terms.CustomersEnd(last).String(), "2029-02-28"},
		"no transition":        {Terms{}.TransitionEnds(last).String(), "2028-02-29"},
		"no customers":         {Terms{}.CustomersEnd(last).String(), "2028-02-29"},
		"no time to return":    {Terms{}.ReturnBy(last).String(), ""},
		"no end, no aftermath": {terms.CustomersEnd(calendar.Date{}).String(), ""},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: %s, want %s", what, got[0], got[1])
		}
	}
}

// Whenever notice is received, it ends a term for which it is in time, and no earlier term would do.
func TestNoticeIsInTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		months := func(name string, least int) calendar.Duration {
			return calendar.Duration{Months: rapid.IntRange(least, 36).Draw(t, name)}
		}
		terms := Terms{Initial: months("initial", 1), Renewal: &Renewal{months("period", 1), calendar.Duration{Days: rapid.IntRange(1, 120).Draw(t, "notice")}}}
		effective := date("2024-01-01").AddDays(rapid.IntRange(0, 1500).Draw(t, "effective"))
		received := effective.AddDays(rapid.IntRange(0, 4000).Draw(t, "received"))
		end := terms.EndsOnNotice(effective, received)
		if terms.NoticeBy(end).Before(received) {
			t.Fatalf("notice on %s ends the term of %s, for which it had to come by %s", received, end, terms.NoticeBy(end))
		}
		for n := 0; ; n++ {
			earlier, _ := terms.EndsAfter(effective, n)
			if earlier == end {
				return
			}
			if !terms.NoticeBy(earlier).Before(received) {
				t.Fatalf("notice on %s was in time for %s, but ends %s", received, earlier, end)
			}
		}
	})
}
