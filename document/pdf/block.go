package pdf

import "entente/document"

// A column is where blocks are set: its left edge, its width, and the ink of its text.
type column struct {
	x, wide float64
	ink     ink
}

// indent is the column moved to the right, as long as it stays wide enough to read.
func (c column) indent(by float64) column {
	if c.wide-by < 45 {
		return c
	}
	c.x, c.wide = c.x+by, c.wide-by
	return c
}

// The spaces between blocks, in millimetres.
const (
	afterBlock  = 2.6
	afterItem   = 1.1
	afterClause = 4.4
	boxIndent   = 6.4
)

func (p *press) section(s document.Section) {
	lines := p.lines(plain(s.Title), sectionInk, textRight-textLeft)
	label := p.lines(plain(s.Label), labelInk, textRight-textLeft)
	switch {
	case s.Kind == document.Schedule || s.Kind == document.Front || p.reached == 0:
		p.page()
	case len(label)+len(lines) > 0:
		p.y += 9
		high := float64(len(label))*labelInk.leading() + float64(len(lines))*sectionInk.leading() + 6
		switch {
		case s.Kind == document.Signatures: // what the parties sign under stands beside their signatures
			for _, c := range s.Clauses {
				high += p.signedHigh(c.Blocks, column{textLeft, textRight - textLeft, bodyInk})
			}
		case len(s.Clauses) > 0:
			high += p.opening(s.Clauses[0])
		}
		p.need(high)
	}
	p.reach()
	p.flow(label, textLeft, labelInk.leading(), nil)
	p.flow(lines, textLeft, sectionInk.leading(), nil)
	if len(label)+len(lines) > 0 {
		p.y += 4.5
	}
	for _, c := range s.Clauses {
		p.clause(c)
	}
}

// signedHigh is the height of signatures, and of the paragraphs and boxes among which they stand.
func (p *press) signedHigh(blocks []document.Block, c column) (high float64) {
	text := func(t document.Text, c column) float64 {
		return float64(len(p.lines(runs(t), c.ink, c.wide)))*c.ink.leading() + afterBlock
	}
	for _, b := range blocks {
		switch {
		case b.Signature != nil:
			high += signatureHigh + afterBlock
		case b.Paragraph != nil:
			high += text(b.Paragraph.Text, c)
		case b.Options != nil:
			for _, item := range b.Options.Items {
				high += text(item.Text, c.indent(boxIndent)) + p.signedHigh(item.Under, c.indent(boxIndent))
			}
		}
	}
	return high
}

// opening is the height that a clause needs at least: its heading and the beginning of its text.
func (p *press) opening(c document.Clause) float64 {
	high := float64(len(p.lines(plain(c.Title), clauseInk, textRight-textLeft)))*clauseInk.leading() + 1
	if len(c.Blocks) == 0 {
		return high
	}
	body := column{textLeft, textRight - textLeft, bodyInk}
	switch b := c.Blocks[0]; {
	case b.Signature != nil:
		return high + signatureHigh
	case b.Table != nil:
		return high + min(p.tableOpening(*b.Table, body), 80)
	case b.Paragraph != nil && len(c.Blocks) > 1 && c.Blocks[1].Table != nil:
		return high + p.leadHigh(*b.Paragraph, *c.Blocks[1].Table, body)
	}
	return high + float64(inseparable(p.firstLines(c.Blocks[0], body)))*bodyInk.leading()
}

// firstLines is how many lines the first paragraph or item of a block has.
func (p *press) firstLines(b document.Block, c column) int {
	item := c.indent(boxIndent)
	switch {
	case b.Paragraph != nil:
		return len(p.lines(runs(b.Paragraph.Text), c.ink, c.wide))
	case b.Options != nil && len(b.Options.Items) > 0:
		return len(p.lines(runs(b.Options.Items[0].Text), item.ink, item.wide))
	case b.List != nil && len(b.List.Items) > 0:
		return len(p.lines(runs(b.List.Items[0]), item.ink, item.wide))
	}
	return 2
}

// tableOpening is the height of a table's header and first two rows.
func (p *press) tableOpening(t document.Table, c column) float64 {
	if len(t.Columns) == 0 || len(t.Rows) == 0 {
		return 0
	}
	g := p.within(t.Squared(), roomFor(t, c))
	return rowHigh(g.header()) + g.high(0, 2)
}

// leadHigh is the height of a paragraph with the beginning of the table that it introduces: they
// stay together unless that would take too much of a page.
func (p *press) leadHigh(lead document.Paragraph, t document.Table, c column) float64 {
	high := float64(len(p.lines(runs(lead.Text), c.ink, c.wide)))*c.ink.leading() + afterBlock + p.tableOpening(t, c)
	return min(high, 100)
}

func (p *press) clause(c document.Clause) {
	p.need(p.opening(c))
	p.reach()
	number := p.oneLine(c.Label(), clauseInk, textLeft-marginLeft-1)
	hang := func(base float64) { p.draw(number, marginLeft, base) }
	if title := p.lines(plain(c.Title), clauseInk, textRight-textLeft); len(title) > 0 {
		p.flow(title, textLeft, clauseInk.leading(), hang)
		p.y += 0.9
	} else {
		hang(p.y + 0.73*bodyInk.leading()) // beside the first line of the text
	}
	p.blocks(c.Blocks, column{textLeft, textRight - textLeft, bodyInk})
	p.y += afterClause - afterBlock
}

func (p *press) blocks(blocks []document.Block, c column) {
	for i, b := range blocks {
		if i > 0 && b.Options != nil && blocks[i-1].Options != nil {
			p.y += 2 * afterItem // two choices must not look like one
		}
		if b.Paragraph != nil && i+1 < len(blocks) && blocks[i+1].Table != nil {
			p.need(p.leadHigh(*b.Paragraph, *blocks[i+1].Table, c))
		}
		p.block(b, c)
		p.y += afterBlock
	}
}

func (p *press) block(b document.Block, c column) {
	switch {
	case b.Paragraph != nil:
		p.flow(p.lines(runs(b.Paragraph.Text), c.ink, c.wide), c.x, c.ink.leading(), nil)
	case b.Options != nil:
		p.options(*b.Options, c)
	case b.Table != nil:
		p.table(b.Table.Squared(), c)
	case b.Fields != nil:
		p.fields(*b.Fields, c)
	case b.List != nil:
		p.list(*b.List, c)
	case b.Signature != nil:
		p.signature(*b.Signature, c)
	}
}

func (p *press) options(o document.Options, c column) {
	for i, item := range o.Items {
		if i > 0 {
			p.y += afterItem
		}
		in := c.indent(boxIndent)
		if !item.Chosen {
			in.ink.tone = muted
		}
		box := func(base float64) { p.box(o, item.Chosen, c.x, base, in.ink) }
		p.flow(p.lines(runs(item.Text), in.ink, in.wide), in.x, in.ink.leading(), box)
		if len(item.Under) > 0 {
			p.y += afterItem
			p.blocks(item.Under, in)
			p.y -= afterBlock - afterItem
		}
	}
}

// box draws a tick box, round where exactly one is chosen. The same mark lies on it in invisible
// letters, so that text copied or read aloud tells what is chosen.
func (p *press) box(o document.Options, chosen bool, x, base float64, i ink) {
	const side = 2.9
	top, mid := base-side+0.35, side/2
	p.pdf.SetDrawColor(i.tone[0], i.tone[1], i.tone[2])
	p.pdf.SetLineWidth(0.22)
	if o.Exclusive {
		p.pdf.Circle(x+mid, top+mid, mid, "D")
	} else {
		p.pdf.Rect(x, top, side, side, "D")
	}
	switch {
	case chosen && o.Exclusive:
		p.pdf.SetFillColor(i.tone[0], i.tone[1], i.tone[2])
		p.pdf.Circle(x+mid, top+mid, 0.72, "F")
		p.pdf.SetFillColor(0, 0, 0)
	case chosen:
		p.pdf.SetLineWidth(0.3)
		p.pdf.Line(x, top, x+side, top+side)
		p.pdf.Line(x, top+side, x+side, top)
	}
	p.pdf.SetTextRenderingMode(3)
	p.draw(p.oneLine(o.Mark(chosen), ink{regular, 7, i.tone}, 2*side), x, base)
	p.pdf.SetTextRenderingMode(0)
}

func (p *press) list(l document.List, c column) {
	for i, item := range l.Items {
		if i > 0 {
			p.y += afterItem
		}
		mark := "•"
		if l.Lettered {
			mark = "(" + document.Letter(i) + ")"
		}
		in := c.indent(boxIndent)
		first := func(base float64) { p.draw(p.oneLine(mark, c.ink, boxIndent), c.x, base) }
		p.flow(p.lines(runs(item), in.ink, in.wide), in.x, in.ink.leading(), first)
	}
}

const signatureHigh = 46.0

func (p *press) signature(s document.Signature, c column) {
	p.need(signatureHigh)
	p.y += 3
	party := c
	party.ink = clauseInk
	p.flow(p.lines(plain(s.Party), party.ink, c.wide), c.x, party.ink.leading(), nil)
	wide := min(c.wide, 112.0)
	for _, f := range [][2]string{{"Signature", s.Mark}, {"Name", s.Name}, {"Title", s.Title}, {"Date", s.Date}} {
		label := p.lines(plain(f[0]), ink{regular, 9.6, muted}, 20)
		value := p.lines(plain(f[1]), cellInk, wide-22)
		p.y += 2.4
		if f[0] == "Signature" && len(value) == 0 {
			p.y += 6 // room for a hand
		}
		cells := []cell{{lines: label, x: c.x, wide: 20}, {lines: value, x: c.x + 22, wide: wide - 22}}
		p.row(cells, 0.4, nil)
		p.rule(c.x+22, wide-22, muted)
	}
	p.y += 4
}
