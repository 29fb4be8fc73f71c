// Package quota keeps a partnership's limits: how many calls, tokens and bytes a caller may use,
// in which time, and how many calls may be open at once.
//
// One count decides, is reported in headers, and is compared with what was metered. A call holds
// its place before it is forwarded and settles what it really used when it has ended. Short spans
// roll: in no second, minute or hour is there more than the limit says. Days and months are those
// of the calendar in the agreement's time zone.
package quota

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/performance"
	"entente/meter"
)

// A Book keeps the counts behind Schedule C's limits, in memory. After a restart the short spans
// begin empty, and days and months with what the meter has, except those counted by key, which
// begin empty too: the meter has no sums by key.
//
// Requests and open calls are counted before a call, tokens and bytes when it has ended: a call
// that begins below such a quota is completed, and the next one is refused.
type Book struct {
	Meter *meter.Meter

	mu     sync.Mutex
	counts map[Counted]*count
}

// Counted names a count. The figure of the limit is not part of it, so that an amendment that
// changes the figure goes on counting.
type Counted struct {
	Agreement   agreement.ID
	Component   string
	Environment agreement.Environment
	Per         performance.LimitPer
	Whose       string // the key's id or the party; empty for the component
	Unit        performance.Unit
	Span        Span
}

// Open is the unit of calls that are open at the same time.
const Open performance.Unit = "open"

// A Rule is one figure of one row of Schedule C, for one caller.
type Rule struct {
	Counted
	Quota int64

	count *count
	left  int64         // what the caller may still use, after this call
	reset time.Duration // until more becomes free; 0 if all is
}

// Name is how the headers call the rule: "key-requests-second", "party-open".
func (r *Rule) Name() string {
	if r.Unit == Open {
		return string(r.Per) + "-open"
	}
	return string(r.Per) + "-" + string(r.Unit) + "-" + spanNames[r.Span]
}

// need is what a call uses as it begins.
func (r *Rule) need() int64 {
	if r.Unit == performance.Requests || r.Unit == Open {
		return 1
	}
	return 0
}

// full reports whether the rule refuses one more call. Where a call's use is known only when it
// has ended, it is refused once the quota is used up.
func (r *Rule) full() bool { return r.count.used+max(r.need(), 1) > r.Quota }

// rulesFor are the rules that hold for calls under a grant.
func rulesFor(p *articles.Policy, g *articles.Grant) []Rule {
	var found []Rule
	for _, l := range g.Route.Limits {
		if l.Environment != "" && l.Environment != g.Environment {
			continue
		}
		what := Counted{p.Agreement, g.Route.Component, g.Environment, l.Per, whose(l.Per, g), l.Unit, spanOf(l)}
		if quota := figure(l); quota > 0 && what.Span != instant {
			found = append(found, Rule{Counted: what, Quota: quota})
		}
		if l.Concurrent > 0 {
			what.Unit, what.Span = Open, instant
			found = append(found, Rule{Counted: what, Quota: l.Concurrent})
		}
	}
	return found
}

func whose(per performance.LimitPer, g *articles.Grant) string {
	switch per {
	case performance.PerKey:
		return g.Key
	case performance.PerParty:
		return string(g.Party)
	}
	return ""
}

func figure(l performance.Limit) int64 {
	switch l.Unit {
	case performance.Requests:
		return l.Requests
	case performance.Tokens:
		return l.Tokens
	case performance.Bytes:
		return l.Bytes
	}
	return 0
}

// A Hold is a call's place under its limits, until it leaves.
type Hold struct {
	book  *Book
	rules []Rule
	at    time.Time
	in    bool
}

// Enter counts a call, or says which rule refuses it; all rules are looked at before any counts.
// The hold is there also when a rule refuses: its headers say what is left.
func (b *Book) Enter(p *articles.Policy, g *articles.Grant, now time.Time) (*Hold, *Rule, error) {
	rules := rulesFor(p, g)
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range rules {
		if err := b.attach(&rules[i], p.Zone, now); err != nil {
			return nil, nil, err
		}
	}
	var refusing *Rule
	for i := range rules {
		if refusing == nil && rules[i].full() {
			refusing = &rules[i]
		}
	}
	for i := range rules {
		r := &rules[i]
		if refusing == nil {
			r.count.add(now, r.need())
		}
		r.left = max(r.Quota-r.count.used, 0)
		if r.count.used > 0 && r.Unit != Open {
			r.reset = r.count.room(now, 1, r.Quota)
		}
	}
	return &Hold{b, rules, now, refusing == nil}, refusing, nil
}

// attach finds the rule's count and brings it to now. A day or month that begins with this process
// asks for its past, without the lock.
func (b *Book) attach(r *Rule, zone *time.Location, now time.Time) error {
	c := b.counts[r.Counted]
	if c == nil {
		c = &count{span: r.Span, zone: zone}
		if b.counts == nil {
			b.counts = map[Counted]*count{}
		}
		b.counts[r.Counted] = c
	}
	r.count = c
	if c.span == instant {
		return nil
	}
	c.at(now)
	if !c.span.civil() || c.seeded {
		return nil
	}
	b.mu.Unlock()
	used, err := b.past(r.Counted, zone, now)
	b.mu.Lock()
	if err == nil && !c.seeded {
		c.used, c.seeded = c.used+used, true
	}
	return err
}

// Leave ends a call and counts what it used.
func (h *Hold) Leave(now time.Time, used meter.Result) {
	if h == nil || !h.in {
		return
	}
	h.in = false
	h.book.mu.Lock()
	defer h.book.mu.Unlock()
	for i := range h.rules {
		r := &h.rules[i]
		switch r.Unit {
		case Open:
			r.count.used--
		case performance.Tokens:
			r.count.settle(h.at, now, used.Tokens.Total())
		case performance.Bytes:
			r.count.settle(h.at, now, used.BytesIn+used.BytesOut)
		}
	}
}

// settle counts what a call used that began at from. A call belongs to the day and month in which
// it began, as in the statements.
func (c *count) settle(from, now time.Time, n int64) {
	c.at(now)
	if c.span.civil() {
		if begin, _ := c.span.bounds(now, c.zone); from.Before(begin) {
			return
		}
	}
	c.add(now, n)
}

// Headers state the limits and what is left of them (RateLimit header fields for HTTP, draft 11).
func (h *Hold) Headers(to http.Header) {
	if len(h.rules) == 0 {
		return
	}
	var policy, state strings.Builder
	for i := range h.rules {
		r := &h.rules[i]
		if i > 0 {
			policy.WriteString(", ")
			state.WriteString(", ")
		}
		policy.WriteString(strconv.Quote(r.Name()) + ";q=" + strconv.FormatInt(r.Quota, 10) + units[r.Unit])
		if w := r.Span.seconds(); w > 0 {
			policy.WriteString(";w=" + strconv.FormatInt(w, 10))
		}
		state.WriteString(strconv.Quote(r.Name()) + ";r=" + strconv.FormatInt(r.left, 10))
		if r.reset > 0 {
			state.WriteString(";t=" + strconv.FormatInt(Seconds(r.reset), 10))
		}
	}
	to.Set("RateLimit-Policy", policy.String())
	to.Set("RateLimit", state.String())
}

// Seconds rounds up: who waits so long has waited long enough.
func Seconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }

// units are the quota units of the draft; a request is the unit where none is named, and the
// draft has no tokens.
var units = map[performance.Unit]string{
	performance.Bytes: `;qu="content-bytes"`, performance.Tokens: `;qu="entente-tokens"`, Open: `;qu="concurrent-requests"`,
}

// Words say a rule's figure: "20 requests in one second", "10 open calls at the same time".
func (r *Rule) Words() string {
	if r.Unit == Open {
		return fmt.Sprintf("%d open calls at the same time", r.Quota)
	}
	return fmt.Sprintf("%d %s in %s", r.Quota, r.Unit, spanWords[r.Span])
}

// Wait is how long the caller should wait before the next try.
func (r *Rule) Wait() time.Duration { return max(r.reset, time.Second) }

// Rolling reports whether the rule's span moves with the clock, rather than with the calendar.
func (r *Rule) Rolling() bool { return !r.Span.civil() }
