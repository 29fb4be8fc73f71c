package proposal_test

import (
	"slices"
	"testing"

	"entente/articles/articlestest"
	"entente/articles/proposal"
)

// The search for a term is bounded, and finds what changed in the last of many rows all the same.
func TestAChangeIsFoundAmongManyRows(t *testing.T) {
	sent := articlestest.Long(100)
	back := sent
	back.Sharing.Data = slices.Clone(sent.Sharing.Data)
	last := &back.Sharing.Data[len(back.Sharing.Data)-1]
	last.Title = "another title"
	got := proposal.Read(sent, copyOf(t, back.Draft()))
	if len(got.Terms) != 1 || got.Terms[0].New != "another title" || len(got.Open) > 0 {
		t.Errorf("terms %v, points %v", got.Terms, got.Open)
	}
}
