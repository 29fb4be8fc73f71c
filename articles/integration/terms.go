// Package integration is Article 2 and Schedules A and C: access to components, milestones, standards and support.
package integration

import (
	_ "embed"
)

// Example is the article in the example agreement.
//
//go:embed example.yaml
var Example string

// Terms are the article in the agreement file.
type Terms struct{}

// Technical is Schedule A in the agreement file.
type Technical struct{}

// Performance is Schedule C in the agreement file.
type Performance struct{}
