package redline_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente/document"
	"entente/document/redline"
)

// In a document from elsewhere a row of a table may have more or fewer cells than the others: then it is another row,
// even where it begins with the same words.
func TestARowOfOtherCellsIsAnotherRow(t *testing.T) {
	row := func(cells ...string) redline.Line {
		l := redline.Line{Kind: redline.Row, Group: 1, Clause: "3.1"}
		for _, c := range cells {
			l.Cells = append(l.Cells, []redline.Span{{Run: document.Run{Text: c}}})
		}
		return l
	}
	old := []redline.Line{row("Party", "Name"), row("Party A", "first"), row("Party B", "second"), row("both", "third")}
	for name, wide := range map[string]redline.Line{"wider": row("Party B", "second", "more"), "narrower": row("Party B")} {
		var changes []redline.Change
		for _, l := range redline.Between(old, []redline.Line{old[0], old[1], wide, old[3]}) {
			changes = append(changes, l.Change)
		}
		if diff := cmp.Diff([]redline.Change{redline.Kept, redline.Kept, redline.Deleted, redline.Inserted, redline.Kept}, changes); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
