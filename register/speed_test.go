//go:build !race

package register_test

import (
	"testing"
	"time"

	"entente/notary/notarytest"
)

// A node with 100,000 entries starts within 2 s. What is measured is the processor time of fewer
// entries, at its best: the machine may have other things to do.
func TestLoadIsFast(t *testing.T) {
	const entries, mark = 5_000, 2 * time.Second / 100_000
	for name, mix := range map[string]notarytest.Mix{"acts": notarytest.Acts, "rotation": notarytest.Rotation} {
		h := newHouse(t)
		notarytest.Live(t, h.notary, h.settle(t), entries, mix)
		best := time.Hour
		for range 5 {
			before := used()
			must(t, h.register().Load(t.Context()))
			best = min(best, used()-before)
		}
		t.Logf("%s: %v for each entry", name, best/entries)
		if best/entries > mark {
			t.Errorf("%s: an entry takes %v, and may take %v", name, best/entries, mark)
		}
	}
}
