package redline_test

import (
	"testing"

	"pgregory.net/rapid"

	"entente/articles/draft"
	"entente/calendar"
	"entente/document"
	"entente/document/documenttest"
	"entente/document/redline"
)

// A whole agreement is compared with an edited one.
func BenchmarkCompare(b *testing.B) {
	example := draft.Example(calendar.Date{Year: 2026, Month: 11, Day: 1}).Draft()
	edited := rapid.Custom(func(t *rapid.T) document.Document { return documenttest.Edited(t, example) }).Example(3)
	for b.Loop() {
		redline.Compare(example, edited)
	}
}
