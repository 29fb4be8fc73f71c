package tree_test

import (
	"crypto/rand"
	"testing"
	"time"

	"entente/ledger"
	"entente/ledger/ledgertest"
	"entente/ledger/seal"
	"entente/ledger/tree"

	formats "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
)

// Cosignatures pass the verifier of transparency-dev/formats, and its own pass ours.
func TestCosignatureBothWays(t *testing.T) {
	h := ledgertest.Sample(t, 3)
	signed := h.Signed[1]
	logKey, err := note.NewVerifier(h.Opened.Log.String())
	if err != nil {
		t.Fatal(err)
	}
	known := []note.Verifier{logKey}
	for _, p := range []ledger.Party{ledger.PartyA, ledger.PartyB} {
		v, err := formats.NewVerifierForCosignatureV1(h.Opened.Witness(p).String())
		if err != nil {
			t.Fatal(err)
		}
		if v.KeyHash() != h.Opened.Witness(p).KeyHash() {
			t.Errorf("the id of %s is %08x there and %08x here", v.Name(), v.KeyHash(), h.Opened.Witness(p).KeyHash())
		}
		known = append(known, v)
	}
	n, err := note.Open(signed, note.VerifierList(known...))
	if err != nil || len(n.Sigs) != 3 {
		t.Fatalf("got %v, %v", n, err)
	}
	for _, s := range n.Sigs[1:] {
		at, err := formats.CoSigV1Timestamp(s)
		if err != nil || !at.Equal(h.Now.Truncate(time.Second)) {
			t.Errorf("%s cosigned at %v, %v; want %v", s.Name, at, err, h.Now)
		}
	}

	skey, vkey, err := note.GenerateKey(rand.Reader, "outside.example/w")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := formats.NewSignerForCosignatureV1(skey)
	if err != nil {
		t.Fatal(err)
	}
	both, err := note.Sign(n, signer)
	if err != nil {
		t.Fatal(err)
	}
	if vkey, err = formats.VKeyToCosignatureV1(vkey); err != nil {
		t.Fatal(err)
	}
	outside, err := seal.ParseVKey(vkey)
	if err != nil {
		t.Fatal(err)
	}
	c, err := tree.OpenCheckpoint(both, h.Opened.Log, outside, h.Opened.Witness(ledger.PartyA), h.Opened.Witness(ledger.PartyB))
	if _, ok := c.CosignedBy(outside); err != nil || !ok || len(c.Cosignatures) != 3 {
		t.Errorf("got %v, %v", c, err)
	}
}
