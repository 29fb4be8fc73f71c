package me

import (
	"net/http"
	"strings"
	"time"

	"entente/access"
	"entente/console/frame"
)

// A wish is how far a new token is to go, as the form has it.
type wish struct {
	Name, Words string
	scope       access.Scope
}

var wishes = []wish{
	{"portfolio", "Read my portfolio, and nothing else", access.NewScope(true, []string{"portfolio"})},
	{"read", "Read what I may read", access.NewScope(true, nil)},
	{"act", "All that I may", access.NewScope(false, nil)},
}

// A tokenForm is the form by which a token is made.
type tokenForm struct {
	Question string
	Wishes   []wish
	Days     []int
}

// lives are how many days a token may live.
var lives = map[string]time.Duration{"7": 7 * 24 * time.Hour, "30": 30 * 24 * time.Hour, "90": access.TokenLife}

func (d *Desk) tokenForm(v *frame.Visit) (tokenForm, error) {
	q, err := d.Book.AskForToken(v.Caller)
	return tokenForm{q.Text, wishes, []int{30, 7, 90}}, err
}

// A minted token is shown with its secret once.
type minted struct {
	Secret, Label, Says, Till string
	access.Credential
}

// token makes a token and shows it, in answer to the form alone.
func (d *Desk) token(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	form, err := frame.ReadForm(w, r)
	if err != nil {
		return err
	}
	life, known := lives[form.Get("days")]
	var asked wish
	for _, one := range wishes {
		if one.Name == form.Get("for") {
			asked = one
		}
	}
	if !known || asked.Name == "" {
		return frame.ErrForm
	}
	label, err := frame.Needed(form, "label", "The label", 200, "Say what the token is for.")
	if err != nil || strings.Contains(label, "\n") {
		return d.page(w, r, v, http.StatusUnprocessableEntity, body{Say: &frame.Alert{Title: "No token was made", Why: "say in one line of at most 200 characters what it is for."}})
	}
	k, c, err := d.Book.MakeToken(r.Context(), v.Caller, form.Get("question"), label, asked.scope, life)
	if why := because(err); why != "" {
		return d.page(w, r, v, http.StatusUnprocessableEntity, body{Say: &frame.Alert{Title: "No token was made", Why: why}})
	}
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store, no-transform")
	return pages.Show(w, http.StatusOK, "token", frame.Page{Title: "Token made", Tab: "me", In: v, Body: minted{k.Text().Reveal(), label, asked.Words, v.Date(c.Expires), c}})
}
