package markdown

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente/document"
	"entente/document/documenttest"
)

var update = flag.Bool("update", false, "write the golden file anew")

// The sample is as it was last looked at. The text is signed: a change here changes what new
// agreements sign, and must be meant.
func TestGolden(t *testing.T) {
	got := Of(documenttest.Sample())
	file := filepath.Join("testdata", "sample.md")
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
		t.Errorf("sample.md (run with -update if this is meant):\n%s", diff)
	}
}

func TestMarkdownKeepsNeighboursApart(t *testing.T) {
	for _, test := range []struct {
		name   string
		blocks []document.Block
		want   string
	}{
		{"two choices are two lists", []document.Block{document.Choice(document.Tick(true, "a")), document.Choice(document.Tick(false, "b")), document.Choice(document.Tick(true, "c"))}, "- (x) a\n\n* ( ) b\n\n- (x) c"},
		{"a paragraph ends a list", []document.Block{document.Ticks(document.Tick(true, "a")), document.Para("b"), document.Ticks(document.Tick(false, "c"))}, "- [x] a\n\nb\n\n- [ ] c"},
		{"what belongs to an option is under it", []document.Block{document.Ticks(document.Tick(true, "a").With(document.Para("b")), document.Tick(false, "c"))}, "- [x] a\n\n  b\n\n- [ ] c"},
		{"wording that looks ticked is not", []document.Block{document.Bulleted(document.T("%s", "(x) a"), document.T("%s", "[x] b"))}, `- \(x) a` + "\n" + `- \[x\] b`},
		{"a term keeps its spaces outside", []document.Block{document.Para("a** b **c")}, "a **b** c"},
		{"an address is escaped", []document.Block{document.Para("%s", "https://a.example www.b.example c@d.example")}, `https\://a.example www\.b.example c\@d.example`},
		{"an entity across two values stays text", []document.Block{document.Para("%s%s", "&", "lt;")}, `\&lt;`},
		{"an ampersand between words is left alone", []document.Block{document.Para("%s", "A & B")}, "A & B"},
		{"a short row is filled up and a long one kept", []document.Block{document.Grid([]document.Column{{Title: "h"}, {}}, [][]document.Text{document.Row("a"), document.Row("b", "c", "d")})},
			"| h |  |  |\n| --- | --- | --- |\n| a |  |  |\n| b | c | d |"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, blocks(test.blocks)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
