package notary_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"entente/agreement"
	"entente/ledger/canonical"
	"entente/ledger/seal"
)

// A package whose wording says something else than its terms is refused, although its manifest
// names both: the parties would sign one thing and have another enforced.
func TestWordingMustBeTheWordingOfTheTerms(t *testing.T) {
	h := newHouse(t)
	n := h.open()
	p := proposal("CT-1")
	m, err := p.Package.Read()
	if err != nil {
		t.Fatal(err)
	}
	p.Package.Wording = bytes.ReplaceAll(p.Package.Wording, []byte("thirty (30) days"), []byte("ninety (90) days"))
	p.Package.Markdown = strings.ReplaceAll(p.Package.Markdown, "thirty (30) days", "ninety (90) days")
	m.Wording, m.Markdown = seal.Sum(p.Package.Wording), seal.Sum([]byte(p.Package.Markdown))
	if p.Package.Manifest, err = canonical.Marshal(m); err != nil {
		t.Fatal(err)
	}
	_, err = h.run(n, propose("forged", p))
	var r *agreement.Refusal
	if !errors.As(err, &r) || r.Clause != "13.5" {
		t.Fatalf("got %v, want a refusal under clause 13.5", err)
	}
	if v := n.Register.Views(); len(v) != 1 || len(v[0].State.Life.Versions) != 0 {
		t.Error("the forged version was proposed")
	}
	h.must(n, propose("true", proposal("CT-1")))
}
