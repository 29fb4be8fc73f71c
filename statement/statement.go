// Package statement has the use of every hour stated in the ledger, so that any single call can be
// proved or disputed later. A statement covers the calls of one component in one environment; it
// holds what they come to, and the hash over their records.
//
// An hour is stated when it is over and its calls have ended. What ends later than that belongs to
// the next statement, which says how many such calls it has. A statement that a crash interrupts is
// completed as it was begun. An hour without calls is not stated.
package statement

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/commerce"
	"entente/levels"
	"entente/meter"
	"entente/notary"
	"entente/receipt"
	"entente/register"

	"golang.org/x/mod/sumdb/tlog"
)

// A Store keeps records, and which statement covers them.
type Store interface {
	// Waiting lists the series of an agreement that have final records which were opened before an
	// instant and are in no statement, or that have statements.
	Waiting(ctx context.Context, id agreement.ID, before time.Time) ([]Waiting, error)
	// Draw takes into a statement all records of its series that were opened before its end and
	// are in none. Drawing up the same statement again changes nothing. Statements of a series are drawn
	// up in the order of their hours.
	Draw(ctx context.Context, id agreement.ID, w commerce.Window) error
	// Stated calls do with each record of a statement, by when they were opened and then by id.
	Stated(ctx context.Context, id agreement.ID, w commerce.Window, do func(meter.Record) error) error
	// KeepBeside keeps what stands beside a statement in place of what did: the hashes of its records as
	// they are at the time, and what they say of service levels.
	KeepBeside(ctx context.Context, id agreement.ID, w commerce.Window, hashes []tlog.Hash, r levels.Rollup) error
}

// ErrNoRecord means that no call has the id.
var ErrNoRecord = errors.New("there is no record of such a call")

// Waiting is what of a series is to be stated.
type Waiting struct {
	Component   string
	Environment agreement.Environment
	First       time.Time       // when the first record that is in no statement was opened; zero if there is none
	Drawn       commerce.Window // the last statement that was drawn up; zero if there is none
}

const (
	grace    = time.Minute // after an hour, for calls that end at its end to reach the store
	patience = time.Hour   // how long an hour is not stated because calls of it are still open
)

// A Clerk states use. All fields are needed.
type Clerk struct {
	Register *register.Register
	Notary   *notary.Notary
	Store    Store
	Settle   func(context.Context) ([]meter.Record, error) // brings to the store what has been metered, and lists what is still open
	Archive  Archive
	Uses     Uses
	Now      func() time.Time
	Log      *slog.Logger

	done map[agreement.ID]time.Time // up to when there is nothing left to state
}

// Keep states what is due, until the context ends.
func (c *Clerk) Keep(ctx context.Context) {
	tick := time.NewTicker(20 * time.Second)
	defer tick.Stop()
	for {
		if err := c.State(ctx); err != nil && ctx.Err() == nil {
			c.Log.Warn("usage was not stated; it will be", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// State states all hours and days that are due, in every agreement, and has the windows of Schedule C
// computed that are over.
func (c *Clerk) State(ctx context.Context) error {
	now := c.Now()
	var errs []error
	var open openCalls
	for _, v := range c.Register.Views() {
		due, _ := commerce.HourOf(now.Add(-grace), v.State.Text().Frame().Zone())
		if v.Broken != nil || !due.After(c.done[v.State.ID]) {
			continue
		}
		if open == nil {
			records, err := c.Settle(ctx)
			if err != nil {
				return fmt.Errorf("bringing usage to the store: %w", err)
			}
			open = openOf(records)
		}
		waits, err := c.agreement(ctx, v, open, due, now)
		if err != nil {
			errs = append(errs, fmt.Errorf("stating the use of %s: %w", v.State.ID, err))
			continue
		}
		if err := c.windows(ctx, v.State.ID, now); err != nil {
			errs = append(errs, fmt.Errorf("computing the service levels of %s: %w", v.State.ID, err))
			continue
		}
		if !waits {
			c.finish(v.State.ID, due)
		}
	}
	return errors.Join(errs...)
}

// openCalls says when the first call that is still open was opened, by agreement and series.
type openCalls map[agreement.ID]map[commerce.Series]time.Time

func openOf(records []meter.Record) openCalls {
	all := openCalls{}
	for _, r := range records {
		id, series := agreement.ID(r.Agreement), commerce.SeriesOf(r.Component, agreement.Environment(r.Environment))
		if all[id] == nil {
			all[id] = map[commerce.Series]time.Time{}
		}
		if first := all[id][series]; first.IsZero() || r.Opened.Before(first) {
			all[id][series] = r.Opened
		}
	}
	return all
}

func (c *Clerk) finish(id agreement.ID, due time.Time) {
	if c.done == nil {
		c.done = map[agreement.ID]time.Time{}
	}
	c.done[id] = due
}

// agreement states what is due of one agreement, and reports whether calls are waited for.
func (c *Clerk) agreement(ctx context.Context, v *register.View, open openCalls, due, now time.Time) (waits bool, err error) {
	all, err := c.Store.Waiting(ctx, v.State.ID, due)
	if err != nil {
		return false, err
	}
	for _, first := range open[v.State.ID] {
		waits = waits || first.Before(due)
	}
	for _, w := range all {
		left, err := c.series(ctx, v, w, open[v.State.ID][commerce.SeriesOf(w.Component, w.Environment)], due, now)
		if err != nil {
			return false, err
		}
		waits = waits || left
	}
	return waits, nil
}

// series states the hours of one series, oldest first, and its day if that is over.
func (c *Clerk) series(ctx context.Context, v *register.View, w Waiting, open, due, now time.Time) (waits bool, err error) {
	zone := v.State.Text().Frame().Zone()
	id, until := v.State.ID, v.State.Commerce.Statements[commerce.SeriesOf(w.Component, w.Environment)].Until
	if !w.Drawn.From.IsZero() && !w.Drawn.From.Before(until) { // a crash came between drawing it up and sealing it
		if err := c.seal(ctx, id, w.Drawn); err != nil {
			return false, err
		}
		until = w.Drawn.To
	}
	for first := w.First; !first.IsZero(); {
		next := window(w, first, until, zone)
		if next.To.After(due) {
			break // a call that ended late waits for the next hour
		}
		if !open.IsZero() && open.Before(next.To) && now.Before(next.To.Add(patience)) {
			return true, nil
		}
		if err := c.seal(ctx, id, next); err != nil {
			return false, err
		}
		until = next.To
		if first, err = c.first(ctx, id, w, due); err != nil {
			return false, err
		}
	}
	return false, c.day(ctx, id, w, now)
}

// window is the hour in which the record that was opened first is stated: its own, or the first that
// is not stated yet.
func window(w Waiting, first, until time.Time, zone *time.Location) commerce.Window {
	from, to := commerce.HourOf(first, zone)
	if from.Before(until) {
		_, to = commerce.HourOf(until, zone)
		from = until
	}
	return commerce.Window{Component: w.Component, Environment: w.Environment, From: from, To: to}
}

func (c *Clerk) first(ctx context.Context, id agreement.ID, of Waiting, due time.Time) (time.Time, error) {
	all, err := c.Store.Waiting(ctx, id, due)
	for _, w := range all {
		if w.Component == of.Component && w.Environment == of.Environment {
			return w.First, err
		}
	}
	return time.Time{}, err
}

// seal draws a statement up, unless that is done, and has it sealed.
func (c *Clerk) seal(ctx context.Context, id agreement.ID, w commerce.Window) error {
	if err := c.Store.Draw(ctx, id, w); err != nil {
		return err
	}
	v, err := c.Register.View(id)
	if err != nil {
		return err
	}
	announced := v.State.Performance.Announced(w.Component, w.Environment)
	s := receipt.Statement{Window: w}
	var rollup levels.Rollup
	broken := breaches{state: v.State}
	err = c.Store.Stated(ctx, id, w, func(r meter.Record) error {
		rollup.Add(r, inMaintenance(announced, r.Opened))
		broken.add(r)
		return s.Add(r)
	})
	if err != nil {
		return err
	}
	if err := c.Store.KeepBeside(ctx, id, w, s.Hashes, rollup); err != nil {
		return err
	}
	if err := broken.enter(ctx, c.Notary); err != nil {
		return err
	}
	if s.Stated.Records == 0 {
		return nil // drawn up, and nothing had joined it when a crash came
	}
	_, err = c.Notary.Do(ctx, notary.Order{Agreement: id, Actor: articles.Clock, Command: s.Command()})
	return err
}

// Complete is up to when every call is stated, apart from those that have gone on for longer than
// statements wait for.
func Complete(now time.Time, zone *time.Location) time.Time {
	from, _ := commerce.HourOf(now.Add(-patience-2*grace), zone)
	return from
}

// day states the day that is being added up, once it is over and nothing of it is waited for.
func (c *Clerk) day(ctx context.Context, id agreement.ID, w Waiting, now time.Time) error {
	v, err := c.Register.View(id)
	if err != nil {
		return err
	}
	day := v.State.Commerce.Statements[commerce.SeriesOf(w.Component, w.Environment)].Day
	if day == "" || string(meter.DayOf(now, v.State.Text().Frame().Zone())) <= day {
		return nil
	}
	_, err = c.Notary.Do(ctx, notary.Order{Agreement: id, Actor: articles.Clock, Command: commerce.SealDay{Component: w.Component, Environment: w.Environment}})
	return err
}
