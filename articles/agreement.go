// Package articles is the table of contents: the whole agreement in one struct, worded as a contract,
// kept as a state that follows its ledger, and compiled into the policy that the gateway enforces.
package articles

import (
	"fmt"
	"time"

	"entente/agreement"
	"entente/articles/branding"
	"entente/articles/commerce"
	"entente/articles/compliance"
	"entente/articles/confidentiality"
	"entente/articles/general"
	"entente/articles/governance"
	"entente/articles/house"
	"entente/articles/integration"
	"entente/articles/liability"
	"entente/articles/performance"
	"entente/articles/property"
	"entente/articles/scope"
	"entente/articles/sharing"
	"entente/articles/technical"
	"entente/articles/term"
	"entente/articles/warranty"
	"entente/ledger/canonical"
)

// Edition is the edition of the file format and of the wording that this release writes.
const Edition = "entente/2026-11"

// An Agreement is the terms of one partnership: everything that the parties fill in.
type Agreement struct {
	// The edition of this file format. A signed file is read by its own edition for good.
	Edition string `json:"edition"`
	// The front page: what the agreement is called, when it begins, and what every date and amount reads.
	Agreement agreement.Front `json:"agreement"`
	// The two parties.
	Parties agreement.Parties `json:"parties"`
	// Article 1, Scope.
	Scope scope.Terms `json:"scope"`
	// Article 2, Technical integration.
	Integration integration.Terms `json:"integration,omitzero"`
	// Article 3, Data sharing.
	Sharing sharing.Terms `json:"sharing,omitzero"`
	// Article 4, Intellectual property.
	Property property.Terms `json:"property"`
	// Article 5, Marketing and branding.
	Branding branding.Terms `json:"branding"`
	// Article 6, Commercials.
	Commerce commerce.Terms `json:"commerce"`
	// Article 7, Governance.
	Governance governance.Terms `json:"governance"`
	// Article 8, Compliance and security.
	Compliance compliance.Terms `json:"compliance"`
	// Article 9, Warranties.
	Warranty warranty.Terms `json:"warranty"`
	// Article 10, Indemnity and liability.
	Liability liability.Terms `json:"liability"`
	// Article 11, Confidentiality.
	Confidentiality confidentiality.Terms `json:"confidentiality"`
	// Article 12, Term and termination.
	Term term.Terms `json:"term"`
	// Article 13, General.
	General general.Terms `json:"general"`
	// Schedule A, Technical specifications.
	ScheduleA technical.Terms `json:"schedule_a,omitzero"`
	// Schedule B, Security requirements.
	ScheduleB compliance.Security `json:"schedule_b,omitzero"`
	// Schedule C, Performance standards.
	ScheduleC performance.Terms `json:"schedule_c,omitzero"`
	// Schedule D, IP allocation.
	ScheduleD property.Allocation `json:"schedule_d,omitzero"`
	// Schedule E, Brand guidelines.
	ScheduleE branding.Brand `json:"schedule_e,omitzero"`
	// Schedule F, Lead referral.
	ScheduleF branding.Leads `json:"schedule_f,omitzero"`
	// Schedule G, Key performance indicators.
	ScheduleG governance.KPIs `json:"schedule_g,omitzero"`
	// Wording of the parties' own, in the place of the template's or after it.
	House house.Terms `json:"wording,omitzero"`
}

// Frame is what each article may know of the others.
func (a Agreement) Frame() agreement.Frame {
	return agreement.Frame{Front: a.Agreement, Parties: a.Parties, People: a.Governance.People, Components: a.Scope.Components}
}

// Moment is the instant that documents of the agreement are dated: the beginning of the day of its date,
// in UTC, because a zone's rules may change; the zero time if it has none yet.
func (a Agreement) Moment() time.Time {
	if a.Agreement.Dated.IsZero() {
		return time.Time{}
	}
	return a.Agreement.Dated.In(time.UTC)
}

// ParseTerms reads the canonical terms of a version.
func ParseTerms(b []byte) (*Agreement, error) {
	var a Agreement
	if err := canonical.Decode(b, &a); err != nil {
		return nil, fmt.Errorf("reading the terms: %w", err)
	}
	return &a, nil
}
