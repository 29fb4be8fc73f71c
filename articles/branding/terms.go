// Package branding is Article 5 and Schedules E and F: joint marketing, trademarks and leads.
package branding

import (
	_ "embed"
)

// Example is the article in the example agreement.
//
//go:embed example.yaml
var Example string

// Terms are the article in the agreement file.
type Terms struct{}

// Brand is Schedule E in the agreement file.
type Brand struct{}

// Leads is Schedule F in the agreement file.
type Leads struct{}
