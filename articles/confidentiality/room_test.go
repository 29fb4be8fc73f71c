package confidentiality

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
		Confidentiality Terms `json:"confidentiality"`
	}
	roomtest.Read(t, Example, &file, patch)
	return file.Confidentiality
}

func check(t testing.TB, patch string) (found agreement.Findings) {
	read(t, patch).Check(roomtest.Frame(), &found)
	return found
}

func TestExample(t *testing.T) {
	roomtest.Clean(t, Rules, check(t, ""))
	words := read(t, "").Words(roomtest.Frame())
	roomtest.Clauses(t, words, "11.1", "11.2", "11.3")
	roomtest.Says(t, roomtest.Text(words), "11.1 Confidential information", "11.2 Duties", "11.3 Duration")
}

func TestPages(t *testing.T) { roomtest.Pages(t, Rules, check) }

func TestWords(t *testing.T) {
	tests := []struct {
		name  string
		terms Terms
		want  []string
	}{
		{"nothing chosen", Terms{}, []string{"[ ] Technical specifications", "(x) Information is Confidential Information if", "[ ] Public.", "shall use it only to perform", "no time for them after its end", "[ ] Trade secrets."}},
		{"marked only", Terms{Categories: Categories{MarkedOnly: true, Others: []string{"audit findings"}}}, []string{"[x] Audit findings", "(x) Only information that the disclosing Party marks", "( ) Information is Confidential Information if"}},
		{"the time is said", Terms{Survives: period("P5Y"), TradeSecrets: true}, []string{"for five (5) years after its last day.", "[x] Trade secrets."}},
		{"the duties left out", Terms{Duties: Duties{Omit: true, OmitReason: "an NDA applies"}}, []string{"The Parties have left this clause out on purpose.", "Their reason: an NDA applies"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { roomtest.Says(t, roomtest.Text(test.terms.Words(roomtest.Frame())), test.want...) })
	}
}

func TestLastsUntil(t *testing.T) {
	last := calendar.Date{Year: 2028, Month: 2, Day: 29}
	for _, test := range []struct{ survives, want string }{{"P5Y", "2033-02-28"}, {"P4Y", "2032-02-29"}, {"P30D", "2028-03-30"}} {
		if got := (Terms{Survives: period(test.survives)}).LastsUntil(last).String(); got != test.want {
			t.Errorf("%s after %s is %s, want %s", test.survives, last, got, test.want)
		}
	}
	if got := (Terms{}).LastsUntil(last); got != last {
		t.Errorf("without a time it lasts until %s", got)
	}
	if got := (Terms{Survives: period("P5Y")}).LastsUntil(calendar.Date{}); !got.IsZero() {
		t.Errorf("without an end it lasts until %s", got)
	}
}
