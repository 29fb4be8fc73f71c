package gateway_test

import (
	"net/http"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles/performance"
	"entente/egress"
	"entente/meter"
	"entente/meter/metertest"
)

// When the clock jumps, calls are judged by the new time, limits let calls through again, and no two
// records are the same call.
func TestTheClockJumps(t *testing.T) {
	for _, c := range []struct {
		name  string
		jump  time.Duration
		after int // the status of a call after it
	}{
		{"an hour on", time.Hour, 200},
		{"an hour back", -time.Hour, 200},
		{"a day back", -24 * time.Hour, 200},
		{"a year on: the keys have expired", 365 * 24 * time.Hour, 401},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t, egress.Policy{})
			h.limit(performance.Limit{Per: performance.PerKey, Unit: performance.Requests, Requests: 2, Window: seconds(1)})
			h.limit(performance.Limit{Component: "summarise", Environment: agreement.Test, Per: performance.PerKey, Unit: performance.Requests, Concurrent: 1})
			for i, want := range []int{200, 200, 429} {
				if got := h.status("summarise"); got != want {
					t.Fatalf("call %d before: %d, want %d", i, got, want)
				}
			}
			h.pass(c.jump)
			h.publish()
			if r := h.call("POST", chat, "summarise", ask(false)); r.StatusCode == 429 && r.Header.Get("Retry-After") != "1" {
				t.Errorf("right after the jump the caller is told to wait for %s s", r.Header.Get("Retry-After"))
			}
			h.pass(time.Second)
			if got := h.status("summarise"); got != c.after {
				t.Errorf("after the jump: %d, want %d", got, c.after)
			}
			seen := map[meter.ID]bool{}
			for _, r := range h.records() {
				if seen[r.ID] || r.State != meter.Closed || r.Closed.Before(r.Opened) {
					t.Errorf("record %+v", r)
				}
				seen[r.ID] = true
			}
			if want := map[int]int{200: 3, 401: 2}[c.after]; len(seen) < want || len(seen) > want+1 {
				t.Errorf("%d records, want %d", len(seen), want)
			}
		})
	}
}

// A jump in the middle of a call ends it in order, whichever way it goes.
func TestTheClockJumpsInACall(t *testing.T) {
	for _, jump := range []time.Duration{time.Hour, -time.Hour, -24 * time.Hour} {
		h := newHouse(t, egress.Policy{})
		jumped := false
		h.answers(func(w http.ResponseWriter, r *http.Request) {
			if !jumped {
				jumped = true
				h.pass(jump)
			}
			streams(chunks...)(w, r)
		})
		r := h.call("POST", chat, "summarise", ask(true))
		rec := h.record()
		if r.err != nil || r.StatusCode != 200 || rec.Outcome != meter.OK || rec.Tokens.Output != 5 || rec.FirstByte < 0 || rec.Closed.Before(rec.Opened) {
			t.Errorf("by %v: %v %d, record %+v", jump, r.err, r.StatusCode, rec)
		}
	}
}

// While the database is away calls are served from the journal; when it is back it gets each of them
// once, also what it had got before its answer was lost.
func TestTheStoreIsAwayAndComesBack(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	for _, fault := range []metertest.Fault{metertest.Lost, metertest.Kept} {
		h.store.FailWith(func() metertest.Fault { return fault })
		for range 20 {
			if got := h.status("summarise"); got != 200 {
				t.Fatalf("status %d while the store fails", got)
			}
		}
	}
	h.store.FailWith(nil)
	if all := h.records(); len(all) != 40 {
		t.Errorf("%d records of 40 calls", len(all))
	}
}

// A database that does not answer at all holds nobody up either, and it shows how long it has not answered.
func TestTheStoreHangs(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	h.sums.hangs.Store(true)
	began := time.Now()
	for range 20 {
		if got := h.status("summarise"); got != 200 {
			t.Fatalf("status %d while the store hangs", got)
		}
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("20 calls took %v", took)
	}
	within(t, 5*time.Second, "the meter says that the store is late", func() bool { s := h.meter.Status(); return s.Waiting > time.Second && s.Behind > 0 && s.Err == nil })
	h.sums.hangs.Store(false)
	if all := h.records(); len(all) != 20 {
		t.Errorf("%d records of 20 calls", len(all))
	}
	within(t, 5*time.Second, "the store has caught up", func() bool { s := h.meter.Status(); return s.Waiting < time.Second && s.Behind <= 1 })
}
