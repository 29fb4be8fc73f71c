package gateway

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"entente/meter"
)

// refusals counts what was refused, by UTC day, agreement, component, environment, clause and
// code. What strangers write never becomes part of a count, so the counts stay few.
type refusals struct {
	mu     sync.Mutex
	counts map[meter.Refusal]int64 // by the refusal without its count
}

func (x *refusals) add(at time.Time, r meter.Refusal) {
	r.Day, r.Count = string(meter.DayOf(at, time.UTC)), 0
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.counts == nil {
		x.counts = map[meter.Refusal]int64{}
	}
	x.counts[r]++
}

func (x *refusals) drain() []meter.Refusal {
	x.mu.Lock()
	counts := x.counts
	x.counts = nil
	x.mu.Unlock()
	var all []meter.Refusal
	for r, n := range counts {
		r.Count = n
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b meter.Refusal) int {
		return cmp.Or(strings.Compare(a.Day, b.Day), strings.Compare(a.Agreement, b.Agreement), strings.Compare(a.Component, b.Component),
			strings.Compare(a.Environment, b.Environment), strings.Compare(a.Clause, b.Clause), strings.Compare(a.Code, b.Code))
	})
	return all
}
