package statement

import (
	"context"
	"fmt"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/commerce"
	"entente/articles/performance"
	"entente/ledger/tree"
	"entente/money"
	"entente/notary"
	"entente/receipt"

	"golang.org/x/mod/sumdb/tlog"
)

// Uses is the metered use of a component in an environment on some days of the agreement, the last
// included, as clause 6.1 prices it.
type Uses func(ctx context.Context, id agreement.ID, f agreement.Frame, w commerce.Window) ([]commerce.Use, error)

// windows has the windows of Schedule C computed that are over and wholly stated, each once and in
// their order: the ledger says how far they have come.
func (c *Clerk) windows(ctx context.Context, id agreement.ID, now time.Time) error {
	for {
		v, err := c.Register.View(id)
		if err != nil {
			return err
		}
		w, due := nextWindow(v.State, Complete(now, v.State.Text().Frame().Zone()))
		if !due {
			return nil
		}
		command := performance.CloseWindow{From: w.From, To: w.Until}
		if command.Results, err = c.results(ctx, v.State, w); err != nil {
			return fmt.Errorf("measuring the window that ended at %s: %w", w.Until.Format(time.RFC3339), err)
		}
		if _, err := c.Notary.Do(ctx, notary.Order{Agreement: id, Actor: articles.Clock, Command: command}); err != nil {
			return err
		}
	}
}

// nextWindow is the first that is over at an instant, is not computed yet and has service levels.
func nextWindow(s articles.State, complete time.Time) (performance.Span, bool) {
	if s.Life.InForce == 0 {
		return performance.Span{}, false
	}
	zone := s.Text().Frame().Zone()
	from, last := s.Performance.Until, lastUse(s)
	if from.IsZero() {
		from = begun(s)
	}
	for from.Before(last) {
		to := s.TextAt(from).ScheduleC.Window.End(from, zone)
		if last.Before(to) {
			to = last
		}
		if to.After(complete) {
			break
		}
		if t := s.TextAt(to.Add(-1)); t.Integration.Standards.Performance && len(t.ScheduleC.Levels) > 0 {
			return performance.Span{From: from, Until: to}, true
		}
		from = to
	}
	return performance.Span{}, false
}

// begun is the minute in which an agreement came into force: nobody promised anything for those before.
func begun(s articles.State) time.Time { return s.Since().Truncate(time.Minute) }

// lastUse is when the last customer is served under an agreement.
func lastUse(s articles.State) time.Time {
	e := s.Ending()
	if e == nil {
		return time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	last := e.Ends
	for _, t := range []time.Time{e.TransitionEnd, e.CustomersEnd} {
		if t.After(last) {
			last = t
		}
	}
	return last
}

// results are what a window came to for each row of clause C.1 as it stood at its end.
func (c *Clerk) results(ctx context.Context, s articles.State, w performance.Span) ([]performance.Result, error) {
	t := s.TextAt(w.Until.Add(-1))
	all, err := measure(ctx, c.Archive, s, t.ScheduleC, w)
	if err != nil {
		return nil, err
	}
	roots, err := c.roots(ctx, s.ID, hours(w, t.Frame().Zone()))
	if err != nil {
		return nil, err
	}
	var results []performance.Result
	for _, m := range all {
		component, _ := t.Frame().Component(m.Component)
		r := performance.Result{Measured: m.Stated(), Provider: component.Provider}
		if hashes := roots[commerce.SeriesOf(m.Component, m.Environment)]; len(hashes) > 0 {
			r.Statements, r.Basis = int64(len(hashes)), tree.RootOfHashes(hashes).String()
		}
		if m.Environment == agreement.Production && len(t.ScheduleC.Credits) > 0 {
			if r.Fees, err = c.fees(ctx, s.ID, t, m.Component, w); err != nil {
				return nil, err
			}
		}
		results = append(results, r)
	}
	return results, nil
}

// roots are those of the statements that begin in a window, as leaves, by series and in the order of the
// ledger.
func (c *Clerk) roots(ctx context.Context, id agreement.ID, w performance.Span) (map[commerce.Series][]tlog.Hash, error) {
	leaves, err := c.Register.Journal.Leaves(ctx, id, 0)
	if err != nil {
		return nil, err
	}
	all := map[commerce.Series][]tlog.Hash{}
	for n, leaf := range leaves {
		event, err := receipt.Statements(leaf)
		if err != nil {
			return nil, fmt.Errorf("entry %d: %w", n, err)
		}
		if s, ok := event.(commerce.UsageSealed); ok && !s.From.Before(w.From) && s.From.Before(w.Until) {
			series := commerce.SeriesOf(s.Component, s.Environment)
			all[series] = append(all[series], tlog.RecordHash([]byte(s.Root)))
		}
	}
	return all, nil
}

// fees are what the other party owes for a component in production and a window. Prices of volumes are
// those of each calendar month by itself.
func (c *Clerk) fees(ctx context.Context, id agreement.ID, t *articles.Agreement, component string, w performance.Span) (money.Amount, error) {
	zone := t.Frame().Zone()
	var owed money.Amount
	for from := w.From; from.Before(w.Until); {
		to := performance.CalendarMonth.End(from, zone)
		if w.Until.Before(to) {
			to = w.Until
		}
		uses, err := c.Uses(ctx, id, t.Frame(), commerce.Window{Component: component, Environment: agreement.Production, From: from, To: to})
		if err != nil {
			return owed, err
		}
		accrued, err := t.Accrue(uses)
		if err != nil {
			return owed, err
		}
		for _, l := range accrued.Lines {
			if owed.IsZero() {
				owed.Currency = l.Fee.Currency
			}
			if owed, err = owed.Add(l.Shares.Of(l.Provider)); err != nil {
				return owed, err
			}
		}
		from = to
	}
	return owed, nil
}
