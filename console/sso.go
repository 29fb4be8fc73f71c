package console

import (
	"errors"
	"net/http"
	"time"

	"entente/access/sso"
	"entente/agreement"
	"entente/console/frame"
	"entente/register"
)

// ssoCookie names what the browser keeps while somebody is at their company's sign-in. It has to come back with a
// request that the issuer's site makes the browser send, which a session's cookie does not.
func ssoCookie(r *http.Request) string { return cookieName(r) + "_sso" }

func keepPending(w http.ResponseWriter, r *http.Request, value string, seconds int) {
	http.SetCookie(w, &http.Cookie{Name: ssoCookie(r), Value: value, Path: "/", MaxAge: seconds, Secure: frame.Secure(r), HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// side is the side of an agreement that a path names.
func side(r *http.Request) (agreement.ID, agreement.Party, error) {
	id, err := agreement.ParseID(r.PathValue("agreement"))
	p := agreement.Party(r.PathValue("party"))
	if err != nil || p != agreement.A && p != agreement.B {
		return "", "", frame.ErrAbsent
	}
	return id, p, nil
}

// leadAway leads a person to their company's sign-in.
func (c *Console) leadAway(w http.ResponseWriter, r *http.Request) error {
	id, p, err := side(r)
	if err != nil {
		return err
	}
	asked, err := c.SignIn.Begin(r.Context(), id, p)
	switch {
	case errors.Is(err, register.ErrUnknown), errors.Is(err, sso.ErrNoSite):
		return frame.ErrAbsent
	case errors.Is(err, sso.ErrProvider):
		c.Log.Warn("a company's sign-in does not answer", "agreement", id, "party", p, "error", err)
		return c.reception(w, http.StatusBadGateway, porch{Say: &frame.Alert{Title: "Your company's sign-in does not answer", Why: "try again in a minute, or enter by another way."}})
	case err != nil:
		return err
	}
	keepPending(w, r, asked.Text, int(sso.Patience/time.Second))
	http.Redirect(w, r, asked.Address, http.StatusSeeOther)
	return nil
}

// comeBack begins a session for whom their company vouches for.
func (c *Console) comeBack(w http.ResponseWriter, r *http.Request) error {
	id, p, err := side(r)
	if err != nil {
		return err
	}
	kept := ""
	if cookie, err := r.Cookie(ssoCookie(r)); err == nil {
		kept = cookie.Value
	}
	keepPending(w, r, "", -1)
	session, who, err := c.SignIn.End(r.Context(), id, p, kept, r.URL.Query(), frame.Browser(r))
	if errors.Is(err, sso.ErrRefused) {
		return c.reception(w, http.StatusForbidden, porch{Say: &frame.Alert{Title: "Not entered", Why: err.Error() + ". Begin again, or ask who manages your people in the agreement."}})
	}
	if err != nil {
		return err
	}
	return c.begin(w, r, session, who, "")
}
