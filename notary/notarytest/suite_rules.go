package notarytest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/ledger/tree"
	"entente/notary"
	"entente/register"

	"golang.org/x/mod/sumdb/tlog"
)

func checkpoints(t *testing.T, j notary.Journal) {
	a := &Author{ID: agr}
	want := map[int64][]byte{}
	for _, notes := range [][]string{nil, {"one", "two"}, {"three"}} {
		b := add(t, j, a, notes...)
		want[a.Size()] = b.Checkpoint
	}
	for size := range a.Size() + 2 {
		got, err := j.Checkpoint(t.Context(), agr, size)
		same(t, fmt.Sprintf("the checkpoint of %d entries", size), want[size], got)
		if err != nil {
			t.Error(err)
		}
	}
	if got, err := j.Checkpoint(t.Context(), "agr_other", 1); got != nil || err != nil {
		t.Errorf("another agreement has %q (%v)", got, err)
	}
}

func answers(t *testing.T, j notary.Journal) {
	a := &Author{ID: agr}
	want := map[string]access.Answer{}
	for _, key := range []string{"k", "K", "k ", "a key with 'quotes' and %", "ключ"} {
		b := Beside(agr, a.Batch(t, key), key)
		put(t, j, a, b)
		want[key] = b.Answer
	}
	for key, answer := range want {
		got, ok, err := j.Answer(t.Context(), answer.Scope, key)
		if !ok || err != nil {
			t.Fatalf("the answer to %q: %t, %v", key, ok, err)
		}
		same(t, "answer", answer, got)
		if _, ok, _ := j.Answer(t.Context(), string(agr)+"/b", key); ok {
			t.Errorf("the other party has the answer to %q", key)
		}
	}
	if _, ok, _ := j.Answer(t.Context(), string(agr)+"/a", "never"); ok {
		t.Error("an answer to a key that was never used")
	}
}

func privates(t *testing.T, j notary.Journal) {
	a := &Author{ID: agr}
	want := map[string]register.Private{}
	for _, key := range []string{"1", "2", "3"} {
		b := Beside(agr, a.Batch(t, key), key)
		put(t, j, a, b)
		maps.Copy(want, b.Private)
	}
	same(t, "private values", want, look(t, j, agr).Private)
	same(t, "those of another agreement", map[string]register.Private(nil), look(t, j, "agr_other").Private)
}

func erasing(t *testing.T, j notary.Journal) {
	a, other := &Author{ID: agr}, &Author{ID: "agr_other"}
	for _, key := range []string{"1", "2", "3"} {
		put(t, j, a, Beside(agr, a.Batch(t, key), key))
		put(t, j, other, Beside(other.ID, other.Batch(t, key), key))
	}
	b := a.Batch(t, "erased")
	b.Erased = []string{"per_1", "per_3", "per_unknown"}
	put(t, j, a, b)
	left := look(t, j, agr).Private
	if _, kept := left["per_2"]; len(left) != 1 || !kept {
		t.Errorf("left are %v", left)
	}
	if n := len(look(t, j, "agr_other").Private); n != 3 {
		t.Errorf("another agreement has %d private values left", n)
	}
}

func rowsChange(t *testing.T, j notary.Journal) {
	a := &Author{ID: agr}
	var before map[string]string
	for _, after := range []map[string]string{
		{"key/1": "a", "key/2": "b", "agreement/": "{}"}, {"key/1": "a2", "key/2": "b", "agreement/": "{}"},
		{"key/2": "b", "agreement/": "{}", "key/3": "'; DROP TABLE row; --"}, {}, {"key/1": "back"},
	} {
		b := a.Batch(t, "x")
		b.Rows = articles.Changes(before, after)
		put(t, j, a, b)
		if got := look(t, j, agr).Rows; got != nil {
			same(t, "rows", after, got)
		}
		before = after
	}
}

// together: 32 writers who know nothing of each other.
func together(t *testing.T, j notary.Journal) {
	a := &Author{ID: agr}
	add(t, j, a)
	var all sync.WaitGroup
	var want []string
	for writer := range 32 {
		note := fmt.Sprint("writer ", writer)
		want = append(want, note)
		all.Go(func() {
			if err := persist(j, note); err != nil {
				t.Errorf("%s: %v", note, err)
			}
		})
	}
	all.Wait()
	if err := a.Read(t.Context(), j); err != nil {
		t.Fatal(err)
	}
	leaves := look(t, j, agr).Leaves
	notes, err := Notes(leaves)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(notes)
	slices.Sort(want)
	same(t, "the notes", want, notes)
	sound(t, j, a)
}

// persist appends a note until the ledger does not move under it.
func persist(j notary.Journal, note string) error {
	ctx := context.Background()
	a := &Author{ID: agr}
	for {
		if err := a.Read(ctx, j); err != nil {
			return err
		}
		b, err := a.Next(note)
		if err != nil {
			return err
		}
		if err := j.Append(ctx, agr, a.Size(), b); !errors.Is(err, notary.ErrStale) {
			return err
		}
	}
}

// ownFailure: at the same moment some batches are stale, some are malformed and some are good.
func ownFailure(t *testing.T, j notary.Journal) {
	authors := make([]*Author, 24)
	for i := range authors {
		authors[i] = &Author{ID: agreement.ID(fmt.Sprintf("agr_%02d", i))}
		put(t, j, authors[i], Beside(authors[i].ID, authors[i].Batch(t), "first"))
	}
	for round := range 5 {
		var all sync.WaitGroup
		batches := make([]notary.Batch, len(authors))
		for i, a := range authors {
			n := a.Size()
			batches[i] = a.Batch(t, fmt.Sprint(round))
			switch i % 3 {
			case 0:
				n--
				batches[i].Hashes = make([]tlog.Hash, tree.HashCount(n+1)-tree.HashCount(n))
			case 1:
				batches[i] = Beside(a.ID, batches[i], "first")
			}
			all.Go(func() {
				err := j.Append(context.Background(), a.ID, n, batches[i])
				if (err == nil) != (i%3 == 2) || errors.Is(err, notary.ErrStale) != (i%3 == 0) {
					t.Errorf("author %d: %v", i, err)
				}
			})
		}
		all.Wait()
		for i := 2; i < len(authors); i += 3 {
			authors[i].Kept(batches[i])
		}
	}
	for _, a := range authors {
		sound(t, j, a)
	}
}

func ownBytes(t *testing.T, j notary.Journal) {
	a := &Author{ID: agr}
	b := Beside(agr, a.Batch(t, "one"), "k")
	put(t, j, a, b)
	before := look(t, j, agr)
	for _, p := range []picture{look(t, j, agr), {Leaves: b.Leaves, Checkpoints: [][]byte{b.Checkpoint}}} {
		for _, leaf := range p.Leaves {
			clear(leaf)
		}
		for _, c := range p.Checkpoints {
			clear(c)
		}
	}
	clear(b.Answer.Response)
	same(t, "the ledger", before, look(t, j, agr))
	if got, _, _ := j.Answer(t.Context(), b.Answer.Scope, "k"); bytes.Equal(got.Response, b.Answer.Response) {
		t.Error("the answer changed with the caller's bytes")
	}
}

func ended(t *testing.T, j notary.Journal) {
	a := &Author{ID: agr}
	add(t, j, a, "one")
	before := look(t, j, agr)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, agreements := j.Agreements(ctx)
	_, leaves := j.Leaves(ctx, agr, 0)
	_, checkpoint := j.Checkpoint(ctx, agr, 2)
	_, private := j.Private(ctx, agr)
	_, _, answer := j.Answer(ctx, "agr_first/a", "k")
	_, hash := j.Hashes(ctx, agr).ReadHashes([]int64{0})
	for name, err := range map[string]error{"Agreements": agreements, "Leaves": leaves, "Checkpoint": checkpoint, "Private": private, "Answer": answer, "ReadHashes": hash,
		"Append": j.Append(ctx, agr, a.Size(), a.Batch(t, "two"))} {
		if err == nil {
			t.Errorf("%s was well", name)
		}
	}
	same(t, "the ledger", before, look(t, j, agr))
}
