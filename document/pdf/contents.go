package pdf

import (
	"math"
	"strconv"
	"strings"
)

// An entry is a heading: in the contents, among the bookmarks, and as the end of links.
type entry struct {
	level int    // 0 for a section, 1 for a clause
	mark  string // "Article 6", "6.1"
	title string
	link  int
	page  int
}

const (
	contentsGap  = 3.6 // above a section's entry
	contentsMark = 23.0
	contentsTop  = textTop + 11 // below the heading "Contents"
)

// index lists the headings and opens a link for each, so that a text can point ahead.
func (p *press) index() {
	add := func(e entry, anchor string) {
		e.link = p.pdf.AddLink()
		p.entries = append(p.entries, e)
		if _, taken := p.links[anchor]; !taken && anchor != "" {
			p.links[anchor] = e.link
		}
	}
	for _, s := range p.doc.Sections {
		add(entry{level: 0, mark: s.Label, title: s.Title}, s.ID)
		for _, c := range s.Clauses {
			add(entry{level: 1, mark: c.Label(), title: c.Title}, c.Anchor())
		}
	}
}

// reach notes that the next heading stands here.
func (p *press) reach() {
	e := &p.entries[p.reached]
	p.reached++
	e.page = p.pdf.PageNo()
	p.pdf.SetLink(e.link, p.y-2, e.page)
	if name := strings.TrimSpace(e.mark + " " + e.title); name != "" {
		p.pdf.Bookmark(strings.ReplaceAll(p.drawable(name), "\n", " "), e.level, p.y-2)
	}
}

// entryLines are the entry's lines in the contents; an entry without a name has none.
func (p *press) entryLines(e entry) (mark, title []line) {
	i := cellInk
	if e.level == 0 {
		i = ink{bold, 10.4, black}
	}
	mark = p.lines(plain(e.mark), i, contentsMark-3)
	title = p.lines(plain(e.title), i, textRight-e.left()-12)
	return mark[:min(len(mark), 3)], title[:min(len(title), 3)] // whole where the heading stands
}

// left is where the entry's title begins. A section without a label begins at the margin.
func (e entry) left() float64 {
	if e.level == 0 && e.mark == "" {
		return marginLeft
	}
	return marginLeft + contentsMark
}

// entryHigh is the height that the entry takes.
func (p *press) entryHigh(e entry) float64 {
	mark, title := p.entryLines(e)
	high := float64(max(len(mark), len(title))) * cellInk.leading()
	if e.level == 0 && high > 0 {
		high += contentsGap
	}
	return high
}

// reserveContents opens the pages of the contents, to be filled when the page numbers are known,
// and returns on which page each heading will be listed.
func (p *press) reserveContents() []int {
	pages := make([]int, len(p.entries))
	for i, e := range p.entries {
		high := p.entryHigh(e)
		if e.level == 0 && i+1 < len(p.entries) {
			high += p.entryHigh(p.entries[i+1]) // a section's entry keeps its first clause with it
		}
		if i == 0 || p.y+high > p.bottom {
			p.page()
			p.y = contentsTop
		}
		p.y += p.entryHigh(e)
		pages[i] = p.pdf.PageNo()
	}
	return pages
}

// contents fills the reserved pages.
func (p *press) contents(pages []int) {
	for i, e := range p.entries {
		if i == 0 || pages[i] != pages[i-1] {
			p.pdf.SetPage(pages[i])
			p.loaded = ink{}
			p.draw(p.oneLine("Contents", sectionInk, 80), marginLeft, textTop+sectionInk.leading())
			p.y = contentsTop
		}
		p.contentsEntry(e)
	}
}

func (p *press) contentsEntry(e entry) {
	mark, title := p.entryLines(e)
	if len(mark)+len(title) == 0 {
		return
	}
	if e.level == 0 {
		p.y += contentsGap
	}
	top, leading := p.y, cellInk.leading()
	base := top + 0.73*leading
	for i, l := range mark {
		p.draw(l, marginLeft, base+float64(i)*leading)
	}
	end := e.left()
	for i, l := range title {
		p.draw(l, e.left(), base+float64(i)*leading)
		end = e.left() + l.wide
	}
	base += float64(max(len(title)-1, 0)) * leading
	number := p.oneLine(strconv.Itoa(e.page), cellInk, 12)
	p.draw(number, textRight-number.wide, base)
	if e.level == 1 {
		p.leader(end+2, textRight-number.wide-2, base)
	}
	p.y = top + float64(max(len(mark), len(title)))*leading
	p.pdf.Link(marginLeft, top, textRight-marginLeft, p.y-top, e.link)
}

// leader draws dots from one place to another, on a grid so that they stand below each other.
func (p *press) leader(from, to, base float64) {
	const step = 2.2
	from = step * math.Ceil(from/step)
	if from >= to {
		return
	}
	p.pdf.SetDrawColor(muted[0], muted[1], muted[2])
	p.pdf.SetLineWidth(0.26)
	p.pdf.SetLineCapStyle("round")
	p.pdf.SetDashPattern([]float64{0, step}, 0)
	p.pdf.Line(from, base-0.2, to, base-0.2)
	p.pdf.SetDashPattern(nil, 0)
	p.pdf.SetLineCapStyle("butt")
}
