package console

import (
	"errors"
	"net/http"

	"entente/access"
	"entente/console/frame"
)

// start is the way in: to the caller's agreement, or to a page that says how to enter.
func (c *Console) start(w http.ResponseWriter, r *http.Request) error {
	caller, err := c.session(r)
	if err == nil {
		http.Redirect(w, r, "/agreements/"+string(caller.Agreement), http.StatusSeeOther)
		return nil
	}
	if !errors.Is(err, access.ErrNoEntry) || frame.FromElsewhere(r) {
		return err
	}
	return pages.Show(w, http.StatusOK, "start", frame.Page{Title: "Entente", Body: r.URL.Query().Has("left")})
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
	v, err := c.visit(caller)
	if err != nil {
		return err
	}
	return pages.Show(w, http.StatusOK, "enter", frame.Page{Title: "Enter", Body: threshold{link, v.Name(),
		v.NameOf(v.Party()), v.NameOf(v.Party().Other()), v.Number(), v.Party().Label()}})
}

// enter uses the link up and begins a session. A session that the browser had before ends: what
// came with the request is never taken over.
func (c *Console) enter(w http.ResponseWriter, r *http.Request) error {
	form, err := frame.ReadForm(w, r)
	if err != nil {
		return err
	}
	session, caller, err := c.Door.Redeem(r.Context(), form.Get("link"))
	if err != nil || caller.Operator {
		return c.closed(w, err)
	}
	if err := c.endSession(r); err != nil {
		return err
	}
	setCookie(w, r, session.Text().Reveal(), access.SessionLife)
	http.Redirect(w, r, "/agreements/"+string(caller.Agreement), http.StatusSeeOther)
	return nil
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
	http.Redirect(w, r, "/?left", http.StatusSeeOther)
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
