package branding

import "entente/calendar"

// Leads is Schedule F in the agreement file.
type Leads struct {
	// What makes a lead qualified, one criterion in each line. A lead must meet all of them.
	Qualification []string `json:"qualification"`
	// What a lead says about the customer when it is submitted. People's names and contact details follow only after acceptance.
	Submission []LeadField `json:"submission,omitempty"`
	// How many business days the receiving party has to accept or reject a lead.
	ResponseDays int `json:"response_days"`
	// What happens to a lead that is not answered in time.
	Silence Silence `json:"silence"`
	// A customer that the receiving party already has in its pipeline is no lead. Who knew the customer first is settled without showing either pipeline.
	KnownExcluded bool `json:"known_excluded,omitempty"`
	// How long an accepted lead stays reserved to the party that referred it: neither a second referrer nor the receiving party can claim the customer. Left out, it is not reserved.
	Exclusivity calendar.Duration `json:"exclusivity,omitzero"`
	// The stages that a lead passes through, in order.
	Stages []Stage `json:"stages"`
	// How often the receiving party reports the stage of each open lead.
	Reports calendar.Duration `json:"reports,omitzero"`
	// When a referral fee is earned and paid. Its amount is in clause 6.1.
	Fees *FeeRules `json:"fees,omitempty"`
}

// LeadField is something that a lead says about the customer. None of them is about a person.
type LeadField string

// The fields of a lead, by the names that partner programmes use.
const (
	CompanyName     LeadField = "company_name"
	Country         LeadField = "country"
	Industry        LeadField = "industry"
	Website         LeadField = "website"
	CompanySize     LeadField = "company_size"
	BusinessProblem LeadField = "business_problem"
	UseCase         LeadField = "use_case"
	ExpectedSpend   LeadField = "expected_spend"
	TargetClose     LeadField = "target_close_date"
	ContactTitle    LeadField = "contact_business_title"
)

// Values lists what a file may say.
func (LeadField) Values() []string {
	return []string{"company_name", "country", "industry", "website", "company_size", "business_problem", "use_case",
		"expected_spend", "target_close_date", "contact_business_title"}
}

// Silence is what happens to a lead without an answer.
type Silence string

// The effects of silence.
const (
	SilenceRejects   Silence = "rejected"
	SilenceAccepts   Silence = "accepted"
	SilenceEscalates Silence = "escalated"
)

// Values lists what a file may say.
func (Silence) Values() []string { return []string{"rejected", "accepted", "escalated"} }

// Stage is a step in the life of a lead.
type Stage struct {
	// A short name by which records refer to the stage: lower-case letters, digits and hyphens.
	ID string `json:"id"`
	// What the stage is called.
	Title string `json:"title"`
	// Whether the lead ends here, won or lost. Left out, it is still open.
	Outcome Outcome `json:"outcome,omitempty"`
}

// Outcome is how a lead ends.
type Outcome string

// The outcomes of a lead.
const (
	Won  Outcome = "won"
	Lost Outcome = "lost"
)

// Values lists what a file may say.
func (Outcome) Values() []string { return []string{"won", "lost"} }

func (l Leads) ends(with Outcome) bool {
	for _, s := range l.Stages {
		if s.Outcome == with {
			return true
		}
	}
	return false
}

// FeeRules say when a referral fee is earned and paid.
type FeeRules struct {
	// When the fee is earned: when the customer signs, with its first payment, or with each payment that it makes.
	Earned Earned `json:"earned"`
	// How long after the end of the quarter in which it is earned the fee is paid.
	Due calendar.Duration `json:"due"`
	// How long after the end of this agreement a customer may still be won so that the fee is owed.
	Tail calendar.Duration `json:"tail,omitzero"`
	// A fee is owed as well when a customer that the receiving party already has buys the integrated solution through the lead.
	ExistingCustomers bool `json:"existing_customers,omitempty"`
}

// Earned is when a referral fee is earned.
type Earned string

// The moments at which a referral fee is earned.
const (
	OnSignature    Earned = "signature"
	OnFirstPayment Earned = "first_payment"
	OnEachPayment  Earned = "each_payment"
)

// Values lists what a file may say.
func (Earned) Values() []string { return []string{"signature", "first_payment", "each_payment"} }
