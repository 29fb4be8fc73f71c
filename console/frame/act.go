package frame

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"entente/agreement"
	"entente/ledger/canonical"
	"entente/ledger/seal"
	"entente/notary"
)

// A Route is a page or an act, for a person of the agreement that the path names. Its pattern is as
// http.ServeMux has it, below the agreement's path.
type Route struct {
	Pattern string // "POST /keys"
	Serve   Serve
}

// Serve answers a request of a visit, or says why it does not.
type Serve func(http.ResponseWriter, *http.Request, *Visit) error

// Done is the answer to an act, kept for whoever sends the same form again.
type Done struct {
	Entry  int64  `json:"entry"`            // the position of the act's first entry
	Key    string `json:"key,omitempty"`    // the id of a key that was issued
	Secret string `json:"secret,omitempty"` // its text: the answer is sealed where it is kept
	// Of what leaves no entry: what came of it, and until when what was before counts, too.
	Said  string    `json:"said,omitempty"`
	Until time.Time `json:"until,omitzero"`
}

// An Act carries out what a form asks for.
type Act func(ctx context.Context, v *Visit, o notary.Order, f url.Values) (Done, error)

// A Stage is where an act takes place: the page that shows its form.
type Stage struct {
	// Again shows the page with what is to be said of an act that was not done, and the form as it was sent.
	Again func(w http.ResponseWriter, r *http.Request, v *Visit, status int, say *Alert, sent *Sent) error
	// Then answers an act that was done.
	Then func(w http.ResponseWriter, r *http.Request, v *Visit, d Done) error
}

// Play makes a page of an act.
func (s Stage) Play(do Act) Serve {
	return func(w http.ResponseWriter, r *http.Request, v *Visit) error {
		f, err := ReadForm(w, r)
		if err != nil {
			return err
		}
		o, err := order(v, r, f)
		if err != nil {
			return err
		}
		d, err := do(r.Context(), v, o, f)
		var refusal *agreement.Refusal
		var lacking Incomplete
		again := &Sent{Action: strings.TrimPrefix(r.URL.Path, v.Home()), Values: f}
		again.Version, _ = strconv.Atoi(f.Get("version"))
		errors.As(err, &again.Fault)
		switch {
		case errors.As(err, &lacking):
			return s.Again(w, r, v, http.StatusUnprocessableEntity, &Alert{Title: "The form is not complete", Why: lacking.Error()}, again)
		case errors.As(err, &refusal):
			return s.Again(w, r, v, StatusOf(refusal), v.Refused(refusal), again)
		case err != nil:
			return err
		}
		return s.Then(w, r, v, d)
	}
}

// An Alert says why an act was not done.
type Alert struct {
	Title, Why string
	Clause     agreement.Clause // the clause that refuses; empty if none does
	Words      string           // what it says
	Home       string           // the path of the agreement
	Again      bool             // the form is on the page, open
}

// Refused is a refusal as a page of the visit tells it.
func (v *Visit) Refused(refusal *agreement.Refusal) *Alert {
	return &Alert{Title: "Not done: cannot " + refusal.Act, Why: refusal.Why, Clause: refusal.Clause, Words: v.View.Policy().Words(refusal.Clause), Home: v.Home()}
}

// Sentence is why, as a sentence.
func (a *Alert) Sentence() string {
	first, size := utf8.DecodeRuneInString(a.Why)
	text := string(unicode.ToUpper(first)) + a.Why[size:]
	if a.Clause != "" {
		return text + " (" + a.Clause.Cite() + ")."
	}
	return text
}

// Heading is the refusing clause with its title.
func (a *Alert) Heading() string { return Heading(a.Clause) }

var keyForm = regexp.MustCompile(`^[0-9a-f]{32}$`)

// order is what the form asks for, without its command.
func order(v *Visit, r *http.Request, f url.Values) (notary.Order, error) {
	o, err := Order(r, v.Caller.Actor.ID, f)
	o.Agreement, o.Actor = v.ID(), v.Caller.Actor
	o.Respond = func(r notary.Receipt) ([]byte, error) { return json.Marshal(Done{Entry: r.First}) }
	return o, err
}

// Order is the key and the request of a form that somebody sent. The request is all that was sent and who sent
// it, so that nobody else gets the answer of a form by its key.
func Order(r *http.Request, actor string, f url.Values) (notary.Order, error) {
	if !keyForm.MatchString(f.Get("key")) {
		return notary.Order{}, ErrForm
	}
	request, err := canonical.Marshal(map[string]any{"path": r.URL.Path, "actor": actor, "form": f})
	if err != nil {
		return notary.Order{}, errors.Join(ErrForm, err)
	}
	return notary.Order{Key: f.Get("key"), Request: seal.Sum(request)}, nil
}

// Outcome is the answer to an act, or to the same act when it was asked for before.
func Outcome(r notary.Receipt, err error) (Done, error) {
	if err != nil || r.Repeated == nil {
		return Done{Entry: r.First}, err
	}
	var d Done
	if err := json.Unmarshal(r.Repeated, &d); err != nil {
		return Done{}, fmt.Errorf("reading an earlier answer: %w", err)
	}
	return d, nil
}
