// Package general is Article 13: governing law, disputes, assignment, amendments and the general
// terms.
package general

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

// Terms are Article 13 in the agreement file.
type Terms struct {
	// The law that governs the agreement, and the courts (clause 13.1).
	Law Law `json:"law"`
	// The steps by which the parties settle a dispute (clause 13.2).
	Disputes Disputes `json:"disputes"`
	// To whom a party may transfer the agreement (clause 13.3).
	Assignment Assignment `json:"assignment,omitzero"`
	// What the agreement replaces (clause 13.4).
	EntireAgreement EntireAgreement `json:"entire_agreement,omitzero"`
	// How the agreement is changed (clause 13.5).
	Amendments Amendments `json:"amendments,omitzero"`
	// What the parties may say of the partnership in public (clause 13.6).
	Publicity Publicity `json:"publicity,omitzero"`
	// What each party may do with others (clause 13.7).
	NonExclusivity NonExclusivity `json:"non_exclusivity,omitzero"`
	// How notices are given and when they count as received (clause 13.8).
	Notices Notices `json:"notices"`
	// What happens when events beyond a party's control keep it from performing (clause 13.9).
	ForceMajeure ForceMajeure `json:"force_majeure,omitzero"`
	// What happens if a provision is not valid (clause 13.10).
	Severability Severability `json:"severability,omitzero"`
	// How the parties sign (the signatures).
	Signatures Signatures `json:"signatures,omitzero"`
}

// Disputes are clause 13.2.
type Disputes struct {
	// The ladder, from the first step to the last. Each step but the last has a number of days; the last is arbitration or litigation.
	Steps []Step `json:"steps"`
	// A party may ask a court for interim relief at any time.
	InterimRelief bool `json:"interim_relief,omitempty"`
	// The parties continue to perform while a dispute lasts.
	Continue bool `json:"continue,omitempty"`
	// What the parties exchange to settle a dispute is confidential.
	Confidential bool `json:"confidential,omitempty"`
}

// Step is one step of the dispute ladder.
type Step struct {
	// What the step is.
	Kind StepKind `json:"kind"`
	// How many days the step lasts before the next one may begin. Not for the last step.
	Days int `json:"days,omitempty"`
	// The rules that apply, for example “DIS Arbitration Rules”.
	Rules string `json:"rules,omitempty"`
	// The place of mediation or the seat of arbitration, for example “Hamburg, Germany”.
	Seat string `json:"seat,omitempty"`
	// The language of mediation or arbitration, for example English.
	Language string `json:"language,omitempty"`
	// The number of arbitrators.
	Arbitrators int `json:"arbitrators,omitempty"`
}

// StepKind is a kind of step.
type StepKind string

// The steps of clause 13.2, in the order in which a ladder may have them.
const (
	Escalation  StepKind = "escalation"  // to the steering committee
	Executives  StepKind = "executives"  // to the signatories
	Mediation   StepKind = "mediation"   // with a mediator
	Arbitration StepKind = "arbitration" // final
	Litigation  StepKind = "litigation"  // final
)

// Values lists what a file may say.
func (StepKind) Values() []string {
	return []string{"escalation", "executives", "mediation", "arbitration", "litigation"}
}

// Final reports whether the step decides the dispute.
func (k StepKind) Final() bool { return k == Arbitration || k == Litigation }

// Assignment is clause 13.3. Without a choice, every transfer needs the consent of the other party.
type Assignment struct {
	// A party may transfer the agreement to an affiliate without consent.
	ToAffiliates bool `json:"to_affiliates,omitempty"`
	// A party may transfer the agreement without consent to whoever acquires its business or the part of it that the agreement concerns.
	ToAcquirers bool `json:"to_acquirers,omitempty"`
	// A transfer to a competitor of the other party always needs consent.
	NotToCompetitors bool `json:"not_to_competitors,omitempty"`
	// How long after a transfer without consent the other party must be notified, for example P14D.
	NoticeWithin calendar.Duration `json:"notice_within,omitzero"`
	// A party does not withhold its consent unreasonably.
	ReasonableConsent bool `json:"reasonable_consent,omitempty"`
}

// EntireAgreement is clause 13.4.
type EntireAgreement struct {
	// Earlier agreements that this one replaces, by name and date.
	Replaces []string `json:"replaces,omitempty"`
	// Earlier agreements that stay in force beside this one, by name and date.
	Keeps []string `json:"keeps,omitempty"`
	// The agreement gives no right to anyone but the parties.
	NoThirdParties bool `json:"no_third_parties,omitempty"`
}

// Amendments are clause 13.5.
type Amendments struct {
	// How long a party has to answer a proposed amendment, for example P14D. Silence is not consent.
	AnswerWithin calendar.Duration `json:"answer_within,omitzero"`
	// How long before it takes effect an amendment is signed at the latest, for example P7D.
	LeadTime calendar.Duration `json:"lead_time,omitzero"`
}

// Publicity is clause 13.6.
type Publicity struct {
	// A public statement about the partnership needs the other party's prior approval.
	PriorApproval bool `json:"prior_approval,omitempty"`
	// Each party may name the other as its partner on its website and in lists of its partners.
	NameAsPartner bool `json:"name_as_partner,omitempty"`
}

// NonExclusivity is clause 13.7.
type NonExclusivity struct {
	// Each party may develop similar technology on its own, as long as it keeps the agreement.
	IndependentDevelopment bool `json:"independent_development,omitempty"`
	// The parties stay independent, and neither binds or represents the other.
	Independent bool `json:"independent,omitempty"`
}

// Notices are clause 13.8.
type Notices struct {
	// The ways in which notice may be given, and when it counts as received.
	Methods []NoticeMethod `json:"methods"`
	// The people of Party A to whom notices are addressed, by their ids in clause 7.1.
	ToA []string `json:"to_a"`
	// The people of Party B to whom notices are addressed, by their ids in clause 7.1.
	ToB []string `json:"to_b"`
}

// To are the people of a party to whom notices are addressed.
func (n Notices) To(p agreement.Party) []string {
	if p == agreement.B {
		return n.ToB
	}
	return n.ToA
}

// NoticeMethod is one way of giving notice.
type NoticeMethod struct {
	// The way.
	By Means `json:"by"`
	// After how many business days from sending the notice counts as received, even if receipt is not shown. Left out, it counts when it is received.
	BusinessDays int `json:"business_days,omitempty"`
}

// Means is a way of sending a notice.
type Means string

// The means of clause 13.8.
const (
	ByEmail   Means = "email"
	ByCourier Means = "courier"
	ByPost    Means = "registered_post"
	ByHand    Means = "hand"
	ByLedger  Means = "ledger" // an entry that the party signs in the agreement's shared record
)

// Values lists what a file may say.
func (Means) Values() []string {
	return []string{"email", "courier", "registered_post", "hand", "ledger"}
}

// Label is how the contract's text says it.
func (m Means) Label() string {
	switch m {
	case ByEmail:
		return "e-mail"
	case ByCourier:
		return "courier with proof of delivery"
	case ByPost:
		return "registered post"
	case ByHand:
		return "delivery by hand"
	case ByLedger:
		return "signed entry in the Record"
	}
	return string(m)
}

// ForceMajeure is clause 13.9.
type ForceMajeure struct {
	// How long a party has to notify the other of an event beyond its control, for example P3D.
	NotifyWithin calendar.Duration `json:"notify_within,omitzero"`
	// After how long without performance either party may end the agreement, for example P30D.
	ExitAfter calendar.Duration `json:"exit_after,omitzero"`
	// Such an event does not excuse a party from paying.
	PaymentsDue bool `json:"payments_due,omitempty"`
}

// Severability is clause 13.10.
type Severability struct {
	// The parties replace a provision that is not valid with a valid one that comes closest to its purpose.
	Replace bool `json:"replace,omitempty"`
}

// Signatures are how the parties sign. Without a choice, a signatory signs with a passkey or with a key that the
// signatory or the party holds.
type Signatures struct {
	// A signatory may sign by a simple electronic signature: by a code that is sent to the e-mail address in clause 7.1, or on the node, with a key that it keeps for the party.
	Simple bool `json:"simple,omitempty"`
}
