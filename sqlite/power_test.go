package sqlite_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"entente/notary/notarytest"
	"entente/sqlite"
)

var (
	powerRounds = flag.Int("power-rounds", 40, "how many power cuts to simulate")
	powerSeed   = flag.Uint64("power-seed", 0, "repeats the cuts of an earlier run; 0 draws one")
)

// sector is what a disk writes whole or not at all.
const sector = 512

// An image is what the two files of a database hold at one moment.
type image struct{ db, wal []byte }

func photograph(t *testing.T, path string) (i image) {
	t.Helper()
	for name, at := range map[string]*[]byte{path: &i.db, path + "-wal": &i.wal} {
		b, err := os.ReadFile(name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		*at = b
	}
	return i
}

// torn is a file of which some sectors that were written since it was last flushed are on disk and
// others are not, in any order.
func torn(r *rand.Rand, flushed, written []byte) []byte {
	size := len(flushed) + r.IntN(max(0, len(written)-len(flushed))+1)
	out := make([]byte, size) // what was never written is zero
	copy(out, flushed)
	odds := r.IntN(5) // 0: none of it came to the disk; 4: all that is within the size
	for at := 0; at < size; at += sector {
		end := min(at+sector, size)
		if end <= len(written) && r.IntN(4) < odds {
			copy(out[at:end], written[at:end])
		}
	}
	return out
}

// cut is what a power cut leaves of an image, when all of flushed is on disk. SQLite flushes the WAL
// before it writes to the database file: once that changes, the WAL is whole.
func cut(r *rand.Rand, flushed, written image) image {
	if bytes.Equal(flushed.db, written.db) {
		return image{flushed.db, torn(r, flushed.wal, written.wal)}
	}
	return image{torn(r, flushed.db, written.db), written.wal}
}

// What the store has said is kept survives a power cut at any instant: unflushed writes are dropped,
// cut short or torn by sectors, and each time the ledger verifies and no acknowledged entry is missing.
func TestPowerCuts(t *testing.T) {
	seed := *powerSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("-power-seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	dir := t.TempDir()
	path := filepath.Join(dir, "entente.db")
	s, err := sqlite.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	a := &notarytest.Author{ID: "agr_0"}
	partial, moved := 0, 0
	for round := range *powerRounds {
		flushed, acknowledged := photograph(t, path), a.Size()
		b, err := a.Next(fmt.Sprint(round), "and another")
		if err != nil {
			t.Fatal(err)
		}
		b = notarytest.Beside(a.ID, b, fmt.Sprint(a.Size()))
		written := during(t, path, time.Duration(r.IntN(3000))*time.Microsecond, func() error { return s.Append(t.Context(), a.ID, a.Size(), b) })
		a.Kept(b)
		if !bytes.Equal(flushed.db, written.db) {
			moved++
		}
		after := cut(r, flushed, written)
		if !bytes.Equal(after.db, flushed.db) || !bytes.Equal(after.wal, flushed.wal) {
			partial++
		}
		restore(t, filepath.Join(dir, fmt.Sprint("after", round), "entente.db"), after, acknowledged, a)
	}
	if partial < *powerRounds/10 {
		t.Errorf("in %d of %d cuts only something was on its way to the disk: the test shows too little", partial, *powerRounds)
	}
	t.Logf("%d cuts, %d of them in the middle of something, %d while the WAL was moved; %d entries acknowledged", *powerRounds, partial, moved, a.Size())
}

// during is an image taken some time after a write began, or after it ended if that was sooner.
func during(t *testing.T, path string, wait time.Duration, write func() error) image {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- write() }()
	time.Sleep(wait)
	i := photograph(t, path)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return i
}

// restore starts the machine again and looks at what is there.
func restore(t *testing.T, path string, i image, acknowledged int64, a *notarytest.Author) {
	t.Helper()
	err := os.MkdirAll(filepath.Dir(path), 0o700)
	for name, b := range map[string][]byte{path: i.db, path + "-wal": i.wal} {
		err = errors.Join(err, os.WriteFile(name, b, 0o600))
	}
	if err != nil {
		t.Fatal(err)
	}
	s, err := sqlite.Open(path)
	if err != nil {
		t.Fatalf("after a power cut: %v", err)
	}
	defer s.Close()
	if err := s.CheckIntegrity(t.Context()); err != nil {
		t.Fatal(err)
	}
	checkLedger(t, s, a.ID, map[string]int64{string(a.ID): acknowledged})
	if found, err := s.Beside(t.Context(), a.ID); err != nil || len(found) > 0 {
		t.Errorf("beside the entries: %v (%v)", found, err)
	}
	if err := os.RemoveAll(filepath.Dir(path)); err != nil {
		t.Fatal(err)
	}
}
