package paper_test

import (
	"strings"
	"testing"

	"entente/mail/paper"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var sample = paper.Paper{Title: "Two things", To: "Mara Voss", Foot: []string{"You get this as signatory."}, Blocks: []paper.Block{
	{Text: "A paragraph that is longer than what a line of plain text has room for, so that it goes on in the next."},
	{Heading: "Deadlines", Items: []paper.Item{{Says: "Launch is to be complete.", Facts: []string{"By the end of 23 December 2026."}, Link: paper.Link{Text: "Open it", URL: "https://node.example/x"}}}},
	{Code: "1234 5678"},
	{Link: paper.Link{Text: "All of it", URL: "https://node.example/y"}},
}}

func TestTheTextOfALetter(t *testing.T) {
	want := `Mara Voss,

A paragraph that is longer than what a line of plain text has room for, so
that it goes on in the next.

Deadlines
---------

* Launch is to be complete.
  By the end of 23 December 2026.
  https://node.example/x

    1234 5678

All of it:

    https://node.example/y

-- 
You get this as signatory.
`
	if diff := cmp.Diff(want, sample.Text()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Both forms of a letter say the same.
func TestBothFormsSayTheSame(t *testing.T) {
	html, err := sample.HTML()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Mara Voss", "Launch is to be complete.", "By the end of 23 December 2026.", `href="https://node.example/x"`, "1234 5678", "You get this as signatory."} {
		if !strings.Contains(html, want) {
			t.Errorf("the HTML does not say %q:\n%s", want, html)
		}
	}
}

// Whatever people write, a letter has no markup of theirs, no line of a subject breaks, and no line of the text is
// long for another reason than a long word.
func TestWhatPeopleWriteIsText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		said := rapid.String().Draw(t, "said")
		p := paper.Paper{Title: said, To: said, Foot: []string{said}, Blocks: []paper.Block{{Heading: said, Text: said, Items: []paper.Item{{Says: said, Facts: []string{said}, Link: paper.Link{Text: said, URL: "https://node.example/x"}}}}}}
		html, err := p.HTML()
		if err != nil {
			t.Fatal(err)
		}
		if n, want := strings.Count(html, "<"), strings.Count(markup(t, paper.Paper{Title: "a", To: to(said), Foot: p.Foot[:1], Blocks: []paper.Block{{Heading: to(said), Text: to(said), Items: []paper.Item{{Says: "a", Facts: []string{"a"}, Link: paper.Link{Text: "a", URL: "https://node.example/x"}}}}}}), "<"); n != want {
			t.Fatalf("%q adds markup: %d marks, not %d", said, n, want)
		}
		if line := paper.Line(said, 50); strings.ContainsAny(line, "\r\n") || len([]rune(line)) > 50 {
			t.Fatalf("the line is %q", line)
		}
		for _, line := range strings.Split(p.Text(), "\n") {
			if len([]rune(line)) > 76 && strings.Contains(strings.TrimSpace(strings.TrimPrefix(line, "* ")), " ") && !strings.HasSuffix(line, ",") {
				t.Fatalf("a line of %d characters: %q", len([]rune(line)), line)
			}
		}
	})
}

// to is a text of no marks that is there when another is.
func to(said string) string {
	if said == "" {
		return ""
	}
	return "a"
}

func markup(t *rapid.T, p paper.Paper) string {
	html, err := p.HTML()
	if err != nil {
		t.Fatal(err)
	}
	return html
}
