package docx

import (
	"fmt"
	"strings"
	"unicode"

	"entente/document"
	"entente/document/redline"
)

// The measures of a page, in twentieths of a point: A4, with clause numbers that hang before the text.
const (
	paperWide = 11906
	paperHigh = 16838
	margin    = 1418
	hang      = 851
	step      = 425
)

// A press sets the lines of a redline as the body of a document.
type press struct {
	author    Author
	tracked   bool
	document  document.Document
	numbering numbering
	out       strings.Builder
	ids       int               // the last id that was given to a change, a bookmark or a box
	bookmarks map[string]string // the bookmark of each anchor
	gone      map[string]bool   // the bookmarks of headings that the new document has not
	placed    map[string]bool   // the bookmarks that are set
	signing   bool              // among the signatures, which stand on one page with what is signed under
	keep      bool              // on the page of the next
}

func (p *press) set(r redline.Redline) string {
	p.name(r)
	p.out.WriteString(declaration + `<w:document` + root + `><w:body>`)
	contents := !p.tracked
	for i := 0; i < len(r.Lines); {
		l := r.Lines[i]
		if l.Kind == redline.Section && contents {
			p.contents(r)
			contents = false
		}
		if !l.Kind.Tabular() {
			p.keep = p.keeps(r.Lines[i:])
			p.line(l)
			i++
			continue
		}
		end := i + 1
		for end < len(r.Lines) && sameTable(r.Lines[end-1], r.Lines[end]) {
			end++
		}
		p.table(r.Lines[i:end], end == len(r.Lines))
		i = end
	}
	fmt.Fprintf(&p.out, `<w:sectPr><w:headerReference w:type="default" r:id="rId1"/><w:footerReference w:type="default" r:id="rId2"/><w:footerReference w:type="first" r:id="rId2"/>`+
		`<w:pgSz w:w="%d" w:h="%d"/><w:pgMar w:top="1701" w:right="%d" w:bottom="1701" w:left="%d" w:header="850" w:footer="737" w:gutter="0"/><w:titlePg/></w:sectPr></w:body></w:document>`,
		paperWide, paperHigh, margin, margin)
	return p.out.String()
}

// sameTable reports whether two lines are rows of one table.
func sameTable(a, b redline.Line) bool {
	return a.Kind.Tabular() && b.Kind.Tabular() && b.Kind != redline.Head && a.Group == b.Group && a.Depth == b.Depth && len(a.Cells) == len(b.Cells) &&
		(a.Kind == b.Kind || a.Kind == redline.Head)
}

// name finds a bookmark for every heading: letters, digits and underscores, at most forty characters.
func (p *press) name(r redline.Redline) {
	p.bookmarks, p.placed = map[string]string{}, map[string]bool{}
	taken := map[string]bool{}
	p.gone = map[string]bool{}
	for _, l := range r.Lines {
		if !l.Kind.Heading() || l.Anchor == "" {
			continue
		}
		if name := p.bookmarks[l.Anchor]; name != "" {
			p.gone[name] = p.gone[name] && !l.Change.New()
			continue
		}
		clean := strings.Map(func(r rune) rune {
			if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
				return r
			}
			return '_'
		}, l.Anchor)
		name := "a_" + clean[:min(len(clean), 30)]
		for n := 2; taken[name]; n++ {
			name = fmt.Sprintf("a_%s_%d", clean[:min(len(clean), 28)], n)
		}
		taken[name], p.bookmarks[l.Anchor], p.gone[name] = true, name, !l.Change.New()
	}
}

// contents are the sections as links, in a field that the word processor can make anew.
func (p *press) contents(r redline.Redline) {
	p.out.WriteString(`<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/></w:docPartObj></w:sdtPr><w:sdtContent>` +
		`<w:p><w:pPr><w:pStyle w:val="TOCHeading"/><w:pageBreakBefore/></w:pPr>` + words("Contents") + `</w:p>`)
	begin := `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> TOC \o "1-1" \n \h \z \u </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>`
	for _, l := range r.Lines {
		if l.Kind != redline.Section {
			continue
		}
		title := strings.ReplaceAll(spelled(l.Cells), "\n", " ")
		if label := strings.ReplaceAll(l.Mark(), "\n", " "); label != "" {
			title = strings.TrimSuffix(label+" · "+title, " · ")
		}
		entry := words(title)
		if name := p.bookmarks[l.Anchor]; name != "" {
			entry = `<w:hyperlink w:anchor="` + name + `" w:history="1">` + entry + `</w:hyperlink>`
		}
		p.out.WriteString(`<w:p><w:pPr><w:pStyle w:val="TOC1"/></w:pPr>` + begin + entry + `</w:p>`)
		begin = ""
	}
	p.out.WriteString(`<w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:sdtContent></w:sdt>`)
}

func spelled(cells [][]redline.Span) string {
	var b strings.Builder
	for _, c := range cells {
		for _, s := range c {
			b.WriteString(s.Text)
		}
	}
	return b.String()
}

var paragraphStyles = map[redline.Kind]string{
	redline.Title: "Title", redline.Subtitle: "Subtitle", redline.Running: "Running", redline.Notice: "Notice",
	redline.Section: "Heading1", redline.Clause: "Heading2", redline.Paragraph: "BodyText", redline.Option: "Option", redline.Item: "Item", redline.Party: "Party",
}

// line sets one paragraph.
func (p *press) line(l redline.Line) {
	style, before := paragraphStyles[l.Kind], ""
	if l.Kind == redline.Option && !chosen(l.Mark()) {
		style = "OptionNotChosen"
	}
	format := `<w:pStyle w:val="` + style + `"/>` + p.together()
	switch left := hang + step*l.Depth; l.Kind {
	case redline.Section, redline.Clause:
		if l.Part == document.Front || l.Part == document.Schedule {
			format += `<w:pageBreakBefore/>`
		}
		id, level, counted := 0, 0, false
		if !p.tracked { // there a number is text: it must survive that the paragraph before it goes
			id, level, counted = p.numbering.heading(l)
		}
		if counted {
			format += numbered(id, level)
		} else if l.Mark() != "" {
			before = p.mark(l, map[redline.Kind]string{redline.Section: `<w:t xml:space="preserve"> · </w:t>`, redline.Clause: `<w:tab/>`}[l.Kind], plain)
		}
		before = p.bookmark(l) + before
	case redline.Option:
		format += indent(left+step, step)
		before = p.box(l)
	case redline.Item:
		format += numbered(p.numbering.item(l), 0) + indent(left+step, step)
	case redline.Paragraph, redline.Party:
		format += indent(left, 0)
	}
	p.paragraph(l, 0, format, before, first(l.Cells))
}

// keeps reports whether the first of some lines stands on the page of the next: among signatures, and before a table.
func (p *press) keeps(lines []redline.Line) bool {
	if lines[0].Kind == redline.Section {
		p.signing = lines[0].Part == document.Signatures
	}
	return p.signing || len(lines) > 1 && lines[1].Kind.Tabular()
}

// together keeps a paragraph there.
func (p *press) together() string {
	if p.keep {
		return `<w:keepNext/>`
	}
	return ""
}

func first(cells [][]redline.Span) []redline.Span {
	if len(cells) == 0 {
		return nil
	}
	return cells[0]
}

func numbered(id, level int) string {
	return fmt.Sprintf(`<w:numPr><w:ilvl w:val="%d"/><w:numId w:val="%d"/></w:numPr>`, level, id)
}

func indent(left, hanging int) string {
	return fmt.Sprintf(`<w:ind w:left="%d" w:hanging="%d"/>`, left, hanging)
}

// bookmark is the bookmark of a heading, once: where the new document has it, if it does.
func (p *press) bookmark(l redline.Line) string {
	name := p.bookmarks[l.Anchor]
	if name == "" || p.placed[name] || !l.Change.New() && !p.gone[name] {
		return ""
	}
	p.placed[name] = true
	id := p.id()
	return fmt.Sprintf(`<w:bookmarkStart w:id="%d" w:name="%s"/><w:bookmarkEnd w:id="%d"/>`, id, name, id)
}

func (p *press) id() int {
	p.ids++
	return p.ids
}
