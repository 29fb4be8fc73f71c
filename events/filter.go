package events

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"entente/articles"
	"entente/articles/form"
	"entente/document"
	"entente/ledger"
)

// Types are the types of all events, by name.
func Types() []string {
	all := []string{TypeOf(ledger.TypeOpened), TypeOf(ledger.TypeKeyAdded), TypeOf(ledger.TypeKeyRevoked)}
	for _, entry := range articles.Types() {
		all = append(all, TypeOf(entry))
	}
	slices.Sort(all)
	return all
}

// A Filter lists the types of events that someone wants: whole, or their beginning up to a full stop with a
// star behind it (entente.term.*). An empty filter wants all.
type Filter []string

var patternForm = regexp.MustCompile(`^entente(\.[a-z0-9_]+)*\.(\*|[a-z0-9_]+)$`)

// mostPatterns and longestPattern bound a filter.
const (
	mostPatterns   = 50
	longestPattern = 100
)

// Check refuses what names no types, and says which there are.
func (f Filter) Check() error {
	if len(f) > mostPatterns {
		return fmt.Errorf("a filter has at most %d types", mostPatterns)
	}
	known := Types()
	for _, p := range f {
		if len(p) > longestPattern || !patternForm.MatchString(p) {
			return fmt.Errorf("%.120q is no type of events; write one like entente.term.breach_notified.v1, or entente.term.* for all of an article", p)
		}
		if !slices.ContainsFunc(known, func(kind string) bool { return takes(p, kind) }) {
			return fmt.Errorf("there are no events %s; %s", p, instead(p, known))
		}
	}
	return nil
}

// instead says what somebody who wrote a pattern that takes nothing may have meant.
func instead(pattern string, known []string) string {
	var groups, beside []string
	group := groupOf(pattern)
	for _, kind := range known {
		if g := groupOf(kind); !slices.Contains(groups, g) {
			groups = append(groups, g)
		}
		if groupOf(kind) == group {
			beside = append(beside, kind)
		}
	}
	if near := form.Nearest(pattern, append(slices.Clone(known), groups...)); near != "" {
		return "did you mean " + near + "?"
	}
	if beside != nil {
		return "those of " + group + " are " + document.Join(beside)
	}
	return "write a whole type, or all of an article: " + document.Either(groups)
}

// groupOf takes all types of the article to which a type or a pattern belongs: entente.term.*.
func groupOf(kind string) string {
	parts := strings.SplitN(kind, ".", 3)
	return strings.Join(parts[:2], ".") + ".*"
}

// Takes reports whether the filter wants events of a type.
func (f Filter) Takes(kind string) bool {
	return len(f) == 0 || slices.ContainsFunc(f, func(pattern string) bool { return takes(pattern, kind) })
}

// takes reports whether a pattern is a type, or the beginning of it.
func takes(pattern, kind string) bool {
	beginning, open := strings.CutSuffix(pattern, "*")
	return pattern == kind || open && strings.HasPrefix(kind, beginning)
}
