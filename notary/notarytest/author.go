package notarytest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/ledger"
	"entente/ledger/seal"
	"entente/ledger/tree"
	"entente/notary"
	"entente/register"
)

// Day is when everything in the tests of this package begins.
var Day = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// PrivateKey returns the key of a name, the same in every run.
func PrivateKey(name string) seal.PrivateKey {
	seed := sha256.Sum256([]byte("a key for tests: " + name))
	k, err := seal.Generate(bytes.NewReader(seed[:]))
	if err != nil {
		panic(err) // 32 bytes are enough
	}
	return k
}

// An Author writes the ledger of one agreement as a notary would: signed entries, their hashes, and
// a checkpoint that log and witnesses sign. Only ID needs to be set.
type Author struct {
	ID  agreement.ID
	log ledger.Log
	n   int64
}

// Size is how many entries the author knows of.
func (a *Author) Size() int64 { return a.n }

// Root is the hash of the entries that the author knows of.
func (a *Author) Root() seal.Digest {
	root, err := a.log.Root()
	if err != nil {
		panic(err)
	}
	return seal.Digest(root)
}

// Batch makes what comes next: an entry for each note, before them the first entry of all if there
// is none yet. The author goes on from there only after Kept.
func (a *Author) Batch(t testing.TB, notes ...string) notary.Batch {
	t.Helper()
	b, err := a.Next(notes...)
	if err != nil {
		t.Fatalf("making a batch for %s: %v", a.ID, err)
	}
	return b
}

// Next is Batch outside of a test's own goroutine.
func (a *Author) Next(notes ...string) (notary.Batch, error) {
	var b notary.Batch
	next := a.log
	if a.n == 0 {
		leaf, err := a.entry(0, ledger.Host, ledger.TypeOpened, a.opened())
		if err != nil {
			return b, err
		}
		b.Leaves = append(b.Leaves, leaf)
	}
	for _, note := range notes {
		party := []ledger.Party{ledger.PartyA, ledger.PartyB}[len(note)%2]
		leaf, err := a.entry(a.n+int64(len(b.Leaves)), party, "integration.milestone_completed/1", map[string]string{"note": note})
		if err != nil {
			return b, err
		}
		b.Leaves = append(b.Leaves, leaf)
	}
	for _, leaf := range b.Leaves {
		if _, err := next.Append(leaf); err != nil {
			return b, err
		}
	}
	size := a.n + int64(len(b.Leaves))
	var indexes []int64
	for i := tree.HashCount(a.n); i < tree.HashCount(size); i++ {
		indexes = append(indexes, i)
	}
	var err error
	if b.Hashes, err = next.ReadHashes(indexes); err != nil {
		return b, err
	}
	b.Checkpoint, err = a.checkpoint(size, &next)
	return b, err
}

// Kept says that the journal has taken a batch.
func (a *Author) Kept(b notary.Batch) { a.take(b.Leaves) }

// Read makes the author know what a journal has.
func (a *Author) Read(ctx context.Context, j notary.Journal) error {
	leaves, err := j.Leaves(ctx, a.ID, a.n)
	if err == nil {
		a.take(leaves)
	}
	return err
}

func (a *Author) take(leaves []ledger.Leaf) {
	for _, leaf := range leaves {
		if _, err := a.log.Append(slices.Clone(leaf)); err != nil {
			panic(err) // its own hashes are in memory
		}
	}
	a.n += int64(len(leaves))
}

// Notes are what the entries of a ledger say, in order.
func Notes(leaves []ledger.Leaf) ([]string, error) {
	var notes []string
	for i, leaf := range leaves {
		sealed, err := ledger.Open(leaf)
		if err != nil {
			return nil, fmt.Errorf("entry %d: %w", i, err)
		}
		var body struct {
			Note string `json:"note"`
		}
		if err := json.Unmarshal(sealed.Entry.Body, &body); err != nil {
			return nil, fmt.Errorf("entry %d: %w", i, err)
		}
		if sealed.Entry.Type != ledger.TypeOpened {
			notes = append(notes, body.Note)
		}
	}
	return notes, nil
}

func (a *Author) origin() string { return "tests.example/" + string(a.ID) }

func (a *Author) key(use string) seal.PrivateKey { return PrivateKey(string(a.ID) + "/" + use) }

func (a *Author) opened() ledger.Opened {
	public := func(use string) seal.PublicKey { return a.key(use).Public() }
	o := ledger.Opened{Origin: a.origin(), Host: public("host"), Log: seal.LogVKey(a.origin(), public("log"))}
	o.Parties.A = ledger.PartyKeys{Entries: public("a"), Witness: seal.WitnessVKey(a.origin()+"/a", public("wa")), Custody: ledger.HeldByNode}
	o.Parties.B = ledger.PartyKeys{Entries: public("b"), Witness: seal.WitnessVKey(a.origin()+"/b", public("wb")), Custody: ledger.HeldByNode}
	return o
}

func (a *Author) entry(position int64, p ledger.Party, name string, body any) (ledger.Leaf, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	e := ledger.Entry{Agreement: string(a.ID), Type: name, Time: Day.Add(time.Duration(position) * time.Second), Party: p,
		Actor: "act_" + string(p), Custody: ledger.HeldByNode, Body: raw}
	if p != ledger.Host {
		e.Clause = "2.2"
	}
	return ledger.Seal(e, a.key(string(p)))
}

func (a *Author) checkpoint(size int64, h tree.Hashes) ([]byte, error) {
	root, err := tree.Root(size, h)
	if err != nil {
		return nil, err
	}
	signed, err := tree.SignCheckpoint(tree.Checkpoint{Origin: a.origin(), Size: size, Root: root}, a.key("log"))
	if err != nil {
		return nil, err
	}
	for _, p := range []string{"a", "b"} {
		line, err := tree.Cosign(signed, a.origin()+"/"+p, a.key("w"+p), Day.Add(time.Duration(size)*time.Second))
		if err != nil {
			return nil, err
		}
		if signed, err = tree.AddCosignatures(signed, line); err != nil {
			return nil, err
		}
	}
	return signed, nil
}

// Beside adds to a batch what can stand beside its entries: rows, a private value and an answer,
// all named after a key.
func Beside(id agreement.ID, b notary.Batch, key string) notary.Batch {
	b.Rows = []articles.Change{{Row: "key/" + key, Body: `{"key":"` + key + `"}`}}
	b.Private = map[string]register.Private{"per_" + key: {Salt: []byte("salt of " + key + "\x00"), Value: "person " + key}}
	b.Answer = access.Answer{Scope: string(id) + "/a", Key: key, Request: seal.Sum([]byte(key)), Response: []byte("sealed\x00\xff" + key), At: Day}
	return b
}
