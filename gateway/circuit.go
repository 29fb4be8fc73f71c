package gateway

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"entente/agreement"
	"entente/egress"
)

// A Circuit says when calls to an upstream that does not answer are refused at once, so that callers
// learn of the outage without waiting for it. An answer of any status closes it: a service that says
// that it failed or is overloaded is there.
type Circuit struct {
	Failures int           // so many calls in a row without an answer open it; zero means 5
	Window   time.Duration // if they all failed within this; zero means a minute
	Pause    time.Duration // then one call tries again, and the others wait for what comes of it; zero means 10 s
}

func (c Circuit) failures() int         { return cmp.Or(c.Failures, 5) }
func (c Circuit) window() time.Duration { return cmp.Or(c.Window, time.Minute) }
func (c Circuit) pause() time.Duration  { return cmp.Or(c.Pause, 10*time.Second) }

// A breaker is the circuit of one upstream. While all is well it costs a look at a flag.
type breaker struct {
	rules    Circuit
	troubled atomic.Bool // a call has failed since the last answer

	mu     sync.Mutex
	failed int       // in a row
	since  time.Time // the first of them
	open   bool
	until  time.Time // when one may try again
	trying bool
}

// What a call has shown of its upstream.
type sign int

const (
	nothing sign = iota
	answered
	unanswered
)

// enter lets a call to the upstream, or says that it is out. A call that was let in ends with end.
func (b *breaker) enter(now time.Time) (trial bool, no *refusal) {
	if !b.troubled.Load() {
		return false, nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	wait := b.until.Sub(now)
	switch {
	case !b.open:
		return false, nil
	case !b.trying && (wait <= 0 || wait > b.rules.pause()): // the clock may have been set back
		b.trying = true
		return true, nil
	}
	no = refuse(upstreamDown, "", "The provider's service has not answered since %s. This is an outage of the service, and it is on record as the provider's.",
		b.since.UTC().Format(time.RFC3339))
	no.retry = max(wait, time.Second)
	return false, no
}

func (b *breaker) end(trial bool, what sign, now func() time.Time) {
	if what == answered && !trial && !b.troubled.Load() {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if trial {
		b.trying = false
	}
	switch what {
	case answered:
		b.failed, b.open = 0, false
		b.troubled.Store(false)
	case unanswered:
		b.count(now())
	}
}

func (b *breaker) count(now time.Time) {
	if since := now.Sub(b.since); !b.open && (b.failed == 0 || since > b.rules.window() || since < 0) {
		b.failed, b.since = 0, now
	}
	b.failed++
	b.troubled.Store(true)
	if b.open || b.failed >= b.rules.failures() {
		b.open, b.until = true, now.Add(b.rules.pause())
	}
}

// exchange makes the call to the upstream, unless that is out. What the caller or this node ended shows
// nothing of the upstream, and neither does an address that may not be called.
func (c *call) exchange(up *upstream) (*egress.Response, error) {
	trial, no := up.breaker.enter(c.opened)
	if no != nil {
		return nil, no
	}
	what := nothing
	defer func() { up.breaker.end(trial, what, c.gateway.Now) }()
	resp, err := c.gateway.Transport.Call(&c.line, c.request(up))
	switch {
	case err == nil:
		what = answered
	case c.line.Err() == nil && !errors.Is(err, egress.ErrRefused):
		what = unanswered
	}
	return resp, err
}

// An Outage is an upstream that does not answer, as far as calls have shown.
type Outage struct {
	Component, Environment string
	Since                  time.Time // the first of the calls in a row that failed
}

// Outages are those of an agreement's upstreams, by component and environment.
func (u *Upstreams) Outages(id agreement.ID) []Outage {
	table := u.table.Load()
	if table == nil {
		return nil
	}
	var found []Outage
	for at, up := range *table {
		if at.agreement != string(id) || !up.breaker.troubled.Load() {
			continue
		}
		up.breaker.mu.Lock()
		if up.breaker.open {
			found = append(found, Outage{at.component, at.environment, up.breaker.since})
		}
		up.breaker.mu.Unlock()
	}
	slices.SortFunc(found, func(a, b Outage) int {
		return cmp.Or(strings.Compare(a.Component, b.Component), strings.Compare(a.Environment, b.Environment))
	})
	return found
}
