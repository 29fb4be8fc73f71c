package ledger_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"entente/ledger"
	"entente/ledger/ledgertest"
	"entente/ledger/seal"
	"entente/ledger/tree"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

func audit(t ledgertest.Failer, src ledger.Source, known ledger.Anchors) ledger.Report {
	t.Helper()
	r, err := ledger.Audit(src, known)
	if err != nil {
		t.Fatalf("auditing: %v", err)
	}
	return r
}

func places(r ledger.Report) (where []string) {
	for _, f := range r.Findings {
		where = append(where, f.Where)
	}
	return where
}

func TestAuditOfAnIntactLedger(t *testing.T) {
	for _, n := range []int{0, 1, 2, 6, 253, 254, 255, 300} {
		h := ledgertest.Sample(t, n)
		r := audit(t, h, ledger.Anchors{Agreement: ledgertest.Agreement, Log: h.Opened.Log, Held: h.Signed})
		root, _ := h.Root()
		if len(r.Findings) > 0 || r.Root != root || r.Size != int64(n)+2 || len(r.Checkpoints) != 2 || len(r.Documents) != 2 {
			t.Errorf("%d entries: %v, size %d, %d checkpoints", n, r.Findings, r.Size, len(r.Checkpoints))
		}
	}
	if r := audit(t, &ledger.Log{}, ledger.Anchors{}); len(r.Findings) > 0 {
		t.Errorf("an empty ledger: %v", r.Findings)
	}
}

// Any changed byte of a leaf, a stored hash or a checkpoint is found, where it
// is and nowhere else. (Damage to the first entry reaches further, since it
// names the keys.)
func TestAuditLocatesEveryChangedByte(t *testing.T) {
	whole := ledgertest.Sample(t, 11)
	rapid.Check(t, func(t *rapid.T) {
		h := whole.Clone()
		var want string
		switch rapid.SampledFrom([]string{"entry", "hash", "checkpoint"}).Draw(t, "what") {
		case "entry":
			n := rapid.IntRange(0, len(h.Entries)-1).Draw(t, "n")
			h.Entries[n], want = ledgertest.Flip(t, h.Entries[n]), fmt.Sprintf("entry %d", n)
		case "hash":
			n := rapid.IntRange(0, len(h.Tree)-1).Draw(t, "n")
			h.Tree[n], want = tlog.Hash(ledgertest.Flip(t, h.Tree[n][:])), fmt.Sprintf("hash %d", n)
		default:
			n := rapid.IntRange(0, len(h.Signed)-1).Draw(t, "n")
			h.Signed[n], want = ledgertest.Flip(t, h.Signed[n]), fmt.Sprintf("checkpoint %d", n)
		}
		r := audit(t, h, ledger.Anchors{})
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
	h := ledgertest.Sample(t, 11)
	h.Entries[0] = bytes.Replace(h.Entries[0], []byte("act_host"), []byte("act_hoax"), 1)
	h.Entries[4] = bytes.Replace(h.Entries[4], []byte(`"m2"`), []byte(`"m3"`), 1)
	h.Entries[9] = h.Entries[9][1:]
	h.Tree[tlog.StoredHashIndex(0, 6)][0]++
	h.Tree[tlog.StoredHashIndex(2, 1)][0]++
	h.Tree[tlog.StoredHashIndex(0, 12)][0]++
	h.Signed[0] = bytes.Replace(h.Signed[0], []byte("\n2\n"), []byte("\n3\n"), 1)
	got := places(audit(t, h, ledger.Anchors{}))
	slices.Sort(got)
	want := []string{"checkpoint 0", "entry 0", "entry 4", "entry 9",
		fmt.Sprintf("hash %d", tlog.StoredHashIndex(0, 6)), fmt.Sprintf("hash %d", tlog.StoredHashIndex(2, 1)), fmt.Sprintf("hash %d", tlog.StoredHashIndex(0, 12))}
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAuditFinds(t *testing.T) {
	for _, c := range []struct {
		name  string
		harm  func(*ledgertest.House)
		known func(*ledgertest.House) ledger.Anchors
		where string
		says  string
	}{
		{"two entries exchanged", func(h *ledgertest.House) { h.Entries[3], h.Entries[4] = h.Entries[4], h.Entries[3] }, nil, "entry 3", "not the entry that the log took in"},
		{"two entries exchanged and the tree rebuilt", func(h *ledgertest.House) { h.Entries[3], h.Entries[4] = h.Entries[4], h.Entries[3]; h.Rehash() }, nil, "entry 4", "is before that of an earlier entry"},
		{"the same, by the checkpoint", func(h *ledgertest.House) { h.Entries[3], h.Entries[4] = h.Entries[4], h.Entries[3]; h.Rehash() }, nil, "checkpoint 1", "its root is not that of the entries"},
		{"an entry left out and the tree rebuilt", func(h *ledgertest.House) { h.Entries = slices.Delete(h.Entries, 3, 4); h.Rehash() }, nil, "checkpoint 1", "the ledger was cut off"},
		{"the end cut off", func(h *ledgertest.House) { h.Entries = h.Entries[:3]; h.Rehash() }, nil, "checkpoint 1", "covers 8 entries, but only 3"},
		{"the end cut off together with its checkpoint", func(h *ledgertest.House) { h.Entries, h.Signed = h.Entries[:3], h.Signed[:1]; h.Rehash() },
			func(h *ledgertest.House) ledger.Anchors { return ledger.Anchors{Held: [][]byte{h.Signed[1]}} }, "held checkpoint 0", "the ledger was cut off"},
		{"a rewritten log with new checkpoints by the true key", func(h *ledgertest.House) {
			h.Entries[7] = nil
			h.Entries, h.Signed = h.Entries[:7], h.Signed[:1]
			h.Rehash()
			h.Act(ledger.PartyB, map[string]int{"other": 1})
			h.Checkpoint()
		}, func(h *ledgertest.House) ledger.Anchors { return ledger.Anchors{Held: [][]byte{h.Signed[1]}} }, "held checkpoint 0", "the log was rewritten"},
		{"another log altogether", func(*ledgertest.House) {}, func(*ledgertest.House) ledger.Anchors {
			return ledger.Anchors{Log: seal.LogVKey(ledgertest.Origin, ledgertest.Key("eve").Public())}
		}, "entry 0", "but the key that is known"},
		{"another agreement", func(*ledgertest.House) {}, func(*ledgertest.House) ledger.Anchors { return ledger.Anchors{Agreement: "agr_other"} }, "entry 5", "belongs to agreement agr_7f3k"},
		{"an entry of another agreement", func(h *ledgertest.House) {
			e := h.Entry(ledger.PartyA, "integration.milestone_completed/1", struct{}{})
			e.Agreement = "agr_other"
			h.Add(e, ledgertest.Key("a"))
		}, nil, "entry 8", "belongs to agreement agr_other and not to agr_7f3k"},
		{"time that goes back", func(h *ledgertest.House) { h.Now = h.Now.Add(-time.Hour); h.Act(ledger.PartyA, struct{}{}) }, nil, "entry 8", "is before that of an earlier entry"},
		{"an entry by a stranger", func(h *ledgertest.House) {
			h.Add(h.Entry(ledger.PartyB, "integration.milestone_completed/1", struct{}{}), ledgertest.Key("eve"))
		}, nil, "entry 8", "not known to this ledger"},
		{"an entry by the other party", func(h *ledgertest.House) {
			h.Add(h.Entry(ledger.PartyA, "integration.milestone_completed/1", struct{}{}), ledgertest.Key("b"))
		}, nil, "entry 8", "belongs to party b"},
		{"a checkpoint by a stranger", func(h *ledgertest.House) {
			s, _ := tree.SignCheckpoint(tree.Checkpoint{Origin: ledgertest.Origin, Size: 1}, ledgertest.Key("eve"))
			h.Signed = append(h.Signed, s)
		}, nil, "checkpoint 2", "not signed by the log"},
		{"a checkpoint that goes back", func(h *ledgertest.House) { h.Signed = append(h.Signed, h.Signed[0]) }, nil, "checkpoint 2", "covers 2 entries, but an earlier one covers 8"},
		{"a cosignature by nobody", func(h *ledgertest.House) {
			line, _ := tree.Cosign(h.Signed[1], "eve.example", ledgertest.Key("eve"), h.Now)
			h.Signed[1] = append(bytes.Clone(h.Signed[1]), line...)
		}, nil, "checkpoint 1", "whose key nobody has named"},
		{"a hash that is missing", func(h *ledgertest.House) { h.Tree = h.Tree[:14] }, nil, "hash 14", "it is missing"},
		{"no first entry", func(h *ledgertest.House) { h.Entries[0] = ledger.Leaf("{}") }, nil, "checkpoints", "entry 0 does not say"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := ledgertest.Sample(t, 6)
			known := ledger.Anchors{}
			if c.known != nil {
				known = c.known(h)
			}
			h = h.Clone()
			c.harm(h)
			r := audit(t, h, known)
			if !slices.ContainsFunc(r.Findings, func(f ledger.Finding) bool { return f.Where == c.where && strings.Contains(f.What, c.says) }) {
				t.Errorf("got %v; want %s: %s", r.Findings, c.where, c.says)
			}
		})
	}
}

func TestAuditWithFurtherWitness(t *testing.T) {
	h := ledgertest.Sample(t, 2)
	line, _ := tree.Cosign(h.Signed[1], "third.example/w", ledgertest.Key("third"), h.Now)
	h.Signed[1] = append(h.Signed[1], line...)
	w := seal.WitnessVKey("third.example/w", ledgertest.Key("third").Public())
	r := audit(t, h, ledger.Anchors{Witnesses: []seal.VKey{w}})
	if _, ok := r.Checkpoints[1].CosignedBy(w); len(r.Findings) > 0 || !ok {
		t.Errorf("got %v", r.Findings)
	}
}

// A rotated key's entries stay valid, and the report knows who signed what.
func TestAuditAfterRotation(t *testing.T) {
	h := ledgertest.Sample(t, 1)
	h.Add(h.Entry(ledger.PartyA, ledger.TypeKeyAdded, ledger.KeyAdded{ledger.PartyA, ledgertest.Key("a2").Public(), ledger.HeldByParty}), ledgertest.Key("a"))
	h.Add(h.Entry(ledger.PartyA, ledger.TypeKeyRevoked, ledger.KeyRevoked{ledger.PartyA, ledgertest.Key("a").Public().ID(), "lost"}), ledgertest.Key("a2"))
	h.Add(h.Entry(ledger.PartyA, "integration.milestone_completed/1", struct{}{}), ledgertest.Key("a2"))
	h.Checkpoint(ledger.PartyA, ledger.PartyB)
	r := audit(t, h, ledger.Anchors{})
	if len(r.Findings) > 0 || r.Signed[ledgertest.Key("a2").Public().ID()] != 2 || len(r.Keys.Keys()) != 4 {
		t.Errorf("got %v, %v", r.Findings, r.Signed)
	}
}

// brokenSource fails at the n-th call, whatever it is.
type brokenSource struct {
	*ledgertest.House
	left int
}

var errDisk = errors.New("the disk is gone")

func (b *brokenSource) fails() bool { b.left--; return b.left < 0 }

func (b *brokenSource) Size() (int64, error) {
	if b.fails() {
		return 0, errDisk
	}
	return b.House.Size()
}

func (b *brokenSource) Leaves(start, end int64) ([]ledger.Leaf, error) {
	if b.fails() {
		return nil, errDisk
	}
	return b.House.Leaves(start, end)
}

func (b *brokenSource) Checkpoints() ([][]byte, error) {
	if b.fails() {
		return nil, errDisk
	}
	return b.House.Checkpoints()
}

func TestAuditOfABrokenSource(t *testing.T) {
	h := ledgertest.Sample(t, 300)
	calls := 0
	for ; ; calls++ {
		r, err := ledger.Audit(&brokenSource{h, calls}, ledger.Anchors{})
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
