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

// A package of another release of the template verifies by what it carries, and says so; a node, which
// could not tell whether its wording is that of its terms, does not take it as a proposal.
func TestAnotherReleaseOfTheTemplate(t *testing.T) {
	h := newHouse(t)
	n := h.open()
	p := proposal("CT-1")
	m, err := p.Package.Read()
	if err != nil {
		t.Fatal(err)
	}
	m.Template = seal.Sum([]byte("another release"))
	p.Package.Wording = bytes.ReplaceAll(p.Package.Wording, []byte("thirty (30) days"), []byte("30 days"))
	p.Package.Markdown = strings.ReplaceAll(p.Package.Markdown, "thirty (30) days", "30 days")
	m.Wording, m.Markdown = seal.Sum(p.Package.Wording), seal.Sum([]byte(p.Package.Markdown))
	if p.Package.Manifest, err = canonical.Marshal(m); err != nil {
		t.Fatal(err)
	}
	said := ""
	for _, v := range p.Package.Verify() {
		if !v.OK && !strings.HasPrefix(v.Subject, "The signature") {
			t.Errorf("%s: %s", v.Subject, v.Why)
		}
		said += v.Why
	}
	if !strings.Contains(said, "What was signed is what binds") {
		t.Errorf("nothing says that another release worded it: %s", said)
	}
	_, err = h.run(n, propose("foreign", p))
	var r *agreement.Refusal
	if !errors.As(err, &r) || !strings.Contains(r.Why, "another release of the template") {
		t.Errorf("got %v, want a refusal that names the template", err)
	}
}

// A package that names this release's template is held to what that makes of its terms.
func TestAForgedWordingDoesNotVerify(t *testing.T) {
	p := proposal("CT-1").Package
	for _, v := range p.Verify() {
		if v.Subject == "The template" && !v.OK {
			t.Errorf("the true wording: %s", v.Why)
		}
	}
	p.Wording = bytes.ReplaceAll(p.Wording, []byte("thirty (30) days"), []byte("ninety (90) days"))
	for _, v := range p.Verify() {
		if v.Subject == "The template" && v.OK {
			t.Error("a forged wording is said to be the template’s")
		}
	}
}
