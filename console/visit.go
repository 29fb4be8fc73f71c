package console

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/console/drafting"
	"entente/console/frame"
)

// admit says who asks for a page of an agreement. An agreement that is not there and one that is not
// the asker's are the same.
func (c *Console) admit(r *http.Request) (*frame.Visit, error) {
	caller, err := c.session(r)
	if err != nil {
		return nil, err
	}
	id, err := agreement.ParseID(r.PathValue("id"))
	if err != nil {
		return nil, frame.ErrAbsent
	}
	if caller, err = c.Accounts.At(caller, id); err != nil {
		return nil, err
	}
	return c.visit(r, caller)
}

// visitor is whoever has entered, in the agreement that they have entered.
func (c *Console) visitor(r *http.Request) (*frame.Visit, error) {
	caller, err := c.session(r)
	if err != nil {
		return nil, err
	}
	return c.visit(r, caller)
}

// author is whoever may begin an agreement: a founder, or a person who may propose versions of theirs, with the
// address that their own party stands by.
func (c *Console) author(r *http.Request) (*drafting.Author, error) {
	caller, err := c.session(r)
	if err != nil {
		return nil, err
	}
	a := &drafting.Author{Caller: caller, Address: agreement.Email(caller.Actor.ID), Now: c.Now(), Rand: c.Door.Rand,
		Knows: func(id agreement.ID) bool { return c.Accounts.Knows(caller, id) }, May: func(ctx context.Context) error { return c.Accounts.MayOpen(ctx, caller) }}
	if caller.Founds() {
		return a, nil
	}
	if a.In, err = c.visit(r, caller); err != nil {
		return nil, err
	}
	if !articles.May(a.In.View.State, caller.Actor, agreement.Propose{}) {
		return nil, agreement.Refuse("begin an agreement", "7.1", "this is for the signatories and legal contacts of a party")
	}
	person, _ := access.Person(a.In.View, a.In.View.State.Members[caller.Actor.ID])
	a.Address = person.Email
	return a, nil
}

func (c *Console) visit(r *http.Request, caller access.Caller) (*frame.Visit, error) {
	view, err := c.Register.View(caller.Agreement)
	if err != nil {
		return nil, err
	}
	unread, err := c.Shelf.Unread(r.Context(), caller.Agreement, caller.Actor.ID)
	if err != nil {
		return nil, err
	}
	return &frame.Visit{Unread: unread, Caller: caller, View: view, Now: c.Now(), Zone: view.State.Text().Frame().Zone(), Rand: c.Door.Rand, Several: caller.Proven != "" && len(c.Accounts.Seats(caller)) > 1}, nil
}

// A session's cookie has the name that browsers bind to this very host where they came by TLS, and
// another where there is no TLS, which is on loopback only.
func cookieName(r *http.Request) string {
	if frame.Secure(r) {
		return "__Host-entente"
	}
	return "entente_session"
}

// still says why whoever made a request that goes on may not read on: their session has ended, or the agreement
// names them no more. Being asked does not keep a session alive.
func (c *Console) still(r *http.Request) error {
	caller, err := c.enters(r, c.Door.Look)
	if err == nil {
		_, err = c.Accounts.At(caller, agreement.ID(r.PathValue("id")))
	}
	return err
}

// session is whose session a request came with, and counts the request. What a page asks for by itself does not keep
// it alive.
func (c *Console) session(r *http.Request) (access.Caller, error) {
	by := c.Door.Enter
	if r.Header.Get(frame.Unasked) != "" {
		by = c.Door.Look
	}
	caller, err := c.enters(r, by)
	if err != nil {
		return caller, cmp.Or(c.outside(r), err)
	}
	return caller, c.counted("session/" + caller.Credential)
}

// outside counts a request that no session is known of; files that pages load cost nothing.
func (c *Console) outside(r *http.Request) error {
	if strings.HasPrefix(r.URL.Path, "/static/") {
		return nil
	}
	return c.counted("network/" + access.Network(access.AddressOf(r)))
}

// counted counts a request of somebody, and refuses it if they ask too often.
func (c *Console) counted(asker string) error {
	if _, _, wait := c.Pace.Take(asker, c.Now()); wait > 0 {
		return frame.TooOften(wait)
	}
	return nil
}

func (c *Console) enters(r *http.Request, by func(context.Context, string, ...access.Kind) (access.Caller, error)) (access.Caller, error) {
	cookie, err := r.Cookie(cookieName(r))
	if err != nil {
		return access.Caller{}, access.ErrNoEntry
	}
	caller, err := by(r.Context(), cookie.Value, access.Session)
	if err == nil && caller.Operator { // an operator has no role in any agreement, and no console
		return access.Caller{}, access.ErrNoEntry
	}
	return caller, err
}

func setCookie(w http.ResponseWriter, r *http.Request, value string, age time.Duration) {
	seconds := int(age / time.Second)
	if value == "" {
		seconds = -1
	}
	http.SetCookie(w, &http.Cookie{Name: cookieName(r), Value: value, Path: "/", MaxAge: seconds,
		Secure: frame.Secure(r), HttpOnly: true, SameSite: http.SameSiteStrictMode})
}
