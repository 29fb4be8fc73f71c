// Package integration is Article 2: how each party reaches the other's components, what has to be
// done before production, which standards bind, and how the parties support each other.
package integration

import (
	"embed"
	"fmt"
	"slices"
	"time"

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

// Terms are Article 2 in the agreement file.
type Terms struct {
	// What the parties give each other access to (clause 2.1).
	Access Access `json:"access,omitzero"`
	// What has to be done, by whom and by when (clause 2.2).
	Requirements []Requirement `json:"requirements,omitempty"`
	// The standards that the components meet (clause 2.3).
	Standards Standards `json:"standards,omitzero"`
	// How the parties support each other (clause 2.4).
	Support Support `json:"support,omitzero"`
}

// Access is clause 2.1. It covers every component of clause 1.2, by the methods chosen here.
type Access struct {
	// Access by API to the components that are offered by API, as Schedule A specifies.
	APIs bool `json:"apis,omitempty"`
	// Access to the versions of the components that are offered as an SDK.
	SDKs bool `json:"sdks,omitempty"`
	// Access to the components that are embedded in the other party's pages.
	Embedded bool `json:"embedded,omitempty"`
	// Documentation and technical support for the components.
	Documentation bool `json:"documentation,omitempty"`
	// A test environment, from the effective date.
	TestEnvironment bool `json:"test_environment,omitempty"`
	// The production environment, once the requirements of clause 2.2 that are marked before_production are complete.
	Production bool `json:"production,omitempty"`
	// How long a licence token for an SDK is valid. It is renewed while the agreement is in force, not after. For example P30D, which also applies if nothing is written.
	SDKLicence calendar.Duration `json:"sdk_licence,omitzero"`
	// How long a token that shows an embedded component is valid. For example PT15M, which also applies if nothing is written.
	EmbedToken calendar.Duration `json:"embed_token,omitzero"`
}

// By reports whether the clause gives access by a method.
func (a Access) By(m agreement.Method) bool {
	switch m {
	case agreement.API:
		return a.APIs
	case agreement.SDK:
		return a.SDKs
	case agreement.Embedded:
		return a.Embedded
	}
	return false
}

// To reports whether the clause gives access to an environment at all; production also waits for
// the requirements of clause 2.2.
func (a Access) To(e agreement.Environment) bool {
	return e == agreement.Test && a.TestEnvironment || e == agreement.Production && a.Production
}

// The lifetimes of tokens where the file states none.
var (
	UsualSDKLicence = calendar.Duration{Days: 30}
	UsualEmbedToken = calendar.Duration{Minutes: 15}
)

// A Requirement is one row of clause 2.2: a milestone of the integration.
type Requirement struct {
	// A short name for the requirement: lower-case letters, digits and hyphens.
	ID string `json:"id"`
	// What has to be done, in words.
	Title string `json:"title"`
	// What kind of requirement it is: api_development, sdk_provision, integration_testing, security_review, launch or other.
	Kind Kind `json:"kind"`
	// Who has to do it: a, b or both. Left out, it is both parties for integration testing, security review and launch.
	Responsible agreement.Responsible `json:"responsible,omitempty"`
	// The date by which it has to be complete.
	Due calendar.Date `json:"due"`
	// Production opens only when this requirement is complete, and closes again if it is reopened.
	BeforeProduction bool `json:"before_production,omitempty"`
	// What shows that it is complete, for example "test report without open defects of critical severity".
	Evidence string `json:"evidence,omitempty"`
}

// Owner is who is responsible, with the default of clause 2.2 applied; empty if no default applies.
func (r Requirement) Owner() agreement.Responsible {
	if r.Responsible == "" && slices.Contains([]Kind{IntegrationTesting, SecurityReview, Launch}, r.Kind) {
		return agreement.BothParties
	}
	return r.Responsible
}

// Kind is what kind of requirement it is.
type Kind string

// The kinds of requirements. Every agreement has at least the first five, as far as its components need them.
const (
	APIDevelopment     Kind = "api_development"
	SDKProvision       Kind = "sdk_provision"
	IntegrationTesting Kind = "integration_testing"
	SecurityReview     Kind = "security_review"
	Launch             Kind = "launch"
	OtherRequirement   Kind = "other"
)

// Values lists what a file may say.
func (Kind) Values() []string {
	return []string{"api_development", "sdk_provision", "integration_testing", "security_review", "launch", "other"}
}

// Label is how the contract's text says it.
func (k Kind) Label() string {
	return map[Kind]string{APIDevelopment: "API development", SDKProvision: "SDK provision", IntegrationTesting: "integration testing",
		SecurityReview: "security review", Launch: "launch", OtherRequirement: "other"}[k]
}

// BeforeProduction are the requirements that have to be complete before production opens, in the
// order of the file.
func (t Terms) BeforeProduction() []Requirement {
	var gates []Requirement
	for _, r := range t.Requirements {
		if r.BeforeProduction {
			gates = append(gates, r)
		}
	}
	return gates
}

// Complete is the terms with their defaults written out, as they are signed.
func (t Terms) Complete() Terms {
	t.Requirements = slices.Clone(t.Requirements)
	for i, r := range t.Requirements {
		t.Requirements[i].Responsible = r.Owner()
	}
	if t.Access.SDKs && t.Access.SDKLicence.IsZero() {
		t.Access.SDKLicence = UsualSDKLicence
	}
	if t.Access.Embedded && t.Access.EmbedToken.IsZero() {
		t.Access.EmbedToken = UsualEmbedToken
	}
	return t
}

// Standards is clause 2.3.
type Standards struct {
	// The components meet the security requirements of Schedule B.
	Security bool `json:"security,omitempty"`
	// The components meet the performance standards of Schedule C.
	Performance bool `json:"performance,omitempty"`
	// Requests and responses conform to the data formats of Schedule A. In test a violation is reported, in production it is refused.
	DataFormats bool `json:"data_formats,omitempty"`
	// Industry standards that bind, a row for each.
	Industry []Industry `json:"industry,omitempty"`
}

// An Industry standard and what shows that it is met.
type Industry struct {
	// The standard with its edition, for example "ISO/IEC 27001:2022".
	Name string `json:"name"`
	// Who has to meet it: a, b or both.
	Responsible agreement.Responsible `json:"responsible"`
	// The component that has to meet it, by its name in clause 1.2. Left out, all components of that party.
	Component string `json:"component,omitempty"`
	// What shows that it is met, for example "certificate of an accredited body".
	Evidence string `json:"evidence,omitempty"`
	// The last day on which the evidence is valid.
	ValidUntil calendar.Date `json:"valid_until,omitzero"`
}

// Support is clause 2.4.
type Support struct {
	// Each party supports its own components.
	OwnComponents bool `json:"own_components,omitempty"`
	// How soon a party first responds to a critical case, at any hour, for example PT1H. An automatic reply does not count.
	CriticalResponse calendar.Duration `json:"critical_response,omitzero"`
	// Response and resolution times by severity, a row for each.
	Severities []Severity `json:"severities,omitempty"`
	// When support is staffed, for the times that count business hours only.
	Hours *Hours `json:"hours,omitempty"`
	// Designated contacts with their stand-ins, a row for each.
	Contacts []Contact `json:"contacts,omitempty"`
	// Each party gives the other reasonable assistance with the integration.
	ReasonableAssistance bool `json:"reasonable_assistance,omitempty"`
	// How many hours of assistance each party gives in a calendar month without charge.
	AssistanceHours int `json:"assistance_hours,omitempty"`
}

// Severity is the response to cases of one severity.
type Severity struct {
	// How severe the case is: critical, high, medium or low.
	Level SeverityLevel `json:"severity"`
	// When a case has this severity, as a clause: "production is down or data is at risk".
	Meaning string `json:"meaning"`
	// How soon a person first responds, for example PT1H.
	Response calendar.Duration `json:"response"`
	// How soon the case is resolved or worked around, for example PT8H.
	Resolution calendar.Duration `json:"resolution,omitzero"`
	// Both times run in business hours only. Days are then business days.
	BusinessHours bool `json:"business_hours,omitempty"`
}

// SeverityLevel is how severe a support case is.
type SeverityLevel string

// The severities, from the worst.
const (
	Critical SeverityLevel = "critical"
	High     SeverityLevel = "high"
	Medium   SeverityLevel = "medium"
	Low      SeverityLevel = "low"
)

// Values lists what a file may say, from the worst.
func (SeverityLevel) Values() []string { return []string{"critical", "high", "medium", "low"} }

// Hours are the hours of a business day in which support is staffed, in the agreement's time zone.
type Hours struct {
	// When support opens, for example 09:00.
	From TimeOfDay `json:"from"`
	// When support closes, for example 17:30.
	To TimeOfDay `json:"to"`
}

// TimeOfDay is a time on the 24-hour clock, hours and minutes: 09:00.
type TimeOfDay string

// UnmarshalText refuses what is not a time of the day.
func (c *TimeOfDay) UnmarshalText(b []byte) error {
	s := string(b)
	if at, err := time.Parse("15:04", s); s != "" && (err != nil || at.Format("15:04") != s) {
		return fmt.Errorf("%q is not a time of the day: write hours and minutes on the 24-hour clock, for example 09:00", s)
	}
	*c = TimeOfDay(s)
	return nil
}

// Contact is a designated contact for support.
type Contact struct {
	// The contact, by the person's id in clause 7.1.
	Person string `json:"person"`
	// Who answers when the contact cannot, by the person's id in clause 7.1.
	StandIn string `json:"stand_in,omitempty"`
	// The component that the contact is for, by its name in clause 1.2. Left out, all components of the person's party.
	Component string `json:"component,omitempty"`
}
