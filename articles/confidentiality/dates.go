package confidentiality

import "entente/calendar"

// LastsUntil is the last day on which the duties of Article 11 bind after an agreement whose last day
// is last. Trade secrets may stay confidential for longer. It is last itself if clause 11.3 gives
// no time.
func (t Terms) LastsUntil(last calendar.Date) calendar.Date {
	if last.IsZero() {
		return last
	}
	return last.AddDays(1).Through(t.Survives)
}
