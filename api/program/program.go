// Package program serves how a party's programs come in by themselves: the accounts that its people make for them, and
// the door at which they are given access tokens (OAuth 2.0 client credentials).
package program

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"entente/access"
	"entente/access/service"
	"entente/api/rest"
)

// A Desk serves service accounts. Its fields are needed to answer, not to list the routes.
type Desk struct {
	Services *service.Desk
	Parts    []string // of the API, by the tags of its document
	Now      func() time.Time
}

// Serve adds the operations to the frame of the API.
func (d *Desk) Serve(to *rest.Desk) {
	at := rest.Place{Path: "/api/v1/service-accounts", Tag: "people"}
	var roles []string
	for _, r := range service.Roles {
		roles = append(roles, string(r))
	}
	rest.Add(to, at.Read("", "list-service-accounts", "The accounts of your party's programs, oldest first", "They act by OAuth 2.0 client credentials; the other party sees none of them.").On(rest.Own), d.list)
	rest.AddOnce(to, at.Write("", "make-service-account", roles, "Make an account for a program of your party",
		"The program is given access tokens for ten minutes at /oauth/token (OAuth 2.0 client credentials; /.well-known/oauth-authorization-server says how). It acts for you, within the scope that you say, as long as the agreement lets you act. It shows who it is by a secret, which this answer alone has, by what it signs with a key of its own, or by the key pair of its TLS connection.").On(rest.Own), d.make)
	rest.AddOnce(to, at.End("/{account}", "end-service-account", roles, "End an account at once", "Its access tokens open nothing from that moment on.").On(rest.Own), d.end)
}

// A ServiceAccount is exported for the document: an embedded type that is not is not described.
type ServiceAccount struct {
	ID      string         `json:"id" doc:"The client id."`
	Label   string         `json:"label,omitempty"`
	Person  string         `json:"person" doc:"Whom it acts for, by their pseudonym in the ledger."`
	Method  service.Method `json:"method" enum:"client_secret_basic,private_key_jwt,self_signed_tls_client_auth" doc:"By what it shows who it is, as token_endpoint_auth_method names it."`
	Pin     string         `json:"pin,omitempty" doc:"Of its key pair: SHA-256 of the public key (SubjectPublicKeyInfo), in hexadecimal."`
	Address string         `json:"jwks_uri,omitempty" doc:"Where it publishes its keys."`
	rest.Reach
	State   string    `json:"state" enum:"live,expired,revoked"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
	Revoked time.Time `json:"revoked,omitzero"`
}

func (d *Desk) of(a service.Account) ServiceAccount {
	return ServiceAccount{a.ID, a.Label, a.Person, a.Method, a.Pin, a.Address, rest.ReachOf(a.Scope), a.State(d.Now()), a.Created, a.Expires, a.Revoked}
}

type listInput struct {
	rest.Page
	State string `query:"state" enum:"live,expired,revoked"`
}

func (d *Desk) list(ctx context.Context, v rest.Visit, in *listInput) (*rest.List[ServiceAccount], error) {
	kept, err := d.Services.Of(ctx, v.Caller)
	if err != nil {
		return nil, err
	}
	all := make([]ServiceAccount, len(kept))
	for i, a := range kept {
		all[i] = d.of(a)
	}
	return rest.Cut(all, in.Page, func(a ServiceAccount) string { return a.ID }, func(a ServiceAccount) bool { return rest.Is(in.State, a.State) })
}

type makeInput struct {
	rest.Retry
	Body struct {
		Label string `json:"label" minLength:"1" maxLength:"200" example:"billing" doc:"What the program is."`
		rest.Limit
		Keys        json.RawMessage `json:"jwks,omitempty" doc:"A JSON Web Key Set (RFC 7517) with its public keys: it shows who it is by what it signs (private_key_jwt)."`
		Address     string          `json:"jwks_uri,omitempty" maxLength:"2000" doc:"In place of jwks: where it publishes its keys, by https."`
		Certificate string          `json:"certificate,omitempty" maxLength:"16384" doc:"In place of either: a certificate or a public key in PEM. It shows who it is by the key pair of its TLS connection, and its tokens count on such connections alone."`
	}
}

type madeServiceAccount struct {
	ServiceAccount
	Secret string `json:"client_secret,omitempty" doc:"The secret, if it shows who it is by one. It is in this answer only."`
}

func (d *Desk) make(ctx context.Context, v rest.Visit, in *makeInput, p *rest.Promise) (out madeServiceAccount, err error) {
	w := service.Wanted{Label: in.Body.Label, Scope: in.Body.Scope(), Keys: in.Body.Keys, Address: in.Body.Address, Certificate: in.Body.Certificate}
	if w.Life, err = in.Body.Within(v, d.Parts, d.Now(), service.LongestLife); err != nil {
		return out, err
	}
	_, err = d.Services.Make(ctx, v.Caller, w, func(secret access.Secret, a service.Account) (access.Answer, error) {
		out = madeServiceAccount{d.of(a), secret.Reveal()}
		return p.Of(out)
	})
	switch {
	case errors.Is(err, service.ErrAccount):
		err = rest.Invalid("body", err.Error())
	case errors.Is(err, service.ErrNoOrigin):
		err = rest.Unavailable("no-address", err.Error()+": its operator says it by --public-url")
	}
	return out, err
}

type endInput struct {
	rest.Retry
	Account string `path:"account" maxLength:"100" doc:"The account's id: cred_…"`
}

type endedServiceAccount struct {
	ID      string    `json:"id"`
	Revoked time.Time `json:"revoked"`
}

func (d *Desk) end(ctx context.Context, v rest.Visit, in *endInput, _ *rest.Promise) (endedServiceAccount, error) {
	at, err := d.Services.End(ctx, v.Caller, in.Account)
	return endedServiceAccount{in.Account, at}, err
}
