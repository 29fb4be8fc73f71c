package markdown

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"entente/document"
	"entente/document/documenttest"
	"entente/document/redline"
)

// Whatever the parties write, the only tags in a redline are those of its changes.
func TestTextNeverBecomesMarkupOfARedline(t *testing.T) {
	tag := regexp.MustCompile(`</?(ins|del)>`)
	escapes := regexp.MustCompile("\\\\[!-/:-@\\[-`{-~]")
	rapid.Check(t, func(t *rapid.T) {
		shaped := func() document.Document {
			return documenttest.Shaped(func() string { return documenttest.Filled().Draw(t, "text") })
		}
		terms := document.Table{Columns: []document.Column{{Title: "Term"}}, Rows: [][]document.Text{document.Row(documenttest.Nasty().Draw(t, "term"))}}
		md := Redline(redline.Compare(shaped(), shaped()), terms)
		if rest := escapes.ReplaceAllString(tag.ReplaceAllString(string(md), ""), ""); strings.ContainsAny(rest, "<>") {
			t.Fatalf("not our markup:\n%s", rest)
		}
		if !utf8.Valid(md) {
			t.Fatal("not UTF-8")
		}
		for _, r := range string(md) {
			if r != '\n' && document.Unseen(r) {
				t.Fatalf("%U is in it", r)
			}
		}
	})
}

func TestRedlineAsMarkdown(t *testing.T) {
	doc := func(days string, chosen bool) document.Document {
		return document.Document{Title: "Agreement", Number: "X-1", Sections: []document.Section{{ID: "article-6", Label: "Article 6", Title: "Money", Clauses: []document.Clause{
			{Number: "6.1", Title: "Kept", Blocks: []document.Block{document.Para("As it was.")}},
			{Number: "6.3", Title: "Payment", Blocks: []document.Block{document.Para("Pay within %s.", days), document.Ticks(document.Tick(chosen, "Early."))}},
		}}}}
	}
	terms := document.Table{Columns: []document.Column{{Title: "Term"}, {Title: "Was"}}, Rows: [][]document.Text{document.Row("net_days", "30")}}
	want := `# Agreement

X-1

## Changed terms

| Term | Was |
| --- | --- |
| net\_days | 30 |

## Changed text

### Article 6 Money

#### 6.3 Payment

Pay within <del>thirty (30)</del><ins>ten (10)</ins> days.

<del>\[ \]</del><ins>\[x\]</ins> Early.
`
	if got := string(Redline(redline.Compare(doc("thirty (30) days", false), doc("ten (10) days", true)), terms)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	same := string(Redline(redline.Compare(doc("x", true), doc("x", true)), document.Table{}))
	if !strings.HasSuffix(same, "## Changed text\n\nThe text is the same.\n") || strings.Contains(same, "Changed terms") {
		t.Errorf("without a change it is %s", same)
	}
}
