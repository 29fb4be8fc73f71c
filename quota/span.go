package quota

import (
	"time"

	"entente/articles/performance"
)

// A Span is the time in which a limit counts. Seconds, minutes and hours roll: in no second are
// there ever more than the limit says. Days and months are those of the calendar in the
// agreement's time zone.
type Span int

const (
	instant Span = iota // what is open now
	second
	minute
	hour
	day
	month
)

var (
	spanNames = [...]string{"now", "second", "minute", "hour", "day", "month"}
	spanWords = [...]string{"an instant", "one second", "one minute", "one hour", "one day", "one month"}
)

func spanOf(l performance.Limit) Span {
	switch w := l.Window; {
	case w.Months > 0:
		return month
	case w.Days > 0:
		return day
	case w.Hours > 0:
		return hour
	case w.Minutes > 0:
		return minute
	case w.Seconds > 0:
		return second
	}
	return instant
}

func (s Span) civil() bool { return s == day || s == month }

// seconds is the span's length as the RateLimit-Policy header states it; a month has 30 days there.
func (s Span) seconds() int64 { return [...]int64{0, 1, 60, 3600, 86400, 30 * 86400}[s] }

func (s Span) length() time.Duration { return time.Duration(s.seconds()) * time.Second }

// grains is into how many moments a span is divided. What falls into one moment counts until the
// last of it is as old as the span, so that the count never errs in the caller's favour.
const grains = 1000

func (s Span) grain() time.Duration { return s.length() / grains }

// bounds are the begin and the end of the day or month that holds t.
func (s Span) bounds(t time.Time, zone *time.Location) (begin, end time.Time) {
	y, m, d := t.In(zone).Date()
	if s == month {
		return time.Date(y, m, 1, 0, 0, 0, 0, zone), time.Date(y, m+1, 1, 0, 0, 0, 0, zone)
	}
	return time.Date(y, m, d, 0, 0, 0, 0, zone), time.Date(y, m, d+1, 0, 0, 0, 0, zone)
}
