package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"entente/document"
	"entente/document/documenttest"
)

var made = time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)

func pdfOf(t rapid.TB, d document.Document) []byte {
	var b bytes.Buffer
	if err := Write(&b, d, Setting{At: made}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The same document has the same bytes, also when several are made at once and in other time zones.
func TestPDFIsReproducible(t *testing.T) {
	want := pdfOf(t, documenttest.Sample())
	var got [3]bytes.Buffer
	var all sync.WaitGroup
	for i := range got {
		all.Go(func() {
			if err := Write(&got[i], documenttest.Sample(), Setting{At: made.In(time.FixedZone("", i*3600))}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for i := range got {
		if !bytes.Equal(want, got[i].Bytes()) {
			t.Errorf("run %d has other bytes", i)
		}
	}
}

func TestPDFWithoutADateReadsNoClock(t *testing.T) {
	var a bytes.Buffer
	if err := Write(&a, documenttest.Sample(), Setting{}); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(a.Bytes(), []byte("/CreationDate (D:19700101000000Z)")) {
		t.Error("the creation date is not the one that stands for none")
	}
}

// Whatever a document holds, it becomes a PDF.
func TestPDFNeverFails(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sound(t, pdfOf(t, documenttest.Documents().Draw(t, "document")))
	})
	for name, d := range map[string]document.Document{
		"nothing":         {},
		"hostile strings": documenttest.Shaped(func() string { return strings.Join(documenttest.Poison, "") }),
		"a long word":     documenttest.Shaped(func() string { return strings.Repeat("x", 20_000) }),
		"many lines":      documenttest.Shaped(func() string { return strings.Repeat("a\n", 500) + "b" }),
		"nesting":         {Sections: []document.Section{{Clauses: []document.Clause{{Blocks: []document.Block{nested(60)}}}}}},
		"many columns":    {Sections: []document.Section{{Clauses: []document.Clause{{Blocks: []document.Block{document.Grid(make([]document.Column, 80), [][]document.Text{document.Row("a"), document.Row("b")})}}}}}},
	} {
		t.Run(name, func(t *testing.T) { sound(t, pdfOf(t, d)) })
	}
}

// sound reports a link without a destination and an object that does not fit the cross references.
func sound(t rapid.TB, pdf []byte) {
	if bytes.Contains(pdf, []byte("/Dest [1 0 R")) {
		t.Fatal("a link leads nowhere")
	}
	start := regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`).FindSubmatch(pdf)
	if start == nil {
		t.Fatal("the file does not end as a PDF")
	}
	at := 0
	if fmt.Sscan(string(start[1]), &at); !bytes.HasPrefix(pdf[at:], []byte("xref\n")) {
		t.Fatal("the cross references are elsewhere")
	}
}

func nested(depth int) document.Block {
	if depth == 0 {
		return document.Para("deep")
	}
	return document.Choice(document.Tick(true, "level").With(nested(depth - 1)))
}

func TestPDFReportsAWriterThatFails(t *testing.T) {
	full := errors.New("full")
	if err := Write(failing{full}, documenttest.Sample(), Setting{At: made}); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// Every line fits, and lines hold all characters of the text in order.
func TestLinesFitAndLoseNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := runs{{Text: documenttest.Nasty().Draw(t, "a")}, {Text: documenttest.Nasty().Draw(t, "b"), Style: document.Term}}
		width := rapid.Float64Range(0.5, 140).Draw(t, "width")
		spaces := strings.NewReplacer(" ", "", "\n", "")
		want := spaces.Replace(newTypecase(nil).drawable(text[0].Text) + newTypecase(nil).drawable(text[1].Text))
		got := ""
		for _, l := range newTypecase(nil).lines(text, bodyInk, width) {
			letters := ""
			for _, p := range l.pieces {
				letters += p.text
			}
			if l.wide > width+1e-9 && len([]rune(strings.TrimRight(letters, "\u0301"))) > 1 {
				t.Fatalf("%q is %.2f mm in %.2f mm", letters, l.wide, width)
			}
			got += letters
		}
		if got = spaces.Replace(got); got != want {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
}

func TestDrawable(t *testing.T) {
	for in, want := range map[string]string{
		"Łódź Ανάλυση Омега € № “”–…": "Łódź Ανάλυση Омега € № “”–…",
		"e\u0301":       "é",
		"欧":             "[U+6B27]",
		"😀":             "[U+1F600]",
		"\u202ea\u200b": "[U+202E]a[U+200B]",
		"אב":            "[U+05D0][U+05D1]",
		"\u27e8":        "[U+27E8]",
	} {
		if got := newTypecase(nil).drawable(in); got != want {
			t.Errorf("newTypecase(nil).drawable(%q) = %q, want %q", in, got, want)
		}
	}
}

// Thirty pages of contract.
func BenchmarkPDF(b *testing.B) {
	d := documenttest.Sample()
	for len(d.Sections) < 18 {
		d.Sections = append(d.Sections, d.Sections[4])
	}
	b.ReportAllocs()
	for b.Loop() {
		if n := bytes.Count(pdfOf(b, d), []byte("/Type /Page>>")); n < 30 {
			b.Fatalf("%d pages", n)
		}
	}
}

// A word in a narrow column is not broken as long as another column has room to spare.
func TestWordsStayWholeInTables(t *testing.T) {
	table := document.Table{
		Columns: []document.Column{{Title: "Responsible", Width: 1}, {Title: "Environment", Width: 1}, {Title: "Before production", Width: 1}, {Title: "What is meant", Width: 9}},
		Rows:    [][]document.Text{document.Row("both Parties", "production", "yes", "a description that is long enough to be set in several lines, wherever they may break")},
	}
	body := column{textLeft, textRight - textLeft, bodyInk}
	g := newTypecase(nil).within(table, body)
	sum := g.gap * float64(len(g.wides)-1)
	for _, w := range g.wides {
		sum += w
	}
	if sum > body.wide+0.01 {
		t.Errorf("the columns take %.1f mm of %.1f", sum, body.wide)
	}
	for i, c := range append(g.header()[:3], g.row(0)[:3]...) {
		for _, l := range c.lines {
			for _, word := range strings.Fields(l.pieces[0].text) {
				if whole := []string{"Responsible", "Environment", "Before", "production", "both", "Parties", "yes"}; !slices.Contains(whole, word) {
					t.Errorf("cell %d breaks a word: %q", i, word)
				}
			}
		}
	}
}

// Where words are wider than the table can be, nothing is wider than its column.
func TestLongWordsAreBroken(t *testing.T) {
	long := strings.Repeat("0123456789", 20)
	g := newTypecase(nil).within(document.Table{Columns: []document.Column{{Title: "A"}, {Title: "B"}}, Rows: [][]document.Text{document.Row(long, long)}}, column{textLeft, 100, bodyInk})
	for i, c := range g.row(0) {
		for _, l := range c.lines {
			if l.wide > g.wides[i]+0.01 {
				t.Errorf("a line of %.1f mm in a column of %.1f", l.wide, g.wides[i])
			}
		}
	}
}

// The heading of a clause never ends a page: its text follows on the same one, however high the
// clause begins.
func TestHeadingsKeepTheirText(t *testing.T) {
	text := document.Para("%s", strings.Repeat("Each party shall keep a record of what it does. ", 5)) // three lines
	for lines := range 40 {
		d := document.Document{Title: "T", Sections: []document.Section{{Kind: document.Article, ID: "a", Title: "A", Clauses: []document.Clause{
			{Number: "1.1", Blocks: []document.Block{document.Para("%s", "x"+strings.Repeat("\nx", lines))}},
			{Number: "1.2", Title: "Records", Blocks: []document.Block{text}},
		}}}}
		p := newPress(d, newTypecase(nil))
		p.page()
		p.reached++ // the section's own heading
		for _, c := range d.Sections[0].Clauses[:1] {
			p.clause(c)
		}
		p.need(p.opening(d.Sections[0].Clauses[1]))
		page := p.pdf.PageNo()
		p.clause(d.Sections[0].Clauses[1])
		if p.pdf.PageNo() != page {
			t.Fatalf("after %d lines the heading is on page %d and its text on page %d", lines, page, p.pdf.PageNo())
		}
	}
}

// Only tables of many columns take the margin of the clause numbers, and only outside of options.
func TestWideTablesTakeTheMargin(t *testing.T) {
	body := column{textLeft, textRight - textLeft, bodyInk}
	for _, test := range []struct {
		columns int
		in      column
		want    float64
	}{{manyColumns, body, marginLeft}, {manyColumns - 1, body, textLeft}, {manyColumns, body.indent(boxIndent), textLeft + boxIndent}} {
		got := roomFor(document.Table{Columns: make([]document.Column, test.columns)}, test.in)
		if got.x != test.want || got.x+got.wide != textRight {
			t.Errorf("%d columns: from %.1f to %.1f", test.columns, got.x, got.x+got.wide)
		}
	}
}
