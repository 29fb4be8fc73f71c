package articles

import (
	"fmt"
	"slices"
	"time"

	"entente/agreement"
	"entente/articles/general"
	"entente/calendar"
)

// Acts reports whether a member still acts for their party. Who was erased does not; and once the party has passed the agreement on
// (clause 13.3), only those do whom the assignment names, until a version that was signed since says who
// acts.
func (s State) Acts(m agreement.Member, now time.Time) bool {
	if m.Erased || len(s.General.Transfers) == 0 {
		return !m.Erased
	}
	zone := s.Text().Frame().Zone()
	t, passed := s.General.Successor(m.Party, zone, now)
	if !passed || slices.Contains(t.People, m.ID) {
		return true
	}
	since, _ := t.Takes(zone)
	v, _ := s.Life.Current()
	return v.Complete().After(since) && !now.Before(v.Effective)
}

// NoticeLate reports whether the other party was told of a transfer later than clause 13.3 allows, and the last
// day on which it was to be told. The transfer has effect all the same, from the record on.
func (s State) NoticeLate(t general.Transfer) (by calendar.Date, late bool) {
	text := s.TextAt(t.Requested)
	zone := text.Frame().Zone()
	by, told := text.General.Assignment.NoticeBy(t, zone)
	return by, told && calendar.DateOf(t.Requested.In(zone)).After(by)
}

// succeeded refuses an act of somebody whom an assignment has left behind, whatever roles they show.
func (s State) succeeded(who Actor, command any, now time.Time) error {
	if who.Party == agreement.Host || s.Acts(agreement.Member{ID: who.ID, Party: who.Party}, now) {
		return nil
	}
	t, _ := s.General.Successor(who.Party, s.Text().Frame().Zone(), now)
	return agreement.Refuse(acts[fmt.Sprintf("%T", command)].verb, "13.3", "%s has passed the agreement to %s, and the assignment does not name you among those who act", who.Party.Label(), t.To.Name)
}
