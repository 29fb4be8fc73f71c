package tree_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"entente/ledger"
	"entente/ledger/ledgertest"
	"entente/ledger/seal"
	"entente/ledger/tree"

	"github.com/google/go-cmp/cmp"
	"github.com/transparency-dev/formats/proof"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

// plainLog holds n short leaves that are no entries: the tree does not care.
func plainLog(t ledgertest.Failer, n int) *ledger.Log {
	t.Helper()
	var l ledger.Log
	for i := range n {
		if _, err := l.Append(ledger.Leaf(fmt.Sprintf("leaf %d", i))); err != nil {
			t.Fatalf("appending: %v", err)
		}
	}
	return &l
}

// rfc6962 is the hash as section 2.1 of the RFC defines it, word for word.
func rfc6962(leaves []ledger.Leaf) tlog.Hash {
	switch n := len(leaves); n {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return sha256.Sum256(append([]byte{0}, leaves[0]...))
	default:
		k := 1
		for k*2 < n {
			k *= 2
		}
		left, right := rfc6962(leaves[:k]), rfc6962(leaves[k:])
		return sha256.Sum256(append(append([]byte{1}, left[:]...), right[:]...))
	}
}

// For every size and position, the root is that of RFC 6962 and the proofs hold,
// and no proof holds for another leaf, position, size or root.
func TestProofsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(1, 700).Draw(t, "size")
		l := plainLog(t, size)
		root, err := l.Root()
		if err != nil || root != rfc6962(l.Entries) {
			t.Fatalf("root of %d: %v, %v", size, root, err)
		}
		n := rapid.Int64Range(0, int64(size)-1).Draw(t, "n")
		p, err := tree.ProveInclusion(int64(size), n, l)
		if err != nil {
			t.Fatal(err)
		}
		if err := tree.CheckInclusion(p, int64(size), root, n, l.Entries[n]); err != nil {
			t.Fatal(err)
		}
		if tree.CheckInclusion(p, int64(size), root, n, ledger.Leaf("another")) == nil ||
			tree.CheckInclusion(p, int64(size), tlog.Hash{}, n, l.Entries[n]) == nil ||
			size > 1 && tree.CheckInclusion(p, int64(size), root, (n+1)%int64(size), l.Entries[n]) == nil {
			t.Fatal("a false inclusion proof holds")
		}
		older := rapid.Int64Range(0, int64(size)).Draw(t, "older")
		olderRoot, _ := tree.Root(older, l)
		c, err := tree.ProveConsistency(older, int64(size), l)
		if err != nil {
			t.Fatal(err)
		}
		if err := tree.CheckConsistency(c, older, olderRoot, int64(size), root); err != nil {
			t.Fatal(err)
		}
		if older > 0 && (tree.CheckConsistency(c, older, tlog.Hash{1}, int64(size), root) == nil || tree.CheckConsistency(c, older, olderRoot, int64(size), tlog.Hash{1}) == nil) {
			t.Fatal("a false consistency proof holds")
		}
		if tree.CheckConsistency(append(c, tlog.Hash{}), older, olderRoot, int64(size), root) == nil {
			t.Fatal("a consistency proof with too much in it holds")
		}
	})
}

func TestTreeRefusesImpossibleSizes(t *testing.T) {
	l := plainLog(t, 3)
	for name, err := range map[string]error{
		"inclusion beyond the end":     second(tree.ProveInclusion(3, 3, l)),
		"inclusion of a negative":      second(tree.ProveInclusion(3, -1, l)),
		"consistency with a larger":    second(tree.ProveConsistency(4, 3, l)),
		"a root of a negative size":    second(tree.Root(-1, l)),
		"a root beyond arithmetic":     second(tree.Root(1<<62+1, l)),
		"a check beyond arithmetic":    tree.CheckConsistency(nil, 1, tlog.Hash{}, 1<<62+1, tlog.Hash{}),
		"an inclusion beyond it":       tree.CheckInclusion(nil, 1<<62+1, tlog.Hash{}, 0, nil),
		"an empty log with a root":     tree.CheckConsistency(nil, 0, rfc6962(nil), 0, tlog.Hash{}),
		"an empty beginning with one":  tree.CheckConsistency(nil, 0, tlog.Hash{}, 1, tlog.Hash{}),
		"hashes that are not there":    second(tree.Root(4, l)),
		"stored hashes of a negative":  second(tree.StoredHashes(-1, nil, l)),
		"leaves in the wrong order":    second(l.Leaves(2, 1)),
		"leaves that are not there":    second(l.Leaves(0, 4)),
		"a parsed size that is padded": second(tree.ParseCheckpoint("example.org/log\n007\nAQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")),
	} {
		if err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestTilePaths(t *testing.T) {
	for path, tile := range map[string]tree.Tile{
		"tile/0/000":               {0, 0, 256},
		"tile/0/x001/x234/067":     {0, 1234067, 256},
		"tile/5/x001/234.p/17":     {5, 1234, 17},
		"tile/entries/000.p/1":     {tree.EntriesLevel, 0, 1},
		"tile/entries/x123/456":    {tree.EntriesLevel, 123456, 256},
		"tile/63/001":              {63, 1, 256},
		"tile/entries/x001/000":    {tree.EntriesLevel, 1000, 256},
		"tile/1/x999/x999/999.p/2": {1, 999999999, 2},
	} {
		got, err := tree.ParseTilePath(path)
		if err != nil || got != tile || got.Path() != path {
			t.Errorf("%s: got %v, %v, written %s", path, got, err, got.Path())
		}
	}
	for _, path := range []string{"", "tile", "tile/0", "tile/0/0", "tile/00/000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/64/000",
		"tile/-1/000", "tile/data/000", "tile/8/0/000", "tile/0/x000/001", "tile/0/x001", "tile/entries/1", "/tile/0/000", "tile/0/../000",
		"tile/0/x999/x999/x999/x999/x999/x999/999", "tile/0/000/", "tile/+0/000", "entries/000", "0/000", "tile/entries/entries/000"} {
		if got, err := tree.ParseTilePath(path); err == nil {
			t.Errorf("%q reads as %v", path, got)
		}
	}
}

// tileReader serves tiles as an outside client of the log would fetch them.
type tileReader struct {
	t    ledgertest.Failer
	log  *ledger.Log
	size int64
}

func (r tileReader) Height() int { return 8 }
func (r tileReader) ReadTiles(tiles []tlog.Tile) (out [][]byte, err error) {
	for _, tile := range tiles {
		b, err := tree.HashTile(tree.Tile{tile.L, tile.N, tile.W}, r.size, r.log)
		if err != nil {
			r.t.Fatalf("tile %v: %v", tile, err)
		}
		out = append(out, b)
	}
	return out, nil
}
func (r tileReader) SaveTiles([]tlog.Tile, [][]byte) {}

// What an outside client reads from tiles is authentic, and all of it is there.
func TestTilesServeTheLog(t *testing.T) {
	for _, size := range []int{1, 2, 255, 256, 257, 700} {
		l := plainLog(t, size)
		root, _ := l.Root()
		outside := tlog.TileHashReader(tlog.Tree{N: int64(size), Hash: root}, tileReader{t, l, int64(size)})
		var got []ledger.Leaf
		for n := int64(0); n < int64(size); n += tree.TileWidth {
			b, err := tree.EntryBundle(tree.Tile{tree.EntriesLevel, n / tree.TileWidth, int(min(tree.TileWidth, int64(size)-n))}, int64(size), l.Leaves)
			if err != nil {
				t.Fatal(err)
			}
			leaves, err := tree.ParseEntryBundle(b)
			if err != nil {
				t.Fatal(err)
			}
			for _, leaf := range leaves {
				got = append(got, leaf)
			}
		}
		if diff := cmp.Diff(l.Entries, got); diff != "" {
			t.Errorf("size %d (-want +got):\n%s", size, diff)
		}
		for n, leaf := range got {
			h, err := outside.ReadHashes([]int64{tlog.StoredHashIndex(0, int64(n))})
			if err != nil || h[0] != tlog.RecordHash(leaf) {
				t.Fatalf("size %d, entry %d: %v", size, n, err)
			}
		}
	}
	l := plainLog(t, 300)
	for _, tile := range []tree.Tile{{0, 1, 45}, {0, 2, 1}, {1, 0, 2}, {2, 0, 1}, {0, -1, 1}, {0, 0, 0}, {0, 0, 257}, {64, 0, 1}, {-2, 0, 1}, {tree.EntriesLevel, 0, 1}} {
		if _, err := tree.HashTile(tile, 300, l); err == nil {
			t.Errorf("a log of 300 has the tile of hashes %v", tile)
		}
	}
	for _, tile := range []tree.Tile{{tree.EntriesLevel, 1, 45}, {0, 0, 1}} {
		if _, err := tree.EntryBundle(tile, 300, l.Leaves); err == nil {
			t.Errorf("a log of 300 has the tile of entries %v", tile)
		}
	}
	// What the store holds already is not served before the log's size says so.
	if _, err := tree.HashTile(tree.Tile{0, 0, 256}, 200, l); err == nil {
		t.Error("a log of 200 serves 256 hashes")
	}
	if _, err := tree.EntryBundle(tree.Tile{tree.EntriesLevel, 0, 201}, 200, l.Leaves); err == nil {
		t.Error("a log of 200 serves 201 entries")
	}
	for _, b := range [][]byte{{0}, {0, 1}, {0, 2, 1}, bytes.Repeat([]byte{0, 0}, 257)} {
		if _, err := tree.ParseEntryBundle(b); err == nil {
			t.Errorf("%.8x reads as a bundle of entries", b)
		}
	}
}

func TestProofFile(t *testing.T) {
	h := ledgertest.Sample(t, 9)
	signed := h.Signed[1]
	for n, leaf := range h.Entries {
		p, err := tree.NewProof(int64(n), signed, h)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := p.MarshalText()
		var back tree.Proof
		if err := back.UnmarshalText(text); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(p, back); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		c, err := back.Check(leaf, h.Opened.Log, h.Opened.Witness(ledger.PartyA), h.Opened.Witness(ledger.PartyB))
		if err != nil || len(c.Cosignatures) != 2 {
			t.Errorf("entry %d: %v, %v", n, c.Cosignatures, err)
		}
		if _, err := back.Check(ledger.Leaf("another"), h.Opened.Log); err == nil {
			t.Error("the proof holds for another entry")
		}
		if _, err := back.Check(leaf, seal.LogVKey(ledgertest.Origin, ledgertest.Key("eve").Public())); err == nil {
			t.Error("the proof holds for another log")
		}
		var outside proof.TLogProof
		if err := outside.Unmarshal(text); err != nil || outside.Index != uint64(n) || len(outside.Hashes) != len(p.Hashes) || !bytes.Equal(outside.Marshal(), text) {
			t.Errorf("the outside reader: %v, %v", outside, err)
		}
	}
	p, _ := tree.NewProof(3, signed, h)
	good, _ := p.MarshalText()
	if err := new(tree.Proof).UnmarshalText(bytes.Replace(good, []byte("index"), []byte("extra AAAA\nindex"), 1)); err != nil {
		t.Errorf("extra data: %v", err)
	}
	for _, bad := range []string{"", "x", "c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v1" + "\n", strings.Replace(string(good), "index 3", "index 03", 1),
		strings.Replace(string(good), "index 3", "index -3", 1), strings.Replace(string(good), "@v1", "@v2", 1),
		strings.Replace(string(good), "=\n", "\n", 1), strings.Replace(string(good), "\n", "\r\n", 1)} {
		if err := new(tree.Proof).UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q reads as a proof", bad)
		}
	}
	if _, err := tree.NewProof(99, signed, h); err == nil {
		t.Error("a proof of an entry that is not there")
	}
}

// BenchmarkAppendRoot appends one entry to a log of at least 100,000 and takes its root.
func BenchmarkAppendRoot(b *testing.B) {
	l := plainLog(b, 100_000)
	leaf, err := ledger.Seal(ledgertest.New(b).Entry(ledger.PartyA, "integration.milestone_completed/1", struct{}{}), ledgertest.Key("a"))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := l.Append(leaf); err != nil {
			b.Fatal(err)
		}
		if _, err := l.Root(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAudit(b *testing.B) {
	h := ledgertest.Sample(b, 1000)
	for b.Loop() {
		if r, err := ledger.Audit(h, ledger.Anchors{}); err != nil || len(r.Findings) > 0 {
			b.Fatal(r.Findings, err)
		}
	}
}
