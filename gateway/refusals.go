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
	kept   []meter.Refused
	room   map[string]room // by agreement
}

// A room is how many more refused calls of an agreement are kept, as of when.
type room struct {
	left int
	at   time.Time
}

// keep takes down one refused call, unless too many were lately.
func (x *refusals) keep(r meter.Refused) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.room == nil {
		x.room = map[string]room{}
	}
	at, known := x.room[r.Agreement]
	if !known {
		at = room{meter.RefusedBurst, r.At}
	}
	if more := int(r.At.Sub(at.at) / meter.RefusedEvery); more > 0 {
		at = room{min(at.left+more, meter.RefusedBurst), at.at.Add(time.Duration(more) * meter.RefusedEvery)}
	}
	if at.left > 0 {
		at.left--
		x.kept = append(x.kept, r.Cleaned())
	}
	x.room[r.Agreement] = at
}

// taken are the calls that were kept since it was last called.
func (x *refusals) taken() []meter.Refused {
	x.mu.Lock()
	defer x.mu.Unlock()
	kept := x.kept
	x.kept = nil
	return kept
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
