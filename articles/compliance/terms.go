// Package compliance is Article 8 and Schedule B: AI law, security and audits.
package compliance

import (
	"embed"

	"entente/agreement"
	"entente/calendar"
)

//go:embed rules/*.md
var pages embed.FS

// Rules are what checking looks for in this article and its schedule.
var Rules = agreement.MustRules(pages, "rules")

// Example is the article in the example agreement.
//
//go:embed example.yaml
var Example string

// Terms are Article 8 in the agreement file.
type Terms struct {
	// The duties about AI law (clause 8.1).
	AI AI `json:"ai,omitzero"`
	// The duties about security (clause 8.2). The measures themselves are in Schedule B.
	Security Duties `json:"security,omitzero"`
	// Audits of one party by the other (clause 8.3).
	Audit Audit `json:"audit"`
}

// AI is clause 8.1.
type AI struct {
	// Each party complies with the AI law that applies to it.
	ApplicableLaw bool `json:"applicable_law,omitempty"`
	// Laws that the parties want to name, for example “Regulation (EU) 2024/1689 (AI Act)”. Others that apply are meant as well.
	Laws []string `json:"laws,omitempty"`
	// Each party gives the other the information that the other needs for its own compliance.
	Information bool `json:"information,omitempty"`
	// How long a party has to answer such a request, for example P10D.
	InformationWithin calendar.Duration `json:"information_within,omitzero"`
	// Each party cooperates when an authority inquires about the integration.
	CooperateWithRegulators bool `json:"cooperate_with_regulators,omitempty"`
	// How long a party has to do what the other needs for answering an authority, for example P5D.
	RegulatorsWithin calendar.Duration `json:"regulators_within,omitzero"`
	// Each party notifies the other of material changes of its components, among them a change of model.
	MaterialChanges bool `json:"material_changes,omitempty"`
	// How long before a material change takes effect the other party must be notified, for example P30D.
	ModelChangeNotice calendar.Duration `json:"model_change_notice,omitzero"`
	// How long the other party has, from the notice, to accept or reject the change, for example P15D.
	Reacceptance calendar.Duration `json:"reacceptance,omitzero"`
	// What each component is under AI law, and where its system or model card is.
	Systems []System `json:"systems,omitempty"`
}

// System is a component as AI law sees it.
type System struct {
	// The component, by its name in clause 1.2.
	Component string `json:"component"`
	// The risk class that its provider gives it under AI law.
	Class Class `json:"class"`
	// What the component is intended for, as its provider documents it.
	IntendedUse string `json:"intended_use,omitempty"`
	// The address of the component's system or model card.
	Card agreement.URL `json:"card,omitempty"`
}

// Class is a risk class of AI law, as the EU AI Act sorts systems.
type Class string

// The classes of clause 8.1.
const (
	Minimal        Class = "minimal"         // no special duties
	Limited        Class = "limited"         // transparency duties
	HighRisk       Class = "high"            // a high-risk system
	GeneralPurpose Class = "general_purpose" // a general-purpose model
	NotAI          Class = "not_ai"          // not an AI system
)

// Values lists what a file may say.
func (Class) Values() []string {
	return []string{"minimal", "limited", "high", "general_purpose", "not_ai"}
}

// Label is how the contract's text says it.
func (c Class) Label() string {
	switch c {
	case Minimal:
		return "minimal risk"
	case Limited:
		return "limited risk, with transparency duties"
	case HighRisk:
		return "high risk"
	case GeneralPurpose:
		return "general-purpose model"
	case NotAI:
		return "not an AI system"
	}
	return string(c)
}

// Duties are clause 8.2.
type Duties struct {
	// Each party holds the certifications of Schedule B and shows evidence of them.
	Certifications bool `json:"certifications,omitempty"`
	// Each party assesses its security regularly, at the interval of Schedule B.
	Assessments bool `json:"assessments,omitempty"`
	// Each party notifies the other of security incidents that affect the integration.
	NotifyIncidents bool `json:"notify_incidents,omitempty"`
	// How long a party has to give that notice, for example PT24H. Left out, the time of clause 3.3 applies.
	IncidentNotice calendar.Duration `json:"incident_notice,omitzero"`
	// The parties cooperate in investigating and ending an incident.
	Cooperate bool `json:"cooperate,omitempty"`
}

// Audit is clause 8.3. It always binds unless it is left out on purpose.
type Audit struct {
	// The notice that a party gives before it audits the other, for example P30D.
	Notice calendar.Duration `json:"notice,omitzero"`
	// How many audits a party may ask for in a year without a particular reason. Left out, there is no such limit.
	PerYear int `json:"per_year,omitempty"`
	// How long the auditing party has access, for example P10D.
	Access calendar.Duration `json:"access,omitzero"`
	// What may be audited, for example “access logs of the integration”. Left out, what shows whether the agreement is kept.
	Scope []string `json:"scope,omitempty"`
	// How long a party has to remedy the findings of an audit, for example P30D.
	RemedyWithin calendar.Duration `json:"remedy_within,omitzero"`
	// The audited party pays for the audit if it finds a material breach. Otherwise the auditing party pays.
	BreachPays bool `json:"breach_pays,omitempty"`
	// Leaves clause 8.3 out of the agreement. Checking warns of it.
	Omit bool `json:"omit,omitempty"`
	// Why the parties leave clause 8.3 out.
	OmitReason string `json:"omit_reason,omitempty"`
}
