package document_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"entente/document"
	"entente/document/documenttest"
)

// A document is the same after a journey through JSON.
func TestDocumentSurvivesJSON(t *testing.T) {
	check := func(t rapid.TB, d document.Document) {
		first, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var back document.Document
		if err := json.Unmarshal(first, &back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(d, back, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
		if second, err := json.Marshal(back); err != nil || !bytes.Equal(first, second) {
			t.Fatalf("%v: %s became %s", err, first, second)
		}
	}
	check(t, documenttest.Sample())
	rapid.Check(t, func(t *rapid.T) { check(t, documenttest.Documents().Draw(t, "document")) })
}

// Whatever is given as an argument, it comes out as one value with just those characters.
func TestArgumentsStayValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := documenttest.Nasty().Draw(t, "argument")
		got := document.T("a %s b", s)
		want := document.Text{{Text: "a "}, {Text: s, Style: document.Value}, {Text: " b"}}
		if s == "" {
			want[1] = document.Run{Text: "[to be completed]", Style: document.Unfilled}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}
