package components

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"entente/access"
	"entente/access/keyset"
	"entente/agreement"
	"entente/api/rest"
	"entente/articles/integration"
	"entente/articles/policy"
	"entente/calendar"
	"entente/notary"
	"entente/register"
)

func (d *Desk) keys(to *rest.Desk) {
	at := rest.Place{Path: "/api/v1/keys", Tag: Keys}
	rest.Add(to, at.Read("", "list-keys", "The gateway keys of both parties, oldest first", "Nothing here opens anything: the node keeps a key's digest only."), d.listKeys)
	rest.AddAct(to, at.Write("", "issue-key", rest.May(integration.IssueKey{}), "Issue your party a key for one component, environment and purpose", "The secret is shown in this answer only.").On(rest.Own), d.issueKey)
	rest.AddAct(to, at.End("/{key}", "revoke-key", rest.May(integration.RevokeKey{}), "End a key at once", "Either party may; for the other party's key there must be a reason."), d.revokeKey)
}

type key struct {
	ID          string                `json:"id"`
	Party       agreement.Party       `json:"party" enum:"a,b" doc:"Who holds it."`
	Component   string                `json:"component"`
	Environment agreement.Environment `json:"environment" enum:"test,production"`
	Purpose     agreement.Purpose     `json:"purpose" enum:"service,improvement,analytics,training,competitive"`
	Class       agreement.DataClass   `json:"class" enum:"customer,aggregated,synthetic"`
	Label       string                `json:"label,omitempty"`
	By          string                `json:"by" doc:"Who issued it, by pseudonym."`
	Method      agreement.AuthMethod  `json:"method" enum:"api_key,oauth2,mtls" doc:"How it is shown (clause B.2)."`
	Issuer      string                `json:"issuer,omitempty" doc:"Of OAuth 2.0: who signs the client's access tokens."`
	Client      string                `json:"client_id,omitempty" doc:"Of OAuth 2.0: the client, as its issuer knows it."`
	KeysURL     string                `json:"jwks_uri,omitempty" doc:"Of OAuth 2.0: where the issuer publishes its keys, if they were not registered themselves."`
	Audience    string                `json:"audience,omitempty" doc:"Of OAuth 2.0: for whom the tokens have to be meant (aud)."`
	Pin         string                `json:"pin,omitempty" doc:"Of mutual TLS: SHA-256 of the public key (SubjectPublicKeyInfo) that the caller's certificate has to have, in hexadecimal."`
	Networks    []netip.Prefix        `json:"networks,omitempty" doc:"From which alone it is accepted, as CIDR blocks; from everywhere, if there are none."`
	Issued      time.Time             `json:"issued" doc:"When it was made."`
	Expires     time.Time             `json:"expires"`
	Revoked     time.Time             `json:"revoked,omitzero"`
	Used        time.Time             `json:"used,omitzero" doc:"The hour in which a call passed by it last; absent if none has."`
	State       string                `json:"state" enum:"live,expired,revoked"`
	Secret      string                `json:"secret,omitempty" doc:"The key itself, when it is issued and never again."`
}

func keyOf(k integration.Key, id agreement.ID, now time.Time) key {
	state := "live"
	switch {
	case !k.Revoked.IsZero():
		state = "revoked"
	case !k.Live(now):
		state = "expired"
	}
	out := key{ID: k.ID, Party: k.Party, Component: k.Component, Environment: k.Environment, Purpose: k.Purpose, Class: k.Class,
		Label: k.Label, By: k.By, Issued: k.Issued, Expires: k.Expires, Revoked: k.Revoked, State: state, Method: k.Method, Networks: k.Networks, Issuer: k.Client.Issuer, Client: k.Client.ID, KeysURL: k.Client.URL, Pin: k.Pin}
	if k.Method == agreement.OAuth2 {
		out.Audience = policy.Audience(id)
	}
	return out
}

type keysInput struct {
	rest.Page
	Agreement   string `query:"agreement" maxLength:"100" doc:"Your agreement; it may be left out."`
	Party       string `query:"party" enum:"a,b" doc:"Only keys that this party holds."`
	Component   string `query:"component" maxLength:"100" doc:"Only keys to this component."`
	Environment string `query:"environment" enum:"test,production"`
	State       string `query:"state" enum:"live,expired,revoked"`
}

func (d *Desk) listKeys(ctx context.Context, v rest.Visit, in *keysInput) (*rest.List[key], error) {
	if err := v.Here(in.Agreement); err != nil {
		return nil, err
	}
	used, err := d.Used(ctx, v.ID)
	if err != nil {
		return nil, err
	}
	var all []key
	for _, k := range v.View.State.Keys() {
		one := keyOf(k, v.ID, d.Now())
		one.Used = used[k.ID]
		all = append(all, one)
	}
	return rest.Cut(all, in.Page, func(k key) string { return k.ID }, func(k key) bool {
		return rest.Is(in.Party, k.Party) && rest.Is(in.Component, k.Component) && rest.Is(in.Environment, k.Environment) && rest.Is(in.State, k.State)
	})
}

type issueInput struct {
	rest.Retry
	Body struct {
		Agreement   string   `json:"agreement,omitempty" maxLength:"100" doc:"Your agreement; it may be left out."`
		Component   string   `json:"component" minLength:"1" maxLength:"100" example:"summarise" doc:"The component's name in clause 1.2."`
		Environment string   `json:"environment" enum:"test,production"`
		Purpose     string   `json:"purpose" enum:"service,improvement,analytics,training,competitive" doc:"What calls are for (clauses 3.2 and 3.4)."`
		Class       string   `json:"class,omitempty" enum:"customer,aggregated,synthetic" doc:"The data that calls carry (clause 3.4); customer, if it is not said."`
		Label       string   `json:"label,omitempty" maxLength:"200" doc:"A note for yourselves; it stands in the ledger."`
		Expires     string   `json:"expires_in,omitempty" maxLength:"40" example:"P90D" doc:"The key's life as an ISO 8601 duration; if it is not said, the time of clause B.3, or 90 days where there is none."`
		Networks    []string `json:"networks,omitempty" maxItems:"32" doc:"From which alone the key is accepted, as CIDR blocks: 203.0.113.0/24. From everywhere, if it is not said."`
		OAuth       *client  `json:"oauth2,omitempty" doc:"Registers a client of your own issuer in place of an API key: its access tokens open the component."`
		Certificate string   `json:"certificate,omitempty" maxLength:"16384" doc:"Registers a client certificate in place of an API key, in PEM: connections that prove to have its key pair open the component. Only its public key counts, and may be given alone."`
	}
}

// A client is a system as its party's issuer of access tokens knows it.
type client struct {
	Issuer string          `json:"issuer" minLength:"1" maxLength:"500" example:"https://id.company.example" doc:"What the tokens say in iss."`
	Client string          `json:"client_id" minLength:"1" maxLength:"200" doc:"What the tokens say in client_id."`
	URL    string          `json:"jwks_uri,omitempty" maxLength:"2000" example:"https://id.company.example/keys" doc:"In place of jwks: where the issuer publishes its keys, by https. They are read when a token needs them, and again when it names a key that is new."`
	Keys   json.RawMessage `json:"jwks,omitempty" doc:"The issuer's public keys as a JSON Web Key Set (RFC 7517): Ed25519, P-256 or RSA. Name the next one beside the present one, and both are accepted."`
}

// client reads who is to be registered. Its keys are kept in their one form.
func (c *client) client(published *keyset.Book) (integration.Client, error) {
	if c == nil {
		return integration.Client{}, nil
	}
	set, err := published.Given(c.Keys, c.URL)
	switch {
	case errors.Is(err, keyset.ErrGiven):
		return integration.Client{}, rest.Invalid("body.oauth2", "give the issuer's keys as jwks, or say in jwks_uri where it publishes them")
	case errors.Is(err, keyset.ErrAddress):
		return integration.Client{}, rest.Invalid("body.oauth2.jwks_uri", "the node reads keys from public addresses by https, as https://id.company.example/keys; from others where its operator allows them (--issuer-allow)")
	case err != nil:
		return integration.Client{}, rest.Invalid("body.oauth2.jwks", err.Error())
	}
	return integration.Client{Issuer: c.Issuer, ID: c.Client, Keys: set, URL: c.URL}, nil
}

// pin reads which key pair is to be registered.
func pin(certificate string) (access.Pin, error) {
	if certificate == "" {
		return access.Pin{}, nil
	}
	p, err := access.ParsePin(certificate)
	if err != nil {
		return p, rest.Invalid("body.certificate", err.Error())
	}
	return p, nil
}

// longestLife is the longest that a key may live.
const longestLife = 5 * 366 * 24 * time.Hour

func (d *Desk) issueKey(ctx context.Context, v rest.Visit, in *issueInput) (*rest.Written[key], error) {
	if err := v.Here(in.Body.Agreement); err != nil {
		return nil, err
	}
	r := notary.KeyRequest{Component: in.Body.Component, Environment: agreement.Environment(in.Body.Environment),
		Purpose: agreement.Purpose(in.Body.Purpose), Class: agreement.DataClass(in.Body.Class), Label: in.Body.Label}
	if in.Body.Expires != "" {
		life, err := calendar.ParseDuration(in.Body.Expires)
		if err != nil || life.Longest() <= 0 || life.Longest() > longestLife {
			return nil, rest.Invalid("body.expires_in", "write an ISO 8601 duration of at most five years, for example P90D")
		}
		now := d.Now()
		r.Expires = life.After(now)
	}
	var err error
	if r.Networks, err = networks(in.Body.Networks); err != nil {
		return nil, err
	}
	if r.Client, err = in.Body.OAuth.client(d.KeySets); err != nil {
		return nil, err
	}
	if r.Pin, err = pin(in.Body.Certificate); err != nil {
		return nil, err
	}
	if in.Body.OAuth != nil && in.Body.Certificate != "" {
		return nil, rest.Invalid("body", "a credential is shown in one way: give oauth2 or certificate")
	}
	var first []byte
	respond := func(k access.Key, receipt notary.Receipt) (_ []byte, err error) {
		out := keyOf(receipt.View.State.Integration.Keys["key_"+k.ID()], v.ID, d.Now())
		if out.Method == agreement.APIKey {
			out.Secret = k.Text().Reveal()
		}
		first, err = rest.Encode(out)
		return first, err
	}
	k, receipt, err := d.Notary.IssueKey(ctx, v.Order(), r, respond)
	switch {
	case err != nil:
		return nil, err
	case receipt.Repeated != nil:
		return rest.Replayed[key](receipt.Repeated), nil
	case first == nil:
		_, err = respond(k, receipt)
	}
	return &rest.Written[key]{Body: rest.KeptOf[key](first)}, err
}

// networks are blocks of addresses in their one form.
func networks(blocks []string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for i, block := range blocks {
		p, err := access.ParseNetwork(block)
		if err != nil {
			return nil, rest.Invalid(fmt.Sprintf("body.networks[%d]", i), "write a block of addresses as 203.0.113.0/24 or 2001:db8::/32, with no bits behind the prefix")
		}
		all = append(all, p)
	}
	return all, nil
}

type revokeInput struct {
	rest.Retry
	Key    string `path:"key" maxLength:"100" doc:"The key's id: key_…"`
	Reason string `query:"reason" maxLength:"2000" doc:"Why; needed for the other party's key."`
}

func (d *Desk) revokeKey(ctx context.Context, v rest.Visit, in *revokeInput) (*rest.Written[key], error) {
	if _, ok := v.View.State.Integration.Keys[in.Key]; !ok {
		return nil, register.ErrUnknown
	}
	c := integration.RevokeKey{ID: in.Key, Party: v.Actor.Party, By: v.Actor.ID, Reason: in.Reason}
	return rest.Command(ctx, d.Notary, v, c, func(r notary.Receipt) key {
		return keyOf(r.View.State.Integration.Keys[in.Key], v.ID, d.Now())
	})
}
