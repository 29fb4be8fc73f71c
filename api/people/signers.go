package people

import (
	"context"
	"errors"
	"net/http"
	"time"

	"entente/access"
	requests "entente/access/signature"
	"entente/agreement"
	"entente/api/rest"
)

// signers serves the keys by which programs sign their requests in place of showing a token.
func (d *Desk) signers(to *rest.Desk) {
	rest.AddOnce(to, rest.Operation{Method: http.MethodPost, Path: "/api/v1/signers", ID: "add-signer", Whose: rest.Self, Tag: Tag, Roles: rest.Everyone,
		Summary: "Let a program of yours sign its requests in place of showing a token",
		About: "The program keeps an Ed25519 key, and sends each request with a signature over it (HTTP Message Signatures, RFC 9421) and without Authorization. A signature has `keyid`, the public key in base64url, `created`, `expires` at most five minutes later, a `nonce` that is drawn anew, and `tag=\"entente\"`; it covers `@method`, `@authority`, `@path`, `@query`, and of `content-digest`, `content-type` and `idempotency-key` those that are there; a body needs its digest, and a request that may change something its Idempotency-Key. " +
			"What was signed counts once. Like a token, a signer may be for reading alone, for some parts of the API, and for less than 90 days. It is listed and ended with your credentials."}, d.addSigner)
}

type signerInput struct {
	rest.Retry
	Body struct {
		Key   string `json:"public_key" minLength:"40" maxLength:"1000" example:"1QDY-8nWM4G2V1ItCxjRKvtyZcDxCj8gvmwWbLqyc-g" doc:"The Ed25519 public key: as PEM (PUBLIC KEY), or its 32 bytes in base64url."`
		Label string `json:"label,omitempty" maxLength:"200" doc:"What the program is for."`
		rest.Limit
	}
}

type signer struct {
	ID        string       `json:"id" doc:"Names it in lists and logs."`
	Agreement agreement.ID `json:"agreement"`
	Person    string       `json:"person" doc:"The person's pseudonym in the ledger."`
	KeyID     string       `json:"keyid" doc:"What signatures have as keyid: the public key in base64url."`
	Label     string       `json:"label,omitempty"`
	rest.Reach
	Expires time.Time `json:"expires"`
}

func (d *Desk) addSigner(ctx context.Context, v rest.Visit, in *signerInput, p *rest.Promise) (out signer, err error) {
	key, err := requests.ParseKey(in.Body.Key)
	if err != nil {
		return signer{}, rest.Invalid("body.public_key", err.Error())
	}
	g := access.Grant{Agreement: v.ID, Person: v.Actor.ID, Label: in.Body.Label, Scope: in.Body.Scope(), Proven: v.Proven}
	if g.Life, err = in.Body.Within(v, d.Parts, d.Now(), access.TokenLife); err != nil {
		return signer{}, err
	}
	made, err := d.Door.AddSigner(ctx, g, key, func(c access.Credential) (access.Answer, error) {
		out = signer{c.ID, v.ID, v.Actor.ID, requests.Name(key), c.Label, rest.ReachOf(c.Scope), c.Expires}
		return p.Of(out)
	})
	switch {
	case errors.Is(err, access.ErrSigner):
		err = rest.Invalid("body.public_key", err.Error())
	case err == nil:
		d.Accounts.TokenMade(ctx, made)
	}
	return out, err
}
