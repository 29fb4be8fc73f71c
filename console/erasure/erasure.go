// Package erasure is the page on which a party has one of its own people erased: what says who they are is deleted, and
// the ledger still verifies. It says first what is deleted and what is kept, and asks twice, because nothing brings it
// back.
package erasure

import (
	"context"
	"embed"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/console/frame"
	"entente/notary"
	"entente/register"
)

//go:embed pages/*.html
var files embed.FS

var pages = frame.Parse(files)

// A Desk serves the page. Its field is needed to answer, not to list the routes.
type Desk struct{ Notary *notary.Notary }

// Routes are the page, and what is done on it.
func (d *Desk) Routes() []frame.Route {
	return []frame.Route{
		{Pattern: "GET /people/{person}/erasure", Serve: d.show},
		{Pattern: "POST /people/{person}/erasure", Serve: func(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
			return frame.Stage{Again: d.page, Then: d.then}.Play(d.erase(r.PathValue("person")))(w, r, v)
		}},
	}
}

// A body is what the page shows.
type body struct {
	Name    string
	Self    bool // the visitor would erase themself
	Deletes []string
	Keeps   []notary.Kept
	Form    *frame.Form
	Say     *frame.Alert
}

// find is a person of the agreement who has not been erased, and their name.
func find(v *frame.Visit, id string) (agreement.Member, string, error) {
	m, known := v.View.State.Members[id]
	person, named := access.Person(v.View, m)
	if !known || m.Erased || !named {
		return m, "", register.ErrUnknown
	}
	return m, person.Name, nil
}

func (d *Desk) show(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	return d.page(w, r, v, http.StatusOK, nil, nil)
}

func (d *Desk) page(w http.ResponseWriter, r *http.Request, v *frame.Visit, status int, say *frame.Alert, sent *frame.Sent) error {
	m, name, err := find(v, r.PathValue("person"))
	if err != nil {
		return err
	}
	var refusal *agreement.Refusal
	_, err = articles.Decide(v.View.State, v.Caller.Actor, command(v, m.ID), v.Now)
	b := body{Name: name, Self: m.ID == v.Caller.Actor.ID, Deletes: notary.Erased, Keeps: notary.KeptOnErasure, Say: say}
	switch {
	case errors.As(err, &refusal) && refusal.Clause == "7.1":
		return err // who may not erase them is told so, and shown nothing of them
	case errors.As(err, &refusal):
		b.Say = v.Refused(refusal)
	case err != nil:
		return err
	default:
		b.Form = v.Form("erase", "/people/"+m.ID+"/erasure", "", "", sent)
	}
	return pages.Show(w, status, "erasure", frame.Page{Title: "Erase a person", Tab: "me", In: v, Body: b})
}

func command(v *frame.Visit, person string) agreement.Erase {
	return agreement.Erase{Person: person, Party: v.Party()}
}

// erase is the act, for whoever has said twice that they mean it: by a tick, and by the person's name.
func (d *Desk) erase(person string) frame.Act {
	return func(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
		if earlier, ok, err := d.Notary.Replay(ctx, o); ok || err != nil {
			return frame.Outcome(earlier, err)
		}
		m, name, err := find(v, person)
		if err != nil {
			return frame.Done{}, err
		}
		o.Command = command(v, m.ID)
		if _, err := articles.Decide(v.View.State, v.Caller.Actor, o.Command, v.Now); err != nil {
			return frame.Done{}, err
		}
		switch {
		case f.Get("sure") != "yes":
			return frame.Done{}, frame.Incomplete("Confirm that you know that nothing brings it back.")
		case !strings.EqualFold(strings.Join(strings.Fields(f.Get("name")), " "), strings.Join(strings.Fields(name), " ")):
			return frame.Done{}, frame.Incomplete("Write the name of the person as it stands above, so that nobody else is erased by mistake.")
		}
		return frame.Outcome(d.Notary.Do(ctx, o))
	}
}

// A receipt is what the page shows afterwards. It does not say the name again.
type receipt struct {
	Pseudonym string
	Entry     int64
	Self      bool
	Keeps     []notary.Kept
}

func (d *Desk) then(w http.ResponseWriter, r *http.Request, v *frame.Visit, done frame.Done) error {
	b := receipt{r.PathValue("person"), done.Entry, r.PathValue("person") == v.Caller.Actor.ID, notary.KeptOnErasure}
	in := v
	if b.Self {
		in = nil // who is erased is a stranger from now on
	}
	return pages.Show(w, http.StatusOK, "erased", frame.Page{Title: "Erased", Tab: "me", In: in, Body: b})
}
