// Package feeds is the page of what people take to programs of their own: tables for spreadsheets, and the
// addresses at which their calendar program finds their deadlines. An address is shown once.
package feeds

import (
	"context"
	"embed"
	"net/http"
	"net/url"
	"strings"

	"entente/access"
	"entente/console/frame"
	"entente/console/hooks"
	"entente/handout"
	"entente/notary"
	"entente/register"
)

//go:embed pages/*.html
var files embed.FS

var pages = frame.Parse(files)

// A Desk serves the page. All fields are needed to answer, none to list the routes.
type Desk struct {
	Handout *handout.Desk
	Once    *frame.Once
	// Origin is under which address people reach the node; where it is empty, the one by which they came.
	Origin string
}

// Routes are the page, what is done on it, and the tables.
func (d *Desk) Routes() []frame.Route {
	stage := frame.Stage{Again: d.page, Then: d.then}
	return []frame.Route{
		{Pattern: "GET /feeds", Serve: d.show},
		{Pattern: "GET /tables/{table}", Serve: d.table},
		{Pattern: "POST /calendars", Serve: stage.Play(d.Once.Act(d.make))},
		{Pattern: "POST /calendars/end", Serve: stage.Play(d.end)},
	}
}

// A body is what the page shows.
type body struct {
	Did       string
	Say       *frame.Alert
	Calendars []calendar
	Make      *frame.Form
	Tables    []table
	Hooks     bool // their party's webhooks are their matter
}

// A calendar is an address as its person sees it later: without the address.
type calendar struct {
	access.Credential
	Since, Till string
	End         *frame.Form
}

// A table is one that can be downloaded.
type table struct{ Name, Label, What string }

// whats are what the tables hold.
var whats = map[string]string{
	"deadlines":  "What is due, of both parties, with its clause and how it stands",
	"keys":       "The gateway keys of both parties; no secrets",
	"ledger":     "The last 10,000 entries of the ledger",
	"milestones": "The requirements of clause 2.2, who confirmed them and when",
	"usage":      "Metered calls and tokens by day, of the last 366 days",
}

func (d *Desk) show(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	return d.page(w, r, v, http.StatusOK, nil, nil)
}

func (d *Desk) page(w http.ResponseWriter, r *http.Request, v *frame.Visit, status int, say *frame.Alert, sent *frame.Sent) error {
	b := body{Say: say, Make: v.Form("calendar", "/calendars", "", "", sent), Hooks: hooks.Keeps(v)}
	if r.URL.Query().Has("ended") {
		b.Did = "The address has ended, and shows nothing any more."
	}
	live, err := d.Handout.Calendars(r.Context(), v.Caller)
	if err != nil {
		return err
	}
	for _, c := range live {
		b.Calendars = append(b.Calendars, calendar{c, v.Date(c.Created), v.Date(c.Expires), v.Form("end-"+c.ID, "/calendars/end", "id", c.ID, nil)})
	}
	for _, name := range handout.Tables {
		b.Tables = append(b.Tables, table{name, strings.ToUpper(name[:1]) + name[1:], whats[name]})
	}
	return pages.Show(w, status, "feeds", frame.Page{Title: "For your own programs", Tab: "me", In: v, Body: b})
}

func (d *Desk) table(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	name, form, _ := strings.Cut(r.PathValue("table"), ".")
	made, err := d.Handout.Table(r.Context(), v.View, name)
	if err != nil {
		return err
	}
	media, b, err := made.In(form)
	if err != nil {
		return err
	}
	return frame.Download(w, media, handout.FileName(v.ID(), name, form), b)
}

func (d *Desk) make(ctx context.Context, v *frame.Visit, f url.Values, keep frame.Keep) (done frame.Done, err error) {
	label, err := frame.Needed(f, "label", "What it is for", 200, "Say what the address is for, so that you know it again.")
	if err == nil && strings.Contains(label, "\n") {
		err = frame.Incomplete("Say in one line what the address is for.")
	}
	if err != nil {
		return done, err
	}
	err = d.Handout.MakeCalendar(ctx, v.Caller, label, func(secret access.Secret, c access.Credential) (access.Answer, error) {
		done = frame.Done{Key: c.ID, Secret: secret.Reveal()}
		return keep(done)
	})
	return done, err
}

// find is a calendar address of the visitor's that is live.
func (d *Desk) find(ctx context.Context, v *frame.Visit, id string) (access.Credential, error) {
	live, err := d.Handout.Calendars(ctx, v.Caller)
	if err != nil {
		return access.Credential{}, err
	}
	for _, c := range live {
		if c.ID == id {
			return c, nil
		}
	}
	return access.Credential{}, register.ErrUnknown
}

func (d *Desk) end(ctx context.Context, v *frame.Visit, _ notary.Order, f url.Values) (frame.Done, error) {
	c, err := d.find(ctx, v, f.Get("id"))
	if err != nil {
		return frame.Done{}, err
	}
	return frame.Done{}, d.Handout.Door.Store.RevokeCredential(ctx, c.ID, v.Now)
}

// A made address is shown once, in answer to the form alone.
type made struct {
	Mine, All string
	Label     string
	Till      string
}

func (d *Desk) then(w http.ResponseWriter, r *http.Request, v *frame.Visit, done frame.Done) error {
	if done.Secret == "" {
		http.Redirect(w, r, v.Home()+"/feeds?ended", http.StatusSeeOther)
		return nil
	}
	c, err := d.find(r.Context(), v, done.Key)
	if err != nil {
		return err
	}
	at := func(calendar string) string {
		return frame.Here(r, d.Origin) + handout.CalendarPath(access.NewSecret(done.Secret), calendar)
	}
	w.Header().Set("Cache-Control", "no-store, no-transform")
	return pages.Show(w, http.StatusOK, "calendar", frame.Page{Title: "Calendar address made", Tab: "me", In: v,
		Body: made{at(handout.Mine), at(handout.All), c.Label, v.Date(c.Expires)}})
}
