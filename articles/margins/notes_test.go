package margins_test

import (
	"strings"
	"testing"

	"entente/agreement"
	"entente/articles/margins"
	"entente/articles/rules"
)

// Where the margin of a clause says text only, no note of check says that software keeps a record or
// acts: what runs is said in one place.
func TestNotesDoNotPromiseWhatMarginsDeny(t *testing.T) {
	claims := []string{"what is kept is", "software adds", "software keeps", "recorded in any case", "material is recorded", "can register", "remind of", "are compared with each other", "are measured from", "watched until"}
	notes := 0
	for _, r := range rules.All() {
		if r.Severity != agreement.Note || margins.Kept(r.Clause).Kept != margins.TextOnly {
			continue
		}
		notes++
		for _, claim := range claims {
			if strings.Contains(strings.ToLower(r.Title+"\n"+r.Page), claim) {
				t.Errorf("clause %s is text only, and the page of %s says %q", r.Clause, r.Name, claim)
			}
		}
	}
	if notes < 5 {
		t.Errorf("only %d notes are about clauses that are text only", notes)
	}
}
