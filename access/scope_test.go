package access_test

import (
	"testing"

	"entente/access"

	"pgregory.net/rapid"
)

var someScope = rapid.Custom(func(t *rapid.T) access.Scope {
	return access.NewScope(rapid.Bool().Draw(t, "reads"), rapid.SliceOfDistinct(rapid.SampledFrom([]string{"usage", "ledger", "keys", "acts"}), rapid.ID[string]).Draw(t, "parts"))
})

// A scope within another permits nothing that the other does not; the empty one permits everything.
func TestScopes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		inner, outer := someScope.Draw(t, "inner"), someScope.Draw(t, "outer")
		further := ""
		for _, part := range []string{"usage", "ledger", "keys", "acts", "people"} {
			for _, reads := range []bool{true, false} {
				if inner.Permits(part, reads) && !outer.Permits(part, reads) {
					further = part
				}
			}
		}
		if inner.Within(outer) != (further == "") {
			t.Errorf("%q within %q: %v, and it goes further in %q", inner, outer, inner.Within(outer), further)
		}
		if everything := access.Scope(""); !inner.Within(everything) || !everything.Permits("usage", false) {
			t.Errorf("%q is not within everything", inner)
		}
		if again := access.NewScope(inner.ReadOnly(), inner.Parts()); again != inner {
			t.Errorf("%q is written %q", inner, again)
		}
	})
}
