package gateway

import (
	"context"
	"sync"
	"time"

	"entente/articles/policy"
)

// openCalls are the calls that are at an upstream now.
type openCalls struct {
	mu    sync.Mutex
	first *call
	count int
	looks int // that are under way
}

// A link is a call's place among those that are open.
type link struct{ before, next *call }

func (o *openCalls) add(c *call) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.count++
	if c.open.next = o.first; o.first != nil {
		o.first.open.before = c
	}
	o.first = c
}

func (o *openCalls) remove(c *call) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.count--
	at := c.open
	c.open, c.seen = link{}, o.looks > 0
	if at.before == nil {
		o.first = at.next
	} else {
		at.before.open.next = at.next
	}
	if at.next != nil {
		at.next.open.before = at.before
	}
}

// all are the calls for a look at them, which ends with looked.
func (o *openCalls) all() []*call {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.looks++
	all := make([]*call, 0, o.count)
	for c := o.first; c != nil; c = c.open.next {
		all = append(all, c)
	}
	return all
}

func (o *openCalls) looked() {
	o.mu.Lock()
	o.looks--
	o.mu.Unlock()
}

func (o *openCalls) number() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.count
}

// watchSpan is how long an open call may outlive the instant that ends it.
const watchSpan = 500 * time.Millisecond

// Watch ends open calls at the instants that nobody announces: keys, access tokens and certificates
// expire, agreements begin and end. It returns when ctx ends.
func (g *Gateway) Watch(ctx context.Context) {
	tick := time.NewTicker(watchSpan)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			g.Recheck()
		}
	}
}

// recheck decides an open call again and ends it if it is refused now.
func (c *call) recheck(now time.Time) {
	if !c.until.IsZero() && !now.Before(c.until) {
		c.stop(refuse(policy.KeyInvalid, "B", "The access token has expired."))
		return
	}
	if most := c.gateway.Total; most > 0 && now.Sub(c.opened) > most && !c.standing.Load() {
		c.stop(refuse(tooLong, "", "The call has taken longer than the %s that the node’s operator lets a call take.", most))
		return
	}
	p, g := c.gateway.Register.Grant(c.digest)
	if g == nil {
		return // keys are never forgotten, only revoked
	}
	v := c.verdict(p, g, now)
	if !v.OK && (p.Version == c.policy.Version || ends[v.Code]) {
		c.stop(byVerdict(v))
	}
}

// ends are the refusals that end a call under way. Other changes of an amendment hold for the calls
// that come after it: one under way is completed under the version that let it pass.
var ends = map[policy.Code]bool{
	policy.KeyInvalid: true, policy.IsSuspended: true, policy.AgreementEnded: true, policy.NotInForce: true, policy.ProductionClosed: true,
	policy.CustomerNew: true, policy.Uncertified: true, policy.Withheld: true,
}
