package witness_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"entente/files"
	"entente/ledger/seal"
	"entente/ledger/tree"
	"entente/witness"
)

var now = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func key(t *testing.T, name string) seal.PrivateKey {
	t.Helper()
	k, err := seal.Generate(strings.NewReader(strings.Repeat(name, 64)))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// A log that grows as it likes.
type log struct {
	t      *testing.T
	key    seal.PrivateKey
	leaves []string
}

func (l *log) vkey() seal.VKey { return seal.LogVKey("host.example/agr_1", l.key.Public()) }

func (l *log) grow(leaves ...string) { l.leaves = append(l.leaves, leaves...) }

func (l *log) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var stored []tlog.Hash
	for n, leaf := range l.leaves {
		hashes, err := tlog.StoredHashes(int64(n), []byte(leaf), tlog.HashReaderFunc(func(wanted []int64) ([]tlog.Hash, error) { return pick(stored, wanted), nil }))
		if err != nil {
			return nil, err
		}
		stored = append(stored, hashes...)
	}
	return pick(stored, indexes), nil
}

func pick(stored []tlog.Hash, indexes []int64) (out []tlog.Hash) {
	for _, i := range indexes {
		out = append(out, stored[i])
	}
	return out
}

func (l *log) checkpoint() []byte {
	l.t.Helper()
	signed, err := tree.SignCheckpoint(tree.Checkpoint{Origin: "host.example/agr_1", Size: int64(len(l.leaves)), Root: tree.RootOf(bytesOf(l.leaves))}, l.key)
	if err != nil {
		l.t.Fatal(err)
	}
	return signed
}

func bytesOf(leaves []string) (out [][]byte) {
	for _, s := range leaves {
		out = append(out, []byte(s))
	}
	return out
}

func (l *log) fetch(path string) ([]byte, error) {
	t, err := tree.ParseTilePath(path)
	if err != nil {
		return nil, err
	}
	return tree.HashTile(t, int64(len(l.leaves)), l)
}

func (l *log) ask(old int64) []byte {
	l.t.Helper()
	b, err := witness.Ask(l.vkey(), l.checkpoint(), old, l.fetch)
	if err != nil {
		l.t.Fatal(err)
	}
	return b
}

func status(err error) int {
	var no *tree.WitnessRefusal
	if !errors.As(err, &no) {
		return 0
	}
	return no.Status
}

func TestAWitnessConfirmsWhatContinues(t *testing.T) {
	l := &log{t: t, key: key(t, "log")}
	w := &witness.Witness{Name: "party.example/witness", Key: key(t, "wit"), Logs: []seal.VKey{l.vkey()}, Memory: files.Witnessed{Dir: t.TempDir() + "/w"}, Now: func() time.Time { return now }}
	for n := range 600 { // more than two tiles
		l.grow(strings.Repeat("x", n%7))
	}
	for _, step := range []int{0, 1, 300, 0} {
		old := int64(0)
		if seen, err := w.Memory.Seen(t.Context(), "host.example/agr_1"); err != nil {
			t.Fatal(err)
		} else {
			old = seen.Size
		}
		for n := range step {
			l.grow(strings.Repeat("y", n%5))
		}
		line, err := w.Add(t.Context(), l.ask(old))
		if err != nil {
			t.Fatalf("from %d to %d: %v", old, len(l.leaves), err)
		}
		signed, err := tree.AddCosignatures(l.checkpoint(), line)
		if err != nil {
			t.Fatal(err)
		}
		c, err := tree.OpenCheckpoint(signed, l.vkey(), w.VKey())
		if at, ok := c.CosignedBy(w.VKey()); err != nil || !ok || !at.Equal(now) {
			t.Fatalf("the cosignature of size %d: %v, %t, %v", len(l.leaves), at, ok, err)
		}
	}
}

func TestAWitnessRefuses(t *testing.T) {
	honest := &log{t: t, key: key(t, "log"), leaves: []string{"a", "b", "c"}}
	memory := files.Witnessed{Dir: t.TempDir()}
	w := &witness.Witness{Name: "party.example/witness", Key: key(t, "wit"), Logs: []seal.VKey{honest.vkey()}, Memory: memory, Now: func() time.Time { return now }}
	if _, err := w.Add(t.Context(), honest.ask(0)); err != nil {
		t.Fatal(err)
	}
	fork := &log{t: t, key: honest.key, leaves: []string{"a", "b", "d", "e"}}
	same := &log{t: t, key: honest.key, leaves: []string{"a", "b", "d"}}
	shorter := &log{t: t, key: honest.key, leaves: []string{"a"}}
	stranger := &log{t: t, key: key(t, "other"), leaves: []string{"a", "b", "c"}}
	for name, c := range map[string]struct {
		body []byte
		want int
	}{
		"a fork that the log's own key signed":  {fork.ask(3), 422},
		"another tree of the same size":         {same.ask(3), 422},
		"a log that was rolled back":            {append([]byte("old 3\n\n"), shorter.checkpoint()...), 400},
		"another size than what was remembered": {honest.ask(0), 409},
		"a checkpoint that another key signed":  {stranger.ask(3), 403},
		"what is no request":                    {[]byte("hello"), 400},
	} {
		if _, err := w.Add(t.Context(), c.body); status(err) != c.want {
			t.Errorf("%s: %v, want %d", name, err, c.want)
		}
	}
	if seen, err := memory.Seen(t.Context(), "host.example/agr_1"); err != nil || seen.Size != 3 {
		t.Errorf("refusals moved the memory to %+v, %v", seen, err)
	}
	deaf := &witness.Witness{Name: w.Name, Key: w.Key, Memory: memory, Now: w.Now}
	if _, err := deaf.Add(t.Context(), honest.ask(3)); status(err) != 404 {
		t.Errorf("a log that is not followed: %v", err)
	}
}

// What cannot be remembered is not cosigned.
func TestNothingIsCosignedThatIsNotRemembered(t *testing.T) {
	l := &log{t: t, key: key(t, "log"), leaves: []string{"a"}}
	w := &witness.Witness{Name: "party.example/witness", Key: key(t, "wit"), Logs: []seal.VKey{l.vkey()}, Memory: forgetful{}, Now: func() time.Time { return now }}
	if line, err := w.Add(t.Context(), l.ask(0)); err == nil || line != nil {
		t.Errorf("it answered %q, %v", line, err)
	}
}

type forgetful struct{}

func (forgetful) Seen(context.Context, string) (tree.Seen, error) { return tree.Seen{}, nil }
func (forgetful) Remember(context.Context, string, tree.Seen) error {
	return errors.New("the disk is full")
}

// Tiles that do not belong to the checkpoint prove nothing.
func TestTilesAreCheckedAgainstTheCheckpoint(t *testing.T) {
	l := &log{t: t, key: key(t, "log"), leaves: []string{"a", "b", "c"}}
	other := &log{t: t, key: l.key, leaves: []string{"a", "x", "c"}}
	if _, err := witness.Ask(l.vkey(), l.checkpoint(), 2, other.fetch); err == nil {
		t.Error("the tiles of another tree were taken")
	}
}
