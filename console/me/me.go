// Package me is a person's own page: their passkeys, where they have entered, and the tokens of their
// programs. Each can be ended there at once; nobody sees or ends another's.
package me

import (
	"embed"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"entente/access"
	"entente/access/account"
	"entente/access/signature"
	"entente/access/sso"
	"entente/agreement"
	"entente/articles"
	"entente/console/frame"
	"entente/ledger/passkey"
	"entente/register"
)

//go:embed pages/*.html
var files embed.FS

var pages = frame.Parse(files)

// A Desk serves the page.
type Desk struct {
	Book   *account.Book
	SignIn *sso.Desk // for Colleagues alone
}

// Routes are the page and what is done on it.
func (d *Desk) Routes() []frame.Route {
	return []frame.Route{
		{Pattern: "GET /me", Serve: d.show},
		{Pattern: "POST /me/passkeys", Serve: d.made},
		{Pattern: "POST /me/passkeys/{passkey}/name", Serve: d.rename},
		{Pattern: "POST /me/passkeys/{passkey}/removal", Serve: d.remove},
		{Pattern: "POST /me/tokens", Serve: d.token},
		{Pattern: "POST /me/signers", Serve: d.signer},
		{Pattern: "POST /me/credentials/{credential}/end", Serve: d.end},
		{Pattern: "POST /me/sessions/end", Serve: d.endOthers},
	}
}

// A body is what the page shows.
type body struct {
	Did      string // what was just done
	Say      *frame.Alert
	Begins   bool // they may begin an agreement
	HasKeys  bool // the node has passkeys
	Passkeys []key
	Make     *frame.PasskeyForm
	MakeName string
	Sessions []door
	Others   int // sessions beside this one
	Tokens   []door
	Token    tokenForm
	Signer   tokenForm
	sent     asking // empty unless one of them is to be mended
}

// A key is a passkey as its person sees it.
type key struct {
	account.Passkey
	Made, Used string
}

// A door is a session or a token.
type door struct {
	access.Credential
	Here        bool // the session of this page
	Since, Till string
	Last        time.Time
}

// did are the things that the page can say were done, by the word in its address.
var did = map[string]string{
	"passkey": "The passkey is made. From now on you can enter with it.",
	"name":    "The passkey has its new name.",
	"removed": "The passkey is removed and opens nothing any more. Delete it on your device too.",
	"ended":   "It has ended, and opens nothing any more.",
	"signer":  "The key is added. A program that signs its requests with it acts as you from now on.",
	"others":  "All your other sessions have ended.",
}

func (d *Desk) show(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	return d.page(w, r, v, http.StatusOK, body{Did: did[r.URL.Query().Get("did")]})
}

func (d *Desk) page(w http.ResponseWriter, r *http.Request, v *frame.Visit, status int, b body) error {
	b.HasKeys, b.Begins = d.Book.HasPasskeys(), articles.May(v.View.State, v.Caller.Actor, agreement.Propose{})
	if b.MakeName == "" {
		b.MakeName = strings.ToUpper(frame.Browser(r)[:1]) + frame.Browser(r)[1:]
	}
	if b.HasKeys {
		q, have, err := d.Book.AskToMake(r.Context(), v.Caller)
		if err != nil {
			return err
		}
		for _, k := range have {
			b.Passkeys = append(b.Passkeys, key{k, v.Date(k.Created), dateOr(v, k.Used, "never")})
		}
		if len(have) < account.MostPasskeys {
			b.Make = v.MakePasskey(d.Book.Site, q, have)
		}
	}
	var err error
	if b.Token, b.Signer, err = d.tokenForms(v, b.sent); err != nil {
		return err
	}
	all, err := d.own(r, v)
	if err != nil {
		return err
	}
	for _, c := range slices.Backward(all) {
		if c.State(v.Now) != "live" {
			continue
		}
		one := door{c, c.ID == v.Caller.Credential, v.Date(c.Created), v.Date(c.Expires), seen(c)}
		switch c.Kind {
		case access.Session:
			if b.Sessions = append(b.Sessions, one); !one.Here {
				b.Others++
			}
		case access.API, access.Signer:
			b.Tokens = append(b.Tokens, one)
		}
	}
	return pages.Show(w, status, "me", frame.Page{Title: "You", Tab: "me", In: v, Asks: b.Make != nil, Body: b})
}

// own are the visitor's credentials, at all their seats, the oldest first.
func (d *Desk) own(r *http.Request, v *frame.Visit) (all []access.Credential, err error) {
	for _, seat := range d.Book.Seats(v.Caller) {
		some, err := d.Book.Door.Store.Credentials(r.Context(), seat.Agreement, seat.Member.ID)
		if err != nil {
			return nil, fmt.Errorf("reading the sessions and tokens: %w", err)
		}
		all = append(all, some...)
	}
	slices.SortStableFunc(all, func(a, b access.Credential) int { return a.Created.Compare(b.Created) })
	return all, nil
}

func dateOr(v *frame.Visit, t time.Time, otherwise string) string {
	if t.IsZero() {
		return otherwise
	}
	return v.Date(t)
}

// seen is when a session was used last, or made.
func seen(c access.Credential) time.Time {
	if c.Seen.IsZero() {
		return c.Created
	}
	return c.Seen
}

// done leads back to the page, so that reading it again does nothing again.
func done(w http.ResponseWriter, r *http.Request, what string) error {
	http.Redirect(w, r, "/me?did="+what, http.StatusSeeOther)
	return nil
}

func (d *Desk) made(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	form, err := frame.ReadForm(w, r)
	if err != nil {
		return err
	}
	m, err := frame.ReadMade(form)
	if err != nil {
		return err
	}
	name := strings.TrimSpace(form.Get("name"))
	_, err = d.Book.Made(r.Context(), v.Caller, form.Get("question"), m, name)
	if why := because(err); why != "" {
		return d.page(w, r, v, http.StatusUnprocessableEntity, body{Say: &frame.Alert{Title: "The passkey was not made", Why: why}, MakeName: name})
	}
	if err != nil {
		return err
	}
	return done(w, r, "passkey")
}

// because says why nothing was done, to whoever can do it again; empty for what is not theirs to mend.
func because(err error) string {
	switch {
	case errors.Is(err, account.ErrExpired):
		return account.ErrExpired.Error() + ". Try again."
	case errors.Is(err, passkey.ErrInvalid):
		return "the browser's answer does not hold. Try again, at the address of this node."
	case errors.Is(err, account.ErrPasskey):
		return "it is known already, or you have as many as you can have."
	case errors.Is(err, account.ErrName):
		return account.ErrName.Error() + "."
	case errors.Is(err, signature.ErrKey):
		return signature.ErrKey.Error() + ". If it was a private key, make a new key pair."
	case errors.Is(err, access.ErrSigner):
		return access.ErrSigner.Error() + "."
	case errors.Is(err, errWish):
		return errWish.Error()
	}
	return ""
}

func (d *Desk) rename(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	form, err := frame.ReadForm(w, r)
	if err != nil {
		return err
	}
	found, err := d.Book.Rename(r.Context(), v.Caller, r.PathValue("passkey"), strings.TrimSpace(form.Get("name")))
	if why := because(err); why != "" {
		return d.page(w, r, v, http.StatusUnprocessableEntity, body{Say: &frame.Alert{Title: "The name was not changed", Why: why}})
	}
	return there(w, r, found, err, "name")
}

func (d *Desk) remove(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	found, err := d.Book.Remove(r.Context(), v.Caller, r.PathValue("passkey"))
	return there(w, r, found, err, "removed")
}

// there is done, if there was something to do it to.
func there(w http.ResponseWriter, r *http.Request, found bool, err error, what string) error {
	if err != nil {
		return err
	}
	if !found {
		return register.ErrUnknown
	}
	return done(w, r, what)
}

func (d *Desk) end(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	own, err := d.own(r, v)
	if err != nil {
		return err
	}
	found := slices.ContainsFunc(own, func(c access.Credential) bool { return c.ID == r.PathValue("credential") })
	if found {
		err = d.Book.Door.Store.RevokeCredential(r.Context(), r.PathValue("credential"), v.Now)
	}
	return there(w, r, found, err, "ended")
}

func (d *Desk) endOthers(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	for _, seat := range d.Book.Seats(v.Caller) {
		at := v.Caller
		at.Agreement, at.Actor.ID = seat.Agreement, seat.Member.ID
		if _, err := d.Book.Door.EndOthers(r.Context(), at); err != nil {
			return err
		}
	}
	return done(w, r, "others")
}
