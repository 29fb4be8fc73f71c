// Package branding is Article 5 and Schedules E and F: what the parties do together in marketing,
// what each may do with the other's trademarks, and how a lead passes from one to the other.
package branding

import (
	"embed"

	"entente/agreement"
	"entente/calendar"
	"entente/money"
)

//go:embed rules/*.md
var pages embed.FS

// Rules are what checking looks for in this article and Schedules E and F.
var Rules = agreement.MustRules(pages, "rules")

// Example is the article, with Schedules E and F, in the example agreement.
//
//go:embed example.yaml
var Example string

// Terms are Article 5 in the agreement file.
type Terms struct {
	// What the parties do together in marketing (clause 5.1).
	CoMarketing CoMarketing `json:"co_marketing,omitzero"`
	// What each party may do with the other's trademarks (clause 5.2).
	Trademarks Trademarks `json:"trademarks,omitzero"`
	// How the parties pass leads to each other (clause 5.3).
	Leads LeadTerms `json:"leads,omitzero"`
	// How many business days a party has to approve or refuse material and uses of its trademarks (clauses 5.1 and 5.2). Silence is not approval.
	ApprovalDays int `json:"approval_days,omitempty"`
}

// CoMarketing is clause 5.1.
type CoMarketing struct {
	// The parties carry out joint marketing: campaigns, content and references that name both of them.
	JointMarketing bool `json:"joint_marketing,omitempty"`
	// The activities of joint marketing that are planned, one in each line: "a joint webinar each quarter".
	Activities []string `json:"activities,omitempty"`
	// The parties issue press releases about their cooperation, each approved by both.
	PressReleases bool `json:"press_releases,omitempty"`
	// The parties take part in each other's partner events.
	PartnerEvents bool `json:"partner_events,omitempty"`
	// How the parties share the expenses of co-marketing. Left out, each party bears its own.
	SharedExpenses *Expenses `json:"shared_expenses,omitempty"`
}

// Approved reports whether material needs the approval of both marketing leads under clause 5.1.
func (c CoMarketing) Approved() bool { return c.JointMarketing || c.PressReleases }

// Any reports whether the parties have chosen any co-marketing.
func (c CoMarketing) Any() bool { return c.JointMarketing || c.PressReleases || c.PartnerEvents }

// Expenses say how the expenses of co-marketing are allocated.
type Expenses struct {
	// The share of Party A.
	A money.Percent `json:"a"`
	// The share of Party B. Both shares together are 100%.
	B money.Percent `json:"b"`
	// The kinds of expense that are shared: [stand hire, advertising]. Left out, all expenses of co-marketing are.
	Kinds []string `json:"kinds,omitempty"`
	// The most that the parties share in a calendar year, both shares together.
	YearlyBudget money.Amount `json:"yearly_budget,omitzero"`
	// The amount above which both marketing leads must approve a single expense before it is incurred.
	ApprovalAbove money.Amount `json:"approval_above,omitzero"`
}

// Trademarks are clause 5.2: the uses that are allowed, and the conditions that they are subject to.
type Trademarks struct {
	// Each party may use the other's trademarks in marketing.
	Marketing bool `json:"marketing,omitempty"`
	// Each party may use the other's trademarks in listings, such as partner directories and marketplaces.
	Listings bool `json:"listings,omitempty"`
	// Each party may use the other's trademarks in material that the parties make together.
	JointMaterials bool `json:"joint_materials,omitempty"`
	// Every use follows the brand guidelines of Schedule E.
	BrandGuidelines bool `json:"brand_guidelines,omitempty"`
	// Every use is approved by the owner in advance.
	PriorApproval bool `json:"prior_approval,omitempty"`
	// The trademarks are not altered.
	NoModification bool `json:"no_modification,omitempty"`
	// How long a party has to correct a wrong use after the owner's notice. Left out, it corrects the use without undue delay.
	Cure calendar.Duration `json:"cure,omitzero"`
}

// Any reports whether any use is allowed.
func (t Trademarks) Any() bool { return t.Marketing || t.Listings || t.JointMaterials }

func (t Trademarks) conditional() bool {
	return t.BrandGuidelines || t.PriorApproval || t.NoModification
}

// LeadTerms are clause 5.3.
type LeadTerms struct {
	// The parties share qualified leads with each other.
	ShareQualified bool `json:"share_qualified,omitempty"`
	// Leads are submitted, answered and followed by the process of Schedule F.
	ReferralProcess bool `json:"referral_process,omitempty"`
	// The terms of referral fees, in words: "a fee for each customer won, in the amount of clause 6.1". Left out, none is owed under this clause.
	ReferralFees string `json:"referral_fees,omitempty"`
}
