package document

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestCells(t *testing.T) {
	for text, want := range map[string]string{
		"":                 "",
		"plain":            "plain",
		"=1+1":             "'=1+1",
		" =1":              " '=1",
		"＝1":               "'＝1",
		"\t=1":             "'\t'=1",
		"x;=1":             "x;'=1",
		"x; @SUM(A1);y":    "x; '@SUM(A1);y",
		"’s":               "’s",
		"'s-Hertogenbosch": "''s-Hertogenbosch",
		"a - b = c":        "a - b = c",
		"-5.00":            "'-5.00",
	} {
		if got := Cell(text); got != want {
			t.Errorf("%q is the cell %q, want %q", text, got, want)
		}
	}
	if got := FromCell("'s-Hertogenbosch"); got != "'s-Hertogenbosch" {
		t.Errorf("what somebody else wrote becomes %q", got)
	}
}

// Whatever is written into a cell is read back, and begins no formula, wherever the lines are parted.
func TestEveryCellIsReadBack(t *testing.T) {
	sign := rapid.SampledFrom([]rune(formulaSigns + cellEnds + " x\"',"))
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOfN(sign, 0, 12).Draw(t, "text"))
		cell := Cell(text)
		if got := FromCell(cell); got != text {
			t.Fatalf("%q is written %q and read %q", text, cell, got)
		}
		for _, part := range strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(cellEnds, r) }) {
			if strings.ContainsAny(strings.TrimLeft(part, " ")[:min(1, len(strings.TrimLeft(part, " ")))], "=+-@\x00") {
				t.Fatalf("%q is written %q, in which %q is a formula", text, cell, part)
			}
		}
	})
}
