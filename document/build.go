package document

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Para is a paragraph block; see T for the format.
func Para(format string, args ...any) Block {
	return Block{Paragraph: &Paragraph{Text: T(format, args...)}}
}

// Ticks are tick boxes of which any number may be chosen.
func Ticks(items ...Option) Block { return Block{Options: &Options{Items: items}} }

// Choice are tick boxes of which exactly one is chosen.
func Choice(items ...Option) Block {
	return Block{Options: &Options{Exclusive: true, Items: items}}
}

// Tick is one option; see T for the format.
func Tick(chosen bool, format string, args ...any) Option {
	return Option{Chosen: chosen, Text: T(format, args...)}
}

// With puts blocks under an option; they belong to it and bind only with it.
func (o Option) With(under ...Block) Option {
	o.Under = append(o.Under, under...)
	return o
}

// Grid is a table block. A table without rows says so in a paragraph, so that nothing looks lost.
func Grid(columns []Column, rows [][]Text) Block {
	if len(rows) == 0 {
		return Para("None is listed.")
	}
	return Block{Table: &Table{Columns: columns, Rows: rows}}
}

// Row makes a table row of plain values; a Text is kept as it is.
func Row(cells ...any) []Text {
	row := make([]Text, len(cells))
	for i, c := range cells {
		switch c := c.(type) {
		case Text:
			row[i] = c
		case string:
			if c != "" {
				row[i] = Text{{Text: c}}
			}
		default:
			row[i] = T("%s", c)
		}
	}
	return row
}

// Values are values beside each other, with commas between: each is a value of its own, so that a name
// that runs from right to left does not reorder the address beside it. Without any it is a blank.
func Values(values ...string) Text {
	var t Text
	for _, v := range values {
		switch {
		case v == "":
		case t == nil:
			t = T("%s", v)
		default:
			t = T("%s, %s", t, v)
		}
	}
	if t == nil {
		return T("%s", "")
	}
	return t
}

// Lettered is an enumeration (a), (b), …; Bulleted one with bullets.
func Lettered(items ...Text) Block { return Block{List: &List{Lettered: true, Items: items}} }

// Bulleted is an enumeration with bullets.
func Bulleted(items ...Text) Block { return Block{List: &List{Items: items}} }

// Capital is a text with its first letter a capital, for an item beside our own.
func Capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// Stated is what a party wrote, or our wording where it wrote nothing.
func Stated(s, otherwise string) Text {
	if s == "" {
		return T(otherwise)
	}
	return T("%s", s)
}

// Phrase is what a party wrote, without the full stop that our sentence adds.
func Phrase(s string) string { return strings.TrimRight(strings.TrimSpace(s), ". ") }

// Figure is a whole number with its thousands apart: 50,000,000.
func Figure(n int64) string {
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// Labelled is a block of labelled values.
func Labelled(items ...Field) Block { return Block{Fields: &Fields{Items: items}} }

// Of is one labelled value; an empty value is shown as a blank.
func Of(label string, value any) Field { return Field{Label: label, Value: T("%s", value)} }
