package articles

import (
	"time"

	"entente/agreement"
	"entente/articles/sharing"
	"entente/calendar"
)

// Licenses reports whether clause 4.3 licenses the API of a provider's components at now.
func (t *Agreement) Licenses(provider agreement.Party, now time.Time) bool {
	g := t.Property.Licensed(provider)
	last, ends := g.Ends(t.Frame().Effective())
	return g.API && (!ends || !last.Before(t.day(now)))
}

// SharingAt is Article 3 as it stands at now, without the consents that have lapsed.
func (t *Agreement) SharingAt(now time.Time) sharing.Terms { return t.Sharing.On(t.day(now)) }

// Permits asks Article 3, as it stands, after clause 1.1 has said that the parties share data for a purpose
// at all. If it does not permit the use, clause and why say so.
func (t *Agreement) Permits(standing sharing.Terms, p agreement.Purpose, class agreement.DataClass, provider agreement.Party) (ok bool, clause agreement.Clause, why string) {
	if (p == agreement.Improvement || p == agreement.Training) && !t.Scope.Purpose.DataForImprovement {
		return false, "1.1", "sharing data for AI improvement is not one of the purposes that the parties chose"
	}
	return standing.Permits(p, class, provider)
}

// day is the date at an instant where the agreement is at home.
func (t *Agreement) day(now time.Time) calendar.Date {
	return calendar.DateOf(now.In(t.Frame().Zone()))
}
