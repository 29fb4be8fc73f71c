package disk

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func openStore(t *testing.T) *File {
	t.Helper()
	s, err := Open(filepath.Join(t.TempDir(), "entente.db"), tables)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// tables are what the tests write to.
func tables(ctx context.Context, db *sql.DB) error {
	_, err := db.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS secret (name TEXT PRIMARY KEY, sealed BLOB) STRICT;
		CREATE TABLE IF NOT EXISTS row (name TEXT PRIMARY KEY, secret TEXT NOT NULL REFERENCES secret (name)) STRICT`)
	return err
}

const addSecret = "INSERT INTO secret (name, sealed) VALUES ($1, $2)"

// hold makes the writer wait in the middle of a transaction, until let go.
func hold(t *testing.T, s *File) (letGo func()) {
	t.Helper()
	begun, release := make(chan struct{}), make(chan struct{})
	ended := make(chan error, 1)
	go func() {
		ended <- s.Write(context.Background(), func(*Tx) error {
			close(begun)
			<-release
			return nil
		})
	}()
	<-begun
	return func() {
		close(release)
		if err := <-ended; err != nil {
			t.Errorf("the write that held the others up: %v", err)
		}
	}
}

// waitFor waits until so many writes wait.
func waitFor(t *testing.T, s *File, n int) {
	t.Helper()
	for range 5000 {
		if s.writer.count() == n {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatalf("%d writes wait, want %d", s.writer.count(), n)
}

// submit starts n writes and returns where their results come.
func submit(s *File, n int, do func(i int, t *Tx) error) []chan error {
	results := make([]chan error, n)
	for i := range results {
		results[i] = make(chan error, 1)
		go func() {
			results[i] <- s.Write(context.Background(), func(t *Tx) error { return do(i, t) })
		}()
	}
	return results
}

func secretThere(t *testing.T, s *File, name string) bool {
	t.Helper()
	there, err := List(t.Context(), s.Read, "SELECT 1 FROM secret WHERE name = $1", Column[int], name)
	if err != nil {
		t.Fatal(err)
	}
	return len(there) == 1
}

func keep(ctx context.Context, s *File, name string, sealed []byte) error {
	return s.Write(ctx, func(t *Tx) error {
		_, err := t.Exec(addSecret, name, sealed)
		return err
	})
}

func TestWritesThatWaitShareOneCommit(t *testing.T) {
	s := openStore(t)
	letGo := hold(t, s)
	groups := map[int]int{} // by the number of changes that SQLite has committed; only the writer touches it
	results := submit(s, groupSize+10, func(i int, t *Tx) error {
		var before int
		if err := s.Read.QueryRow("SELECT COUNT(*) FROM secret").Scan(&before); err != nil {
			return err
		}
		groups[before]++
		_, err := t.Exec(addSecret, fmt.Sprint(i), []byte("x"))
		return err
	})
	waitFor(t, s, groupSize+10)
	letGo()
	for _, r := range results {
		if err := <-r; err != nil {
			t.Error(err)
		}
	}
	if len(groups) != 2 || groups[0] != groupSize || groups[groupSize] != 10 {
		t.Errorf("the writes were committed in the groups %v, want %d and 10", groups, groupSize)
	}
}

func TestEachWriteOfAGroupHasItsOwnResult(t *testing.T) {
	s := openStore(t)
	letGo := hold(t, s)
	own := errors.New("its own")
	results := submit(s, 30, func(i int, t *Tx) error {
		if _, err := t.Exec(addSecret, fmt.Sprint(i), []byte("x")); err != nil {
			return err
		}
		switch i % 3 {
		case 1:
			return fmt.Errorf("write %d: %w", i, own)
		case 2:
			_, err := t.Exec(addSecret, fmt.Sprint(i), []byte("the same again"))
			return err
		}
		return nil
	})
	waitFor(t, s, 30)
	letGo()
	for i, r := range results {
		err := <-r
		if (err == nil) != (i%3 == 0) || errors.Is(err, own) != (i%3 == 1) {
			t.Errorf("write %d: %v", i, err)
		}
		if there := secretThere(t, s, fmt.Sprint(i)); there != (err == nil) {
			t.Errorf("write %d: kept %t, and its result was %v", i, there, err)
		}
	}
}

// A commit that fails fails everyone in it, keeps nothing, and does not hinder the next.
func TestAFailedCommit(t *testing.T) {
	s := openStore(t)
	letGo := hold(t, s)
	results := submit(s, 10, func(i int, t *Tx) error {
		if i != 3 {
			_, err := t.Exec(addSecret, fmt.Sprint(i), []byte("x"))
			return err
		}
		if _, err := t.Exec("PRAGMA defer_foreign_keys = ON"); err != nil {
			return err
		}
		_, err := t.Exec("INSERT INTO row (name, secret) VALUES ('a', 'nowhere')")
		return err
	})
	waitFor(t, s, 10)
	letGo()
	for i, r := range results {
		if err := <-r; err == nil || !strings.Contains(err.Error(), "bringing a write to disk") {
			t.Errorf("write %d: %v", i, err)
		}
		if secretThere(t, s, fmt.Sprint(i)) {
			t.Errorf("write %d was kept", i)
		}
	}
	if err := keep(t.Context(), s, "next", []byte("x")); err != nil || !secretThere(t, s, "next") {
		t.Errorf("the next write: %v", err)
	}
}

// A full disk refuses writes, keeps what is there readable, and is forgotten when there is room again.
func TestAFullDisk(t *testing.T) {
	s := openStore(t)
	set := func(pages int) {
		t.Helper()
		if err := s.Write(t.Context(), func(t *Tx) error {
			return t.w.conn.QueryRowContext(context.Background(), fmt.Sprintf("PRAGMA max_page_count = %d", pages)).Scan(&pages)
		}); err != nil {
			t.Fatal(err)
		}
	}
	if err := keep(t.Context(), s, "before", []byte("x")); err != nil {
		t.Fatal(err)
	}
	set(1) // SQLite raises it to the present size
	letGo := hold(t, s)
	large := make([]byte, 1<<20)
	results := submit(s, 5, func(i int, t *Tx) error {
		_, err := t.Exec(addSecret, fmt.Sprint(i), large)
		return err
	})
	waitFor(t, s, 5)
	letGo()
	for i, r := range results {
		if err := <-r; err == nil || secretThere(t, s, fmt.Sprint(i)) {
			t.Errorf("write %d: %v, and kept: %t", i, err, secretThere(t, s, fmt.Sprint(i)))
		}
	}
	if !secretThere(t, s, "before") {
		t.Error("what was kept before is gone")
	}
	set(1 << 30)
	if err := keep(t.Context(), s, "after", large); err != nil || !secretThere(t, s, "after") {
		t.Errorf("after there was room again: %v", err)
	}
	if err := s.CheckIntegrity(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAWriteIsTakenBackWhileItWaits(t *testing.T) {
	s := openStore(t)
	letGo := hold(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error)
	go func() { result <- keep(ctx, s, "taken back", []byte("x")) }()
	waitFor(t, s, 1)
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	letGo()
	if err := keep(t.Context(), s, "next", []byte("x")); err != nil || secretThere(t, s, "taken back") {
		t.Errorf("%v; the write that was taken back is kept: %t", err, secretThere(t, s, "taken back"))
	}
}

func TestAWriteThatHasBegunIsSeenThrough(t *testing.T) {
	s := openStore(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := s.Write(ctx, func(t *Tx) error {
		cancel()
		time.Sleep(10 * time.Millisecond)
		_, err := t.Exec(addSecret, "begun", []byte("x"))
		return err
	})
	if err != nil || !secretThere(t, s, "begun") {
		t.Errorf("got %v; kept: %t", err, secretThere(t, s, "begun"))
	}
}

func TestCloseFinishesWhatWaits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "entente.db")
	s, err := Open(path, tables)
	if err != nil {
		t.Fatal(err)
	}
	letGo := hold(t, s)
	results := submit(s, 20, func(i int, t *Tx) error {
		_, err := t.Exec(addSecret, fmt.Sprint(i), []byte("x"))
		return err
	})
	waitFor(t, s, 20)
	closed := make(chan error)
	go func() { closed <- s.Close() }()
	letGo()
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if err := keep(t.Context(), s, "late", nil); !errors.Is(err, ErrClosed) {
		t.Errorf("a write after the end: %v, want ErrClosed", err)
	}
	if _, err := List(t.Context(), s.Read, "SELECT name FROM secret", Column[string]); err == nil {
		t.Error("a read after the end was well")
	}
	if s, err = Open(path, tables); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for i, r := range results {
		if err := <-r; err != nil || !secretThere(t, s, fmt.Sprint(i)) {
			t.Errorf("write %d: %v", i, err)
		}
	}
}

func TestReadersCannotWrite(t *testing.T) {
	s := openStore(t)
	for _, query := range []string{"DELETE FROM secret", "CREATE TABLE x (y)", "PRAGMA user_version = 7"} {
		if _, err := s.Read.Exec(query); err == nil && !strings.HasPrefix(query, "PRAGMA") {
			t.Errorf("%s was well", query)
		}
	}
	var version int
	if err := s.Read.QueryRow("PRAGMA user_version").Scan(&version); err != nil || version != 0 {
		t.Errorf("a reader set the version to %d (%v)", version, err)
	}
}
