package notary

import (
	"errors"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func TestAClockThatJumps(t *testing.T) {
	for _, c := range []struct {
		name         string
		wall, steady time.Duration
		jumped       bool
	}{
		{"time passes", time.Hour, time.Hour, false},
		{"a correction", time.Hour + time.Minute, time.Hour, false},
		{"a correction backwards", time.Hour - time.Minute, time.Hour, false},
		{"an hour forwards", 2 * time.Hour, time.Hour, true},
		{"an hour backwards", 0, time.Hour, true},
		{"a year", 365 * 24 * time.Hour, time.Second, true},
	} {
		if got := (reading{noon.Add(c.wall), c.steady}).jumped(reading{wall: noon}); got != c.jumped {
			t.Errorf("%s: jumped %t, want %t", c.name, got, c.jumped)
		}
	}
}

// A clock that runs a little fast for a year is corrected a little each hour, and never refused.
func TestAClockThatDrifts(t *testing.T) {
	seen := reading{wall: noon}
	for hour := range 24 * 365 {
		r := reading{noon.Add(time.Duration(hour) * (time.Hour + 70*time.Millisecond)), time.Duration(hour) * time.Hour}
		if r.jumped(seen) {
			t.Fatalf("refused after %d hours", hour)
		}
		seen = r
	}
}

func TestTimeNeverGoesBack(t *testing.T) {
	for _, c := range []struct {
		name    string
		behind  time.Duration
		want    time.Duration
		refused bool
	}{
		{"later", -time.Hour, -time.Hour, false},
		{"the same", 0, 0, false},
		{"a little behind", time.Minute, 0, false},
		{"an hour behind", time.Hour, 0, true},
	} {
		got, err := follow(noon.Add(-c.behind), noon)
		if errors.Is(err, ErrClock) != c.refused || !c.refused && !got.Equal(noon.Add(-c.want)) {
			t.Errorf("%s: %v, %v", c.name, got, err)
		}
	}
}
