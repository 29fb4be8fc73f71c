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

// bounds are the begin and the end of the day or month that holds t.
func (s Span) bounds(t time.Time, zone *time.Location) (begin, end time.Time) {
	y, m, d := t.In(zone).Date()
	if s == month {
		return time.Date(y, m, 1, 0, 0, 0, 0, zone), time.Date(y, m+1, 1, 0, 0, 0, 0, zone)
	}
	return time.Date(y, m, d, 0, 0, 0, 0, zone), time.Date(y, m, d+1, 0, 0, 0, 0, zone)
}

// A count is how much of one limit is used.
type count struct {
	span   Span
	zone   *time.Location
	used   int64
	recent []spot    // what rolls: oldest first
	end    time.Time // of the day or month that is counted
	seeded bool      // a day or month has what was metered before this process began
}

// A spot is what was used at about one moment.
type spot struct {
	at     int64 // Unix nanoseconds of the last of it
	amount int64
}

// grains is into how many moments a span is divided. What falls into one moment counts until the
// last of it is as old as the span, so that the count never errs in the caller's favour.
const grains = 1000

// at brings the count to now and returns what is used.
func (c *count) at(now time.Time) int64 {
	switch {
	case c.span.civil() && !now.Before(c.end):
		first := c.end.IsZero()
		_, c.end = c.span.bounds(now, c.zone)
		c.used, c.seeded = 0, !first
	case !c.span.civil():
		c.forget(now.UnixNano() - int64(c.span.length()))
	}
	return c.used
}

func (c *count) forget(before int64) {
	n := 0
	for n < len(c.recent) && c.recent[n].at <= before {
		c.used -= c.recent[n].amount
		n++
	}
	c.recent = c.recent[n:] // append moves what is left when it needs the room
}

// add counts n more at now.
func (c *count) add(now time.Time, n int64) {
	c.used += n
	if c.span.civil() || c.span == instant || n == 0 {
		return
	}
	at, grain := now.UnixNano(), int64(c.span.length())/grains
	if len(c.recent) > 0 {
		last := &c.recent[len(c.recent)-1]
		at = max(at, last.at) // the clock may go back
		if at/grain == last.at/grain {
			last.at, last.amount = at, last.amount+n
			return
		}
	}
	c.recent = append(c.recent, spot{at, n})
}

// room is how long after now there is room for need more, where quota is the most; the span's
// length if there never is.
func (c *count) room(now time.Time, need, quota int64) time.Duration {
	if c.span.civil() {
		return c.end.Sub(now)
	}
	left := c.used
	for _, s := range c.recent {
		if left -= s.amount; left+need <= quota {
			return time.Duration(s.at - now.UnixNano() + int64(c.span.length()))
		}
	}
	return c.span.length()
}
