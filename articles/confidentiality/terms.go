// Package confidentiality is Article 11: what is confidential, how it is kept, and for how long.
package confidentiality

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

// Terms are Article 11 in the agreement file.
type Terms struct {
	// What is confidential (clause 11.1).
	Categories Categories `json:"categories,omitzero"`
	// What is not confidential even if it is in a category (clause 11.1).
	Exceptions Exceptions `json:"exceptions,omitzero"`
	// How confidential information is kept (clause 11.2). The clause always binds unless it is left out on purpose.
	Duties Duties `json:"duties,omitzero"`
	// How long confidentiality lasts after the agreement has ended, for example P5Y (clause 11.3).
	Survives calendar.Duration `json:"survives,omitzero"`
	// Trade secrets stay confidential for as long as the law protects them, also beyond that time.
	TradeSecrets bool `json:"trade_secrets,omitempty"`
}

// Categories are the kinds of confidential information.
type Categories struct {
	// Technical specifications and documentation.
	Technical bool `json:"technical,omitempty"`
	// Business strategies and pricing.
	Business bool `json:"business,omitempty"`
	// Information about customers.
	Customers bool `json:"customers,omitempty"`
	// The terms of the partnership.
	Partnership bool `json:"partnership,omitempty"`
	// Other kinds, in words, for example “results of audits under clause 8.3”.
	Others []string `json:"others,omitempty"`
	// Only what is marked as confidential when it is disclosed, or within thirty days after that, is confidential. Left out, what a reasonable person would take to be confidential is confidential as well.
	MarkedOnly bool `json:"marked_only,omitempty"`
}

func (c Categories) any() bool {
	return c.Technical || c.Business || c.Customers || c.Partnership || len(c.Others) > 0
}

// Exceptions are what is not confidential.
type Exceptions struct {
	// Information that is or becomes public without a breach of the agreement.
	Public bool `json:"public,omitempty"`
	// Information that the recipient already held without a duty of confidence.
	AlreadyHeld bool `json:"already_held,omitempty"`
	// Information that the recipient developed independently.
	IndependentlyDeveloped bool `json:"independently_developed,omitempty"`
	// Disclosure that the law, a court or an authority requires.
	RequiredByLaw bool `json:"required_by_law,omitempty"`
}

// Duties are clause 11.2.
type Duties struct {
	// Leaves clause 11.2 out of the agreement. Checking warns of it.
	Omit bool `json:"omit,omitempty"`
	// Why the parties leave clause 11.2 out.
	OmitReason string `json:"omit_reason,omitempty"`
}
