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
	Say             *frame.Alert
}

// sendCode answers an address that is known and one that is not with the same page.
func (c *Console) sendCode(w http.ResponseWriter, r *http.Request) error {
	form, err := frame.ReadForm(w, r)
	if err != nil {
		return err
	}
	address := strings.TrimSpace(form.Get("address"))
	ticket, err := c.Accounts.SendCode(r.Context(), address, frame.Caller(r))
	switch {
	case errors.Is(err, account.ErrTooOften):
		return c.reception(w, http.StatusTooManyRequests, false, &frame.Alert{Title: "No code was sent", Why: err.Error() + "."})
	case errors.Is(err, account.ErrNoMail):
		return frame.ErrAbsent
	case err != nil:
		return c.reception(w, http.StatusUnprocessableEntity, false, &frame.Alert{Title: "No code was sent", Why: err.Error() + "."})
	}
	return pages.Show(w, http.StatusOK, "code", frame.Page{Title: "Enter the code", Body: codePage{Ticket: ticket, Address: address}})
}

// A choice is one of the agreements that a person can enter.
type choice struct{ Link, Number, Party, Other string }

// enterByCode begins a session for whoever has the code. Who can enter several agreements chooses one.
func (c *Console) enterByCode(w http.ResponseWriter, r *http.Request) error {
	form, err := frame.ReadForm(w, r)
	if err != nil {
		return err
	}
	all, err := c.Accounts.CheckCode(form.Get("ticket"), form.Get("code"), frame.Caller(r))
	switch {
	case errors.Is(err, account.ErrTooOften):
		return c.reception(w, http.StatusTooManyRequests, false, &frame.Alert{Title: "Not entered", Why: err.Error() + "."})
	case errors.Is(err, account.ErrCode):
		return pages.Show(w, http.StatusForbidden, "code", frame.Page{Title: "Enter the code",
			Body: codePage{form.Get("ticket"), form.Get("address"), &frame.Alert{Title: "Not entered", Why: err.Error() + "."}}})
	case err != nil:
		return err
	}
	links, err := c.Accounts.Links(r.Context(), all)
	if err != nil {
		return err
	}
	if len(links) == 1 {
		session, who, err := c.Door.Redeem(r.Context(), links[0].Text().Reveal(), "by e-mail code, "+frame.Browser(r))
		if err != nil {
			return err
		}
		return c.begin(w, r, session, who)
	}
	return c.choose(w, all, links)
}

func (c *Console) choose(w http.ResponseWriter, all []account.Resident, links []access.Key) error {
	var choices []choice
	for i, one := range all {
		v, err := c.Register.View(one.Agreement)
		if err != nil {
			return err
		}
		visit := &frame.Visit{View: v}
		choices = append(choices, choice{links[i].Text().Reveal(), visit.Number(), visit.NameOf(one.Member.Party), visit.NameOf(one.Member.Party.Other())})
	}
	return pages.Show(w, http.StatusOK, "choose", frame.Page{Title: "Enter an agreement", Body: choices})
}
