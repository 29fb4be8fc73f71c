// Package portfolio is all agreements of one person on a node, side by side: how each stands, what needs care,
// what is due next, what was used and what it comes to, and where what the person's company has promised one
// partner meets its agreement with another.
//
// It is a sum of what the person can open one by one, and of nothing else: an agreement is in it if it names an
// address whose mail they have shown to read (package access/account), and what stands there is what each
// of its people may read. So it tells nobody of an agreement that does not name them, whoever drafts one with
// their company's name or address in it; and a conflict between two agreements is shown to those alone who sit
// in both, never to a partner, and never to colleagues who sit in one.
package portfolio

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"time"

	"entente/access"
	"entente/access/account"
	"entente/agreement"
	"entente/articles/commerce"
	"entente/articles/deadlines"
	"entente/articles/exclusivity"
	"entente/articles/margins"
	"entente/register"
)

// A Desk makes portfolios. All fields are needed.
type Desk struct {
	Register *register.Register
	Accounts *account.Book
	// Live gives what the node measured for the margins of an agreement.
	Live func(context.Context, agreement.ID) (margins.Live, error)
	Now  func() time.Time
	Log  *slog.Logger
}

// A Portfolio is all of a person's agreements.
type Portfolio struct {
	Lines     []Line // what needs care first
	Conflicts []exclusivity.Conflict
	Proven    bool // they have shown to read the mail of their address: else it is the agreement alone that they entered
}

// A Line is one seat of the person: an agreement, on one side.
type Line struct {
	Seat    account.Seat
	View    *register.View
	Stage   agreement.Stage
	Care    []margins.Margin // the clauses that are late, in the order of the agreement
	Due     int              // how many clauses wait for something
	Next    *deadlines.Deadline
	Overdue int // deadlines that somebody has missed
	Used    Use
	Unread  bool // what the node measured could not be read just now
	Take    bool // the person has two seats in this agreement, and has not entered at this one
}

// Use is what passed in the calendar month that goes on, in the agreement's zone.
type Use struct {
	Calls, Tokens, Refused int64
	Owes, Owed             string // by and to the person's party, as people read it; empty where clause 6.1 shares nothing
}

// Health is how an agreement stands, in a word.
type Health string

// The healths of agreements, the worst first.
const (
	Broken Health = "read-only" // its record does not verify, or is of a later release
	Late   Health = "late"
	Due    Health = "due"
	Good   Health = "good"
	Off    Health = "off" // it has ended, or has not begun
)

var healths = []Health{Broken, Late, Due, Good, Off}

// Health is how the line stands.
func (l Line) Health() Health {
	switch {
	case l.View.Broken != nil:
		return Broken
	case len(l.Care) > 0 || l.Overdue > 0:
		return Late
	case l.Stage == agreement.Ended || l.Stage == agreement.Draft:
		return Off
	case l.Due > 0:
		return Due
	}
	return Good
}

// Of is the portfolio of a caller.
func (d *Desk) Of(ctx context.Context, c access.Caller) (Portfolio, error) {
	p := Portfolio{Proven: d.Accounts.Proven(c)}
	var sides []exclusivity.Side
	now := d.Now()
	for _, seat := range d.Accounts.Seats(c) {
		v, err := d.Register.View(seat.Agreement)
		if err != nil {
			continue // it is gone since the seats were looked up
		}
		p.Lines = append(p.Lines, d.line(ctx, seat, v, now))
		sides = append(sides, exclusivity.Side{ID: seat.Agreement, Party: seat.Member.Party, State: v.State})
	}
	for i, l := range p.Lines {
		p.Lines[i].Take = l.Seat.Member.ID != c.Actor.ID && slices.ContainsFunc(p.Lines, func(o Line) bool {
			return o.Seat.Agreement == l.Seat.Agreement && o.Seat.Member.ID != l.Seat.Member.ID
		})
	}
	slices.SortStableFunc(p.Lines, byCare)
	p.Conflicts = exclusivity.Find(sides, now)
	slices.SortStableFunc(p.Conflicts, func(a, b exclusivity.Conflict) int { return cmp.Compare(avoidable(a), avoidable(b)) })
	return p, ctx.Err()
}

// avoidable is 0 for a conflict of two agreements that are signed, and else 1.
func avoidable(c exclusivity.Conflict) int {
	if c.Signed {
		return 0
	}
	return 1
}

// line reads how an agreement stands. What the node measured can be missing: the line says so.
func (d *Desk) line(ctx context.Context, seat account.Seat, v *register.View, now time.Time) Line {
	l := Line{Seat: seat, View: v, Stage: v.State.Stage(now)}
	live, err := d.Live(ctx, seat.Agreement)
	if err != nil {
		d.Log.Warn("what was measured could not be read for a portfolio", "agreement", seat.Agreement, "error", err)
		l.Unread = true
	}
	live.Now = now
	for _, m := range margins.All(v.State, live) {
		switch m.Status {
		case margins.Late:
			l.Care = append(l.Care, m)
		case margins.Due:
			l.Due++
		}
	}
	for _, one := range deadlines.Waiting(deadlines.Of(v.State, now)) {
		switch {
		case one.State == deadlines.Late:
			l.Overdue++
		case l.Next == nil:
			l.Next = &one
		}
	}
	l.Used = used(v, seat.Member.Party, live)
	return l
}

// used is the use of a month, with what it comes to for a party.
func used(v *register.View, p agreement.Party, live margins.Live) Use {
	u := Use{Calls: live.All.Calls, Tokens: live.All.Tokens}
	for _, n := range live.Refused {
		u.Refused += n
	}
	if v.State.Text().Commerce.Revenue.Model != commerce.Shared {
		return u
	}
	if accrued, err := v.State.Accrue(live.Month); err == nil { // else the margin of clause 6.1 is late and says why
		u.Owes, u.Owed = accrued.Owes(p), accrued.Owes(p.Other())
	}
	return u
}

// byCare compares lines by what needs care first: the worse, then the more, then the sooner.
func byCare(a, b Line) int {
	return cmp.Or(
		cmp.Compare(slices.Index(healths, a.Health()), slices.Index(healths, b.Health())),
		cmp.Compare(len(b.Care)+b.Overdue, len(a.Care)+a.Overdue),
		a.next().Compare(b.next()),
		cmp.Compare(a.View.State.Text().Agreement.Number, b.View.State.Text().Agreement.Number),
		cmp.Compare(a.Seat.Agreement, b.Seat.Agreement))
}

// next is when the next thing is due; far away if nothing is.
func (l Line) next() time.Time {
	if l.Next == nil {
		return time.Unix(1<<40, 0)
	}
	return l.Next.Due
}
