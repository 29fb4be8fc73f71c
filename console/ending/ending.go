// Package ending is what people do in the console under Article 12: they suspend a component or the whole agreement, give
// notice of a breach or of a material change and say how that was settled (clause 12.2), and end the agreement (12.1, 12.2).
//
// Before anybody ends it, a page says what follows: until when it is used in full, who is served after that, and what
// outlasts it, by the same rules that carry it out.
package ending

import (
	"cmp"
	"context"
	"embed"
	"net/url"
	"slices"
	"strings"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles/margins"
	"entente/articles/term"
	"entente/console/frame"
	"entente/notary"
)

//go:embed pages/*.html
var files embed.FS

var pages = frame.Parse(files)

// Parts are the templates of what stands beside clauses 12.1 and 12.2 ("ending"), for the pages that show them.
//
//go:embed parts/*.html
var Parts embed.FS

// mostSaid is how many characters a notice may have; a reason may have half of it.
const mostSaid = 4000

// A Desk carries out what the forms ask for. Its notary is needed to answer, not to list the routes.
type Desk struct{ Notary *notary.Notary }

// Routes are the pages that stand beside no clause.
func (d *Desk) Routes() []frame.Route {
	return []frame.Route{
		{Pattern: "GET /termination", Serve: d.termination},
		{Pattern: "POST /termination", Serve: frame.Stage{Again: d.again, Then: d.ended}.Play(d.terminate)},
	}
}

// A Standing is what the parties have said under Article 12, and what the visitor can do.
type Standing struct {
	Items   []Item
	Suspend *SuspendForm
	Breach  *NoticeForm
	Change  *NoticeForm
	Leave   string // the path of the page on which the visitor can end the agreement; empty if they cannot
}

// An Item is a suspension, or a notice, with its answer where the visitor can give it.
type Item struct {
	Title    string
	Status   margins.Status
	Standing string
	Says     string // the reason, or the notice
	Given    string // by whom and when
	Answer   *frame.Form
	Button   string
	over     bool
	at       time.Time
}

// Of is what stands beside clause 12.2 and, without the notices, beside clause 12.1.
func Of(v *frame.Visit, clause agreement.Clause, s *frame.Sent) *Standing {
	st := &Standing{}
	if len(waysOf(v, nil).Open) > 0 {
		st.Leave = v.Home() + "/termination"
	}
	if clause == "12.2" {
		st.Items = slices.Concat(suspensions(v, s), breaches(v, s), changes(v, s))
		st.Suspend, st.Breach, st.Change = newSuspendForm(v, s), newBreachForm(v, s), newChangeForm(v, s)
	}
	return st
}

// latestFirst puts what still runs before what is over, each from the latest on.
func latestFirst(all []Item) []Item {
	slices.SortFunc(all, func(a, b Item) int {
		if a.over != b.over {
			if a.over {
				return 1
			}
			return -1
		}
		return cmp.Or(b.at.Compare(a.at), strings.Compare(a.Title, b.Title))
	})
	return all
}

func suspensions(v *frame.Visit, s *frame.Sent) []Item {
	var all []Item
	for component, held := range v.View.State.Term.Suspended {
		one := Item{Title: named(component) + " is suspended", Status: margins.Off, Standing: "By " + held.Party.Label() + " since " + v.Date(held.At), Says: held.Reason,
			Given: "Suspended by " + v.PersonName(held.By), at: held.At, Button: "Lift the suspension"}
		if v.Would(term.Resume{Component: component, Party: v.Party(), By: v.Caller.Actor.ID}) {
			one.Answer = v.Form("resume-"+cmp.Or(component, "all"), "/suspensions/end", "about", component, s)
		}
		all = append(all, one)
	}
	return latestFirst(all)
}

// named is a component, or the whole agreement, at the beginning of a sentence.
func named(component string) string {
	if component == "" {
		return "The whole agreement"
	}
	return component
}

func breaches(v *frame.Visit, s *frame.Sent) []Item {
	var all []Item
	for _, b := range v.View.State.Term.Breaches {
		one := Item{Title: "Material breach by " + b.Accused.Label(), Says: b.What, Given: "Notice by " + b.Accused.Other().Label() + " on " + v.Date(b.Notified), at: b.Notified, over: !b.Cured.IsZero(), Button: "Say that it is cured"}
		switch {
		case !b.Cured.IsZero():
			one.Status, one.Standing = margins.Good, "Cured on "+v.Date(b.Cured)
		case v.Now.Before(b.CureBy):
			one.Status, one.Standing = margins.Due, "To be cured by "+v.Date(b.CureBy)
		default:
			one.Status, one.Standing = margins.Late, "Was to be cured by "+v.Date(b.CureBy)+"; "+b.Accused.Other().Label()+" may end the agreement"
		}
		if v.Would(term.CureBreach{ID: b.ID, Party: v.Party(), By: v.Caller.Actor.ID}) {
			one.Answer = v.Form(b.ID+"-cure", "/breaches/cure", "about", b.ID, s)
		}
		all = append(all, one)
	}
	return latestFirst(all)
}

func changes(v *frame.Visit, s *frame.Sent) []Item {
	var all []Item
	for _, n := range v.View.State.Term.Changes {
		one := Item{Title: "Material change" + kindly(n.Kind), Says: n.What, Given: "Notice by " + n.Party.Label() + " on " + v.Date(n.Notified), at: n.Notified, over: !n.Closed.IsZero(), Button: "Say that the parties have agreed"}
		switch {
		case n.Agreed:
			one.Status, one.Standing = margins.Good, "Agreed on "+v.Date(n.Closed)
		case !n.Closed.IsZero():
			one.Status, one.Standing = margins.Off, "The agreement was ended for it on "+v.Date(n.Closed)
		case v.Now.Before(n.Until):
			one.Status, one.Standing = margins.Due, "The parties negotiate until "+v.Date(n.Until)
		default:
			one.Status, one.Standing = margins.Due, "The parties have not agreed; "+n.Party.Label()+" may end the agreement"
		}
		if v.Would(term.SettleChange{ID: n.ID, Party: v.Party(), By: v.Caller.Actor.ID}) {
			one.Answer = v.Form(n.ID+"-settle", "/changes/settlement", "about", n.ID, s)
		}
		all = append(all, one)
	}
	return latestFirst(all)
}

// kinds are the material changes of clause 12.2, as a sentence names them.
var kinds = map[term.Change]string{"control": "of control", "law": "of law", "technology": "of technology", "business": "of business"}

func kindly(k term.Change) string {
	if k == "" {
		return ""
	}
	return " " + kinds[k]
}

// A SuspendForm stops a component, or everything.
type SuspendForm struct {
	frame.Form
	All        bool // the whole agreement can be suspended
	Components []agreement.Component
}

func newSuspendForm(v *frame.Visit, s *frame.Sent) *SuspendForm {
	can := func(component string) bool {
		return v.Would(term.Suspend{Component: component, Party: v.Party(), By: v.Caller.Actor.ID, Reason: "."})
	}
	f := &SuspendForm{All: can("")}
	for _, c := range v.View.State.Text().Scope.Components {
		if can(c.Name) {
			f.Components = append(f.Components, c)
		}
	}
	if !f.All && len(f.Components) == 0 {
		return nil
	}
	f.Form = *v.Form("suspend", "/suspensions", "", "", s)
	return f
}

// A NoticeForm gives notice of a breach or of a change, and starts a time that is said in words.
type NoticeForm struct {
	frame.Form
	Other string // the other party, in running text
	Time  string // what the notice starts; empty if nothing runs
	Kinds []Kind // of change; none where clause 12.2 does not list them
}

// A Kind is one of the changes that clause 12.2 lists.
type Kind struct {
	term.Change
	Says string
}

func newBreachForm(v *frame.Visit, s *frame.Sent) *NoticeForm {
	if !v.Would(term.NotifyBreach{ID: "brc_", Party: v.Party(), By: v.Caller.Actor.ID, What: "."}) {
		return nil
	}
	return &NoticeForm{Form: *v.Form("breach", "/breaches", "", "", s), Other: v.NameOf(v.Party().Other()), Time: v.View.State.Text().Term.Cause.MaterialBreach.Words()}
}

func newChangeForm(v *frame.Visit, s *frame.Sent) *NoticeForm {
	cause := v.View.State.Text().Term.Cause
	f := &NoticeForm{Other: v.NameOf(v.Party().Other()), Time: cause.MaterialChangeResponse.Words()}
	try := term.NotifyChange{ID: "chg_", Party: v.Party(), By: v.Caller.Actor.ID, What: "."}
	for _, k := range cause.MaterialChanges {
		try.Kind = k
		f.Kinds = append(f.Kinds, Kind{k, "Change " + kinds[k]})
	}
	if !v.Would(try) {
		return nil
	}
	f.Form = *v.Form("change", "/changes", "", "", s)
	return f
}

// do carries out a command of the visitor.
func (d *Desk) do(ctx context.Context, o notary.Order, command any) (frame.Done, error) {
	o.Command = command
	return frame.Outcome(d.Notary.Do(ctx, o))
}

// Suspend stops a component, or everything.
func (d *Desk) Suspend(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
	reason, err := frame.Needed(f, "reason", "The reason", mostSaid/2, "Say why it is suspended; the other party reads it.")
	if err != nil {
		return frame.Done{}, err
	}
	what := f.Get("component")
	if what == "" {
		return frame.Done{}, frame.Misfilled{Field: "component", Incomplete: "Choose what is suspended."}
	}
	return d.do(ctx, o, term.Suspend{Component: strings.TrimPrefix(what, whole), Party: v.Party(), By: o.Actor.ID, Reason: reason})
}

// whole is how the form names the whole agreement: no component has such a name.
const whole = "*"

// Resume lifts a suspension.
func (d *Desk) Resume(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
	return d.do(ctx, o, term.Resume{Component: f.Get("about"), Party: v.Party(), By: o.Actor.ID})
}

// Accuse gives notice of a material breach.
func (d *Desk) Accuse(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
	what, err := frame.Needed(f, "what", "The notice", mostSaid, "Say what the breach is; the other party reads it.")
	if err != nil {
		return frame.Done{}, err
	}
	id, err := access.NewID(v.Rand, "brc_")
	if err != nil {
		return frame.Done{}, err
	}
	return d.do(ctx, o, term.NotifyBreach{ID: id, Party: v.Party(), By: o.Actor.ID, What: what})
}

// Cure says that a breach is cured.
func (d *Desk) Cure(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
	return d.do(ctx, o, term.CureBreach{ID: f.Get("about"), Party: v.Party(), By: o.Actor.ID})
}

// Announce gives notice of a material change.
func (d *Desk) Announce(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
	c := term.NotifyChange{Party: v.Party(), By: o.Actor.ID, Kind: term.Change(f.Get("kind"))}
	if listed := v.View.State.Text().Term.Cause.MaterialChanges; len(listed) > 0 && !slices.Contains(listed, c.Kind) {
		return frame.Done{}, frame.Misfilled{Field: "kind", Incomplete: "Choose what has changed."}
	}
	var err error
	if c.What, err = frame.Needed(f, "what", "The notice", mostSaid, "Say what has changed; the other party reads it."); err != nil {
		return frame.Done{}, err
	}
	if c.ID, err = access.NewID(v.Rand, "chg_"); err != nil {
		return frame.Done{}, err
	}
	return d.do(ctx, o, c)
}

// Settle says that the parties have agreed about a change.
func (d *Desk) Settle(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
	return d.do(ctx, o, term.SettleChange{ID: f.Get("about"), Party: v.Party(), By: o.Actor.ID})
}
