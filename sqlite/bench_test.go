package sqlite_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"entente/access"
	"entente/access/accesstest"
	"entente/agreement"
	"entente/ledger/tree"
	"entente/meter"
	"entente/meter/metertest"
	"entente/notary"
	"entente/sqlite"

	"golang.org/x/mod/sumdb/tlog"
	"golang.org/x/sys/unix"
)

// plainBatch is a batch of the usual size without the cost of signing it.
func plainBatch(n int64, leaves int) notary.Batch {
	b := notary.Batch{Checkpoint: bytes.Repeat([]byte("c"), 500), Hashes: make([]tlog.Hash, tree.HashCount(n+int64(leaves))-tree.HashCount(n))}
	for range leaves {
		b.Leaves = append(b.Leaves, bytes.Repeat([]byte("x"), 700))
	}
	return b
}

// One act after the other, and 64 agreements at once, which share commits.
func BenchmarkAppend(b *testing.B) {
	for _, writers := range []int{1, 64} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			s := open(b)
			var named atomic.Int64
			b.SetParallelism(writers) // times GOMAXPROCS
			run := func(next func() bool) {
				id := agreement.ID(fmt.Sprint("agr_", named.Add(1)))
				for n := int64(0); next(); n++ {
					if err := s.Append(context.Background(), id, n, plainBatch(n, 1)); err != nil {
						b.Error(err)
					}
				}
			}
			if writers == 1 {
				run(b.Loop)
				return
			}
			b.RunParallel(func(pb *testing.PB) { run(pb.Next) })
		})
	}
}

func BenchmarkLeaves100k(b *testing.B) {
	s := open(b)
	if err := s.Append(b.Context(), "agr_1", 0, plainBatch(0, 100_000)); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		leaves, err := s.Leaves(b.Context(), "agr_1", 0)
		if err != nil || len(leaves) != 100_000 {
			b.Fatal(len(leaves), err)
		}
	}
}

func BenchmarkFindCredential(b *testing.B) {
	s := open(b)
	c := accesstest.NewCredential(1)
	if err := s.KeepCredential(b.Context(), c, access.Answer{}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, ok, err := s.FindCredential(b.Context(), c.Digest); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}

// processor is the processor time of the process so far.
func processor(b *testing.B) time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkUsage(b *testing.B) {
	const n = 100_000
	fill := func(b *testing.B) *sqlite.Store {
		s := open(b)
		for start := 0; start < n; start += 1000 {
			records := make([]meter.Record, 1000)
			for i := range records {
				records[i] = metertest.NewRecord(start+i, meter.Closed)
			}
			if err := s.Save(b.Context(), records); err != nil {
				b.Fatal(err)
			}
		}
		return s
	}
	b.Run("save=4096", func(b *testing.B) { // calls of one component that were made within a second
		s := open(b)
		records := make([]meter.Record, 4096)
		for n := 0; b.Loop(); n++ {
			b.StopTimer()
			opened := time.Date(2026, 11, 23, 9, 0, n, 0, time.UTC)
			for i := range records {
				records[i] = metertest.NewRecord(7, meter.Closed)
				records[i].Opened, records[i].Closed = opened, opened.Add(time.Second)
				binary.BigEndian.PutUint64(records[i].ID[:], uint64(opened.UnixMilli())<<16)
				binary.BigEndian.PutUint64(records[i].ID[8:], uint64(n<<20+i))
				records[i].UsageDigest = strings.Repeat("ab", 32)
			}
			b.StartTimer()
			if err := s.Save(b.Context(), records); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(records)), "ns/record")
	})
	b.Run("ship", func(b *testing.B) { // the same on its way from the journal: what keeping a call costs after its answer
		m, err := meter.Start(meter.Config{Dir: b.TempDir(), Store: open(b), Gap: time.Hour, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			b.Fatal(err)
		}
		defer m.Stop(b.Context())
		r := metertest.NewRecord(7, meter.Closed)
		const calls = 8192
		var spent time.Duration
		for b.Loop() {
			for range calls {
				call, err := m.Open(r)
				if err != nil {
					b.Fatal(err)
				}
				call.Close(meter.Result{Outcome: meter.OK, Status: 200, Usage: r.Usage})
			}
			before := processor(b)
			if err := m.Flush(b.Context()); err != nil {
				b.Fatal(err)
			}
			spent += processor(b) - before
		}
		b.ReportMetric(float64(spent.Nanoseconds())/float64(b.N*calls), "cpu-ns/record")
	})
	b.Run("summary=100k", func(b *testing.B) {
		s := fill(b)
		for b.Loop() {
			if _, err := s.Summary(b.Context(), meter.Query{Agreement: "agr_1"}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("last-page=1000", func(b *testing.B) {
		s := fill(b)
		for b.Loop() {
			if page, _, err := s.Usage(b.Context(), meter.Query{After: "0.0", Limit: 1000}); err != nil || len(page) != 1000 {
				b.Fatal(len(page), err)
			}
		}
	})
}
