package access

import (
	"slices"
	"strings"
)

// A Scope is how far a token goes, within what its person may do: "read" where it changes nothing, and the
// parts of the API that it is for. Empty, it goes as far as its person.
type Scope string

// reading is the word of a scope that changes nothing.
const reading = "read"

// NewScope is the scope that reads only, or not, within some parts of the API; without any, within all.
func NewScope(readOnly bool, parts []string) Scope {
	words := slices.Sorted(slices.Values(parts))
	if readOnly {
		words = append([]string{reading}, words...)
	}
	return Scope(strings.Join(slices.Compact(words), " "))
}

// ReadOnly reports whether nothing is changed within it.
func (s Scope) ReadOnly() bool { return slices.Contains(strings.Fields(string(s)), reading) }

// Parts are the parts of the API that it is for; none means all.
func (s Scope) Parts() []string {
	return slices.DeleteFunc(strings.Fields(string(s)), func(word string) bool { return word == reading })
}

// Permits reports whether an operation of a part is within the scope.
func (s Scope) Permits(part string, reads bool) bool {
	parts := s.Parts()
	return (reads || !s.ReadOnly()) && (len(parts) == 0 || slices.Contains(parts, part))
}

// Within reports whether it goes nowhere where another does not.
func (s Scope) Within(outer Scope) bool {
	if outer.ReadOnly() && !s.ReadOnly() {
		return false
	}
	parts, most := s.Parts(), outer.Parts()
	return len(most) == 0 || len(parts) > 0 && !slices.ContainsFunc(parts, func(part string) bool { return !slices.Contains(most, part) })
}
