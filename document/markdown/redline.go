package markdown

import (
	"strings"

	"entente/document"
	"entente/document/redline"
)

// Redline is what a redline changes as Markdown: the changed terms as a table, then each changed line under
// its headings. Words that are gone stand in <del>, new ones in <ins>, which readers of Markdown show as
// such; everything that was written stands for itself, as in Of.
func Redline(r redline.Redline, terms document.Table) []byte {
	parts := []string{heading("#", r.Document.Title), escape(r.Document.Running())}
	if len(terms.Rows) > 0 {
		parts = append(parts, "## Changed terms", table(terms))
	}
	parts = append(parts, "## Changed text")
	lines := r.Excerpt()
	if len(lines) == 0 {
		parts = append(parts, "The text is the same.")
	}
	for _, l := range lines {
		parts = append(parts, changedLine(l))
	}
	return []byte(stack(parts) + "\n")
}

func changedLine(l redline.Line) string {
	var cells []string
	for _, cell := range l.Cells {
		cells = append(cells, spans(cell))
	}
	text := marks(l) + strings.Join(cells, " \\| ")
	switch l.Change {
	case redline.Left:
		text = "*moved from here:* " + text
	case redline.Arrived:
		text = "*moved here:* " + text
	}
	switch l.Kind {
	case redline.Section:
		return "### " + text
	case redline.Clause:
		return "#### " + text
	}
	return lead(text)
}

func marks(l redline.Line) string {
	switch {
	case l.Changed():
		return strings.TrimSpace(tagged(redline.Deleted, escape(l.Marks.Old))+tagged(redline.Inserted, escape(l.Marks.New))) + " "
	case l.Mark() == "":
		return ""
	}
	return escape(l.Mark()) + " "
}

func spans(cell []redline.Span) string {
	var whole, b strings.Builder
	for _, s := range cell {
		whole.WriteString(s.Text)
	}
	at := 0
	for _, s := range cell {
		b.WriteString(tagged(s.Change, escaped(whole.String(), at, at+len(s.Text))))
		at += len(s.Text)
	}
	return b.String()
}

func tagged(c redline.Change, text string) string {
	switch {
	case text == "":
		return ""
	case c == redline.Deleted:
		return "<del>" + text + "</del>"
	case c == redline.Inserted:
		return "<ins>" + text + "</ins>"
	}
	return text
}
