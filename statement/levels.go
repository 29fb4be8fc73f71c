package statement

import (
	"context"
	"time"

	"entente/articles"
	"entente/articles/commerce"
	"entente/levels"
)

// Levels holds what was measured in the window of Schedule C that goes on at now to each of its rows,
// as far as statements cover it. The window begins no earlier than the agreement.
func (d Desk) Levels(ctx context.Context, s articles.State, now time.Time) ([]levels.Measure, error) {
	t := s.Text()
	zone := t.Frame().Zone()
	from, _ := levels.Window(t.ScheduleC.Window, now, zone)
	if since := s.Since().In(zone); since.After(from) {
		from = since
	}
	to := Complete(now, zone)
	if to.Before(from) {
		to = from
	}
	var all []levels.Measure
	for _, l := range t.ScheduleC.Levels {
		parts, err := d.Store.Rollups(ctx, s.ID, commerce.Window{Component: l.Component, Environment: l.Environment, From: from, To: to})
		if err != nil {
			return nil, err
		}
		var whole levels.Rollup
		for _, part := range parts {
			whole.Merge(part)
		}
		all = append(all, whole.Measure(l, t.ScheduleC.Exclusions, from, to))
	}
	return all, nil
}
