package quota_test

import (
	"testing"
	"time"

	"entente/articles/performance"
	"entente/meter"
	"entente/quota"
	"entente/usage"
)

// BenchmarkCallUnderThreeRules is what limits cost a call: Enter, the headers apart, Settle and
// Leave, under a rate, a number of open calls and a quota of tokens.
func BenchmarkCallUnderThreeRules(b *testing.B) {
	n := newNode(b, b.TempDir())
	defer n.stop()
	rate := limit(performance.PerParty, performance.Requests, 1<<60, windows[0], false)
	rate.Concurrent = 1 << 40
	p, g := limited(rate, limit(performance.PerParty, performance.Tokens, 1<<60, windows[4], true))
	d := quota.Demand{Sent: 600, Most: usage.Bound{Input: 600, Output: 100}}
	one := func() *quota.Hold {
		now := time.Now()
		hold := new(quota.Hold)
		full, err := n.book.Enter(hold, p, g, d, now)
		if err != nil || full != nil {
			b.Fatal(err, full)
		}
		r := meter.Result{Outcome: meter.OK, BytesIn: 600, BytesOut: 617, Usage: usage.Usage{TokensKnown: true, Tokens: usage.Tokens{InputUncached: 19, Output: 10}}}
		hold.Settle(now, &r)
		hold.Leave(now)
		return hold
	}
	one()
	b.Run("one", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			one()
		}
	})
	b.Run("parallel", func(b *testing.B) {
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				one()
			}
		})
	})
	b.Run("headers", func(b *testing.B) {
		b.ReportAllocs()
		hold := one()
		for b.Loop() {
			_, _ = hold.Headers()
		}
	})
}
