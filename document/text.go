package document

import (
	"fmt"
	"strings"
)

// A Text is a run of characters with emphasis, defined terms and cross references.
type Text []Run

// A Run is characters in one style.
type Run struct {
	Text  string `json:"text"`
	Style Style  `json:"style,omitempty"`
	Ref   string `json:"ref,omitempty"` // the clause or schedule that this run points at: "3.4", "C"
}

// A Style is how a run is set. The zero Style is plain.
type Style string

const (
	Plain    Style = ""
	Term     Style = "term"     // a defined term where it is defined, or strong emphasis
	Value    Style = "value"    // a term that the parties filled in
	Unfilled Style = "unfilled" // a blank that the parties have left open
)

// T makes a Text from our own wording and the parties' values.
//
// In the format, **…** sets a defined term, [[6.1]] and [[C]] refer to a clause or schedule, and
// each %s takes the next argument as a value: an argument is never read as markup. An argument
// that is a Text is inserted as it is; an empty string is shown as a blank to fill in.
// Every other verb is refused, because wording must say how a number is written.
func T(format string, args ...any) Text {
	var t Text
	for format != "" {
		i := strings.IndexAny(format, "*[%")
		if i < 0 {
			return t.plain(format)
		}
		t, format = t.plain(format[:i]), format[i:]
		switch {
		case strings.HasPrefix(format, "**"):
			in, rest := enclosed(format, "**", "**")
			t, format = append(t, Run{Text: in, Style: Term}), rest
		case strings.HasPrefix(format, "[["):
			in, rest := enclosed(format, "[[", "]]")
			t, format = append(t, Run{Text: Cite(in), Ref: in}), rest
		case strings.HasPrefix(format, "%s"):
			if len(args) == 0 {
				panic(fmt.Sprintf("document.T: too few arguments at %q", format))
			}
			t, args, format = t.value(args[0]), args[1:], format[2:]
		case strings.HasPrefix(format, "%%"):
			t, format = t.plain("%"), format[2:]
		case format[0] == '%':
			panic(fmt.Sprintf("document.T: only %%s is understood, not %q", format))
		default:
			t, format = t.plain(format[:1]), format[1:]
		}
	}
	if len(args) > 0 {
		panic("document.T: too many arguments")
	}
	return t
}

// Cite is how a reference reads in a sentence: "clause 6.1", "Article 6", "Schedule C".
func Cite(ref string) string {
	switch {
	case ref == "":
		return ""
	case ref[0] >= 'A' && ref[0] <= 'Z':
		return "Schedule " + ref
	case strings.Contains(ref, "."):
		return "clause " + ref
	default:
		return "Article " + ref
	}
}

// String is the text without its styles.
func (t Text) String() string {
	var b strings.Builder
	for _, r := range t {
		b.WriteString(r.Text)
	}
	return b.String()
}

func (t Text) plain(s string) Text {
	if s == "" {
		return t
	}
	if n := len(t); n > 0 && t[n-1].Style == Plain && t[n-1].Ref == "" {
		t[n-1].Text += s
		return t
	}
	return append(t, Run{Text: s})
}

func (t Text) value(v any) Text {
	switch v := v.(type) {
	case Text:
		return append(t, v...)
	case string:
		return t.filled(v)
	case fmt.Stringer:
		return t.filled(v.String())
	}
	panic(fmt.Sprintf("document.T: cannot word a %T", v))
}

func (t Text) filled(s string) Text {
	if s == "" {
		return append(t, Run{Text: "[to be completed]", Style: Unfilled})
	}
	return append(t, Run{Text: s, Style: Value})
}

func enclosed(s, open, shut string) (in, rest string) {
	in, rest, ok := strings.Cut(s[len(open):], shut)
	if !ok {
		panic(fmt.Sprintf("document.T: %s without %s in %q", open, shut, s))
	}
	return in, rest
}

// Texts are the texts of the clause as they are read, from its number to its last block.
func (c Clause) Texts() []string {
	return append([]string{c.Number, c.Title}, textsOf(c.Blocks)...)
}

func textsOf(blocks []Block) (all []string) {
	add := func(texts ...Text) {
		for _, t := range texts {
			all = append(all, t.String())
		}
	}
	for _, b := range blocks {
		switch {
		case b.Paragraph != nil:
			add(b.Paragraph.Text)
		case b.Options != nil:
			for _, o := range b.Options.Items {
				add(o.Text)
				all = append(all, textsOf(o.Under)...)
			}
		case b.Table != nil:
			for _, col := range b.Table.Columns {
				all = append(all, col.Title)
			}
			for _, row := range b.Table.Rows {
				add(row...)
			}
		case b.Fields != nil:
			for _, f := range b.Fields.Items {
				all = append(all, f.Label)
				add(f.Value)
			}
		case b.List != nil:
			add(b.List.Items...)
		case b.Signature != nil:
			s := b.Signature
			all = append(all, s.Party, s.Name, s.Title, s.Date, s.Mark)
		}
	}
	return all
}
