package ledger_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"entente/ledger"
	"entente/ledger/ledgertest"
	"entente/ledger/seal"
	"entente/ledger/tree"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Whatever is sealed is reread as Open reads it.
func TestRereadReadsWhatOpenReads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := ledgertest.New(t)
		e := h.Entry(ledger.PartyB, "integration.milestone_completed/1", map[string]any{"text": rapid.String().Draw(t, "text"), "n": rapid.Int32().Draw(t, "n"), "of": []any{nil, true}})
		e.Actor, e.Key = rapid.StringMatching(`per_[a-z2-7"\\ü]{1,20}`).Draw(t, "actor"), rapid.StringMatching(`[ -~€]{0,60}`).Draw(t, "key")
		leaf, err := ledger.Seal(e, ledgertest.Key("b"))
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := ledger.Open(leaf)
		if err != nil {
			t.Fatal(err)
		}
		entry, id, err := ledger.Reread(leaf)
		if diff := cmp.Diff(sealed.Entry, entry); diff != "" || id != sealed.KeyID || err != nil {
			t.Fatalf("key %s, want %s; %v (-Open +Reread):\n%s", id, sealed.KeyID, err, diff)
		}
	})
}

func TestRereadRefusesWhatIsNoLeaf(t *testing.T) {
	leaf := string(ledgertest.Sample(t, 1).Entries[2])
	for name, c := range map[string][2]string{
		"not JSON":               {`{"entry"`, `{entry`},
		"another form":           {`"v":1`, `"v":2`},
		"a member that is new":   {`"v":1`, `"v":1,"w":1`},
		"a member that is twice": {`"v":1`, `"v":1,"v":1`},
		"a time that is none":    {`2026-`, `2026_`},
	} {
		changed := strings.Replace(leaf, c[0], c[1], 1)
		if _, _, err := ledger.Reread(ledger.Leaf(changed)); err == nil || changed == leaf {
			t.Errorf("%s: it was read", name)
		}
	}
}

func TestCheckLeaves(t *testing.T) {
	h := ledgertest.Sample(t, 9)
	signed := h.Checkpoint()
	for _, c := range []struct {
		name   string
		change func(leaves []ledger.Leaf) []ledger.Leaf
		says   string
	}{
		{"nothing", func(l []ledger.Leaf) []ledger.Leaf { return l }, ""},
		{"a byte changed", func(l []ledger.Leaf) []ledger.Leaf { l[4] = bytes.Replace(l[4], []byte("m"), []byte("n"), 1); return l }, "not those that the checkpoint covers"},
		{"two exchanged", func(l []ledger.Leaf) []ledger.Leaf { l[4], l[7] = l[7], l[4]; return l }, "not those that the checkpoint covers"},
		{"one doubled for another", func(l []ledger.Leaf) []ledger.Leaf { l[4] = l[5]; return l }, "not those that the checkpoint covers"},
		{"the last gone", func(l []ledger.Leaf) []ledger.Leaf { return l[:len(l)-1] }, "covers 11 entries, and there are 10"},
		{"one added", func(l []ledger.Leaf) []ledger.Leaf { return append(l, l[3]) }, "covers 11 entries, and there are 12"},
		{"all gone", func([]ledger.Leaf) []ledger.Leaf { return nil }, "there are 0"},
	} {
		err := ledger.CheckLeaves(c.change(slices.Clone(h.Entries)), signed, h.Opened.Log)
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.says)
		}
	}
	forged, err := tree.SignCheckpoint(tree.Checkpoint{Origin: ledgertest.Origin, Size: 11, Root: tree.RootOf(h.Entries)}, ledgertest.Key("eve"))
	if err != nil {
		t.Fatal(err)
	}
	for name, checkpoint := range map[string][]byte{"none": nil, "by another key": forged, "changed": bytes.Replace(signed, []byte("\n11\n"), []byte("\n12\n"), 1)} {
		if err := ledger.CheckLeaves(h.Entries, checkpoint, h.Opened.Log); err == nil {
			t.Errorf("a checkpoint %s was taken", name)
		}
	}
}

// The root of leaves is the root of the log, at every size.
func TestRootOfLeaves(t *testing.T) {
	h := ledgertest.New(t)
	for n := range 70 {
		root, err := h.Root()
		if err != nil || tree.RootOf(h.Entries) != root {
			t.Fatalf("the root of %d leaves is %s, want %s (%v)", len(h.Entries), tree.RootOf(h.Entries), root, err)
		}
		h.Act(ledger.PartyA, map[string]int{"n": n})
	}
	if empty, _ := tree.Root(0, nil); tree.RootOf([]ledger.Leaf(nil)) != empty {
		t.Error("the root of nothing is another")
	}
}

// rings is a keyring after the first entry and a second key of party A.
func rings(t *testing.T, h *ledgertest.House) *ledger.Keyring {
	t.Helper()
	h.Add(h.Entry(ledger.PartyA, ledger.TypeKeyAdded, ledger.KeyAdded{ledger.PartyA, ledgertest.Key("a2").Public(), ledger.HeldByPerson}), ledgertest.Key("a"))
	ring := &ledger.Keyring{}
	for i, leaf := range h.Entries {
		admit(t, ring, i, leaf)
	}
	return ring
}

func admit(t *testing.T, ring *ledger.Keyring, position int, leaf ledger.Leaf) {
	t.Helper()
	s, err := ledger.Open(leaf)
	if err == nil {
		err = ring.Admit(int64(position), s)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// What a clone admits, a key that is revoked or added, is not seen in the keyring that it came from,
// nor in another clone.
func TestACloneGrowsAlone(t *testing.T) {
	h := ledgertest.New(t)
	ring := rings(t, h)
	before := ring.Keys()
	next := len(h.Entries)
	end, err := ledger.Seal(h.Entry(ledger.PartyA, ledger.TypeKeyRevoked, ledger.KeyRevoked{ledger.PartyA, ledgertest.Key("a").Public().ID(), "rotation"}), ledgertest.Key("a"))
	if err != nil {
		t.Fatal(err)
	}
	var added []ledger.Leaf
	for _, name := range []string{"b2", "b3"} {
		leaf, err := ledger.Seal(h.Entry(ledger.PartyB, ledger.TypeKeyAdded, ledger.KeyAdded{ledger.PartyB, ledgertest.Key(name).Public(), ledger.HeldByNode}), ledgertest.Key("b"))
		if err != nil {
			t.Fatal(err)
		}
		added = append(added, leaf)
	}
	revoked, one, other := ring.Clone(), ring.Clone(), ring.Clone()
	admit(t, revoked, next, end)
	admit(t, one, next, added[0])
	admit(t, other, next, added[1])
	if diff := cmp.Diff(before, ring.Keys()); diff != "" {
		t.Errorf("the keyring changed with its clones (-want +got):\n%s", diff)
	}
	if _, err := ring.Find(ledger.PartyA, ledgertest.Key("a").Public().ID(), int64(next)+1); err != nil {
		t.Errorf("the key is revoked in the keyring too: %v", err)
	}
	if _, err := revoked.Find(ledger.PartyA, ledgertest.Key("a").Public().ID(), int64(next)+1); err == nil {
		t.Error("the key is not revoked in the clone")
	}
	for name, c := range map[string]*ledger.Keyring{"b2": one, "b3": other} {
		if _, err := c.Find(ledger.PartyB, ledgertest.Key(name).Public().ID(), int64(next)+1); err != nil || len(c.Keys()) != len(before)+1 {
			t.Errorf("%s: %d keys, %v", name, len(c.Keys()), err)
		}
	}
	if o, ok := one.Opened(); !ok || o != h.Opened {
		t.Error("the clone does not know how the ledger began")
	}
}

// Follow admits what Admit admits, and refuses what it refuses, save for a signature.
func TestFollow(t *testing.T) {
	h := ledgertest.New(t)
	followed := rings(t, h)
	at := int64(len(h.Entries))
	const act = "integration.milestone_completed/1"
	for _, c := range []struct {
		name string
		by   ledger.Party
		with seal.PrivateKey
		typ  string
		held ledger.Custody
		says string
	}{
		{"a party's own key", ledger.PartyB, ledgertest.Key("b"), act, ledger.HeldByNode, ""},
		{"the other's key", ledger.PartyA, ledgertest.Key("b"), act, ledger.HeldByNode, "belongs to party b"},
		{"a stranger's", ledger.PartyA, ledgertest.Key("eve"), act, ledger.HeldByNode, "not known"},
		{"another custody", ledger.PartyB, ledgertest.Key("b"), act, ledger.HeldByPerson, "in the custody"},
		{"a type about the ledger that is new", ledger.PartyB, ledgertest.Key("b"), "ledger.key_lost/1", ledger.HeldByNode, "not known to this release"},
	} {
		e := h.Entry(c.by, c.typ, struct{}{})
		e.Custody = c.held
		err := followed.Follow(at, e, c.with.Public().ID())
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.says)
		}
	}
	e := h.Entry(ledger.PartyA, ledger.TypeKeyRevoked, ledger.KeyRevoked{ledger.PartyA, ledgertest.Key("a").Public().ID(), ""})
	if err := followed.Follow(at, e, ledgertest.Key("a").Public().ID()); err != nil {
		t.Fatal(err)
	}
	if err := followed.Follow(at+1, h.Entry(ledger.PartyA, act, struct{}{}), ledgertest.Key("a").Public().ID()); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("was revoked by entry %d", at)) {
		t.Errorf("a revoked key goes on: %v", err)
	}
}
