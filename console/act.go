package console

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"entente/access"
	"entente/agreement"
	"entente/articles/integration"
	"entente/ledger/canonical"
	"entente/ledger/seal"
	"entente/notary"
)

// A done is the answer to an act, kept for whoever sends the same form again.
type done struct {
	Entry  int64  `json:"entry"`            // the position of the act's first entry
	Key    string `json:"key,omitempty"`    // the id of a key that was issued
	Secret string `json:"secret,omitempty"` // its text: the answer is sealed where it is kept
}

// An act carries out what a form asks for.
type act func(ctx context.Context, v *visit, o notary.Order, f url.Values) (done, error)

// An incomplete form lacks something, or holds something that cannot be; it says what to do.
type incomplete string

func (i incomplete) Error() string { return string(i) }

// An alert says why an act was not done.
type alert struct {
	Title, Why string
	Clause     agreement.Clause // the clause that refuses; empty if none does
	Words      string           // what it says
}

// Sentence is why, as a sentence.
func (a *alert) Sentence() string {
	first, size := utf8.DecodeRuneInString(a.Why)
	text := string(unicode.ToUpper(first)) + a.Why[size:]
	if a.Clause != "" {
		return text + " (" + a.Clause.Cite() + ")."
	}
	return text
}

// Heading is the refusing clause with its title.
func (a *alert) Heading() string { return heading(a.Clause) }

// act makes a page of an act: done, it leads to the clause; refused, it shows the clause with the
// refusal and the form as it was sent.
func (c *Console) act(clause agreement.Clause, do act) func(http.ResponseWriter, *http.Request, *visit) error {
	return func(w http.ResponseWriter, r *http.Request, v *visit) error {
		f, err := readForm(w, r)
		if err != nil {
			return err
		}
		o, err := order(v, r, f)
		if err != nil {
			return err
		}
		d, err := do(r.Context(), v, o, f)
		var refusal *agreement.Refusal
		var lacking incomplete
		again := &sent{action: strings.TrimPrefix(r.URL.Path, v.Home()), values: f}
		again.version, _ = strconv.Atoi(f.Get("version"))
		switch {
		case errors.As(err, &lacking):
			return c.clause(w, r, v, string(clause), http.StatusUnprocessableEntity, &alert{Title: "The form is not complete", Why: lacking.Error()}, again)
		case errors.As(err, &refusal):
			return c.clause(w, r, v, string(clause), statusOf(refusal), v.refused(refusal), again)
		case err != nil:
			return err
		case d.Secret != "":
			return c.keyPage(w, v, d)
		}
		http.Redirect(w, r, v.Home()+"?entry="+strconv.FormatInt(d.Entry, 10)+"#clause-"+string(clause), http.StatusSeeOther)
		return nil
	}
}

func (v *visit) refused(refusal *agreement.Refusal) *alert {
	return &alert{"Not done: cannot " + refusal.Act, refusal.Why, refusal.Clause, v.view.Policy().Words(refusal.Clause)}
}

// mostForm is the most bytes of a form.
const mostForm = 64 << 10

func readForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	r.Body = http.MaxBytesReader(w, r.Body, mostForm)
	if err := r.ParseForm(); err != nil {
		return nil, errors.Join(errForm, err)
	}
	for _, values := range r.PostForm {
		if len(values) != 1 || !utf8.ValidString(values[0]) {
			return nil, errForm
		}
	}
	return r.PostForm, nil
}

var keyForm = regexp.MustCompile(`^[0-9a-f]{32}$`)

// order is what the form asks for, without its command. Its request is all that was sent and who
// sent it, so that nobody else gets the answer of a form by its key.
func order(v *visit, r *http.Request, f url.Values) (notary.Order, error) {
	if !keyForm.MatchString(f.Get("key")) {
		return notary.Order{}, errForm
	}
	request, err := canonical.Marshal(map[string]any{"path": r.URL.Path, "actor": v.caller.Actor.ID, "form": f})
	if err != nil {
		return notary.Order{}, errors.Join(errForm, err)
	}
	return notary.Order{Agreement: v.ID(), Actor: v.caller.Actor, Key: f.Get("key"), Request: seal.Sum(request),
		Respond: func(r notary.Receipt) ([]byte, error) { return json.Marshal(done{Entry: r.First}) }}, nil
}

// outcome is the answer to an act, or to the same act when it was asked for before.
func outcome(r notary.Receipt, err error) (done, error) {
	if err != nil || r.Repeated == nil {
		return done{Entry: r.First}, err
	}
	var d done
	if err := json.Unmarshal(r.Repeated, &d); err != nil {
		return done{}, fmt.Errorf("reading an earlier answer: %w", err)
	}
	return d, nil
}

// filled reads a field of a form: trimmed, at most so many characters, without control characters
// other than line ends.
func filled(f url.Values, name, what string, most int) (string, error) {
	s := strings.TrimSpace(strings.ReplaceAll(f.Get(name), "\r\n", "\n"))
	switch {
	case utf8.RuneCountInString(s) > most:
		return "", incomplete(fmt.Sprintf("%s may have %d characters.", what, most))
	case strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' }):
		return "", incomplete(what + " holds a character that cannot be seen. Type it again.")
	}
	return s, nil
}

// chosen reads a field that must be one of a few words.
func chosen(f url.Values, name, what string, among []string) (string, error) {
	if s := f.Get(name); slices.Contains(among, s) {
		return s, nil
	}
	return "", incomplete("Choose " + what + ".")
}

func (c *Console) sign(ctx context.Context, v *visit, o notary.Order, f url.Values) (done, error) {
	if f.Get("authority") != "yes" {
		return done{}, incomplete("Confirm that you are authorised to sign.")
	}
	o.Command = agreement.Sign{Manifest: f.Get("manifest")}
	return outcome(c.Notary.SignHere(ctx, o))
}

func (c *Console) complete(ctx context.Context, v *visit, o notary.Order, f url.Values) (done, error) {
	kind, err := chosen(f, "kind", "what kind of evidence it is", []string{"link", "file", "report"})
	if err != nil {
		return done{}, err
	}
	ref, err := filled(f, "ref", "The address or digest", 1000)
	if err != nil {
		return done{}, err
	}
	remark, err := filled(f, "remark", "The remark", 2000)
	if err != nil {
		return done{}, err
	}
	if ref == "" {
		return done{}, incomplete("Say where the evidence is: its address, or the digest of a file.")
	}
	var address agreement.URL
	if err := address.UnmarshalText([]byte(ref)); kind == "link" && err != nil {
		return done{}, incomplete("A link is a web address, for example https://ci.company.example/runs/17.")
	}
	o.Command = integration.CompleteMilestone{Milestone: f.Get("milestone"), Party: v.Party(), By: o.Actor.ID,
		Evidence: []integration.Evidence{{Kind: kind, Ref: ref, Remark: remark}}}
	return outcome(c.Notary.Do(ctx, o))
}

func (c *Console) reopen(ctx context.Context, v *visit, o notary.Order, f url.Values) (done, error) {
	reason, err := filled(f, "reason", "The reason", 2000)
	if err != nil {
		return done{}, err
	}
	if reason == "" {
		return done{}, incomplete("Say why the requirement is no longer met; the other party reads it.")
	}
	o.Command = integration.ReopenMilestone{Milestone: f.Get("milestone"), Party: v.Party(), By: o.Actor.ID, Reason: reason}
	return outcome(c.Notary.Do(ctx, o))
}

func (c *Console) revokeKey(ctx context.Context, v *visit, o notary.Order, f url.Values) (done, error) {
	reason, err := filled(f, "reason", "The reason", 2000)
	if err != nil {
		return done{}, err
	}
	o.Command = integration.RevokeKey{ID: f.Get("id"), Party: v.Party(), By: o.Actor.ID, Reason: reason}
	return outcome(c.Notary.Do(ctx, o))
}

// blocks reads blocks of addresses, separated by commas or spaces.
func blocks(f url.Values, name string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, word := range strings.FieldsFunc(f.Get(name), func(r rune) bool { return r == ',' || unicode.IsSpace(r) }) {
		p, err := access.ParseNetwork(word)
		if err != nil || len(all) == access.MostNetworks {
			return nil, incomplete(fmt.Sprintf("Write at most %d networks, each as 203.0.113.0/24 or 2001:db8::/32, with no bits behind the prefix.", access.MostNetworks))
		}
		all = append(all, p)
	}
	return all, nil
}

func (c *Console) issueKey(ctx context.Context, v *visit, o notary.Order, f url.Values) (done, error) {
	environment, err1 := chosen(f, "environment", "an environment", agreement.Test.Values())
	purpose, err2 := chosen(f, "purpose", "a purpose", agreement.Service.Values())
	class, err3 := chosen(f, "class", "what data the calls carry", agreement.CustomerData.Values())
	label, err4 := filled(f, "label", "The label", 200)
	networks, err5 := blocks(f, "networks")
	for _, err := range []error{err1, err2, err3, err4, err5} {
		if err != nil {
			return done{}, err
		}
	}
	respond := func(k access.Key, r notary.Receipt) ([]byte, error) {
		return json.Marshal(done{r.First, "key_" + k.ID(), k.Text().Reveal()})
	}
	k, r, err := c.Notary.IssueKey(ctx, o, notary.KeyRequest{Component: f.Get("component"), Environment: agreement.Environment(environment),
		Purpose: agreement.Purpose(purpose), Class: agreement.DataClass(class), Label: label, Networks: networks}, respond)
	d, err := outcome(r, err)
	if err == nil && r.Repeated == nil {
		d.Key, d.Secret = "key_"+k.ID(), k.Text().Reveal()
	}
	return d, err
}

// An issued key is shown with its secret once: in answer to the form that asked for it.
type issued struct {
	Secret string
	Key    integration.Key
	Entry  int64
	Open   bool // production is open, or the key is for test
	Until  string
}

func (c *Console) keyPage(w http.ResponseWriter, v *visit, d done) error {
	now, err := c.visit(v.caller)
	if err != nil {
		return err
	}
	k, ok := now.view.State.Integration.Keys[d.Key]
	if !ok {
		return fmt.Errorf("key %s was issued and is not there", d.Key)
	}
	state := now.view.State
	w.Header().Set("Cache-Control", "no-store, no-transform")
	return c.show(w, http.StatusOK, "key", page{Title: "Key issued", Tab: "agreement", In: now, Body: issued{d.Secret, k, d.Entry,
		k.Environment == agreement.Test || state.Integration.Open(state.Text().Integration), now.date(k.Expires)}})
}
