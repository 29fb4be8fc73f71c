package sheet_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente/articles/sheet"
	"entente/document/incoming"
)

const page = `# Cover Page

This page is part of the agreement.

| Term | Value |
| --- | --- |
| **Effective Date** | 1 December 2026 |
| Governing Law | The laws of the State of California |
| Chosen courts | the courts of Kiel, Germany |
| Subscription Period | 2 years |
| Non-Renewal Notice | 60 days |
| Payment Terms | Net 30 days |
| Late interest | 1.5 % per month |
| General Cap Amount | EUR 250,000.00 |
| Increased Cap | 2x fees paid |
| Favourite colour | blue |

## Confidentiality Period
five (5) years

## Signatures

|  | Provider | Customer |
| --- | --- | --- |
| Legal name | Calluna Text GmbH | Tidewater Search Ltd |
| Print Name | Elif Demir | Róisín Daly |
| Notice email | elif.demir@calluna.example | TBD |
| Signature | | |

**Customer address:** 3 Merchants Quay, Galway
- Currency: EUR
`

func TestACoverPageIsReadOrTold(t *testing.T) {
	rows, err := sheet.Markdown([]byte(page))
	if err != nil {
		t.Fatal(err)
	}
	a, taken, rest := sheet.Cover(rows)
	var terms, told []string
	for _, r := range sheet.Rows(a) {
		terms = append(terms, r.Term+": "+r.Value)
	}
	for _, r := range rest {
		told = append(told, r.Term+" = "+r.Value+": "+r.Why)
	}
	want := []string{
		"edition: entente/2026-11", "agreement.effective: 2026-12-01", "agreement.currency: EUR",
		"parties.a.name: Calluna Text GmbH", "parties.a.contact.name: Elif Demir", "parties.a.contact.email: elif.demir@calluna.example",
		"parties.b.name: Tidewater Search Ltd", "parties.b.address: 3 Merchants Quay, Galway", "parties.b.contact.name: Róisín Daly",
		"commerce.payment.net_days: 30", "liability.limits.cap.amount: EUR 250000.00", "confidentiality.survives: P5Y",
		"term.initial: P2Y", "term.renewal.notice: P60D", "general.law.country: US", "general.law.region: US-CA", "general.law.venue: the courts of Kiel, Germany",
	}
	if diff := cmp.Diff(want, terms); diff != "" {
		t.Errorf("terms (-want +got):\n%s", diff)
	}
	left := []string{
		"Cover Page = This page is part of the agreement.: no term of the agreement is called so",
		"Late interest = 1.5 % per month: \"1.5 % per month\" is not what it needs: Interest on late payment, per year.",
		"Increased Cap = 2x fees paid: \"2x fees paid\" is not what it needs: The higher amount, for example EUR 1000000.00.",
		"Favourite colour = blue: no term of the agreement is called so",
		"Notice email = TBD: \"TBD\" is not what it needs: The person's e-mail address.",
	}
	if diff := cmp.Diff(left, told); diff != "" {
		t.Errorf("not recognised (-want +got):\n%s", diff)
	}
	if len(taken) != len(terms)-2 { // the edition is nobody's, and a state is two terms
		t.Errorf("%d rows are %d terms", len(taken), len(terms))
	}
}

// A cover page that a word processor wrote is read in the same way.
func TestACoverPageAsADocument(t *testing.T) {
	row := func(cells ...string) incoming.Line { return incoming.Line{Row: true, Table: 1, Cells: cells} }
	rows, err := sheet.Document(&incoming.Copy{Lines: []incoming.Line{
		{Cells: []string{"Key terms"}, Heading: 1},
		row("Term", "Value"), row("Governing law", "England and Wales"), row("Effective date", "2 March 2027"),
		{Cells: []string{"Cure period: 30 days"}},
		{Cells: []string{"gone"}, Gone: true},
	}})
	if err != nil {
		t.Fatal(err)
	}
	a, _, rest := sheet.Cover(rows)
	if diff := cmp.Diff([]string{"agreement.effective: 2027-03-02", "term.cause.material_breach: P30D", "general.law.country: GB", "general.law.region: GB-ENG"}, termsOf(a)); diff != "" || len(rest) > 0 {
		t.Errorf("%s\n%+v", diff, rest)
	}
}

// Whatever a page says, reading it ends, and what has a value is a term or is told.
func FuzzCover(f *testing.F) {
	f.Add(page)
	f.Add("# a\n## b\nc\n|||\n||x|y|\n|z|1|2|\n###### \n* : \n")
	f.Fuzz(func(t *testing.T, given string) {
		rows, err := sheet.Markdown([]byte(given))
		if err != nil {
			return
		}
		_, taken, rest := sheet.Cover(rows)
		if len(taken)+len(rest) != len(rows) {
			t.Errorf("of %d rows %d are terms and %d are told", len(rows), len(taken), len(rest))
		}
	})
}

// A cap of the fees of one year is a choice, and a multiple of it is for a person to decide.
func TestACapOfFees(t *testing.T) {
	for value, want := range map[string]bool{"1.0x fees paid in the prior 12 months": true, "the fees paid or payable in the preceding twelve (12) months": true,
		"2x fees paid in the prior 12 months": false, "1x fees paid in the prior 24 months": false} {
		rows, err := sheet.Markdown([]byte("General Cap Amount: " + value + "\nPartnership Term: 2 years\n"))
		if err != nil {
			t.Fatal(err)
		}
		a, _, rest := sheet.Cover(rows)
		if taken := a.Liability.Limits.Cap != nil && a.Liability.Limits.Cap.PriorFees; taken != want || len(rest) == 1 == want || a.Term.Initial.Years != 2 {
			t.Errorf("%s: taken %v, rest %v, term %v", value, taken, rest, a.Term.Initial)
		}
	}
}
