// Package warranty is Article 9: what each party warrants, and what it does not.
package warranty

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

// Terms are Article 9 in the agreement file.
type Terms struct {
	// What each party warrants of itself and of what it contributes (clause 9.1).
	Party Party `json:"party,omitzero"`
	// What each party warrants of its technology (clause 9.2).
	Technology Technology `json:"technology,omitzero"`
	// The disclaimer of every other warranty (clause 9.3). It always binds unless it is left out on purpose.
	Disclaimer Disclaimer `json:"disclaimer,omitzero"`
}

// Party is clause 9.1.
type Party struct {
	// Each party has the authority to enter into the agreement and to perform it.
	Authority bool `json:"authority,omitempty"`
	// What each party contributes does not infringe the rights of others, as far as it knows.
	NoInfringement bool `json:"no_infringement,omitempty"`
	// Each party complies with the law in performing the agreement.
	Lawful bool `json:"lawful,omitempty"`
	// The information that each party has given to the other is accurate and not misleading.
	Accurate bool `json:"accurate,omitempty"`
	// How often each party confirms its warranties again after signing, for example P1Y.
	ConfirmedEvery calendar.Duration `json:"confirmed_every,omitzero"`
}

// Technology is clause 9.2.
type Technology struct {
	// Each component performs as its documentation says.
	AsDocumented bool `json:"as_documented,omitempty"`
	// Each component is free of material defects that its provider knows of.
	NoKnownDefects bool `json:"no_known_defects,omitempty"`
	// Each component meets the security requirements of Schedule B.
	MeetsSecurity bool `json:"meets_security,omitempty"`
	// How long a provider has to cure a defect after notice of it, for example P15D.
	CureWithin calendar.Duration `json:"cure_within,omitzero"`
}

// Disclaimer is clause 9.3.
type Disclaimer struct {
	// Leaves clause 9.3 out of the agreement. Checking warns of it.
	Omit bool `json:"omit,omitempty"`
	// Why the parties leave clause 9.3 out.
	OmitReason string `json:"omit_reason,omitempty"`
}
