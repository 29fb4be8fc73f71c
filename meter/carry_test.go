package meter_test

import (
	"context"
	"testing"
	"time"

	"entente/meter"
	"entente/meter/metertest"
)

// A call that stays open for hours must not keep the whole journal on disk, nor be lost with the segment it began in.
func TestALongCallIsCarriedForward(t *testing.T) {
	dir, store := t.TempDir(), &metertest.Store{}
	m := start(t, config(dir, store))
	long := open(t, m, 0)
	for round := range 10 {
		for i := range 500 {
			open(t, m, i).Close(answer(i))
		}
		if err := m.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		m.Flush(t.Context())
		if s := m.Status(); s.Segments > 10 {
			t.Fatalf("round %d: %d segments", round, s.Segments)
		}
	}
	copied := copyDir(t, dir)
	if err := long.Close(answer(42)); err != nil {
		t.Fatal(err)
	}
	m.Flush(t.Context())
	if got := records(store)[long.ID()]; got.State != meter.Closed || got.BytesOut != 42 {
		t.Fatalf("got %+v", got)
	}
	if s := m.Status(); s.OpenCalls != 0 {
		t.Fatalf("%+v", s)
	}
	after := &metertest.Store{}
	stop(t, start(t, config(copied, after)))
	if got := records(after)[long.ID()]; got.State != meter.Interrupted || got.Component != "chat" {
		t.Fatalf("after a crash: %+v", got)
	}
}

// A busyStore lets something happen in the middle of each Save.
type busyStore struct {
	finals
	during func()
}

func (b *busyStore) Save(ctx context.Context, records []meter.Record) error {
	b.during()
	return b.finals.Save(ctx, records)
}

// A long call that ends in the very moment in which its segment is given up stays ended: its
// opening is not written again behind its end.
func TestACallThatEndsWhileItIsCarriedStaysEnded(t *testing.T) {
	dir, store := t.TempDir(), &busyStore{}
	var long []*meter.Call
	ended := map[meter.ID]bool{}
	store.during = func() {
		if len(long) > 0 && len(store.All()) > 700 {
			long[0].Close(answer(1))
			ended[long[0].ID()], long = true, long[1:]
		}
	}
	c := config(dir, store)
	c.Gap = time.Hour // only Flush ships and brings to disk, so that nothing happens twice at once
	m := start(t, c)
	for i := range 12 {
		long = append(long, open(t, m, i))
	}
	for range 30 {
		for i := range 100 {
			open(t, m, i).Close(answer(i))
		}
		if err := m.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		after := &finals{}
		stop(t, start(t, config(copyDir(t, dir), after)))
		for id, r := range records(&after.Store) {
			if ended[id] && r.State != meter.Closed || after.times[id] > 1 || store.times[id] > 1 {
				t.Fatalf("%s has ended and is %s after a crash", id, r.State)
			}
		}
	}
	if len(long) > 0 {
		t.Fatalf("%d long calls never ended", len(long))
	}
}
