package quota

import (
	"sort"
	"strconv"
	"time"

	"entente/articles/commerce"
	"entente/articles/policy"
	"entente/meter"
	"entente/usage"
)

const cachedTokens = commerce.CachedTokens

// A Hold is a call's place under its limits, until it leaves. One goroutine uses it.
type Hold struct {
	page    *page
	terms   *terms
	demand  Demand
	at      time.Time
	held    sum
	in      bool // it counts
	settled bool // what it used has taken the place of what was held

	places []place
	room   [4]place // for most grants enough
}

// A place is where a call counts under one rule.
type place struct {
	count *count
	end   time.Time     // of the day or month in which the call began, to which it belongs
	left  int64         // what the next call may use
	reset time.Duration // until more becomes free; 0 if all is
}

// Enter holds what a call may use, or says which rule refuses it; all rules are looked at before any
// counts. What is held is noted in h, which is empty or has been left, also when a rule refuses: its
// headers say what is left. Who gets no error calls Leave when the call has ended.
func (b *Book) Enter(h *Hold, under *policy.Policy, g *policy.Grant, d Demand, now time.Time) (*Full, error) {
	p := b.page(under.Agreement)
	*h = Hold{page: p, demand: d, at: now}
	h.places = h.room[:0]
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sweep(now)
	h.terms = p.terms(under, g)
	if err := h.attach(b, under.Zone, now); err != nil {
		h.detach()
		return nil, err
	}
	full := h.reserve(b, now)
	if full != nil {
		h.detach()
	}
	h.look(now)
	return full, nil
}

// attach finds the counts of the call's rules.
func (h *Hold) attach(b *Book, zone *time.Location, now time.Time) error {
	for i := range h.terms.rules {
		r, c := &h.terms.rules[i], h.terms.counts[i]
		what := r.Counted
		if c == nil {
			what.Whose = h.demand.Customer
			c = h.page.count(what, zone)
		}
		c.users++
		h.places = append(h.places, place{count: c})
		if err := b.ready(h.page, c, what, now); err != nil {
			return err
		}
	}
	for i := range h.places { // those that were ready first may have waited for the others
		h.places[i].end = h.places[i].count.end
	}
	return nil
}

func (h *Hold) detach() {
	for i := range h.places {
		h.places[i].count.users--
	}
}

// fits reports whether a rule has room for more beside what it counts.
func (h *Hold) fits(i int, more sum) bool {
	r, c := &h.terms.rules[i], h.places[i].count
	return r.of(c.used.plus(c.held).plus(more)) <= r.Quota
}

// fit is what would be held for the call, or which rule has no room for it.
func (h *Hold) fit(b *Book, now time.Time) (need sum, full *Full) {
	need = h.need(b)
	for i := range h.terms.rules {
		if !h.fits(i, need) {
			if h.terms.rules[i].Hard {
				need = h.shrink(i, need)
			}
			if !h.fits(i, need) {
				return need, h.full(i, need, now)
			}
		}
	}
	return need, nil
}

// reserve holds the call's demand, or says which rule has no room for it.
func (h *Hold) reserve(b *Book, now time.Time) *Full {
	need, full := h.fit(b, now)
	if full != nil {
		return full
	}
	h.in = true
	h.held = need
	h.held.calls = 0
	for i := range h.places {
		c := h.places[i].count
		c.add(now, sum{calls: 1})
		c.held = c.held.plus(h.held)
	}
	return nil
}

// need is the most that the call may use, or the first part of it where nothing bounds it.
func (h *Hold) need(b *Book) sum {
	d := h.demand
	if d.Own {
		return sum{calls: 1}
	}
	s := sum{calls: 1, charged: 1, input: d.Most.Input, output: d.Most.Output, bytes: d.Sent + b.answer()}
	if h.terms.cached {
		s.input, s.cached = 0, d.Most.Input
	}
	if s.output < 0 {
		s.output = b.output()
	}
	return s
}

// shrink makes the first part of what nothing bounds as small as a hard rule needs it: the answer's
// bytes and, without a stated maximum, its tokens.
func (h *Hold) shrink(i int, need sum) sum {
	least := need
	least.bytes = h.demand.Sent
	if h.demand.Most.Output < 0 {
		least.output = 1
	}
	if !h.fits(i, least) {
		return need
	}
	more := need.output - least.output
	least.output += h.largest(i, more, func(n int64) sum { s := least; s.output += n; return s })
	more = need.bytes - least.bytes
	least.bytes += h.largest(i, more, func(n int64) sum { s := least; s.bytes += n; return s })
	return least
}

// largest is the largest n up to most with which it fits.
func (h *Hold) largest(i int, most int64, with func(n int64) sum) int64 {
	return int64(sort.Search(int(most), func(n int) bool { return !h.fits(i, with(int64(n)+1)) }))
}

// full says that a rule has no room.
func (h *Hold) full(i int, need sum, now time.Time) *Full {
	r, c := &h.terms.rules[i], h.places[i].count
	before := c.used.plus(c.held)
	full := &Full{Rule: r, Left: max(r.Quota-r.of(before), 0)}
	full.Need = r.of(before.plus(need)) - r.of(before)
	switch {
	case r.of(need) > r.Quota:
	case r.Unit == Open:
		full.Wait = time.Second
	default:
		wait := c.room(now, func(used sum) bool { return r.of(used.plus(c.held).plus(need)) <= r.Quota })
		full.Wait = max(wait, time.Second)
	}
	return full
}

// look notes what is left for the next call, for the headers.
func (h *Hold) look(now time.Time) {
	for i := range h.places {
		r, at := &h.terms.rules[i], &h.places[i]
		c := at.count
		at.left = max(r.Quota-r.of(c.used.plus(c.held)), 0)
		switch {
		case r.Unit == Open || c.used == (sum{}):
		case at.left > 0 && len(c.recent) > 0:
			at.reset = time.Duration(c.recent[0].at - now.UnixNano() + int64(c.span.length()))
		default:
			at.reset = c.room(now, func(used sum) bool { return r.of(used.plus(c.held)) < r.Quota })
		}
	}
}

// Hard reports whether what passes must be held before it does.
func (h *Hold) Hard() bool { return h.in && h.terms.hard && !h.demand.Own }

// Held is what is held for the call, for its usage record.
func (h *Hold) Held() meter.Held {
	return meter.Held{Input: h.held.input + h.held.cached, Output: h.held.output, Bytes: h.held.bytes}
}

// The most by which a hold grows at once, beyond what is needed.
const (
	growTokens = 64 << 10
	growBytes  = 1 << 20
)

// Grow holds more for an answer under way: output is the tokens and delivered the bytes that it will
// have come to. It returns nil if that much is held, and which hard rule has no room for it otherwise.
// A maximum that the caller stated does not grow; whether an answer keeps to it is the caller's to see.
func (h *Hold) Grow(now time.Time, output, delivered int64) *Full {
	want := h.held
	if h.demand.Most.Output < 0 && output > want.output {
		want.output = max(output, want.output+min(want.output, growTokens))
	}
	if bytes := h.demand.Sent + delivered; bytes > want.bytes {
		want.bytes = max(bytes, want.bytes+min(want.bytes, growBytes))
	}
	if want == h.held {
		return nil
	}
	h.page.mu.Lock()
	defer h.page.mu.Unlock()
	full := h.extend(now, want)
	if full != nil { // then only what is needed
		want.output, want.bytes = max(h.held.output, min(want.output, output)), max(h.held.bytes, min(want.bytes, h.demand.Sent+delivered))
		full = h.extend(now, want)
	}
	return full
}

// extend makes the hold a larger one.
func (h *Hold) extend(now time.Time, want sum) *Full {
	more := want.minus(h.held)
	for i := range h.terms.rules {
		r, at := &h.terms.rules[i], &h.places[i]
		at.count.at(now)
		if r.Hard && at.counts() && !h.fits(i, more) {
			before := at.count.used.plus(at.count.held)
			return &Full{Rule: r, Need: r.of(before.plus(more)) - r.of(before), Left: max(r.Quota-r.of(before), 0)}
		}
	}
	for i := range h.places {
		if at := &h.places[i]; at.counts() {
			at.count.held = at.count.held.plus(more)
		}
	}
	h.held = want
	return nil
}

// counts reports whether the day or month to which the call belongs is still the one that is
// counted. What rolls always is.
func (p *place) counts() bool { return p.end.Equal(p.count.end) }

// Settle counts what a call used in place of what was held for it. It is called with the result
// that goes on record, before it does, and brings its usage down to what is believed: what is
// stated beyond what can be, or beyond what a hard rule has room for, is disputed.
func (h *Hold) Settle(now time.Time, r *meter.Result) {
	if h == nil || !h.in || h.settled {
		return
	}
	h.settled = true
	if r.TokensKnown {
		r.Usage = r.Usage.Believed(h.demand.Most, r.BytesOut)
	}
	h.page.mu.Lock()
	defer h.page.mu.Unlock()
	if !h.affords(sumOfResult(r)) {
		r.Usage = r.Usage.Within(usage.Bound{Input: h.demand.Most.Input, Output: h.held.output})
	}
	used := sumOfResult(r)
	for i := range h.places {
		at := &h.places[i]
		at.count.at(now)
		if at.counts() {
			at.count.held = at.count.held.minus(h.held)
			if h.terms.rules[i].Unit != Open {
				at.count.add(now, used)
			}
		}
	}
}

// affords reports whether every hard rule has room for what was used.
func (h *Hold) affords(used sum) bool {
	for i := range h.terms.rules {
		if h.terms.rules[i].Hard && h.places[i].counts() && !h.fits(i, used.minus(h.held)) {
			return false
		}
	}
	return true
}

// Leave ends a call. One that was not settled has used nothing, and was none unless the node
// answered it by itself.
func (h *Hold) Leave(now time.Time) {
	if h == nil || !h.in {
		return
	}
	h.in = false
	h.page.mu.Lock()
	defer h.page.mu.Unlock()
	for i := range h.places {
		at := &h.places[i]
		c := at.count
		c.at(now)
		switch {
		case h.terms.rules[i].Unit == Open:
			c.used.calls--
			if !h.settled {
				c.held = c.held.minus(h.held)
			}
		case !h.settled && at.counts():
			c.held = c.held.minus(h.held)
			if !h.demand.Own {
				c.takeBack(h.at, sum{calls: 1})
			}
		}
	}
	h.detach()
}

// Headers are the limits and what is left of them, as RateLimit-Policy and RateLimit have them
// (RateLimit header fields for HTTP, draft 11); empty without limits.
func (h *Hold) Headers() (policy, state string) {
	if len(h.places) == 0 {
		return "", ""
	}
	var room [256]byte
	left := room[:0]
	for i := range h.places {
		if i > 0 {
			left = append(left, ", "...)
		}
		left = append(left, h.terms.names[i]...)
		left = strconv.AppendInt(left, h.places[i].left, 10)
		if t := h.places[i].reset; t > 0 {
			left = strconv.AppendInt(append(left, ";t="...), Seconds(t), 10)
		}
	}
	return h.terms.header, string(left)
}
