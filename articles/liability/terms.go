// Package liability is Article 10: who stands in for which claims, and up to how much.
package liability

import (
	_ "embed"
)

// Example is the article in the example agreement.
//
//go:embed example.yaml
var Example string

// Terms are the article in the agreement file.
type Terms struct{}
