package branding

import (
	"testing"

	"entente/articles/roomtest"
)

func TestWordsSayWhatIsChosen(t *testing.T) {
	for _, tt := range []struct{ name, patch, want string }{
		{"joint marketing", "{}", "[x] Joint marketing."},
		{"planned activities", "{}", "- a joint webinar each quarter"},
		{"no joint marketing", "branding: {co_marketing: null}", "[ ] Joint marketing. The Parties shall work together in marketing the Integrated Solution."},
		{"shared expenses", "{}", "[x] Shared expenses. The Parties share the expenses of co-marketing. Party A bears 50 % and Party B bears 50 % of them."},
		{"their budget", "{}", "at most EUR 40,000.00 (forty thousand euros) in total."},
		{"all kinds of expense", "branding: {co_marketing: {shared_expenses: {kinds: null, yearly_budget: null, approval_above: null}}}", "of them.\n- The Party that incurs a shared expense shall record it"},
		{"no shared expenses", "branding: {co_marketing: {shared_expenses: null}}", "[ ] Shared expenses. The Parties share the expenses of co-marketing in agreed percentages."},
		{"time for approval", "{}", "Each Party shall have its marketing leads answer a submission within five (5) Business Days. Silence is not approval."},
		{"no time for approval", "branding: {approval_days: null}", "The owner shall answer a submission without undue delay. Silence is not approval."},
		{"a use that is not chosen", "branding: {trademarks: {listings: false}}", "[ ] Listings."},
		{"time to correct", "{}", "shall correct the use within five (5) days of the owner’s notice."},
		{"no time to correct", "branding: {trademarks: {cure: null}}", "shall correct the use without undue delay after the owner’s notice."},
		{"referral fees end once", "branding: {leads: {referral_fees: Ten percent.}}", "on these terms: Ten percent. The amounts are those of clause 6.1."},
		{"no referral fees", "branding: {leads: {referral_fees: null}}", "[ ] Referral fees. The Party that wins a customer through a referred lead shall pay referral fees on agreed terms."},
		{"guidelines of a date", "{}", "Calluna brand guidelines | 3.1 of 7 May 2026 | https://brand.calluna.example/guidelines/3.1"},
		{"guidelines attached", "schedule_e: {guidelines: [{party: a, title: Rules, attachment: Annex 1}]}", "Party A | Rules | current | attachment “Annex 1”"},
		{"guidelines on request", "schedule_e: {guidelines: [{party: a, title: Rules, version: \"2\"}]}", "Party A | Rules | 2 | from the owner on request"},
		{"sizes", "{}", "ninety-six (96) pixels on screens and twenty (20) millimetres in print"},
		{"no sizes", "{}", "word mark | none stated | none stated"},
		{"no brand schedule", "schedule_e: null", "The Parties have listed no brand assets."},
		{"what a lead states", "{}", "A lead must state about the customer: company name, country, industry, business problem, expected spend, expected closing date and job title of the contact. It must not name a person."},
		{"time to answer", "schedule_f: {response_days: 1}", "within one (1) Business Day of its submission"},
		{"silence rejects", "schedule_f: {silence: rejected}", "(x) The lead is rejected."},
		{"reserved", "{}", "[x] Reserved leads. An accepted lead stays reserved to the Party that referred it for ninety (90) days from acceptance."},
		{"not reserved", "schedule_f: {exclusivity: null}", "[ ] Reserved leads. An accepted lead stays reserved to the Party that referred it for an agreed time."},
		{"stages", "{}", "Committed (committed) | open\n| Launched (launched) | won\n| Closed lost (closed-lost) | lost"},
		{"no reports", "schedule_f: {reports: null}", "to the other Party whenever it changes.\n"},
		{"a tail", "{}", "[x] After the end. A fee is owed as well for a customer that is won within ninety (90) days after the end of this Agreement"},
		{"no tail", "schedule_f: {fees: {tail: null}}", "[ ] After the end. A fee is owed as well for a customer that is won within an agreed time after the end of this Agreement."},
		{"no referral schedule", "schedule_f: null", "The Parties have agreed no time in which a lead is answered."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			roomtest.Says(t, roomtest.Text(with(t, tt.patch).words()), tt.want)
		})
	}
}
