package quota

import (
	"time"

	"entente/articles/commerce"
	"entente/meter"
	"entente/usage"
)

// A sum is use as limits count it.
type sum struct {
	calls   int64 // that began
	charged int64 // that clause 6.1 prices as requests: those that ended well
	input   int64 // tokens not read from a cache
	cached  int64
	output  int64
	bytes   int64
	units   int64 // of the provider's own
}

func (s sum) plus(t sum) sum {
	return sum{s.calls + t.calls, s.charged + t.charged, s.input + t.input, s.cached + t.cached, s.output + t.output, s.bytes + t.bytes, s.units + t.units}
}

func (s sum) minus(t sum) sum {
	return sum{s.calls - t.calls, s.charged - t.charged, s.input - t.input, s.cached - t.cached, s.output - t.output, s.bytes - t.bytes, s.units - t.units}
}

func (s sum) use() commerce.Use {
	return commerce.Use{Requests: s.charged, InputTokens: s.input, CachedTokens: s.cached, OutputTokens: s.output, Bytes: s.bytes, Units: s.units}
}

// Use is metered usage as clause 6.1 prices it: what limits count, and what statements charge.
// Charged are the calls that ended well.
func Use(charged int64, t usage.Tokens, bytes, units int64) commerce.Use {
	return commerce.Use{Requests: charged, InputTokens: t.InputUncached + t.CacheWrite, CachedTokens: t.CacheRead, OutputTokens: t.Output + t.Reasoning, Bytes: bytes, Units: units}
}

func sumOf(charged int64, t usage.Tokens, bytes, units int64) sum {
	u := Use(charged, t, bytes, units)
	return sum{charged: u.Requests, input: u.InputTokens, cached: u.CachedTokens, output: u.OutputTokens, bytes: u.Bytes, units: u.Units}
}

// sumOfResult is what a call used beyond being one.
func sumOfResult(r *meter.Result) sum {
	var charged int64
	if r.Outcome == meter.OK {
		charged = 1
	}
	return sumOf(charged, r.Counted(), r.BytesIn+r.BytesOut, r.Units)
}

// A count is what is used in one span, and what is held besides for calls under way.
type count struct {
	span   Span
	zone   *time.Location
	used   sum
	held   sum
	recent []spot    // what rolls: oldest first
	begin  time.Time // of the day or month that is counted
	end    time.Time // of the same

	seeded bool          // it has what was metered before
	asking chan struct{} // closed when the meter has been asked
	users  int           // calls that are at it
}

// A spot is what was used at about one moment.
type spot struct {
	at     int64 // Unix nanoseconds of the last of it
	amount sum
}

// at brings the count to now.
func (c *count) at(now time.Time) {
	switch {
	case c.span == instant:
	case !c.span.civil():
		c.rewind(now.UnixNano())
		c.forget(now.UnixNano() - int64(c.span.length()))
	case !now.Before(c.end):
		c.begin, c.end = c.span.bounds(now, c.zone)
		c.used, c.held = sum{}, sum{} // what is still held is of the span that has ended
	case now.Before(c.begin): // the clock was set back: what was used counts as of the day that it is now
		c.begin, c.end = c.span.bounds(now, c.zone)
		c.held = sum{}
	}
}

// rewind takes what was used in a future that is further away than the span for used now: the clock was
// set back, and nobody shall wait until it is there again.
func (c *count) rewind(now int64) {
	if n := len(c.recent); n == 0 || c.recent[n-1].at-now <= int64(c.span.length()) {
		return
	}
	for i := range c.recent {
		c.recent[i].at = min(c.recent[i].at, now)
	}
}

func (c *count) forget(before int64) {
	n := 0
	for n < len(c.recent) && c.recent[n].at <= before {
		c.used = c.used.minus(c.recent[n].amount)
		n++
	}
	c.recent = c.recent[n:] // append moves what is left when it needs the room
}

// add counts n more at now.
func (c *count) add(now time.Time, n sum) {
	c.used = c.used.plus(n)
	if !c.span.civil() && c.span != instant && n != (sum{}) {
		c.spot(now.UnixNano(), n)
	}
}

func (c *count) spot(at int64, n sum) {
	if len(c.recent) > 0 {
		last := &c.recent[len(c.recent)-1]
		at = max(at, last.at) // the clock may go back
		if grain := int64(c.span.grain()); at/grain == last.at/grain {
			last.at, last.amount = at, last.amount.plus(n)
			return
		}
	}
	c.recent = append(c.recent, spot{at, n})
}

// takeBack undoes what was added at a moment, if it still counts.
func (c *count) takeBack(at time.Time, n sum) {
	if c.span.civil() || c.span == instant {
		c.used = c.used.minus(n)
		return
	}
	for i := range c.recent {
		if s := &c.recent[i]; s.at >= at.UnixNano() && s.amount.calls >= n.calls {
			s.amount, c.used = s.amount.minus(n), c.used.minus(n)
			return
		}
	}
}

// room is how long after now enough of what rolls is forgotten, the span's length if that is never
// enough, and of a day or a month when it ends.
func (c *count) room(now time.Time, enough func(used sum) bool) time.Duration {
	if c.span.civil() {
		return c.end.Sub(now)
	}
	left := c.used
	for _, s := range c.recent {
		if left = left.minus(s.amount); enough(left) {
			return time.Duration(s.at - now.UnixNano() + int64(c.span.length()))
		}
	}
	return c.span.length()
}
