package sqlite

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entente/access"
)

func openStore(t *testing.T) *Store {
	t.Helper()
	s, err := Open(filepath.Join(t.TempDir(), "entente.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

const addSecret = "INSERT INTO secret (name, sealed) VALUES ($1, $2)"

// hold makes the writer wait in the middle of a transaction, until let go.
func hold(t *testing.T, s *Store) (letGo func()) {
	t.Helper()
	begun, release := make(chan struct{}), make(chan struct{})
	ended := make(chan error, 1)
	go func() {
		ended <- s.write(context.Background(), func(*tx) error {
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
func waitFor(t *testing.T, s *Store, n int) {
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
func submit(s *Store, n int, do func(i int, t *tx) error) []chan error {
	results := make([]chan error, n)
	for i := range results {
		results[i] = make(chan error, 1)
		go func() {
			results[i] <- s.write(context.Background(), func(t *tx) error { return do(i, t) })
		}()
	}
	return results
}

func secretThere(t *testing.T, s *Store, name string) bool {
	t.Helper()
	_, err := s.SealedSecret(t.Context(), name)
	if err != nil && !errors.Is(err, access.ErrNoSecret) {
		t.Fatal(err)
	}
	return err == nil
}

func TestWritesThatWaitShareOneCommit(t *testing.T) {
	s := openStore(t)
	letGo := hold(t, s)
	groups := map[int]int{} // by the number of changes that SQLite has committed; only the writer touches it
	results := submit(s, groupSize+10, func(i int, t *tx) error {
		var before int
		if err := s.read.QueryRow("SELECT COUNT(*) FROM secret").Scan(&before); err != nil {
			return err
		}
		groups[before]++
		_, err := t.exec(addSecret, fmt.Sprint(i), []byte("x"))
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
	results := submit(s, 30, func(i int, t *tx) error {
		if _, err := t.exec(addSecret, fmt.Sprint(i), []byte("x")); err != nil {
			return err
		}
		switch i % 3 {
		case 1:
			return fmt.Errorf("write %d: %w", i, own)
		case 2:
			_, err := t.exec(addSecret, fmt.Sprint(i), []byte("the same again"))
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
	results := submit(s, 10, func(i int, t *tx) error {
		if i != 3 {
			_, err := t.exec(addSecret, fmt.Sprint(i), []byte("x"))
			return err
		}
		if _, err := t.exec("PRAGMA defer_foreign_keys = ON"); err != nil {
			return err
		}
		_, err := t.exec("INSERT INTO row (agreement, name, body) VALUES ('nobody', 'a', 'b')")
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
	if err := s.KeepSecret(t.Context(), "next", []byte("x")); err != nil || !secretThere(t, s, "next") {
		t.Errorf("the next write: %v", err)
	}
}

// A full disk refuses writes, keeps what is there readable, and is forgotten when there is room again.
func TestAFullDisk(t *testing.T) {
	s := openStore(t)
	set := func(pages int) {
		t.Helper()
		if err := s.write(t.Context(), func(t *tx) error {
			return t.w.conn.QueryRowContext(context.Background(), fmt.Sprintf("PRAGMA max_page_count = %d", pages)).Scan(&pages)
		}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.KeepSecret(t.Context(), "before", []byte("x")); err != nil {
		t.Fatal(err)
	}
	set(1) // SQLite raises it to the present size
	letGo := hold(t, s)
	large := make([]byte, 1<<20)
	results := submit(s, 5, func(i int, t *tx) error {
		_, err := t.exec(addSecret, fmt.Sprint(i), large)
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
	if err := s.KeepSecret(t.Context(), "after", large); err != nil || !secretThere(t, s, "after") {
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
	go func() { result <- s.KeepSecret(ctx, "taken back", []byte("x")) }()
	waitFor(t, s, 1)
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	letGo()
	if err := s.KeepSecret(t.Context(), "next", []byte("x")); err != nil || secretThere(t, s, "taken back") {
		t.Errorf("%v; the write that was taken back is kept: %t", err, secretThere(t, s, "taken back"))
	}
}

func TestAWriteThatHasBegunIsSeenThrough(t *testing.T) {
	s := openStore(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := s.write(ctx, func(t *tx) error {
		cancel()
		time.Sleep(10 * time.Millisecond)
		_, err := t.exec(addSecret, "begun", []byte("x"))
		return err
	})
	if err != nil || !secretThere(t, s, "begun") {
		t.Errorf("got %v; kept: %t", err, secretThere(t, s, "begun"))
	}
}

func TestCloseFinishesWhatWaits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "entente.db")
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	letGo := hold(t, s)
	results := submit(s, 20, func(i int, t *tx) error {
		_, err := t.exec(addSecret, fmt.Sprint(i), []byte("x"))
		return err
	})
	waitFor(t, s, 20)
	closed := make(chan error)
	go func() { closed <- s.Close() }()
	letGo()
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if err := s.KeepSecret(t.Context(), "late", nil); !errors.Is(err, ErrClosed) {
		t.Errorf("a write after the end: %v, want ErrClosed", err)
	}
	if _, err := s.Agreements(t.Context()); err == nil {
		t.Error("a read after the end was well")
	}
	if s, err = Open(path); err != nil {
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
	for _, query := range []string{"DELETE FROM leaf", "CREATE TABLE x (y)", "PRAGMA user_version = 7"} {
		if _, err := s.read.Exec(query); err == nil && !strings.HasPrefix(query, "PRAGMA") {
			t.Errorf("%s was well", query)
		}
	}
	var version int
	if err := s.read.QueryRow("PRAGMA user_version").Scan(&version); err != nil || version != 0 {
		t.Errorf("a reader set the version to %d (%v)", version, err)
	}
}
