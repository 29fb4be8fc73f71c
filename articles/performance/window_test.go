package performance

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"entente/agreement"
	"entente/money"
)

// Windows follow each other without gap and overlap, by the agreement's calendar, whatever its clocks
// do meanwhile.
func TestWindowsFollowEachOther(t *testing.T) {
	for _, zone := range []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"} {
		at, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for w, months := range map[Window]int{CalendarMonth: 1, CalendarQuarter: 3} {
			from, next := time.Date(2026, 1, 1, 0, 0, 0, 0, at), 1
			for range 24 / months {
				next += months
				if from = w.End(from.UTC(), at); !from.Equal(time.Date(2026, time.Month(next), 1, 0, 0, 0, 0, at)) {
					t.Fatalf("%s in %s: %s", w, zone, from)
				}
			}
		}
		from := time.Date(2026, 1, 1, 0, 0, 0, 0, at)
		for range 24 {
			to := Rolling30Days.End(from, at)
			if days := to.Sub(from).Hours() / 24; to.Hour() != 0 || days < 29.9 || days > 30.1 {
				t.Fatalf("%s to %s", from, to)
			}
			from = to
		}
	}
	berlin, _ := time.LoadLocation("Europe/Berlin")
	for first, want := range map[time.Time]time.Duration{
		time.Date(2026, 10, 1, 0, 0, 0, 0, berlin): 31*24*time.Hour + time.Hour, time.Date(2026, 3, 1, 0, 0, 0, 0, berlin): 31*24*time.Hour - time.Hour,
		time.Date(2028, 2, 10, 0, 0, 0, 0, berlin): 20 * 24 * time.Hour} {
		if got := CalendarMonth.End(first, berlin).Sub(first); got != want {
			t.Errorf("the month from %s has %s, want %s", first, got, want)
		}
	}
}

func TestAWindowThatGoesOn(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for w, want := range map[Window]string{CalendarMonth: "2026-12-01", CalendarQuarter: "2026-10-01", Rolling30Days: "2026-11-02"} {
		if got := w.Begin(time.Date(2026, 11, 30, 23, 30, 0, 0, time.UTC), berlin).Format(time.DateOnly); got != want {
			t.Errorf("%s: %s, want %s", w, got, want)
		}
	}
}

func missed(down int64) Result {
	return Result{Provider: agreement.A, Fees: amount("EUR 200.00"), Measured: Measured{Component: "summarise", Environment: agreement.Production, From: noon, To: noon.AddDate(0, 1, 0),
		Minutes: 10_000, Down: down, Figures: []Figure{{Name: Availability, Promised: "99.9 %", Measured: "some", Kept: down <= 10}}}}
}

func TestCreditsByBand(t *testing.T) {
	terms, f := read(t, "")
	for _, c := range []struct {
		down   int64
		change func(*Terms, *Result)
		credit string // empty: none
		amount string
	}{
		{10, nil, "", ""},
		{11, nil, "10%", "EUR 20.00"},
		{100, nil, "10%", "EUR 20.00"},
		{101, nil, "25%", "EUR 50.00"},
		{501, nil, "50%", "EUR 100.00"},
		{501, func(p *Terms, _ *Result) { p.CreditCap = percent("30%") }, "30%", "EUR 60.00"},
		{11, func(p *Terms, _ *Result) {
			p.Credits = append(p.Credits, Credit{Component: "summarise", Below: percent("99.9%"), Credit: percent("15%")})
		}, "15%", "EUR 30.00"},
		{501, func(p *Terms, _ *Result) {
			p.Credits = []Credit{{Component: "embed", Below: percent("99.9%"), Credit: percent("15%")}}
		}, "", ""},
		{501, func(_ *Terms, r *Result) { r.Environment = agreement.Test }, "", ""},
		{501, func(p *Terms, _ *Result) { p.Levels[0].Availability = money.Percent{} }, "", ""},
		{501, func(_ *Terms, r *Result) { r.Fees = money.Amount{} }, "50%", ""},
	} {
		p, r := terms.Complete(), missed(c.down)
		if c.change != nil {
			c.change(&p, &r)
		}
		p.Exit = nil
		events, err := State{}.DecideClose(p, CloseWindow{From: noon, To: noon.AddDate(0, 1, 0), Results: []Result{r}}, noon.AddDate(0, 2, 0), f.Zone())
		if err != nil {
			t.Fatal(err)
		}
		var got CreditComputed
		if len(events) > 1 {
			got = events[1].(CreditComputed)
		}
		if got.Credit.String() != c.credit || c.amount != "" && got.Amount.String() != c.amount || got.TooSmall {
			t.Errorf("down for %d minutes: %+v, want %q of %s", c.down, events, c.credit, c.amount)
		}
	}
}

// A credit below the least one is on record, and not given; one whose window has been over for too long
// is not claimed.
func TestCreditsThatAreNotGiven(t *testing.T) {
	terms, f := read(t, "")
	for name, c := range map[string]struct {
		fees  string
		later time.Duration
		given bool
	}{"enough": {"EUR 10.00", time.Hour, true}, "too little": {"EUR 9.00", time.Hour, false}, "too late": {"EUR 10.00", 31 * 24 * time.Hour, false}} {
		r := missed(11)
		r.Fees = amount(c.fees)
		at := r.To.Add(c.later)
		events, err := State{}.DecideClose(terms, CloseWindow{From: r.From, To: r.To, Results: []Result{r}}, at, f.Zone())
		if err != nil {
			t.Fatal(err)
		}
		s := State{}
		for _, e := range events {
			s = s.Evolve(e, at)
		}
		for _, credit := range s.Credits {
			if credit.Given() != c.given {
				t.Errorf("%s: %+v", name, credit)
			}
		}
		if len(s.Credits) != 1 {
			t.Errorf("%s: %+v", name, s.Credits)
		}
	}
}

// The credit never falls as availability does, nor exceeds the cap; and whoever asks for the same
// window again, or for one that overlaps it, is refused.
func TestWindowsAreClosedOnce(t *testing.T) {
	terms, f := read(t, "")
	rapid.Check(t, func(rt *rapid.T) {
		less := rapid.Int64Range(0, 10_000).Draw(rt, "down")
		more := rapid.Int64Range(less, 10_000).Draw(rt, "more")
		var shares []money.Percent
		for _, down := range []int64{less, more} {
			c, _, err := terms.credit(missed(down), f.Zone())
			if err != nil {
				rt.Fatal(err)
			}
			shares = append(shares, c.Credit)
		}
		if shares[1].Compare(shares[0]) < 0 || shares[1].Compare(terms.CreditCap) > 0 {
			rt.Fatalf("%d minutes give %s, %d give %s", less, shares[0], more, shares[1])
		}
		s, at := State{}, noon
		now := noon.AddDate(0, 3, 0)
		for range rapid.IntRange(1, 8).Draw(rt, "windows") {
			from := noon.Add(time.Duration(rapid.IntRange(-40, 100).Draw(rt, "from")) * 24 * time.Hour)
			c := CloseWindow{From: from, To: from.Add(time.Duration(rapid.IntRange(-1, 40).Draw(rt, "days")) * 24 * time.Hour), Results: []Result{missed(11)}}
			events, err := s.DecideClose(terms, c, now, f.Zone())
			if ok := c.From.Before(c.To) && !c.To.After(now) && (s.Until.IsZero() || !c.From.Before(at)); ok != (err == nil) {
				rt.Fatalf("%+v after %s: %v", c, at, err)
			}
			for _, e := range events {
				s = s.Evolve(e, now)
				at = s.Until
			}
		}
	})
}

func TestTheRightToLeave(t *testing.T) {
	terms, f := read(t, "") // two of any three windows
	for history, want := range map[string]bool{"-": false, "--": true, "-+-": true, "-++-": false, "-+": false, "-+-+": false, "--+-": true, "- -": false} {
		s, from, arisen := State{}, noon, false
		for _, h := range history {
			to := from.AddDate(0, 1, 0)
			if h != ' ' { // a window without service levels
				r := missed(map[rune]int64{'-': 11, '+': 0}[h])
				events, err := s.DecideClose(terms, CloseWindow{From: from, To: to, Results: []Result{r}}, to, f.Zone())
				if err != nil {
					t.Fatal(err)
				}
				arisen = false
				for _, e := range events {
					_, is := e.(LeaveArisen)
					arisen = arisen || is
					s = s.Evolve(e, to)
				}
			}
			from = to
		}
		if arisen != want {
			t.Errorf("after %q the right to leave arises: %t", history, arisen)
		}
		if want && (!s.MayLeave(agreement.B, from) || s.MayLeave(agreement.B, from.AddDate(0, 0, 30)) || s.MayLeave(agreement.A, from)) {
			t.Errorf("after %q: %+v", history, s.Leave)
		}
	}
}
