package meter_test

import (
	"errors"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"entente/meter"
	"entente/meter/metertest"
)

func TestAFullDiskRefusesCallsAndRecoversByItself(t *testing.T) {
	for _, limited := range []bool{true, false} {
		name := map[bool]string{true: "by limit", false: "by the disk"}[limited]
		t.Run(name, func(t *testing.T) {
			store := &metertest.Store{}
			var down, noSpace atomic.Bool
			store.FailWith(func() metertest.Fault {
				if down.Load() {
					return metertest.Lost
				}
				return metertest.None
			})
			c := config(t.TempDir(), store)
			if limited {
				c.Limit = 3 * 64 << 10
			} else {
				meter.OnCreate(&c, func() error {
					if noSpace.Load() {
						return syscall.ENOSPC
					}
					return nil
				})
			}
			m := start(t, c)
			down.Store(true)
			noSpace.Store(true)
			calls := fill(t, m)
			if s := m.Status(); !errors.Is(s.Err, meter.ErrFull) {
				t.Fatalf("status %+v", s)
			}
			for i, call := range calls { // everything that is open can be closed
				r := answer(i)
				r.AnsweredModel, r.BytesOut = strings.Repeat("m", 200), 1<<62
				if err := call.Close(r); err != nil {
					t.Fatal(err)
				}
			}
			down.Store(false)
			noSpace.Store(false)
			if err := m.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			again := openSoon(t, m)
			again.Close(answer(0))
			m.Flush(t.Context())
			if got := records(store); len(got) != len(calls)+1 {
				t.Fatalf("%d records of %d calls", len(got), len(calls)+1)
			}
			for id, r := range records(store) {
				if r.State != meter.Closed {
					t.Fatalf("%s is %s", id, r.State)
				}
			}
		})
	}
}

// fill opens calls, closing some, until the journal refuses.
func fill(t *testing.T, m *meter.Meter) (calls []*meter.Call) {
	t.Helper()
	for i := range 100_000 {
		call, err := m.Open(request(i))
		if err == nil {
			calls = append(calls, call)
			if i%3 == 0 {
				call.Close(answer(i))
			}
			continue
		}
		if !errors.Is(err, meter.ErrFull) || len(calls) < 100 {
			t.Fatalf("after %d calls: %v", len(calls), err)
		}
		return calls
	}
	t.Fatal("the journal never filled")
	return nil
}

func openSoon(t *testing.T, m *meter.Meter) *meter.Call {
	t.Helper()
	for range 500 {
		if call, err := m.Open(request(0)); err == nil {
			return call
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("calls are refused for good")
	return nil
}

func TestADiskThatKeepsNothingBreaksTheJournal(t *testing.T) {
	for _, strict := range []bool{false, true} {
		store := &metertest.Store{}
		var bad atomic.Bool
		c := config(t.TempDir(), store)
		c.Strict = strict
		meter.OnSync(&c, func(string, int, []byte) error {
			if bad.Load() {
				return syscall.EIO
			}
			return nil
		})
		m := start(t, c)
		before := open(t, m, 1)
		bad.Store(true)
		if _, err := m.Open(request(2)); strict && !errors.Is(err, meter.ErrBroken) {
			t.Fatalf("strict: %v", err)
		}
		refusedSoon(t, m, meter.ErrBroken)
		bad.Store(false) // one good flush proves nothing any more
		refusedSoon(t, m, meter.ErrBroken)
		if err := before.Close(answer(1)); strict != errors.Is(err, meter.ErrBroken) {
			t.Fatalf("strict %v: closing: %v", strict, err)
		}
		if err := m.Flush(t.Context()); err != nil {
			t.Fatalf("the store is well: %v", err)
		}
		if got := records(store)[before.ID()]; got.State != meter.Closed {
			t.Fatalf("got %+v", got)
		}
		for _, r := range store.All() {
			if strict && r.ID != before.ID() && r.Outcome != meter.NotStarted {
				t.Fatalf("a call that was refused is on record as %+v", r)
			}
		}
		stop(t, m)
	}
}

func refusedSoon(t *testing.T, m *meter.Meter, want error) {
	t.Helper()
	for range 500 {
		if _, err := m.Open(request(3)); errors.Is(err, want) {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatalf("never refused with %v", want)
}

// When Open and Close of a strict meter return, the disk has been asked for every byte.
func TestStrictWaitsForTheDisk(t *testing.T) {
	c := config(t.TempDir(), &metertest.Store{})
	c.Strict = true
	var synced atomic.Int64
	meter.OnSync(&c, func(_ string, _ int, bytes []byte) error {
		time.Sleep(3 * time.Millisecond)
		synced.Add(int64(len(bytes)))
		return nil
	})
	m := start(t, c)
	var last int64
	for i := range 5 {
		call := open(t, m, i)
		if n := synced.Load(); n <= last {
			t.Fatal("Open returned before the disk had it")
		}
		last = synced.Load()
		call.Close(answer(i))
		if n := synced.Load(); n <= last {
			t.Fatal("Close returned before the disk had it")
		}
		last = synced.Load()
	}
}
