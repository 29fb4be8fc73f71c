package documenttest

import (
	"strings"

	"pgregory.net/rapid"

	"entente/document"
)

var Poison = []string{"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, `' onmouseover='x`, "</style>", "</title>", "-->", "<!--", "]]>",
	"{{.}}", "javascript:alert(1)", "`", "``", "*", "**", "_", "__", "~", "~~", "[x](y)", "![a](b)", "[ ] ", "[x]", "(x) ", "( ) ", "(a) ", "|", "\\", "\\\\",
	"&", "&lt;", "&#60;", "&amp", ";", "#", "# ", " #", "- ", "+ ", "* ", "1. ", "12) ", "> ", "---", "===", "~~~", "```", "    code", "\t", ":", "/", "//",
	"http", "http://evil.example", "www", ".", "www.evil.example", "a@b.example", "mailto:a@b", "<a@b.example>", "\n", "\n\n", "\r\n# ", "\u2028", "\u202e", "\u2066",
	"\u200b", "\ufeff", "\u00ad", "\x00", "\x1b", "😀", "中文", "é", "e\u0301", "\u0301", "עברית", "عربي", "\ufffe", "\ue000", "\U0010ffff", "\u3000", "\u00a0", "\ufb01",
	")", "(", "\\)", "endstream endobj", "%PDF", "{nb}", "utf8liberationserifcut", "$x$", "{#id}", " ", "x", "0", "Löwe", "…"}

// Nasty are strings that would like to be markup.
func Nasty() *rapid.Generator[string] {
	part := rapid.OneOf(rapid.SampledFrom(Poison), rapid.SampledFrom(Poison), rapid.StringN(0, 6, 24))
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(part, 0, 6).Draw(t, "parts"), "")
	})
}

// Filled are Nasty strings that are surely seen, with the Nasty part at either end or both.
func Filled() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		s := Nasty().Draw(t, "s")
		switch rapid.IntRange(0, 2).Draw(t, "end") {
		case 0:
			return s + "x"
		case 1:
			return "x" + s
		}
		return s + "x" + Nasty().Draw(t, "s")
	})
}

// Shaped is one document of every kind of block with text from the given source everywhere.
func Shaped(s func() string) document.Document {
	text := func() document.Text {
		return document.Text{{Text: s()}, {Text: s(), Style: document.Value}, {Text: s(), Style: document.Value}, {Text: "see "}, {Text: s(), Ref: s()}, {Text: s(), Style: document.Unfilled}}
	}
	value := func() document.Text { return document.Text{{Text: s(), Style: document.Value}} }
	options := func(exclusive bool, under ...document.Block) document.Block {
		return document.Block{Options: &document.Options{Exclusive: exclusive, Items: []document.Option{{Chosen: true, Text: value(), Under: under}, {Text: text()}}}}
	}
	table := document.Block{Table: &document.Table{
		Columns: []document.Column{{Title: s(), Width: 3}, {Title: s(), Number: true}},
		Rows:    [][]document.Text{{text(), value()}, {value(), {{Text: s()}}}},
	}}
	blocks := []document.Block{
		{Paragraph: &document.Paragraph{Text: value()}}, {Paragraph: &document.Paragraph{Text: text()}},
		options(false, document.Block{Paragraph: &document.Paragraph{Text: value()}}, options(true), table), options(true),
		table,
		{Fields: &document.Fields{Items: []document.Field{{Label: s(), Value: text()}, {Label: s(), Value: value()}}}},
		{List: &document.List{Items: []document.Text{value(), text()}}}, {List: &document.List{Lettered: true, Items: []document.Text{value(), text()}}},
		{Signature: &document.Signature{Party: s(), Name: s(), Title: s(), Date: s(), Mark: s()}},
	}
	return document.Document{Title: s(), Subtitle: s(), Number: s(), Version: s(), Language: s(), Notice: s(), Sections: []document.Section{
		{Kind: document.Article, ID: s(), Label: s(), Title: s(), Clauses: []document.Clause{{Number: s(), Title: s(), Blocks: blocks}}},
		{Kind: document.Schedule, ID: s(), Label: s(), Title: s(), Clauses: []document.Clause{{Number: s(), Title: s(), Blocks: blocks}}},
	}}
}

// Documents are documents of any shape, whether or not it makes sense.
func Documents() *rapid.Generator[document.Document] {
	s := rapid.Map(Nasty(), func(s string) string { return strings.ToValidUTF8(s, "\ufffd") })
	style := rapid.SampledFrom([]document.Style{document.Plain, document.Term, document.Value, document.Unfilled})
	return rapid.Custom(func(t *rapid.T) document.Document {
		str := func() string { return s.Draw(t, "s") }
		few := func() int { return rapid.IntRange(0, 3).Draw(t, "n") }
		yes := func() bool { return rapid.Bool().Draw(t, "yes") }
		text := func() (x document.Text) {
			for range few() {
				x = append(x, document.Run{Text: str(), Style: style.Draw(t, "style"), Ref: rapid.SampledFrom([]string{"", "", "6.1", "C", "nowhere"}).Draw(t, "ref")})
			}
			return x
		}
		texts := func() (x []document.Text) {
			for range few() {
				x = append(x, text())
			}
			return x
		}
		var blocks func(depth int) []document.Block
		block := func(depth int) (b document.Block) {
			switch rapid.IntRange(0, 6).Draw(t, "kind") {
			case 0:
				b.Paragraph = &document.Paragraph{Text: text()}
			case 1:
				o := document.Options{Exclusive: yes()}
				for range few() {
					o.Items = append(o.Items, document.Option{Chosen: yes(), Text: text(), Under: blocks(depth + 1)})
				}
				b.Options = &o
			case 2:
				tab := document.Table{}
				for range few() {
					tab.Columns = append(tab.Columns, document.Column{Title: str(), Width: rapid.IntRange(-2, 1_000_000).Draw(t, "width"), Number: yes()})
				}
				for range few() {
					tab.Rows = append(tab.Rows, texts())
				}
				b.Table = &tab
			case 3:
				b.Fields = &document.Fields{}
				for range few() {
					b.Fields.Items = append(b.Fields.Items, document.Field{Label: str(), Value: text()})
				}
			case 4:
				b.List = &document.List{Lettered: yes(), Items: texts()}
			case 5:
				b.Signature = &document.Signature{Party: str(), Name: str(), Title: str(), Date: str(), Mark: str()}
			}
			return b
		}
		blocks = func(depth int) (x []document.Block) {
			if depth > 4 {
				return nil
			}
			for range few() {
				x = append(x, block(depth))
			}
			return x
		}
		d := document.Document{Title: str(), Subtitle: str(), Number: str(), Version: str(), Language: str(), Notice: str()}
		kinds := rapid.SampledFrom([]document.Kind{document.Front, document.Matter, document.Article, document.Signatures, document.Schedule, ""})
		for range few() {
			sec := document.Section{Kind: kinds.Draw(t, "kind"), ID: str(), Label: str(), Title: str()}
			for range few() {
				sec.Clauses = append(sec.Clauses, document.Clause{Number: str(), Unnumbered: rapid.Bool().Draw(t, "unnumbered"), Title: str(), Blocks: blocks(0)})
			}
			d.Sections = append(d.Sections, sec)
		}
		return d
	})
}
