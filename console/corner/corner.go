// Package corner is where engineers of both parties work: a page for each component, with what Schedule A
// offers, the first call as programs to paste, the keys, what the limits have left, how the component
// serves, and the calls of late.
package corner

import (
	"context"
	"embed"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strconv"

	"entente/agreement"
	"entente/articles/margins"
	"entente/articles/policy"
	"entente/console/frame"
	"entente/console/keys"
	"entente/console/plot"
	"entente/console/record"
	"entente/console/snippet"
	"entente/meter"
	"entente/quota"
)

//go:embed pages/*.html
var files embed.FS

var pages = frame.Parse(files, keys.Parts, plot.Parts)

// Seen is what the node has seen of calls. Everything that was metered before the question is in the answer.
type Seen interface {
	// Recent are the last calls of a component, newest first: at most so many that were metered, and as
	// many that were refused.
	Recent(ctx context.Context, id agreement.ID, component string, most int) ([]meter.Record, []meter.Refused, error)
	// Latest marks the last calls of a component that the node has stored: another mark than before means that
	// there are others.
	Latest(ctx context.Context, id agreement.ID, component string) (string, error)
	// Summary adds up metered calls.
	Summary(ctx context.Context, q meter.Query) ([]meter.Sum, error)
	// Limits are how far the limits of Schedule C are used, as far as calls have met them.
	Limits(p *policy.Policy) []quota.Figure
}

// A Desk serves the pages of the components. All fields are needed to answer, none to list the routes.
type Desk struct {
	Keys      *keys.Desk
	Archive   *record.Archive
	Seen      Seen
	Upstreams Upstreams
	Once      *frame.Once
	// Live gives what the node measured for the margins of an agreement.
	Live func(context.Context, agreement.ID) (margins.Live, error)
	// Gateway is where callers reach the gateway: "https://ai.company.example".
	Gateway string
	Log     *slog.Logger
}

// Routes are the pages, and what is done on them.
func (d *Desk) Routes() []frame.Route {
	return []frame.Route{
		{Pattern: "GET /components", Serve: d.list},
		{Pattern: "GET /components/{component}", Serve: d.show},
		{Pattern: "POST /components/{component}/keys", Serve: d.act(d.Keys.Issue)},
		{Pattern: "POST /components/{component}/upstream", Serve: d.serve},
		{Pattern: "POST /components/{component}/upstream/end", Serve: d.forget},
		{Pattern: "POST /components/{component}/maintenance", Serve: d.announced},
		{Pattern: "POST /components/{component}/maintenance/withdrawal", Serve: d.act(d.withdraw)},
		{Pattern: "POST /components/{component}/keys/revocation", Serve: d.act(d.Keys.Revoke)},
	}
}

// below is the path of a component's page, below the agreement's.
func below(component string) string { return "/components/" + component }

// list names the components, and leads to those that are called here.
func (d *Desk) list(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	return pages.Show(w, http.StatusOK, "list", frame.Page{Title: "Components", Tab: "components", Follows: frame.Following(r, ""), In: v, Body: overview(v)})
}

func (d *Desk) show(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	return d.page(w, r, v, http.StatusOK, nil, nil)
}

// page is a component's page; after an act that was not done, with what is to be said of it and the form as
// it was sent.
func (d *Desk) page(w http.ResponseWriter, r *http.Request, v *frame.Visit, status int, say *frame.Alert, sent *frame.Sent) error {
	b, err := d.body(r.Context(), v, r.PathValue("component"), sent)
	if err != nil {
		return err
	}
	b.Served, b.Forgotten = r.URL.Query().Has("served"), r.URL.Query().Has("forgotten")
	if b.Alert = say; say != nil {
		say.Again = sent.Shown
	}
	if n, err := strconv.ParseInt(r.URL.Query().Get("entry"), 10, 64); err == nil && n >= 0 && n < v.View.Size {
		if b.Done, err = d.Archive.Reader(r.Context(), v).Deeds(n, v.Caller.Actor.ID, v.Now); err != nil {
			return err
		}
	}
	return pages.Show(w, status, "component", frame.Page{Title: b.Title + " · " + v.Number(), Tab: "components", Follows: frame.Following(r, below(b.Name)), In: v, Body: b})
}

// act makes a page of an act about a component: done, it leads back to the component's page, which says so.
func (d *Desk) act(do frame.Act) frame.Serve {
	return func(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
		home := v.Home() + below(r.PathValue("component"))
		if _, err := route(v, r.PathValue("component")); err != nil {
			return err
		}
		return frame.Stage{
			Again: d.page,
			Then: func(w http.ResponseWriter, r *http.Request, v *frame.Visit, done frame.Done) error {
				if done.Secret != "" {
					return d.Keys.Show(w, v, done, home)
				}
				http.Redirect(w, r, home+"?entry="+strconv.FormatInt(done.Entry, 10), http.StatusSeeOther)
				return nil
			},
		}.Play(do)(w, r, v)
	}
}

// announced is the act of announcing maintenance of the component that the path names.
func (d *Desk) announced(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	return d.act(d.announce(r.PathValue("component")))(w, r, v)
}

// route is how a component is called here.
func route(v *frame.Visit, component string) (*policy.Route, error) {
	if r := v.View.Policy().Routes[component]; r != nil {
		return r, nil
	}
	return nil, frame.ErrAbsent
}

// A body is what a component's page shows.
type body struct {
	agreement.Component
	Provided     string // by whom, in running text
	Own          bool   // by the visitor's party
	Protocol     string
	Environments []environment
	Operations   []operation
	Lists        []list
	First        []snippet.Snippet
	Key          string // the variable that the programs read
	Ring         *keys.Ring
	Levels       []margins.Level
	Limits       []limit
	Plots        []plot.Plot
	Calls        []call
	Source       *source // nil for who does not say where the component is served
	Served       bool    // the visitor has just said it
	Forgotten    bool    // or that it is not served any more
	Upkeeps      []upkeep
	Announce     *frame.Form
	Zone         string // of the agreement's clocks
	Unread       bool   // what was measured could not be read just now

	Alert *frame.Alert
	Done  []record.Deed
}

// An environment is where a component can be called.
type environment struct {
	Name   string
	Status margins.Status
	Says   string
}

// A list is what Schedule A lists beside the operations: models, tools, resources, prompts.
type list struct {
	What  string
	Names []string
}

func (d *Desk) body(ctx context.Context, v *frame.Visit, component string, sent *frame.Sent) (*body, error) {
	r, err := route(v, component)
	if err != nil {
		return nil, err
	}
	s := v.View.State
	c, _ := s.Text().Frame().Component(component)
	live, err := d.Live(ctx, v.ID())
	b := &body{Component: c, Provided: v.NameOf(c.Provider), Own: c.Provider == v.Party(), Protocol: protocols[r.Protocol], Key: snippet.Key,
		Operations: operations(r), Lists: lists(v, r), Ring: keys.Of(v, below(component), component, live.Used, sent)}
	b.Upkeeps, b.Announce, b.Zone = upkeeps(v, component, sent), announceForm(v, component, sent), v.Zone.String()
	b.Source = d.source(v, component, c.Provider, sent)
	b.First = snippet.Of(first(d.Gateway, r, b.Operations))
	b.Environments = d.environments(v, r, live)
	if err = errors.Join(err, d.served(ctx, v, b, live)); err != nil {
		d.Log.Error("what was measured could not be read", "agreement", v.ID(), "error", err)
		b.Unread = true
	}
	return b, nil
}

// environments are the two, with whether calls pass there.
func (d *Desk) environments(v *frame.Visit, r *policy.Route, live margins.Live) []environment {
	var all []environment
	places := d.places(v.ID(), r.Component)
	for i, e := range agreement.Test.Values() {
		one := environment{Name: e, Status: margins.Good, Says: "open"}
		if places[i].Address == "" {
			one.Status, one.Says = margins.Due, v.NameOf(r.Provider)+" has not said yet where it is served"
		}
		c := policy.Call{Component: r.Component, Operation: "", Class: agreement.Synthetic, At: v.Now.UnixNano()}
		steps, verdict := v.View.Policy().Explain(v.View.Policy().Suppose(r.Component, r.Provider.Other(), agreement.Environment(e), agreement.Service, agreement.Synthetic), c)
		if last := steps[len(steps)-1]; !verdict.OK && last.Clause != "A" { // the operation is not asked about here
			one.Status, one.Says = margins.Off, verdict.Why+" ("+verdict.Clause.Cite()+")"
		}
		if i := slices.IndexFunc(live.Out, func(o margins.Outage) bool { return o.Component == r.Component && string(o.Environment) == e }); i >= 0 {
			one.Status, one.Says = margins.Late, "the provider’s service has not answered since "+live.Out[i].Since.In(v.Zone).Format("15:04:05 MST")
		}
		all = append(all, one)
	}
	return all
}
