package warranty

import (
	"testing"

	"entente/agreement"
)

func TestExample(t *testing.T) {
	var file struct {
		Warranty Terms `json:"warranty"`
	}
	example(t, &file)
	var found agreement.Findings
	file.Warranty.Check(agreement.Frame{}, &found)
	clean(t, found)
	wants(t, flat(file.Warranty.Words(agreement.Frame{})), "9.1 Warranties of each party", "9.3 Disclaimer")
}

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
		t.Run(test.name, func(t *testing.T) { wants(t, flat(test.terms.Words(agreement.Frame{})), test.want...) })
	}
}
