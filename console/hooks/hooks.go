// Package hooks is the pages of a party's webhooks: the addresses of its own systems to which the node sends what
// happens. Its technical leads add and end them there, try them, and send once more what did not arrive; the other
// party does not see them. Secrets are shown once.
package hooks

import (
	"context"
	"embed"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"entente/agreement"
	"entente/console/frame"
	"entente/register"
	"entente/webhooks"
)

//go:embed pages/*.html
var files embed.FS

var pages = frame.Parse(files)

// A Desk serves the pages. All fields are needed to answer, none to list the routes.
type Desk struct {
	Courier *webhooks.Courier
	Once    *frame.Once
}

// Routes are the pages and what is done on them.
func (d *Desk) Routes() []frame.Route {
	all := frame.Stage{Again: d.list, Then: d.then}
	on := func(do act) frame.Serve {
		return d.kept(func(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
			return frame.Stage{Again: d.one, Then: d.then}.Play(d.Once.Act(d.on(r.PathValue("webhook"), do)))(w, r, v)
		})
	}
	return []frame.Route{
		{Pattern: "GET /webhooks", Serve: d.kept(d.showAll)},
		{Pattern: "POST /webhooks", Serve: d.kept(all.Play(d.Once.Act(d.add)))},
		{Pattern: "GET /webhooks/{webhook}", Serve: d.kept(d.show)},
		{Pattern: "POST /webhooks/{webhook}/test", Serve: on(d.try)},
		{Pattern: "POST /webhooks/{webhook}/secret", Serve: on(d.rotate)},
		{Pattern: "POST /webhooks/{webhook}/replay", Serve: on(d.replay)},
		{Pattern: "POST /webhooks/{webhook}/pause", Serve: on(d.pause)},
		{Pattern: "POST /webhooks/{webhook}/resumption", Serve: on(d.resume)},
		{Pattern: "POST /webhooks/{webhook}/end", Serve: on(d.end)},
	}
}

// Keeps reports whether the webhooks of their party are somebody's matter.
func Keeps(v *frame.Visit) bool {
	return slices.ContainsFunc(webhooks.Keepers, func(r agreement.Role) bool { return slices.Contains(v.Caller.Actor.Roles, r) })
}

// kept lets those pass whose matter the webhooks of their party are.
func (d *Desk) kept(serve frame.Serve) frame.Serve {
	return func(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
		if !Keeps(v) {
			return agreement.Refuse("see the webhooks", "7.1", "they are for the technical lead of %s", v.Party().Label())
		}
		return serve(w, r, v)
	}
}

// A listed webhook is one as the list shows it.
type listed struct {
	webhooks.Hook
	Since string
}

// A body is what the list shows.
type body struct {
	Did  string
	Say  *frame.Alert
	All  []listed
	Add  *frame.Form
	Many bool // there are as many as there can be
}

func (d *Desk) showAll(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	return d.list(w, r, v, http.StatusOK, nil, nil)
}

func (d *Desk) list(w http.ResponseWriter, r *http.Request, v *frame.Visit, status int, say *frame.Alert, sent *frame.Sent) error {
	own, err := d.Courier.Of(r.Context(), v.Caller)
	if err != nil {
		return err
	}
	b := body{Say: say, Add: v.Form("webhook", "/webhooks", "", "", sent), Many: len(own) >= webhooks.Most}
	if r.URL.Query().Has("ended") {
		b.Did = "Nothing is sent there any more."
	}
	for _, h := range own {
		b.All = append(b.All, listed{h, v.Date(h.Created)})
	}
	return pages.Show(w, status, "list", frame.Page{Title: "Webhooks", Tab: "me", In: v, Body: b})
}

// find is a webhook of the visitor's party.
func (d *Desk) find(ctx context.Context, v *frame.Visit, id string) (webhooks.Hook, error) {
	h, err := d.Courier.Find(ctx, v.Caller, id)
	if errors.Is(err, webhooks.ErrUnknown) {
		err = register.ErrUnknown
	}
	return h, err
}

// A detail is what the page of a webhook shows.
type detail struct {
	webhooks.Hook
	Say        *frame.Alert
	Did        string
	Public     string
	Since, By  string
	Home       string // its path
	Forms      map[string]*frame.Form
	State      webhooks.State // of the deliveries that are listed; empty for all
	States     []webhooks.State
	Deliveries []webhooks.Delivery
	Dead       bool   // some could not be delivered
	More       string // behind which position there is more; empty if there is none
	Zone       *time.Location
}

// most is how many deliveries a page lists.
const most = 50

func (d *Desk) show(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	return d.one(w, r, v, http.StatusOK, nil, nil)
}

func (d *Desk) one(w http.ResponseWriter, r *http.Request, v *frame.Visit, status int, say *frame.Alert, sent *frame.Sent) error {
	h, err := d.find(r.Context(), v, r.PathValue("webhook"))
	if err != nil {
		return err
	}
	return d.detail(w, r, v, status, h, detail{Say: say}, sent)
}

func (d *Desk) detail(w http.ResponseWriter, r *http.Request, v *frame.Visit, status int, h webhooks.Hook, b detail, sent *frame.Sent) (err error) {
	b.Hook, b.Since, b.By, b.Zone = h, v.Date(h.Created), v.PersonName(h.By), v.Zone
	b.States = []webhooks.State{webhooks.Waiting, webhooks.Delivered, webhooks.Dead}
	b.Home = v.Home() + "/webhooks/" + h.ID
	if b.Public, err = d.Courier.Public(h); err != nil {
		return err
	}
	b.Forms = map[string]*frame.Form{}
	for _, act := range []string{"test", "secret", "replay", "pause", "resumption", "end"} {
		b.Forms[act] = v.Form(act, "/webhooks/"+h.ID+"/"+act, "", "", sent)
	}
	query := r.URL.Query()
	if s := webhooks.State(query.Get("state")); slices.Contains(b.States, s) {
		b.State = s
	}
	after, err := strconv.ParseInt(query.Get("after"), 10, 64)
	if err != nil {
		after = -1
	}
	found, err := d.Courier.Queue.Deliveries(r.Context(), h.ID, b.State, after, most+1)
	if err != nil {
		return err
	}
	dead, err := d.Courier.Queue.Deliveries(r.Context(), h.ID, webhooks.Dead, -1, 1)
	if err != nil {
		return err
	}
	b.Dead = len(dead) > 0
	for i, one := range found {
		if i == most {
			b.More = strconv.FormatInt(found[i-1].Position, 10)
			break
		}
		b.Deliveries = append(b.Deliveries, one)
	}
	return pages.Show(w, status, "one", frame.Page{Title: "Webhook", Tab: "me", In: v, Body: b})
}
