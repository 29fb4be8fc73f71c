package folio

import (
	"context"
	"errors"
	"net/http"

	"entente/access"
	"entente/access/account"
	"entente/access/sso"
	"entente/api/rest"
	"entente/register"
)

// A Hall serves how a company's people enter by their own sign-in. Its field is needed to answer, not to list the
// routes.
type Hall struct {
	SignIn *sso.Desk
}

// Serve adds the operations to a desk.
func (h *Hall) Serve(to *rest.Desk) {
	at := rest.Place{Path: "/api/v1/sign-in", Tag: "people"}
	var roles []string
	for _, r := range account.Inviters {
		roles = append(roles, string(r))
	}
	rest.Add(to, at.Read("", "get-sign-in", "Your company's own sign-in for its people", "The secret is never shown again. The other party sees none of it.").On(rest.Own), h.show)
	rest.AddOnce(to, rest.Operation{Method: http.MethodPut, Path: at.Path, ID: "set-sign-in", Whose: rest.Own, Tag: at.Tag, Roles: roles,
		Summary: "Let your company's own sign-in (OpenID Connect) open the agreement to its people",
		About:   "It vouches for addresses of the domains that you name, and of these for people of your party in this agreement alone. Register the redirect address that the answer has with the issuer; its ID token must say email and email_verified. The issuer is asked what it is before anything is kept."}, h.set)
	rest.AddOnce(to, at.End("", "delete-sign-in", roles, "Forget your company's own sign-in", "The sessions that it began end at once; tokens and passkeys that their people made stay theirs.").On(rest.Own), h.drop)
}

type signIn struct {
	Issuer   string   `json:"issuer" doc:"The address of the OpenID Connect provider."`
	Client   string   `json:"client_id" doc:"As which the node is registered there."`
	Domains  []string `json:"domains" doc:"Of the addresses for which it vouches."`
	Door     string   `json:"door" doc:"Where your people begin: the path below the node's address."`
	Redirect string   `json:"redirect_uri" doc:"What to register with the issuer."`
}

func (h *Hall) of(p sso.Provider) signIn {
	return signIn{p.Issuer, p.Client, p.Domains, sso.Door(p.Agreement, p.Party), h.SignIn.Back(p.Agreement, p.Party)}
}

type signInAnswer struct{ Body signIn }

func (h *Hall) show(ctx context.Context, v rest.Visit, _ *rest.Nothing) (*signInAnswer, error) {
	p, found, err := h.SignIn.Of(ctx, v.ID, v.Actor.Party)
	if err == nil && !found {
		err = register.ErrUnknown
	}
	return &signInAnswer{h.of(p)}, err
}

type signInInput struct {
	rest.Retry
	Body struct {
		Issuer  string   `json:"issuer" minLength:"1" maxLength:"500" example:"https://login.calluna.example" doc:"The issuer's address, exactly as its ID tokens have it."`
		Client  string   `json:"client_id" minLength:"1" maxLength:"500" example:"entente" doc:"The id under which the issuer knows this node."`
		Secret  string   `json:"client_secret" minLength:"1" maxLength:"1000" writeOnly:"true" example:"a-secret-of-the-issuer" doc:"Sealed on the node and never shown again."`
		Domains []string `json:"domains" minItems:"1" maxItems:"20" example:"[\"calluna.example\"]" doc:"Of the addresses that it vouches for; clause 7.1 gives somebody of your party an address at each."`
	}
}

func (h *Hall) set(ctx context.Context, v rest.Visit, in *signInInput, _ *rest.Promise) (signIn, error) {
	if !h.SignIn.Accounts.HasPasskeys() {
		return signIn{}, rest.Unavailable("no-address", sso.ErrNoSite.Error())
	}
	p := sso.Provider{Agreement: v.ID, Party: v.Actor.Party, Issuer: in.Body.Issuer, Client: in.Body.Client, Secret: access.NewSecret(in.Body.Secret), Domains: in.Body.Domains}
	if err := h.SignIn.Set(ctx, v.Caller, p); err != nil {
		if errors.Is(err, sso.ErrProvider) {
			err = rest.Invalid("body", err.Error())
		}
		return signIn{}, err
	}
	return h.of(p), nil
}

type signInEnd struct{ rest.Retry }

type signInEnded struct {
	Ended bool `json:"ended" doc:"Whether there was one."`
}

func (h *Hall) drop(ctx context.Context, v rest.Visit, _ *signInEnd, _ *rest.Promise) (signInEnded, error) {
	found, err := h.SignIn.Drop(ctx, v.Caller)
	if err == nil && !found {
		err = register.ErrUnknown
	}
	return signInEnded{true}, err
}
