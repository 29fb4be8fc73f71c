// Package scope is Article 1: what the partnership is for, which components it integrates and how
// close the parties are.
package scope

import (
	"embed"
	"fmt"

	"golang.org/x/text/language"

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

// Terms are Article 1 in the agreement file.
type Terms struct {
	// What the partnership is for (clause 1.1). At least one purpose must be chosen.
	Purpose Purpose `json:"purpose"`
	// The technology that each party brings, a row for each component (clause 1.2). Left out, nothing is integrated.
	Components []agreement.Component `json:"components,omitempty"`
	// How close the parties are (clause 1.3): non_exclusive, preferred or exclusive.
	Tier Tier `json:"tier"`
	// What preferred means, where the tier is preferred.
	Preferred *Preferred `json:"preferred,omitempty"`
	// What is exclusive, where and for how long, where the tier is exclusive.
	Exclusive *Exclusive `json:"exclusive,omitempty"`
}

// Purpose is clause 1.1. A purpose that is not chosen closes its part of the agreement.
type Purpose struct {
	// The parties integrate their technologies.
	Integrate bool `json:"integrate,omitempty"`
	// What Party A's technology is, as a noun: "text summarisation by API".
	TechnologyA string `json:"technology_a,omitempty"`
	// What Party B's technology is, as a noun: "semantic search by API".
	TechnologyB string `json:"technology_b,omitempty"`
	// The parties build and offer AI solutions together.
	JointSolutions bool `json:"joint_solutions,omitempty"`
	// The parties market together. Without it, no material can be submitted under clause 5.1.
	CoMarketing bool `json:"co_marketing,omitempty"`
	// The parties share data to improve AI. Without it, the improvement and training purposes of Article 3 are refused.
	DataForImprovement bool `json:"data_for_improvement,omitempty"`
	// The parties do research on AI together.
	JointResearch bool `json:"joint_research,omitempty"`
	// Another purpose, in a sentence's worth of words.
	Other string `json:"other,omitempty"`
}

// Any reports whether a purpose is chosen.
func (p Purpose) Any() bool {
	return p.Integrate || p.JointSolutions || p.CoMarketing || p.DataForImprovement || p.JointResearch || p.Other != ""
}

// Tier is how close the parties are.
type Tier string

// The tiers of clause 1.3.
const (
	NonExclusive  Tier = "non_exclusive"
	PreferredTier Tier = "preferred"
	ExclusiveTier Tier = "exclusive"
)

// Values lists what a file may say.
func (Tier) Values() []string { return []string{"non_exclusive", "preferred", "exclusive"} }

// Preferred is what a preferred partner may expect.
type Preferred struct {
	// Who treats the other party as preferred: a, b or both.
	By agreement.Responsible `json:"by"`
	// What the treatment is: "named first in the directory of partners, and roadmap briefings each quarter".
	Treatment string `json:"treatment"`
	// How many days the other party has to answer a first offer, before third parties may be asked.
	FirstOfferDays int `json:"first_offer_days,omitempty"`
	// What must be offered to the other party first, as a noun: "projects that add search to a reading product".
	FirstOfferFor string `json:"first_offer_for,omitempty"`
}

// Exclusive is what a party keeps for the other one alone.
type Exclusive struct {
	// Who is bound to be exclusive: a, b or both.
	By agreement.Responsible `json:"by"`
	// What is exclusive, as a noun: "summaries inside enterprise search products".
	Scope string `json:"scope"`
	// The components that the exclusivity covers, by their names in clause 1.2. Left out, it covers everything within the scope.
	Components []string `json:"components,omitempty"`
	// Where it is exclusive, as the contract says it: "Germany, Austria and Switzerland" or "worldwide".
	Territory string `json:"territory"`
	// The countries of the territory by their ISO 3166 codes, for example [DE, AT, CH]. Conflicts with other agreements are found by these; left out, the territory counts as every country.
	Countries []Country `json:"countries,omitempty"`
	// For how long it is exclusive, from the effective date, for example P2Y.
	Duration calendar.Duration `json:"duration"`
	// Customers or agreements that the exclusivity does not touch, one each.
	Excepted []string `json:"excepted,omitempty"`
}

// Ends is the first day on which the exclusivity no longer binds.
func (e Exclusive) Ends(effective calendar.Date) calendar.Date { return effective.Add(e.Duration) }

// Country is a country by its ISO 3166-1 code of two capital letters.
type Country string

// UnmarshalText refuses what is not a country's code.
func (c *Country) UnmarshalText(b []byte) error {
	s := string(b)
	region, err := language.ParseRegion(s)
	if s != "" && (err != nil || len(s) != 2 || region.Canonicalize().String() != s || !region.IsCountry()) {
		return fmt.Errorf("%q is not a country: write the ISO 3166 code of two capital letters, for example DE or IE", s)
	}
	*c = Country(s)
	return nil
}
