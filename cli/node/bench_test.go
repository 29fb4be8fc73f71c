package node_test

import (
	"syscall"
	"testing"
)

// From `entente serve` to the moment at which both doors are open, with 100,000 entries: 2 s is the
// pass mark. cpu-s is the processor time that it takes, whatever else the machine does meanwhile.
func BenchmarkStart(b *testing.B) {
	dir, _ := seeded(b, 100_000)
	ready, cpu := 0.0, 0.0
	for b.Loop() {
		before := used(b)
		s := start(b, dir)
		ready, cpu = ready+s.took.Seconds(), cpu+used(b)-before
		s.stop()
	}
	b.ReportMetric(ready/float64(b.N), "s-to-ready")
	b.ReportMetric(cpu/float64(b.N), "cpu-s")
}

// used is the processor time that this process has taken so far, in seconds.
func used(t testing.TB) float64 {
	var u syscall.Rusage
	ok(t, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}
