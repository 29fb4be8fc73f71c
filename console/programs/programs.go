// Package programs is the page of a party's programs that come in by themselves: the accounts by which they get access
// tokens (OAuth 2.0 client credentials). A secret is shown once.
package programs

import (
	"context"
	"embed"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"entente/access"
	"entente/access/service"
	"entente/agreement"
	"entente/console/frame"
	"entente/notary"
)

//go:embed pages/*.html
var files embed.FS

var pages = frame.Parse(files)

// A Desk serves the page. All fields are needed to answer, none to list the routes.
type Desk struct {
	Services *service.Desk
	Once     *frame.Once
}

// Routes are the page, and what is done on it.
func (d *Desk) Routes() []frame.Route {
	stage := frame.Stage{Again: d.page, Then: d.then}
	return []frame.Route{
		{Pattern: "GET /programs", Serve: d.show},
		{Pattern: "POST /programs", Serve: stage.Play(d.Once.Act(d.make))},
		{Pattern: "POST /programs/end", Serve: stage.Play(d.end)},
	}
}

// A body is what the page shows.
type body struct {
	Did      string
	Say      *frame.Alert
	Accounts []account
	Make     *frame.Form // nil for who may not
	At       string      // where tokens are had; empty where the node has no address
}

type account struct {
	service.Account
	Scope, Shows string
	Since, Till  string
	End          *frame.Form // nil for who may not
}

// shows are how accounts show who they are, in words.
var shows = map[service.Method]string{
	service.BySecret:      "by a secret",
	service.ByKey:         "by what it signs with its key",
	service.ByCertificate: "by the key pair of its TLS connection",
}

func reach(s access.Scope) string {
	what := "may do what its person may"
	if s.ReadOnly() {
		what = "reads, and changes nothing"
	}
	if parts := s.Parts(); len(parts) > 0 {
		what += ": " + strings.Join(parts, ", ")
	}
	return what
}

func (d *Desk) show(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	return d.page(w, r, v, http.StatusOK, nil, nil)
}

func (d *Desk) page(w http.ResponseWriter, r *http.Request, v *frame.Visit, status int, say *frame.Alert, sent *frame.Sent) error {
	b := body{Say: say}
	if r.URL.Query().Has("ended") {
		b.Did = "The account has ended, and its tokens open nothing."
	}
	may := slices.ContainsFunc(service.Roles, func(r agreement.Role) bool { return slices.Contains(v.Caller.Actor.Roles, r) })
	if d.Services.Origin != "" {
		b.At = d.Services.Origin + service.TokenPath
		if may {
			b.Make = v.Form("program", "/programs", "", "", sent)
		}
	}
	all, err := d.Services.Of(r.Context(), v.Caller)
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.State(v.Now) != "live" {
			continue
		}
		one := account{a, reach(a.Credential.Scope), shows[a.Method], v.Date(a.Created), v.Date(a.Expires), nil}
		if may {
			one.End = v.Form("end-"+a.ID, "/programs/end", "id", a.ID, nil)
		}
		b.Accounts = append(b.Accounts, one)
	}
	return pages.Show(w, status, "programs", frame.Page{Title: "Programs of " + v.PartyName(), Tab: "me", In: v, Body: b})
}

func (d *Desk) make(ctx context.Context, v *frame.Visit, f url.Values, keep frame.Keep) (done frame.Done, err error) {
	label, err := frame.Needed(f, "label", "What it is", 200, "Say what the program is, so that you know it again.")
	if err == nil && strings.Contains(label, "\n") {
		err = frame.Incomplete("Say in one line what the program is.")
	}
	if err != nil {
		return done, err
	}
	w := service.Wanted{Label: label, Scope: access.NewScope(f.Get("access") != "act", nil), Life: access.TokenLife,
		Keys: []byte(strings.TrimSpace(f.Get("jwks"))), Address: strings.TrimSpace(f.Get("jwks_uri")), Certificate: strings.TrimSpace(f.Get("certificate"))}
	_, err = d.Services.Make(ctx, v.Caller, w, func(secret access.Secret, a service.Account) (access.Answer, error) {
		done = frame.Done{Key: a.ID, Secret: secret.Reveal()}
		return keep(done)
	})
	if errors.Is(err, service.ErrAccount) || errors.Is(err, service.ErrNoOrigin) {
		err = frame.Incomplete(err.Error() + ".")
	}
	return done, err
}

func (d *Desk) end(ctx context.Context, v *frame.Visit, _ notary.Order, f url.Values) (frame.Done, error) {
	_, err := d.Services.End(ctx, v.Caller, f.Get("id"))
	return frame.Done{}, err
}

// A made account is shown once, in answer to the form alone.
type made struct{ ID, Secret, At string }

func (d *Desk) then(w http.ResponseWriter, r *http.Request, v *frame.Visit, done frame.Done) error {
	if done.Key == "" {
		http.Redirect(w, r, v.Home()+"/programs?ended", http.StatusSeeOther)
		return nil
	}
	w.Header().Set("Cache-Control", "no-store, no-transform")
	return pages.Show(w, http.StatusOK, "made", frame.Page{Title: "Account made", Tab: "me", In: v, Body: made{done.Key, done.Secret, d.Services.Origin + service.TokenPath}})
}
