package console_test

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles/draft"
	"entente/ledger"
	"entente/notary/notarytest"
)

// longLife is how many entries the ledger of a long life has.
const longLife = 10_000

// busy is a life in which much is said, rotated, tried and stopped.
func busy(n int) any {
	switch {
	case n%10 == 1:
		return agreement.Commented{Thread: fmt.Sprintf("cmt_%08d", n), Version: 1, Clause: "6.3", Party: agreement.A, By: "per_a", Text: "Is this still so?"}
	case n%10 == 2:
		return agreement.CommentResolved{Thread: fmt.Sprintf("cmt_%08d", n-1), Party: agreement.A, By: "per_a"}
	case n%10 == 3, n%10 == 4:
		return notarytest.Rotation(n/10*2 + n%10 - 3)
	}
	return notarytest.Acts(n)
}

// A counted ledger says how many entries were read from it.
type counted struct {
	ledger.Source
	read *atomic.Int64
}

func (c counted) Leaves(start, end int64) ([]ledger.Leaf, error) {
	leaves, err := c.Source.Leaves(start, end)
	c.read.Add(int64(len(leaves)))
	return leaves, err
}

// old is a house with an agreement of a long life, and the paths of its main pages.
func old(t testing.TB) (h *house, b *browser, read *atomic.Int64, pages map[string]string) {
	h = newHouse(t)
	id := h.signed(draft.Example(today))
	notarytest.Live(t, h.notary, id, longLife, busy)
	must(t, h.register.Load(t.Context()))
	h.pass(24 * time.Hour)
	read = &atomic.Int64{}
	h.console.Source = func(ctx context.Context, id agreement.ID) ledger.Source {
		return counted{h.store.Source(ctx, id), read}
	}
	h.handler = h.console.Handler()
	if n := h.size(id); n != longLife {
		t.Fatalf("the ledger has %d entries", n)
	}
	home := "/agreements/" + string(id)
	b = h.as(id, agreement.B, agreement.Technical)
	b.header.Set("Accept-Encoding", "gzip")
	return h, b, read, map[string]string{"contract": home, "clause": home + "/clauses/2.1", "comments": home + "/clauses/6.3", "record": home + "/ledger", "record of a clause": home + "/ledger?clause=2.1",
		"timeline": home + "/timeline", "negotiation": home + "/negotiation", "component": home + "/components/summarise", "entry": home + "/ledger/9999"}
}

// However long the ledger is, a page reads a bounded part of it, and is light.
func TestPagesDoNotGrowWithTheLedger(t *testing.T) {
	_, b, read, pages := old(t)
	for _, path := range pages {
		b.get(path) // the index of the ledger is made by the first pages
	}
	for name, path := range pages {
		read.Store(0)
		res, body := b.get(path)
		if res.StatusCode != http.StatusOK || len(body) > 100_000 {
			t.Errorf("%s: %d, %d bytes", name, res.StatusCode, len(body))
		}
		if n := read.Load(); n > 200 {
			t.Errorf("%s reads %d entries", name, n)
		}
	}
}

// BenchmarkOldPages is what the main pages cost with 10,000 entries, in processor time whatever else the machine does.
func BenchmarkOldPages(b *testing.B) {
	_, who, _, pages := old(b)
	for name, path := range pages {
		b.Run(name, func(b *testing.B) {
			who.get(path)
			before := used()
			for b.Loop() {
				who.get(path)
			}
			b.ReportMetric(float64((used()-before).Microseconds())/float64(b.N)/1000, "cpu-ms/page")
		})
	}
}

// used is the processor time that this process has taken so far.
func used() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
