package draft_test

import (
	"os"
	"reflect"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"entente/agreement"
	"entente/articles"
	"entente/articles/articlestest"
	"entente/articles/draft"
	"entente/articles/source"
	"entente/calendar"
	"entente/money"
)

// exactly compares terms field by field, also those of types that hide theirs.
var exactly = cmp.Exporter(func(reflect.Type) bool { return true })

// What is written reads as what it was, without a finding.
func TestWrittenReadsTheSame(t *testing.T) {
	want := draft.Example(articlestest.Day)
	text := draft.Write(want)
	f, found := source.Read("agreement.yaml", text)
	if len(found) > 0 {
		t.Errorf("reading what was written: %s", articlestest.Printed(found))
	}
	if diff := cmp.Diff(want, f.Agreement, exactly); diff != "" {
		t.Errorf("(-written +read)\n%s", diff)
	}
	if name := os.Getenv("WRITTEN"); name != "" {
		if err := os.WriteFile(name, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// An agreement in which nothing is chosen reads back as one, and lacks only what is required.
func TestWrittenDraftReadsTheSame(t *testing.T) {
	want := articles.Agreement{Edition: articles.Edition}
	f, found := source.Read("agreement.yaml", draft.Write(want))
	for _, one := range found {
		if one.Rule != "missing" {
			t.Errorf("a draft has more than missing terms: %v", one)
		}
	}
	if diff := cmp.Diff(want, f.Agreement, exactly); diff != "" {
		t.Errorf("(-written +read)\n%s", diff)
	}
}

// Every choice that is not made can be made by deleting its #: then the file is well-formed and asks
// for nothing but the texts shown as ….
func TestUnchosenCanBeChosen(t *testing.T) {
	commented := regexp.MustCompile(`(?m)^( *)#((?:  )*(?:#|[a-z_]+:(?: |$)|- ))`)
	for name, a := range map[string]articles.Agreement{"the example": draft.Example(articlestest.Day), "a draft": {Edition: articles.Edition}} {
		text := string(draft.Write(a))
		for range 8 { // samples inside samples
			text = commented.ReplaceAllString(text, "$1$2")
		}
		f, found := source.Read("agreement.yaml", []byte(text))
		for _, one := range found {
			if one.Rule != "placeholder" && one.Rule != "missing" {
				t.Errorf("%s: %s", name, f.Lines(agreement.Findings{one})[0])
			}
		}
	}
}

// Whatever the parties write into a text, it is read back as they wrote it.
func TestAnyTextReadsTheSame(t *testing.T) {
	visible := rapid.StringOfN(rapid.OneOf(rapid.RuneFrom([]rune(" abcXYZ019:#-,'\"[]{}&*!|>%@`?~.\\/\n€é中…—_=$")), rapid.RuneFrom([]rune(" \n: #"))), 1, 300, -1)
	rapid.Check(t, func(t *rapid.T) {
		s := visible.Draw(t, "text")
		if source.Fillable(s) != nil {
			return
		}
		a := articles.Agreement{Edition: articles.Edition}
		a.Agreement = agreement.Front{Number: s, Attachments: []agreement.Attachment{{Name: s, File: "a", Digest: s}, {Name: "b", File: s}}}
		a.Parties.A.Name, a.Parties.B.Contact.Phone = s, s
		f, _ := source.Read("agreement.yaml", draft.Write(a))
		if diff := cmp.Diff(a, f.Agreement, exactly); diff != "" {
			t.Fatalf("(-written +read)\n%s\n%s", diff, draft.Write(a))
		}
	})
}

// Values keep their one form.
func TestValuesReadTheSame(t *testing.T) {
	a := draft.Example(articlestest.Day)
	a.Commerce.Payment.LateInterest, _ = money.ParsePercent("0%")
	a.Commerce.Payment.DisputeWindow, _ = calendar.ParseDuration("P1M2DT3H")
	a.Agreement.Calendar.Weekend = nil
	f, _ := source.Read("agreement.yaml", draft.Write(a))
	if diff := cmp.Diff(a, f.Agreement, exactly); diff != "" {
		t.Errorf("(-written +read)\n%s", diff)
	}
}
