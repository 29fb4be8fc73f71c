package meter_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"entente/meter"
	"entente/meter/metertest"
	"entente/usage"

	"github.com/google/go-cmp/cmp"
)

func config(dir string, store meter.Store) meter.Config {
	return meter.Config{Dir: dir, Store: store, SegmentBytes: 64 << 10, Gap: 2 * time.Millisecond, Log: slog.New(slog.DiscardHandler)}
}

func start(t *testing.T, c meter.Config) *meter.Meter {
	t.Helper()
	m, err := meter.Start(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, m) })
	return m
}

func stop(t *testing.T, m *meter.Meter) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	m.Stop(ctx)
}

func request(n int) meter.Record {
	return meter.Record{
		Agreement: "agr_1", Version: 2, Policy: "sha256:" + strings.Repeat("0f", 32), Key: "k1", Party: "b", Component: "chat",
		Environment: "production", Purpose: "support", DataClass: "personal", Operation: "chat.completions", Model: "small-1",
		ClientRequestID: "req-" + string(rune('a'+n%26)), Stream: true,
	}
}

func answer(n int) meter.Result {
	return meter.Result{
		Outcome: meter.OK, Status: 200, FirstByte: 12 * time.Millisecond, BytesIn: 617, BytesOut: int64(n),
		Usage: usage.Usage{Tokens: usage.Tokens{InputUncached: int64(n), Output: 9}, TokensKnown: true, AnsweredModel: "small-1-2026", UsageDigest: strings.Repeat("ab", 32)},
	}
}

func open(t *testing.T, m *meter.Meter, n int) *meter.Call {
	t.Helper()
	call, err := m.Open(request(n))
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	return call
}

func records(store *metertest.Store) map[meter.ID]meter.Record {
	all := map[meter.ID]meter.Record{}
	for _, r := range store.All() {
		all[r.ID] = r
	}
	return all
}

func TestACallIsOnRecordFromItsFirstByteToItsLast(t *testing.T) {
	store := &metertest.Store{}
	now := time.Date(2026, 11, 23, 9, 30, 0, 123456789, time.FixedZone("CET", 3600))
	c := config(t.TempDir(), store)
	c.Now = func() time.Time { return now }
	m := start(t, c)
	call := open(t, m, 0)
	want := request(0)
	want.ID, want.State, want.Opened = call.ID(), meter.Open, time.Date(2026, 11, 23, 8, 30, 0, 123456000, time.UTC)
	page, _, err := m.Usage(t.Context(), meter.Query{})
	if diff := cmp.Diff([]meter.Record{want}, page); diff != "" || err != nil {
		t.Fatalf("while open: %v (-want +got):\n%s", err, diff)
	}
	now = now.Add(1500 * time.Millisecond)
	if err := call.Close(answer(7)); err != nil {
		t.Fatal(err)
	}
	if err := call.Close(meter.Result{Outcome: meter.Cut}); err != nil {
		t.Fatalf("closing again: %v", err)
	}
	result := answer(7)
	want.State, want.Closed, want.Outcome, want.Status = meter.Closed, want.Opened.Add(1500*time.Millisecond), meter.OK, 200
	want.FirstByte, want.BytesIn, want.BytesOut, want.Usage = result.FirstByte, result.BytesIn, result.BytesOut, result.Usage
	page, _, err = m.Usage(t.Context(), meter.Query{})
	if diff := cmp.Diff([]meter.Record{want}, page); diff != "" || err != nil {
		t.Fatalf("when closed: %v (-want +got):\n%s", err, diff)
	}
	sums, err := m.Summary(t.Context(), meter.Query{})
	wantSum := meter.Sum{Day: "2026-11-23", Component: "chat", Environment: "production", Purpose: "support", Calls: 1, Tokens: result.Tokens, BytesIn: 617, BytesOut: 7}
	if diff := cmp.Diff([]meter.Sum{wantSum}, sums); diff != "" || err != nil {
		t.Fatalf("summary: %v (-want +got):\n%s", err, diff)
	}
}

func TestWhatWasLeftOpenIsInterruptedAtTheNextStart(t *testing.T) {
	dir, store := t.TempDir(), &metertest.Store{}
	m := start(t, config(dir, store))
	done, left := open(t, m, 1), open(t, m, 2)
	done.Close(answer(1))
	stop(t, m)
	if err := left.Close(answer(2)); !errors.Is(err, meter.ErrStopped) {
		t.Fatalf("closing after Stop: %v", err)
	}
	if _, err := m.Open(request(3)); !errors.Is(err, meter.ErrStopped) {
		t.Fatalf("opening after Stop: %v", err)
	}
	if got, ok := records(store)[left.ID()]; ok {
		t.Fatalf("the call left open is in the store: %+v", got)
	}
	for range 3 { // once interrupted, always so
		stop(t, start(t, config(dir, store)))
		got := records(store)[left.ID()]
		if got.State != meter.Interrupted || got.Outcome != meter.NodeStopped || !got.Estimated || got.TokensKnown || got.Component != "chat" {
			t.Fatalf("got %+v", got)
		}
		if got := records(store)[done.ID()]; got.State != meter.Closed || len(store.All()) != 2 {
			t.Fatalf("got %+v and %d records", got, len(store.All()))
		}
	}
}

// What a call may use is on record before it uses it, and is what is known when the node stops.
func TestAnInterruptedCallKeepsWhatWasHeldForIt(t *testing.T) {
	dir, store := t.TempDir(), &metertest.Store{}
	m := start(t, config(dir, store))
	opened := request(1)
	opened.Customer, opened.Held = "c-17", meter.Held{Input: 40, Output: 100, Bytes: 900}
	call, err := m.Open(opened)
	if err != nil {
		t.Fatal(err)
	}
	m.Flush(t.Context()) // the store has it as it was opened
	want := meter.Held{Input: 40, Output: 300, Bytes: 900}
	if err := call.Raise(want); err != nil {
		t.Fatal(err)
	}
	if n := m.Status().OpenCalls; n != 1 {
		t.Errorf("%d calls are open, want 1", n)
	}
	stop(t, m)
	stop(t, start(t, config(dir, store)))
	got := records(store)[call.ID()]
	if got.State != meter.Interrupted || got.Held != want || got.Customer != "c-17" || len(store.All()) != 1 {
		t.Errorf("got %+v of %d records", got, len(store.All()))
	}
}

func TestASecondProcessIsKeptOut(t *testing.T) {
	dir := t.TempDir()
	m := start(t, config(dir, &metertest.Store{}))
	_, err := meter.Start(config(dir, &metertest.Store{}))
	if err == nil || !strings.Contains(err.Error(), "in use by another process (pid ") {
		t.Fatalf("got %v", err)
	}
	stop(t, m)
	stop(t, start(t, config(dir, &metertest.Store{})))
}

func TestAMeterNeedsADirectoryAndAStore(t *testing.T) {
	for _, c := range []meter.Config{{}, {Dir: t.TempDir()}, {Store: &metertest.Store{}}, {Dir: t.TempDir(), Store: &metertest.Store{}, SegmentBytes: 100}} {
		if _, err := meter.Start(c); err == nil {
			t.Errorf("%+v started", c)
		}
	}
	short := config(t.TempDir(), &metertest.Store{})
	short.Rand = strings.NewReader("not enough")
	if _, err := meter.Start(short); err == nil {
		t.Error("a meter without randomness started")
	}
}

func TestWhatCallersSendIsMadeFit(t *testing.T) {
	store := &metertest.Store{}
	m := start(t, config(t.TempDir(), store))
	r := request(0)
	r.ClientRequestID = "a\r\nb\x00ü" + strings.Repeat("x", 500)
	r.Model = "gpt\u202e\xff" + strings.Repeat("ä", 300)
	call, err := m.Open(r)
	if err != nil {
		t.Fatal(err)
	}
	call.Close(answer(0))
	m.Flush(t.Context())
	got := records(store)[call.ID()]
	if want := "a??b???" + strings.Repeat("x", 121); got.ClientRequestID != want {
		t.Errorf("got %q", got.ClientRequestID)
	}
	if !strings.HasPrefix(got.Model, "gpt??ä") || len(got.Model) > 200 {
		t.Errorf("got %q", got.Model)
	}
}

func TestIDsSortByTimeAndReadBack(t *testing.T) {
	now := time.UnixMilli(1_700_000_000_000)
	c := config(t.TempDir(), &metertest.Store{})
	c.Now, c.Rand = func() time.Time { return now }, rand.NewChaCha8([32]byte{})
	m := start(t, c)
	var last string
	for range 100 {
		now = now.Add(time.Millisecond)
		id := open(t, m, 0).ID()
		text := id.String()
		back, err := meter.ParseID(text)
		if err != nil || back != id || text <= last || len(text) != 30 || !id.Time().Equal(now) {
			t.Fatalf("%s after %s: %v, %v, %v", text, last, back, id.Time(), err)
		}
		last = text
	}
	for _, bad := range []string{"", "use_", last[4:], last + "0", strings.ToUpper(last), "use_8" + last[5:], "use_" + strings.Repeat("i", 26)} {
		if _, err := meter.ParseID(bad); !errors.Is(err, meter.ErrID) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestTheStoreMayBeDownForAWhile(t *testing.T) {
	store := &metertest.Store{}
	var fault atomic.Int64
	store.FailWith(func() metertest.Fault { return metertest.Fault(fault.Load()) })
	var log bytes.Buffer
	c := config(t.TempDir(), store)
	c.Log = slog.New(slog.NewTextHandler(&log, nil))
	m := start(t, c)
	for n, how := range []metertest.Fault{metertest.Lost, metertest.Kept, metertest.Halved} {
		fault.Store(int64(how))
		for i := range 700 {
			open(t, m, i).Close(answer(i))
		}
		left := open(t, m, 0)
		if err := m.Flush(t.Context()); !errors.Is(err, metertest.ErrFault) {
			t.Fatalf("Flush: %v", err)
		}
		if page, _, err := m.Usage(t.Context(), meter.Query{}); err != nil || len(page) != meter.DefaultLimit {
			t.Fatalf("reading while the store takes nothing: %d records, %v", len(page), err)
		}
		fault.Store(int64(metertest.None))
		left.Close(answer(1))
		if err := m.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := len(store.All()); got != (n+1)*701 {
			t.Fatalf("%d records, want %d", got, (n+1)*701)
		}
	}
	for _, r := range store.All() {
		if r.State != meter.Closed {
			t.Fatalf("got %+v", r)
		}
	}
	if s := m.Status(); s.OpenCalls != 0 || s.Err != nil {
		t.Errorf("status %+v", s)
	}
	stop(t, m)
	if got := strings.Count(log.String(), "does not reach"); got < 1 || got > 3 {
		t.Errorf("told %d times that the store is down:\n%s", got, log.String())
	}
}

func TestOldSegmentsGoWhenTheStoreHasThem(t *testing.T) {
	dir, store := t.TempDir(), &metertest.Store{}
	m := start(t, config(dir, store))
	for i := range 2000 { // about ten segments
		open(t, m, i).Close(answer(i))
	}
	if err := m.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s := m.Status(); s.Segments > 4 || len(store.All()) != 2000 {
		t.Fatalf("%+v and %d records", s, len(store.All()))
	}
	stop(t, m)
	saves := store.Saves()
	stop(t, start(t, config(dir, store)))
	if store.Saves() != saves {
		t.Errorf("the next start saved %d batches again", store.Saves()-saves)
	}
}

func TestManyCallersAtOnce(t *testing.T) {
	store := &metertest.Store{}
	m := start(t, config(t.TempDir(), store))
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() {
			for i := range 300 {
				call, err := m.Open(request(i))
				if err != nil {
					t.Error(err)
					return
				}
				var both sync.WaitGroup
				both.Go(func() { call.Close(answer(i)) })
				both.Go(func() { call.Close(answer(i)) })
				both.Wait()
				if i%100 == g {
					m.Flush(t.Context())
				}
			}
		})
	}
	all.Wait()
	if err := m.Flush(t.Context()); err != nil || len(store.All()) != 2400 {
		t.Fatalf("%d records, %v", len(store.All()), err)
	}
}

func TestClocksThatJumpDoNotTurnRecordsAround(t *testing.T) {
	store := &metertest.Store{}
	var offset atomic.Int64
	c := config(t.TempDir(), store)
	c.Now = func() time.Time { return time.UnixMicro(1.7e15).Add(time.Duration(offset.Load())) }
	m := start(t, c)
	var calls []*meter.Call
	for _, jump := range []time.Duration{0, time.Hour, -time.Hour, -24 * time.Hour, 365 * 24 * time.Hour} {
		calls = append(calls, open(t, m, 0))
		offset.Store(int64(jump))
	}
	for _, call := range calls {
		call.Close(answer(0))
	}
	if err := m.Flush(t.Context()); err != nil || len(store.All()) != len(calls) { // the store checks the times
		t.Fatalf("%d records, %v", len(store.All()), err)
	}
}

// The store never has what a power cut could still take from the journal.
func TestNothingReachesTheStoreBeforeTheDisk(t *testing.T) {
	store := &metertest.Store{}
	c := config(t.TempDir(), store)
	c.Gap = time.Hour
	m := start(t, c)
	open(t, m, 0).Close(answer(0))
	time.Sleep(500 * time.Millisecond) // the shipper has looked twice by now
	if n := len(store.All()); n != 0 {
		t.Fatalf("%d records are in the store", n)
	}
	if err := m.Flush(t.Context()); err != nil || len(store.All()) != 1 {
		t.Fatalf("after Flush: %d records, %v", len(store.All()), err)
	}
}
