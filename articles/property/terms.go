// Package property is Article 4 and Schedule D: who owns what each party brings and what the
// integration produces, and which licences arise between the parties.
//
// Everything is pure: who may use what follows from the signed terms alone.
package property

import (
	"embed"

	"entente/agreement"
	"entente/calendar"
)

//go:embed rules/*.md
var pages embed.FS

// Rules are what checking looks for in this article and in Schedule D.
var Rules = agreement.MustRules(pages, "rules")

// Example is the article and the schedule in the example agreement.
//
//go:embed example.yaml
var Example string

// Terms are Article 4 in the agreement file.
type Terms struct {
	// What each party brings and keeps (clause 4.1). The list is evidence; it need not be complete.
	Background []BackgroundItem `json:"background,omitempty"`
	// Who owns what the integration produces (clause 4.2): its creator, both parties in equal shares, or the parties by contribution as Schedule D says.
	IntegrationIP Ownership `json:"integration_ip"`
	// The other party's licence to what the creator owns, where clause 4.2 lets the creator own it. Left out, it lasts while the agreement is in force and covers the integrated solution.
	CreatorLicence *CreatorLicence `json:"creator_licence,omitempty"`
	// What each party may do with what both own, where clause 4.2 lets both own it in equal shares.
	JointUse *JointUse `json:"joint_use,omitempty"`
	// The licences that each party grants the other (clause 4.3). A use without its licence is refused.
	Licences Licences `json:"licences"`
	// Improvements stay with the owner of what was improved (clause 4.4). This binds unless it is left out here.
	Improvements Improvements `json:"improvements,omitzero"`
}

// BackgroundItem is something that a party brings (clause 4.1).
type BackgroundItem struct {
	// A short name by which improvements are registered: lower-case letters, digits and hyphens.
	Name string `json:"name"`
	// The party that owns it.
	Party agreement.Party `json:"party"`
	// What it is, as people call it.
	Title string `json:"title"`
	// What kind of right or thing it is.
	Kind Kind `json:"kind"`
	// What identifies it: a registration number, a repository and tag, a model name and version.
	Identifier string `json:"identifier,omitempty"`
	// The date from which the party had it: of creation, filing or registration.
	Date calendar.Date `json:"date"`
	// The component that it is part of, by its name in clause 1.2.
	Component string `json:"component,omitempty"`
}

// Kind is the kind of a background item.
type Kind string

// The kinds of background items.
const (
	Patent            Kind = "patent"
	PatentApplication Kind = "patent_application"
	Design            Kind = "design"
	Trademark         Kind = "trademark"
	Software          Kind = "software"
	Model             Kind = "model"
	DataSet           Kind = "data_set"
	Documentation     Kind = "documentation"
	KnowHow           Kind = "know_how"
	Other             Kind = "other"
)

// Values lists what a file may say.
func (Kind) Values() []string {
	return []string{"patent", "patent_application", "design", "trademark", "software", "model", "data_set", "documentation", "know_how", "other"}
}

// Registered reports whether an office registers the kind under a number.
func (k Kind) Registered() bool {
	return k == Patent || k == PatentApplication || k == Design || k == Trademark
}

// Ownership is who owns what the integration produces.
type Ownership string

// The options A, B and C of clause 4.2.
const (
	Creator      Ownership = "creator"
	Joint        Ownership = "joint"
	Contribution Ownership = "contribution"
)

// Values lists what a file may say.
func (Ownership) Values() []string { return []string{"creator", "joint", "contribution"} }

// CreatorLicence is the licence that the other party has under option A.
type CreatorLicence struct {
	// The licence does not end with the agreement.
	Perpetual bool `json:"perpetual,omitempty"`
	// The licence covers the other party's whole business, and is not limited to the integrated solution.
	AnyPurpose bool `json:"any_purpose,omitempty"`
	// The other party may sublicense to its customers.
	Sublicense bool `json:"sublicense,omitempty"`
}

// JointUse is what each party may do with what both own under option B.
type JointUse struct {
	// Each party may use what both own, without accounting to the other.
	FreeUse bool `json:"free_use,omitempty"`
	// Neither party licenses what both own to others, other than to customers of the integrated solution, without the other's consent.
	ConsentToLicense bool `json:"consent_to_license,omitempty"`
	// Neither party transfers its share without the other's consent.
	ConsentToTransfer bool `json:"consent_to_transfer,omitempty"`
	// The parties share the costs of registering and defending joint rights equally.
	SharedCosts bool `json:"shared_costs,omitempty"`
}

// Licences are clause 4.3, a direction each.
type Licences struct {
	// What Party A licenses to Party B.
	AToB Grant `json:"a_to_b"`
	// What Party B licenses to Party A.
	BToA Grant `json:"b_to_a"`
}

// Grant is what one party licenses to the other. The zero Grant licenses nothing.
type Grant struct {
	// To integrate the granting party's components into the integrated solution.
	Integrate bool `json:"integrate,omitempty"`
	// To market and distribute the granting party's components as part of the integrated solution.
	Market bool `json:"market,omitempty"`
	// To use the granting party's APIs and SDKs. Without it, no key for its components is issued and no call is accepted.
	API bool `json:"api,omitempty"`
	// To use the granting party's trademarks for co-marketing, as clause 5.2 says. Without it, no brand asset is released.
	Trademarks bool `json:"trademarks,omitempty"`
	// To sublicense to customers, as far as they need it to use the integrated solution.
	Sublicense bool `json:"sublicense,omitempty"`
	// Where the licences hold, for example "the European Economic Area". Left out, it is worldwide.
	Territory string `json:"territory,omitempty"`
	// How long the licences last from the effective date, for example P3Y. Left out, they last while the agreement is in force. They never outlast clauses 12.3 and 12.4.
	Term calendar.Duration `json:"term,omitzero"`
}

// Improvements is clause 4.4.
type Improvements struct {
	// Leaves the clause out. This departs from the template and is reported.
	Omit bool `json:"omit,omitempty"`
	// Why the parties leave the clause out.
	Reason string `json:"reason,omitempty"`
}

// Licensed is what a party licenses to the other under clause 4.3. Whoever is not a party licenses
// nothing.
func (t Terms) Licensed(from agreement.Party) Grant {
	switch from {
	case agreement.A:
		return t.Licences.AToB
	case agreement.B:
		return t.Licences.BToA
	}
	return Grant{}
}

// Ends is the first day on which the licences no longer hold, if the grant says so itself. A grant
// without a term holds while the agreement is in force.
func (g Grant) Ends(effective calendar.Date) (day calendar.Date, ends bool) {
	if g.Term.IsZero() {
		return calendar.Date{}, false
	}
	return effective.Add(g.Term), true
}
