package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"entente/access/account"
	"entente/agreement"
	"entente/api/rest"
	"entente/articles"
	"entente/articles/signing"
	"entente/notary"
	"entente/register"
)

type askInput struct {
	rest.Of
	rest.Retry
	Body struct {
		Manifest string `json:"manifest" maxLength:"100" example:"sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" doc:"The manifest of the version that you have read and want to sign, sha256:…."`
	}
}

type mailedCode struct {
	Ticket    string    `json:"ticket" doc:"Comes with the code when you sign."`
	SentTo    string    `json:"sent_to" doc:"The address to which the code was sent: the one that the agreement names for you."`
	Reference string    `json:"reference" doc:"Names the letter, and stands in your signature."`
	Until     time.Time `json:"until" doc:"From when the code counts no more."`
}

// mailToSign sends the visitor a code with which they sign.
func (d *desk) mailToSign(ctx context.Context, v rest.Visit, in *askInput, _ *rest.Promise) (mailedCode, error) {
	latest, ok := v.View.State.Life.Latest()
	if !ok {
		return mailedCode{}, register.ErrUnknown
	}
	if in.Body.Manifest != latest.Manifest {
		return mailedCode{}, agreement.Refuse("sign", agreement.SignatureBlock, "version %d was proposed after the text that you have read; read it first", latest.Number)
	}
	// A letter whose code nobody could use is not sent.
	if _, err := articles.Decide(v.View.State, v.Actor, agreement.Sign{Party: v.Actor.Party, Manifest: latest.Manifest, Signer: v.Actor.ID, Custody: agreement.HeldByNode}, d.Notary.Now()); err != nil {
		return mailedCode{}, err
	}
	text := v.View.State.Text()
	m, err := d.Accounts.MailToSign(ctx, v.Caller, account.Text{Number: text.Agreement.Number, Version: latest.Number, Manifest: latest.Manifest, For: text.Parties.Of(v.Actor.Party).Name}, v.From)
	if err != nil {
		return mailedCode{}, uncounted(err)
	}
	return mailedCode{m.Ticket, m.Mailbox, m.Nonce, m.Until}, nil
}

// A typed is what a person gives to sign by a code.
type typed struct {
	Ticket    string `json:"ticket" maxLength:"2000" doc:"As mail-signing-code gave it."`
	Code      string `json:"code" maxLength:"20" doc:"The code from the letter."`
	Name      string `json:"name" maxLength:"200" doc:"Your name, as clause 7.1 has it."`
	Title     string `json:"title" maxLength:"200" doc:"Your title, as clause 7.1 has it."`
	Authority bool   `json:"authority" doc:"true says: I am authorised to sign this Agreement for the party that I name."`
	Consent   bool   `json:"consent" doc:"true says that you agree to sign electronically, that the code stands for your signature by hand, that you have read the version, and that you can keep a copy of it."`
}

// signMailed signs by a code.
func (d *desk) signMailed(ctx context.Context, v rest.Visit, o notary.Order, manifest string, in typed) (notary.Receipt, error) {
	switch {
	case !in.Authority:
		return notary.Receipt{}, rest.Invalid("body.by_code.authority", "say that you are authorised to sign, with true")
	case !in.Consent:
		return notary.Receipt{}, rest.Invalid("body.by_code.consent", "agree to sign electronically, with true, or sign in another way")
	}
	m, err := d.Accounts.MailedTo(v.Caller, manifest, in.Ticket)
	if err != nil {
		return notary.Receipt{}, uncounted(err)
	}
	trace := account.Trace{Address: v.From.String(), Agent: v.Agent}
	e := signing.Emailed{Mailbox: m.Mailbox, Sent: m.Sent, Consent: signing.Consent, Origin: d.Accounts.Site.Origin, Nonce: m.Nonce}
	e.Address, e.Agent = d.Accounts.Salted(m.Nonce, trace)
	r, err := d.Notary.SignMailed(ctx, o, manifest, notary.Typed{Name: in.Name, Title: in.Title}, e, func() error {
		if err := d.Accounts.ConfirmMailed(ctx, v.Caller, manifest, in.Ticket, in.Code, v.From); err != nil {
			return err
		}
		return d.Accounts.KeepTrace(ctx, v.Caller, m.Nonce, trace)
	})
	return r, uncounted(err)
}

// uncounted is how a code that is not sent, or does not count, is answered.
func uncounted(err error) error {
	switch {
	case errors.Is(err, account.ErrCode):
		return rest.Invalid("body.by_code.code", err.Error())
	case errors.Is(err, account.ErrTooOften):
		return rest.NewProblem(http.StatusTooManyRequests, "too-often", "Too many codes", err.Error())
	case errors.Is(err, account.ErrNoMail):
		return rest.Unavailable("no-letters", err.Error())
	case errors.Is(err, account.ErrNoAddress):
		return agreement.Refuse("sign", agreement.SignatureBlock, "%v", err)
	}
	return err
}
