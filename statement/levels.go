package statement

import (
	"context"
	"slices"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/commerce"
	"entente/articles/performance"
	"entente/levels"
)

// Levels holds what was measured in the window of Schedule C that goes on at now to each of its rows,
// as far as statements cover it. The window begins no earlier than the agreement.
func (d Desk) Levels(ctx context.Context, s articles.State, now time.Time) ([]levels.Measure, error) {
	t := s.Text()
	zone := t.Frame().Zone()
	from := t.ScheduleC.Window.Begin(now, zone).UTC()
	if since := begun(s); since.After(from) {
		from = since.UTC()
	}
	to := Complete(now, zone)
	if to.Before(from) {
		to = from
	}
	all, err := measure(ctx, d.Store, s, t.ScheduleC, performance.Span{From: from, Until: to})
	if err != nil || d.Refusals == nil {
		return all, err
	}
	refused, err := d.Refusals(ctx, string(s.ID), from.UTC().Format(time.DateOnly), to.UTC().Format(time.DateOnly))
	for _, r := range refused {
		for i := range all {
			if r.Clause != "" && r.Component == all[i].Component && r.Environment == string(all[i].Environment) {
				all[i].Refused += r.Count
			}
		}
	}
	return all, err
}

// rollups read what statements say of service levels; see Archive.
type rollups interface {
	Rollups(ctx context.Context, id agreement.ID, w commerce.Window) ([]levels.Rollup, error)
}

// measure holds what statements say of a window to each row of a Schedule C.
func measure(ctx context.Context, store rollups, s articles.State, c performance.Terms, window performance.Span) ([]levels.Measure, error) {
	var all []levels.Measure
	stated := hours(window, s.Text().Frame().Zone())
	for _, l := range c.Levels {
		parts, err := store.Rollups(ctx, s.ID, commerce.Window{Component: l.Component, Environment: l.Environment, From: stated.From, To: stated.Until})
		if err != nil {
			return nil, err
		}
		var whole levels.Rollup
		for _, part := range parts {
			whole.Merge(part)
		}
		out := s.Performance.LeftOut(c.Exclusions, l.Component, l.Environment, window)
		all = append(all, whole.Measure(l, c.Exclusions, out, window))
	}
	return all, nil
}

// hours is when the statements of a window begin: the first, in whose hour the agreement came into
// force, may begin before it did.
func hours(window performance.Span, zone *time.Location) performance.Span {
	window.From, _ = commerce.HourOf(window.From, zone)
	return window
}

// inMaintenance reports whether a record was opened in a minute of announced maintenance, which may be
// left out of service levels.
func inMaintenance(all []performance.Maintenance, opened time.Time) bool {
	return slices.ContainsFunc(all, func(m performance.Maintenance) bool {
		return m.Counts() && !opened.Before(m.From) && opened.Before(m.Until)
	})
}
