// Package compliance is Article 8 and Schedule B: AI law, security and audits.
package compliance

import (
	_ "embed"
)

// Example is the article in the example agreement.
//
//go:embed example.yaml
var Example string

// Terms are the article in the agreement file.
type Terms struct{}

// Security is Schedule B in the agreement file.
type Security struct{}
