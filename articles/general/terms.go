// Package general is Article 13: governing law, disputes, assignment, amendments and the general terms.
package general

import (
	_ "embed"
)

// Example is the article in the example agreement.
//
//go:embed example.yaml
var Example string

// Terms are the article in the agreement file.
type Terms struct{}
