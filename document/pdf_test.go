package document

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var made = time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)

func pdfOf(t rapid.TB, d Document) []byte {
	var b bytes.Buffer
	if err := d.PDF(&b, made); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The same document has the same bytes, also when several are made at once and in other time zones.
func TestPDFIsReproducible(t *testing.T) {
	want := pdfOf(t, sample())
	var got [3]bytes.Buffer
	var all sync.WaitGroup
	for i := range got {
		all.Go(func() {
			if err := sample().PDF(&got[i], made.In(time.FixedZone("", i*3600))); err != nil {
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
	if err := sample().PDF(&a, time.Time{}); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(a.Bytes(), []byte("/CreationDate (D:19700101000000)")) {
		t.Error("the creation date is not the one that stands for none")
	}
}

// Whatever a document holds, it becomes a PDF.
func TestPDFNeverFails(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sound(t, pdfOf(t, documents().Draw(t, "document")))
	})
	for name, d := range map[string]Document{
		"nothing":         {},
		"hostile strings": shaped(func() string { return strings.Join(poison, "") }),
		"a long word":     shaped(func() string { return strings.Repeat("x", 20_000) }),
		"many lines":      shaped(func() string { return strings.Repeat("a\n", 500) + "b" }),
		"nesting":         {Sections: []Section{{Clauses: []Clause{{Blocks: []Block{nested(60)}}}}}},
		"many columns":    {Sections: []Section{{Clauses: []Clause{{Blocks: []Block{Grid(make([]Column, 80), [][]Text{Row("a"), Row("b")})}}}}}},
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

func nested(depth int) Block {
	if depth == 0 {
		return Para("deep")
	}
	return Choice(Tick(true, "level").With(nested(depth - 1)))
}

func TestPDFReportsAWriterThatFails(t *testing.T) {
	full := errors.New("full")
	if err := sample().PDF(failing{full}, made); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
	if err := sample().HTML(failing{full}); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// Every line fits, and lines hold all characters of the text in order.
func TestLinesFitAndLoseNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := Text{{Text: nasty().Draw(t, "a")}, {Text: nasty().Draw(t, "b"), Style: Term}}
		width := rapid.Float64Range(0.5, 140).Draw(t, "width")
		spaces := strings.NewReplacer(" ", "", "\n", "")
		want := spaces.Replace(drawable(text[0].Text) + drawable(text[1].Text))
		got := ""
		for _, l := range text.lines(bodyInk, width) {
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
		if got := drawable(in); got != want {
			t.Errorf("drawable(%q) = %q, want %q", in, got, want)
		}
	}
}

// What others read in the file: sound structure, embedded fonts, and the text with its ticks.
func TestPDFToOtherReaders(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "sample.pdf")
	other := filepath.Join(dir, "hostile.pdf")
	for name, d := range map[string]Document{file: sample(), other: shaped(func() string { return strings.Join(poison, "") })} {
		if err := os.WriteFile(name, pdfOf(t, d), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{file, other} {
		if out, ok := tool(t, "qpdf", "--check", name); ok && (!strings.Contains(out, "No syntax or stream encoding errors") || strings.Contains(out, "WARNING")) {
			t.Error(out)
		}
	}
	if out, ok := tool(t, "pdffonts", file); ok {
		if n := strings.Count(out, " yes yes yes "); n != 3 { // embedded, subset, with characters
			t.Errorf("%d of three fonts are embedded, subset and readable:\n%s", n, out)
		}
	}
	if out, ok := tool(t, "pdftotext", "-layout", file, "-"); ok {
		text := strings.Join(strings.Fields(out), " ")
		for _, want := range []string{"Łódź Linguistics Spółka", "Ανάλυση", "Омега Анализ", "№7", "€ 1,234,567.89", "[U+6B27][U+7C73]",
			"[x] to integrate the summarising service", "(x) Preferred", "() Non-exclusive", "Page 4 of 14", "LL-ΩA-2026-014 · version 1",
			"not legal advice", "1.1 Purpose", "Schedule A Components and operations"} {
			if !strings.Contains(strings.ReplaceAll(text, "( )", "()"), want) {
				t.Errorf("%q is not in the text", want)
			}
		}
		if n := strings.Count(text, "Operation What it does Allowance"); n != 4 {
			t.Errorf("the table's header is on %d pages, want 4", n)
		}
	}
}

// tool runs a program that checks our files. Where it is not installed, people are told and the
// check is left to the machine that must have it.
func tool(t *testing.T, name string, args ...string) (string, bool) {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Logf("NOT CHECKED: %s is not installed here", name)
		if os.Getenv("CI") == "true" {
			t.Errorf("%s must be installed where CI is true", name)
		}
		return "", false
	}
	out, err := exec.Command(path, args...).CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v\n%s", name, err, out)
		return "", false
	}
	return string(out), true
}

// Thirty pages of contract.
func BenchmarkPDF(b *testing.B) {
	d := sample()
	for len(d.Sections) < 18 {
		d.Sections = append(d.Sections, general())
	}
	b.ReportAllocs()
	for b.Loop() {
		if n := bytes.Count(pdfOf(b, d), []byte("/Type /Page\n")); n < 30 {
			b.Fatalf("%d pages", n)
		}
	}
}

func BenchmarkHTML(b *testing.B) {
	for b.Loop() {
		var page bytes.Buffer
		if err := sample().HTML(&page); err != nil {
			b.Fatal(err)
		}
	}
}

// A word in a narrow column is not broken as long as another column has room to spare.
func TestWordsStayWholeInTables(t *testing.T) {
	table := Table{
		Columns: []Column{{Title: "Responsible", Width: 1}, {Title: "Environment", Width: 1}, {Title: "Before production", Width: 1}, {Title: "What is meant", Width: 9}},
		Rows:    [][]Text{Row("both Parties", "production", "yes", "a description that is long enough to be set in several lines, wherever they may break")},
	}
	body := column{textLeft, textRight - textLeft, bodyInk}
	g := table.within(body)
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
	g := Table{Columns: []Column{{Title: "A"}, {Title: "B"}}, Rows: [][]Text{Row(long, long)}}.within(column{textLeft, 100, bodyInk})
	for i, c := range g.row(0) {
		for _, l := range c.lines {
			if l.wide > g.wides[i]+0.01 {
				t.Errorf("a line of %.1f mm in a column of %.1f", l.wide, g.wides[i])
			}
		}
	}
}
