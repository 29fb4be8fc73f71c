package me

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"entente/access"
	"entente/access/signature"
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

// A tokenForm is a form by which a token is made, or a key that signs is added.
type tokenForm struct {
	ID       string // of its fields
	Question string
	Wishes   []wish
	Days     []int
	Sent     url.Values // as it was sent and is to be mended
}

// Is reports whether a field was sent with a value.
func (f tokenForm) Is(field string, value any) bool { return f.Sent.Get(field) == fmt.Sprint(value) }

// lives are how many days a token may live.
var lives = map[string]time.Duration{"7": 7 * 24 * time.Hour, "30": 30 * 24 * time.Hour, "90": access.TokenLife}

// tokenForms are the forms for a token and for a key that signs.
func (d *Desk) tokenForms(v *frame.Visit, sent asking) (token, signer tokenForm, err error) {
	q, err := d.Book.AskForToken(v.Caller)
	token = tokenForm{"token", q.Text, wishes, []int{30, 7, 90}, nil}
	signer = token
	signer.ID = "signer"
	if sent.signer {
		signer.Sent = sent.form
	} else {
		token.Sent = sent.form
	}
	return token, signer, err
}

// A minted token is shown with its secret once.
type minted struct {
	Secret, Label, Says, Till string
	access.Credential
}

// errWish is that a form does not say in one line what a credential is for.
var errWish = errors.New("say in one line of at most 200 characters what it is for.")

// wished is what a form asks for: what to call it, how far it goes and how long it lives.
func wished(form url.Values) (label string, asked wish, life time.Duration, err error) {
	life, known := lives[form.Get("days")]
	i := slices.IndexFunc(wishes, func(w wish) bool { return w.Name == form.Get("for") })
	if !known || i < 0 {
		return "", wish{}, 0, frame.ErrForm
	}
	if label, err = frame.Needed(form, "label", "The label", 200, "Say what it is for."); err != nil || strings.Contains(label, "\n") {
		return "", wish{}, 0, errWish
	}
	return label, wishes[i], life, nil
}

// token makes a token and shows it, in answer to the form alone.
func (d *Desk) token(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	form, err := frame.ReadForm(w, r)
	if err != nil {
		return err
	}
	var k access.Key
	var c access.Credential
	label, asked, life, err := wished(form)
	if err == nil {
		k, c, err = d.Book.MakeToken(r.Context(), v.Caller, form.Get("question"), label, asked.scope, life)
	}
	if why := because(err); why != "" {
		return d.page(w, r, v, http.StatusUnprocessableEntity, body{Say: &frame.Alert{Title: "No token was made", Why: why, Again: true}, sent: asking{form, false}})
	}
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store, no-transform")
	return pages.Show(w, http.StatusOK, "token", frame.Page{Title: "Token made", Tab: "me", In: v, Body: minted{k.Text().Reveal(), label, asked.Words, v.Date(c.Expires), c}})
}

// signer adds a key by which a program signs its requests. It is public, so that it may be shown again.
func (d *Desk) signer(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	form, err := frame.ReadForm(w, r)
	if err != nil {
		return err
	}
	label, asked, life, err := wished(form)
	if err == nil {
		var key ed25519.PublicKey
		if key, err = signature.ParseKey(strings.TrimSpace(form.Get("public_key"))); err != nil {
			form.Del("public_key") // it may be a private one
		} else {
			err = d.Book.MakeSigner(r.Context(), v.Caller, form.Get("question"), label, asked.scope, life, key)
		}
	}
	if why := because(err); why != "" {
		return d.page(w, r, v, http.StatusUnprocessableEntity, body{Say: &frame.Alert{Title: "No key was added", Why: why, Again: true}, sent: asking{form, true}})
	}
	if err != nil {
		return err
	}
	return done(w, r, "signer")
}

// asking is a form for a token, or for a key that signs, as it was sent and is to be mended.
type asking struct {
	form   url.Values
	signer bool
}
