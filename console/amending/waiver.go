package amending

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles/general"
	"entente/calendar"
	"entente/console/frame"
	"entente/document"
	"entente/notary"
)

// mostSaid is how many characters the purpose of a waiver, or a reason, may have.
const mostSaid = 1000

// A Waiver is a clause that a party has set aside, as a visitor sees it.
type Waiver struct {
	general.Waiver
	Home   string // the path of the agreement
	Holds  bool
	Name   string // who gave it
	On     string
	Last   string // the last day on which it holds, unless it was ended before
	Over   string // the day on which it was ended before its time; empty if it was not
	Effect string // what the software makes of it now, as a sentence
	End    *frame.Form
}

// waivers are those of a clause, those that hold first, then the latest.
func waivers(v *frame.Visit, clause agreement.Clause, s *frame.Sent) []Waiver {
	var all []Waiver
	for _, w := range v.View.State.General.Waivers {
		if w.Clause != clause && clause != "13.5" {
			continue
		}
		one := Waiver{Waiver: w, Home: v.Home(), Holds: w.Live(v.Now), Name: v.PersonName(w.By), On: v.Date(w.Given), Last: v.Date(w.Until.Add(-1)), Effect: effect(v, w)}
		if !w.Ended.IsZero() {
			one.Over = v.Date(w.Ended)
		}
		if v.Would(general.EndWaiver{ID: w.ID, Party: v.Party(), By: v.Caller.Actor.ID}) {
			one.End = v.Form(w.ID+"-end", below(clause, "/waivers/end"), "waiver", w.ID, s)
		}
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b Waiver) int {
		if a.Holds != b.Holds {
			if a.Holds {
				return -1
			}
			return 1
		}
		return cmp.Or(b.Given.Compare(a.Given), cmp.Compare(a.ID, b.ID))
	})
	return all
}

// effect is what the software makes of a waiver now.
func effect(v *frame.Visit, w general.Waiver) string {
	_, kept := general.Waivable(w.Clause)
	e := v.View.State.General.Effect(w, v.View.State.Text().Frame(), v.Now)
	switch {
	case !w.Live(v.Now):
		return ""
	case !kept:
		return "The software does not keep this clause; the waiver stands on the record."
	case e.Waits != "":
		return "It has no effect before " + e.Waits.Label() + " sets the clause aside, too."
	}
	return "While it holds, the software refuses nothing under the clause for " + document.Join(e.For) + "."
}

// A WaiveForm sets a clause aside.
type WaiveForm struct {
	frame.Form
	Clauses     []agreement.Clause // to choose from
	Components  []agreement.Component
	First, Last string // days that can be given
}

// newWaiveForm is that beside a clause: for the clause, beside 13.5 for every one that the visitor can set aside.
func newWaiveForm(v *frame.Visit, clause agreement.Clause, s *frame.Sent) *WaiveForm {
	among := []agreement.Clause{clause}
	if clause == "13.5" {
		among = nil
		for _, e := range agreement.Catalogue {
			among = append(among, e.Clause)
		}
	}
	f := &WaiveForm{Components: v.View.State.Text().Scope.Components}
	for _, c := range among {
		if v.Would(general.Waive{ID: "wvr_", Clause: c, Party: v.Party(), By: v.Caller.Actor.ID, For: ".", Until: v.Now.Add(time.Hour)}) {
			f.Clauses = append(f.Clauses, c)
		}
	}
	if len(f.Clauses) == 0 {
		return nil
	}
	today := calendar.DateOf(v.Now.In(v.Zone))
	f.First, f.Last = today.String(), today.AddDays(365).String()
	f.Form = *v.Form("waive", below(clause, "/waivers"), "", "", s)
	return f
}

// Waive sets a clause aside.
func (d *Desk) Waive(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
	clause, err := asked(f)
	if err != nil {
		return frame.Done{}, err
	}
	purpose, err := frame.Needed(f, "for", "The purpose", mostSaid, "Say for what the clause is set aside; the other party reads it.")
	if err != nil {
		return frame.Done{}, err
	}
	day, err := calendar.ParseDate(f.Get("until"))
	if err != nil || day.Before(calendar.DateOf(v.Now.In(v.Zone))) {
		return frame.Done{}, frame.Misfilled{Field: "until", Incomplete: "Say the last day on which the clause is set aside: today or later."}
	}
	id, err := access.NewID(v.Rand, "wvr_")
	if err != nil {
		return frame.Done{}, err
	}
	return d.do(ctx, o, general.Waive{ID: id, Clause: clause, Component: f.Get("component"), Party: v.Party(), By: o.Actor.ID, For: purpose, Until: day.AddDays(1).In(v.Zone).UTC()})
}

// EndWaiver makes a clause hold again.
func (d *Desk) EndWaiver(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
	return d.do(ctx, o, general.EndWaiver{ID: f.Get("waiver"), Party: v.Party(), By: o.Actor.ID})
}
