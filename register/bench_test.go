package register_test

import "testing"

func BenchmarkLoad(b *testing.B) {
	for _, life := range []struct {
		name    string
		entries int
		mix     mix
	}{{"acts=10k", 10_000, acts}, {"rotation=4k", 4_000, rotation}} {
		b.Run(life.name, func(b *testing.B) {
			h := newHistory(b)
			h.live(b, life.entries, life.mix)
			for b.Loop() {
				must(b, h.register().Load(b.Context()))
			}
		})
	}
}
