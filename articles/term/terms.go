// Package term is Article 12: how long the agreement runs, how it ends, and what happens then.
package term

import (
	"embed"

	"entente/agreement"
	"entente/calendar"
)

//go:embed rules/*.md
var pages embed.FS

// Rules are what checking looks for in this article.
var Rules = agreement.MustRules(pages, "rules")

// Example is the article in the example agreement.
//
//go:embed example.yaml
var Example string

// Terms are Article 12 in the agreement file.
type Terms struct {
	// The initial term, from the effective date, for example P24M or P2Y. Left out, the agreement runs for an indefinite period and is ended by notice.
	Initial calendar.Duration `json:"initial,omitzero"`
	// The notice by which a party ends an agreement of indefinite period, for example P90D. Only for an agreement without an initial term.
	IndefiniteNotice calendar.Duration `json:"indefinite_notice,omitzero"`
	// Renewal of the agreement by itself when a term ends. Left out, the agreement ends with its initial term.
	Renewal *Renewal `json:"renewal,omitempty"`
	// The causes for which a party may end the agreement early (clause 12.2).
	Cause Cause `json:"cause,omitzero"`
	// What happens when the agreement ends (clause 12.3).
	Effects Effects `json:"effects,omitzero"`
	// What happens to customers who use the integrated solution when the agreement ends (clause 12.4).
	Customers Customers `json:"customers,omitzero"`
}

// Renewal is the automatic renewal of clause 12.1.
type Renewal struct {
	// How long each renewal lasts, for example P12M.
	Period calendar.Duration `json:"period"`
	// How long before the end of the current term a party must give notice to prevent the renewal, for example P60D.
	Notice calendar.Duration `json:"notice"`
}

// Cause is clause 12.2.
type Cause struct {
	// Either party may end the agreement for a material breach that the other does not cure within this time of receiving notice, for example P30D. Left out, clause 12.2 gives no such right.
	MaterialBreach calendar.Duration `json:"material_breach,omitzero"`
	// Either party may end the agreement if the other becomes insolvent.
	Insolvency bool `json:"insolvency,omitempty"`
	// How long a party has to have an insolvency application that someone else made against it withdrawn or dismissed, for example P60D.
	DismissedWithin calendar.Duration `json:"dismissed_within,omitzero"`
	// Either party may end the agreement after a material change at the other or in the law.
	MaterialChange bool `json:"material_change,omitempty"`
	// How long the parties negotiate after notice of a material change before the agreement may be ended, for example P30D.
	MaterialChangeResponse calendar.Duration `json:"material_change_response,omitzero"`
	// Which changes are material. Left out, any change that makes it unreasonable for a party to go on.
	MaterialChanges []Change `json:"material_changes,omitempty"`
}

// Change is a kind of material change.
type Change string

// The material changes of clause 12.2.
const (
	Control    Change = "control"
	Law        Change = "law"
	Technology Change = "technology"
	Business   Change = "business"
)

// Values lists what a file may say.
func (Change) Values() []string { return []string{"control", "law", "technology", "business"} }

// Effects are clause 12.3.
type Effects struct {
	// How long the parties keep their components available to each other after the last day of the agreement, for example P120D.
	Transition calendar.Duration `json:"transition,omitzero"`
	// Each party returns or destroys the confidential information and the shared data of the other.
	ReturnOrDestroy bool `json:"return_or_destroy,omitempty"`
	// How long a party has to return or destroy them, counted from the end of the transition, for example P30D.
	ReturnWithin calendar.Duration `json:"return_within,omitzero"`
	// Each party certifies in writing what it has returned or destroyed.
	Certificate bool `json:"certificate,omitempty"`
	// Each party stops using the trademarks of the other.
	StopTrademarks bool `json:"stop_trademarks,omitempty"`
	// The provisions that go on binding the parties after the end.
	Survival Survival `json:"survival,omitzero"`
}

// Survival says which provisions outlast the agreement.
type Survival struct {
	// Confidentiality survives, for the time of clause 11.3.
	Confidentiality bool `json:"confidentiality,omitempty"`
	// The ownership of intellectual property under Article 4 survives.
	IPOwnership bool `json:"ip_ownership,omitempty"`
	// The indemnity and the limits of liability of Article 10 survive.
	Indemnification bool `json:"indemnification,omitempty"`
	// Other provisions that survive, in words, for example “payment of amounts that arose before the end (Article 6)”.
	Others []string `json:"others,omitempty"`
}

// Customers are clause 12.4.
type Customers struct {
	// How long existing customers are served after the last day of the agreement, also after the transition, for example P12M.
	Continue calendar.Duration `json:"continue,omitzero"`
	// Each party helps existing customers to move to another solution.
	TransitionSupport bool `json:"transition_support,omitempty"`
	// Neither party deploys the integrated solution for a new customer after the last day of the agreement.
	NoNewDeployments bool `json:"no_new_deployments,omitempty"`
}
