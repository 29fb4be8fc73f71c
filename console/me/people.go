package me

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"entente/access"
	"entente/access/account"
	"entente/agreement"
	"entente/console/frame"
	"entente/document"
)

// Colleagues are the page of a party's own people, and what is done on it. Of the other party's it shows only
// those whom the visitor's party may introduce, so that there is somebody to negotiate with.
func (d *Desk) Colleagues() []frame.Route {
	return []frame.Route{
		{Pattern: "GET /people", Serve: d.people},
		{Pattern: "POST /people/invitations", Serve: d.invite},
		{Pattern: "POST /people/sign-in", Serve: d.nameSignIn},
		{Pattern: "POST /people/sign-in/removal", Serve: d.dropSignIn},
	}
}

// A colleague is a person of the visitor's party.
type colleague struct {
	ID, Name, Title, Roles string
	Address                string
	Says                   string // how they stand with the node
	May                    bool   // the visitor may invite them
	Invite                 string // the path to which the form for that is sent
	Erase                  string // the path of the page on which they are erased; empty if the visitor may not
}

// A company is what the page shows.
type company struct {
	Did    string
	Say    *frame.Alert
	Lacks  string // why nobody can be invited; empty if they can
	People []colleague
	Other  string      // what the other party is called
	Others []colleague // those of the other party who can be introduced
	SignIn *signIn     // nil where the node can have none
}

func (d *Desk) people(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	did := ""
	switch q := r.URL.Query(); {
	case q.Has("invited"):
		did = "The letter with the link is on its way."
	case q.Has("opened"):
		did = "The agreement is open. Invite those who negotiate it with you."
	case q.Has("signin"):
		did = "Your company's sign-in is changed."
	}
	return d.company(w, r, v, http.StatusOK, company{Did: did})
}

func (d *Desk) company(w http.ResponseWriter, r *http.Request, v *frame.Visit, status int, c company) error {
	c.Other = v.NameOf(v.Party().Other())
	switch {
	case !d.Book.HasMail():
		c.Lacks = "This node writes no letters (--smtp). Ask its operator for a link (entente access link PERSON), copy it and hand it to that person alone, or name your company’s own sign-in below."
	case !d.Book.HasPasskeys():
		c.Lacks = "This node does not know under which address people reach it (--public-url). Ask its operator for a link (entente access link PERSON), copy it and hand it to that person alone."
	}
	may := slices.ContainsFunc(account.Inviters, func(r agreement.Role) bool { return slices.Contains(v.Caller.Actor.Roles, r) })
	for _, m := range v.View.State.Members {
		person, known := access.Person(v.View, m)
		own := m.Party == v.Party()
		if !known || !own && !d.Book.Introduces(r.Context(), v.Caller, v.View, m) {
			continue
		}
		says, err := d.stands(r, v, m)
		if err != nil {
			return err
		}
		var roles []string
		for _, role := range person.Roles {
			roles = append(roles, role.Label())
		}
		one := colleague{m.ID, person.Name, person.Title, document.Join(roles), string(person.Email), says,
			may && c.Lacks == "" && m.ID != v.Caller.Actor.ID && v.View.State.Acts(m, v.Now), v.Home() + "/people/invitations", ""}
		if v.Would(agreement.Erase{Person: m.ID, Party: v.Party()}) {
			one.Erase = v.Home() + "/people/" + m.ID + "/erasure"
		}
		if own {
			c.People = append(c.People, one)
		} else {
			c.Others = append(c.Others, one)
		}
	}
	for _, all := range [][]colleague{c.People, c.Others} {
		slices.SortFunc(all, func(a, b colleague) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	}
	var err error
	if c.SignIn, err = d.signIn(r, v); err != nil {
		return err
	}
	return pages.Show(w, status, "people", frame.Page{Title: "People of " + v.PartyName(), Tab: "me", In: v, Body: c})
}

// stands says whether a person has come here before.
func (d *Desk) stands(r *http.Request, v *frame.Visit, m agreement.Member) (string, error) {
	if !v.View.State.Acts(m, v.Now) {
		return "Does not act under the agreement now.", nil
	}
	keys, err := d.Book.Passkeys.PasskeysOf(r.Context(), v.ID(), m.ID)
	if err != nil {
		return "", err
	}
	if len(keys) > 0 {
		return "Enters with " + frame.Counted(len(keys), "passkey", "passkeys") + ".", nil
	}
	all, err := d.Book.Door.Store.Credentials(r.Context(), v.ID(), m.ID)
	if err != nil {
		return "", fmt.Errorf("reading the links: %w", err)
	}
	says := "Has not entered yet."
	for _, c := range all {
		switch {
		case c.Kind == access.Session:
			says = "Has entered, and has no passkey."
		case c.Kind == access.Link && c.State(v.Now) == "live" && says == "Has not entered yet.":
			says = "Has not entered yet; has a link until " + v.Date(c.Expires) + "."
		}
	}
	return says, nil
}

func (d *Desk) invite(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	form, err := frame.ReadForm(w, r)
	if err != nil {
		return err
	}
	_, err = d.Book.Invite(r.Context(), v.Caller, v.ID(), form.Get("person"), func(account.Invitation) (access.Answer, error) { return access.Answer{}, nil })
	var refusal *agreement.Refusal
	switch {
	case errors.As(err, &refusal):
		return d.company(w, r, v, frame.StatusOf(refusal), company{Say: &frame.Alert{Title: "Nobody was invited", Why: refusal.Why, Clause: refusal.Clause, Home: v.Home()}})
	case errors.Is(err, account.ErrNoMail), errors.Is(err, account.ErrNoPasskeys):
		return d.company(w, r, v, http.StatusConflict, company{Say: &frame.Alert{Title: "Nobody was invited", Why: err.Error() + "."}})
	case err != nil:
		return err
	}
	http.Redirect(w, r, v.Home()+"/people?invited", http.StatusSeeOther)
	return nil
}
