package files_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"entente/files"
	"entente/ledger/seal"

	"pgregory.net/rapid"
)

func keep(t *testing.T, s *files.Store, b []byte) seal.Digest {
	t.Helper()
	d, err := s.Keep(t.Context(), b)
	if err != nil {
		t.Fatalf("Keep: %v", err)
	}
	return d
}

func newStore(t *testing.T) *files.Store {
	return &files.Store{Dir: filepath.Join(t.TempDir(), "data", "documents")}
}

// only returns the one file of a store.
func only(t *testing.T, s *files.Store) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(s.Dir, "*", "*"))
	hidden, _ := filepath.Glob(filepath.Join(s.Dir, "*", ".*"))
	if err != nil || len(names) != 1 || len(hidden) != 0 {
		t.Fatalf("the store has %q and %q (%v), want one file", names, hidden, err)
	}
	return names[0]
}

func TestADocumentComesBackAsItWasKept(t *testing.T) {
	s := newStore(t)
	for _, b := range [][]byte{nil, {0}, []byte("# Agreement\n"), bytes.Repeat([]byte("ä"), 1<<20)} {
		d := keep(t, s, b)
		if d != seal.Sum(b) {
			t.Errorf("digest %s, want %s", d, seal.Sum(b))
		}
		got, err := s.Document(d.String())
		if err != nil || !bytes.Equal(got, b) {
			t.Errorf("%d bytes came back as %d, %v", len(b), len(got), err)
		}
	}
}

func TestDocumentsLieUnderTheirDigestForTheOwnerAlone(t *testing.T) {
	s := newStore(t)
	d := keep(t, s, []byte("terms"))
	path := only(t, s)
	if want := filepath.Join(s.Dir, d.Hex()[:2], d.Hex()); path != want {
		t.Errorf("the document lies at %s, want %s", path, want)
	}
	for name, want := range map[string]fs.FileMode{path: 0o600, filepath.Dir(path): 0o700, s.Dir: 0o700, filepath.Dir(s.Dir): 0o700} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: mode %v (%v), want %v", name, info.Mode().Perm(), err, want)
		}
	}
}

func TestKeepingAgainChangesNothing(t *testing.T) {
	s := newStore(t)
	keep(t, s, []byte("terms"))
	before, _ := os.Stat(only(t, s))
	keep(t, s, []byte("terms"))
	if after, _ := os.Stat(only(t, s)); !os.SameFile(before, after) || !after.ModTime().Equal(before.ModTime()) {
		t.Error("the file was written again")
	}
}

func TestKeepingTogether(t *testing.T) {
	s := newStore(t)
	b := bytes.Repeat([]byte("terms"), 10_000)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			d, err := s.Keep(context.Background(), b)
			if err != nil {
				t.Errorf("Keep: %v", err)
			}
			if got, err := s.Document(d.String()); err != nil || !bytes.Equal(got, b) {
				t.Errorf("Document: %v", err)
			}
		})
	}
	all.Wait()
	only(t, s)
}

// Whatever is done to a document's file is found when it is read, and mended when it is kept again.
func TestEveryAlterationIsFoundAndMended(t *testing.T) {
	s := newStore(t)
	terms := []byte("the terms of the agreement")
	d := keep(t, s, terms)
	path := only(t, s)
	rapid.Check(t, func(t *rapid.T) {
		altered := bytes.Clone(terms)
		switch at := rapid.IntRange(0, len(terms)-1).Draw(t, "at"); rapid.SampledFrom([]string{"flip", "cut", "grow"}).Draw(t, "how") {
		case "flip":
			altered[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "by"))
		case "cut":
			altered = altered[:at]
		default:
			altered = append(altered, terms[at:]...)
		}
		if err := os.WriteFile(path, altered, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Document(d.String()); !errors.Is(err, files.ErrAltered) || got != nil || !strings.Contains(err.Error(), d.String()) {
			t.Fatalf("%q was read: %v", got, err)
		}
		if _, err := s.Keep(context.Background(), terms); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Document(d.String()); err != nil || !bytes.Equal(got, terms) {
			t.Fatalf("not mended: %q, %v", got, err)
		}
	})
}

func TestWhatIsNotThere(t *testing.T) {
	s := newStore(t)
	d := seal.Sum([]byte("never kept"))
	if _, err := s.Document(d.String()); !errors.Is(err, files.ErrMissing) || !strings.Contains(err.Error(), d.String()) {
		t.Errorf("got %v, want ErrMissing with the digest", err)
	}
	for _, name := range []string{"", "../../etc/passwd", d.Hex(), "sha256:" + strings.ToUpper(d.Hex()), d.String() + "/.."} {
		if _, err := s.Document(name); err == nil || errors.Is(err, files.ErrMissing) {
			t.Errorf("Document(%q): %v, want that it is no digest", name, err)
		}
	}
}

func TestTheLargestDocument(t *testing.T) {
	s := newStore(t)
	b := make([]byte, files.MaxDocument+1)
	if _, err := s.Keep(t.Context(), b); !errors.Is(err, files.ErrTooLarge) {
		t.Errorf("one byte too many: %v", err)
	}
	d := keep(t, s, b[:files.MaxDocument])
	if got, err := s.Document(d.String()); err != nil || len(got) != files.MaxDocument {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func TestAContextThatHasEndedKeepsNothing(t *testing.T) {
	s := newStore(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Keep(ctx, []byte("terms")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(s.Dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder was made: %v", err)
	}
}

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "kek")
	for _, c := range []struct {
		data string
		perm fs.FileMode
	}{{"a key", 0o600}, {"", 0o644}, {"another key", 0o600}} {
		if err := files.WriteFile(path, []byte(c.data), c.perm); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		info, _ := os.Stat(path)
		if err != nil || string(got) != c.data || info.Mode().Perm() != c.perm {
			t.Errorf("got %q %v (%v), want %q %v", got, info.Mode().Perm(), err, c.data, c.perm)
		}
	}
	if err := files.WriteFile(filepath.Join(dir, "absent", "kek"), nil, 0o600); err == nil {
		t.Error("a file was written into a folder that is not there")
	}
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := files.WriteFile(filepath.Join(dir, "folder"), nil, 0o600); err == nil {
		t.Error("a file took the place of a folder")
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 2 {
		t.Errorf("there is something left over: %v", entries)
	}
}

func TestOneNodeOnOneFolder(t *testing.T) {
	dir := t.TempDir()
	release, err := files.Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, err = files.Lock(dir)
	if !errors.Is(err, files.ErrLocked) || !strings.Contains(err.Error(), "a node is already running on "+dir) {
		t.Errorf("the second lock: %v", err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	again, err := files.Lock(dir)
	if err != nil {
		t.Fatalf("after the release: %v", err)
	}
	if err := again(); err != nil {
		t.Fatal(err)
	}
	if _, err := files.Lock(filepath.Join(dir, "absent")); err == nil || errors.Is(err, files.ErrLocked) {
		t.Errorf("a folder that is not there: %v", err)
	}
}
