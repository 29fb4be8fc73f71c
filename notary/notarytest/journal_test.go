package notarytest

import (
	"errors"
	"testing"

	"entente/articles"
	"entente/ledger"
	"entente/ledger/tree"
	"entente/notary"
	"entente/register"

	"golang.org/x/mod/sumdb/tlog"
)

func TestTheJournalInMemoryIsAJournal(t *testing.T) {
	Run(t, func(*testing.T) notary.Journal { return &Journal{} })
}

// What no store could notice, the strict one does.
func TestTheJournalInMemoryIsStrict(t *testing.T) {
	for name, spoil := range map[string]func(*Author, *notary.Batch){
		"another hash":                 func(_ *Author, b *notary.Batch) { b.Hashes = append([]tlog.Hash{{}}, b.Hashes[1:]...) },
		"a leaf that is none":          func(_ *Author, b *notary.Batch) { b.Leaves = []ledger.Leaf{[]byte("{}"), b.Leaves[1]} },
		"leaves in another order":      func(_ *Author, b *notary.Batch) { b.Leaves = []ledger.Leaf{b.Leaves[1], b.Leaves[0]} },
		"a checkpoint of another size": func(a *Author, b *notary.Batch) { b.Checkpoint = a.Batch(t, "one").Checkpoint },
		"a checkpoint of another root": func(a *Author, b *notary.Batch) { b.Checkpoint = a.Batch(t, "one", "four").Checkpoint },
		"a cosignature alone": func(_ *Author, b *notary.Batch) {
			b.Checkpoint, _ = tree.Cosign(b.Checkpoint, "w", PrivateKey("w"), Day)
		},
		"an entry of another agreement": func(_ *Author, b *notary.Batch) { *b = (&Author{ID: "agr_other"}).Batch(t, "one") },
		"a row changed twice": func(_ *Author, b *notary.Batch) {
			b.Rows = []articles.Change{{Row: "a/", Body: "1"}, {Row: "a/", Body: "2"}}
		},
		"a row gone that never was":    func(_ *Author, b *notary.Batch) { b.Rows = []articles.Change{{Row: "a/"}} },
		"a row changed to what it is":  func(_ *Author, b *notary.Batch) { b.Rows = []articles.Change{{Row: "key/k", Body: `{"key":"k"}`}} },
		"a private value without salt": func(_ *Author, b *notary.Batch) { b.Private = map[string]register.Private{"per_2": {Value: "v"}} },
		"an answer to another's scope": func(_ *Author, b *notary.Batch) { b.Answer.Scope = "agr_other/a" },
		"an answer that is empty":      func(_ *Author, b *notary.Batch) { b.Answer.Response = nil },
		"an answer without a key":      func(_ *Author, b *notary.Batch) { b.Answer.Key = "" },
	} {
		t.Run(name, func(t *testing.T) {
			j, a := &Journal{}, &Author{ID: agr}
			put(t, j, a, Beside(agr, a.Batch(t, "zero"), "k"))
			b := Beside(agr, a.Batch(t, "one", "two"), "k2")
			spoil(a, &b)
			before := look(t, j, agr)
			if err := j.Append(t.Context(), agr, a.Size(), b); err == nil || errors.Is(err, notary.ErrStale) {
				t.Errorf("got %v, want a refusal", err)
			}
			same(t, "the ledger", before, look(t, j, agr))
		})
	}
}

func TestFaults(t *testing.T) {
	for fault, kept := range map[Fault]bool{None: true, Lost: false, Kept: true} {
		j, a := &Journal{}, &Author{ID: agr}
		add(t, j, a)
		j.FailWith(func() Fault { return fault })
		b := Beside(agr, a.Batch(t, "one"), "k")
		if err := j.Append(t.Context(), agr, 1, b); errors.Is(err, ErrFault) != (fault != None) {
			t.Errorf("fault %d: %v", fault, err)
		}
		_, answered, _ := j.Answer(t.Context(), b.Answer.Scope, "k")
		if p := look(t, j, agr); len(p.Leaves) == 2 != kept || len(p.Rows) == 1 != kept || len(p.Private) == 1 != kept || len(p.Checkpoints) == 2 != kept || answered != kept {
			t.Errorf("fault %d: kept %+v, want all of it: %t", fault, p, kept)
		}
		if j.Appends() != 2 {
			t.Errorf("fault %d: %d appends", fault, j.Appends())
		}
	}
}
