package ending

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"entente/agreement"
	"entente/articles"
	"entente/articles/term"
	"entente/calendar"
	"entente/console/frame"
	"entente/notary"
)

// A way is a ground on which the visitor's party could end the agreement, and what would follow.
type way struct {
	term.Terminate
	Name  string // tells it from the others
	Title string
	Says  string // the notice on which it rests
	Outcome
	Form *frame.Form // nil where the visitor cannot
	Why  string      // why not
}

// An Outcome is what follows when the agreement ends.
type Outcome struct {
	AtOnce     bool
	Last       calendar.Date // the last day of full use
	Transition calendar.Date // zero if none was agreed
	Customers  calendar.Date // the last day on which existing customers are served; zero if they are not
	Return     calendar.Date // by when to return or destroy; zero if no time is set
	Outlasts   []string
}

// ways are those that are open to the visitor now, and those that are not.
type ways struct {
	Open, Shut []way
	May        bool   // the visitor's role gives the act
	Ends       string // how the agreement ends already; empty if no end is set
	Alert      *frame.Alert
}

func waysOf(v *frame.Visit, s *frame.Sent) *ways {
	all := &ways{May: v.View.Broken == nil && articles.May(v.View.State, v.Caller.Actor, term.Terminate{})}
	if e := v.View.State.Ending(); e != nil {
		all.Ends = "The agreement already ends: its last day is " + lastDay(v, *e).Words() + "."
	}
	if !all.May {
		return all
	}
	for _, w := range candidates(v) {
		w.Party, w.By, w.Reason = v.Party(), v.Caller.Actor.ID, "."
		events, err := articles.Decide(v.View.State, v.Caller.Actor, w.Terminate, v.Now)
		var refusal *agreement.Refusal
		switch {
		case errors.As(err, &refusal):
			w.Why = (&frame.Alert{Why: refusal.Why, Clause: refusal.Clause}).Sentence()
			all.Shut = append(all.Shut, w)
		case err == nil:
			w.Outcome = outcome(v, events)
			w.Form = v.Form("end-"+strconv.Itoa(len(all.Open)+1), "/termination", "way", w.Name, s)
			all.Open = append(all.Open, w)
		}
	}
	return all
}

// candidates are the grounds of clauses 12.1, 12.2 and C.5, as far as the agreement has them.
func candidates(v *frame.Visit) []way {
	s, cause := v.View.State, v.View.State.Text().Term.Cause
	all := []way{{Terminate: term.Terminate{Ground: term.Notice}, Name: "notice", Title: "By notice, without a reason"}}
	for _, b := range slices.SortedFunc(maps.Values(s.Term.Breaches), func(a, b term.Breach) int { return strings.Compare(a.ID, b.ID) }) {
		if b.Accused != v.Party() && b.Cured.IsZero() {
			all = append(all, way{Terminate: term.Terminate{Ground: term.MaterialBreach, Breach: b.ID}, Name: b.ID,
				Title: "For the material breach of which your party gave notice on " + v.Date(b.Notified), Says: b.What})
		}
	}
	if cause.Insolvency {
		all = append(all, way{Terminate: term.Terminate{Ground: term.Insolvency}, Name: "insolvency", Title: "Because " + v.NameOf(v.Party().Other()) + " is insolvent"})
	}
	for _, n := range slices.SortedFunc(maps.Values(s.Term.Changes), func(a, b term.ChangeNotice) int { return strings.Compare(a.ID, b.ID) }) {
		if n.Party == v.Party() && n.Closed.IsZero() {
			all = append(all, way{Terminate: term.Terminate{Ground: term.MaterialChange, Change: n.ID}, Name: n.ID,
				Title: "For the material change of which your party gave notice on " + v.Date(n.Notified), Says: n.What})
		}
	}
	if cause.MaterialChange && cause.MaterialChangeResponse.IsZero() {
		all = append(all, way{Terminate: term.Terminate{Ground: term.MaterialChange}, Name: "change", Title: "For a material change"})
	}
	if s.Performance.MayLeave(v.Party(), v.Now) {
		all = append(all, way{Terminate: term.Terminate{Ground: term.ServiceLevels}, Name: "service-levels", Title: "Because service levels were missed repeatedly (clause C.5)"})
	}
	return all
}

func lastDay(v *frame.Visit, e term.Ending) calendar.Date {
	return calendar.DateOf(e.Ends.Add(-1).In(v.Zone))
}

// outcome is what follows from the events of an end.
func outcome(v *frame.Visit, events []any) (o Outcome) {
	t := v.View.State.Text().Term
	for _, event := range events {
		e, ok := event.(term.TerminationNoticed)
		if !ok {
			continue
		}
		day := func(end term.Ending) calendar.Date { return lastDay(v, end) }
		o.Last, o.AtOnce = day(term.Ending{Ends: e.Ends}), !e.Ends.After(v.Now)
		if e.TransitionEnd.After(e.Ends) {
			o.Transition = day(term.Ending{Ends: e.TransitionEnd})
		}
		if e.CustomersEnd.After(e.Ends) {
			o.Customers = day(term.Ending{Ends: e.CustomersEnd})
		}
		o.Return = t.ReturnBy(o.Last)
	}
	for _, kept := range []struct {
		chosen bool
		says   string
	}{{t.Effects.Survival.Confidentiality, "confidentiality (Article 11)"}, {t.Effects.Survival.IPOwnership, "who owns what (Article 4)"},
		{t.Effects.Survival.Indemnification, "indemnity and the limits of liability (Article 10)"}} {
		if kept.chosen {
			o.Outlasts = append(o.Outlasts, kept.says)
		}
	}
	o.Outlasts = append(o.Outlasts, t.Effects.Survival.Others...)
	return o
}

func (d *Desk) termination(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	return d.again(w, r, v, http.StatusOK, nil, nil)
}

// again is the page; after an act that was not done, with what is to be said of it and the form as it was sent.
func (d *Desk) again(w http.ResponseWriter, _ *http.Request, v *frame.Visit, status int, say *frame.Alert, sent *frame.Sent) error {
	all := waysOf(v, sent)
	if all.Alert = say; say != nil {
		say.Again = sent.Shown
	}
	return pages.Show(w, status, "termination", frame.Page{Title: "End agreement " + v.Number(), Tab: "agreement", In: v, Body: all})
}

func (d *Desk) ended(w http.ResponseWriter, r *http.Request, v *frame.Visit, done frame.Done) error {
	http.Redirect(w, r, v.Home()+"?entry="+strconv.FormatInt(done.Entry, 10)+"#clause-12.1", http.StatusSeeOther)
	return nil
}

// terminate ends the agreement in a way that the page offered, if what would follow is still what the page said.
func (d *Desk) terminate(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
	all := waysOf(v, nil)
	among := slices.Concat(all.Open, all.Shut)
	i := slices.IndexFunc(among, func(w way) bool { return w.Name == f.Get("way") })
	if i < 0 && all.May {
		return frame.Done{}, frame.Incomplete("This way to end the agreement is not open any more. Look at those below.")
	}
	c := term.Terminate{Ground: term.Notice}
	if i >= 0 {
		c = among[i].Terminate
	}
	c.Party, c.By, c.Reason = v.Party(), o.Actor.ID, ""
	var err error
	if c.Ground != term.Notice {
		if c.Reason, err = frame.Needed(f, "reason", "The reason", mostSaid/2, "Say on which facts your party ends the agreement; the other party reads it."); err != nil {
			return frame.Done{}, err
		}
	}
	if i >= 0 && among[i].Form != nil {
		switch {
		case f.Get("last") != among[i].Last.String():
			return frame.Done{}, frame.Incomplete("The last day would be another one than the page said. Read what follows now, and send the form again.")
		case f.Get("sure") != "yes":
			return frame.Done{}, frame.Misfilled{Field: "sure", Incomplete: "Tick that your party ends the agreement, and that you have read what follows."}
		}
	}
	return d.do(ctx, o, c)
}
