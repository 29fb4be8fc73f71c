package meter_test

import (
	"context"
	"log/slog"
	"testing"

	"entente/meter"
)

// Open and Close as the gateway pays for them, with records going to a store that forgets.
func BenchmarkOpenClose(b *testing.B) {
	for _, c := range []struct {
		name   string
		strict bool
	}{{"default", false}, {"strict", true}} {
		b.Run(c.name, func(b *testing.B) {
			m, err := meter.Start(meter.Config{Dir: b.TempDir(), Store: forgetful{}, Strict: c.strict, Log: slog.New(slog.DiscardHandler)})
			if err != nil {
				b.Fatal(err)
			}
			defer m.Stop(b.Context())
			r, result := request(1), answer(1)
			b.ReportAllocs()
			b.SetParallelism(64)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					call, err := m.Open(r)
					if err != nil {
						b.Error(err)
						return
					}
					call.Close(result)
				}
			})
			b.StopTimer()
		})
	}
}

type forgetful struct{ meter.Store }

func (forgetful) Save(_ context.Context, _ []meter.Record) error { return nil }
