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
