package notarytest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"entente/agreement"
	"entente/ledger"
	"entente/ledger/seal"
	"entente/ledger/tree"
	"entente/notary"
	"entente/register"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Run holds a journal to the words of notary.Journal. open returns an empty journal. What a journal
// can do beyond that interface is held to its words too: Rows and Source.
func Run(t *testing.T, open func(t *testing.T) notary.Journal) {
	for _, rule := range []struct {
		name  string
		check func(*testing.T, notary.Journal)
	}{
		{"an empty journal knows nothing", knowsNothing},
		{"what is appended comes back byte for byte and in order", comesBack},
		{"an append at another size is stale and changes nothing", stale},
		{"a batch that no notary makes is refused", misuse},
		{"a batch is kept as a whole or not at all", wholeOrNot},
		{"agreements do not mix", doNotMix},
		{"agreements come in the order in which they were opened", inOrder},
		{"hashes are read by any index", hashes},
		{"hashes are those of the entries at every size", roots},
		{"the checkpoint of each size comes back", checkpoints},
		{"an answer comes back by scope and key", answers},
		{"private values come back by agreement", privates},
		{"who is erased has no private value, and all others have theirs", erasing},
		{"rows are what the changes made them", rowsChange},
		{"writers of one agreement make one dense log", together},
		{"one writer's failure is no other's", ownFailure},
		{"what is read is the reader's own", ownBytes},
		{"a context that has ended is an error and changes nothing", ended},
	} {
		t.Run(rule.name, func(t *testing.T) { rule.check(t, open(t)) })
	}
}

const agr = agreement.ID("agr_first")

// add appends a batch of notes, which must go well.
func add(t *testing.T, j notary.Journal, a *Author, notes ...string) notary.Batch {
	t.Helper()
	b := a.Batch(t, notes...)
	put(t, j, a, b)
	return b
}

func put(t *testing.T, j notary.Journal, a *Author, b notary.Batch) {
	t.Helper()
	if err := j.Append(t.Context(), a.ID, a.Size(), b); err != nil {
		t.Fatalf("Append at %d: %v", a.Size(), err)
	}
	a.Kept(b)
}

func same(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// A picture is everything that a journal tells of an agreement.
type picture struct {
	Agreements  []agreement.ID
	Leaves      []ledger.Leaf
	Private     map[string]register.Private
	Rows        map[string]string
	Checkpoints [][]byte
}

func look(t *testing.T, j notary.Journal, id agreement.ID) picture {
	t.Helper()
	var p picture
	errs := make([]error, 5)
	p.Agreements, errs[0] = j.Agreements(t.Context())
	p.Leaves, errs[1] = j.Leaves(t.Context(), id, 0)
	p.Private, errs[2] = j.Private(t.Context(), id)
	if r, ok := j.(interface {
		Rows(context.Context, agreement.ID) (map[string]string, error)
	}); ok {
		p.Rows, errs[3] = r.Rows(t.Context(), id)
	}
	if s, ok := sourceOf(t, j, id); ok {
		p.Checkpoints, errs[4] = s.Checkpoints()
	}
	if err := errors.Join(errs...); err != nil {
		t.Fatalf("looking at %s: %v", id, err)
	}
	return p
}

func sourceOf(t *testing.T, j notary.Journal, id agreement.ID) (ledger.Source, bool) {
	s, ok := j.(interface {
		Source(context.Context, agreement.ID) ledger.Source
	})
	if !ok {
		return nil, false
	}
	return s.Source(t.Context(), id), true
}

// sound audits a ledger, if the journal lets it be audited.
func sound(t *testing.T, j notary.Journal, a *Author) {
	t.Helper()
	s, ok := sourceOf(t, j, a.ID)
	if !ok {
		return
	}
	r, err := ledger.Audit(s, ledger.Anchors{Agreement: string(a.ID)})
	if err != nil || len(r.Findings) > 0 || r.Size != a.Size() || seal.Digest(r.Root) != a.Root() {
		t.Errorf("the audit of %s found %v (%v), size %d, want %d", a.ID, r.Findings, err, r.Size, a.Size())
	}
}

func knowsNothing(t *testing.T, j notary.Journal) {
	same(t, "an empty journal", picture{}, look(t, j, agr))
	if _, ok, err := j.Answer(t.Context(), "agr_first/a", "k"); ok || err != nil {
		t.Errorf("an answer is there: %t, %v", ok, err)
	}
	if _, err := j.Hashes(t.Context(), agr).ReadHashes([]int64{0}); err == nil {
		t.Error("a hash is there")
	}
}

func comesBack(t *testing.T, j notary.Journal) {
	a := &Author{ID: agr}
	var want picture
	want.Agreements = []agreement.ID{agr}
	for _, notes := range [][]string{nil, {"one"}, {"two", "three", "\u202e<ü>\u2028"}, {"five"}, make([]string, 5)} {
		b := add(t, j, a, notes...)
		want.Leaves = append(want.Leaves, b.Leaves...)
		want.Checkpoints = append(want.Checkpoints, b.Checkpoint)
	}
	got := look(t, j, agr)
	if got.Checkpoints == nil {
		want.Checkpoints = nil
	}
	same(t, "the ledger", want, got)
	for start := range int64(len(want.Leaves) + 1) {
		leaves, err := j.Leaves(t.Context(), agr, start)
		if err != nil {
			t.Fatal(err)
		}
		same(t, fmt.Sprint("from ", start), want.Leaves[start:], leaves)
	}
	sound(t, j, a)
}

func stale(t *testing.T, j notary.Journal) {
	a := &Author{ID: agr}
	unknown := &Author{ID: "agr_unknown"}
	unknown.Kept(unknown.Batch(t))
	add(t, j, a, "one")
	behind := *a
	add(t, j, a, "two")
	ahead := *a
	ahead.Kept(ahead.Batch(t, "three"))
	before := look(t, j, agr)
	for name, other := range map[string]*Author{"behind": &behind, "ahead": &ahead, "opened again": {ID: agr}, "never opened": unknown} {
		b := Beside(other.ID, other.Batch(t, "four"), "four")
		if err := j.Append(t.Context(), other.ID, other.Size(), b); !errors.Is(err, notary.ErrStale) {
			t.Errorf("%s: got %v, want ErrStale", name, err)
		}
		if _, ok, _ := j.Answer(t.Context(), b.Answer.Scope, "four"); ok {
			t.Errorf("%s: its answer was kept", name)
		}
	}
	same(t, "the ledger", before, look(t, j, agr))
	add(t, j, a, "three")
	sound(t, j, a)
}

func misuse(t *testing.T, j notary.Journal) {
	a := &Author{ID: agr}
	add(t, j, a, "one")
	before := look(t, j, agr)
	for name, c := range map[string]struct {
		n      int64
		change func(*notary.Batch)
	}{
		"an empty batch":  {a.Size(), func(b *notary.Batch) { *b = notary.Batch{} }},
		"no leaves":       {a.Size(), func(b *notary.Batch) { b.Leaves = nil }},
		"a negative size": {-1, func(*notary.Batch) {}},
		"a hash too few":  {a.Size(), func(b *notary.Batch) { b.Hashes = b.Hashes[1:] }},
		"a hash too many": {a.Size(), func(b *notary.Batch) { b.Hashes = append(slices.Clone(b.Hashes), b.Hashes[0]) }},
		"no checkpoint":   {a.Size(), func(b *notary.Batch) { b.Checkpoint = nil }},
	} {
		b := a.Batch(t, "two", "three")
		c.change(&b)
		if err := j.Append(t.Context(), agr, c.n, b); err == nil || errors.Is(err, notary.ErrStale) {
			t.Errorf("%s: got %v, want a refusal", name, err)
		}
		same(t, name, before, look(t, j, agr))
	}
}

// wholeOrNot fails a batch at the last thing that it brings.
func wholeOrNot(t *testing.T, j notary.Journal) {
	a := &Author{ID: agr}
	first := Beside(agr, a.Batch(t, "one"), "k")
	put(t, j, a, first)
	before := look(t, j, agr)
	for name, spoil := range map[string]func(*notary.Batch){
		"an answer that is there":          func(b *notary.Batch) { b.Answer = first.Answer },
		"a private value that is there":    func(b *notary.Batch) { b.Private = first.Private },
		"both, and rows that would be new": func(b *notary.Batch) { b.Answer, b.Private = first.Answer, first.Private },
	} {
		b := Beside(agr, a.Batch(t, "two", "three"), "new")
		spoil(&b)
		if err := j.Append(t.Context(), agr, a.Size(), b); err == nil || errors.Is(err, notary.ErrStale) {
			t.Errorf("%s: got %v, want a refusal", name, err)
		}
		same(t, name, before, look(t, j, agr))
		if _, ok, err := j.Answer(t.Context(), string(agr)+"/a", "new"); ok || err != nil {
			t.Errorf("%s: the answer was kept (%v)", name, err)
		}
		index := tree.HashCount(a.Size())
		if _, err := j.Hashes(t.Context(), agr).ReadHashes([]int64{index}); err == nil {
			t.Errorf("%s: hash %d was kept", name, index)
		}
	}
	put(t, j, a, Beside(agr, a.Batch(t, "two", "three"), "new"))
	sound(t, j, a)
}

func doNotMix(t *testing.T, j notary.Journal) {
	// One id begins with the other, and one holds what a pattern would.
	authors := []*Author{{ID: "agr_1"}, {ID: "agr_11"}, {ID: "agr_"}}
	for round := range 5 {
		for i, a := range authors {
			if round%(i+1) == 0 {
				put(t, j, a, Beside(a.ID, a.Batch(t, fmt.Sprintf("%s, round %d", a.ID, round)), fmt.Sprint(round)))
			}
		}
	}
	for i, a := range authors {
		p := look(t, j, a.ID)
		notes, err := Notes(p.Leaves)
		var want []string
		for round := 0; round < 5; round += i + 1 {
			want = append(want, fmt.Sprintf("%s, round %d", a.ID, round))
		}
		same(t, "notes", want, notes)
		if err != nil || len(p.Private) != len(want) || p.Rows != nil && len(p.Rows) != len(want) {
			t.Errorf("%s has %d private values and %d rows, want %d (%v)", a.ID, len(p.Private), len(p.Rows), len(want), err)
		}
		sound(t, j, a)
	}
}

func inOrder(t *testing.T, j notary.Journal) {
	var want []agreement.ID
	for _, id := range []agreement.ID{"agr_z", "agr_a", "agr_m", "agr_b"} {
		a := &Author{ID: id}
		add(t, j, a)
		add(t, j, a, "more")
		want = append(want, id)
		same(t, "agreements", want, look(t, j, id).Agreements)
	}
}

func hashes(t *testing.T, j notary.Journal) {
	a := &Author{ID: agr}
	var want []seal.Digest
	for i := range 9 {
		for _, h := range add(t, j, a, make([]string, i)...).Hashes {
			want = append(want, seal.Digest(h))
		}
	}
	last := int64(len(want) - 1)
	for _, indexes := range [][]int64{nil, {0}, {last}, {3, 1, 2}, {5, 5, 0, 5}, {last, 0}, {10, 11, 12, 20, 21}} {
		got, err := j.Hashes(t.Context(), agr).ReadHashes(indexes)
		if err != nil || len(got) != len(indexes) {
			t.Fatalf("ReadHashes(%v): %d hashes, %v", indexes, len(got), err)
		}
		for i, index := range indexes {
			if seal.Digest(got[i]) != want[index] {
				t.Errorf("ReadHashes(%v): hash %d is another", indexes, index)
			}
		}
	}
	for _, indexes := range [][]int64{{last + 1}, {-1}, {0, last + 1}, {1 << 50}} {
		if _, err := j.Hashes(t.Context(), agr).ReadHashes(indexes); err == nil {
			t.Errorf("ReadHashes(%v) was well, and there are hashes 0 to %d", indexes, last)
		}
	}
}

func roots(t *testing.T, j notary.Journal) {
	a := &Author{ID: agr}
	h := j.Hashes(t.Context(), agr)
	for i := range 20 {
		add(t, j, a, fmt.Sprint(i))
		root, err := tree.Root(a.Size(), h)
		if err != nil || seal.Digest(root) != a.Root() {
			t.Errorf("the root of %d entries is %s (%v), want %s", a.Size(), root, err, a.Root())
		}
	}
}
