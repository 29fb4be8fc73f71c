package console

import (
	"errors"
	"net/http"

	"entente/access"
	"entente/access/account"
	"entente/agreement"
	"entente/console/frame"
)

// start is the way in: to the caller's agreement, to their portfolio if they have several, or to a page that
// says how to enter.
func (c *Console) start(w http.ResponseWriter, r *http.Request) error {
	caller, err := c.session(r)
	if err == nil {
		http.Redirect(w, r, c.home(caller), http.StatusSeeOther)
		return nil
	}
	if !errors.Is(err, access.ErrNoEntry) || frame.FromElsewhere(r) {
		return err
	}
	return c.reception(w, http.StatusOK, porch{Left: r.URL.Query().Has("left"), To: frame.WayOf(r.URL.Query().Get("to"))})
}

// A porch is what a stranger sees, and the ways in.
type porch struct {
	Left    bool
	Say     *frame.Alert       // why somebody was not let in
	Passkey *frame.PasskeyForm // nil if the node has none
	Mail    bool               // the node writes letters
	To      frame.Way                // where one goes on to
}

// reception shows the ways in.
func (c *Console) reception(w http.ResponseWriter, status int, p porch) error {
	p.Mail = c.Accounts.HasMail()
	if c.Accounts.HasPasskeys() {
		q, err := c.Accounts.AskToEnter()
		if err != nil {
			return err
		}
		p.Passkey = frame.UsePasskey(c.Accounts.Site, q.Challenge, q.Text)
	}
	return pages.Show(w, status, "start", frame.Page{Title: "Entente", Asks: p.Passkey != nil, Body: p})
}

// enterByPasskey begins a session for whoever has confirmed with a passkey. Why one does not open is not said.
func (c *Console) enterByPasskey(w http.ResponseWriter, r *http.Request) error {
	form, err := frame.ReadForm(w, r)
	if err != nil {
		return err
	}
	to := frame.WayOf(form.Get("to"))
	a, err := frame.ReadAnswer(form)
	if err != nil {
		return err
	}
	session, caller, err := c.Accounts.Enter(r.Context(), a, "by passkey, "+frame.Browser(r))
	switch {
	case errors.Is(err, account.ErrExpired):
		return c.reception(w, http.StatusUnprocessableEntity, porch{Say: &frame.Alert{Title: "Try again", Why: "the page was open for too long."}, To: to})
	case errors.Is(err, access.ErrNoEntry):
		return c.reception(w, http.StatusForbidden, porch{Say: &frame.Alert{Title: "This passkey does not open anything", Why: "it was removed, or the agreement does not name you any more. Enter by another way, and make a new passkey."}, To: to})
	case err != nil:
		return err
	}
	return c.begin(w, r, session, caller, to)
}

// begin takes a new session up. A session that the browser had before ends: what came with the request is
// never taken over. It goes on to where they wanted.
func (c *Console) begin(w http.ResponseWriter, r *http.Request, session access.Key, caller access.Caller, to frame.Way) error {
	if err := c.endSession(r); err != nil {
		return err
	}
	if err := c.Accounts.Began(r.Context(), caller); err != nil {
		return err
	}
	setCookie(w, r, session.Text().Reveal(), access.SessionLife)
	http.Redirect(w, r, c.onward(caller, to), http.StatusSeeOther)
	return nil
}

// onward is where somebody goes who has entered: where they wanted to, if they have a seat there, and else to their first
// page.
func (c *Console) onward(caller access.Caller, to frame.Way) string {
	if id := to.Agreement(); id != "" && !caller.Founds() {
		if _, err := c.Accounts.At(caller, id); err == nil {
			return string(to)
		}
	}
	return c.home(caller)
}

// home is the caller's first page.
func (c *Console) home(caller access.Caller) string {
	if caller.Founds() {
		return "/begin"
	}
	if len(c.Accounts.Seats(caller)) > 1 {
		return "/portfolio"
	}
	return "/agreements/" + string(caller.Agreement)
}

// enterOpened brings somebody into an agreement that they have opened: at their seat there, if they have shown whose
// address it names, and else in a session of its own. The session in which they wrote it stays as it is, so that
// sending the form again leads to the same place.
func (c *Console) enterOpened(w http.ResponseWriter, r *http.Request, by access.Caller, id agreement.ID, m agreement.Member) error {
	if _, err := c.Accounts.At(by, id); err != nil {
		session, _, err := c.Door.Issue(r.Context(), access.Session, id, m.ID, "opened it, "+frame.Browser(r), access.SessionLife)
		if err != nil {
			return err
		}
		setCookie(w, r, session.Text().Reveal(), access.SessionLife)
	}
	http.Redirect(w, r, "/agreements/"+string(id)+"/people?opened", http.StatusSeeOther)
	return nil
}

// A threshold is what someone sees who comes by a link, before the link is used.
type threshold struct {
	Link, Name, Party, Other, Number string
	Label                            string
}

// threshold shows whose link it is. Only its button uses the link, so that a program which looks at
// links in letters does not use it up; and the session's cookie is set in answer to a form of our
// own, which a browser sends with it from then on.
func (c *Console) threshold(w http.ResponseWriter, r *http.Request) error {
	link := r.PathValue("link")
	caller, err := c.Door.Enter(r.Context(), link, access.Link)
	if err != nil || caller.Operator {
		return c.closed(w, err)
	}
	if caller.Founds() {
		return pages.Show(w, http.StatusOK, "found", frame.Page{Title: "Begin an agreement", Body: threshold{Link: link, Name: caller.Actor.ID}})
	}
	v, err := c.visit(r, caller)
	if err != nil {
		return err
	}
	return pages.Show(w, http.StatusOK, "enter", frame.Page{Title: "Enter", Body: threshold{link, v.Name(),
		v.NameOf(v.Party()), v.NameOf(v.Party().Other()), v.Number(), v.Party().Label()}})
}

// enter uses the link up and begins a session.
func (c *Console) enter(w http.ResponseWriter, r *http.Request) error {
	form, err := frame.ReadForm(w, r)
	if err != nil {
		return err
	}
	session, caller, err := c.Door.Redeem(r.Context(), form.Get("link"), "by link, "+frame.Browser(r))
	if err != nil || caller.Operator {
		return c.closed(w, err)
	}
	return c.begin(w, r, session, caller, "")
}

// closed says that a link opens nothing, and what to do. Why it opens nothing is not said.
func (c *Console) closed(w http.ResponseWriter, err error) error {
	if err != nil && !errors.Is(err, access.ErrNoEntry) {
		return err
	}
	return pages.Show(w, http.StatusNotFound, "closed", frame.Page{Title: "This link does not open anything"})
}

func (c *Console) leave(w http.ResponseWriter, r *http.Request) error {
	if err := c.endSession(r); err != nil {
		return err
	}
	setCookie(w, r, "", 0)
	w.Header().Set("Clear-Site-Data", `"cache", "storage"`) // the cookie is gone above: other pages of the host may have theirs
	http.Redirect(w, r, "/?left", http.StatusSeeOther)
	return nil
}

// take begins a session at another seat of the visitor's, and ends this one.
func (c *Console) take(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	form, err := frame.ReadForm(w, r)
	if err != nil {
		return err
	}
	session, caller, err := c.Accounts.Take(r.Context(), v.Caller, agreement.ID(form.Get("agreement")), form.Get("person"), "by another seat, "+frame.Browser(r))
	if err != nil {
		return err
	}
	if err := c.endSession(r); err != nil {
		return err
	}
	setCookie(w, r, session.Text().Reveal(), access.SessionLife)
	http.Redirect(w, r, "/agreements/"+string(caller.Agreement), http.StatusSeeOther)
	return nil
}

// endSession revokes the session that the request came with, if it is one.
func (c *Console) endSession(r *http.Request) error {
	caller, err := c.session(r)
	if errors.Is(err, access.ErrNoEntry) {
		return nil
	}
	if err != nil {
		return err
	}
	return c.Door.Store.RevokeCredential(r.Context(), caller.Credential, c.Now())
}
