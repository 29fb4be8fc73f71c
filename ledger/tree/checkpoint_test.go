package tree_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"entente/ledger"
	"entente/ledger/ledgertest"
	"entente/ledger/seal"
	"entente/ledger/tree"

	"github.com/google/go-cmp/cmp"
	"github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func TestCheckpointText(t *testing.T) {
	c := tree.Checkpoint{"example.org/log", 70000, tlog.Hash{1, 2, 3}}
	const text = "example.org/log\n70000\nAQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
	if c.Text() != text {
		t.Errorf("got %q", c.Text())
	}
	if got, err := tree.ParseCheckpoint(text); err != nil || got != c {
		t.Errorf("got %v, %v", got, err)
	}
	for name, bad := range map[string]string{
		"nothing":            "",
		"no origin":          strings.Replace(text, "example.org/log", "", 1),
		"a spaced origin":    strings.Replace(text, "example.org/log", "example org", 1),
		"a padded size":      strings.Replace(text, "70000", "070000", 1),
		"a negative size":    strings.Replace(text, "70000", "-1", 1),
		"a signed size":      strings.Replace(text, "70000", "+70000", 1),
		"a huge size":        strings.Replace(text, "70000", "4611686018427387905", 1),
		"another spelling":   strings.Replace(text, "AAA=", "AAB=", 1),
		"a short root":       strings.Replace(text, "AAAA", "", 1),
		"an extension line":  text + "extension\n",
		"no last line break": strings.TrimSuffix(text, "\n"),
		"carriage returns":   strings.ReplaceAll(text, "\n", "\r\n"),
	} {
		if got, err := tree.ParseCheckpoint(bad); err == nil {
			t.Errorf("%s reads as %v", name, got)
		}
	}
}

// Checkpoints are read by the reference implementations of notes and logs.
func TestCheckpointReadsElsewhere(t *testing.T) {
	h := ledgertest.Sample(t, 5)
	signed := h.Signed[1]
	v, err := note.NewVerifier(h.Opened.Log.String())
	if err != nil {
		t.Fatal(err)
	}
	c, _, n, err := log.ParseCheckpoint(signed, ledgertest.Origin, v)
	if err != nil || c.Size != 7 || len(n.Sigs) != 1 || len(n.UnverifiedSigs) != 2 {
		t.Errorf("got %v, %v, %v", c, n, err)
	}
	n, err = note.Open(signed, note.VerifierList(v, h.Opened.Witness(ledger.PartyA), h.Opened.Witness(ledger.PartyB)))
	if err != nil || len(n.Sigs) != 3 {
		t.Errorf("got %v, %v", n, err)
	}
}

// A checkpoint that the reference implementation signed is read here.
func TestCheckpointFromElsewhere(t *testing.T) {
	skey, vkey, err := note.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{7}, 64)), "example.org/log")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	c := tree.Checkpoint{"example.org/log", 3, tlog.Hash{9}}
	signed, err := note.Sign(&note.Note{Text: c.Text()}, signer)
	if err != nil {
		t.Fatal(err)
	}
	k, err := seal.ParseVKey(vkey)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := tree.OpenCheckpoint(signed, k); err != nil || got.Checkpoint != c {
		t.Errorf("got %v, %v", got, err)
	}
}

// The example key of golang.org/x/mod/sumdb/note reads with its published id.
func TestVKeyPublishedExample(t *testing.T) {
	const vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
	k, err := seal.ParseVKey(vkey)
	if err != nil || k.Name() != "PeterNeumann" || k.KeyHash() != 0xc74f20a3 || k.Kind != seal.LogKind {
		t.Errorf("got %v, %v", k, err)
	}
	for _, bad := range []string{
		strings.Replace(vkey, "c74f20a3", "c74f20a4", 1), strings.Replace(vkey, "c74f20a3", "C74F20A3", 1),
		strings.Replace(vkey, "+ARpc", "+AhpC", 1), strings.Replace(vkey, "Peter", "Peter ", 1), vkey + "=", "a+b", "",
	} {
		if got, err := seal.ParseVKey(bad); err == nil {
			t.Errorf("%q reads as %v", bad, got)
		}
	}
}

func TestOpenCheckpoint(t *testing.T) {
	h := ledgertest.Sample(t, 5)
	signed := h.Signed[1]
	a, b := h.Opened.Witness(ledger.PartyA), h.Opened.Witness(ledger.PartyB)
	c, err := tree.OpenCheckpoint(signed, h.Opened.Log, a)
	if err != nil {
		t.Fatal(err)
	}
	want := []tree.Cosignature{{a, h.Now.Truncate(time.Second)}}
	if diff := cmp.Diff(want, c.Cosignatures); diff != "" {
		t.Errorf("cosignatures (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{b.Origin}, c.Unknown); diff != "" {
		t.Errorf("unknown signatures (-want +got):\n%s", diff)
	}
	if _, ok := c.CosignedBy(b); ok {
		t.Error("a signature that was not verified counts")
	}
	if _, err := tree.OpenCheckpoint(signed, seal.LogVKey(ledgertest.Origin, ledgertest.Key("eve").Public()), a, b); err == nil {
		t.Error("another log's key is accepted")
	}
	if _, err := tree.OpenCheckpoint(signed, seal.VKey{}); err == nil {
		t.Error("no key is accepted")
	}
	other, _ := tree.SignCheckpoint(tree.Checkpoint{"other.example/log", 1, tlog.Hash{}}, ledgertest.Key("log"))
	if _, err := tree.OpenCheckpoint(other, h.Opened.Log); err == nil {
		t.Error("another log's checkpoint is accepted")
	}
	// Signed under this log's name and key, but about another log.
	about, err := ledgertest.Key("log").SignNote(tree.Checkpoint{"other.example/log", 1, tlog.Hash{}}.Text(), h.Opened.Log.Origin)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tree.OpenCheckpoint(about, h.Opened.Log); err == nil {
		t.Error("a checkpoint about another log is accepted")
	}
}

// No byte of a cosigned checkpoint can be changed unseen, not even into another
// spelling of the same signature.
func TestCheckpointEveryByteCounts(t *testing.T) {
	h := ledgertest.Sample(t, 2)
	signed := h.Signed[1]
	for i := range signed {
		for _, flip := range []byte{1, 2, 4, 0x10, 0x20, 0x80} {
			changed := bytes.Clone(signed)
			changed[i] ^= flip
			c, err := tree.OpenCheckpoint(changed, h.Opened.Log, h.Opened.Witness(ledger.PartyA), h.Opened.Witness(ledger.PartyB))
			if err == nil && len(c.Unknown) == 0 {
				t.Errorf("byte %d changed from %q to %q unseen", i, signed[i], changed[i])
			}
		}
	}
}

func TestCosign(t *testing.T) {
	h := ledgertest.Sample(t, 2)
	signed := h.Signed[0]
	at := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	line, err := tree.Cosign(signed, "third.example/w", ledgertest.Key("third"), at)
	if err != nil || !bytes.HasPrefix(line, []byte("— third.example/w ")) || bytes.Count(line, []byte("\n")) != 1 {
		t.Fatalf("got %q, %v", line, err)
	}
	both, err := tree.AddCosignatures(signed, line)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := tree.AddCosignatures(both, line); err != nil || !bytes.Equal(again, both) {
		t.Errorf("added twice: %q, %v", again, err)
	}
	w := seal.WitnessVKey("third.example/w", ledgertest.Key("third").Public())
	c, err := tree.OpenCheckpoint(both, h.Opened.Log, w)
	if got, ok := c.CosignedBy(w); err != nil || !ok || !got.Equal(at) {
		t.Errorf("got %v, %v, %v", got, ok, err)
	}
	later, _ := tree.Cosign(signed, "third.example/w", ledgertest.Key("third"), at.Add(time.Hour))
	if _, err := tree.AddCosignatures(both, later); err == nil {
		t.Error("one witness signs twice")
	}
	for name, err := range map[string]error{
		"without a key":     second(tree.Cosign(signed, "w", seal.PrivateKey{}, at)),
		"without a time":    second(tree.Cosign(signed, "w", ledgertest.Key("w"), time.Time{})),
		"with a bad name":   second(tree.Cosign(signed, "w w", ledgertest.Key("w"), at)),
		"what is no note":   second(tree.Cosign([]byte("x"), "w", ledgertest.Key("w"), at)),
		"a log of no key":   second(tree.SignCheckpoint(tree.Checkpoint{"o", 1, tlog.Hash{}}, seal.PrivateKey{})),
		"a log of no name":  second(tree.SignCheckpoint(tree.Checkpoint{"", 1, tlog.Hash{}}, ledgertest.Key("log"))),
		"a log of no size":  second(tree.SignCheckpoint(tree.Checkpoint{"o", -1, tlog.Hash{}}, ledgertest.Key("log"))),
		"lines that are no": second(tree.AddCosignatures(signed, []byte("hello\n"))),
	} {
		if err == nil {
			t.Errorf("cosigned %s", name)
		}
	}
}

func TestWitness(t *testing.T) {
	h := ledgertest.New(t)
	var states []tree.Seen
	var signed [][]byte
	for range 6 {
		h.Act(ledger.PartyA, map[string]int{"n": len(states)})
		signed = append(signed, h.Checkpoint())
		root, _ := h.Root()
		states = append(states, tree.Seen{int64(len(h.Entries)), root})
	}
	prove := func(older, newer int64) tlog.TreeProof {
		p, err := tree.ProveConsistency(older, newer, h)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	sign := func(size int64, root tlog.Hash) []byte {
		s, err := tree.SignCheckpoint(tree.Checkpoint{ledgertest.Origin, size, root}, ledgertest.Key("log"))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	empty := rfc6962(nil)
	for _, c := range []struct {
		name   string
		seen   tree.Seen
		old    int64
		proof  tlog.TreeProof
		signed []byte
		status int
		then   tree.Seen
	}{
		{"a first checkpoint", tree.Seen{}, 0, nil, signed[0], 0, states[0]},
		{"honest growth", states[0], 2, prove(2, 7), signed[5], 0, states[5]},
		{"the same again", states[2], 4, nil, signed[2], 0, states[2]},
		{"an empty log", tree.Seen{}, 0, nil, sign(0, empty), 0, tree.Seen{0, empty}},
		{"growth from an empty log", tree.Seen{0, empty}, 0, nil, signed[1], 0, states[1]},
		{"old larger than the checkpoint", states[5], 7, nil, signed[0], 400, states[5]},
		{"an older size than was seen", states[3], 2, prove(2, 7), signed[5], 409, states[3]},
		{"a rollback", states[5], 3, nil, signed[1], 409, states[5]},
		{"a witness that has seen nothing", tree.Seen{}, 2, prove(2, 7), signed[5], 409, tree.Seen{Root: empty}},
		{"a fork of the same size", states[2], 4, nil, sign(4, tlog.Hash{1}), 422, states[2]},
		{"a fork that grows", states[2], 4, prove(4, 7), sign(7, tlog.Hash{1}), 422, states[2]},
		{"a proof of something else", states[2], 4, prove(3, 7), signed[5], 422, states[2]},
		{"no proof", states[2], 4, nil, signed[5], 422, states[2]},
		{"a proof where none belongs", tree.Seen{}, 0, prove(2, 7), signed[5], 422, tree.Seen{Root: empty}},
		{"a proof between equal sizes", states[2], 4, prove(4, 7), signed[2], 422, states[2]},
		{"an empty log with a root", tree.Seen{}, 0, nil, sign(0, tlog.Hash{}), 422, tree.Seen{Root: empty}},
	} {
		t.Run(c.name, func(t *testing.T) {
			body, _ := tree.AddCheckpoint{Old: c.old, Proof: c.proof, Signed: c.signed}.MarshalText()
			r, err := tree.ParseAddCheckpoint(body)
			if err != nil || r.Origin != ledgertest.Origin {
				t.Fatalf("reading the request: %v, %v", r, err)
			}
			then, err := r.Decide(h.Opened.Log, c.seen)
			if status := statusOf(err); status != c.status {
				t.Fatalf("status %d, %v; want %d", status, err, c.status)
			}
			if diff := cmp.Diff(c.then, then); diff != "" {
				t.Errorf("seen (-want +got):\n%s", diff)
			}
		})
	}
	body, _ := tree.AddCheckpoint{Signed: signed[0]}.MarshalText()
	r, _ := tree.ParseAddCheckpoint(body)
	if _, err := r.Decide(seal.LogVKey(ledgertest.Origin, ledgertest.Key("eve").Public()), tree.Seen{}); statusOf(err) != 403 {
		t.Errorf("a stranger's log: %v", err)
	}
	if err := tree.UnknownLog("x"); statusOf(err) != 404 {
		t.Errorf("an unknown log: %v", err)
	}
	_, err := r.Decide(h.Opened.Log, states[3])
	if refusal := (*tree.WitnessRefusal)(nil); !errors.As(err, &refusal) || refusal.Body() != "5\n" {
		t.Errorf("a conflict answers %v", err)
	}
	good, _ := tree.AddCheckpoint{Old: 2, Proof: prove(2, 7), Signed: signed[5]}.MarshalText()
	for _, bad := range []string{"", "old 1", "old 1\n", "old 1\n\n", "old 01" + string(good[5:]), "new" + string(good[3:]),
		strings.Replace(string(good), "\n\n", "\n", 1), strings.Replace(string(good), "old 2\n", "old 2\nAAAA\n", 1),
		strings.Replace(string(good), "old 2\n", "old 2\n"+strings.Repeat(empty.String()+"\n", 64), 1),
		strings.Replace(string(good), "old 2", "old 4611686018427387905", 1), string(good) + strings.Repeat("x", tree.MaxAddCheckpoint)} {
		if _, err := tree.ParseAddCheckpoint([]byte(bad)); statusOf(err) != 400 {
			t.Errorf("%.60q: %v", bad, err)
		}
	}
}

func statusOf(err error) int {
	var r *tree.WitnessRefusal
	if errors.As(err, &r) {
		return r.Status
	}
	if err != nil {
		return -1
	}
	return 0
}

func TestCosignaturesThatDoNotCount(t *testing.T) {
	h := ledgertest.Sample(t, 2)
	signed := h.Signed[0]
	// A log's kind of signature bears no time, so it is no confirmation.
	untimed := seal.LogVKey("third.example/w", ledgertest.Key("third").Public())
	text, _, _ := strings.Cut(string(signed), "\n\n")
	text += "\n"
	whole, err := ledgertest.Key("third").SignNote(text, untimed.Origin)
	if err != nil {
		t.Fatal(err)
	}
	both, err := tree.AddCosignatures(signed, bytes.TrimPrefix(whole, []byte(text+"\n")))
	if err != nil {
		t.Fatal(err)
	}
	c, err := tree.OpenCheckpoint(both, h.Opened.Log, untimed)
	if err != nil || len(c.Cosignatures) > 0 {
		t.Errorf("a signature without a time counts: %v, %v", c, err)
	}
}
