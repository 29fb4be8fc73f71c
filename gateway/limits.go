package gateway

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/integration"
	"entente/meter"
)

// limits are the counts behind Schedule C's limits. One count decides and reports. They are in
// memory: after a restart the short spans begin empty, and days and months with what the meter
// has, except those counted by key, which begin empty too.
//
// Requests and open calls are counted before a call, tokens and bytes when it has ended: a call
// that begins below such a quota is completed, and the next one is refused. Limits of money are
// not decided here: the gateway knows no prices.
type limits struct {
	mu     sync.Mutex
	counts map[counted]*count
}

// counted names a count. The figure of the limit is not part of it, so that an amendment that
// changes the figure goes on counting.
type counted struct {
	agreement   agreement.ID
	component   string
	environment agreement.Environment
	per         integration.LimitPer
	whose       string // the key's id or the party; empty for the component
	unit        integration.Unit
	span        span
}

// open is the unit of calls that are open at the same time.
const open integration.Unit = "open"

// A rule is one figure of one row of Schedule C, for one caller.
type rule struct {
	what  counted
	quota int64
	count *count
	left  int64         // what the caller may still use, after this call
	reset time.Duration // until more becomes free; 0 if all is
}

// name is how the headers call the rule: "key-requests-second", "party-open".
func (r *rule) name() string {
	if r.what.unit == open {
		return string(r.what.per) + "-open"
	}
	return string(r.what.per) + "-" + string(r.what.unit) + "-" + spanNames[r.what.span]
}

// need is what a call uses as it begins.
func (r *rule) need() int64 {
	if r.what.unit == integration.LimitRequests || r.what.unit == open {
		return 1
	}
	return 0
}

// full reports whether the rule refuses one more call. Where a call's use is known only when it
// has ended, it is refused once the quota is used up.
func (r *rule) full() bool { return r.count.used+max(r.need(), 1) > r.quota }

// rulesFor are the rules that hold for calls under a grant.
func rulesFor(p *articles.Policy, g *articles.Grant) []rule {
	var found []rule
	for _, l := range g.Route.Limits {
		if l.Environment != "" && l.Environment != g.Environment {
			continue
		}
		what := counted{p.Agreement, g.Route.Component, g.Environment, l.Per, whose(l.Per, g), l.Unit, spanOf(l)}
		if quota := figure(l); quota > 0 && what.span != instant {
			found = append(found, rule{what: what, quota: quota})
		}
		if l.Concurrent > 0 {
			what.unit, what.span = open, instant
			found = append(found, rule{what: what, quota: l.Concurrent})
		}
	}
	return found
}

func whose(per integration.LimitPer, g *articles.Grant) string {
	switch per {
	case integration.PerKey:
		return g.Key
	case integration.PerParty:
		return string(g.Party)
	}
	return ""
}

func figure(l integration.Limit) int64 {
	switch l.Unit {
	case integration.LimitRequests:
		return l.Requests
	case integration.LimitTokens:
		return l.Tokens
	case integration.LimitBytes:
		return l.Bytes
	}
	return 0
}

// A pass is a call's place under its limits, until it leaves.
type pass struct {
	limits *limits
	rules  []rule
	at     time.Time
	in     bool
}

// enter counts a call, or says which rule refuses it; all rules are looked at before any counts.
func (l *limits) enter(p *articles.Policy, g *articles.Grant, now time.Time, past past) (*pass, *rule, error) {
	rules := rulesFor(p, g)
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range rules {
		if err := l.attach(&rules[i], p.Zone, now, past); err != nil {
			return nil, nil, err
		}
	}
	var refusing *rule
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
		r.left = max(r.quota-r.count.used, 0)
		if r.count.used > 0 && r.what.unit != open {
			r.reset = r.count.room(now, 1, r.quota)
		}
	}
	return &pass{l, rules, now, refusing == nil}, refusing, nil
}

// attach finds the rule's count and brings it to now. A day or month that begins with this process
// asks the meter for its past, without the lock.
func (l *limits) attach(r *rule, zone *time.Location, now time.Time, past past) error {
	c := l.counts[r.what]
	if c == nil {
		c = &count{span: r.what.span, zone: zone}
		if l.counts == nil {
			l.counts = map[counted]*count{}
		}
		l.counts[r.what] = c
	}
	r.count = c
	if c.span == instant {
		return nil
	}
	c.at(now)
	if !c.span.civil() || c.seeded {
		return nil
	}
	l.mu.Unlock()
	used, err := past(r.what, zone, now)
	l.mu.Lock()
	if err == nil && !c.seeded {
		c.used, c.seeded = c.used+used, true
	}
	return err
}

// leave ends a call and counts what it used.
func (p *pass) leave(now time.Time, tokens, bytes int64) {
	if p == nil || !p.in {
		return
	}
	p.in = false
	p.limits.mu.Lock()
	defer p.limits.mu.Unlock()
	for i := range p.rules {
		r := &p.rules[i]
		switch r.what.unit {
		case open:
			r.count.used--
		case integration.LimitTokens:
			r.count.settle(p.at, now, tokens)
		case integration.LimitBytes:
			r.count.settle(p.at, now, bytes)
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

// A past is what was used of a day or a month before this process began.
type past func(what counted, zone *time.Location, now time.Time) (int64, error)

// metered asks the meter. It has no sums by key.
func (g *Gateway) metered(ctx context.Context) past {
	return func(what counted, zone *time.Location, now time.Time) (int64, error) {
		if what.per == integration.PerKey {
			return 0, nil
		}
		begin, _ := what.span.bounds(now, zone)
		sums, err := g.Meter.Summary(ctx, meter.Query{
			Agreement: string(what.agreement), Party: what.whose, Component: what.component,
			Environment: string(what.environment), From: meter.DayOf(begin, zone), Zone: zone,
		})
		if err != nil {
			return 0, fmt.Errorf("adding up what was used: %w", err)
		}
		var used int64
		for _, s := range sums {
			switch what.unit {
			case integration.LimitRequests:
				used += s.Calls
			case integration.LimitTokens:
				used += total(s.Tokens)
			case integration.LimitBytes:
				used += s.BytesIn + s.BytesOut
			}
		}
		return used, nil
	}
}

func total(t meter.Tokens) int64 { return t.Input() + t.Output + t.Reasoning }

// headers state the limits and what is left of them (RateLimit header fields for HTTP, draft 11).
func (p *pass) headers(h http.Header) {
	if len(p.rules) == 0 {
		return
	}
	var policy, state strings.Builder
	for i := range p.rules {
		r := &p.rules[i]
		if i > 0 {
			policy.WriteString(", ")
			state.WriteString(", ")
		}
		policy.WriteString(strconv.Quote(r.name()) + ";q=" + strconv.FormatInt(r.quota, 10) + units[r.what.unit])
		if w := r.what.span.seconds(); w > 0 {
			policy.WriteString(";w=" + strconv.FormatInt(w, 10))
		}
		state.WriteString(strconv.Quote(r.name()) + ";r=" + strconv.FormatInt(r.left, 10))
		if r.reset > 0 {
			state.WriteString(";t=" + strconv.FormatInt(ceilSeconds(r.reset), 10))
		}
	}
	h.Set("RateLimit-Policy", policy.String())
	h.Set("RateLimit", state.String())
}

// units are the quota units of the draft; a request is the unit where none is named, and the
// draft has no tokens.
var units = map[integration.Unit]string{
	integration.LimitBytes: `;qu="content-bytes"`, integration.LimitTokens: `;qu="entente-tokens"`, open: `;qu="concurrent-requests"`,
}

func ceilSeconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }

// words say a rule's figure: "20 requests in a second", "10 open calls".
func (r *rule) words() string {
	if r.what.unit == open {
		return fmt.Sprintf("%d open calls at the same time", r.quota)
	}
	return fmt.Sprintf("%d %s in %s", r.quota, r.what.unit, spanWords[r.what.span])
}

// wait is how long the caller should wait before the next try.
func (r *rule) wait() time.Duration { return max(r.reset, time.Second) }
