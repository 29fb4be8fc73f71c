package warranty

import (
	"testing"

	"entente/agreement"
	"entente/articles/roomtest"
	"entente/calendar"
)

var period = roomtest.Of[calendar.Duration]

// read is the room's part of the example, with a patch.
func read(t testing.TB, patch string) Terms {
	var file struct {
		Warranty Terms `json:"warranty"`
	}
	roomtest.Read(t, Example, &file, patch)
	return file.Warranty
}

func check(t testing.TB, patch string) (found agreement.Findings) {
	read(t, patch).Check(roomtest.Frame(), &found)
	return found
}

func TestExample(t *testing.T) {
	roomtest.Clean(t, Rules, check(t, ""))
	words := read(t, "").Words(roomtest.Frame())
	roomtest.Clauses(t, words, "9.1", "9.2", "9.3")
	roomtest.Says(t, roomtest.Text(words), "9.1 Warranties of each party", "9.3 Disclaimer")
}

func TestPages(t *testing.T) { roomtest.Pages(t, Rules, check) }

func TestWords(t *testing.T) {
	tests := []struct {
		name  string
		terms Terms
		want  []string
	}{
		{"nothing chosen", Terms{}, []string{"[ ] Authority.", "[ ] Confirmation. Each Party shall confirm its warranties again at a fixed interval", "[ ] Cure.", "neither Party gives a warranty of any kind"}},
		{"times are said", Terms{Party: Party{Authority: true, ConfirmedEvery: period("P1Y")}, Technology: Technology{AsDocumented: true, CureWithin: period("P15D")}},
			[]string{"[x] Authority.", "every period of one (1) year", "[x] Performance.", "[ ] Security.", "within fifteen (15) days of receiving notice"}},
		{"the disclaimer left out without a reason", Terms{Disclaimer: Disclaimer{Omit: true}}, []string{"The Parties have left this clause out on purpose."}},
		{"the disclaimer left out with a reason", Terms{Disclaimer: Disclaimer{Omit: true, OmitReason: "statute is enough"}}, []string{"Their reason: statute is enough"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { roomtest.Says(t, roomtest.Text(test.terms.Words(roomtest.Frame())), test.want...) })
	}
}
