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
	"entente/document/pdf/archive"
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
	typecase
	pdf     *fpdf.Fpdf
	doc     document.Document
	set     map[face]bool // the faces that the file carries: those that were used
	y       float64       // where the next line begins
	bottom  float64       // where the text of a page ends
	loaded  ink           // what the page's content stream has selected
	notice  []line        // at the foot of every page
	entries []entry       // the headings, in order
	reached int           // how many headings are set
	links   map[string]int
}

// Press names the way in which documents are set: a later one may set the same document otherwise.
// It stands in every file as its producer.
const Press = "entente-pdf/2"

// A Setting is what a file is made with beside the document.
type Setting struct {
	At     time.Time      // the file's date, shown in UTC; the zero time stands for 1 January 1970
	Source archive.Source // what the document was made from, to be carried by the file; may be empty
	// Signers are the parties that can sign the file itself; none for a draft.
	Signers []Signer
	// Fonts are the fallbacks: a character that our own fonts lack is set in the first that has it;
	// one that none has is shown by name: [U+6B27]. Gaps lists those. At most MaxFonts are taken, and
	// a damaged one is an ErrFont.
	Fonts []Font
}

// Write writes a document. The same document and setting give the same bytes.
func Write(w io.Writer, d document.Document, s Setting) error {
	if len(s.Fonts) > MaxFonts {
		return fmt.Errorf("writing %s as PDF: %w: there are more than %d", d.Number, ErrFont, MaxFonts)
	}
	file, err := print(d, s)
	if err != nil {
		return fmt.Errorf("writing %s as PDF: %w", d.Number, err)
	}
	if _, err := w.Write(file); err != nil {
		return fmt.Errorf("writing %s as PDF: %w", d.Number, err)
	}
	return nil
}

// print makes the file. The library trusts the offsets within a font; a fallback that breaks them is
// an error and not the end of the program.
func print(d document.Document, s Setting) (file []byte, err error) {
	defer func() {
		if p := recover(); p != nil && len(s.Fonts) > 0 {
			err = fmt.Errorf("%w: it is damaged (%v)", ErrFont, p)
		} else if p != nil {
			panic(p)
		}
	}()
	p := newPress(d, newTypecase(s.Fonts))
	p.titlePage()
	pages := p.reserveContents()
	for _, section := range d.Sections {
		p.section(section)
	}
	places := p.completion(s.Signers)
	p.contents(pages)
	p.frame()
	if file, err = p.finished(subsetTag); err != nil {
		return nil, err
	}
	if s.At.IsZero() {
		s.At = time.Unix(0, 0)
	}
	title := p.drawable(strings.Trim(d.Title+" · "+d.Running(), " ·"))
	return archive.Make(file, archive.Record{Title: title, Language: d.Tag(), Producer: "Entente, " + Press, At: s.At, Source: s.Source, Places: places})
}

// finished is the file as the library writes it, with the right names of its fonts: each begins with
// a tag of five letters and one for its face.
func (p *press) finished(tag string) ([]byte, error) {
	var out bytes.Buffer
	if err := p.pdf.Output(&out); err != nil {
		return nil, err
	}
	file := out.Bytes()
	for f := range p.set {
		file = bytes.ReplaceAll(file, []byte("utf8"+p.family(f)), []byte(tag+p.subsetName(f)[len(tag):]))
	}
	return file, nil
}

// blank is a press without a page.
func blank(pdf *fpdf.Fpdf, fonts typecase) *press {
	pdf.SetCatalogSort(true)
	pdf.SetCompression(false) // whoever reads the file packs what comes out
	pdf.SetCreationDate(time.Unix(0, 0))
	pdf.SetModificationDate(time.Unix(0, 0)) // else it reads the clock; the record has the date
	pdf.SetMargins(0, 0, 0)
	pdf.SetAutoPageBreak(false, 0)
	p := &press{typecase: fonts, pdf: pdf, set: map[face]bool{}, links: map[string]int{}}
	p.choose(bodyInk)
	return p
}

func newPress(d document.Document, fonts typecase) *press {
	p := blank(fpdf.New("P", "mm", "A4", ""), fonts)
	p.doc = d
	p.notice = p.lines(plain(d.Notice), noticeInk, textRight-marginLeft-22)
	if len(p.notice) > 4 {
		p.notice = append(p.notice[:3], p.lines(plain("The whole notice is on the first page."), noticeInk, textRight)...)
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

// choose selects an ink. A face comes into the file with its first use.
func (p *press) choose(i ink) {
	if !p.set[i.face] {
		p.pdf.AddUTF8FontFromBytes(p.family(i.face), "", bytes.Clone(p.typecase[i.face].ttf)) // the library may scribble in it
		p.set[i.face] = true
	}
	p.pdf.SetFont(p.family(i.face), "", i.size)
}

// draw sets a line with its base line at y.
func (p *press) draw(l line, x, y float64) {
	for _, s := range l.pieces {
		if p.loaded != s.ink {
			p.choose(s.ink)
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
		switch {
		case i == 0:
			room = float64(inseparable(rest))
		case rest == 2:
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

// inseparable is how many of the first of n lines stay together.
func inseparable(n int) int {
	if n == 3 { // parting them would leave one alone
		return 3
	}
	return min(n, 2)
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
	if lines := p.lines(plain(s), i, textRight-marginLeft); len(lines) > 0 {
		p.flow(lines, marginLeft, i.leading()*0.9, nil)
		p.y += after
	}
}

// frame sets the header and the foot of every page, now that their number is known.
func (p *press) frame() {
	count := p.pdf.PageCount()
	running := p.oneLine(p.doc.Running(), frameInk, 70)
	title := p.oneLine(p.doc.Title, ink{italic, frameInk.size, muted}, textRight-marginLeft-running.wide-8)
	for n := 1; n <= count; n++ {
		p.pdf.SetPage(n)
		p.loaded = ink{}
		if n > 1 {
			p.draw(title, marginLeft, 21)
			p.draw(running, textRight-running.wide, 21)
		}
		number := p.oneLine("Page "+strconv.Itoa(n)+" of "+strconv.Itoa(count), frameInk, 40)
		p.draw(number, textRight-number.wide, footBase)
		for i, l := range p.notice {
			p.draw(l, marginLeft, footBase-float64(len(p.notice)-1-i)*noticeInk.leading())
		}
	}
	p.pdf.SetPage(count)
}
