package talks

import (
	"slices"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/changes"
)

// A Chapter is a version that both parties have signed, and the time in which it applies.
type Chapter struct {
	Version agreement.Version
	From    time.Time          // the later of its effective date and the last signature
	Until   time.Time          // when a later version took or takes its place; zero if none has been signed
	Clauses []agreement.Clause // that say something else than in the version signed before; none in the first
	Changes []changes.Change   // the terms under them
}

// Applies reports whether the version applies at all: one in whose place another came first never does.
func (c Chapter) Applies() bool { return c.Until.IsZero() || c.From.Before(c.Until) }

// History is what the agreement said when, version by version, in the order of signing.
func History(s articles.State) []Chapter {
	var all []Chapter
	var before text
	var last *articles.Agreement
	for i, v := range s.Life.Versions {
		if !v.Signed() || i >= len(s.Texts) {
			continue
		}
		c := Chapter{Version: v, From: v.Effective}
		if done := v.Complete(); done.After(c.From) {
			c.From = done
		}
		now := textOf(*s.Texts[i])
		if last != nil {
			c.Changes = changes.Between(*last, *s.Texts[i])
			c.Clauses = differing(before, now)
		}
		all, before, last = append(all, c), now, s.Texts[i]
	}
	for i := range all {
		for _, later := range all[i+1:] {
			if all[i].Until.IsZero() || later.From.Before(all[i].Until) {
				all[i].Until = later.From
			}
		}
	}
	return all
}

func differing(a, b text) []agreement.Clause {
	var all []agreement.Clause
	for _, e := range agreement.Catalogue {
		if a[e.Clause] != b[e.Clause] {
			all = append(all, e.Clause)
		}
	}
	return all
}

// About keeps of a history what it says of one clause: the first version, and each that changed it, with
// the times for which the clause said so.
func About(history []Chapter, clause agreement.Clause) []Chapter {
	var all []Chapter
	for i, c := range history {
		if i > 0 && !slices.Contains(c.Clauses, clause) {
			if n := len(all); n > 0 && c.Applies() {
				if !all[n-1].Applies() { // it is in this version that its words apply
					all[n-1].From = c.From
				}
				all[n-1].Until = c.Until
			}
			continue
		}
		c.Clauses = slices.DeleteFunc(slices.Clone(c.Clauses), func(other agreement.Clause) bool { return other != clause })
		c.Changes = slices.DeleteFunc(slices.Clone(c.Changes), func(x changes.Change) bool { return home(x) != clause })
		all = append(all, c)
	}
	return all
}
