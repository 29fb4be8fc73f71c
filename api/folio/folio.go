// Package folio serves a person's portfolio to their programs: all agreements that name their address, what
// needs care, and where what their company has promised one partner meets its agreement with another.
package folio

import (
	"context"
	"time"

	"entente/agreement"
	"entente/api/rest"
	"entente/articles/exclusivity"
	"entente/articles/scope"
	"entente/calendar"
	"entente/portfolio"
)

// Tag is the tag of the operation in the document.
const Tag = "portfolio"

// A Desk answers. Its field is needed to answer, not to list the routes.
type Desk struct {
	Portfolio *portfolio.Desk
}

// Serve adds the operation to a desk.
func (d *Desk) Serve(to *rest.Desk) {
	rest.Add(to, rest.Place{Path: "/api/v1/portfolio", Tag: Tag}.Read("", "get-portfolio", "All agreements that name you, what needs care first",
		"An agreement that names the address which you have shown to read is in it; with a token that was made without showing one, your own agreement alone. Make such a token on your page in the console, having entered by a code. It opens no other agreement than its own: of the others it reads this answer. Conflicts of clause 1.3 are shown to those alone who sit in both agreements.").On(rest.Self), d.show)
}

type folio struct {
	Proven    bool       `json:"proven" doc:"Whether the token was made by somebody who has shown to read the mail of your address; without, this is your own agreement alone."`
	Items     []line     `json:"items" doc:"What needs care first."`
	Conflicts []conflict `json:"conflicts" doc:"Where what your company has promised one partner meets its agreement with another (clause 1.3)."`
}

type line struct {
	Agreement agreement.ID     `json:"agreement"`
	Number    string           `json:"number"`
	Stage     agreement.Stage  `json:"stage"`
	Party     agreement.Party  `json:"party" enum:"a,b" doc:"Yours."`
	Own       string           `json:"own" doc:"The name of your party."`
	Other     string           `json:"other" doc:"The name of the other party."`
	Roles     []agreement.Role `json:"roles" doc:"Yours, by clause 7.1."`
	Health    portfolio.Health `json:"health" enum:"read-only,late,due,good,off" doc:"How it stands, by what is worst."`
	Care      []care           `json:"care" doc:"The clauses that are late."`
	Due       int              `json:"due" doc:"How many clauses wait for something."`
	Overdue   int              `json:"overdue" doc:"How many deadlines were missed."`
	Next      *next            `json:"next,omitempty" doc:"What is due next; absent if nothing is."`
	Calls     int64            `json:"calls" doc:"Of the calendar month that goes on, in the agreement's zone, as all that follows."`
	Tokens    int64            `json:"tokens" doc:"Of models, in and out."`
	Refused   int64            `json:"refused" doc:"Calls that the gateway refused."`
	Owes      string           `json:"owes,omitempty" example:"EUR 1.93" doc:"What your party owes by clause 6.1, so far; absent where nothing is shared."`
	Owed      string           `json:"owed,omitempty" example:"EUR 1.93" doc:"What it is owed."`
	Unread    bool             `json:"unread,omitzero" doc:"What the node measured could not be read just now: care and use are not whole."`
}

type care struct {
	Clause agreement.Clause `json:"clause"`
	Fact   string           `json:"fact" doc:"What is late, in a sentence."`
}

type next struct {
	Clause agreement.Clause      `json:"clause"`
	What   string                `json:"what"`
	Owes   agreement.Responsible `json:"owes" enum:"a,b,both" doc:"Who owes it."`
	Due    time.Time             `json:"due" doc:"The first instant after it."`
	Day    calendar.Date         `json:"day" format:"date" doc:"The last day on which it can be done, in the agreement's zone."`
}

type conflict struct {
	Promise   agreement.ID  `json:"promise" doc:"The agreement in which your company has promised something."`
	With      agreement.ID  `json:"with" doc:"The agreement that may break it."`
	Tier      scope.Tier    `json:"tier" enum:"exclusive,preferred" doc:"How far the promise goes: nobody else, or this partner first."`
	What      string        `json:"what" doc:"What is exclusive, or to be offered first."`
	Days      int           `json:"days,omitzero" doc:"Of a first offer, how long its answer is waited for."`
	Where     []string      `json:"where" doc:"The countries of both; none where one of them names none, so that it is everywhere."`
	Named     []string      `json:"named" doc:"Components that both name."`
	Exception string        `json:"exception,omitempty" doc:"An exception of the promise that names the other agreement or its partner."`
	From      calendar.Date `json:"from" format:"date" doc:"The first day of both."`
	Until     calendar.Date `json:"until,omitzero" format:"date" doc:"The last day; absent if there is none."`
	Signed    bool          `json:"signed" doc:"Whether both agreements are signed; else it can still be avoided."`
}

type answer struct{ Body folio }

func (d *Desk) show(ctx context.Context, v rest.Visit, _ *rest.Nothing) (*answer, error) {
	p, err := d.Portfolio.Of(ctx, v.Caller)
	if err != nil {
		return nil, err
	}
	out := answer{folio{Proven: p.Proven}}
	for _, l := range p.Lines {
		out.Body.Items = append(out.Body.Items, lineOf(l))
	}
	for _, c := range p.Conflicts {
		out.Body.Conflicts = append(out.Body.Conflicts, conflictOf(c))
	}
	return &out, nil
}

func lineOf(l portfolio.Line) line {
	t, p := l.View.State.Text(), l.Seat.Member.Party
	out := line{Agreement: l.Seat.Agreement, Number: t.Agreement.Number, Stage: l.Stage, Party: p, Own: t.Parties.Of(p).Name, Other: t.Parties.Of(p.Other()).Name, Roles: l.Seat.Person.Roles,
		Health: l.Health(), Due: l.Due, Overdue: l.Overdue, Calls: l.Used.Calls, Tokens: l.Used.Tokens, Refused: l.Used.Refused, Owes: l.Used.Owes, Owed: l.Used.Owed, Unread: l.Unread}
	for _, m := range l.Care {
		out.Care = append(out.Care, care{m.Clause, m.Fact})
	}
	if n := l.Next; n != nil {
		out.Next = &next{n.Clause, n.What, n.Owes, n.Due, n.Day}
	}
	return out
}

func conflictOf(c exclusivity.Conflict) conflict {
	return conflict{Promise: c.Promise.ID, With: c.With.ID, Tier: c.Tier, What: c.What, Days: c.Days, Where: c.Where, Named: c.Named, Exception: c.Except, From: c.From, Until: c.Until, Signed: c.Signed}
}
