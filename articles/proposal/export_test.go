package proposal

import (
	"entente/articles"
	"entente/document/incoming"
)

// Work is how many lines are worded to read a document.
func Work(sent articles.Agreement, c *incoming.Copy) int {
	r := begun(sent, c)
	r.solve()
	return forAll - r.budget
}
