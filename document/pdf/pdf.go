// Package pdf writes a document for paper: title page, contents, sections, running header, page
// numbers, bookmarks and links, set in fonts that the file carries.
package pdf

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"entente/document"
)

// The page is A4 in millimetres. Clause numbers hang between margin and text.
const (
	paperWide, paperHigh = 210.0, 297.0
	marginLeft           = 29.0
	textLeft             = marginLeft + 16
	textRight            = paperWide - 28
	textTop              = 36.0
	footBase             = paperHigh - 17 // the last base line of a page
)

var (
	bodyInk    = ink{regular, 10.8, black}
	cellInk    = ink{regular, 9.6, black}
	clauseInk  = ink{bold, 10.8, black}
	sectionInk = ink{bold, 16, black}
	labelInk   = ink{italic, 11, muted}
	frameInk   = ink{regular, 8.4, muted}
	noticeInk  = ink{italic, 7.6, muted}
)

// A press sets one document, page after page.
type press struct {
	pdf     *fpdf.Fpdf
	doc     document.Document
	y       float64 // where the next line begins
	bottom  float64 // where the text of a page ends
	loaded  ink     // what the page's content stream has selected
	notice  []line  // at the foot of every page
	entries []entry // the headings, in order
	reached int     // how many headings are set
	links   map[string]int
}

// Write writes a document. The same document and creation date give the same bytes; at is
// shown in UTC, and the zero time stands for 1 January 1970.
//
// Characters that the font lacks are shown by name: [U+6B27].
func Write(w io.Writer, d document.Document, at time.Time) error {
	p := newPress(d, at)
	p.titlePage()
	pages := p.reserveContents()
	for _, s := range d.Sections {
		p.section(s)
	}
	p.contents(pages)
	p.frame()
	var out bytes.Buffer
	if err := p.pdf.Output(&out); err != nil {
		return fmt.Errorf("writing %s as PDF: %w", d.Number, err)
	}
	if _, err := w.Write(bytes.ReplaceAll(out.Bytes(), []byte(writerName), []byte(subsetName))); err != nil {
		return fmt.Errorf("writing %s as PDF: %w", d.Number, err)
	}
	return nil
}

func newPress(d document.Document, at time.Time) *press {
	if at.IsZero() {
		at = time.Unix(0, 0)
	}
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(at.UTC())
	pdf.SetModificationDate(at.UTC())
	pdf.SetProducer("Entente", true)
	pdf.SetTitle(drawable(strings.Trim(d.Title+" · "+d.Running(), " ·")), true)
	pdf.SetLang(d.Tag()) // goes into the file as it is
	pdf.SetMargins(0, 0, 0)
	pdf.SetAutoPageBreak(false, 0)
	for _, f := range []face{regular, bold, italic} {
		pdf.AddUTF8FontFromBytes(family, string(f), bytes.Clone(cuts[f])) // the writer may scribble in it
	}
	pdf.SetFont(family, string(regular), bodyInk.size)
	p := &press{pdf: pdf, doc: d, links: map[string]int{}}
	p.notice = plain(d.Notice).lines(noticeInk, textRight-marginLeft-22)
	if len(p.notice) > 4 {
		p.notice = append(p.notice[:3], plain("The whole notice is on the first page.").lines(noticeInk, textRight)...)
	}
	p.bottom = footBase - 9 - float64(max(len(p.notice)-1, 0))*noticeInk.leading()
	p.index()
	return p
}

// page turns to a new page.
func (p *press) page() {
	p.pdf.AddPage()
	p.loaded = ink{}
	p.y = textTop
}

// need turns the page unless there is room for the given height. It never leaves a page empty.
func (p *press) need(high float64) {
	if p.y+high > p.bottom && p.y > textTop {
		p.page()
	}
}

// draw sets a line with its base line at y.
func (p *press) draw(l line, x, y float64) {
	for _, s := range l.pieces {
		if p.loaded != s.ink {
			p.pdf.SetFont(family, string(s.ink.face), s.ink.size)
			p.pdf.SetTextColor(s.ink.tone[0], s.ink.tone[1], s.ink.tone[2])
			p.loaded = s.ink
		}
		p.pdf.Text(x, y, s.text)
		if link, ok := p.links[document.Anchor(s.ref)]; ok && s.ref != "" {
			high := s.ink.leading()
			p.pdf.Link(x, y-0.75*high, s.wide, high, link)
		}
		x += s.wide
	}
}

// flow sets lines from the current height on, turning pages between them, and never leaves one line
// of many alone on either side. With the first line it calls first with that line's base line; then
// no text still takes a line.
func (p *press) flow(lines []line, x, leading float64, first func(base float64)) {
	if first != nil && len(lines) == 0 {
		lines = []line{{}}
	}
	for i, l := range lines {
		rest := len(lines) - i
		room := 1.0
		if i == 0 && rest > 1 || i > 0 && rest == 2 && len(lines) > 3 {
			room = 2
		}
		p.need(room * leading)
		p.y += leading
		base := p.y - 0.27*leading
		if i == 0 && first != nil {
			first(base)
		}
		p.draw(l, x, base)
	}
}

// rule draws a thin line at the current height.
func (p *press) rule(x, wide float64, t tone) {
	p.pdf.SetDrawColor(t[0], t[1], t[2])
	p.pdf.SetLineWidth(0.18)
	p.pdf.Line(x, p.y, x+wide, p.y)
}

func (p *press) titlePage() {
	p.page()
	p.y = 84
	p.titleLines(p.doc.Title, ink{bold, 27, black}, 7)
	p.titleLines(p.doc.Subtitle, ink{italic, 14, black}, 8)
	p.titleLines(p.doc.Running(), ink{regular, 11, muted}, 14)
	if p.doc.Notice != "" {
		p.rule(marginLeft, textRight-marginLeft, hair)
		p.y += 3
		p.titleLines(p.doc.Notice, ink{italic, 10, muted}, 0)
	}
}

func (p *press) titleLines(s string, i ink, after float64) {
	if lines := plain(s).lines(i, textRight-marginLeft); len(lines) > 0 {
		p.flow(lines, marginLeft, i.leading()*0.9, nil)
		p.y += after
	}
}

// frame sets the header and the foot of every page, now that their number is known.
func (p *press) frame() {
	count := p.pdf.PageCount()
	running := oneLine(p.doc.Running(), frameInk, 70)
	title := oneLine(p.doc.Title, ink{italic, frameInk.size, muted}, textRight-marginLeft-running.wide-8)
	for n := 1; n <= count; n++ {
		p.pdf.SetPage(n)
		p.loaded = ink{}
		if n > 1 {
			p.draw(title, marginLeft, 21)
			p.draw(running, textRight-running.wide, 21)
		}
		number := oneLine("Page "+strconv.Itoa(n)+" of "+strconv.Itoa(count), frameInk, 40)
		p.draw(number, textRight-number.wide, footBase)
		for i, l := range p.notice {
			p.draw(l, marginLeft, footBase-float64(len(p.notice)-1-i)*noticeInk.leading())
		}
	}
	p.pdf.SetPage(count)
}
