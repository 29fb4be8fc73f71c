package pdf

import (
	"crypto/sha256"
	"fmt"

	"codeberg.org/go-pdf/fpdf"

	"entente/document/pdf/archive"
)

// A Signer is a party that can sign the file itself. The file's last page has a field for each.
type Signer struct {
	Field string // the name of the form field: "party-a"
	Label string // "Party A: Calluna Text GmbH"
}

// A Fact is a line of a mark: what it is, and what is so.
type Fact struct{ Label, Value string }

// The size of a field on the last page, in millimetres.
const (
	markWide, markHigh = textRight - marginLeft, 86.0
	markLabel          = 33.0
)

// completion is the page where signatures will show.
func (p *press) completion(signers []Signer) (places []archive.Place) {
	if len(signers) == 0 {
		return nil
	}
	p.page()
	p.pdf.Bookmark("Electronic signatures", 0, p.y-2)
	p.flow(p.lines(plain("Electronic signatures"), sectionInk, markWide), marginLeft, sectionInk.leading(), nil)
	p.y += 1.5
	const note = "Each box shows a signature once it is given, and is empty until then. A signature covers every byte of this file up to itself."
	p.flow(p.lines(plain(note), cellInk, markWide), marginLeft, cellInk.leading(), nil)
	for _, s := range signers {
		p.y += 4
		p.need(markHigh + 8)
		p.flow(p.lines(plain(s.Label), clauseInk, markWide)[:1], marginLeft, clauseInk.leading(), nil)
		p.y++
		p.pdf.SetDrawColor(hair[0], hair[1], hair[2])
		p.pdf.SetLineWidth(0.18)
		p.pdf.Rect(marginLeft, p.y, markWide, markHigh, "D")
		places = append(places, archive.Place{Field: s.Field, Label: "Signature of " + s.Label, Page: p.pdf.PageNo(),
			Left: marginLeft * millimetre, Bottom: (paperHigh - p.y - markHigh) * millimetre, Wide: markWide * millimetre, High: markHigh * millimetre})
		p.y += markHigh
	}
	return places
}

// Mark is what a signed field shows, as a file of one page of the field's size: a heading, then facts.
// The same facts give the same bytes.
func Mark(heading string, facts []Fact) ([]byte, error) {
	p := blank(fpdf.NewCustom(&fpdf.InitType{UnitStr: "mm", Size: fpdf.SizeType{Wd: markWide, Ht: markHigh}}), newTypecase(nil))
	p.bottom = 10 * markHigh // what does not fit is not shown, and stands in the signature all the same
	p.pdf.AddPage()
	const left = 4.0
	p.y = 3
	p.flow(p.lines(plain(heading), clauseInk, markWide-2*left), left, clauseInk.leading(), nil)
	p.y += 1.2
	label, value := ink{regular, 8.2, muted}, ink{regular, 8.2, black}
	for _, f := range facts {
		lines := p.lines(plain(f.Value), value, markWide-markLabel-2*left)
		if len(lines) == 0 {
			continue
		}
		p.draw(p.oneLine(f.Label, label, markLabel-2), left, p.y+0.73*value.leading())
		p.flow(lines[:min(len(lines), 2)], left+markLabel, value.leading(), nil)
		p.y += 0.9
	}
	return p.finished(markTag(heading, facts))
}

// markTag is a tag of five letters that follows from what a mark shows.
func markTag(heading string, facts []Fact) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q", heading, facts))
	tag := []byte("M....")
	for i := 1; i < len(tag); i++ {
		tag[i] = 'A' + sum[i]%26
	}
	return string(tag)
}
