package draft_test

import (
	"testing"

	"entente/agreement"
	"entente/articles/articlestest"
	"entente/articles/draft"
	"entente/articles/source"
	"entente/calendar"
	"entente/ledger/seal"
)

// On each of 430 days in a row, with the end of a leap February, of every month and of two years among
// them, the example has neither errors nor warnings.
func TestExampleIsCleanEachDay(t *testing.T) {
	first := calendar.Date{Year: 2027, Month: 12, Day: 1}
	for n := range 430 {
		day := first.AddDays(n)
		f, _ := source.Read("example.yaml", draft.ExampleFile(day))
		if found := f.Check(); source.Count(found, agreement.Error)+source.Count(found, agreement.Warning) > 0 {
			t.Fatalf("on %s:\n%s", day, articlestest.Printed(found))
		}
	}
}

// What the front page attaches is there, byte for byte, and is what the articles refer to.
func TestExampleAttachesItsFiles(t *testing.T) {
	a, files := draft.Example(articlestest.Day), draft.Attachments()
	if len(a.Agreement.Attachments) != len(files) {
		t.Errorf("the front page attaches %d documents, there are %d", len(a.Agreement.Attachments), len(files))
	}
	for _, at := range a.Agreement.Attachments {
		if got := seal.Sum(files[at.File]).String(); got != at.Digest {
			t.Errorf("%s has the digest %s, the front page says %s", at.File, got, at.Digest)
		}
	}
	if dpa := a.Sharing.Protection.DPA; dpa.Attachment != a.Agreement.Attachments[0].Name || dpa.Reference != "CT-2026-007-DPA" {
		t.Errorf("clause 3.3 names %q, %q", dpa.Attachment, dpa.Reference)
	}
}
