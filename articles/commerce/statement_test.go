package commerce_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"entente/agreement"
	"entente/articles/commerce"
)

// Every instant is in one hour, and the instants of an hour agree on which it is, also where clocks change.
func TestHoursDivideTime(t *testing.T) {
	var zones []*time.Location
	for _, name := range []string{"UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Santiago"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		zones = append(zones, zone)
	}
	rapid.Check(t, func(rt *rapid.T) {
		zone := rapid.SampledFrom(zones).Draw(rt, "zone")
		at := time.Unix(rapid.Int64Range(1767225600, 1830297600).Draw(rt, "second"), 0)
		from, to := commerce.HourOf(at, zone)
		if from.After(at) || !to.After(at) || to.Sub(from) > 90*time.Minute {
			rt.Fatalf("%s is in the hour from %s to %s", at, from, to)
		}
		other := from.Add(time.Duration(rapid.Int64Range(0, int64(to.Sub(from)-1)).Draw(rt, "other")))
		if f, u := commerce.HourOf(other, zone); !f.Equal(from) || !u.Equal(to) {
			rt.Fatalf("%s is in the hour from %s to %s, %s in that from %s to %s", at, from, to, other, f, u)
		}
	})
}

func TestHoursAreStatedOnceAndDaysAddThemUp(t *testing.T) {
	day := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	hour := func(n int, records int64) commerce.SealUsage {
		from := day.Add(time.Duration(n) * time.Hour)
		return commerce.SealUsage{Window: commerce.Window{Component: "summarise", Environment: agreement.Production, From: from, To: from.Add(time.Hour)}, Form: 1, Root: "x",
			Stated: commerce.Stated{Records: records, OK: records, Output: 10 * records}}
	}
	var s commerce.State
	do := func(events []any, err error) []any {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			s = s.Evolve(e)
		}
		return events
	}
	no := func(_ []any, err error) {
		t.Helper()
		if err == nil {
			t.Error("it was not refused")
		}
	}
	late := day.Add(50 * time.Hour)
	no(s.DecideSeal(hour(9, 3), day.Add(9*time.Hour), time.UTC)) // not over
	no(s.DecideSeal(hour(9, 0), late, time.UTC))                 // nothing in it
	do(s.DecideSeal(hour(9, 3), late, time.UTC))
	no(s.DecideSeal(hour(9, 3), late, time.UTC)) // again
	no(s.DecideSeal(hour(8, 3), late, time.UTC)) // before it
	do(s.DecideSeal(hour(11, 4), late, time.UTC))
	no(s.DecideDay(commerce.SealDay{Component: "summarise", Environment: agreement.Production}, day.Add(23*time.Hour), time.UTC)) // not over
	events := do(s.DecideSeal(hour(24, 1), late, time.UTC))
	want := commerce.DaySealed{Component: "summarise", Environment: agreement.Production, Day: "2026-11-23", Hours: 2, Stated: commerce.Stated{Records: 7, OK: 7, Output: 70}}
	if diff := cmp.Diff(want, events[0]); diff != "" || len(events) != 2 {
		t.Errorf("the first hour of the next day (-want +got):\n%s", diff)
	}
	events = do(s.DecideDay(commerce.SealDay{Component: "summarise", Environment: agreement.Production}, late, time.UTC))
	if e := events[0].(commerce.DaySealed); e.Day != "2026-11-24" || e.Records != 1 {
		t.Errorf("the next day is %+v", e)
	}
	no(s.DecideDay(commerce.SealDay{Component: "summarise", Environment: agreement.Production}, late, time.UTC))
}
