package meter_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"entente/meter"
	"entente/meter/metertest"
)

// Pages show what is final and then what is open, each once, and those that were open again when they
// have ended.
func TestPagesEndWithWhatIsOpen(t *testing.T) {
	for _, limit := range []int{1, 2, 3, 5, 7, 8, 100} {
		m := start(t, config(t.TempDir(), &metertest.Store{}))
		var calls []*meter.Call
		for i := range 12 {
			calls = append(calls, open(t, m, i))
		}
		for _, c := range calls[:5] {
			c.Close(answer(1))
		}
		q := meter.Query{Limit: limit}
		var finals, opens int
		for {
			page, next, err := m.Usage(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range page {
				if r.State == meter.Open {
					opens++
				} else if finals++; opens > 0 {
					t.Errorf("limit %d: a final record behind an open one", limit)
				}
			}
			q.After = next
			if len(page) < limit {
				break
			}
		}
		if finals != 5 || opens != 7 {
			t.Errorf("limit %d: %d final and %d open, want 5 and 7", limit, finals, opens)
		}
		for _, c := range calls[5:] {
			c.Close(answer(2))
		}
		q.Limit = 100
		if page, _, err := m.Usage(t.Context(), q); err != nil || len(page) != 7 || slices.ContainsFunc(page, func(r meter.Record) bool { return r.State != meter.Closed }) {
			t.Errorf("limit %d: behind the cursor are %d records, %v", limit, len(page), err)
		}
		if _, _, err := m.Usage(t.Context(), meter.Query{After: "n1~use_nonsense"}); !errors.Is(err, meter.ErrCursor) {
			t.Errorf("got %v", err)
		}
	}
}

// What is open counts in sums, is found by its ID, and no longer when it is final.
func TestWhatIsOpenIsFound(t *testing.T) {
	m := start(t, config(t.TempDir(), &metertest.Store{}))
	call := open(t, m, 0)
	open(t, m, 1).Close(answer(3))
	look := func(wantOpen int64) {
		t.Helper()
		sums, err := m.Summary(t.Context(), meter.Query{Component: "chat"})
		if err != nil || len(sums) != 1 || sums[0].Calls != 2 || sums[0].Open != wantOpen {
			t.Errorf("%+v, %v", sums, err)
		}
		still, err := m.StillOpen(t.Context())
		r, found := m.Find(t.Context(), call.ID())
		if err != nil || int64(len(still)) != wantOpen || found != (wantOpen == 1) || found && r.ID != call.ID() {
			t.Errorf("%+v, %+v, %v, %v", still, r, found, err)
		}
	}
	look(1)
	call.Close(answer(3))
	look(0)
}

// A journal that is older than what the store has from it, as from a backup or a disk that lost
// what it had confirmed, brings nothing twice and changes nothing.
func TestAnOldJournalBringsNothingTwice(t *testing.T) {
	for cut := range 5 {
		t.Run(fmt.Sprint(cut), func(t *testing.T) {
			dir, store := t.TempDir(), &metertest.Store{}
			m := start(t, config(dir, store))
			var calls []*meter.Call
			for i := range 5 {
				calls = append(calls, open(t, m, i))
			}
			for _, c := range calls[:cut] {
				c.Close(answer(1))
			}
			m.Flush(t.Context())
			old := copyDir(t, dir)
			for _, c := range calls {
				c.Close(answer(1))
			}
			stop(t, m)
			if err := os.Remove(filepath.Join(old, "lock")); err != nil {
				t.Fatal(err)
			}
			again := start(t, config(old, store))
			open(t, again, 7).Close(answer(7))
			if err := again.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			all := store.All()
			if len(all) != 6 || slices.ContainsFunc(all, func(r meter.Record) bool { return r.State != meter.Closed }) {
				t.Errorf("%d records: %+v", len(all), all)
			}
		})
	}
}
