package register_test

import (
	"entente/notary/notarytest"
	"syscall"
	"testing"
	"time"
)

// The pass mark of a start is 2 s for 100,000 entries. cpu-µs/entry says what an entry costs
// whatever else the machine does meanwhile.
func BenchmarkLoad(b *testing.B) {
	for _, life := range []struct {
		name    string
		entries int
		mix     notarytest.Mix
	}{{"acts=100k", 100_000, notarytest.Acts}, {"rotation=100k", 100_000, notarytest.Rotation}} {
		b.Run(life.name, func(b *testing.B) {
			h := newHouse(b)
			notarytest.Live(b, h.notary, h.settle(b), life.entries, life.mix)
			before := used()
			for b.Loop() {
				must(b, h.register().Load(b.Context()))
			}
			b.ReportMetric(float64((used()-before).Microseconds())/float64(b.N*life.entries), "cpu-µs/entry")
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
