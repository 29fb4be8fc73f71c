// Package ledgertest makes small ledgers for tests: the same keys, entries and bytes in every run,
// to be read, damaged and packed.
package ledgertest

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"entente/ledger"
	"entente/ledger/canonical"
	"entente/ledger/seal"
	"entente/ledger/tree"

	"pgregory.net/rapid"
)

// Failer is what a test and a property check have in common.
type Failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// A House is a small ledger with everything that belongs to it. Its keys come
// from their names, so that every run makes the same bytes.
type House struct {
	ledger.Log
	t      Failer
	Opened ledger.Opened
	Now    time.Time // of the last entry
}

// Agreement and Origin name the ledger of a House.
const (
	Agreement = "agr_7f3k"
	Origin    = "entente.local/" + Agreement
)

// Key returns the key that belongs to a name; it is no secret.
func Key(name string) seal.PrivateKey {
	seed := sha256.Sum256([]byte("a test key: " + name))
	k, err := seal.Generate(bytes.NewReader(seed[:]))
	if err != nil {
		panic(err)
	}
	return k
}

// New returns a ledger of one entry, which opens it.
func New(t Failer) *House {
	h := &House{t: t, Now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	h.Opened = ledger.Opened{Origin: Origin, Host: Key("host").Public(), Log: seal.LogVKey(Origin, Key("log").Public())}
	h.Opened.Parties.A = ledger.PartyKeys{Entries: Key("a").Public(), Witness: seal.WitnessVKey("northwind.example/witness", Key("wa").Public()), Custody: ledger.HeldByParty}
	h.Opened.Parties.B = ledger.PartyKeys{Entries: Key("b").Public(), Witness: seal.WitnessVKey("lumen.example/witness", Key("wb").Public()), Custody: ledger.HeldByNode}
	h.Add(h.Entry(ledger.Host, ledger.TypeOpened, h.Opened), Key("host"))
	return h
}

// Entry returns an entry by a party, 90 seconds after the one before.
func (h *House) Entry(p ledger.Party, typ string, body any) ledger.Entry {
	h.t.Helper()
	b, err := canonical.Marshal(body)
	if err != nil {
		h.t.Fatalf("marshalling a body: %v", err)
	}
	h.Now = h.Now.Add(90*time.Second + 250*time.Microsecond)
	e := ledger.Entry{Agreement: Agreement, Type: typ, Time: h.Now, Party: p, Actor: "act_" + string(p), Custody: ledger.HeldByNode, Body: b,
		Key: fmt.Sprintf("key-%d", len(h.Entries))}
	if len(typ) < 7 || typ[:7] != "ledger." {
		e.Clause = "2.2"
	}
	if p == ledger.PartyA {
		e.Custody = ledger.HeldByParty
	}
	return e
}

// Add appends an entry sealed with a key, and returns its position.
func (h *House) Add(e ledger.Entry, k seal.PrivateKey) int64 {
	h.t.Helper()
	leaf, err := ledger.Seal(e, k)
	if err != nil {
		h.t.Fatalf("sealing: %v", err)
	}
	n, err := h.Append(leaf)
	if err != nil {
		h.t.Fatalf("appending: %v", err)
	}
	return n
}

// Act appends an ordinary entry by a party.
func (h *House) Act(p ledger.Party, body any) int64 {
	h.t.Helper()
	return h.Add(h.Entry(p, "integration.milestone_completed/1", body), Key(string(p)))
}

// Checkpoint signs the present state, with the cosignatures of some parties.
func (h *House) Checkpoint(cosigners ...ledger.Party) []byte {
	h.t.Helper()
	root, err := h.Root()
	if err != nil {
		h.t.Fatalf("root: %v", err)
	}
	signed, err := tree.SignCheckpoint(tree.Checkpoint{Origin: Origin, Size: int64(len(h.Entries)), Root: root}, Key("log"))
	if err != nil {
		h.t.Fatalf("signing: %v", err)
	}
	for _, p := range cosigners {
		line, err := tree.Cosign(signed, h.Opened.Witness(p).Origin, Key("w"+string(p)), h.Now)
		if err != nil {
			h.t.Fatalf("cosigning: %v", err)
		}
		if signed, err = tree.AddCosignatures(signed, line); err != nil {
			h.t.Fatalf("adding a cosignature: %v", err)
		}
	}
	h.Signed = append(h.Signed, signed)
	return signed
}

// Contract is a document that entries of the sample refer to.
var (
	Contract = []byte("# Partnership agreement\n\nNorthwind and Lumen agree.\n")
	Minutes  = []byte("Minutes of the first meeting.\n")
)

// Sample is a ledger with n further entries, documents and two checkpoints.
func Sample(t Failer, n int) *House {
	h := New(t)
	h.Act(ledger.PartyA, map[string]any{"milestone": "security review", "documents": []ledger.DocumentRef{
		{Name: "agreement.md", MediaType: "text/markdown", Digest: seal.Sum(Contract)},
		{Name: "minutes.txt", MediaType: "text/plain", Digest: seal.Sum(Minutes), Erasable: true},
	}})
	h.Checkpoint(ledger.PartyA)
	for i := range n {
		h.Act([]ledger.Party{ledger.PartyA, ledger.PartyB, ledger.Host}[i%3], map[string]any{"milestone": fmt.Sprintf("m%d", i)})
	}
	h.Checkpoint(ledger.PartyA, ledger.PartyB)
	return h
}

// JSON returns the canonical JSON of a value.
func JSON(t *testing.T, v any) json.RawMessage {
	t.Helper()
	b, err := canonical.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Clone returns a copy that can be damaged alone.
func (h *House) Clone() *House {
	c := *h
	c.Entries, c.Signed = slices.Clone(h.Entries), slices.Clone(h.Signed)
	c.Tree = slices.Clone(h.Tree)
	return &c
}

// Flip changes one byte.
func Flip(t *rapid.T, b []byte) []byte {
	b = bytes.Clone(b)
	b[rapid.IntRange(0, len(b)-1).Draw(t, "byte")] ^= byte(rapid.IntRange(1, 255).Draw(t, "flip"))
	return b
}

// Rehash rebuilds the stored hashes, as someone who rewrites the store would.
func (h *House) Rehash() {
	leaves := h.Entries
	h.Entries, h.Tree = nil, nil
	for _, leaf := range leaves {
		if _, err := h.Append(leaf); err != nil {
			h.t.Fatalf("appending: %v", err)
		}
	}
}

// Value draws any JSON value whose numbers are safe.
func Value(depth int) *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		kinds := 5
		if depth > 0 {
			kinds = 7
		}
		switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
		case 0:
			return nil
		case 1:
			return rapid.Bool().Draw(t, "bool")
		case 2:
			return rapid.String().Draw(t, "text")
		case 3:
			return rapid.Int64Range(-1<<53, 1<<53).Draw(t, "whole")
		case 4:
			return rapid.Float64Range(-1e15, 1e15).Draw(t, "number")
		case 5:
			return rapid.SliceOfN(Value(depth-1), 0, 4).Draw(t, "array")
		}
		return rapid.MapOfN(rapid.String(), Value(depth-1), 0, 4).Draw(t, "object")
	})
}
