package liability

import (
	"testing"

	"entente/agreement"
	"entente/articles/roomtest"
	"entente/calendar"
	"entente/money"
)

var period = roomtest.Of[calendar.Duration]

// read is the room's part of the example, with a patch.
func read(t testing.TB, patch string) Terms {
	var file struct {
		Liability Terms `json:"liability"`
	}
	roomtest.Read(t, Example, &file, patch)
	return file.Liability
}

func check(t testing.TB, patch string) (found agreement.Findings) {
	read(t, patch).Check(roomtest.Frame(), &found)
	return found
}

func TestExample(t *testing.T) {
	roomtest.Clean(t, Rules, check(t, ""))
	words := read(t, "").Words(roomtest.Frame())
	roomtest.Clauses(t, words, "10.1", "10.2")
	roomtest.Says(t, roomtest.Text(words), "10.1 Indemnity", "10.2 Limits of liability")
}

func TestPages(t *testing.T) { roomtest.Pages(t, Rules, check) }

func TestWords(t *testing.T) {
	million := money.Amount{Minor: 100_000_000, Currency: "EUR"}
	tests := []struct {
		name  string
		terms Terms
		want  []string
	}{
		{"nothing chosen", Terms{}, []string{"[ ] Intellectual property.", "[ ] Notice of claims. The Party that claims indemnity shall give notice of a claim within a fixed time",
			"[ ] Cap. The total liability of each Party is capped.", "[ ] Raised cap. A higher cap", "[ ] Exclusions.", "[ ] Wilful misconduct"}},
		{"a cap by amount", Terms{Limits: Limits{Cap: &Cap{Amount: million}}}, []string{"[x] Cap. The total liability of each Party does not exceed EUR 1,000,000.00 (one million euros)."}},
		{"a cap by fees", Terms{Limits: Limits{Cap: &Cap{PriorFees: true}}}, []string{"does not exceed the fees paid under this Agreement in the twelve (12) months before"}},
		{"the greater of both", Terms{Limits: Limits{Cap: &Cap{Amount: million, PriorFees: true}}}, []string{"does not exceed the greater of EUR 1,000,000.00 (one million euros) and the fees paid"}},
		{"a cap without figures", Terms{Limits: Limits{Cap: &Cap{}}}, []string{"[x] Cap. The total liability of each Party is capped."}},
		{"a raised cap lists its claims", Terms{Limits: Limits{Raised: &Raised{million, []string{"breach of Article 3"}}}}, []string{"[x] Raised cap. For the following claims", "- breach of Article 3"}},
		{"other exclusions", Terms{Limits: Limits{Exclusions: Exclusions{Others: []string{"fraud"}}}}, []string{"[x] Exclusions.", "[ ] Gross negligence", "[x] Fraud"}},
		{"times are said", Terms{Indemnity: Indemnity{IPClaims: true, NoticeWithin: period("P14D"), PaymentWithin: period("P30D")}},
			[]string{"within fourteen (14) days of learning of it", "within thirty (30) days of the settlement"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { roomtest.Says(t, roomtest.Text(test.terms.Words(roomtest.Frame())), test.want...) })
	}
}
