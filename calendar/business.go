package calendar

import "time"

// Business is a business calendar: which days the parties work.
// The zero Business works Monday to Friday and has no holidays.
type Business struct {
	Weekend  []time.Weekday // nil means Saturday and Sunday
	Holidays []Date
}

// Works reports whether d is a business day.
func (b Business) Works(d Date) bool {
	day := d.utc().Weekday()
	if b.Weekend == nil && (day == time.Saturday || day == time.Sunday) {
		return false
	}
	for _, w := range b.Weekend {
		if w == day {
			return false
		}
	}
	for _, h := range b.Holidays {
		if h == d {
			return false
		}
	}
	return true
}

// Add is the n-th business day after d; the day itself does not count.
func (b Business) Add(d Date, n int) Date {
	for n > 0 {
		d = d.AddDays(1)
		if b.Works(d) {
			n--
		}
	}
	return d
}

// Next is d if it is a business day, else the next one.
func (b Business) Next(d Date) Date {
	for !b.Works(d) {
		d = d.AddDays(1)
	}
	return d
}

// A Deadline is something that one party owes by a date, under a clause.
type Deadline struct {
	Clause string // "2.2"
	What   string // "Security review is due"
	Party  string // who owes it: "a", "b" or "both"
	Due    Date   // in the agreement's time zone
	State  State
}

// A State says how a deadline stands.
type State string

// The states of a deadline.
const (
	Open State = "open" // not yet due
	Late State = "late" // due and not done
	Done State = "done"
)
