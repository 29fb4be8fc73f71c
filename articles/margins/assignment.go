package margins

import (
	"fmt"
	"slices"

	"entente/agreement"
	"entente/articles/general"
	"entente/calendar"
)

// assignmentMargin is the margin of clause 13.3: who has passed the agreement on, and who asks to.
func (s book) assignmentMargin(m *Margin, live Live) {
	zone := s.Text().Frame().Zone()
	m.Status, m.Fact = Good, "Both parties are those who signed"
	for _, p := range agreement.Both {
		if t, passed := s.General.Successor(p, zone, live.Now); passed {
			at, _ := t.Takes(zone)
			if _, late := s.NoticeLate(t); late {
				m.Status = Late
			}
			m.Fact = fmt.Sprintf("%s has passed the agreement to %s since %s", p.Label(), t.To.Name, calendar.DateOf(at.In(zone)).Words())
		}
	}
	for _, t := range s.General.Transfers {
		m.Details = append(m.Details, s.transferLine(t))
		if t.Open() {
			m.Status, m.Fact = Due, fmt.Sprintf("%s asks %s for its consent", t.Party.Label(), t.Party.Other().Label())
		}
	}
	slices.Sort(m.Details)
}

func (s book) transferLine(t general.Transfer) string {
	line := fmt.Sprintf("%s: %s to %s from %s", t.ID, t.Party.Label(), t.To.Name, t.On.Words())
	switch {
	case !t.Refused.IsZero():
		return line + ", refused: " + t.Reason
	case !t.Withdrawn.IsZero():
		return line + ", withdrawn"
	case t.Open():
		return line + ", waits for consent"
	case t.Consent:
		return line + ", with consent"
	}
	if by, late := s.NoticeLate(t); late {
		return line + ", no consent needed; notice came late, it was due by " + by.Words()
	}
	return line + ", no consent needed"
}
