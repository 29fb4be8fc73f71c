// Package overview is the first page of a person who sits in several agreements: all of them, what needs care
// first. It shows what each of these agreements shows them, and nobody else's.
package overview

import (
	"embed"
	"fmt"
	"net/http"
	"strings"

	"entente/agreement"
	"entente/articles/exclusivity"
	"entente/articles/margins"
	"entente/articles/scope"
	"entente/console/frame"
	"entente/document"
	"entente/portfolio"
)

//go:embed pages/*.html
var files embed.FS

var pages = frame.Parse(files)

// A Desk serves the page.
type Desk struct {
	Portfolio *portfolio.Desk
}

// Routes are the page alone.
func (d *Desk) Routes() []frame.Route {
	return []frame.Route{{Pattern: "GET /portfolio", Serve: d.show}}
}

// A body is what the page shows.
type body struct {
	Lines     []line
	Conflicts []conflict
	Proven    bool
	Seats     string // how many there are
	Care      string // how many need care
}

// A line is an agreement as its person sees it.
type line struct {
	portfolio.Line
	Home, Number       string
	Own, Other         string // the parties
	Roles              string
	Word               string // its health
	Mark               margins.Status
	Next, NextDay      string
	NextClause         agreement.Clause
	Calls, Tokens, Due string
	Refused            string // empty if nothing was
}

// A conflict is one of clause 1.3, in words.
type conflict struct {
	Own, Partner, Other   string // whose it is, whom it has promised, and whom it deals with
	Promise, With         string // the numbers of the agreements
	PromiseHome, WithHome string
	Signed                bool
	Says                  []string
}

func (d *Desk) show(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	p, err := d.Portfolio.Of(r.Context(), v.Caller)
	if err != nil {
		return err
	}
	b := body{Proven: p.Proven, Seats: frame.Counted(len(p.Lines), "seat in an agreement", "seats in agreements")}
	care := 0
	for _, l := range p.Lines {
		b.Lines = append(b.Lines, lineOf(l, v))
		if h := l.Health(); h == portfolio.Late || h == portfolio.Broken {
			care++
		}
	}
	switch care {
	case 0:
		b.Care = "Nothing is late."
	case 1:
		b.Care = "One agreement needs care."
	default:
		b.Care = fmt.Sprintf("%d agreements need care.", care)
	}
	for _, c := range p.Conflicts {
		b.Conflicts = append(b.Conflicts, conflictOf(c))
	}
	return pages.Show(w, http.StatusOK, "portfolio", frame.Page{Title: "Portfolio", Tab: "portfolio", In: v, Body: b})
}

// marks are the shapes of healths; what is broken is as late as can be.
var marks = map[portfolio.Health]margins.Status{portfolio.Broken: margins.Late, portfolio.Late: margins.Late, portfolio.Due: margins.Due, portfolio.Good: margins.Good, portfolio.Off: margins.Off}

func lineOf(l portfolio.Line, v *frame.Visit) line {
	there := frame.Visit{Caller: v.Caller, View: l.View, Now: v.Now, Zone: l.View.State.Text().Frame().Zone()}
	there.Caller.Actor.Roles = l.Seat.Person.Roles
	p := l.Seat.Member.Party
	calls := "1 call"
	if l.Used.Calls != 1 {
		calls = document.Figure(l.Used.Calls) + " calls"
	}
	out := line{Line: l, Home: there.Home(), Number: there.Number(), Own: there.NameOf(p), Other: there.NameOf(p.Other()), Roles: there.Roles(), Word: string(l.Health()), Mark: marks[l.Health()],
		Calls: calls, Tokens: document.Figure(l.Used.Tokens) + " tokens"}
	if l.Used.Refused > 0 {
		out.Refused = document.Figure(l.Used.Refused) + " refused"
	}
	if l.Next != nil {
		out.Next, out.NextDay, out.NextClause = l.Next.What, l.Next.Day.Words(), l.Next.Clause
	}
	if l.Due > 0 {
		out.Due = frame.Counted(l.Due, "clause waits", "clauses wait") + " for something"
	}
	return out
}

func conflictOf(c exclusivity.Conflict) conflict {
	from, with := side(c.Promise), side(c.With)
	out := conflict{Own: from.NameOf(c.Promise.Party), Partner: from.NameOf(c.Promise.Party.Other()), Other: with.NameOf(c.With.Party.Other()), Promise: from.Number(), With: with.Number(),
		PromiseHome: from.Home(), WithHome: with.Home(), Signed: c.Signed}
	if c.Tier == scope.PreferredTier {
		what := c.What
		if what == "" {
			what = "any project within clause 1.1"
		}
		out.Says = append(out.Says, fmt.Sprintf("First offer: %s, and %s to answer.", what, frame.Counted(c.Days, "day", "days")))
	} else {
		out.Says = append(out.Says, fmt.Sprintf("Exclusive: %s.", strings.TrimRight(c.What, ".")))
	}
	when := "From " + c.From.Words()
	if !c.Until.IsZero() {
		when += " until " + c.Until.Words()
	}
	out.Says = append(out.Says, when+".")
	if len(c.Where) > 0 {
		out.Says = append(out.Says, "In "+document.Join(c.Where)+".")
	}
	if len(c.Named) > 0 {
		out.Says = append(out.Says, "Both name "+document.Join(c.Named)+".")
	}
	if c.Except != "" {
		out.Says = append(out.Says, "It may be excepted: “"+c.Except+"”.")
	}
	return out
}

func side(s exclusivity.Side) *frame.Visit { return frame.Reading(s.State) }
