package calendar

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"entente/document"
)

// A Duration is an ISO 8601 duration whose parts are kept apart, because a month has no fixed
// number of days: P2Y, P3M, P30D, PT4H, PT90M. The zero Duration is none given.
// Weeks are read as seven days.
type Duration struct {
	Years, Months, Days     int
	Hours, Minutes, Seconds int
	zero                    bool // P0D was written: a duration of nothing is not the same as none
}

var iso = regexp.MustCompile(`^P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?(T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?$`)

// ParseDuration reads an ISO 8601 duration of whole units.
func ParseDuration(s string) (Duration, error) {
	m := iso.FindStringSubmatch(s)
	if m == nil || s == "P" || strings.HasSuffix(s, "T") {
		return Duration{}, fmt.Errorf("%q is not a duration: write ISO 8601, for example P30D (days), P2Y (years), PT4H (hours)", s)
	}
	n := func(i int) int { v, _ := strconv.Atoi(m[i]); return v }
	d := Duration{Years: n(1), Months: n(2), Days: 7*n(3) + n(4), Hours: n(6), Minutes: n(7), Seconds: n(8)}
	d.zero = d == Duration{}
	return d, nil
}

// IsZero reports whether no duration is given. P0D is a duration.
func (d Duration) IsZero() bool { return d == Duration{} }

// String is the one normal form: parts that are zero are left out, weeks are days.
func (d Duration) String() string {
	if d.zero {
		return "P0D"
	}
	if d.IsZero() {
		return ""
	}
	date := part(d.Years, "Y") + part(d.Months, "M") + part(d.Days, "D")
	clock := part(d.Hours, "H") + part(d.Minutes, "M") + part(d.Seconds, "S")
	if clock != "" {
		clock = "T" + clock
	}
	return "P" + date + clock
}

// Words is the duration as a contract writes it: "thirty (30) days", "two (2) years".
func (d Duration) Words() string {
	var parts []string
	for _, p := range []struct {
		n    int
		unit string
	}{{d.Years, "year"}, {d.Months, "month"}, {d.Days, "day"}, {d.Hours, "hour"}, {d.Minutes, "minute"}, {d.Seconds, "second"}} {
		if p.n != 0 {
			parts = append(parts, document.Count(int64(p.n), p.unit))
		}
	}
	if d.zero {
		return document.Count(0, "day")
	}
	return document.Join(parts)
}

// After is the instant a duration after t: civil years, months and days in t's location first,
// then exact hours, minutes and seconds.
func (d Duration) After(t time.Time) time.Time {
	civil := DateOf(t).Add(d)
	h, m, s := t.Clock()
	at := time.Date(civil.Year, civil.Month, civil.Day, h, m, s, t.Nanosecond(), t.Location())
	return at.Add(d.clock())
}

// Before is the instant a duration before t: exact hours, minutes and seconds first, then civil days, months
// and years in t's location.
func (d Duration) Before(t time.Time) time.Time {
	t = t.Add(-d.clock())
	civil := DateOf(t).Sub(d)
	h, m, s := t.Clock()
	return time.Date(civil.Year, civil.Month, civil.Day, h, m, s, t.Nanosecond(), t.Location())
}

// Longest is an upper bound, for comparing durations: a year is 366 days, a month 31.
func (d Duration) Longest() time.Duration {
	return time.Duration(d.Years*366+d.Months*31+d.Days)*24*time.Hour + d.clock()
}

// Shortest is a lower bound, for comparing durations: a year is 365 days, a month 28.
func (d Duration) Shortest() time.Duration {
	return time.Duration(d.Years*365+d.Months*28+d.Days)*24*time.Hour + d.clock()
}

// MarshalText writes the normal form.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads ISO 8601; empty is none.
func (d *Duration) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Duration{}
		return nil
	}
	got, err := ParseDuration(string(b))
	if err != nil {
		return err
	}
	*d = got
	return nil
}

func (d Duration) clock() time.Duration {
	return time.Duration(d.Hours)*time.Hour + time.Duration(d.Minutes)*time.Minute + time.Duration(d.Seconds)*time.Second
}

func part(n int, unit string) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n) + unit
}
