package document

import (
	"bytes"
	"encoding/json"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

var poison = []string{"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, `' onmouseover='x`, "</style>", "</title>", "-->", "<!--", "]]>",
	"{{.}}", "javascript:alert(1)", "`", "``", "*", "**", "_", "__", "~", "~~", "[x](y)", "![a](b)", "[ ] ", "[x]", "(x) ", "( ) ", "(a) ", "|", "\\", "\\\\",
	"&", "&lt;", "&#60;", "&amp", ";", "#", "# ", " #", "- ", "+ ", "* ", "1. ", "12) ", "> ", "---", "===", "~~~", "```", "    code", "\t", ":", "/", "//",
	"http", "http://evil.example", "www", ".", "www.evil.example", "a@b.example", "mailto:a@b", "<a@b.example>", "\n", "\n\n", "\r\n# ", "\u2028", "\u202e", "\u2066",
	"\u200b", "\ufeff", "\u00ad", "\x00", "\x1b", "😀", "中文", "é", "e\u0301", "\u0301", "עברית", "عربي", "\ufffe", "\ue000", "\U0010ffff", "\u3000", "\u00a0", "\ufb01",
	")", "(", "\\)", "endstream endobj", "%PDF", "{nb}", "utf8liberationserifcut", "$x$", "{#id}", " ", "x", "0", "Löwe", "…"}

// nasty are strings that would like to be markup.
func nasty() *rapid.Generator[string] {
	part := rapid.OneOf(rapid.SampledFrom(poison), rapid.SampledFrom(poison), rapid.StringN(0, 6, 24))
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(part, 0, 6).Draw(t, "parts"), "")
	})
}

// filled are nasty strings that are surely seen, with the nasty part at either end or both.
func filled() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		s := nasty().Draw(t, "s")
		switch rapid.IntRange(0, 2).Draw(t, "end") {
		case 0:
			return s + "x"
		case 1:
			return "x" + s
		}
		return s + "x" + nasty().Draw(t, "s")
	})
}

// shaped is one document of every kind of block with text from the given source everywhere.
func shaped(s func() string) Document {
	text := func() Text {
		return Text{{Text: s()}, {Text: s(), Style: Value}, {Text: s(), Style: Value}, {Text: "see "}, {Text: s(), Ref: s()}, {Text: s(), Style: Unfilled}}
	}
	value := func() Text { return Text{{Text: s(), Style: Value}} }
	options := func(exclusive bool, under ...Block) Block {
		return Block{Options: &Options{Exclusive: exclusive, Items: []Option{{Chosen: true, Text: value(), Under: under}, {Text: text()}}}}
	}
	table := Block{Table: &Table{
		Columns: []Column{{Title: s(), Width: 3}, {Title: s(), Number: true}},
		Rows:    [][]Text{{text(), value()}, {value(), {{Text: s()}}}},
	}}
	blocks := []Block{
		{Paragraph: &Paragraph{Text: value()}}, {Paragraph: &Paragraph{Text: text()}},
		options(false, Block{Paragraph: &Paragraph{Text: value()}}, options(true), table), options(true),
		table,
		{Fields: &Fields{Items: []Field{{s(), text()}, {s(), value()}}}},
		{List: &List{Items: []Text{value(), text()}}}, {List: &List{Lettered: true, Items: []Text{value(), text()}}},
		{Signature: &Signature{Party: s(), Name: s(), Title: s(), Date: s(), Mark: s()}},
	}
	return Document{Title: s(), Subtitle: s(), Number: s(), Version: s(), Language: s(), Notice: s(), Sections: []Section{
		{Kind: Article, ID: s(), Label: s(), Title: s(), Clauses: []Clause{{Number: s(), Title: s(), Blocks: blocks}}},
		{Kind: Schedule, ID: s(), Label: s(), Title: s(), Clauses: []Clause{{Number: s(), Title: s(), Blocks: blocks}}},
	}}
}

var benign = shaped(func() string { return "x" })

// Whatever the parties write, the tags and attributes of the HTML are those of harmless text.
func TestTextNeverBecomesHTML(t *testing.T) {
	want := tagsOf(t, benign)
	rapid.Check(t, func(t *rapid.T) {
		d := shaped(func() string { return filled().Draw(t, "text") })
		if diff := cmp.Diff(want, tagsOf(t, d)); diff != "" {
			t.Fatal(diff)
		}
	})
}

// Whatever the parties write, what is left of the Markdown without its escapes is that of harmless text.
func TestTextNeverBecomesMarkdown(t *testing.T) {
	want := skeleton(benign.Markdown())
	rapid.Check(t, func(t *rapid.T) {
		d := shaped(func() string { return filled().Draw(t, "text") })
		if diff := cmp.Diff(want, skeleton(d.Markdown())); diff != "" {
			t.Fatal(diff)
		}
	})
}

// Nothing unseen gets into any of the two texts, and both are UTF-8.
func TestNothingIsUnseen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := shaped(func() string { return nasty().Draw(t, "text") })
		var page bytes.Buffer
		if err := d.HTML(&page); err != nil {
			t.Fatal(err)
		}
		for _, b := range [][]byte{d.Markdown(), page.Bytes()} {
			if !utf8.Valid(b) {
				t.Fatal("not UTF-8")
			}
			for _, r := range html.UnescapeString(string(b)) {
				if r != '\n' && unseen(r) {
					t.Fatalf("%U is in it", r)
				}
			}
		}
	})
}

// A document is the same after a journey through JSON.
func TestDocumentSurvivesJSON(t *testing.T) {
	check := func(t rapid.TB, d Document) {
		first, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var back Document
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
	check(t, sample())
	rapid.Check(t, func(t *rapid.T) { check(t, documents().Draw(t, "document")) })
}

// documents are documents of any shape, whether or not it makes sense.
func documents() *rapid.Generator[Document] {
	s := rapid.Map(nasty(), func(s string) string { return strings.ToValidUTF8(s, "\ufffd") })
	style := rapid.SampledFrom([]Style{Plain, Term, Value, Unfilled})
	return rapid.Custom(func(t *rapid.T) Document {
		str := func() string { return s.Draw(t, "s") }
		few := func() int { return rapid.IntRange(0, 3).Draw(t, "n") }
		yes := func() bool { return rapid.Bool().Draw(t, "yes") }
		text := func() (x Text) {
			for range few() {
				x = append(x, Run{Text: str(), Style: style.Draw(t, "style"), Ref: rapid.SampledFrom([]string{"", "", "6.1", "C", "nowhere"}).Draw(t, "ref")})
			}
			return x
		}
		texts := func() (x []Text) {
			for range few() {
				x = append(x, text())
			}
			return x
		}
		var blocks func(depth int) []Block
		block := func(depth int) (b Block) {
			switch rapid.IntRange(0, 6).Draw(t, "kind") {
			case 0:
				b.Paragraph = &Paragraph{text()}
			case 1:
				o := Options{Exclusive: yes()}
				for range few() {
					o.Items = append(o.Items, Option{yes(), text(), blocks(depth + 1)})
				}
				b.Options = &o
			case 2:
				tab := Table{}
				for range few() {
					tab.Columns = append(tab.Columns, Column{str(), rapid.IntRange(-2, 1_000_000).Draw(t, "width"), yes()})
				}
				for range few() {
					tab.Rows = append(tab.Rows, texts())
				}
				b.Table = &tab
			case 3:
				b.Fields = &Fields{}
				for range few() {
					b.Fields.Items = append(b.Fields.Items, Field{str(), text()})
				}
			case 4:
				b.List = &List{yes(), texts()}
			case 5:
				b.Signature = &Signature{str(), str(), str(), str(), str()}
			}
			return b
		}
		blocks = func(depth int) (x []Block) {
			if depth > 4 {
				return nil
			}
			for range few() {
				x = append(x, block(depth))
			}
			return x
		}
		d := Document{Title: str(), Subtitle: str(), Number: str(), Version: str(), Language: str(), Notice: str()}
		kinds := rapid.SampledFrom([]Kind{Front, Matter, Article, Signatures, Schedule, ""})
		for range few() {
			sec := Section{Kind: kinds.Draw(t, "kind"), ID: str(), Label: str(), Title: str()}
			for range few() {
				sec.Clauses = append(sec.Clauses, Clause{Number: str(), Unnumbered: rapid.Bool().Draw(t, "unnumbered"), Title: str(), Blocks: blocks(0)})
			}
			d.Sections = append(d.Sections, sec)
		}
		return d
	})
}

// skeleton is each line's markup: how it opens, and every unescaped special character after that.
func skeleton(md []byte) []string {
	opens := regexp.MustCompile(`^ *(#+ |(> |[-*+] |\d+[.)] |#+ |=+)*(\[[ x]\]|\([ x]\)|\([a-z]+\))?)`)
	escapes := regexp.MustCompile("\\\\[!-/:-@\\[-`{-~]")
	special := regexp.MustCompile("[\\\\`*_{}\\[\\]<>|~#$@]|&[#A-Za-z]|://|(?i:www\\.)")
	var out []string
	for l := range strings.SplitSeq(string(md), "\n") {
		l = escapes.ReplaceAllString(l, "…")
		open := opens.FindString(l)
		out = append(out, open+" "+strings.Join(special.FindAllString(l[len(open):], -1), ""))
	}
	return out
}

// tagsOf are the tags of the document's HTML with their attributes' names, without line breaks.
func tagsOf(t rapid.TB, d Document) []string {
	var b bytes.Buffer
	if err := d.HTML(&b); err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(tags(t, b.String()), func(tag string) bool { return tag == "br" })
}

// tags reads HTML as a browser's tokenizer does, as far as our own pages need it: anything odd fails.
func tags(t rapid.TB, page string) []string {
	tag := regexp.MustCompile(`^<(/?[a-z][a-z0-9]*|!DOCTYPE)((?: [a-z-]+(?:="[^"]*")?)*)>`)
	attribute := regexp.MustCompile(` ([a-z-]+)(?:="[^"]*")?`)
	var out []string
	for {
		i := strings.IndexByte(page, '<')
		if i < 0 {
			return out
		}
		page = page[i:]
		m := tag.FindStringSubmatch(page)
		if m == nil {
			t.Fatalf("not our markup: %.80q", page)
		}
		page = page[len(m[0]):]
		name := m[1]
		for _, a := range attribute.FindAllStringSubmatch(m[2], -1) {
			name += " " + a[1]
		}
		out = append(out, name)
		if m[1] == "style" || m[1] == "title" {
			end := strings.Index(page, "</"+m[1])
			if end < 0 || m[1] == "title" && strings.Contains(page[:end], "<") {
				t.Fatalf("%s does not end well", m[1])
			}
			page = page[end:]
		}
	}
}
