package margins

import "entente/agreement"

// A Practice is how this release keeps a clause, and what it does for it.
type Practice struct {
	Kept Keeping
	Runs string // empty for text only
}

// practices are the clauses that run; every other is text only so far.
var practices = map[agreement.Clause]Practice{
	agreement.FrontPage:      {Clocked, "the agreement’s life: proposed, signed, in force from its effective date"},
	"1.1":                    {Enforced, "without data for AI improvement, the improvement and training purposes are refused"},
	"1.2":                    {Measured, "components by API are routes of the gateway; calls and failures are counted"},
	"2.1":                    {Enforced, "keys per component, environment and purpose; issued, expired and revoked"},
	"2.2":                    {Enforced, "milestones with evidence; the last one opens production, reopening one closes it"},
	"2.3":                    {Enforced, "requests and answers are held to the JSON Schema of Schedule A: reported in test, refused in production"},
	"3.2":                    {Enforced, "a call’s purpose is checked; what is not permitted is refused"},
	"3.4":                    {Enforced, "training is refused without a consent; answers say so on the wire"},
	"4.3":                    {Enforced, "no key and no call without the licence to use the API"},
	"6.1":                    {Measured, "metered usage is priced and shared; what has accrued this month"},
	"7.1":                    {Enforced, "the roles decide who may act"},
	"8.2":                    {Enforced, "certificates with evidence and last day; when a required one has expired and its grace is over, production closes"},
	"9.2":                    {Measured, "answers of a kind that the provider’s OpenAPI document does not describe are counted"},
	"12.1":                   {Clocked, "term, renewal and notice dates"},
	"12.2":                   {Enforced, "suspension, notices of breach and of material change with their clocks, termination for cause"},
	"12.3":                   {Enforced, "the gateway follows transition, existing customers and end"},
	"12.4":                   {Enforced, "customers that were served before the end are listed by digest; then a new one is refused"},
	"13.3":                   {Enforced, "a transfer without the consent that it needs has no effect; from its day only those act whom it names; a notice that came late says so"},
	"13.5":                   {Enforced, "versions are negotiated clause by clause; an amendment names the version before and needs both signatures, so long before it takes effect as the clause says"},
	agreement.SignatureBlock: {Evidenced, "both parties sign one manifest; the ledger proves it"},
	"A":                      {Enforced, "operations and models that are not listed are refused; answers of another model, service tier or region than agreed are counted, told and noted by the day"},
	"B":                      {Enforced, "every call needs a live key, an access token of a registered client or a registered client certificate, as the component accepts them; they are replaced in time"},
	"C":                      {Enforced, "rates, open calls, quotas and budgets; service levels are measured from stated calls, without announced maintenance; credits and the right to leave are computed when a window is over"},
}

// Kept is how a clause is kept by this release.
func Kept(c agreement.Clause) Practice {
	if p, ok := practices[c]; ok {
		return p
	}
	return Practice{Kept: TextOnly}
}
