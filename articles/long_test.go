package articles_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/articlestest"
	"entente/articles/draft"
	"entente/articles/rules"
	"entente/articles/source"
	"entente/document/docx"
	"entente/document/html"
	"entente/document/markdown"
	"entente/document/pdf"
	"entente/document/redline"
)

// An agreement with three times the rows takes about three times the work, whatever is done with it. Work is counted
// in allocations, which no other process slows down.
func TestALongAgreementIsLinearWork(t *testing.T) {
	const few, many, most = 40, 120, 4.5
	for _, c := range []struct {
		name string
		do   func(a articles.Agreement) error
	}{
		{"check", func(a articles.Agreement) error { rules.Check(a); return nil }},
		{"write and read", func(a articles.Agreement) error { _, _ = source.Read("x.yaml", draft.Write(a)); return nil }},
		{"Markdown", func(a articles.Agreement) error { markdown.Of(a.Draft()); return nil }},
		{"HTML", func(a articles.Agreement) error { return html.Write(io.Discard, a.Draft()) }},
		{"Word", func(a articles.Agreement) error { return docx.Write(io.Discard, a.Draft(), time.Time{}, nil) }},
		{"PDF", func(a articles.Agreement) error { return pdf.Write(io.Discard, a.Draft(), pdf.Setting{}) }},
		{"redline", func(a articles.Agreement) error {
			before := a.Draft()
			a.Commerce.Payment.NetDays, a.Integration.Requirements = 45, a.Integration.Requirements[1:]
			redline.Compare(before, a.Draft())
			return nil
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			work := func(rows int) float64 {
				a := articlestest.Long(rows)
				return testing.AllocsPerRun(1, func() {
					if err := c.do(a); err != nil {
						t.Fatal(err)
					}
				})
			}
			if one, three := work(few), work(many); three > most*one {
				t.Errorf("%d rows take %.0f allocations, %d rows %.0f: %.1f times as many", few, one, many, three, three/one)
			}
		})
	}
}

// Long names, names from right to left and combining marks check and are read as they were written.
func TestALongAgreementIsWhole(t *testing.T) {
	a := articlestest.Long(100)
	f, found := source.Read("long.yaml", draft.Write(a))
	for _, l := range f.Lines(append(found, f.Check()...)) {
		if l.Severity == agreement.Error {
			t.Error(l)
		}
	}
	var page bytes.Buffer
	if err := html.Write(&page, f.Agreement.Draft()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{a.Scope.Components[len(a.Scope.Components)-1].Title, "שירות חיפוש 96", "خدمة البحث 98"} {
		if !strings.Contains(page.String(), name) {
			t.Errorf("the contract does not say %q", name)
		}
	}
}

// Names that are hard to set are still names that a version may have.
func TestAStrainedAgreementChecks(t *testing.T) {
	f, found := source.Read("strained.yaml", draft.Write(articlestest.Strained(60)))
	for _, l := range f.Lines(append(found, f.Check()...)) {
		if l.Severity == agreement.Error {
			t.Error(l)
		}
	}
}
