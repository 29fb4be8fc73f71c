package calendar

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func date(t *testing.T, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func duration(t *testing.T, s string) Duration {
	t.Helper()
	d, err := ParseDuration(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDatesAreRefused(t *testing.T) {
	for _, s := range []string{"2026-02-30", "26-01-01", "2026-1-1", "2026-01-01T00:00:00Z", "1899-12-31", "tomorrow", " 2026-01-01"} {
		if d, err := ParseDate(s); err == nil {
			t.Errorf("%q was read as %v", s, d)
		}
	}
}

func TestMonthsEndWhereTheyEnd(t *testing.T) {
	for _, tt := range []struct{ from, period, to string }{
		{"2027-01-31", "P1M", "2027-02-28"}, {"2028-01-31", "P1M", "2028-02-29"}, {"2028-02-29", "P1Y", "2029-02-28"},
		{"2026-12-31", "P2M", "2027-02-28"}, {"2026-11-23", "P30D", "2026-12-23"}, {"2026-11-23", "P2W", "2026-12-07"}, {"2026-11-30", "P3M", "2027-02-28"},
	} {
		if got := date(t, tt.from).Add(duration(t, tt.period)); got != date(t, tt.to) {
			t.Errorf("%s + %s = %s, want %s", tt.from, tt.period, got, tt.to)
		}
	}
}

// A day begins at the first instant that exists, also where the clocks skip midnight.
func TestADayBeginsOnce(t *testing.T) {
	for _, tt := range []struct{ day, zone, want string }{
		{"2026-03-29", "Europe/Berlin", "2026-03-28T23:00:00Z"},
		{"2026-10-25", "Europe/Berlin", "2026-10-24T22:00:00Z"},
		{"2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00Z"}, // midnight was skipped
		{"2026-12-01", "UTC", "2026-12-01T00:00:00Z"},
	} {
		zone, err := time.LoadLocation(tt.zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := date(t, tt.day).In(zone).UTC().Format(time.RFC3339); got != tt.want {
			t.Errorf("%s in %s begins at %s, want %s", tt.day, tt.zone, got, tt.want)
		}
	}
}

func TestDurationsHaveOneForm(t *testing.T) {
	for in, want := range map[string]string{"P2W": "P14D", "P0D": "P0D", "PT4H": "PT4H", "P1Y2M3DT4H5M6S": "P1Y2M3DT4H5M6S", "P01D": "P1D", "PT0S": "P0D"} {
		if got := duration(t, in).String(); got != want {
			t.Errorf("%s reads %s, want %s", in, got, want)
		}
	}
	for _, in := range []string{"", "P", "PT", "P1DT", "30D", "P1.5D", "P-1D", "p1d", "P1H", "P1D "} {
		if d, err := ParseDuration(in); err == nil {
			t.Errorf("%q was read as %v", in, d)
		}
	}
}

func TestDurationsInWords(t *testing.T) {
	for in, want := range map[string]string{"P30D": "thirty (30) days", "P1Y": "one (1) year", "PT4H": "four (4) hours", "P0D": "zero (0) days",
		"P1Y6M": "one (1) year and six (6) months"} {
		if got := duration(t, in).Words(); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

func TestBusinessDays(t *testing.T) {
	b := Business{Holidays: []Date{date(t, "2026-12-25")}}
	for _, tt := range []struct {
		from string
		n    int
		to   string
	}{{"2026-12-24", 1, "2026-12-28"}, {"2026-12-18", 5, "2026-12-28"}, {"2026-12-19", 1, "2026-12-21"}, {"2026-12-21", 0, "2026-12-21"}} {
		if got := b.Add(date(t, tt.from), tt.n); got != date(t, tt.to) {
			t.Errorf("%d business days after %s is %s, want %s", tt.n, tt.from, got, tt.to)
		}
	}
	if got := b.Next(date(t, "2026-12-25")); got != date(t, "2026-12-28") {
		t.Errorf("the business day from 25 December on is %s", got)
	}
}

// A duration after an instant keeps the wall clock for days, and counts hours exactly.
func TestAfterKeepsTheWallClock(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	before := time.Date(2026, 3, 28, 9, 0, 0, 0, berlin)
	if got := duration(t, "P1D").After(before); got.Hour() != 9 || got.Sub(before) != 23*time.Hour {
		t.Errorf("a day over the change of clocks: %s", got)
	}
	if got := duration(t, "P1D").Before(duration(t, "P1D").After(before)); !got.Equal(before) {
		t.Errorf("a day back is %v, not %v", got, before)
	}
	if got := duration(t, "P1MT2H").Before(time.Date(2027, time.March, 31, 1, 0, 0, 0, before.Location())); !got.Equal(time.Date(2027, time.February, 28, 23, 0, 0, 0, before.Location())) {
		t.Errorf("a month and two hours before the end of March: %v", got)
	}
	if got := duration(t, "PT24H").After(before); got.Sub(before) != 24*time.Hour {
		t.Errorf("24 hours over the change of clocks: %s", got)
	}
}

// Dates are numbers of days: adding and counting agree, and text comes back as it was.
func TestDatesCount(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := Date{2000, 1, 1}.AddDays(rapid.IntRange(0, 60000).Draw(rt, "day"))
		n := rapid.IntRange(-3000, 3000).Draw(rt, "n")
		if got := d.DaysUntil(d.AddDays(n)); got != n {
			rt.Fatalf("%s and %d days: %d", d, n, got)
		}
		if back, err := ParseDate(d.String()); err != nil || back != d {
			rt.Fatalf("%s reads %s, %v", d, back, err)
		}
	})
}
