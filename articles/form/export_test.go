package form

// What only tests see.
var (
	Patterns    = patterns
	ClausePaths = clausePaths
)
