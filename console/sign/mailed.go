package sign

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"net/url"

	"entente/access"
	"entente/access/account"
	"entente/agreement"
	"entente/articles/signing"
	"entente/console/frame"
	"entente/notary"
)

// A mailForm is where the visitor signs by a code that was sent to them; before it is sent, where they ask for it.
type mailForm struct {
	*frame.Form
	Mailbox, Ticket string // empty while no code was sent
	Consent         string
}

// mail is the form of the code that was sent, or that asks for one; nil where nobody may sign so.
func (d *Desk) mail(v *frame.Visit, version agreement.Version, sent *frame.Sent, m account.Mailed) *mailForm {
	if v.View.State.Simple() != nil || !d.Book.HasMail() {
		return nil
	}
	if m.Ticket == "" && sent != nil && sent.Action == "/sign/mailed" {
		m, _ = d.Book.MailedTo(v.Caller, version.Manifest, sent.Values.Get("ticket"))
	}
	if m.Ticket == "" {
		return &mailForm{Form: v.Form("ask", "/sign/code", "", "", sent)}
	}
	return &mailForm{v.Form("mailed", "/sign/mailed", "", "", sent), m.Mailbox, m.Ticket, signing.Consent}
}

// ask sends the visitor a code, and shows the page on which it counts.
func (d *Desk) ask(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	f, err := frame.ReadForm(w, r)
	if err != nil {
		return err
	}
	latest, why := d.mine(v)
	if why == "" {
		err = v.View.State.Simple()
	}
	var refusal *agreement.Refusal
	switch {
	case why != "":
		return d.page(w, r, v, http.StatusForbidden, nil, nil)
	case errors.As(err, &refusal):
		return d.page(w, r, v, frame.StatusOf(refusal), &frame.Alert{Title: "No code was sent", Why: refusal.Why, Clause: refusal.Clause}, nil)
	case f.Get("manifest") != latest.Manifest:
		return d.page(w, r, v, http.StatusConflict, &frame.Alert{Title: "No code was sent", Why: "Another version was proposed since. Read it first."}, nil)
	}
	m, err := d.Book.MailToSign(r.Context(), v.Caller, account.Text{Number: v.Number(), Version: latest.Number, Manifest: latest.Manifest, For: v.PartyName()}, access.AddressOf(r))
	switch {
	case errors.Is(err, account.ErrTooOften):
		return d.page(w, r, v, http.StatusTooManyRequests, &frame.Alert{Title: "No code was sent", Why: err.Error() + "."}, nil)
	case errors.Is(err, account.ErrNoMail), errors.Is(err, account.ErrNoAddress):
		return d.page(w, r, v, http.StatusUnprocessableEntity, &frame.Alert{Title: "No code was sent", Why: err.Error() + "."}, nil)
	case err != nil:
		return err
	}
	return d.show(w, r, v, http.StatusOK, nil, nil, m)
}

func (d *Desk) mailed(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values, from netip.Addr, t account.Trace) (frame.Done, error) {
	if earlier, again, err := d.Notary.Replay(ctx, o); again || err != nil {
		return frame.Outcome(earlier, err) // the code counts once, and the form may be sent twice
	}
	switch {
	case f.Get("authority") != "yes":
		return frame.Done{}, frame.Incomplete("Confirm that you are authorised to sign.")
	case f.Get("consent") != "yes":
		return frame.Done{}, frame.Incomplete("Agree to sign electronically, or sign in another way.")
	}
	manifest, ticket := f.Get("manifest"), f.Get("ticket")
	m, err := d.Book.MailedTo(v.Caller, manifest, ticket)
	if err != nil {
		return frame.Done{}, notCounted(err)
	}
	e := signing.Emailed{Mailbox: m.Mailbox, Sent: m.Sent, Consent: signing.Consent, Origin: d.Book.Site.Origin, Nonce: m.Nonce}
	e.Address, e.Agent = d.Book.Salted(m.Nonce, t)
	confirmed := func() error {
		if err := d.Book.ConfirmMailed(ctx, v.Caller, manifest, ticket, f.Get("code"), from); err != nil {
			return err
		}
		return d.Book.KeepTrace(ctx, v.Caller, m.Nonce, t)
	}
	done, err := frame.Outcome(d.Notary.SignMailed(ctx, o, manifest, notary.Typed{Name: f.Get("name"), Title: f.Get("title")}, e, confirmed))
	return done, notCounted(err)
}

// notCounted says what to do where a code did not count.
func notCounted(err error) error {
	switch {
	case errors.Is(err, account.ErrCode):
		return frame.Incomplete("The code is not the one that was sent, or it counts no more. Type it again, or ask for another.")
	case errors.Is(err, account.ErrTooOften):
		return frame.Incomplete("Too many codes were tried. Wait an hour, or sign in another way.")
	}
	return err
}
