package api_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"entente/articles/signing"
	"entente/ledger"
	"entente/ledger/bundle"
	"entente/ledger/seal"
	"entente/ledger/tree"

	"golang.org/x/mod/sumdb/tlog"
)

// What the API gives out of a ledger verifies with package ledger alone, entry by entry.
func TestTheLedgerVerifiesFromOutside(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	for _, m := range []string{technicalA, technicalB} {
		h.ok(p.people[m], "POST", "/api/v1/agreements/"+p.id+"/milestones/api-development/completion", map[string]any{"evidence": []any{link("https://a.example")}}, nil)
	}
	path := "/api/v1/agreements/" + p.id
	var page struct {
		Items []struct {
			Position                  int64
			Type, Clause, Party, Key  string
			Leaf                      []byte
			Body                      struct{ Documents []signing.AttachmentRef }
			Actor, Custody, Next, Bad string
		}
		Next string
		Size int64
	}
	log := vkey(t, h.ok(p.people[financeA], "GET", path+"/log/log.vkey", nil, nil).body)
	var leaves []ledger.Leaf
	for after := ""; ; {
		page.Items, page.Next = nil, ""
		h.ok(p.people[financeB], "GET", path+"/ledger/entries?limit=3"+after, nil, &page)
		for _, e := range page.Items {
			if e.Position != int64(len(leaves)) {
				t.Fatalf("entry %d comes at position %d", e.Position, len(leaves))
			}
			leaves = append(leaves, e.Leaf)
		}
		if page.Next == "" {
			break
		}
		after = "&after=" + page.Next
	}
	if int64(len(leaves)) != page.Size || page.Size < 7 {
		t.Fatalf("%d of %d entries", len(leaves), page.Size)
	}
	var keys ledger.Keyring
	for i, leaf := range leaves {
		sealed, err := ledger.Open(leaf)
		must(t, err)
		must(t, keys.Admit(int64(i), sealed))
		var proof tree.Proof
		must(t, proof.UnmarshalText(h.ok(p.people[financeA], "GET", fmt.Sprintf("%s/ledger/entries/%d/proof", path, i), nil, nil).body))
		opened, _ := keys.Opened()
		c, err := proof.Check(leaf, log, opened.Parties.A.Witness, opened.Parties.B.Witness)
		if err != nil || c.Size != page.Size || len(c.Cosignatures) != 2 || log != opened.Log {
			t.Fatalf("proof of entry %d: %+v, %v", i, c, err)
		}
	}
	h.refused(404, "", p.people[financeA], "GET", fmt.Sprintf("%s/ledger/entries/%d/proof", path, page.Size), nil)
}

func vkey(t *testing.T, text []byte) seal.VKey {
	k, err := seal.ParseVKey(strings.TrimSuffix(string(text), "\n"))
	must(t, err)
	return k
}

// The bundle verifies on a machine that has never heard of the node.
func TestTheBundleVerifies(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	a := h.ok(p.people[legalB], "GET", "/api/v1/agreements/"+p.id+"/ledger/bundle", nil, nil)
	b, err := bundle.Read(bytes.NewReader(a.body), int64(len(a.body)))
	must(t, err)
	if a.header.Get("Content-Type") != "application/zip" || len(b.Documents) < 7 || b.Agreement != p.id {
		t.Fatalf("%v, %d documents", a.header, len(b.Documents))
	}
	for _, v := range bundle.Verify(b, ledger.Anchors{Agreement: p.id}) {
		if !v.OK {
			t.Errorf("%s: %s", v.Subject, v.Why)
		}
	}
}

// Outside programs can rebuild the log from its tiles alone (C2SP tlog-tiles).
func TestTheTilesAreTheLog(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	for range 130 { // over the edge of a full tile
		h.ok(p.people[securityA], "POST", "/api/v1/agreements/"+p.id+"/suspensions", map[string]string{"reason": "why"}, nil)
		h.ok(p.people[securityA], "DELETE", "/api/v1/agreements/"+p.id+"/suspensions/all", nil, nil)
	}
	path := "/api/v1/agreements/" + p.id + "/log/"
	log := vkey(t, h.ok(p.people[financeA], "GET", path+"log.vkey", nil, nil).body)
	c, err := tree.OpenCheckpoint(h.ok(p.people[financeA], "GET", path+"checkpoint", nil, nil).body, log)
	must(t, err)
	if c.Size < 264 {
		t.Fatalf("the log has %d entries", c.Size)
	}
	var rebuilt ledger.Log
	for n := int64(0); n*tree.TileWidth < c.Size; n++ {
		tile := tree.Tile{Level: tree.EntriesLevel, N: n, Width: int(min(tree.TileWidth, c.Size-n*tree.TileWidth))}
		a := h.ok(p.people[financeB], "GET", path+tile.Path(), nil, nil)
		if full := tile.Width == tree.TileWidth; full != strings.Contains(a.header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %s", tile.Path(), a.header.Get("Cache-Control"))
		}
		leaves, err := tree.ParseEntryBundle(a.body)
		must(t, err)
		for _, leaf := range leaves {
			_, err := rebuilt.Append(leaf)
			must(t, err)
		}
	}
	if root, err := rebuilt.Root(); err != nil || root != c.Root {
		t.Fatalf("the entries' root is %v, %v, the checkpoint's %v", root, err, c.Root)
	}
	tree := tlog.TileHashReader(tlog.Tree{N: c.Size, Hash: c.Root}, &tiles{h, p, path})
	if _, err := tree.ReadHashes([]int64{0, tlog.StoredHashIndex(0, 260), tlog.StoredHashIndex(8, 0)}); err != nil {
		t.Errorf("reading hashes from tiles: %v", err)
	}
	for _, none := range []string{"tile/0/001.p/200", "tile/0/002", "tile/1/000.p/2", "tile/64/000", "tile/0/x000/000", "tile/0/0", "tile/entries/002", "tile/0/000.p/256", "tile/-1/000", "tile/0/000/.."} {
		if a := h.do(p.people[financeA], "GET", path+none, nil); a.status != 404 {
			t.Errorf("%s: %d", none, a.status)
		}
	}
}

// tiles reads hash tiles as golang.org/x/mod does, which checks each against the checkpoint's root.
type tiles struct {
	h    *house
	p    partnership
	path string
}

func (*tiles) Height() int { return 8 }

func (s *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, w := range wanted {
		all = append(all, s.h.ok(s.p.people[financeA], "GET", s.path+tree.Tile{Level: w.L, N: w.N, Width: w.W}.Path(), nil, nil).body)
	}
	return all, nil
}

func (*tiles) SaveTiles([]tlog.Tile, [][]byte) {}
