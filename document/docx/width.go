package docx

import (
	"slices"
	"strings"
	"unicode"

	"entente/document"
	"entente/document/redline"
)

// manyColumns is from how many columns on a table takes the margin where the clause numbers hang, too.
const manyColumns = 6

// widestWord is the part of a table that one word may claim for its column: one over this.
const widestWord = 4

// widths are the widths of the columns of a table that is as wide as room: by their weights, but so that a word
// is broken only where the table has no room for it. A word processor breaks it at no sign.
func widths(rows []redline.Line, room int) []int {
	columns := rows[0].Columns
	if len(columns) != len(rows[0].Cells) {
		columns = []document.Column{{Width: 3}, {Width: 7}} // labels and values
	}
	wides, least := make([]int, len(columns)), make([]int, len(columns))
	weights := 0
	for _, c := range columns {
		weights += c.Weight()
	}
	for i, c := range columns {
		wides[i] = room * c.Weight() / weights
		for _, r := range rows {
			if i < len(r.Cells) {
				least[i] = max(least[i], longest(r.Cells[i], r.Kind == redline.Head))
			}
		}
		least[i] = min(least[i], room/widestWord)
	}
	if sum(least) > room {
		return cropped(least, room)
	}
	lend(wides, least)
	return wides
}

// cropped are claims that together take all there is: the largest are cut to one width.
func cropped(claims []int, room int) []int {
	wides := slices.Clone(claims)
	order := slices.Sorted(slices.Values(claims))
	for i, claim := range order {
		rest := len(order) - i
		if claim*rest > room { // from here on all are cut
			for j := range wides {
				wides[j] = min(wides[j], room/rest)
			}
			return wides
		}
		room -= claim
	}
	return wides
}

// lend widens the columns that are narrower than they need at the cost of those that are wider.
func lend(wides, least []int) {
	short, spare := 0, 0
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

// longest is the room that the longest word of a cell takes, with what stands empty on both sides of it. Which font
// there will be is not known: it is taken for one as wide as is usual.
func longest(cell []redline.Span, bold bool) int {
	const emptySides, size = 160, 190 // twips; the text of a table has nine and a half points
	var words strings.Builder
	for _, s := range cell {
		words.WriteString(document.Visible(s.Text))
	}
	most := 0
	for word := range strings.FieldsFuncSeq(words.String(), unicode.IsSpace) {
		for part := range strings.SplitAfterSeq(word, "-") {
			wide := 0
			for _, r := range part {
				wide += ems(r)
			}
			most = max(most, wide)
		}
	}
	if bold {
		most += most / 7
	}
	return emptySides + most*size/1000
}

// ems is how wide a character is, in thousandths of the size of the font.
func ems(r rune) int {
	switch {
	case strings.ContainsRune("iljtfrI.,:;'’|!()[]/-", r):
		return 400
	case strings.ContainsRune("mwMW%@", r):
		return 960
	case unicode.IsUpper(r):
		return 740
	case r > 0x2e80: // the scripts of ideographs
		return 1000
	case unicode.Is(unicode.Mn, r):
		return 0
	}
	return 610
}
