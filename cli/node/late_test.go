package node_test

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"entente/access"
	"entente/articles/draft"
	"entente/calendar"
	"entente/cli/example"
	"entente/cli/node"
	"entente/egress"
	"entente/meter"
)

const (
	someAnswer = `{"id":"c1","object":"chat.completion","model":"calluna-extract-1","choices":[],"usage":{"prompt_tokens":12,"completion_tokens":5,"total_tokens":17}}`
	someCall   = `{"model":"calluna-extract-1","messages":[{"role":"user","content":"Tides."}]}`
)

// serviced is a node whose component summarise is served by handler in test, and the key for it.
func serviced(t *testing.T, handler http.HandlerFunc) (n *node.Node, key, dir string) {
	t.Helper()
	service := httptest.NewServer(handler)
	t.Cleanup(service.Close)
	dir = filepath.Join(t.TempDir(), "data")
	n = openWith(t, dir, egress.Policy{Allow: []string{strings.TrimPrefix(service.URL, "http://")}})
	text := draft.Example(calendar.DateOf(n.Notary.Now()))
	text.ScheduleC.Limits = nil
	made, err := example.Seed(t.Context(), n, text)
	ok(t, err)
	ok(t, n.Upstreams.Set(t.Context(), egress.Upstream{Agreement: made.Agreement, Component: "summarise", Environment: "test", Address: service.URL + "/v1", Header: "Authorization"}, access.NewSecret("Bearer x")))
	return n, made.Keys["summarise"]["test/service"], dir
}

// While something else holds the database for longer than a write may wait, calls are served as before, the
// node says what is late and keeps little of it in memory, and afterwards every call is on record once.
func TestALockedDatabase(t *testing.T) {
	n, key, dir := serviced(t, func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, someAnswer)
	})
	calls := n.Outside()
	var mu sync.Mutex
	served, slowest := map[string]bool{}, time.Duration(0)
	call := func() {
		r := httptest.NewRequest(http.MethodPost, "/summarise/v1/chat/completions", strings.NewReader(someCall))
		r.Header.Set("Authorization", "Bearer "+key)
		r.Header.Set("Content-Type", "application/json")
		w, began := httptest.NewRecorder(), time.Now()
		calls.ServeHTTP(w, r)
		mu.Lock()
		defer mu.Unlock()
		slowest = max(slowest, time.Since(began))
		if w.Code != http.StatusOK {
			t.Errorf("a call got %d %s", w.Code, w.Body)
		}
		served[w.Header().Get("Entente-Usage-Id")] = true
	}
	call()
	release := lock(t, filepath.Join(dir, "entente.db"))
	slowest = 0
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	locked := time.Now()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for time.Since(locked) < 7*time.Second {
				call()
				time.Sleep(2 * time.Millisecond)
			}
		})
	}
	all.Wait()
	runtime.GC()
	runtime.ReadMemStats(&after)
	if ready := read(calls, "/readyz"); !strings.HasPrefix(ready, "200 ok\nusage waits in the journal") {
		t.Errorf("/readyz says %q", ready)
	}
	if page := read(n.Metrics(), "/metrics"); !strings.Contains(page, "entente_metering_refused 0\n") || strings.Contains(page, "entente_journal_behind_frames 0\n") ||
		strings.Contains(page, "entente_journal_behind_seconds 0\n") {
		t.Errorf("/metrics does not say that usage waits:\n%s", page)
	}
	release()
	t.Logf("%d calls, the slowest took %v; %d KiB more of heap", len(served), slowest, (int64(after.HeapAlloc)-int64(before.HeapAlloc))>>10)
	if slowest > time.Second || int64(after.HeapAlloc)-int64(before.HeapAlloc) > 32<<20 {
		t.Error("that is too much")
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		counts := recorded(t, n)
		if len(counts) == len(served) && read(calls, "/readyz") == "200 ok\n" || time.Now().After(deadline) {
			for id, times := range counts {
				if times != 1 || !served[id] {
					t.Errorf("%s is on record %d times", id, times)
				}
			}
			if len(counts) != len(served) {
				t.Errorf("%d of %d calls are on record", len(counts), len(served))
			}
			break
		}
	}
	ok(t, n.Close(context.Background()))
}

// lock keeps everyone else from writing to a database until release.
func lock(t *testing.T, path string) (release func()) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	ok(t, err)
	conn, err := db.Conn(t.Context())
	ok(t, err)
	_, err = conn.ExecContext(t.Context(), "BEGIN IMMEDIATE")
	ok(t, err)
	return func() {
		_, err := conn.ExecContext(context.Background(), "ROLLBACK")
		ok(t, err)
		ok(t, conn.Close())
		ok(t, db.Close())
	}
}

func read(h http.Handler, path string) string {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return fmt.Sprint(w.Code, " ", w.Body)
}

// recorded says how often each call is in the database, as a closed record.
func recorded(t *testing.T, n *node.Node) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for q := (meter.Query{Limit: meter.MaxLimit}); ; {
		page, next, err := n.Store().Usage(t.Context(), q)
		ok(t, err)
		for _, r := range page {
			if r.State != meter.Closed {
				t.Errorf("record %+v", r)
			}
			counts[r.ID.String()]++
		}
		if q.After = next; len(page) < meter.MaxLimit {
			return counts
		}
	}
}
