// Package sign is the page on which a signatory signs: with a passkey, whose device confirms a statement that
// names the version by its digest, who signs, and for whom, as the node cannot; or, where the agreement lets
// them, by a code that the node sends to their e-mail address.
package sign

import (
	"context"
	"embed"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"entente/access"
	"entente/access/account"
	"entente/agreement"
	"entente/articles/signing"
	"entente/console/frame"
	"entente/ledger/canonical"
	"entente/ledger/passkey"
	"entente/notary"
)

//go:embed pages/*.html
var files embed.FS

var pages = frame.Parse(files)

// A Desk serves the page. All fields are needed.
type Desk struct {
	Book   *account.Book
	Notary *notary.Notary
}

// Routes are the page, at a fixed path, and the act.
func (d *Desk) Routes() []frame.Route {
	stage := frame.Stage{Again: d.page, Then: func(w http.ResponseWriter, r *http.Request, v *frame.Visit, done frame.Done) error {
		http.Redirect(w, r, v.Home()+"?entry="+strconv.FormatInt(done.Entry, 10)+"#clause-"+string(agreement.SignatureBlock), http.StatusSeeOther)
		return nil
	}}
	return []frame.Route{
		{Pattern: "GET /sign", Serve: func(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
			return d.page(w, r, v, http.StatusOK, nil, nil)
		}},
		{Pattern: "POST /sign", Serve: func(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
			return stage.Play(func(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
				return d.sign(ctx, v, o, f, traceOf(r))
			})(w, r, v)
		}},
		{Pattern: "POST /sign/code", Serve: d.ask},
		{Pattern: "POST /sign/mailed", Serve: func(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
			return stage.Play(func(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
				return d.mailed(ctx, v, o, f, access.AddressOf(r), traceOf(r))
			})(w, r, v)
		}},
	}
}

func traceOf(r *http.Request) account.Trace {
	return account.Trace{Address: access.AddressOf(r).String(), Agent: r.UserAgent()}
}

// A body is what the page shows.
type body struct {
	Say      *frame.Alert
	Why      string // why there is nothing to sign; empty if there is
	Version  int
	Manifest string
	Name     string
	Title    string
	For      string
	Signer   string // the signatory for whom the visitor signs; empty if they sign for themselves
	Affirm   string
	At       string
	Passkeys bool // this node has passkeys
	Make     bool // the visitor has no passkey yet
	Forms    []form
	Mail     *mailForm // nil where nobody may sign by a code
}

// A form asks one of the visitor's passkeys.
type form struct {
	*frame.Form
	Passkey   *frame.PasskeyForm
	Called    string
	Statement string // in base64url: it comes back with the answer
}

func (d *Desk) page(w http.ResponseWriter, r *http.Request, v *frame.Visit, status int, say *frame.Alert, sent *frame.Sent) error {
	return d.show(w, r, v, status, say, sent, account.Mailed{})
}

func (d *Desk) show(w http.ResponseWriter, r *http.Request, v *frame.Visit, status int, say *frame.Alert, sent *frame.Sent, m account.Mailed) error {
	b := body{Say: say, Affirm: signing.Authority, For: v.PartyName(), Passkeys: d.Book.HasPasskeys()}
	latest, why := d.mine(v)
	if b.Why = why; why == "" {
		b.Version, b.Manifest, b.Mail = latest.Number, latest.Manifest, d.mail(v, latest, sent, m)
	}
	if why == "" && b.Passkeys {
		if err := d.forms(r, v, latest, &b, sent); err != nil {
			var refusal *agreement.Refusal
			if !errors.As(err, &refusal) {
				return err
			}
			b.Why = (&frame.Alert{Why: refusal.Why, Clause: refusal.Clause}).Sentence()
		}
	}
	if b.Why == "" && !b.Passkeys && b.Mail == nil {
		b.Why = "Nobody signs on this page: this node has no passkeys, because its operator has not said under which address people reach it (--public-url), and no code can be sent. Sign with a key of your own."
	}
	return pages.Show(w, status, "sign", frame.Page{Title: "Sign", Tab: "agreement", In: v, Asks: len(b.Forms) > 0, Body: b})
}

// mine is the version that waits for the visitor's signature, or why there is none.
func (d *Desk) mine(v *frame.Visit) (agreement.Version, string) {
	latest, any := v.View.State.Life.Latest()
	if !any || !v.Would(agreement.Sign{Party: v.Party(), Manifest: latest.Manifest, Signer: v.Caller.Actor.ID}) {
		return latest, "There is no version that waits for your signature."
	}
	return latest, ""
}

// forms makes a form for each passkey that the visitor has: what is confirmed names the passkey.
func (d *Desk) forms(r *http.Request, v *frame.Visit, version agreement.Version, b *body, sent *frame.Sent) error {
	all, err := d.Book.Passkeys.PasskeysOf(r.Context(), v.ID(), v.Caller.Actor.ID)
	if err != nil {
		return err
	}
	b.Make = len(all) == 0
	for i, k := range all {
		nonce, err := d.Book.AskToSign(v.Caller, version.Manifest)
		if err != nil {
			return err
		}
		o := notary.Order{Agreement: v.ID(), Actor: v.Caller.Actor}
		statement, challenge, err := d.Notary.AskPasskey(r.Context(), o, version.Manifest, d.confirmation(k, nonce, traceOf(r)))
		if err != nil {
			return err
		}
		var st signing.Statement
		if err := canonical.Decode(statement, &st); err != nil {
			return err
		}
		if st.Delegated != nil {
			b.Signer = st.Delegated.By + ", " + st.Delegated.Title
		}
		b.Name, b.Title, b.At = st.Name, st.Title, st.Date.In(v.Zone).Format("2 January 2006, 15:04:05 MST")
		b.Forms = append(b.Forms, form{v.Form("sign-"+strconv.Itoa(i+1), "/sign", "", "", sent), frame.UsePasskey(d.Book.Site, challenge, nonce, k), k.Name, base64.RawURLEncoding.EncodeToString(statement)})
	}
	return nil
}

func (d *Desk) confirmation(k account.Passkey, nonce string, t account.Trace) signing.Confirmation {
	c := signing.Confirmation{Key: k.Key, Origin: d.Book.Site.Origin, Nonce: nonce}
	c.Address, c.Agent = d.Book.Salted(nonce, t)
	return c
}

func (d *Desk) sign(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values, t account.Trace) (frame.Done, error) {
	if earlier, again, err := d.Notary.Replay(ctx, o); again || err != nil {
		return frame.Outcome(earlier, err) // the passkey counts once, and the form may be sent twice
	}
	if f.Get("authority") != "yes" {
		return frame.Done{}, frame.Incomplete("Confirm that you are authorised to sign.")
	}
	a, err := frame.ReadAnswer(f)
	if err != nil {
		return frame.Done{}, err
	}
	statement, err := base64.RawURLEncoding.Strict().DecodeString(f.Get("statement"))
	if err != nil {
		return frame.Done{}, errors.Join(frame.ErrForm, err)
	}
	manifest := f.Get("manifest")
	k, err := d.Book.MayConfirm(ctx, v.Caller, manifest, a.Question, a.Credential)
	if err != nil {
		return frame.Done{}, refused(err)
	}
	confirm := func(challenge []byte) error {
		if err := d.Book.Confirm(ctx, v.Caller, manifest, a.Question, k, a.Assertion, challenge); err != nil {
			return err
		}
		return d.Book.KeepTrace(ctx, v.Caller, a.Question, t)
	}
	done, err := frame.Outcome(d.Notary.SignConfirmed(ctx, o, manifest, d.confirmation(k, a.Question, t), statement, a.Assertion, confirm))
	return done, refused(err)
}

// refused says what to do where a passkey did not count.
func refused(err error) error {
	switch {
	case errors.Is(err, account.ErrExpired):
		return frame.Incomplete("The page was open for too long, or was sent before. Read the version again and sign here.")
	case errors.Is(err, account.ErrPasskey), errors.Is(err, access.ErrNoEntry), errors.Is(err, passkey.ErrInvalid):
		return frame.Incomplete("The passkey's answer does not hold. Use a passkey of yours that is on this page.")
	}
	return err
}
