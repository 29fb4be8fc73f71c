package docx

import (
	"fmt"

	"entente/document/redline"
)

// table sets rows of one table, and a narrow line after it: two tables that touch would become one.
func (p *press) table(rows []redline.Line, last bool) {
	left := hang + step*rows[0].Depth
	if len(rows[0].Columns) >= manyColumns && rows[0].Depth == 0 {
		left = 0
	}
	wide := widths(rows, paperWide-2*margin-left)
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
	for i, r := range rows {
		p.row(r, wide, i == header || i+2 == len(rows)) // neither the first row nor the last stands alone
		same = same && r.Change == rows[0].Change
	}
	p.out.WriteString(`</w:tbl>`)
	p.keep = p.signing
	var after redline.Line
	if change := rows[0].Change; same && (change == redline.Inserted || change == redline.Deleted) {
		after.Change = change
	}
	format := `<w:pStyle w:val="AfterTable"/>` + p.together()
	if last { // nothing follows but the end of the document, for which a new page would be begun
		format += `<w:spacing w:line="20" w:lineRule="exact"/>`
	}
	p.paragraph(after, 0, format, "", nil)
}

func sum(all []int) (total int) {
	for _, n := range all {
		total += n
	}
	return total
}

// row sets one row. It is tracked as a row that is new or gone; of a row that moves, its words also are. It may have to stand on
// the page of the next.
func (p *press) row(l redline.Line, wide []int, keep bool) {
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
		p.paragraph(l, i, cellFormat(l, i, keep), "", cell)
		p.out.WriteString(`</w:tc>`)
	}
	p.out.WriteString(`</w:tr>`)
}

func cellFormat(l redline.Line, i int, keep bool) string {
	style := "TableText"
	switch {
	case l.Kind == redline.Head:
		style = "TableHead"
	case (l.Kind == redline.Field || l.Kind == redline.Signing) && i == 0:
		style = "Label"
	}
	format := `<w:pStyle w:val="` + style + `"/>`
	if keep || l.Kind == redline.Head || l.Kind == redline.Signing {
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
