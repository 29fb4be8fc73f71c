package quota

import (
	"fmt"
	"testing"
	"time"
)

// Callers choose the names of customers: however many they choose, counts that count nothing are
// given up, and in the end all that no call is at, which the meter is asked about again.
func TestCountsAreGivenUp(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	p := &page{counts: map[Counted]*count{}}
	fill := func(name string, n int, span Span, at time.Time) {
		for i := range n {
			c := p.count(Counted{Whose: fmt.Sprint(name, i), Span: span}, time.UTC)
			c.at(at)
			c.seeded = true
			c.add(at, sum{calls: 1})
		}
	}
	fill("old", manyCounts-1, second, now.Add(-time.Minute))
	p.sweep(now)
	if len(p.counts) != manyCounts-1 {
		t.Fatalf("few counts were given up: %d are left", len(p.counts))
	}
	fill("new", 100, second, now)
	fill("month", 100, month, now)
	p.count(Counted{Whose: "old0", Span: second}, time.UTC).users = 1
	p.sweep(now)
	if len(p.counts) != 201 {
		t.Errorf("%d counts are left, want those that count and the one that a call is at", len(p.counts))
	}
	fill("more", mostCounts, month, now)
	p.sweep(now)
	if len(p.counts) != 1 {
		t.Errorf("%d of too many counts are left, want the one that a call is at", len(p.counts))
	}
}
