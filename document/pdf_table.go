package document

// A cell is text in its part of a row.
type cell struct {
	lines   []line
	x, wide float64
	right   bool // set at the right edge
}

const (
	cellPad  = 1.5 // above and below the text of a row
	cellGap  = 4.0 // between columns
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

// cells divides the column among texts by the table's weights.
func (t Table) cells(texts []Text, i ink, c column) []cell {
	sum := 0
	for _, col := range t.Columns {
		sum += col.weight()
	}
	usable := max(c.wide-cellGap*float64(len(texts)-1), 0.5*c.wide)
	gap := (c.wide - usable) / float64(max(len(texts)-1, 1))
	cells, x := make([]cell, len(texts)), c.x
	for n, text := range texts {
		wide := usable * float64(t.Columns[n].weight()) / float64(sum)
		cells[n] = cell{text.lines(i, wide), x, wide, t.Columns[n].Number}
		x += wide + gap
	}
	return cells
}

func (t Table) header(c column) []cell {
	titles := make([]Text, len(t.Columns))
	for i, col := range t.Columns {
		titles[i] = plain(col.Title)
	}
	return t.cells(titles, ink{bold, cellInk.size, c.ink.tone}, c)
}

func (t Table) row(n int, c column) []cell {
	return t.cells(t.Rows[n], ink{regular, cellInk.size, c.ink.tone}, c)
}

// table sets the header again on every page that the table reaches, unless it would fill the page.
func (p *press) table(t Table, c column) {
	if len(t.Columns) == 0 {
		return
	}
	head := t.header(c)
	header := func() {
		p.row(head, cellPad, nil)
		p.rule(c.x, c.wide, muted)
	}
	again := header
	if rowHigh(head) > (p.bottom-textTop)/3 {
		again = nil
	}
	if len(t.Rows) > 0 {
		p.need(min(rowHigh(head)+rowHigh(t.row(0, c)), (p.bottom-textTop)/2))
	}
	header()
	for n := range t.Rows {
		p.row(t.row(n, c), cellPad, again)
		p.rule(c.x, c.wide, hair)
	}
}

// row sets cells beside each other. A row that does not fit goes to the next page; one that fits no
// page is continued. On each new page again is called first.
func (p *press) row(cells []cell, pad float64, again func()) {
	leading := cellInk.leading()
	turn := func() {
		p.page()
		if again != nil {
			again()
		}
	}
	if high := float64(tallest(cells))*leading + 2*pad; p.y+high > p.bottom && high < (p.bottom-textTop)/2 {
		turn()
	}
	for done, all := 0, max(tallest(cells), 1); done < all; {
		if p.y+leading+2*pad > p.bottom {
			turn()
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

func (p *press) fields(f Fields, c column) {
	label := ink{regular, cellInk.size, muted}
	value := ink{regular, cellInk.size + 0.4, c.ink.tone}
	for _, item := range f.Items {
		p.row([]cell{
			{lines: plain(item.Label).lines(label, labelGap-3), x: c.x, wide: labelGap - 3},
			{lines: item.Value.lines(value, c.wide-labelGap), x: c.x + labelGap, wide: c.wide - labelGap},
		}, 0.45, nil)
	}
}
