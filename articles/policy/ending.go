package policy

import (
	"math"
	"time"

	"entente/articles"
	"entente/calendar"
)

// announce says when a component ends: with the agreement, or before it with its last version.
func (p *Policy) announce(r *Route, t *articles.Agreement) {
	if p.ends != math.MaxInt64 {
		r.Ends = time.Unix(0, p.ends).UTC()
	}
	zone := t.Frame().Zone()
	spec, _ := t.ScheduleA.Specification(r.Component)
	if last, ends := spec.Supported(); ends {
		if day := last.AddDays(1).In(zone).UTC(); r.Ends.IsZero() || day.Before(r.Ends) {
			r.Ends = day
		}
	}
	if notice := t.ScheduleA.ChangeNotice; !r.Ends.IsZero() && !notice.IsZero() {
		r.Outdated = calendar.DateOf(r.Ends.In(zone)).Sub(notice).In(zone).UTC()
	}
}
