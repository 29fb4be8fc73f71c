package pdf

import (
	"strings"
	"testing"

	"entente/document"
)

// under are sections with so many lines before the one that is looked at.
func under(lines int, s document.Section) *press {
	before := document.Section{Kind: document.Article, ID: "a", Title: "A", Clauses: []document.Clause{
		{Number: "1.1", Blocks: []document.Block{document.Para("%s", "x"+strings.Repeat("\nx", lines))}},
	}}
	p := newPress(document.Document{Title: "T", Sections: []document.Section{before, s}}, newTypecase(nil))
	p.section(before)
	return p
}

// Both signatures stand on the page of what the parties sign under, however much of a page is taken.
func TestSignaturesStandTogether(t *testing.T) {
	s := document.Section{Kind: document.Signatures, ID: "s", Title: "Signatures", Clauses: []document.Clause{{Blocks: []document.Block{
		document.Para("%s", strings.Repeat("Each Party signs this Agreement by its signatory. ", 6)),
		document.Choice(document.Tick(true, "%s", strings.Repeat("The person who signs may also do so by a code. ", 3))),
		{Signature: &document.Signature{Party: "Calluna"}}, {Signature: &document.Signature{Party: "Tidewater"}},
	}}}}
	stayed, moved := 0, 0.0
	for lines := range 45 {
		p := under(lines, s)
		page := p.pdf.PageNo()
		p.section(s)
		switch {
		case p.pdf.PageNo() == page:
			stayed++
		case moved == 0:
			moved = p.y
		}
		if p.pdf.PageNo() > page && p.y != moved {
			t.Fatalf("after %d lines the signatures end at %.1f mm of the next page, and not at %.1f with all that they stand among", lines, p.y, moved)
		}
	}
	if stayed == 0 || moved == 0 {
		t.Errorf("%d times there was room on the page; on the next they ended at %.1f mm", stayed, moved)
	}
}

// The last row of a table does not stand alone on a page, and neither does the first.
func TestNoRowStandsAlone(t *testing.T) {
	rows := make([][]document.Text, 5)
	for i := range rows {
		rows[i] = document.Row("a", "b")
	}
	s := document.Section{Kind: document.Article, ID: "b", Clauses: []document.Clause{{Number: "2.1", Blocks: []document.Block{document.Grid([]document.Column{{Title: "A"}, {Title: "B"}}, rows)}}}}
	for lines := range 60 {
		p := under(lines, s)
		page := p.pdf.PageNo()
		p.section(s)
		if p.pdf.PageNo() == page {
			continue
		}
		g := p.within(*s.Clauses[0].Blocks[0].Table, column{textLeft, textRight - textLeft, bodyInk})
		for _, alone := range []int{1, len(rows) - 1} {
			if here := textTop + rowHigh(g.header()) + float64(alone)*rowHigh(g.row(0)) + afterClause; p.y > here-0.01 && p.y < here+0.01 {
				t.Errorf("after %d lines, %d rows of %d are on the next page", lines, alone, len(rows))
			}
		}
	}
}

// "clause 6.1" stays on one line, however wide the lines are.
func TestACitationStaysOnOneLine(t *testing.T) {
	for width := 40.0; width < 60; width++ {
		for _, l := range newTypecase(nil).lines(runs(document.T("as it is stated in detail by [[6.1]]")), bodyInk, width) {
			last := l.pieces[len(l.pieces)-1]
			if last.ref != "" && strings.HasSuffix(last.text, "clause") {
				t.Errorf("in %.0f mm a line ends with %q", width, last.text)
			}
		}
	}
}
