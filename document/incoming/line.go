package incoming

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"entente/document"
)

// paragraph ends a paragraph: in a cell, as a line of its own, or joined with the next one where its end
// is deleted.
func (r *reader) paragraph(p *paragraph) {
	if c := r.carried; c != nil && !p.contained {
		r.carried = nil
		c.take(p)
		c.gone = p.gone
		p = c
	}
	if p.gone && !p.contained && len(shown(p.text.String())) > 0 {
		r.carried = p
		return
	}
	r.place(p)
}

// take joins the next paragraph to one whose end is deleted.
func (p *paragraph) take(next *paragraph) {
	p.text.WriteString(next.text.String())
	p.was.WriteString(next.was.String())
	p.struck.WriteString(next.struck.String())
	p.hidden.WriteString(next.hidden.String())
	for _, by := range next.by {
		p.by = named(p.by, by)
	}
	p.tracked = append(p.tracked, next.tracked...)
	p.odd, p.comments = append(p.odd, next.odd...), append(p.comments, next.comments...)
}

// flush places a paragraph that has no next one to be joined with.
func (r *reader) flush() {
	if c := r.carried; c != nil {
		r.carried = nil
		r.place(c)
	}
}

func (r *reader) place(p *paragraph) {
	if s := shown(p.struck.String()); s != "" {
		p.odd = append(p.odd, fmt.Sprintf("words struck out by hand: “%s”", s))
	}
	if s := shown(p.hidden.String()); s != "" {
		p.odd = append(p.odd, fmt.Sprintf("hidden words: “%s”", s))
	}
	text, was := lines(p.text.String()), lines(p.was.String())
	if row := last(r.rows); row != nil && len(row.cells) > 0 && !p.contained {
		c := &row.cells[len(row.cells)-1]
		c.text, c.was = append(c.text, text), append(c.was, was)
		for _, by := range p.by {
			row.by = named(row.by, by)
		}
		row.tracked = append(row.tracked, p.tracked...)
		row.odd, row.comments = append(row.odd, p.odd...), append(row.comments, p.comments...)
		return
	}
	style := r.styles[p.style]
	l := Line{Cells: []string{text}, By: p.by, Tracked: p.tracked, Oddities: p.odd, Contents: r.contents > 0 || strings.HasPrefix(style, "toc") || strings.HasPrefix(style, "contents")}
	l.Heading = map[string]int{"heading 1": 1, "heading 2": 2}[style]
	if text == "" {
		l.Gone, l.Cells[0] = was != "", was
	}
	if p.contained {
		l.Oddities = append(l.Oddities, "it stands in a text box")
	}
	r.add(l, p.comments)
}

func (r *reader) add(l Line, comments []string) {
	if strings.Join(l.Cells, "") == "" && len(l.Oddities) == 0 && len(comments) == 0 {
		return
	}
	for _, id := range comments {
		r.lineOf[id] = len(r.lines)
	}
	r.lines = append(r.lines, l)
}

// row ends a row.
func (r *reader) row(one *row) {
	l := Line{Row: true, Table: one.table, Gone: one.gone, By: one.by, Tracked: one.tracked, Oddities: one.odd}
	for _, c := range one.cells {
		text := c.text
		if one.gone {
			text = append(slices.Clone(c.was), c.text...)
		}
		l.Cells = append(l.Cells, strings.Trim(strings.Join(text, "\n"), "\n"))
	}
	if last(r.rows) != nil {
		l.Oddities = append(l.Oddities, "it stands in a table within a table")
	}
	r.add(l, one.comments)
}

// lines is text as it stands, with single spaces and without anything that cannot be seen.
func lines(s string) string {
	all := strings.Split(document.Seen(s), "\n")
	for i, l := range all {
		all[i] = strings.Join(strings.Fields(l), " ")
	}
	return strings.Trim(strings.Join(all, "\n"), "\n")
}

// Boxed parts a line that begins with a tick box into its mark and its text.
func Boxed(s string) (mark, text string, ok bool) {
	r, n := utf8.DecodeRuneInString(s)
	switch r {
	case '☒', '☑', '✓', '✔', '✗', '✘':
		mark = "[x]"
	case '☐', '□':
		mark = "[ ]"
	case '◉', '⦿', '●':
		mark = "(x)"
	case '○', '◯':
		mark = "( )"
	default:
		for _, m := range []string{"[x]", "[X]", "[ ]", "(x)", "(X)", "( )"} {
			if rest, ok := strings.CutPrefix(s, m); ok {
				return strings.ToLower(m), strings.TrimSpace(rest), true
			}
		}
		return "", s, false
	}
	return mark, strings.TrimSpace(s[n:]), true
}
