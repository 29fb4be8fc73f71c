// Package measure counts what passes the gateway, for the operator's dashboards. It decides nothing and
// bills nothing: the usage journal does. What callers write never becomes the name of a count, so the
// counts stay few.
package measure

import (
	"cmp"
	"maps"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"entente/meter"
	"entente/metrics"
)

// A Place is whose calls are counted together.
type Place struct{ Agreement, Component, Environment string }

// A Book has the counts of one process. The zero value is ready.
type Book struct {
	mu      sync.RWMutex
	places  map[Place]*Counts
	refused map[meter.Refusal]*atomic.Int64 // by the refusal without its day and count
}

// outcomes are those that a call may have.
var outcomes = []meter.Outcome{meter.OK, meter.UpstreamError, meter.UpstreamTimeout, meter.UpstreamRefused, meter.CallerGone, meter.Cut, meter.NotStarted}

// kinds are those of tokens, in the order of kindsOf.
var kinds = [...]string{"input_uncached", "cache_read", "cache_write", "output", "reasoning"}

// Counts are those of a place.
type Counts struct {
	calls            [8]atomic.Int64 // by the place of the outcome in outcomes; the last for any other
	tokens           [len(kinds)]atomic.Int64
	in, out          atomic.Int64 // bytes
	tools            atomic.Int64
	deviations       [8]atomic.Int64 // by the bit
	took, firstBytes metrics.Histogram
}

// Ended counts a call that was metered and took so long.
func (c *Counts) Ended(r *meter.Result, took time.Duration) {
	i := slices.Index(outcomes, r.Outcome)
	if i < 0 {
		i = len(c.calls) - 1
	}
	c.calls[i].Add(1)
	t := r.Tokens
	for i, n := range [len(kinds)]int64{t.InputUncached, t.CacheRead, t.CacheWrite, t.Output, t.Reasoning} {
		if n > 0 {
			c.tokens[i].Add(n)
		}
	}
	c.in.Add(r.BytesIn)
	c.out.Add(r.BytesOut)
	c.tools.Add(r.ToolCalls)
	for d := r.Deviations; d != 0; d &= d - 1 {
		c.deviations[bits.TrailingZeros8(uint8(d))].Add(1)
	}
	c.took.Observe(took)
	if r.FirstByte > 0 {
		c.firstBytes.Observe(r.FirstByte)
	}
}

// At are the counts of a place.
func (b *Book) At(p Place) *Counts {
	b.mu.RLock()
	c := b.places[p]
	b.mu.RUnlock()
	if c != nil {
		return c
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.places == nil {
		b.places = map[Place]*Counts{}
	}
	if b.places[p] == nil {
		b.places[p] = &Counts{}
	}
	return b.places[p]
}

// Refused counts a refusal.
func (b *Book) Refused(r meter.Refusal) {
	r.Day, r.Count = "", 0
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.refused == nil {
		b.refused = map[meter.Refusal]*atomic.Int64{}
	}
	if b.refused[r] == nil {
		b.refused[r] = &atomic.Int64{}
	}
	b.refused[r].Add(1)
}

// Write puts the counts on a page.
func (b *Book) Write(p *metrics.Page) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	places := slices.SortedFunc(maps.Keys(b.places), func(x, y Place) int {
		return cmp.Or(strings.Compare(x.Agreement, y.Agreement), strings.Compare(x.Component, y.Component), strings.Compare(x.Environment, y.Environment))
	})
	each := func(do func(c *Counts, labels []string)) {
		for _, at := range places {
			do(b.places[at], []string{"agreement", at.Agreement, "component", at.Component, "environment", at.Environment})
		}
	}
	p.Family("entente_calls_total", metrics.Counter, "Calls that were metered, by how they ended.")
	each(func(c *Counts, labels []string) {
		for i, o := range outcomes {
			p.Sample("entente_calls_total", c.calls[i].Load(), append(labels, "outcome", string(o))...)
		}
		p.Sample("entente_calls_total", c.calls[len(outcomes)].Load(), append(labels, "outcome", "other")...)
	})
	p.Family("entente_tokens_total", metrics.Counter, "Tokens that calls used, in kinds that do not overlap.")
	each(func(c *Counts, labels []string) {
		for i, kind := range kinds {
			p.Sample("entente_tokens_total", c.tokens[i].Load(), append(labels, "kind", kind)...)
		}
	})
	p.Family("entente_bytes_total", metrics.Counter, "Bytes of the bodies of requests and answers.")
	each(func(c *Counts, labels []string) {
		p.Sample("entente_bytes_total", c.in.Load(), append(labels, "direction", "in")...)
		p.Sample("entente_bytes_total", c.out.Load(), append(labels, "direction", "out")...)
	})
	p.Family("entente_tool_calls_total", metrics.Counter, "Calls of tools (MCP) that services answered.")
	each(func(c *Counts, labels []string) { p.Sample("entente_tool_calls_total", c.tools.Load(), labels...) })
	p.Family("entente_deviations_total", metrics.Counter, "Calls that were not as agreed, and passed all the same, by how.")
	each(func(c *Counts, labels []string) {
		for i, name := range meter.Deviations(0xff).Names() {
			p.Sample("entente_deviations_total", c.deviations[i].Load(), append(labels, "deviation", name)...)
		}
	})
	p.Family("entente_call_duration_seconds", metrics.Timings, "From the request to the end of the answer.")
	each(func(c *Counts, labels []string) { p.Histogram("entente_call_duration_seconds", &c.took, labels...) })
	p.Family("entente_call_first_byte_seconds", metrics.Timings, "From passing the call on to the first byte of its answer.")
	each(func(c *Counts, labels []string) {
		p.Histogram("entente_call_first_byte_seconds", &c.firstBytes, labels...)
	})
	b.writeRefused(p)
}

func (b *Book) writeRefused(p *metrics.Page) {
	p.Family("entente_refusals_total", metrics.Counter, "Calls that were refused, by the clause and the kind of refusal.")
	for _, r := range slices.SortedFunc(maps.Keys(b.refused), func(x, y meter.Refusal) int {
		return cmp.Or(strings.Compare(x.Agreement, y.Agreement), strings.Compare(x.Component, y.Component), strings.Compare(x.Environment, y.Environment),
			strings.Compare(x.Clause, y.Clause), strings.Compare(x.Code, y.Code))
	}) {
		p.Sample("entente_refusals_total", b.refused[r].Load(), "agreement", r.Agreement, "component", r.Component, "environment", r.Environment, "clause", r.Clause, "code", r.Code)
	}
}
