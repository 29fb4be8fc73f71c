package document

import "strings"

// Signs with which a spreadsheet takes a cell for a formula, and those behind which another cell begins for one that
// parts lines elsewhere than at commas. The apostrophe is among the signs so that FromCell finds back what Cell was given.
const (
	formulaSigns = "=+-@＝＋－＠\t\r\n\x00'"
	cellEnds     = ";\t\r\n"
)

// Cell is text as a cell of a table in CSV that no spreadsheet takes for a formula: an apostrophe stands before what
// would begin one. FromCell is the way back.
func Cell(text string) string {
	var b strings.Builder
	begins := true
	for _, r := range text {
		if begins && strings.ContainsRune(formulaSigns, r) {
			b.WriteByte('\'')
		}
		b.WriteRune(r)
		begins = begins && r == ' ' || strings.ContainsRune(cellEnds, r)
	}
	return b.String()
}

// FromCell is the text that Cell made a cell of. A cell that somebody else wrote, without apostrophes, stays as it is.
func FromCell(cell string) string {
	var b strings.Builder
	begins, runes := true, []rune(cell)
	for i := 0; i < len(runes); i++ {
		if begins && runes[i] == '\'' && i+1 < len(runes) && strings.ContainsRune(formulaSigns, runes[i+1]) {
			i++
		}
		b.WriteRune(runes[i])
		begins = begins && runes[i] == ' ' || strings.ContainsRune(cellEnds, runes[i])
	}
	return b.String()
}
