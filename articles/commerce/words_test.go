package commerce

import (
	"testing"

	"entente/articles/roomtest"
)

func TestWordsSayWhatIsChosen(t *testing.T) {
	for _, tt := range []struct{ name, patch, want string }{
		{"sharing is chosen", "{}", "(x) Sharing."},
		{"no sharing is chosen", "commerce: {revenue: {model: none, shares: null, referral: null, licensing: null}}", "(x) No direct sharing."},
		{"an unticked share is a whole sentence", "commerce: {revenue: {shares: null}}", "[ ] Revenue share. The Parties share the revenue from the Components and from joint sales in agreed percentages."},
		{"a row for all components", "commerce: {revenue: {shares: [{base: gross, of: fees, a: 70%, b: 30%}]}}", "every Component without a row of its own | licensing fees under clause 6.1 | gross | 70 % | 30 %"},
		{"default deductions", "commerce: {revenue: {deductions: null}}", "Net revenue is gross revenue less taxes, refunds and service credits."},
		{"chosen deductions", "commerce: {revenue: {deductions: [taxes, chargebacks]}}", "Net revenue is gross revenue less taxes and chargebacks."},
		{"a flat referral fee", "commerce: {revenue: {referral: {flat: EUR 750.00}}}", "The fee for each customer won is EUR 750.00 (seven hundred and fifty euros)."},
		{"the lowest referral tier", "commerce: {revenue: {referral: {first_year: null, tiers: [{from: EUR 0, fee: 10%}, {from: EUR 1000, fee: 15%}]}}}",
			"The fee is 10 % of the part of the net revenue collected from the customer in the first twelve (12) months that is not above EUR 1,000.00 (one thousand euros)."},
		{"the highest referral tier", "commerce: {revenue: {referral: {first_year: null, tiers: [{from: EUR 0, fee: 10%}, {from: EUR 1000, fee: 15%}]}}}", "that is above EUR 1,000.00 (one thousand euros)."},
		{"referral for some components", "commerce: {revenue: {referral: {components: [summarise, embed]}}}", "The fee is owed only for customers of summarise or embed."},
		{"an unticked referral fee", "commerce: {revenue: {referral: null}}", "[ ] Referral fee."},
		{"a volume in the middle", "{}", "summarise | EUR 0.32 | 1,000,000 input tokens not read from a cache | above 50,000,000, up to 500,000,000"},
		{"a price of one unit", "commerce: {revenue: {licensing: [{component: embed, unit: requests, price: EUR 0.01}]}}", "embed | EUR 0.01 | request | any"},
		{"a price of a period", "{}", "search-panel | EUR 450.00 | month | not by volume"},
		{"what a call that was left costs", "{}", "does not count as a request and is charged only for the tokens and bytes that had passed until then."},
		{"tests are free", "{}", "Only use in production is charged."},
		{"tests are charged", "commerce: {revenue: {charge_test: true}}", "Use in the test environment is charged as use in production is."},
		{"a joint price without a direct one", "commerce: {pricing: {joint_prices: [{solution: Reader, price: EUR 9.00, for: each seat}]}}", "Reader | EUR 9.00 | each seat | none stated | none stated"},
		{"late interest", "{}", "[x] Late interest. An amount that is not paid when due bears interest at 9 % a year"},
		{"no late interest", "commerce: {payment: {late_interest: null}}", "[ ] Late interest. An amount that is not paid when due bears interest at an agreed rate"},
		{"a minimum", "commerce: {payment: {minimum: EUR 50.00}}", "[x] Small amounts. An amount below EUR 50.00 (fifty euros) is carried forward"},
		{"no way of payment named", "commerce: {payment: {method: null}}", "within thirty (30) days of the date of the invoice.\n"},
		{"tax notes end once", "commerce: {payment: {tax_notes: Reverse charge.}}", "On taxes, the Parties have agreed: Reverse charge."},
		{"no tax notes", "commerce: {payment: {tax_notes: null}}", "The Parties have agreed nothing further on taxes."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			roomtest.Says(t, roomtest.Text(with(t, tt.patch).words()), tt.want)
		})
	}
}

func TestCompleteWritesDefaultsOut(t *testing.T) {
	before := with(t, "commerce: {revenue: {deductions: null, licensing: [{component: embed, unit: requests, price: EUR 0.01}, {component: embed, unit: month, price: EUR 1}]}}").Commerce
	r := before.Complete().Revenue
	if len(r.Deductions) != 3 || r.Licensing[0].Per != 1 || r.Licensing[1].Per != 0 {
		t.Errorf("completed: %v, per %d and %d", r.Deductions, r.Licensing[0].Per, r.Licensing[1].Per)
	}
	if before.Revenue.Licensing[0].Per != 0 {
		t.Error("completing changed the terms it was given")
	}
}
