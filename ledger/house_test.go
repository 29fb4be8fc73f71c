package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// failer is what a test and a property check have in common.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// A house is a small ledger with everything that belongs to it. Its keys come
// from their names, so that every run makes the same bytes.
type house struct {
	Log
	t      failer
	opened Opened
	now    time.Time
}

const (
	testAgreement = "agr_7f3k"
	testOrigin    = "entente.local/" + testAgreement
)

func key(name string) PrivateKey {
	seed := sha256.Sum256([]byte("a test key: " + name))
	k, err := Generate(bytes.NewReader(seed[:]))
	if err != nil {
		panic(err)
	}
	return k
}

func newHouse(t failer) *house {
	h := &house{t: t, now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	h.opened = Opened{Origin: testOrigin, Host: key("host").Public(), Log: LogVKey(testOrigin, key("log").Public())}
	h.opened.Parties.A = PartyKeys{key("a").Public(), WitnessVKey("northwind.example/witness", key("wa").Public()), HeldByParty}
	h.opened.Parties.B = PartyKeys{key("b").Public(), WitnessVKey("lumen.example/witness", key("wb").Public()), HeldByNode}
	h.add(h.entry(Host, TypeOpened, h.opened), key("host"))
	return h
}

func (h *house) entry(p Party, typ string, body any) Entry {
	h.t.Helper()
	b, err := Marshal(body)
	if err != nil {
		h.t.Fatalf("marshalling a body: %v", err)
	}
	h.now = h.now.Add(90*time.Second + 250*time.Microsecond)
	e := Entry{Agreement: testAgreement, Type: typ, Time: h.now, Party: p, Actor: "act_" + string(p), Custody: HeldByNode, Body: b,
		Key: fmt.Sprintf("key-%d", len(h.leaves))}
	if len(typ) < 7 || typ[:7] != "ledger." {
		e.Clause = "2.2"
	}
	if p == PartyA {
		e.Custody = HeldByParty
	}
	return e
}

func (h *house) add(e Entry, k PrivateKey) int64 {
	h.t.Helper()
	leaf, err := Seal(e, k)
	if err != nil {
		h.t.Fatalf("sealing: %v", err)
	}
	n, err := h.Append(leaf)
	if err != nil {
		h.t.Fatalf("appending: %v", err)
	}
	return n
}

// act appends an ordinary entry by a party.
func (h *house) act(p Party, body any) int64 {
	h.t.Helper()
	return h.add(h.entry(p, "integration.milestone_completed/1", body), key(string(p)))
}

// checkpoint signs the present state, with the cosignatures of some parties.
func (h *house) checkpoint(cosigners ...Party) []byte {
	h.t.Helper()
	root, err := h.Root()
	if err != nil {
		h.t.Fatalf("root: %v", err)
	}
	signed, err := SignCheckpoint(Checkpoint{testOrigin, int64(len(h.leaves)), root}, key("log"))
	if err != nil {
		h.t.Fatalf("signing: %v", err)
	}
	for _, p := range cosigners {
		line, err := Cosign(signed, h.opened.Witness(p).Origin, key("w"+string(p)), h.now)
		if err != nil {
			h.t.Fatalf("cosigning: %v", err)
		}
		if signed, err = AddCosignatures(signed, line); err != nil {
			h.t.Fatalf("adding a cosignature: %v", err)
		}
	}
	h.AddCheckpoint(signed)
	return signed
}

// contract is a document that entries of the sample refer to.
var (
	contract = []byte("# Partnership agreement\n\nNorthwind and Lumen agree.\n")
	minutes  = []byte("Minutes of the first meeting.\n")
)

// sample is a ledger with n further entries, documents and two checkpoints.
func sample(t failer, n int) *house {
	h := newHouse(t)
	h.act(PartyA, map[string]any{"milestone": "security review", "documents": []DocumentRef{
		{Name: "agreement.md", MediaType: "text/markdown", Digest: Sum(contract)},
		{Name: "minutes.txt", MediaType: "text/plain", Digest: Sum(minutes), Erasable: true},
	}})
	h.checkpoint(PartyA)
	for i := range n {
		h.act([]Party{PartyA, PartyB, Host}[i%3], map[string]any{"milestone": fmt.Sprintf("m%d", i)})
	}
	h.checkpoint(PartyA, PartyB)
	return h
}

// vectors returns a published test vector file, or nil where the folder of
// vectors is absent, which only a continuous integration run must not accept.
func vectors(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "shared", "vectors", path))
	switch {
	case err == nil:
		return b
	case os.Getenv("CI") == "true":
		t.Fatalf("the published vectors must be there when CI=true: %v", err)
	}
	t.Logf("NOT RUN: %s, because ../shared/vectors/%s is not there", t.Name(), path)
	return nil
}

func mustJSON(t *testing.T, v any) json.RawMessage {
	t.Helper()
	b, err := Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
func sorted(s []string) []string { slices.Sort(s); return s }
