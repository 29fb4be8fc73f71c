package console

import (
	"errors"
	"net/http"
	"strings"

	"entente/access"
	"entente/access/account"
	"entente/console/frame"
)

// A codePage asks for the code that was sent, if the address is known.
type codePage struct {
	Ticket, Address string
	To              frame.Way // where one goes on to
	Say             *frame.Alert
}

// sendCode answers an address that is known and one that is not with the same page.
func (c *Console) sendCode(w http.ResponseWriter, r *http.Request) error {
	form, err := frame.ReadForm(w, r)
	if err != nil {
		return err
	}
	address, to := strings.TrimSpace(form.Get("address")), frame.WayOf(form.Get("to"))
	ticket, err := c.Accounts.SendCode(r.Context(), address, access.AddressOf(r))
	switch {
	case errors.Is(err, account.ErrTooOften):
		return c.reception(w, http.StatusTooManyRequests, porch{Say: &frame.Alert{Title: "No code was sent", Why: err.Error() + "."}, To: to})
	case errors.Is(err, account.ErrNoMail):
		return frame.ErrAbsent
	case err != nil:
		return c.reception(w, http.StatusUnprocessableEntity, porch{Say: &frame.Alert{Title: "No code was sent", Why: err.Error() + "."}, To: to})
	}
	return pages.Show(w, http.StatusOK, "code", frame.Page{Title: "Enter the code", Body: codePage{Ticket: ticket, Address: address, To: to}})
}

// enterByCode begins a session for whoever has the code.
func (c *Console) enterByCode(w http.ResponseWriter, r *http.Request) error {
	form, err := frame.ReadForm(w, r)
	if err != nil {
		return err
	}
	to := frame.WayOf(form.Get("to"))
	session, who, err := c.Accounts.EnterByCode(r.Context(), form.Get("ticket"), form.Get("code"), access.AddressOf(r), "by e-mail code, "+frame.Browser(r))
	switch {
	case errors.Is(err, account.ErrTooOften):
		return c.reception(w, http.StatusTooManyRequests, porch{Say: &frame.Alert{Title: "Not entered", Why: err.Error() + "."}, To: to})
	case errors.Is(err, account.ErrCode):
		return pages.Show(w, http.StatusForbidden, "code", frame.Page{Title: "Enter the code",
			Body: codePage{form.Get("ticket"), form.Get("address"), to, &frame.Alert{Title: "Not entered", Why: err.Error() + "."}}})
	case errors.Is(err, access.ErrNoEntry):
		return c.reception(w, http.StatusForbidden, porch{Say: &frame.Alert{Title: "Not entered", Why: "no agreement names you any more."}, To: to})
	case err != nil:
		return err
	}
	return c.begin(w, r, session, who, to)
}
