// Package confidentiality is Article 11: what is confidential, how it is kept, and for how long.
package confidentiality

import (
	_ "embed"
)

// Example is the article in the example agreement.
//
//go:embed example.yaml
var Example string

// Terms are the article in the agreement file.
type Terms struct{}
