package docx

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"entente/document"
	"entente/document/redline"
)

// table sets rows of one table, and a narrow line after it: two tables that touch would become one.
func (p *press) table(rows []redline.Line) {
	left := hang + step*rows[0].Depth
	wide := widths(rows[0], paperWide-2*margin-left)
	style, header := "Fields", 0
	if rows[0].Columns != nil {
		style, header = "Terms", 1
	}
	fmt.Fprintf(&p.out, `<w:tbl><w:tblPr><w:tblStyle w:val="%s"/><w:tblW w:w="%d" w:type="dxa"/><w:tblInd w:w="%d" w:type="dxa"/><w:tblLayout w:type="fixed"/><w:tblLook w:val="00%d0" w:firstRow="%d" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/></w:tblPr><w:tblGrid>`,
		style, sum(wide), left, 2*header, header)
	for _, w := range wide {
		fmt.Fprintf(&p.out, `<w:gridCol w:w="%d"/>`, w)
	}
	p.out.WriteString(`</w:tblGrid>`)
	same := true
	for _, r := range rows {
		p.row(r, wide)
		same = same && r.Change == rows[0].Change
	}
	p.out.WriteString(`</w:tbl>`)
	var after redline.Line
	if change := rows[0].Change; same && (change == redline.Inserted || change == redline.Deleted) {
		after.Change = change
	}
	p.paragraph(after, 0, `<w:pStyle w:val="AfterTable"/>`, "", nil)
}

func sum(all []int) (total int) {
	for _, n := range all {
		total += n
	}
	return total
}

// widths are the widths of the columns of a table that is as wide as room. A column is at least as wide as
// the longest word of its title, where there is room for that.
func widths(l redline.Line, room int) []int {
	columns := l.Columns
	if len(columns) != len(l.Cells) {
		columns = []document.Column{{Width: 3}, {Width: 7}} // labels and values
	}
	out, lacks := make([]int, len(columns)), make([]int, len(columns))
	weight, rest := 0, room
	for _, c := range columns {
		weight += c.Weight()
	}
	for i, c := range columns {
		out[i] = 216
		for _, word := range strings.Fields(document.Visible(c.Title)) {
			out[i] = max(out[i], 240+115*utf8.RuneCountInString(word))
		}
		out[i] = min(out[i], room/len(columns))
		lacks[i] = max(room*c.Weight()/weight-out[i], 0)
		rest -= out[i]
	}
	lacking := max(sum(lacks), 1)
	for i := range columns {
		out[i] += lacks[i] * rest / lacking
	}
	return out
}

// row sets one row. It is tracked as a row that is new or gone; of a row that moves, its words also are.
func (p *press) row(l redline.Line, wide []int) {
	p.out.WriteString(`<w:tr><w:trPr><w:cantSplit/>`)
	if l.Kind == redline.Head {
		p.out.WriteString(`<w:tblHeader/>`)
	}
	switch l.Change {
	case redline.Inserted, redline.Arrived:
		p.out.WriteString(`<w:ins` + p.attributes() + `/>`)
	case redline.Deleted, redline.Left:
		p.out.WriteString(`<w:del` + p.attributes() + `/>`)
	}
	p.out.WriteString(`</w:trPr>`)
	for i, cell := range l.Cells {
		fmt.Fprintf(&p.out, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>`, wide[i])
		if l.Kind == redline.Signing && i == 1 {
			p.out.WriteString(`<w:tcBorders><w:bottom w:val="single" w:sz="4" w:space="0" w:color="6A655C"/></w:tcBorders>`)
		}
		p.out.WriteString(`</w:tcPr>`)
		p.paragraph(l, i, cellFormat(l, i), "", cell)
		p.out.WriteString(`</w:tc>`)
	}
	p.out.WriteString(`</w:tr>`)
}

func cellFormat(l redline.Line, i int) string {
	style := "TableText"
	switch {
	case l.Kind == redline.Head:
		style = "TableHead"
	case (l.Kind == redline.Field || l.Kind == redline.Signing) && i == 0:
		style = "Label"
	}
	format := `<w:pStyle w:val="` + style + `"/>`
	if l.Kind == redline.Head || l.Kind == redline.Signing {
		format += `<w:keepNext/>`
	}
	if l.Kind == redline.Signing && i == 1 {
		format += `<w:spacing w:before="200"/>`
	}
	if len(l.Columns) == len(l.Cells) && l.Columns[i].Number {
		format += `<w:jc w:val="right"/>`
	}
	return format
}
