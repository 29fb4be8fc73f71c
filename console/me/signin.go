package me

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"entente/access"
	"entente/access/account"
	"entente/access/sso"
	"entente/agreement"
	"entente/console/frame"
)

// A signIn is the company's own, as the page of its people shows it.
type signIn struct {
	Issuer, Domains, Door, Back string // Door is empty where there is none
	May                         bool   // the visitor may name it
}

func (d *Desk) signIn(r *http.Request, v *frame.Visit) (*signIn, error) {
	if !d.Book.HasPasskeys() {
		return nil, nil
	}
	p, found, err := d.SignIn.Of(r.Context(), v.ID(), v.Party())
	if err != nil {
		return nil, err
	}
	out := &signIn{Issuer: p.Issuer, Domains: strings.Join(p.Domains, " "), Back: d.SignIn.Back(v.ID(), v.Party()),
		May: slices.ContainsFunc(account.Inviters, func(r agreement.Role) bool { return slices.Contains(v.Caller.Actor.Roles, r) })}
	if found {
		out.Door = d.Book.Site.Origin + sso.Door(v.ID(), v.Party())
	}
	return out, nil
}

func (d *Desk) nameSignIn(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	form, err := frame.ReadForm(w, r)
	if err != nil {
		return err
	}
	p := sso.Provider{Issuer: strings.TrimSpace(form.Get("issuer")), Client: strings.TrimSpace(form.Get("client")), Secret: access.NewSecret(strings.TrimSpace(form.Get("secret"))), Domains: strings.Fields(strings.ReplaceAll(form.Get("domains"), ",", " "))}
	return d.named(w, r, v, d.SignIn.Set(r.Context(), v.Caller, p))
}

func (d *Desk) dropSignIn(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	_, err := d.SignIn.Drop(r.Context(), v.Caller)
	return d.named(w, r, v, err)
}

// named leads back to the page, or says why nothing was done.
func (d *Desk) named(w http.ResponseWriter, r *http.Request, v *frame.Visit, err error) error {
	var refusal *agreement.Refusal
	switch {
	case errors.As(err, &refusal):
		return d.company(w, r, v, frame.StatusOf(refusal), company{Say: &frame.Alert{Title: "The sign-in was not changed", Why: refusal.Why, Clause: refusal.Clause}})
	case errors.Is(err, sso.ErrProvider):
		return d.company(w, r, v, http.StatusUnprocessableEntity, company{Say: &frame.Alert{Title: "The sign-in was not changed", Why: err.Error() + "."}})
	case err != nil:
		return err
	}
	http.Redirect(w, r, v.Home()+"/people?signin", http.StatusSeeOther)
	return nil
}
