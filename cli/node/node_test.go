package node_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/term"
	"entente/calendar"
	"entente/cli"
	"entente/cli/doors"
	"entente/cli/example"
	"entente/cli/node"
	"entente/cli/terminal"
	"entente/egress"
	"entente/ledger/seal"
	"entente/notary"
	"entente/notary/notarytest"
	"entente/register"
)

// A diary is a log for many goroutines.
type diary struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (d *diary) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.b.Write(p)
}

func (d *diary) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.b.String()
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// open opens a node over a folder, so long ago.
func open(t testing.TB, dir string, ago time.Duration) *node.Node {
	t.Helper()
	now := func() time.Time { return time.Now().Add(-ago) }
	n, err := node.Open(t.Context(), node.Settings{Dir: dir, Name: "tests.example", Now: now, Log: slog.New(slog.DiscardHandler)})
	ok(t, err)
	return n
}

// openWith opens a node that may call upstreams on this machine.
func openWith(t testing.TB, dir string, p egress.Policy) *node.Node {
	t.Helper()
	n, err := node.Open(t.Context(), node.Settings{Dir: dir, Name: "tests.example", Upstream: p, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	ok(t, err)
	return n
}

// serving is a node as `entente serve` runs it, until the test ends or stop is called.
type serving struct {
	ports doors.Ports
	log   *diary
	stop  func()
	took  time.Duration // to be ready
}

func start(t testing.TB, dir string) *serving {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ports.json")
	s := &serving{log: &diary{}}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	began := time.Now()
	go func() {
		ended <- cli.Run(ctx, &terminal.Env{Args: []string{"serve", "--data", dir, "--listen", "127.0.0.1:0", "--gateway", "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--ports-file", file},
			Stdout: io.Discard, Stderr: s.log, Now: time.Now, Getenv: func(string) string { return "" }})
	}()
	s.stop = sync.OnceFunc(func() {
		cancel()
		if code := <-ended; code != 0 {
			t.Errorf("the node ended with %d:\n%s", code, s.log)
		}
	})
	t.Cleanup(s.stop)
	for s.ports.Gateway == "" {
		if time.Since(began) > time.Minute {
			t.Fatalf("the node is not ready:\n%s", s.log)
		}
		time.Sleep(5 * time.Millisecond)
		if b, err := os.ReadFile(file); err == nil {
			ok(t, json.Unmarshal(b, &s.ports))
		}
	}
	s.took = time.Since(began)
	return s
}

func get(t testing.TB, address string) (int, string) {
	t.Helper()
	listener, _, _ := strings.Cut(address, "/")
	visitor := &http.Client{Timeout: 10 * time.Second, Transport: egress.Policy{Allow: []string{listener}}.RoundTripper()}
	defer visitor.CloseIdleConnections()
	answer, err := visitor.Get("http://" + address)
	ok(t, err)
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	ok(t, err)
	return answer.StatusCode, string(b)
}

// seeded is a folder with the example partnership, which has lived until its ledger has so many
// entries.
func seeded(t testing.TB, entries int) (dir string, id agreement.ID) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "data")
	n := open(t, dir, 0)
	made, err := example.Seed(t.Context(), n, draft.Example(calendar.DateOf(n.Notary.Now())))
	ok(t, err)
	id = agreement.ID(made.Agreement)
	notarytest.Live(t, n.Notary, id, entries, notarytest.Acts)
	ok(t, n.Close(t.Context()))
	return dir, id
}

// A node is ready once it has read its ledgers, on both listeners, and goes on where it ended.
func TestAStart(t *testing.T) {
	dir, id := seeded(t, 500)
	s := start(t, dir)
	for _, address := range []string{s.ports.Listen, s.ports.Gateway} {
		for _, probe := range []string{"/livez", "/readyz"} {
			if status, body := get(t, address+probe); status != http.StatusOK {
				t.Errorf("%s: %d %s", probe, status, body)
			}
		}
	}
	if _, ok := node.Running(dir); !ok {
		t.Error("the folder does not say that a node runs on it")
	}
	s.stop()
	if _, err := os.Stat(filepath.Join(dir, "ports.json")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a node that has ended still says where it listens (%v)", err)
	}
	n := open(t, dir, 0)
	defer n.Close(context.Background())
	if v, err := n.Register.View(id); err != nil || v.Size < 500 {
		t.Errorf("the register has %v (%v)", v, err)
	}
	if changes := s.log.String(); strings.Contains(changes, "level=ERROR") || strings.Contains(changes, "level=WARN") {
		t.Errorf("the node complained:\n%s", changes)
	}
}

// A database that is damaged is found after the start, said loudly, and no proxy sends more work.
func TestADamagedDatabase(t *testing.T) {
	dir, _ := seeded(t, 500)
	db, err := sql.Open("sqlite", filepath.Join(dir, "entente.db"))
	ok(t, err)
	_, err = db.Exec("PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'answer') WHERE name = 'usage_block_hour'")
	ok(t, err)
	ok(t, db.Close())
	s := start(t, dir)
	for _, address := range []string{s.ports.Listen, s.ports.Gateway} {
		for began := time.Now(); ; time.Sleep(10 * time.Millisecond) {
			status, body := get(t, address+"/readyz")
			if status == http.StatusServiceUnavailable && strings.Contains(body, "damaged") {
				break
			}
			if time.Since(began) > 20*time.Second {
				t.Fatalf("%d %s\n%s", status, body, s.log)
			}
		}
		if status, _ := get(t, address+"/livez"); status != http.StatusOK {
			t.Errorf("/livez: %d", status)
		}
	}
	if log := s.log.String(); !strings.Contains(log, "level=ERROR") || !strings.Contains(log, "THE DATABASE IS DAMAGED") {
		t.Errorf("the log says:\n%s", log)
	}
}

// One agreement that was tampered with does not keep the node from serving the others: it is
// read-only, both listeners say so, and the log says which entry.
func TestATamperedAgreement(t *testing.T) {
	dir, id := seeded(t, 60)
	n := open(t, dir, 0)
	other, err := n.Notary.Open(t.Context())
	ok(t, errors.Join(err, n.Close(t.Context())))
	db, err := sql.Open("sqlite", filepath.Join(dir, "entente.db"))
	ok(t, err)
	_, err = db.Exec(`UPDATE leaf SET bytes = CAST(replace(CAST(bytes AS TEXT), '"actor":"', '"actor":"x') AS BLOB) WHERE agreement = $1 AND position = 40`, id)
	ok(t, errors.Join(err, db.Close()))
	s := start(t, dir)
	for _, address := range []string{s.ports.Listen, s.ports.Gateway} {
		status, body := get(t, address+"/readyz")
		if status != http.StatusOK || !strings.Contains(body, string(id)) || strings.Contains(body, string(other)) {
			t.Errorf("/readyz: %d %s", status, body)
		}
	}
	status, body := get(t, s.ports.Gateway+"/summarise/v1/models")
	if status != http.StatusServiceUnavailable || !strings.Contains(body, "urn:entente:problem:read-only") || !strings.Contains(body, string(id)) {
		t.Errorf("a call: %d %s", status, body)
	}
	if log := s.log.String(); strings.Count(log, "READ-ONLY") != 1 || !strings.Contains(log, "entry 40") {
		t.Errorf("the log says:\n%s", log)
	}
	s.stop()
	n = open(t, dir, 0)
	defer n.Close(context.Background())
	if v, err := n.Register.View(other); err != nil || v.Broken != nil {
		t.Errorf("the other: %v (%v)", v, err)
	}
}

// suspended adds an entry to the ledger of a folder.
func suspended(t testing.TB, dir string, id agreement.ID, reason string) {
	t.Helper()
	n := open(t, dir, 0)
	v, err := n.Register.View(id)
	ok(t, err)
	who := articles.Actor{}
	for pseudonym, m := range v.State.Members {
		if m.Party == agreement.A && slices.Contains(m.Roles, agreement.Security) {
			who = articles.Actor{Party: m.Party, ID: pseudonym, Roles: m.Roles}
		}
	}
	_, err = n.Notary.Do(t.Context(), notary.Order{Agreement: id, Actor: who, Command: term.Suspend{Party: who.Party, By: who.ID, Reason: reason}})
	ok(t, errors.Join(err, n.Close(t.Context())))
}

// A database that was put back to an earlier time is behind what the parties have confirmed since: the
// agreement is read-only until the operator says that this is right.
func TestARestoredDatabase(t *testing.T) {
	dir, id := seeded(t, 60)
	path := filepath.Join(dir, "entente.db")
	old, err := os.ReadFile(path)
	ok(t, err)
	act := func(reason string) { suspended(t, dir, id, reason) }
	act("an incident")
	ok(t, os.WriteFile(path, old, 0o600))
	n := open(t, dir, 0)
	v, err := n.Register.View(id)
	ok(t, errors.Join(err, n.Close(t.Context())))
	if !errors.Is(v.Broken, register.ErrDamaged) || !strings.Contains(v.Broken.Error(), "rollback suspected") || !strings.Contains(v.Broken.Error(), "60 are here") {
		t.Errorf("broken: %v", v.Broken)
	}
	ok(t, os.Remove(filepath.Join(dir, "confirmed", string(id))))
	act("another") // the operator has let it go on, from another state
	ok(t, os.Rename(path, path+".other"))
	ok(t, os.WriteFile(path, old, 0o600))
	kept, err := os.ReadFile(filepath.Join(dir, "confirmed", string(id)))
	ok(t, err)
	ok(t, os.Remove(filepath.Join(dir, "confirmed", string(id))))
	act("a third")
	ok(t, os.WriteFile(filepath.Join(dir, "confirmed", string(id)), kept, 0o600))
	n = open(t, dir, 0)
	v, err = n.Register.View(id)
	ok(t, errors.Join(err, n.Close(t.Context())))
	if v.Broken == nil || !strings.Contains(v.Broken.Error(), "fork suspected") {
		t.Errorf("of a fork, broken: %v", v.Broken)
	}
	ok(t, os.Remove(path))
	n = open(t, dir, 0)
	v, err = n.Register.View(id)
	ok(t, errors.Join(err, n.Close(t.Context())))
	if v.Broken == nil || !strings.Contains(v.Broken.Error(), "the ledger is gone") || v.Policy().Refuses().OK {
		t.Errorf("of a lost ledger, broken: %v", v.Broken)
	}
}

// Answers that no retry will ask for are deleted as soon as the node runs.
func TestOldAnswersAreSwept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	for key, age := range map[string]time.Duration{"old": 31 * 24 * time.Hour, "recent": 29 * 24 * time.Hour} {
		n := open(t, dir, age)
		_, err := n.Notary.OpenOnce(t.Context(), notary.Order{Key: key, Request: seal.Sum([]byte(key))})
		ok(t, errors.Join(err, n.Close(t.Context())))
	}
	n := open(t, dir, 0)
	defer n.Close(context.Background())
	there := func(key string) bool {
		_, there, err := n.Store().Answer(t.Context(), notary.OperatorScope, key)
		ok(t, err)
		return there
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go n.Sweep(ctx)
	for began := time.Now(); there("old"); time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > 20*time.Second {
			t.Fatal("an old answer is still there")
		}
	}
	if !there("recent") {
		t.Error("a recent answer is gone")
	}
}

// What was refused is counted once, though the store did not say what became of it.
func TestRefusalsAreCountedOnce(t *testing.T) {
	dir, _ := seeded(t, 0)
	n := open(t, dir, 0)
	defer n.Close(context.Background())
	refuse := func(times int) {
		for range times {
			w := httptest.NewRecorder()
			n.Calls().ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/summarise/v1/chat/completions", strings.NewReader("{}")))
			if w.Code != http.StatusUnauthorized {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
		}
	}
	counted := func() (sum int64) {
		for _, v := range n.Register.Views() {
			for _, id := range []string{"", string(v.State.ID)} {
				all, err := n.Store().Refusals(t.Context(), id, "", "")
				ok(t, err)
				for _, r := range all {
					sum += r.Count
				}
			}
		}
		return sum
	}
	refuse(3)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := n.StoreRefusals(gone); !errors.Is(err, context.Canceled) || counted() != 0 {
		t.Fatalf("got %v, and %d counted", err, counted())
	}
	refuse(2)
	// The batch of three is kept after all, and nobody hears of it.
	source, number, waiting := n.Unsure()
	ok(t, n.Store().SaveRefusals(t.Context(), source, number, waiting))
	for range 2 {
		ok(t, n.StoreRefusals(t.Context()))
		if got := counted(); got != 5 {
			t.Fatalf("%d refusals are counted, want 5", got)
		}
	}
}
