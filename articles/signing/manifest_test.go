package signing_test

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/signing"
	"entente/calendar"
	"entente/document/pdf/archive"
	"entente/document/pdf/object"
	"entente/ledger"
	"entente/ledger/bundle"
	"entente/ledger/canonical"
	"entente/ledger/ledgertest"
	"entente/ledger/seal"
)

// first is a package of the first form, without a PDF, that both parties signed.
//
//go:embed testdata/v1.signed.json
var first []byte

var date = calendar.Date{Year: 2026, Month: time.December, Day: 1}

// signed is the example, signed by both.
func signed(t testing.TB) signing.Package {
	t.Helper()
	a := draft.Example(date)
	p, err := signing.Bind(a, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, party := range agreement.Both {
		p = p.With(statement(t, a, p, party))
	}
	return p
}

func statement(t testing.TB, a articles.Agreement, p signing.Package, party agreement.Party) signing.SignedStatement {
	t.Helper()
	who := a.Frame().Holders(party, agreement.Signatory)[0]
	s, err := p.Sign(signing.Pen{Party: party, Name: who.Name, Title: who.Title, At: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC), Custody: ledger.HeldByPerson, Key: ledgertest.Key(string(party))})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// failed are the subjects of the verdicts that do not hold.
func failed(verdicts []bundle.Verdict) string {
	var all []string
	for _, v := range verdicts {
		if !v.OK {
			all = append(all, v.Subject)
		}
	}
	return strings.Join(all, ", ")
}

// A package of the first form verifies for ever, and can still be signed and read.
func TestPackagesOfTheFirstFormVerifyForEver(t *testing.T) {
	p, err := signing.Parse(first)
	if err != nil {
		t.Fatal(err)
	}
	if bad := failed(p.Verify()); bad != "" {
		t.Errorf("failed: %s", bad)
	}
	again, err := p.Bytes()
	if want, _ := canonical.JSON(first); err != nil || !bytes.Equal(again, want) {
		t.Error("writing it again changes it", err)
	}
}

// A package of the first form may be proposed as long as this release words it alike.
func TestTheFormsOfAManifestRestateEachOther(t *testing.T) {
	fresh := signed(t)
	m, err := fresh.Read()
	if err != nil {
		t.Fatal(err)
	}
	old := fresh
	m.Format, m.PDF, m.Press = "entente-manifest/1", nil, ""
	old.Format, old.PDF = "entente-signed/1", nil
	if old.Manifest, err = canonical.Marshal(m); err != nil {
		t.Fatal(err)
	}
	repacked := fresh
	repacked.PDF = packedAnew(t, fresh.PDF)
	digest := seal.Sum(repacked.PDF)
	m, _ = fresh.Read()
	m.PDF = &digest
	if repacked.Manifest, err = canonical.Marshal(m); err != nil {
		t.Fatal(err)
	}
	other, err := signing.Bind(draft.Example(date), &digest)
	if err != nil {
		t.Fatal(err)
	}
	dropped := fresh
	dropped.PDF = nil
	for _, test := range []struct {
		name string
		p    signing.Package
		want bool
	}{{"itself", fresh, true}, {"the first form", old, true}, {"a PDF packed otherwise", repacked, true}, {"after another version", other, false}, {"without its PDF", dropped, false}} {
		if got := test.p.Restates(fresh); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}

// packedAnew is a PDF of the same pages with streams that are not packed.
func packedAnew(t *testing.T, file []byte) []byte {
	t.Helper()
	f, err := object.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	w := object.New()
	for n := 1; n < f.Trailer["Size"].(int); n++ {
		v, err := f.Resolve(object.Ref(n))
		if err != nil {
			t.Fatal(err)
		}
		if s, ok := v.(*object.Stream); ok {
			content, err := f.Content(s)
			if err != nil {
				t.Fatal(err)
			}
			d := object.Dict{}
			for k, one := range s.Dict {
				if k != "Filter" {
					d[k] = one
				}
			}
			v = &object.Stream{Dict: d, Data: content}
		}
		w.Add(v)
	}
	return w.Bytes(object.Dict{"Root": f.Trailer["Root"], "Info": f.Trailer["Info"], "ID": f.Trailer["ID"]})
}

// One changed byte anywhere is found, and the verdict names the part.
func TestAChangedByteIsFoundInItsPart(t *testing.T) {
	good := signed(t)
	if bad := failed(good.Verify()); bad != "" {
		t.Fatalf("failed before anything was changed: %s", bad)
	}
	for part, change := range map[string]func(p *signing.Package){
		"The terms":               func(p *signing.Package) { p.Terms = flipped(p.Terms) },
		"The wording":             func(p *signing.Package) { p.Wording = flipped(p.Wording) },
		"The wording as Markdown": func(p *signing.Package) { p.Markdown = string(flipped([]byte(p.Markdown))) },
		"The PDF":                 func(p *signing.Package) { p.PDF = flipped(p.PDF) },
	} {
		p := good
		change(&p)
		if bad := failed(p.Verify()); !strings.Contains(bad, part) {
			t.Errorf("%s: failed are %q", part, bad)
		}
	}
}

// flipped has another letter in the middle.
func flipped(b []byte) []byte {
	b = bytes.Clone(b)
	b[len(b)/2] ^= 1
	return b
}

// Pages that say something else than the terms are found, even under a manifest that names them.
func TestOtherPagesThanTheTermsAreFound(t *testing.T) {
	p := signed(t)
	m, err := p.Read()
	if err != nil {
		t.Fatal(err)
	}
	a := draft.Example(date)
	a.Agreement.Number = "another"
	other, err := signing.Bind(a, nil)
	if err != nil {
		t.Fatal(err)
	}
	digest := seal.Sum(other.PDF)
	m.PDF = &digest
	if p.Manifest, err = canonical.Marshal(m); err != nil {
		t.Fatal(err)
	}
	p.PDF, p.Signatures = other.PDF, nil
	for _, party := range agreement.Both {
		p = p.With(statement(t, draft.Example(date), p, party))
	}
	if bad := failed(p.Verify()); bad != "The pages" {
		t.Errorf("failed: %q", bad)
	}
}

// Manifests that nobody ever wrote are refused.
func TestManifestsOfNoForm(t *testing.T) {
	p := signed(t)
	for name, change := range map[string]func(map[string]any){
		"a form of the future":        func(m map[string]any) { m["format"] = "entente-manifest/3" },
		"the first form with a PDF":   func(m map[string]any) { m["format"] = "entente-manifest/1" },
		"the second without":          func(m map[string]any) { delete(m, "pdf") },
		"the second without a press":  func(m map[string]any) { delete(m, "press") },
		"a member that is not known":  func(m map[string]any) { m["more"] = 1 },
		"a digest that is not one":    func(m map[string]any) { m["pdf"] = "sha256:00" },
		"the first form with a press": func(m map[string]any) { m["format"] = "entente-manifest/1"; delete(m, "pdf") },
	} {
		var m map[string]any
		if err := json.Unmarshal(p.Manifest, &m); err != nil {
			t.Fatal(err)
		}
		change(m)
		broken := p
		broken.Manifest, _ = canonical.Marshal(m)
		if bad := failed(broken.Verify()); bad != "The manifest" {
			t.Errorf("%s: failed are %q", name, bad)
		}
	}
}

// The PDF that is signed carries the terms that are signed.
func TestThePDFCarriesTheTerms(t *testing.T) {
	p := signed(t)
	f, err := object.Read(p.PDF)
	if err != nil {
		t.Fatal(err)
	}
	source, ok, err := archive.Attached(f)
	if err != nil || !ok || source.Name != signing.TermsFile || !bytes.Equal(source.Data, p.Terms) {
		t.Errorf("it carries %q (%v)", source.Name, err)
	}
}
