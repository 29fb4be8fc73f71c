package audience

import (
	"slices"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/general"
	"entente/articles/integration"
	"entente/articles/performance"
	"entente/articles/term"
)

// Idle reports whether an event of a type that is told is not worth a word: service levels that were kept.
func Idle(event any) bool {
	measured, ok := event.(performance.WindowMeasured)
	return ok && measured.Kept()
}

// Settled reports whether what an event asks of a party is done, or can be done no more.
func Settled(s articles.State, event any, p agreement.Party, now time.Time) bool {
	switch e := event.(type) {
	case agreement.Proposed1:
		return answered(s, e.Version, p, now)
	case agreement.Proposed:
		return answered(s, e.Version, p, now)
	case agreement.Signed:
		return answered(s, e.Version, p, now)
	case integration.MilestoneConfirmed:
		m := s.Integration.Milestones[e.Milestone]
		r, known := s.Text().Integration.Requirement(e.Milestone)
		_, own := m.Confirmed[p]
		return !known || !r.Owner().Includes(p) || own || !m.Completed.IsZero() || len(m.Confirmed) == 0
	case general.TransferRequested:
		return !s.General.Transfers[e.ID].Open()
	case term.BreachNotified:
		b := s.Term.Breaches[e.ID]
		return b.Accused != p || !b.Cured.IsZero()
	case term.ChangeNotified:
		return !s.Term.Changes[e.ID].Closed.IsZero()
	}
	return true
}

// answered reports whether a party has nothing more to say of a version.
func answered(s articles.State, n int, p agreement.Party, now time.Time) bool {
	if n < 1 || n > len(s.Life.Versions) {
		return true
	}
	v := s.Life.Versions[n-1]
	said := slices.ContainsFunc(v.Answered, func(a agreement.Answer) bool { return a.Party == p })
	return n < len(s.Life.Versions) || !v.Open(now) || v.SignedBy(p) || said
}
