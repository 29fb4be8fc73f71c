package html

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente/document"
	"entente/document/documenttest"
)

var update = flag.Bool("update", false, "write the golden file anew")

// The sample as a page is as it was last looked at.
func TestGolden(t *testing.T) {
	var page bytes.Buffer
	if err := Write(&page, documenttest.Sample()); err != nil {
		t.Fatal(err)
	}
	got := bytes.Replace(page.Bytes(), []byte(CSS+pageCSS), []byte("/* CSS */\n"), 1)
	file := filepath.Join("testdata", "sample.html")
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("sample.html (run with -update if this is meant):\n%s", diff)
	}
}

func TestClausesAreThoseOfThePage(t *testing.T) {
	var page bytes.Buffer
	if err := Write(&page, documenttest.Sample()); err != nil {
		t.Fatal(err)
	}
	for _, s := range documenttest.Sample().Sections {
		for _, c := range s.Clauses {
			if !strings.Contains(page.String(), string(Clause(c))) {
				t.Errorf("clause %s is set otherwise on the page", c.Number)
			}
		}
	}
}

func TestFragmentsNeedNoInlineStyle(t *testing.T) {
	inline := regexp.MustCompile(`<style|<script| style=| on[a-z]+=| title=`)
	for _, s := range documenttest.Sample().Sections {
		for _, c := range s.Clauses {
			if found := inline.FindString(string(Clause(c))); found != "" {
				t.Errorf("clause %s has %s", c.Number, found)
			}
		}
	}
}

func TestEveryClassHasARule(t *testing.T) {
	unstyled := map[string]bool{"doc-paragraph": true} // there for others to style
	for _, m := range regexp.MustCompile(`doc-[a-z]+`).FindAllString(pageHTML, -1) {
		if !strings.Contains(CSS+pageCSS, "."+m) && !unstyled[m] {
			t.Errorf("%s has no rule", m)
		}
	}
	for w := 5; w <= 100; w += 5 {
		if table := (document.Table{Columns: []document.Column{{Width: w}, {Width: 100 - w}}}); len(shares(table)) != 2 {
			t.Errorf("%d", w)
		}
	}
}

func TestPageFetchesNothing(t *testing.T) {
	var page bytes.Buffer
	if err := Write(&page, documenttest.Sample()); err != nil {
		t.Fatal(err)
	}
	if found := regexp.MustCompile(` src=|<link|@import|url\(|href="[^#]`).FindString(page.String()); found != "" {
		t.Errorf("the page has %s", found)
	}
}

func TestAWriterThatFailsIsReported(t *testing.T) {
	full := errors.New("full")
	if err := Write(failing{full}, documenttest.Sample()); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func BenchmarkHTML(b *testing.B) {
	for b.Loop() {
		var page bytes.Buffer
		if err := Write(&page, documenttest.Sample()); err != nil {
			b.Fatal(err)
		}
	}
}

func TestPageOutline(t *testing.T) {
	var page bytes.Buffer
	if err := Write(&page, documenttest.Sample()); err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(page.String(), -1) {
		if ids[m[1]] {
			t.Errorf("the anchor %s is there twice", m[1])
		}
		ids[m[1]] = true
	}
	for _, want := range []string{"article-6", "clause-6.1", "schedule-a", "clause-A.1", "recitals", "text"} {
		if !ids[want] {
			t.Errorf("the anchor %s is missing", want)
		}
	}
	level := 0
	for _, m := range regexp.MustCompile(`<h([1-6])`).FindAllStringSubmatch(page.String(), -1) {
		next := int(m[1][0] - '0')
		if next > level+1 {
			t.Errorf("a heading of level %d follows one of level %d", next, level)
		}
		level = next
	}
	if n := strings.Count(page.String(), "<h1>"); n != 1 {
		t.Errorf("%d main headings", n)
	}
	if !strings.Contains(page.String(), `<html lang="en-GB">`) {
		t.Error("the language is missing")
	}
}
