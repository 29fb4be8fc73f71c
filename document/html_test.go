package document

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The sample as Markdown and HTML is as it was last looked at. The Markdown is signed: a change
// here changes what new agreements sign, and must be meant.
func TestGolden(t *testing.T) {
	var page bytes.Buffer
	if err := sample().HTML(&page); err != nil {
		t.Fatal(err)
	}
	unstyled := bytes.Replace(page.Bytes(), []byte(CSS+pageCSS), []byte("/* CSS */\n"), 1)
	for name, got := range map[string][]byte{"sample.md": sample().Markdown(), "sample.html": unstyled} {
		file := filepath.Join("testdata", name)
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
			t.Errorf("%s (run with -update if this is meant):\n%s", name, diff)
		}
	}
}

func TestMarkdownKeepsNeighboursApart(t *testing.T) {
	for _, test := range []struct {
		name   string
		blocks []Block
		want   string
	}{
		{"two choices are two lists", []Block{Choice(Tick(true, "a")), Choice(Tick(false, "b")), Choice(Tick(true, "c"))}, "- (x) a\n\n* ( ) b\n\n- (x) c"},
		{"a paragraph ends a list", []Block{Ticks(Tick(true, "a")), Para("b"), Ticks(Tick(false, "c"))}, "- [x] a\n\nb\n\n- [ ] c"},
		{"what belongs to an option is under it", []Block{Ticks(Tick(true, "a").With(Para("b")), Tick(false, "c"))}, "- [x] a\n\n  b\n\n- [ ] c"},
		{"wording that looks ticked is not", []Block{Bulleted(T("%s", "(x) a"), T("%s", "[x] b"))}, `- \(x) a` + "\n" + `- \[x\] b`},
		{"a term keeps its spaces outside", []Block{Para("a** b **c")}, "a **b** c"},
		{"an address is escaped", []Block{Para("%s", "https://a.example www.b.example c@d.example")}, `https\://a.example www\.b.example c\@d.example`},
		{"an entity across two values stays text", []Block{Para("%s%s", "&", "lt;")}, `\&lt;`},
		{"an ampersand between words is left alone", []Block{Para("%s", "A & B")}, "A & B"},
		{"a short row is filled up and a long one kept", []Block{Grid([]Column{{Title: "h"}, {}}, [][]Text{Row("a"), Row("b", "c", "d")})},
			"| h |  |  |\n| --- | --- | --- |\n| a |  |  |\n| b | c | d |"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, markdown(test.blocks)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFragmentsAreThoseOfThePage(t *testing.T) {
	var page bytes.Buffer
	if err := sample().HTML(&page); err != nil {
		t.Fatal(err)
	}
	for _, s := range sample().Sections {
		for _, c := range s.Clauses {
			if !strings.Contains(page.String(), string(c.HTML())) {
				t.Errorf("clause %s is set otherwise on the page", c.Number)
			}
			for _, b := range c.Blocks {
				if !strings.Contains(string(c.HTML()), string(b.HTML())) {
					t.Errorf("a block of %s is set otherwise in its clause", c.Number)
				}
			}
		}
	}
}

func TestFragmentsNeedNoInlineStyle(t *testing.T) {
	inline := regexp.MustCompile(`<style|<script| style=| on[a-z]+=| title=`)
	for _, s := range sample().Sections {
		for _, c := range s.Clauses {
			if found := inline.FindString(string(c.HTML())); found != "" {
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
		if table := (Table{Columns: []Column{{Width: w}, {Width: 100 - w}}}); len(table.shares()) != 2 {
			t.Errorf("%d", w)
		}
	}
}

func TestPageFetchesNothing(t *testing.T) {
	var page bytes.Buffer
	if err := sample().HTML(&page); err != nil {
		t.Fatal(err)
	}
	if found := regexp.MustCompile(` src=|<link|@import|url\(|href="[^#]`).FindString(page.String()); found != "" {
		t.Errorf("the page has %s", found)
	}
}

func TestPageOutline(t *testing.T) {
	var page bytes.Buffer
	if err := sample().HTML(&page); err != nil {
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
