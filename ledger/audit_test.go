package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

func audit(t failer, src Source, known Anchors) Report {
	t.Helper()
	r, err := Audit(src, known)
	if err != nil {
		t.Fatalf("auditing: %v", err)
	}
	return r
}

func places(r Report) (where []string) {
	for _, f := range r.Findings {
		where = append(where, f.Where)
	}
	return where
}

func TestAuditOfAnIntactLedger(t *testing.T) {
	for _, n := range []int{0, 1, 2, 6, 253, 254, 255, 300} {
		h := sample(t, n)
		r := audit(t, h, Anchors{Agreement: testAgreement, Log: h.opened.Log, Held: h.checkpoints})
		root, _ := h.Root()
		if len(r.Findings) > 0 || r.Root != root || r.Size != int64(n)+2 || len(r.Checkpoints) != 2 || len(r.Documents) != 2 {
			t.Errorf("%d entries: %v, size %d, %d checkpoints", n, r.Findings, r.Size, len(r.Checkpoints))
		}
	}
	if r := audit(t, &Log{}, Anchors{}); len(r.Findings) > 0 {
		t.Errorf("an empty ledger: %v", r.Findings)
	}
}

func (h *house) clone() *house {
	c := *h
	c.leaves, c.checkpoints = slices.Clone(h.leaves), slices.Clone(h.checkpoints)
	c.hashes = slices.Clone(h.hashes)
	return &c
}

func flip(t *rapid.T, b []byte) []byte {
	b = bytes.Clone(b)
	b[rapid.IntRange(0, len(b)-1).Draw(t, "byte")] ^= byte(rapid.IntRange(1, 255).Draw(t, "flip"))
	return b
}

// Any changed byte of a leaf, a stored hash or a checkpoint is found, where it
// is and nowhere else. (Damage to the first entry reaches further, since it
// names the keys.)
func TestAuditLocatesEveryChangedByte(t *testing.T) {
	whole := sample(t, 11)
	rapid.Check(t, func(t *rapid.T) {
		h := whole.clone()
		var want string
		switch rapid.SampledFrom([]string{"entry", "hash", "checkpoint"}).Draw(t, "what") {
		case "entry":
			n := rapid.IntRange(0, len(h.leaves)-1).Draw(t, "n")
			h.leaves[n], want = flip(t, h.leaves[n]), fmt.Sprintf("entry %d", n)
		case "hash":
			n := rapid.IntRange(0, len(h.hashes)-1).Draw(t, "n")
			h.hashes[n], want = tlog.Hash(flip(t, h.hashes[n][:])), fmt.Sprintf("hash %d", n)
		default:
			n := rapid.IntRange(0, len(h.checkpoints)-1).Draw(t, "n")
			h.checkpoints[n], want = flip(t, h.checkpoints[n]), fmt.Sprintf("checkpoint %d", n)
		}
		r := audit(t, h, Anchors{})
		if want == "entry 0" && slices.Contains(places(r), want) {
			return
		}
		if diff := cmp.Diff([]string{want}, slices.Compact(places(r))); diff != "" {
			t.Fatalf("%v\n(-want +got):\n%s", r.Findings, diff)
		}
	})
}

// Several damages are all found at once.
func TestAuditLocatesAllDamage(t *testing.T) {
	h := sample(t, 11)
	h.leaves[0] = bytes.Replace(h.leaves[0], []byte("act_host"), []byte("act_hoax"), 1)
	h.leaves[4] = bytes.Replace(h.leaves[4], []byte(`"m2"`), []byte(`"m3"`), 1)
	h.leaves[9] = h.leaves[9][1:]
	h.hashes[tlog.StoredHashIndex(0, 6)][0]++
	h.hashes[tlog.StoredHashIndex(2, 1)][0]++
	h.hashes[tlog.StoredHashIndex(0, 12)][0]++
	h.checkpoints[0] = bytes.Replace(h.checkpoints[0], []byte("\n2\n"), []byte("\n3\n"), 1)
	got := places(audit(t, h, Anchors{}))
	slices.Sort(got)
	want := []string{"checkpoint 0", "entry 0", "entry 4", "entry 9",
		fmt.Sprintf("hash %d", tlog.StoredHashIndex(0, 6)), fmt.Sprintf("hash %d", tlog.StoredHashIndex(2, 1)), fmt.Sprintf("hash %d", tlog.StoredHashIndex(0, 12))}
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// rehash rebuilds the stored hashes, as someone who rewrites the store would.
func (h *house) rehash() {
	leaves := h.leaves
	h.leaves, h.hashes = nil, nil
	for _, leaf := range leaves {
		if _, err := h.Append(leaf); err != nil {
			h.t.Fatalf("appending: %v", err)
		}
	}
}

func TestAuditFinds(t *testing.T) {
	for _, c := range []struct {
		name  string
		harm  func(*house)
		known func(*house) Anchors
		where string
		says  string
	}{
		{"two entries exchanged", func(h *house) { h.leaves[3], h.leaves[4] = h.leaves[4], h.leaves[3] }, nil, "entry 3", "not the entry that the log took in"},
		{"two entries exchanged and the tree rebuilt", func(h *house) { h.leaves[3], h.leaves[4] = h.leaves[4], h.leaves[3]; h.rehash() }, nil, "entry 4", "is before that of an earlier entry"},
		{"the same, by the checkpoint", func(h *house) { h.leaves[3], h.leaves[4] = h.leaves[4], h.leaves[3]; h.rehash() }, nil, "checkpoint 1", "its root is not that of the entries"},
		{"an entry left out and the tree rebuilt", func(h *house) { h.leaves = slices.Delete(h.leaves, 3, 4); h.rehash() }, nil, "checkpoint 1", "the ledger was cut off"},
		{"the end cut off", func(h *house) { h.leaves = h.leaves[:3]; h.rehash() }, nil, "checkpoint 1", "covers 8 entries, but only 3"},
		{"the end cut off together with its checkpoint", func(h *house) { h.leaves, h.checkpoints = h.leaves[:3], h.checkpoints[:1]; h.rehash() },
			func(h *house) Anchors { return Anchors{Held: [][]byte{h.checkpoints[1]}} }, "held checkpoint 0", "the ledger was cut off"},
		{"a rewritten log with new checkpoints by the true key", func(h *house) {
			h.leaves[7] = nil
			h.leaves, h.checkpoints = h.leaves[:7], h.checkpoints[:1]
			h.rehash()
			h.act(PartyB, map[string]int{"other": 1})
			h.checkpoint()
		}, func(h *house) Anchors { return Anchors{Held: [][]byte{h.checkpoints[1]}} }, "held checkpoint 0", "the log was rewritten"},
		{"another log altogether", func(*house) {}, func(*house) Anchors { return Anchors{Log: LogVKey(testOrigin, key("eve").Public())} }, "entry 0", "but the key that is known"},
		{"another agreement", func(*house) {}, func(*house) Anchors { return Anchors{Agreement: "agr_other"} }, "entry 5", "belongs to agreement agr_7f3k"},
		{"an entry of another agreement", func(h *house) {
			e := h.entry(PartyA, "integration.milestone_completed/1", struct{}{})
			e.Agreement = "agr_other"
			h.add(e, key("a"))
		}, nil, "entry 8", "belongs to agreement agr_other and not to agr_7f3k"},
		{"time that goes back", func(h *house) { h.now = h.now.Add(-time.Hour); h.act(PartyA, struct{}{}) }, nil, "entry 8", "is before that of an earlier entry"},
		{"an entry by a stranger", func(h *house) { h.add(h.entry(PartyB, "integration.milestone_completed/1", struct{}{}), key("eve")) }, nil, "entry 8", "not known to this ledger"},
		{"an entry by the other party", func(h *house) { h.add(h.entry(PartyA, "integration.milestone_completed/1", struct{}{}), key("b")) }, nil, "entry 8", "belongs to party b"},
		{"a checkpoint by a stranger", func(h *house) {
			s, _ := SignCheckpoint(Checkpoint{testOrigin, 1, tlog.Hash{}}, key("eve"))
			h.AddCheckpoint(s)
		}, nil, "checkpoint 2", "not signed by the log"},
		{"a checkpoint that goes back", func(h *house) { h.AddCheckpoint(h.checkpoints[0]) }, nil, "checkpoint 2", "covers 2 entries, but an earlier one covers 8"},
		{"a cosignature by nobody", func(h *house) {
			line, _ := Cosign(h.checkpoints[1], "eve.example", key("eve"), h.now)
			h.checkpoints[1] = append(bytes.Clone(h.checkpoints[1]), line...)
		}, nil, "checkpoint 1", "whose key nobody has named"},
		{"a hash that is missing", func(h *house) { h.hashes = h.hashes[:14] }, nil, "hash 14", "it is missing"},
		{"no first entry", func(h *house) { h.leaves[0] = Leaf("{}") }, nil, "checkpoints", "entry 0 does not say"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := sample(t, 6)
			known := Anchors{}
			if c.known != nil {
				known = c.known(h)
			}
			h = h.clone()
			c.harm(h)
			r := audit(t, h, known)
			if !slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Where == c.where && strings.Contains(f.What, c.says) }) {
				t.Errorf("got %v; want %s: %s", r.Findings, c.where, c.says)
			}
		})
	}
}

func TestAuditWithFurtherWitness(t *testing.T) {
	h := sample(t, 2)
	line, _ := Cosign(h.checkpoints[1], "third.example/w", key("third"), h.now)
	h.checkpoints[1] = append(h.checkpoints[1], line...)
	w := WitnessVKey("third.example/w", key("third").Public())
	r := audit(t, h, Anchors{Witnesses: []VKey{w}})
	if _, ok := r.Checkpoints[1].CosignedBy(w); len(r.Findings) > 0 || !ok {
		t.Errorf("got %v", r.Findings)
	}
}

// A rotated key's entries stay valid, and the report knows who signed what.
func TestAuditAfterRotation(t *testing.T) {
	h := sample(t, 1)
	h.add(h.entry(PartyA, TypeKeyAdded, KeyAdded{PartyA, key("a2").Public(), HeldByParty}), key("a"))
	h.add(h.entry(PartyA, TypeKeyRevoked, KeyRevoked{PartyA, key("a").Public().ID(), "lost"}), key("a2"))
	h.add(h.entry(PartyA, "integration.milestone_completed/1", struct{}{}), key("a2"))
	h.checkpoint(PartyA, PartyB)
	r := audit(t, h, Anchors{})
	if len(r.Findings) > 0 || r.Signed[key("a2").Public().ID()] != 2 || len(r.Keys.Keys()) != 4 {
		t.Errorf("got %v, %v", r.Findings, r.Signed)
	}
}

// brokenSource fails at the n-th call, whatever it is.
type brokenSource struct {
	*house
	left int
}

var errDisk = errors.New("the disk is gone")

func (b *brokenSource) fails() bool { b.left--; return b.left < 0 }

func (b *brokenSource) Size() (int64, error) {
	if b.fails() {
		return 0, errDisk
	}
	return b.house.Size()
}

func (b *brokenSource) Leaves(start, end int64) ([]Leaf, error) {
	if b.fails() {
		return nil, errDisk
	}
	return b.house.Leaves(start, end)
}

func (b *brokenSource) Checkpoints() ([][]byte, error) {
	if b.fails() {
		return nil, errDisk
	}
	return b.house.Checkpoints()
}

func TestAuditOfABrokenSource(t *testing.T) {
	h := sample(t, 300)
	calls := 0
	for ; ; calls++ {
		r, err := Audit(&brokenSource{h, calls}, Anchors{})
		if err == nil {
			if len(r.Findings) > 0 {
				t.Error(r.Findings)
			}
			break
		}
		if !errors.Is(err, errDisk) {
			t.Errorf("call %d: %v", calls, err)
		}
	}
	if calls != 4 {
		t.Errorf("the audit makes %d calls", calls)
	}
}
