// Package liability is Article 10: who stands in for which claims, and up to how much.
package liability

import (
	"embed"

	"entente/agreement"
	"entente/calendar"
	"entente/money"
)

//go:embed rules/*.md
var pages embed.FS

// Rules are what checking looks for in this article.
var Rules = agreement.MustRules(pages, "rules")

// Example is the article in the example agreement.
//
//go:embed example.yaml
var Example string

// Terms are Article 10 in the agreement file.
type Terms struct {
	// The claims of others against which each party protects the other (clause 10.1).
	Indemnity Indemnity `json:"indemnity,omitzero"`
	// How far each party is liable to the other (clause 10.2).
	Limits Limits `json:"limits,omitzero"`
}

// Indemnity is clause 10.1.
type Indemnity struct {
	// Claims that what a party contributes infringes intellectual property.
	IPClaims bool `json:"ip_claims,omitempty"`
	// Claims that arise from a party's breach of the agreement.
	Breach bool `json:"breach,omitempty"`
	// Claims that arise from a party's breach of the law.
	Law bool `json:"law,omitempty"`
	// Claims that arise from a party's negligence or wilful misconduct.
	Misconduct bool `json:"misconduct,omitempty"`
	// How long a party has to give notice of a claim after it learns of it, for example P14D.
	NoticeWithin calendar.Duration `json:"notice_within,omitzero"`
	// How long a party has to pay what it owes under the indemnity once the amount is settled, for example P30D.
	PaymentWithin calendar.Duration `json:"payment_within,omitzero"`
}

func (i Indemnity) any() bool { return i.IPClaims || i.Breach || i.Law || i.Misconduct }

// Limits are clause 10.2.
type Limits struct {
	// Neither party is liable for indirect, consequential or punitive damages.
	NoIndirect bool `json:"no_indirect,omitempty"`
	// The most that a party owes in total. Left out, liability has no cap.
	Cap *Cap `json:"cap,omitempty"`
	// A higher cap for some claims.
	Raised *Raised `json:"raised,omitempty"`
	// What the limits do not apply to.
	Exclusions Exclusions `json:"exclusions,omitzero"`
}

// Cap is the most that a party owes. Where both values are given, the greater one counts.
type Cap struct {
	// A fixed amount, for example EUR 250000.00.
	Amount money.Amount `json:"amount,omitzero"`
	// The fees that were paid under the agreement in the twelve months before the claim arose.
	PriorFees bool `json:"prior_fees,omitempty"`
}

// Raised is a higher cap for the claims that it lists.
type Raised struct {
	// The higher amount, for example EUR 1000000.00.
	Amount money.Amount `json:"amount"`
	// The claims to which it applies, in words, for example “breach of Article 3 (data sharing)”.
	Claims []string `json:"claims"`
}

// Exclusions are what the limits of clause 10.2 do not apply to.
type Exclusions struct {
	// The indemnity for claims about intellectual property.
	IPIndemnity bool `json:"ip_indemnity,omitempty"`
	// Wilful misconduct.
	WilfulMisconduct bool `json:"wilful_misconduct,omitempty"`
	// Gross negligence.
	GrossNegligence bool `json:"gross_negligence,omitempty"`
	// Other claims that are not limited, in words, for example “breach of confidentiality (Article 11)”.
	Others []string `json:"others,omitempty"`
}

func (e Exclusions) any() bool {
	return e.IPIndemnity || e.WilfulMisconduct || e.GrossNegligence || len(e.Others) > 0
}
