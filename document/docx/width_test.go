package docx

import (
	"testing"

	"entente/document"
	"entente/document/redline"
)

// A word in a narrow column is not broken as long as another column has room to spare, and a table is never wider
// than its room.
func TestWordsStayWholeInTables(t *testing.T) {
	columns := []document.Column{{Title: "Due", Width: 1}, {Title: "Before production", Width: 1}, {Title: "What is meant", Width: 9}}
	table := document.Grid(columns, [][]document.Text{document.Row("16 November 2026", "yes", "a description that is long enough to be set in several lines"), document.Row("soon", "no", "")})
	d := document.Document{Sections: []document.Section{{Clauses: []document.Clause{{Blocks: []document.Block{table}}}}}}
	var rows []redline.Line
	for _, l := range redline.Of(d).Lines {
		if l.Kind.Tabular() {
			rows = append(rows, l)
		}
	}
	const room = 8000
	wide := widths(rows, room)
	for i, word := range []string{"November", "production", "description"} {
		if least := longest([]redline.Span{{Run: document.Run{Text: word}}}, i == 1); wide[i] < least {
			t.Errorf("column %d is %d twips wide; %q takes %d", i, wide[i], word, least)
		}
	}
	if got := sum(widths(rows, 1200)); got > 1200 || sum(wide) > room {
		t.Errorf("the columns take %d of 1200 twips, and %d of %d", got, sum(wide), room)
	}
}
