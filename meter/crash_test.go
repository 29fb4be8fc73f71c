package meter_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"entente/meter"
	"entente/meter/metertest"
)

// finals counts how often each record reaches the store as final: more than once means
// that the journal closed it more than once.
type finals struct {
	metertest.Store
	mu    sync.Mutex
	times map[meter.ID]int
}

func (f *finals) Save(ctx context.Context, records []meter.Record) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.times == nil {
		f.times = map[meter.ID]int{}
	}
	for _, r := range records {
		f.times[r.ID]++
	}
	return f.Store.Save(ctx, records)
}

// A ledgerOfCalls knows what the meter has promised: which Opens and Closes have returned.
type ledgerOfCalls struct {
	mu     sync.Mutex
	opened map[meter.ID]bool
	closed map[meter.ID]int64
}

func newLedger() *ledgerOfCalls {
	return &ledgerOfCalls{opened: map[meter.ID]bool{}, closed: map[meter.ID]int64{}}
}

func (l *ledgerOfCalls) copy() *ledgerOfCalls {
	l.mu.Lock()
	defer l.mu.Unlock()
	return &ledgerOfCalls{opened: maps.Clone(l.opened), closed: maps.Clone(l.closed)}
}

// live makes calls until ctx ends, several at a time, some of them left open.
func (l *ledgerOfCalls) live(ctx context.Context, m *meter.Meter, seed uint64) {
	random := rand.New(rand.NewPCG(seed, 1))
	var held []*meter.Call
	for n := 0; ctx.Err() == nil; n++ {
		call, err := m.Open(request(n))
		if err != nil {
			return
		}
		l.mu.Lock()
		l.opened[call.ID()] = true
		l.mu.Unlock()
		held = append(held, call)
		for len(held) > random.IntN(20) {
			i := random.IntN(len(held))
			bytes := random.Int64N(1 << 40)
			r := answer(0)
			r.BytesOut = bytes
			if held[i].Close(r) != nil {
				return
			}
			l.mu.Lock()
			l.closed[held[i].ID()] = bytes
			l.mu.Unlock()
			held = append(held[:i], held[i+1:]...)
		}
		if n%20 == 0 {
			time.Sleep(time.Millisecond)
		}
	}
}

// check starts a meter on dir and compares what it brings to an empty store with what was promised.
func (l *ledgerOfCalls) check(t *testing.T, dir string) {
	t.Helper()
	store := &finals{}
	m, err := meter.Start(config(dir, store))
	if err != nil {
		t.Fatal(err)
	}
	stop(t, m)
	l.compare(t, records(&store.Store))
	for id, n := range store.times {
		if n != 1 {
			t.Fatalf("%s was closed %d times", id, n)
		}
	}
}

func (l *ledgerOfCalls) compare(t *testing.T, got map[meter.ID]meter.Record) {
	t.Helper()
	for id := range l.opened {
		if !got[id].State.Final() {
			t.Fatalf("%s was opened and is %q after the crash", id, got[id].State)
		}
	}
	for id, bytes := range l.closed {
		if r := got[id]; r.State != meter.Closed || r.BytesOut != bytes || r.Outcome != meter.OK {
			t.Fatalf("%s was closed with %d bytes and is %+v after the crash", id, bytes, r)
		}
	}
	for id, r := range got {
		if r.Component != "chat" || !r.State.Final() {
			t.Fatalf("%s is %+v", id, r)
		}
	}
}

// copyDir copies the journal as a kill at some moment would leave it: what is mapped, disk or not.
func copyDir(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		raw, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if os.IsNotExist(err) {
			continue // a segment that was being laid out
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, f.Name()), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

func downStore() *metertest.Store {
	store := &metertest.Store{}
	store.FailWith(func() metertest.Fault { return metertest.Lost })
	return store
}

// Whenever the process ends, what was opened is on record, and what was closed is closed once.
func TestNothingIsLostWhereverTheProcessEnds(t *testing.T) {
	dir := t.TempDir()
	m, err := meter.Start(config(dir, downStore()))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	calls := newLedger()
	var all sync.WaitGroup
	for g := range 4 {
		all.Go(func() {
			for ctx.Err() == nil {
				calls.live(ctx, m, uint64(g))
			}
		})
	}
	// Copy while the calls go on, look at the copies afterwards.
	copies := map[string]*ledgerOfCalls{}
	for range 8 {
		time.Sleep(time.Duration(1+rand.IntN(8)) * time.Millisecond)
		promised := calls.copy()
		copies[copyDir(t, dir)] = promised
	}
	cancel()
	all.Wait()
	stopSoon(m)
	for copied, promised := range copies {
		promised.check(t, copied)
	}
	calls.check(t, dir)
}

// A shadow is what the disk has: what was laid out and what was brought to it, byte for byte.
type shadow struct {
	mu    sync.Mutex
	files map[string][]byte
}

func (s *shadow) synced(path string, at int, bytes []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	file := s.files[path]
	if file == nil {
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file = make([]byte, len(raw))
		copy(file, raw[:64]) // the rest was laid out as zeros
		s.files[path] = file
	}
	copy(file[at:], bytes)
	return nil
}

// afterPowerCut writes the shadow out: what the disk had not been asked for yet is gone, or, where torn,
// some sectors of it happen to be written.
func (s *shadow) afterPowerCut(t *testing.T, random *rand.Rand, torn bool) string {
	t.Helper()
	to := t.TempDir()
	s.mu.Lock()
	defer s.mu.Unlock()
	for path, file := range s.files {
		file = bytes.Clone(file)
		if now, err := os.ReadFile(path); err == nil && torn {
			for at := 512; at+512 <= len(file); at += 512 {
				if random.IntN(2) == 0 {
					copy(file[at:at+512], now[at:])
				}
			}
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(path)), file, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

var powerRounds = flag.Int("power-rounds", 6, "how many power cuts of each kind to simulate")

// With Strict, a power cut at any moment loses nothing that was promised, whether unflushed writes are dropped
// or torn by sectors at random.
func TestStrictSurvivesAPowerCut(t *testing.T) {
	dir, disk := t.TempDir(), &shadow{files: map[string][]byte{}}
	c := config(dir, downStore())
	c.Strict, c.Gap = true, 200*time.Microsecond
	meter.OnSync(&c, disk.synced)
	m, err := meter.Start(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	calls := newLedger()
	var all sync.WaitGroup
	for g := range 16 {
		all.Go(func() { calls.live(ctx, m, uint64(g)) })
	}
	random := rand.New(rand.NewPCG(5, 5))
	cuts := map[string]*ledgerOfCalls{}
	for made := 0; len(cuts) < 2**powerRounds || made < 100; {
		time.Sleep(time.Duration(5+rand.IntN(20)) * time.Millisecond)
		promised := calls.copy()
		made = len(promised.closed)
		cuts[disk.afterPowerCut(t, random, len(cuts)%2 == 0)] = promised
	}
	cancel()
	all.Wait()
	stopSoon(m)
	for cut, promised := range cuts {
		promised.check(t, cut)
	}
	t.Logf("%d power cuts, half of them with torn sectors; %d calls opened, %d closed, 0 lost, 0 doubled", len(cuts), len(calls.opened), len(calls.closed))
}

func stopSoon(m *meter.Meter) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	m.Stop(ctx)
}

// Whichever byte of the last frame is the last that was written, the journal starts, and every
// frame before it counts.
func TestEveryTornTailRecovers(t *testing.T) {
	dir := t.TempDir()
	c := config(dir, downStore())
	m, err := meter.Start(c)
	if err != nil {
		t.Fatal(err)
	}
	first, second := open(t, m, 0), open(t, m, 1)
	first.Close(meter.Result{Outcome: meter.OK, Status: 200, BytesOut: 1})
	second.Close(meter.Result{Outcome: meter.OK, Status: 200, BytesOut: 1})
	name := segmentFiles(t, dir)[0]
	file, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	stopSoon(m)
	places := meter.Frames(file)
	if len(places) != 4 {
		t.Fatalf("%d frames, want 4", len(places))
	}
	last := places[3]
	for at := last.At; at <= last.End; at++ {
		torn := bytes.Clone(file)
		clear(torn[at:last.End])
		to := t.TempDir()
		if err := os.WriteFile(filepath.Join(to, name), torn, 0o600); err != nil {
			t.Fatal(err)
		}
		store := &metertest.Store{}
		stop(t, start(t, config(to, store)))
		got := records(store)
		want := meter.Interrupted
		if bytes.Equal(torn, file) {
			want = meter.Closed
		}
		if got[first.ID()].State != meter.Closed || got[second.ID()].State != want || len(got) != 2 {
			t.Fatalf("torn at %d of %d: first is %s, second %s, want %s", at-last.At, last.End-last.At, got[first.ID()].State, got[second.ID()].State, want)
		}
	}
}

func segmentFiles(t *testing.T, dir string) (names []string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.HasSuffix(f.Name(), ".usage") {
			names = append(names, f.Name())
		}
	}
	return names
}

// What no crash makes, the journal does not guess about.
func TestADamagedHeaderIsToldNotGuessed(t *testing.T) {
	for name, spoil := range map[string]func([]byte) []byte{
		"a changed byte": func(b []byte) []byte { b[20] ^= 1; return b },
		"cut short":      func(b []byte) []byte { return b[:len(b)/2] },
		"empty":          func([]byte) []byte { return nil },
	} {
		dir := t.TempDir()
		stop(t, start(t, config(dir, &metertest.Store{})))
		path := filepath.Join(dir, segmentFiles(t, dir)[0])
		raw, _ := os.ReadFile(path)
		os.WriteFile(path, spoil(raw), 0o600)
		_, err := meter.Start(config(dir, &metertest.Store{}))
		if err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: got %v", name, err)
		}
		os.Remove(path)
		stop(t, start(t, config(dir, &metertest.Store{})))
	}
}

// A start that dies half-way through laying out a segment leaves nothing that hurts.
func TestHalfMadeSegmentsAreCleared(t *testing.T) {
	dir := t.TempDir()
	half := filepath.Join(dir, fmt.Sprintf("%016d.usage.new", 7))
	os.WriteFile(half, make([]byte, 100), 0o600)
	stop(t, start(t, config(dir, &metertest.Store{})))
	if _, err := os.Stat(half); !os.IsNotExist(err) {
		t.Error("the half-made segment is still there")
	}
}
