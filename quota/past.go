package quota

import (
	"context"
	"fmt"
	"time"

	"entente/agreement"
	"entente/articles/performance"
	"entente/meter"
)

// askAtMost bounds how long the meter is asked for what was used.
const askAtMost = 10 * time.Second

// ready brings a count to now, and first asks the meter what was used before this process had it:
// one caller asks, the others wait. It holds p.mu except meanwhile.
func (b *Book) ready(p *page, c *count, what Counted, now time.Time) error {
	for {
		c.at(now)
		if c.seeded || c.span == instant {
			return nil
		}
		if asking := c.asking; asking != nil {
			p.mu.Unlock()
			<-asking
			p.mu.Lock()
			continue
		}
		asking := make(chan struct{})
		c.asking = asking
		p.mu.Unlock()
		used, err := b.past(p.agreement, what, c.zone, now)
		p.mu.Lock()
		c.asking = nil
		close(asking)
		if err != nil {
			return err
		}
		c.seed(now, used)
	}
}

func (b *Book) past(id agreement.ID, what Counted, zone *time.Location, now time.Time) ([]meter.Used, error) {
	ctx, cancel := context.WithTimeout(context.Background(), askAtMost)
	defer cancel()
	q := meter.Recall{Agreement: string(id), Component: what.Component, Environment: string(what.Environment)}
	switch what.Per {
	case performance.PerKey:
		q.Key = what.Whose
	case performance.PerParty:
		q.Party = what.Whose
	case performance.PerCustomer:
		q.Customer, q.ByCustomer = what.Whose, true
	}
	if what.Span.civil() {
		q.Since, _ = what.Span.bounds(now, zone)
	} else {
		q.Since, q.Grain = now.Add(-what.Span.length()), what.Span.grain()
	}
	used, err := b.Meter.Recall(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("asking what was used before: %w", err)
	}
	return used, nil
}

// seed takes in what was used before. Of calls that were interrupted, or that are open under rules
// of an earlier version, all is counted that was held for them: more they cannot have used.
func (c *count) seed(now time.Time, past []meter.Used) {
	for _, u := range past {
		at := u.At
		if at.IsZero() || at.After(now) {
			at = now
		}
		held := sum{calls: u.Calls, charged: u.Unknown, input: u.Held.Input, output: u.Held.Output, bytes: u.Held.Bytes}
		c.add(at, sumOf(u.Charged, u.Tokens, u.Bytes, u.Units).plus(held))
	}
	c.seeded = true
	c.at(now)
}
