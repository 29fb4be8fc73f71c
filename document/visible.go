package document

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Visible is s as it can be trusted on paper. Line ends become "\n" and tabs spaces; every character
// that is not seen or that reorders what is seen (controls, bidirectional and zero-width marks,
// private characters), and every letter that passes for one of another script, becomes its own name:
// ⟨U+202E⟩. Line ends at either end of s are dropped.
func Visible(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' || r >= 0x7f && (foreign(r) || r == unicode.ReplacementChar || unicode.IsSpace(r) || Unseen(r))
	}) {
		return s
	}
	return Shown(s, Unseen, "⟨U+%04X⟩")
}

// Seen is Visible for text that was written in runs and is read as one: letters that pass for others stay, as
// each run has shown its own.
func Seen(s string) string {
	return shown(strings.ReplaceAll(s, "\r\n", "\n"), nil, Unseen, "⟨U+%04X⟩")
}

// Unseens are the characters that Visible and Seen wrote out in a text, by their code points, each once: U+200B.
func Unseens(s string) (points []string) {
	for _, m := range writtenOut.FindAllStringSubmatch(s, -1) {
		if !slices.Contains(points, m[1]) {
			points = append(points, m[1])
		}
	}
	return points
}

var writtenOut = regexp.MustCompile(`⟨(U\+[0-9A-F]{4,6})⟩`)

// Shown is s with line ends made one, and each character that is hidden or disguised written out in the given
// form.
func Shown(s string, hidden func(rune) bool, form string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return shown(s, disguised(s), hidden, form)
}

func shown(s string, masks map[int]bool, hidden func(rune) bool, form string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '\t':
			b.WriteByte(' ')
		case strings.ContainsRune("\n\v\f\r\u0085\u2028\u2029", r):
			b.WriteByte('\n')
		case hidden(r) || masks[i]:
			fmt.Fprintf(&b, form, r)
		default:
			b.WriteRune(r)
		}
	}
	return strings.Trim(b.String(), "\n")
}

// Unseen reports whether r has no mark of its own on paper, or moves the marks of others.
func Unseen(r rune) bool {
	switch {
	case r < 0x7f:
		return r < ' '
	case r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef: // no characters, by definition
		return true
	case r == '\u115f' || r == '\u1160' || r == '\u2800': // blanks that are not spaces
		return true
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co,
		unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// Settled is t as writers set it: only visible characters, and neighbours of one style joined,
// so that the end of a run means the end of a style.
func (t Text) Settled() Text {
	var out Text
	for _, r := range t {
		r.Text = Visible(r.Text)
		n := len(out)
		switch {
		case r.Text == "":
		case n > 0 && out[n-1].Style == r.Style && out[n-1].Ref == r.Ref:
			out[n-1].Text += r.Text
		default:
			out = append(out, r)
		}
	}
	return out
}

// Anchor is the name within a page of what a reference points at: "clause-6.1", "article-6",
// "schedule-c".
func Anchor(ref string) string {
	switch {
	case strings.Contains(ref, "."):
		return Clause{Number: ref}.Anchor()
	case ref != "" && ref[0] >= 'A' && ref[0] <= 'Z':
		return "schedule-" + strings.ToLower(ref)
	}
	return "article-" + ref
}

// Letter is the mark of the n-th item of a lettered list, from 0: a, b, … z, aa, ab, …
func Letter(n int) string {
	if n < 26 {
		return string(rune('a' + n))
	}
	return Letter(n/26-1) + Letter(n%26)
}

// Squared is the table with every row as wide as the widest, so that no cell is lost.
func (t Table) Squared() Table {
	wide := len(t.Columns)
	for _, row := range t.Rows {
		wide = max(wide, len(row))
	}
	out := Table{Columns: append([]Column(nil), t.Columns...)}
	for len(out.Columns) < wide {
		out.Columns = append(out.Columns, Column{})
	}
	for _, row := range t.Rows {
		full := make([]Text, wide)
		copy(full, row)
		out.Rows = append(out.Rows, full)
	}
	return out
}
