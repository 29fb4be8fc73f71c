package commerce

import (
	"testing"

	"entente/agreement"
	"entente/articles/roomtest"
	"entente/calendar"
	"entente/document"
)

// file is the part of an agreement file that the room reads.
type file struct {
	Commerce Terms `json:"commerce"`
}

var frame = agreement.Frame{Front: agreement.Front{Currency: "EUR"}, Components: []agreement.Component{
	{Name: "summarise", Provider: agreement.A}, {Name: "embed", Provider: agreement.B},
	{Name: "reader-kit", Provider: agreement.A}, {Name: "search-panel", Provider: agreement.B},
}}

func (f file) findings() agreement.Findings {
	var found agreement.Findings
	f.Commerce.Check(frame, &found)
	return found
}

func (f file) words() []document.Clause { return f.Commerce.Words(frame) }

// with is the room's part of the example, with a patch.
func with(t testing.TB, patch string) (f file) {
	t.Helper()
	roomtest.Read(t, Example, &f, patch)
	return f
}

func check(t testing.TB, patch string) agreement.Findings { return with(t, patch).findings() }

func TestExample(t *testing.T) { roomtest.Clean(t, Rules, check(t, "")) }

func TestPages(t *testing.T) { roomtest.Pages(t, Rules, check) }

// Whatever is left out, every clause is there, and the wording has no holes.
func TestWordingIsWhole(t *testing.T) {
	for _, f := range []file{with(t, ""), {Terms{Revenue: Revenue{Model: None}, Payment: Payment{NetDays: 30, Currency: "EUR", InvoicingDay: 5, DisputeWindow: calendar.Duration{Days: 15}}}}} {
		roomtest.Clauses(t, f.words(), "6.1", "6.2", "6.3")
		roomtest.Says(t, roomtest.Text(f.words()))
	}
}
