package bundle_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"entente/ledger"
	"entente/ledger/bundle"
	"entente/ledger/canonical"
	"entente/ledger/ledgertest"
	"entente/ledger/seal"
	"entente/ledger/tree"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"
)

var update = flag.Bool("update", false, "write the worked example of docs/ledger-format.md anew")

const (
	formatDocument = "../../docs/ledger-format.md"
	exampleBegin   = "<!-- worked example: written by `go test ./ledger/bundle -run FormatDocument -update` -->\n"
	exampleEnd     = "<!-- end of the worked example -->\n"
)

// The worked example in the format's documentation is what this package makes.
func TestFormatDocument(t *testing.T) {
	b, err := os.ReadFile(formatDocument)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok1 := strings.Cut(string(b), exampleBegin)
	old, after, ok2 := strings.Cut(rest, exampleEnd)
	if !ok1 || !ok2 {
		t.Fatalf("%s has no worked example", formatDocument)
	}
	fresh := workedExample(t)
	if *update {
		if err := os.WriteFile(formatDocument, []byte(before+exampleBegin+fresh+exampleEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(fresh, old); diff != "" {
		t.Errorf("the worked example is out of date; run go test ./ledger/bundle -run FormatDocument -update (-want +got):\n%s", diff)
	}
}

// What the documentation says of limits and names is what the package does.
func TestFormatDocumentStatesTheLimits(t *testing.T) {
	b, err := os.ReadFile(formatDocument)
	if err != nil {
		t.Fatal(err)
	}
	for _, fact := range []string{
		fmt.Sprintf("%d bytes of JSON", canonical.MaxBytes), fmt.Sprintf("%d deep", canonical.MaxDepth), fmt.Sprintf("%d bytes of entry", ledger.MaxEntry),
		fmt.Sprintf("%d bytes of leaf", ledger.MaxLeaf), fmt.Sprintf("%d entries", int64(tree.MaxSize)),
		fmt.Sprintf("%d files", bundle.MaxFiles), fmt.Sprintf("%d bytes unpacked", bundle.MaxBytes), fmt.Sprintf("%d times", bundle.MaxRatio),
		"65536 bytes are exempt", string(seal.EntryDomain), string(seal.SignatureDomain), bundle.Format,
		ledger.TypeOpened, ledger.TypeKeyAdded, ledger.TypeKeyRevoked,
	} {
		if !strings.Contains(string(b), fact) {
			t.Errorf("the documentation does not say %q", fact)
		}
	}
}

// workedExample builds a ledger of three entries from keys whose seeds are
// 01, 02, … repeated, so that anyone can make the same bytes.
func workedExample(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	title := func(s string) { fmt.Fprintf(&out, "\n**%s**\n\n", s) }
	block := func(s string) { fmt.Fprintf(&out, "```text\n%s\n```\n", strings.TrimSuffix(s, "\n")) }
	seeded := map[string]seal.PrivateKey{}
	title("The keys.** Each seed (RFC 8032) is one byte repeated 32 times. **Seed byte, purpose, public key, key id")
	var table strings.Builder
	for i, name := range []string{"host", "log", "a.entries", "b.entries", "a.witness", "b.witness"} {
		k, err := seal.Generate(bytes.NewReader(bytes.Repeat([]byte{byte(i + 1)}, 32)))
		if err != nil {
			t.Fatal(err)
		}
		seeded[name] = k
		fmt.Fprintf(&table, "%02x  %-9s  %s  %s\n", i+1, name, k.Public(), k.Public().ID())
	}
	block(table.String())

	const agreement = "agr_example"
	o := ledger.Opened{Origin: "entente.local/" + agreement, Host: seeded["host"].Public()}
	o.Log = seal.LogVKey(o.Origin, seeded["log"].Public())
	o.Parties.A = ledger.PartyKeys{Entries: seeded["a.entries"].Public(), Witness: seal.WitnessVKey("a.example/witness", seeded["a.witness"].Public()), Custody: ledger.HeldByParty}
	o.Parties.B = ledger.PartyKeys{Entries: seeded["b.entries"].Public(), Witness: seal.WitnessVKey("b.example/witness", seeded["b.witness"].Public()), Custody: ledger.HeldByNode}
	title("The verifier keys of the log and of the two witnesses")
	block(fmt.Sprintf("%s\n%s\n%s", o.Log, o.Parties.A.Witness, o.Parties.B.Witness))

	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	var l ledger.Log
	for i, e := range []struct {
		ledger.Entry
		by   string
		body any
	}{
		{ledger.Entry{Type: ledger.TypeOpened, Party: ledger.Host, Actor: "node", Custody: ledger.HeldByNode, Key: "open"}, "host", o},
		{ledger.Entry{Type: "integration.milestone_completed/1", Clause: "2.2", Party: ledger.PartyA, Actor: "person_1", Custody: ledger.HeldByParty, Key: "k1"}, "a.entries",
			map[string]any{"milestone": "launch", "documents": []ledger.DocumentRef{{Name: "report.txt", MediaType: "text/plain", Digest: seal.Sum([]byte("All tests passed.\n"))}}}},
		{ledger.Entry{Type: "integration.milestone_completed/1", Clause: "2.2", Party: ledger.PartyB, Actor: "node", Custody: ledger.HeldByNode, Key: "k2"}, "b.entries",
			map[string]any{"milestone": "security review"}},
	} {
		e.Agreement, e.Time, e.Body = agreement, at.Add(time.Duration(i)*time.Minute), ledgertest.JSON(t, e.body)
		leaf, err := ledger.Seal(e.Entry, seeded[e.by])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.Append(leaf); err != nil {
			t.Fatal(err)
		}
		title(fmt.Sprintf("Leaf %d** (one line), its SHA-256 with the prefix 00 (the stored hash %d) **in base64", i, tlog.StoredHashIndex(0, int64(i))))
		block(fmt.Sprintf("%s\n%s", leaf, tlog.RecordHash(leaf)))
	}

	root, err := l.Root()
	if err != nil {
		t.Fatal(err)
	}
	signed, err := tree.SignCheckpoint(tree.Checkpoint{Origin: o.Origin, Size: 3, Root: root}, seeded["log"])
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{"a", "b"} {
		line, err := tree.Cosign(signed, p+".example/witness", seeded[p+".witness"], at.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		if signed, err = tree.AddCosignatures(signed, line); err != nil {
			t.Fatal(err)
		}
	}
	l.Signed = append(l.Signed, signed)
	title("The checkpoint of all three, cosigned by both parties at 10:00:00 UTC (1772359200)")
	block(string(signed))

	proof, err := tree.NewProof(1, signed, &l)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := proof.MarshalText()
	title("The proof that leaf 1 is in it")
	block(string(text))

	report, err := ledger.Audit(&l, ledger.Anchors{Agreement: agreement, Log: o.Log})
	if err != nil || len(report.Findings) > 0 {
		t.Fatalf("the example does not verify: %v, %v", report.Findings, err)
	}
	b, err := bundle.Collect(agreement, &l, []bundle.Document{{seal.Sum([]byte("All tests passed.\n")), "text/plain", []byte("All tests passed.\n")}})
	if err != nil {
		t.Fatal(err)
	}
	packed := pack(t, b)
	title("The bundle's list of contents, `bundle.json`** (one line), **and the SHA-256 of the whole archive")
	block(fmt.Sprintf("%s\n%s", files(t, packed)["bundle.json"], seal.Sum(packed)))
	for _, v := range bundle.Verify(b, ledger.Anchors{}) {
		if !v.OK {
			t.Fatalf("the example does not verify: %v", v)
		}
	}
	return out.String()
}
