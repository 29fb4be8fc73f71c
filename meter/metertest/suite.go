package metertest

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"entente/meter"
	"entente/usage"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Run holds a store to the words of meter.Store. open returns an empty store.
func Run(t *testing.T, open func(t *testing.T) meter.Store) {
	for _, rule := range []struct {
		name  string
		check func(*testing.T, meter.Store)
	}{
		{"a record comes back as it was saved", comesBack},
		{"the store knows what it has", kept},
		{"saving at the same time keeps one of each", savedTogether},
		{"pages come in an order that stays and miss nothing", pages},
		{"a cursor stays good while records arrive", cursorStays},
		{"a cursor that is none is refused", badCursor},
		{"filters choose", filters},
		{"days begin in the zone of the query", days},
		{"a day that is none is refused", badDay},
		{"the summary is what a tally says", summary},
		{"a context that has ended is an error", ended},
		{"what was used lately is what a memory says", recall},
		{"saving nothing is well", nothing},
	} {
		t.Run(rule.name, func(t *testing.T) { rule.check(t, open(t)) })
	}
}

// NewRecord returns the n-th of a row of different records, opened a minute apart from
// 2026-03-01 00:00 UTC, every field set.
func NewRecord(n int, state meter.State) meter.Record {
	r := rand.New(rand.NewPCG(uint64(n), 7))
	pick := func(texts ...string) string { return texts[r.IntN(len(texts))] }
	record := meter.Record{
		ID: newID(n), Agreement: pick("agr_1", "agr_2"), Version: 1 + r.IntN(3), Policy: "sha256:0f", Key: pick("k1", "k2"), Party: pick("a", "b"),
		Component: pick("chat", "embed"), Environment: pick("test", "production"), Purpose: pick("support", "search"),
		DataClass: pick("public", "personal"), Operation: "chat.completions", Model: "m-1", Stream: r.IntN(2) == 0,
		ClientRequestID: fmt.Sprint("req ", n), State: state, Customer: pick("", "c-1", "c-2"),
		Held:   meter.Held{Input: r.Int64N(1e6), Output: r.Int64N(1e6), Bytes: r.Int64N(1e6)},
		Opened: time.Date(2026, 3, 1, 0, n, 0, 123456000, time.UTC),
	}
	if !state.Final() {
		return record
	}
	record.Closed = record.Opened.Add(time.Duration(r.IntN(1e6)) * time.Microsecond)
	record.Outcome = meter.Outcome(pick(string(meter.OK), string(meter.OK), string(meter.CallerGone), string(meter.UpstreamError), string(meter.UpstreamTimeout)))
	record.Status, record.FirstByte = 200, 1500*time.Microsecond
	record.BytesIn, record.BytesOut, record.ToolCalls = r.Int64N(1e6), r.Int64N(1e9), r.Int64N(3)
	record.Units = r.Int64N(1e6)
	record.Deviations = meter.Deviations(r.IntN(64))
	record.Served = usage.Served{Tier: "default", Region: "eu"}
	record.AnsweredModel, record.UsageDigest = "m-1-2026", "e3b0c442"
	record.Tokens = usage.Tokens{InputUncached: r.Int64N(1e6), CacheRead: r.Int64N(1e6), CacheWrite: r.Int64N(1e6), Output: r.Int64N(1e6), Reasoning: r.Int64N(1e6)}
	record.TokensKnown = r.IntN(2) == 0
	record.Estimated = !record.TokensKnown
	record.Disputed, record.Clause = r.IntN(2) == 0, pick("", "C")
	record.Item = pick("", "tool search", "resource tides://today")
	if record.Estimated && state == meter.Closed {
		record.Most = usage.Bound{Input: record.Tokens.Input() + r.Int64N(1e6), Output: record.Tokens.Output + record.Tokens.Reasoning + r.Int64N(1e6)}
	}
	if state == meter.Interrupted {
		record.Outcome, record.TokensKnown, record.Estimated = meter.NodeStopped, false, true
	}
	return record
}

func newID(n int) (id meter.ID) {
	binary.BigEndian.PutUint64(id[:8], uint64(time.Date(2026, 3, 1, 0, n, 0, 0, time.UTC).UnixMilli())<<16)
	binary.BigEndian.PutUint64(id[8:], uint64(n)+1)
	return id
}

func newRecords(n int) []meter.Record {
	records := make([]meter.Record, n)
	for i := range records {
		records[i] = NewRecord(i, []meter.State{meter.Closed, meter.Closed, meter.Interrupted}[i%3])
	}
	return records
}

func save(t *testing.T, s meter.Store, records ...meter.Record) {
	t.Helper()
	if err := s.Save(t.Context(), records); err != nil {
		t.Fatalf("Save: %v", err)
	}
}

// read pages through all that q chooses.
func read(t *testing.T, s meter.Store, q meter.Query) []meter.Record {
	t.Helper()
	var all []meter.Record
	for {
		page, next, err := s.Usage(t.Context(), q)
		if err != nil {
			t.Fatalf("Usage(%+v): %v", q, err)
		}
		if len(page) > q.PageSize() {
			t.Fatalf("a page of %d, want at most %d", len(page), q.PageSize())
		}
		all = append(all, page...)
		if len(page) < q.PageSize() {
			return all
		}
		if next == q.After {
			t.Fatalf("the cursor %q does not move", next)
		}
		q.After = next
	}
}

// sorted returns records by ID, the order in which they are made.
func sorted(records []meter.Record) []meter.Record {
	records = slices.Clone(records)
	slices.SortFunc(records, func(a, b meter.Record) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	return records
}

func same(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func comesBack(t *testing.T, s meter.Store) {
	want := newRecords(40)
	save(t, s, want...)
	same(t, "records", want, sorted(read(t, s, meter.Query{Limit: 7})))
	for _, r := range read(t, s, meter.Query{}) {
		if r.Opened.Location() != time.UTC || (!r.Closed.IsZero() && r.Closed.Location() != time.UTC) {
			t.Fatalf("%s: times are not in UTC", r.ID)
		}
	}
}

func kept(t *testing.T, s meter.Store) {
	all := newRecords(40)
	ask := func(want int) {
		t.Helper()
		var ids []meter.ID
		for _, r := range all {
			ids = append(ids, r.ID)
		}
		got, err := s.Kept(t.Context(), ids)
		if err != nil {
			t.Fatal(err)
		}
		for i, id := range ids {
			if got[id] != (i < want) {
				t.Errorf("of %d saved, Kept says %v of record %d", want, got[id], i)
			}
		}
	}
	for n := 0; n <= 40; n += 8 {
		ask(n)
		if n < 40 {
			save(t, s, all[n:n+8]...)
		}
	}
}

func savedTogether(t *testing.T, s meter.Store) {
	records := newRecords(60)
	var all sync.WaitGroup
	for from := range 4 {
		all.Go(func() {
			for i := from * 15; i < from*15+15; i += 5 {
				if err := s.Save(context.Background(), records[i:i+5]); err != nil {
					t.Errorf("Save: %v", err)
				}
			}
		})
	}
	all.Wait()
	same(t, "records", records, sorted(read(t, s, meter.Query{Limit: 9})))
}

func pages(t *testing.T, s meter.Store) {
	all := newRecords(250)
	shuffled := slices.Clone(all)
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	save(t, s, shuffled[:100]...)
	first := read(t, s, meter.Query{Limit: 1000})
	save(t, s, shuffled[100:]...)
	order := read(t, s, meter.Query{Limit: 1000})
	same(t, "what was there first", first, order[:100])
	same(t, "records", all, sorted(order))
	for _, limit := range []int{0, 1, 50, 249, 250, 251, 5000} {
		same(t, fmt.Sprint("by ", limit), order, read(t, s, meter.Query{Limit: limit}))
	}
	page, _, err := s.Usage(t.Context(), meter.Query{})
	if err != nil || len(page) != meter.DefaultLimit {
		t.Errorf("a page without a limit has %d records (%v), want %d", len(page), err, meter.DefaultLimit)
	}
}

func cursorStays(t *testing.T, s meter.Store) {
	want := newRecords(9)
	var got []meter.Record
	q := meter.Query{Limit: 4}
	for i := range want {
		// The last to come was opened first: it must still come behind the cursor.
		save(t, s, want[len(want)-1-i])
		page, next, err := s.Usage(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		got, q.After = append(got, page...), next
	}
	page, next, err := s.Usage(t.Context(), q)
	if err != nil || len(page) != 0 || next != q.After {
		t.Fatalf("behind the last: %d records, cursor %q → %q, %v", len(page), q.After, next, err)
	}
	slices.Reverse(want)
	same(t, "records", want, got)
}

func badCursor(t *testing.T, s meter.Store) {
	save(t, s, newRecords(3)...)
	for _, cursor := range []string{"?", "next", "-1", "'; --", "99999999999999999999999999"} {
		if _, _, err := s.Usage(t.Context(), meter.Query{After: cursor}); !errors.Is(err, meter.ErrCursor) {
			t.Errorf("cursor %q: got %v, want ErrCursor", cursor, err)
		}
	}
}

func filters(t *testing.T, s meter.Store) {
	all := newRecords(200)
	save(t, s, all...)
	for _, q := range []meter.Query{
		{Agreement: "agr_1"}, {Party: "a"}, {Component: "chat"}, {Environment: "production"}, {Purpose: "search"}, {Customer: "c-1"},
		{Agreement: "agr_2", Party: "b", Component: "embed", Environment: "test", Purpose: "support"},
		{Agreement: "nobody's"}, {Component: "CHAT"}, {Component: "%"}, {Component: "cha_"},
	} {
		var want []meter.Record
		for _, r := range all {
			if q.Matches(&r) {
				want = append(want, r)
			}
		}
		q.Limit = 13
		same(t, fmt.Sprintf("%+v", q), want, sorted(read(t, s, q)))
	}
}

// zoned are records at the edges of days in Berlin, around the night of 2026-03-29 that has
// no 02:00, and of 2026-10-25 that has two.
func zoned(t *testing.T) (*time.Location, []meter.Record) {
	t.Helper()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatalf("this test needs time zone data: %v", err)
	}
	var records []meter.Record
	for i, at := range []string{
		"2026-03-28T22:59:59.999999Z", "2026-03-28T23:00:00Z", "2026-03-29T21:59:59.999999Z", "2026-03-29T22:00:00Z",
		"2026-10-24T21:59:59.999999Z", "2026-10-24T22:00:00Z", "2026-10-25T22:59:59.999999Z", "2026-10-25T23:00:00Z",
	} {
		r := NewRecord(i, meter.Closed)
		r.Opened, _ = time.Parse(time.RFC3339Nano, at)
		r.Closed = r.Opened
		records = append(records, r)
	}
	return berlin, records
}

func days(t *testing.T, s meter.Store) {
	berlin, r := zoned(t)
	save(t, s, r...)
	for _, c := range []struct {
		from, to meter.Day
		zone     *time.Location
		want     []meter.Record
	}{
		{"2026-03-29", "2026-03-29", berlin, r[1:3]},
		{"2026-03-28", "2026-03-29", berlin, r[0:3]},
		{"2026-10-25", "2026-10-25", berlin, r[5:7]},
		{"2026-03-30", "2026-10-25", berlin, r[3:7]},
		{"2026-10-26", "", berlin, r[7:]},
		{"", "2026-03-28", berlin, r[:1]},
		{"2026-03-29", "2026-03-29", nil, r[2:4]},
		{"2026-03-30", "2026-03-29", berlin, nil},
	} {
		q := meter.Query{From: c.from, To: c.to, Zone: c.zone, Limit: 3}
		same(t, fmt.Sprintf("%s to %s in %v", c.from, c.to, c.zone), c.want, sorted(read(t, s, q)))
	}
}

func badDay(t *testing.T, s meter.Store) {
	save(t, s, newRecords(1)...)
	for _, day := range []meter.Day{"yesterday", "2026-02-30", "2026-3-1", "2026-03-01T00:00:00Z"} {
		if _, _, err := s.Usage(t.Context(), meter.Query{From: day}); err == nil {
			t.Errorf("usage from %q was answered", day)
		}
		if _, err := s.Summary(t.Context(), meter.Query{To: day}); err == nil {
			t.Errorf("a summary to %q was answered", day)
		}
	}
}

func summary(t *testing.T, s meter.Store) {
	berlin, edges := zoned(t)
	all := newRecords(300)
	for i := range edges {
		edges[i].ID = newID(1000 + i)
	}
	all = append(all, edges...)
	save(t, s, all...)
	kathmandu := time.FixedZone("+0545", 5*3600+45*60)
	for _, q := range []meter.Query{
		{}, {Zone: berlin}, {Zone: kathmandu}, {Agreement: "agr_1", Zone: berlin}, {Party: "a", Component: "chat"},
		{Zone: berlin, From: "2026-03-29", To: "2026-10-25"}, {Environment: "production", Purpose: "search", Limit: 1}, {Agreement: "nobody's"},
	} {
		tally := meter.Tally{Zone: q.Zone}
		chosen, err := q.Filter()
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range all {
			if chosen(&r) {
				tally.Add(r)
			}
		}
		got, err := s.Summary(t.Context(), q)
		if err != nil {
			t.Fatalf("Summary(%+v): %v", q, err)
		}
		same(t, fmt.Sprintf("%+v", q), tally.Sums(), got)
	}
}

func recall(t *testing.T, s meter.Store) {
	all := newRecords(300)
	for i := range all {
		if i%9 == 0 && all[i].State == meter.Closed {
			all[i].Outcome = meter.NotStarted
		}
	}
	save(t, s, all...)
	some := meter.Recall{Agreement: "agr_1", Component: "chat", Environment: "production"}
	for _, narrow := range []func(*meter.Recall){
		func(r *meter.Recall) {}, func(r *meter.Recall) { r.Party = "a" }, func(r *meter.Recall) { r.Key = "k2" },
		func(r *meter.Recall) { r.Customer, r.ByCustomer = "c-1", true }, func(r *meter.Recall) { r.ByCustomer = true }, func(r *meter.Recall) { r.Key = "nobody's" },
	} {
		for _, minute := range []int{0, 60, 299, 400} {
			for _, grain := range []time.Duration{0, time.Millisecond, 7 * time.Minute} {
				q := some
				q.Since, q.Grain = all[0].Opened.Add(time.Duration(minute)*time.Minute), grain
				narrow(&q)
				want := meter.Memory{Recall: q}
				for _, r := range all {
					want.Add(r)
				}
				got, err := s.Recall(t.Context(), q)
				if err != nil {
					t.Fatal(err)
				}
				same(t, fmt.Sprintf("%+v", q), want.Used(), got)
			}
		}
	}
}

func ended(t *testing.T, s meter.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Save(ctx, newRecords(1)); err == nil {
		t.Error("Save was well")
	}
	if _, _, err := s.Usage(ctx, meter.Query{}); err == nil {
		t.Error("Usage was well")
	}
	if _, err := s.Kept(ctx, []meter.ID{newID(1)}); err == nil {
		t.Error("Kept was well")
	}
	if _, err := s.Summary(ctx, meter.Query{}); err == nil {
		t.Error("Summary was well")
	}
	if _, err := s.Recall(ctx, meter.Recall{}); err == nil {
		t.Error("Recall was well")
	}
}

func nothing(t *testing.T, s meter.Store) {
	save(t, s)
	same(t, "records", []meter.Record(nil), read(t, s, meter.Query{}))
	if sums, err := s.Summary(t.Context(), meter.Query{}); err != nil || len(sums) != 0 {
		t.Errorf("got %v, %v", sums, err)
	}
}
