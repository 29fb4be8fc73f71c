// Package warranty is Article 9: what each party warrants, and what it does not.
package warranty

import (
	_ "embed"
)

// Example is the article in the example agreement.
//
//go:embed example.yaml
var Example string

// Terms are the article in the agreement file.
type Terms struct{}
