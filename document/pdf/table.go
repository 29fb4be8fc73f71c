package pdf

import (
	"slices"

	"entente/document"
)

// A cell is text in its part of a row.
type cell struct {
	lines   []line
	x, wide float64
	right   bool // set at the right edge
}

const (
	cellPad  = 1.5 // above and below the text of a row
	cellGap  = 4.0 // between columns
	tightGap = 3.0 // between many columns
	labelGap = 44.0
)

// rowHigh is the height of a row of a table.
func rowHigh(cells []cell) float64 { return float64(tallest(cells))*cellInk.leading() + 2*cellPad }

func tallest(cells []cell) int {
	most := 0
	for _, c := range cells {
		most = max(most, len(c.lines))
	}
	return most
}

// A grid is a table with the room that each of its columns gets.
type grid struct {
	typecase
	document.Table
	column
	wides []float64
	gap   float64
}

// manyColumns is from how many columns on a table takes the margin where the clause numbers hang, too.
const manyColumns = 6

func roomFor(t document.Table, c column) column {
	if len(t.Columns) < manyColumns || c.x != textLeft {
		return c
	}
	c.x, c.wide = marginLeft, c.wide+textLeft-marginLeft
	return c
}

// widestWord is the part of a table that one word may claim for its column.
const widestWord = 0.3

// within divides a column of the page among those of the table: by their weights, but so that a
// word is broken only where the table has no room for it.
func (c typecase) within(t document.Table, in column) grid {
	n := len(t.Columns)
	between := cellGap
	if n > 5 {
		between = tightGap
	}
	usable := max(in.wide-between*float64(n-1), 0.5*in.wide)
	g := grid{c, t, in, make([]float64, n), (in.wide - usable) / float64(max(n-1, 1))}
	weights := 0
	for _, col := range t.Columns {
		weights += col.Weight()
	}
	least, claimed := make([]float64, n), 0.0
	for i, col := range t.Columns {
		g.wides[i] = usable * float64(col.Weight()) / float64(weights)
		least[i] = c.widest(plain(col.Title), g.bold())
		for _, row := range t.Rows {
			least[i] = max(least[i], c.widest(runs(row[i]), g.regular()))
		}
		least[i] = min(least[i]+0.1, widestWord*usable)
		claimed += least[i]
	}
	if claimed > usable {
		g.wides = cropped(least, usable)
	} else {
		lend(g.wides, least)
	}
	return g
}

// cropped are claims that together take all there is: the largest are cut to one width, so that only
// the longest words are broken.
func cropped(claims []float64, usable float64) []float64 {
	wides := slices.Clone(claims)
	order := slices.Sorted(slices.Values(claims))
	for i, claim := range order {
		if rest := float64(len(order) - i); claim*rest > usable { // from here on all are cut
			for j := range wides {
				wides[j] = min(wides[j], usable/rest)
			}
			return wides
		}
		usable -= claim
	}
	return wides
}

// lend widens the columns that are narrower than they need at the cost of those that are wider.
func lend(wides, least []float64) {
	short, spare := 0.0, 0.0
	for i := range wides {
		short += max(least[i]-wides[i], 0)
		spare += max(wides[i]-least[i], 0)
	}
	for i := range wides {
		if wides[i] < least[i] {
			wides[i] = least[i]
		} else if spare > 0 {
			wides[i] -= (wides[i] - least[i]) * short / spare
		}
	}
}

func (g grid) bold() ink    { return ink{bold, cellInk.size, g.ink.tone} }
func (g grid) regular() ink { return ink{regular, cellInk.size, g.ink.tone} }

func (g grid) cells(texts []document.Text, i ink) []cell {
	cells, x := make([]cell, len(texts)), g.x
	for n, text := range texts {
		cells[n] = cell{g.lines(runs(text), i, g.wides[n]), x, g.wides[n], g.Columns[n].Number}
		x += g.wides[n] + g.gap
	}
	return cells
}

func (g grid) header() []cell {
	titles := make([]document.Text, len(g.Columns))
	for i, col := range g.Columns {
		titles[i] = document.Text(plain(col.Title))
	}
	return g.cells(titles, g.bold())
}

func (g grid) row(n int) []cell { return g.cells(g.Rows[n], g.regular()) }

// high is the height of some rows from a given one on, as far as there are as many.
func (g grid) high(from, many int) (high float64) {
	for n := from; n < min(from+many, len(g.Rows)); n++ {
		high += rowHigh(g.row(n))
	}
	return high
}

// table sets the header again on every page that the table reaches, unless it would fill the page.
func (p *press) table(t document.Table, c column) {
	if len(t.Columns) == 0 {
		return
	}
	c = roomFor(t, c)
	g := p.within(t, c)
	head := g.header()
	header := func() {
		p.row(head, cellPad, nil)
		p.rule(c.x, c.wide, muted)
	}
	again := header
	if rowHigh(head) > (p.bottom-textTop)/3 {
		again = nil
	}
	if len(t.Rows) > 0 {
		p.need(min(rowHigh(head)+g.high(0, 2), (p.bottom-textTop)/2))
	}
	header()
	for n := range t.Rows {
		if high := g.high(n, 2); n > 0 && n+2 == len(t.Rows) && p.y+high > p.bottom && high < (p.bottom-textTop)/2 {
			p.turn(again) // the last row does not stand alone
		}
		p.row(g.row(n), cellPad, again)
		p.rule(c.x, c.wide, hair)
	}
}

// row sets cells beside each other. A row that does not fit goes to the next page; one that fits no
// page is continued. On each new page again is called first.
func (p *press) row(cells []cell, pad float64, again func()) {
	leading := cellInk.leading()
	if high := float64(tallest(cells))*leading + 2*pad; p.y+high > p.bottom && high < (p.bottom-textTop)/2 {
		p.turn(again)
	}
	for done, all := 0, max(tallest(cells), 1); done < all; {
		if p.y+leading+2*pad > p.bottom {
			p.turn(again)
		}
		fit := max(int((p.bottom-p.y-2*pad)/leading), 1)
		p.y += pad
		for _, c := range cells {
			p.part(c, done, fit)
		}
		p.y += float64(min(fit, all-done))*leading + pad
		done += fit
	}
}

// turn begins a page, with what stands on each.
func (p *press) turn(again func()) {
	p.page()
	if again != nil {
		again()
	}
}

// part draws the lines of a cell from the given one on, as many as fit.
func (p *press) part(c cell, from, fit int) {
	for i := from; i < min(from+fit, len(c.lines)); i++ {
		x := c.x
		if c.right {
			x += c.wide - c.lines[i].wide
		}
		p.draw(c.lines[i], x, p.y+(float64(i-from)+0.73)*cellInk.leading())
	}
}

func (p *press) fields(f document.Fields, c column) {
	label := ink{regular, cellInk.size, muted}
	value := ink{regular, cellInk.size + 0.4, c.ink.tone}
	for _, item := range f.Items {
		p.row([]cell{
			{lines: p.lines(plain(item.Label), label, labelGap-3), x: c.x, wide: labelGap - 3},
			{lines: p.lines(runs(item.Value), value, c.wide-labelGap), x: c.x + labelGap, wide: c.wide - labelGap},
		}, 0.45, nil)
	}
}
