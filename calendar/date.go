// Package calendar is time as contracts count it: civil dates, durations that keep years, months,
// days and hours apart, and business days.
//
// A civil date becomes an instant only in the agreement's own time zone, and late: what is stored
// is the date. Nothing here reads a clock.
package calendar

import (
	"fmt"
	"time"
)

// A Date is a civil date, ISO 8601: 2026-12-01. The zero Date is no date.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads an ISO 8601 calendar date, years 1900 to 9999.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1900 {
		return Date{}, fmt.Errorf("%q is not a date: write year-month-day, for example 2026-12-01", s)
	}
	return DateOf(t), nil
}

// DateOf is the civil date of t in t's own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// IsZero reports whether there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// String is the date in ISO 8601; empty for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// Words is the date as a contract writes it: "1 December 2026"; empty for no date.
func (d Date) Words() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d %s %d", d.Day, d.Month, d.Year)
}

// MarshalText writes ISO 8601.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads ISO 8601; empty is no date.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	got, err := ParseDate(string(b))
	if err != nil {
		return err
	}
	*d = got
	return nil
}

// In is the first instant of the date in a time zone. Where a zone skips midnight, it is the first
// instant that exists.
func (d Date) In(zone *time.Location) time.Time {
	t := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, zone)
	for DateOf(t).Before(d) {
		t = t.Add(15 * time.Minute)
	}
	return t
}

// AddDays is the date n days later, or earlier if n is negative.
func (d Date) AddDays(n int) Date {
	return DateOf(time.Date(d.Year, d.Month, d.Day+n, 0, 0, 0, 0, time.UTC))
}

// AddMonths is the same day n months later; a day that the month lacks becomes its last day,
// so 31 January and one month is 28 or 29 February.
func (d Date) AddMonths(n int) Date {
	first := time.Date(d.Year, d.Month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return Date{first.Year(), first.Month(), min(d.Day, last)}
}

// Add is the date after a duration of years, months, weeks and days. Hours and less are left out.
func (d Date) Add(p Duration) Date { return d.AddMonths(12*p.Years + p.Months).AddDays(p.Days) }

// Sub is the date a duration earlier.
func (d Date) Sub(p Duration) Date { return d.AddMonths(-12*p.Years - p.Months).AddDays(-p.Days) }

// Before, After and Compare order dates.
func (d Date) Before(e Date) bool { return d.Compare(e) < 0 }

// After reports whether d is later than e.
func (d Date) After(e Date) bool { return d.Compare(e) > 0 }

// Compare is -1, 0 or 1 as d is earlier than, the same as or later than e.
func (d Date) Compare(e Date) int {
	return d.utc().Compare(e.utc())
}

// DaysUntil is the number of days from d to e; negative when e is earlier.
func (d Date) DaysUntil(e Date) int { return int(e.utc().Sub(d.utc()).Hours() / 24) }

func (d Date) utc() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }
