// Package quota keeps a partnership's limits: how many calls, tokens and bytes a caller may use, at
// which cost, in which time, and how many calls may be open at once.
//
// One count decides, is reported in headers, and equals what is metered. Before a call passes, the
// most that it may use is held against every limit that counts it, and a call of which that cannot
// be held is refused; when it ends, what it used takes the place of what was held. Short spans roll:
// in no second, minute or hour is there more than the limit says. Days and months are those of the
// calendar in the agreement's time zone.
//
// A request is held at one token for each of its bytes and an answer at the maximum that the caller
// states. Where the caller states none, an answer is held part by part. Under a limit that is not
// hard the first part is all, and an answer that grows beyond it is completed; the next call then
// finds the limit used up. Under a hard limit each part is held before it passes, and the answer
// ends where no more can be. A hard limit is never exceeded: what a service states beyond it is
// disputed (usage.Bound says what cannot be known before).
//
// Nothing is forgotten in a restart: a count begins with what the meter has of its span. Of calls
// that were interrupted all counts that was held for them. Only what the node answers by itself, a
// list of models, counts as a request while the process runs and is not metered, so that a restart
// forgets it.
package quota

import (
	"strconv"
	"strings"
	"sync"
	"time"

	"entente/agreement"
	"entente/articles/performance"
	"entente/articles/policy"
	"entente/meter"
	"entente/usage"
)

// A Book keeps the counts behind Schedule C's limits, in memory.
type Book struct {
	Meter  *meter.Meter
	Output int64 // tokens that are held for an answer without a stated maximum; zero means 4,096
	Answer int64 // bytes that are held for an answer; zero means 64 KiB

	mu    sync.RWMutex
	pages map[agreement.ID]*page
}

func (b *Book) output() int64 { return positive(b.Output, 4096) }
func (b *Book) answer() int64 { return positive(b.Answer, 64<<10) }

func positive(n, otherwise int64) int64 {
	if n > 0 {
		return n
	}
	return otherwise
}

// A page has the counts of one agreement: limits never reach beyond one.
type page struct {
	agreement agreement.ID

	mu     sync.Mutex
	policy *policy.Policy // whose grants are resolved
	grants map[*policy.Grant]*terms
	counts map[Counted]*count
	kept   int // counts that were left when it was last swept
}

// Terms are the rules of a grant, resolved once for a policy.
type terms struct {
	rules  []Rule
	counts []*count // nil where the customer decides which
	header string   // the value of RateLimit-Policy
	names  []string // as the RateLimit header begins with them
	hard   bool     // one of the rules is
	cached bool     // input costs most where a cache has it
}

func (b *Book) page(id agreement.ID) *page {
	b.mu.RLock()
	p := b.pages[id]
	b.mu.RUnlock()
	if p != nil {
		return p
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.pages == nil {
		b.pages = map[agreement.ID]*page{}
	}
	if b.pages[id] == nil {
		b.pages[id] = &page{agreement: id, counts: map[Counted]*count{}}
	}
	return b.pages[id]
}

// terms are the rules of a grant. It holds p.mu, as all below do.
func (p *page) terms(under *policy.Policy, g *policy.Grant) *terms {
	if p.policy != under || p.grants == nil {
		p.policy, p.grants = under, map[*policy.Grant]*terms{}
	}
	t := p.grants[g]
	if t == nil {
		t = p.resolve(under, g)
		p.grants[g] = t
	}
	return t
}

func (p *page) resolve(under *policy.Policy, g *policy.Grant) *terms {
	t := &terms{rules: rulesFor(g), cached: g.Route.Prices(g.Environment).Dearest() == cachedTokens}
	var policies []string
	for i := range t.rules {
		r := &t.rules[i]
		t.hard = t.hard || r.Hard
		policies = append(policies, r.policy())
		t.names = append(t.names, strconv.Quote(r.Name())+";r=")
		var c *count
		switch {
		case r.Per == performance.PerKey && g.Key == "": // a key that nobody has is one that has used nothing
			c = &count{span: r.Span, zone: under.Zone, seeded: true}
		case r.Per != performance.PerCustomer:
			c = p.count(r.Counted, under.Zone)
		}
		t.counts = append(t.counts, c)
	}
	t.header = strings.Join(policies, ", ")
	return t
}

func (p *page) count(what Counted, zone *time.Location) *count {
	c := p.counts[what]
	if c == nil {
		c = &count{span: what.Span, zone: zone}
		p.counts[what] = c
	}
	return c
}

// How many counts an agreement has before those are given up that count nothing, and before all are
// that no call is at: the meter knows what they had.
const (
	manyCounts = 4096
	mostCounts = 65536
)

// sweep gives up counts that are not needed. Callers choose the names of customers, so that without
// it there could be any number.
func (p *page) sweep(now time.Time) {
	if len(p.counts) < max(manyCounts, 2*p.kept) && len(p.counts) < mostCounts {
		return
	}
	most := len(p.counts) >= mostCounts
	for what, c := range p.counts {
		if c.asking != nil || c.users > 0 {
			continue
		}
		if c.at(now); most || (c.used == sum{}) {
			delete(p.counts, what)
		}
	}
	p.grants, p.kept = nil, len(p.counts)
}

// A Demand is what a call may come to, as far as its request tells.
type Demand struct {
	Customer string // whom it serves; empty if it names none
	Most     usage.Bound
	Sent     int64 // bytes of its request
	Own      bool  // the node answers it by itself: it uses nothing
}
