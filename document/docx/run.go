package docx

import (
	"fmt"
	"strings"
	"time"

	"entente/document"
	"entente/document/redline"
)

const plain = ""

// paragraph sets a paragraph of a line, in the given cell: how it is set, what stands before its words, and
// the words.
func (p *press) paragraph(l redline.Line, cell int, format, before string, spans []redline.Span) {
	p.out.WriteString(`<w:p><w:pPr>` + format + p.paragraphMark(l) + `</w:pPr>` + p.moving(l, cell, before+p.spans(l.Change, spans)) + `</w:p>`)
}

var changeElements = map[redline.Change]string{
	redline.Inserted: "w:ins", redline.Deleted: "w:del", redline.Left: "w:moveFrom", redline.Arrived: "w:moveTo",
}

// attributes are who made a change and when.
func (p *press) attributes() string {
	return fmt.Sprintf(` w:id="%d" w:author="%s" w:date="%s"`, p.id(), flat(p.author.Name), p.author.At.UTC().Format(time.RFC3339))
}

// paragraphMark tracks the end of a paragraph that is new, gone or moved.
func (p *press) paragraphMark(l redline.Line) string {
	if l.Change == redline.Kept {
		return ""
	}
	return `<w:rPr><` + changeElements[l.Change] + p.attributes() + `/></w:rPr>`
}

// moving puts the marks of a move around what moves in a cell: both ends share a name.
func (p *press) moving(l redline.Line, cell int, content string) string {
	if l.Move == 0 || content == "" {
		return content
	}
	element, id := changeElements[l.Change], p.id()
	return fmt.Sprintf(`<%sRangeStart w:id="%d" w:author="%s" w:date="%s" w:name="move%d_%d"/>%s<%sRangeEnd w:id="%d"/>`,
		element, id, flat(p.author.Name), p.author.At.UTC().Format(time.RFC3339), l.Move, cell, content, element, id)
}

// spans are the words of a line. Words that stay in a line that moves are what moves. References are links
// where the line stays: LibreOffice leaves an empty line behind where one with a link goes.
func (p *press) spans(line redline.Change, spans []redline.Span) string {
	var b strings.Builder
	for _, s := range spans {
		change := s.Change
		if change == redline.Kept {
			change = line
		}
		run := p.change(change, properties(s.Style, s.Ref != ""), lined(s.Text, change))
		if name := p.bookmarks[document.Anchor(s.Ref)]; s.Ref != "" && name != "" && line == redline.Kept {
			run = `<w:hyperlink w:anchor="` + name + `" w:history="1">` + run + `</w:hyperlink>`
		}
		b.WriteString(run)
	}
	return b.String()
}

// change is a run with what has become of it.
func (p *press) change(c redline.Change, properties, content string) string {
	run := `<w:r>` + properties + content + `</w:r>`
	if c == redline.Kept {
		return run
	}
	return `<` + changeElements[c] + p.attributes() + `>` + run + `</` + changeElements[c] + `>`
}

var characterStyles = map[document.Style]string{document.Term: "DefinedTerm", document.Value: "Value", document.Unfilled: "Unfilled"}

func properties(style document.Style, reference bool) string {
	name := characterStyles[style]
	if name == "" && reference {
		name = "Reference"
	}
	if name == "" {
		return ""
	}
	return `<w:rPr><w:rStyle w:val="` + name + `"/></w:rPr>`
}

// lined is text with its line breaks; deleted text has an element of its own.
func lined(s string, c redline.Change) string {
	element := "w:t"
	if c == redline.Deleted {
		element = "w:delText"
	}
	var b strings.Builder
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			b.WriteString(`<w:br/>`)
		}
		b.WriteString(`<` + element + ` xml:space="preserve">` + escape(line) + `</` + element + `>`)
	}
	return b.String()
}

// mark writes a line's mark out, before what parts it from the text: the old one deleted and the new one
// inserted where it has changed.
func (p *press) mark(l redline.Line, after, properties string) string {
	if !l.Changed() {
		return p.change(l.Change, properties, lined(l.Mark(), l.Change)+parting(after, l.Change))
	}
	var b strings.Builder
	if l.Marks.Old != "" {
		b.WriteString(p.change(redline.Deleted, properties, lined(l.Marks.Old, redline.Deleted)))
	}
	if l.Marks.New != "" {
		b.WriteString(p.change(redline.Inserted, properties, lined(l.Marks.New, redline.Inserted)))
	}
	return b.String() + p.change(redline.Kept, "", after)
}

// parting is what stands between mark and text, as text of its change.
func parting(after string, c redline.Change) string {
	if c == redline.Deleted {
		return strings.NewReplacer("<w:t ", "<w:delText ", "</w:t>", "</w:delText>").Replace(after)
	}
	return after
}

// The signs of tick boxes, by mark.
var signs = map[string]string{"[x]": "☒", "[ ]": "☐", "(x)": "◉", "( )": "○"}

func chosen(mark string) bool { return mark == "[x]" || mark == "(x)" }

const symbols = `<w:rPr><w:rFonts w:ascii="Segoe UI Symbol" w:hAnsi="Segoe UI Symbol" w:eastAsia="Segoe UI Symbol" w:cs="Segoe UI Symbol"/></w:rPr>`

// box is a tick box that can be ticked; a box that has changed, or that a change brings or takes away, is a
// sign, so that the change can be accepted and rejected.
func (p *press) box(l redline.Line) string {
	if l.Change != redline.Kept || l.Changed() {
		l.Marks = redline.Marks{Old: signs[l.Marks.Old], New: signs[l.Marks.New]}
		return p.mark(l, `<w:tab/>`, symbols)
	}
	on, off, value := "2612", "2610", 0
	if strings.HasPrefix(l.Mark(), "(") {
		on, off = "25C9", "25CB"
	}
	if chosen(l.Mark()) {
		value = 1
	}
	return fmt.Sprintf(`<w:sdt><w:sdtPr>%s<w:id w:val="%d"/><w14:checkbox><w14:checked w14:val="%d"/><w14:checkedState w14:val="%s" w14:font="Segoe UI Symbol"/><w14:uncheckedState w14:val="%s" w14:font="Segoe UI Symbol"/></w14:checkbox></w:sdtPr>`+
		`<w:sdtContent><w:r>%s<w:t>%s</w:t></w:r></w:sdtContent></w:sdt><w:r><w:tab/></w:r>`, symbols, p.id(), value, on, off, symbols, signs[l.Mark()])
}
