// Package people serves who somebody is to the node and how they come in: links and invitations, passkeys, the
// tokens of their programs and the keys by which those sign, and the erasure of what says who they are.
//
// People see and end what is their own; the operator of the node sees what opens an agreement, by pseudonym, and
// has no role in any.
package people

import (
	"context"
	"errors"
	"slices"
	"time"

	"entente/access"
	"entente/access/account"
	"entente/agreement"
	"entente/api/rest"
	"entente/notary"
	"entente/register"
)

// Tag groups the operations in the document.
const Tag = "people"

// A Desk serves people. All fields are needed to answer, none to list the routes.
type Desk struct {
	Register *register.Register
	Notary   *notary.Notary
	Door     *access.Door
	Accounts *account.Book
	Parts    []string // of the API, by their tags: how far a token may reach
	Now      func() time.Time
}

// Serve adds the operations to a desk.
func (d *Desk) Serve(to *rest.Desk) {
	d.people(to)
	d.signers(to)
	d.accounts(to)
	d.erasures(to)
}

func (d *Desk) people(to *rest.Desk) {
	at := rest.Place{Path: "/api/v1", Tag: Tag}
	whoever := []string{rest.Anyone, rest.Operator}
	rest.Add(to, at.Read("/me", "me", "Who you are by your token", "Your party, your roles under clause 7.1 as the agreement stands, and what this token is for.").On(rest.Self).For(whoever...), d.me)
	rest.AddOnce(to, at.Write("/links", "make-link", []string{rest.Operator}, "Make a one-time link by which a person enters the console",
		"The link works once, within seven days. It is shown in this answer only."), d.link)
	rest.AddOnce(to, at.Write("/beginnings", "let-begin", []string{rest.Operator}, "Make a one-time link by which somebody comes to begin an agreement in the console",
		"They need no agreement on the node yet. Clause 7.1 of what they open has to name the address. The link works once, within seven days; it is shown in this answer only, and whoever has it is taken for whoever has the address."), d.letBegin)
	rest.AddOnce(to, at.Write("/tokens", "make-token", whoever, "Make an API token for a person",
		"A person makes tokens for themselves, the operator for anyone whom an agreement names. A token may be for reading alone, for some parts of the API, and for less than 90 days; it makes none that goes further. Its secret is shown in this answer only.").On(rest.Self), d.token)
	rest.Add(to, at.Read("/credentials", "list-credentials", "Your tokens, links and sessions, oldest first",
		"A person sees their own, the operator those of an agreement. Nothing here opens anything: the node keeps digests only.").On(rest.Self).For(whoever...), d.credentials)
	rest.AddOnce(to, at.End("/credentials/{credential}", "revoke-credential", whoever, "End a token, link or session at once", "A person ends their own, the operator any.").On(rest.Self), d.revokeCredential)
}

type me struct {
	Operator   bool             `json:"operator" doc:"Whether you are the node's operator, who has no role in any agreement."`
	Agreement  agreement.ID     `json:"agreement,omitempty"`
	Party      agreement.Party  `json:"party,omitempty" enum:"a,b"`
	Person     string           `json:"person,omitempty" doc:"Your pseudonym in the ledger."`
	Name       string           `json:"name,omitempty"`
	Title      string           `json:"title,omitempty"`
	Roles      []agreement.Role `json:"roles" doc:"Your roles under clause 7.1, as the agreement stands now."`
	Credential string           `json:"credential" doc:"The id of the token that you show."`
	rest.Reach
}

type meAnswer struct{ Body me }

func (d *Desk) me(_ context.Context, v rest.Visit, _ *rest.Nothing) (*meAnswer, error) {
	if v.Operator {
		return &meAnswer{me{Operator: true, Credential: v.Credential, Reach: rest.ReachOf(v.Scope)}}, nil
	}
	person, _ := v.View.Person(v.Actor.ID)
	return &meAnswer{me{Agreement: v.ID, Party: v.Actor.Party, Person: v.Actor.ID, Name: person.Name, Title: person.Title,
		Roles: v.Actor.Roles, Credential: v.Credential, Reach: rest.ReachOf(v.Scope)}}, nil
}

// member finds a person of an agreement by the file's id for them, or by their pseudonym.
func (d *Desk) member(id, person string) (agreement.ID, agreement.Member, error) {
	known, err := agreement.ParseID(id)
	if err != nil {
		return "", agreement.Member{}, register.ErrUnknown
	}
	view, err := d.Register.View(known)
	if err != nil {
		return "", agreement.Member{}, err
	}
	if m, ok := view.State.Members[person]; ok && !m.Erased {
		return known, m, nil
	}
	if m, ok := view.Member(person); ok {
		return known, m, nil
	}
	return "", agreement.Member{}, register.ErrUnknown
}

type linkInput struct {
	rest.Retry
	Body struct {
		Agreement string `json:"agreement" maxLength:"100" example:"agr_…" doc:"The agreement's id."`
		Person    string `json:"person" maxLength:"100" example:"declan-moran" doc:"The person's id in clause 7.1 of the agreement's file."`
	}
}

type link struct {
	ID        string       `json:"id"`
	Agreement agreement.ID `json:"agreement"`
	Person    string       `json:"person" doc:"The person's pseudonym in the ledger."`
	Link      string       `json:"link" doc:"The secret: the last part of the console's address /enter/…"`
	Expires   time.Time    `json:"expires"`
}

func (d *Desk) link(ctx context.Context, _ rest.Visit, in *linkInput, p *rest.Promise) (out link, err error) {
	id, m, err := d.member(in.Body.Agreement, in.Body.Person)
	if err != nil {
		return link{}, err
	}
	_, _, err = d.Door.IssueOnce(ctx, access.Grant{Kind: access.Link, Agreement: id, Person: m.ID, Label: "link by the operator", Life: access.LinkLife}, func(k access.Key, c access.Credential) (access.Answer, error) {
		out = link{c.ID, id, m.ID, k.Text().Reveal(), c.Expires}
		return p.Of(out)
	})
	return out, err
}

type beginningInput struct {
	rest.Retry
	Body struct {
		Address string `json:"address" minLength:"3" maxLength:"254" example:"mara@calluna.example" doc:"Their e-mail address."`
	}
}

type beginning struct {
	ID      string          `json:"id" doc:"Of the link."`
	Address agreement.Email `json:"address" doc:"Whose link it is."`
	Link    string          `json:"link" doc:"The secret: the last part of the console's address /enter/…"`
	Expires time.Time       `json:"expires" doc:"When the link opens nothing any more."`
}

func (d *Desk) letBegin(ctx context.Context, _ rest.Visit, in *beginningInput, p *rest.Promise) (out beginning, err error) {
	var address agreement.Email
	if err := address.UnmarshalText([]byte(in.Body.Address)); err != nil {
		return beginning{}, rest.Invalid("body.address", err.Error())
	}
	_, _, err = d.Door.LetBegin(ctx, string(address), func(k access.Key, c access.Credential) (access.Answer, error) {
		out = beginning{c.ID, address, k.Text().Reveal(), c.Expires}
		return p.Of(out)
	})
	return out, err
}

type tokenInput struct {
	rest.Retry
	Body struct {
		Agreement string `json:"agreement,omitempty" maxLength:"100" doc:"The agreement's id. Your own, if it is not said."`
		Person    string `json:"person,omitempty" maxLength:"100" doc:"The person's id in clause 7.1 of the agreement's file. Yourself, if it is not said."`
		Label     string `json:"label,omitempty" maxLength:"200" doc:"What the token is for."`
		rest.Limit
	}
}

type token struct {
	ID        string       `json:"id" doc:"Names the token in lists and logs."`
	Agreement agreement.ID `json:"agreement"`
	Person    string       `json:"person" doc:"The person's pseudonym in the ledger."`
	Label     string       `json:"label,omitempty"`
	Secret    string       `json:"secret" doc:"The token itself."`
	rest.Reach
	Expires time.Time `json:"expires"`
}

func (d *Desk) token(ctx context.Context, v rest.Visit, in *tokenInput, p *rest.Promise) (out token, err error) {
	if !v.Operator {
		if err := v.Here(in.Body.Agreement); err != nil {
			return token{}, err
		}
		in.Body.Agreement = string(v.ID)
		if in.Body.Person == "" {
			in.Body.Person = v.Actor.ID
		}
	}
	id, m, err := d.member(in.Body.Agreement, in.Body.Person)
	if err != nil {
		return token{}, err
	}
	if !v.Operator && m.ID != v.Actor.ID {
		return token{}, agreement.Refuse("make a token", "7.1", "a person makes tokens for themselves only")
	}
	g := access.Grant{Kind: access.API, Agreement: id, Person: m.ID, Label: in.Body.Label, Scope: in.Body.Scope()}
	if !v.Operator {
		g.Proven = v.Proven
	}
	if g.Life, err = in.Body.Within(v, d.Parts, d.Now(), access.TokenLife); err != nil {
		return token{}, err
	}
	_, made, err := d.Door.IssueOnce(ctx, g, func(k access.Key, c access.Credential) (access.Answer, error) {
		out = token{c.ID, id, m.ID, in.Body.Label, k.Text().Reveal(), rest.ReachOf(c.Scope), c.Expires}
		return p.Of(out)
	})
	if err == nil {
		d.Accounts.TokenMade(ctx, made)
	}
	return out, err
}

type credential struct {
	ID      string    `json:"id" doc:"Names it in lists and logs."`
	Kind    string    `json:"kind" enum:"token,link,session,calendar,signer"`
	Person  string    `json:"person" doc:"The person's pseudonym in the ledger."`
	Name    string    `json:"name,omitempty" doc:"The person's name, shown to themselves; the operator sees pseudonyms."`
	Label   string    `json:"label,omitempty"`
	State   string    `json:"state" enum:"live,used,expired,revoked"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
	Used    time.Time `json:"used,omitzero" doc:"Of a link: when."`
	Seen    time.Time `json:"seen,omitzero" doc:"Of a session: when it was last used, to some minutes. It ends after 12 hours without use."`
	Revoked time.Time `json:"revoked,omitzero"`
	Shown   bool      `json:"shown" doc:"Whether it is the one that this request shows."`
	rest.Reach
}

// kindNames are what people call the kinds of credentials.
var kindNames = map[access.Kind]string{access.API: "token", access.Link: "link", access.Session: "session", access.Feed: "calendar", access.Signer: "signer"}

func (d *Desk) credentialOf(v rest.Visit, c access.Credential) credential {
	name := ""
	if !v.Operator && c.Person == v.Actor.ID {
		person, _ := v.View.Person(c.Person)
		name = person.Name
	}
	return credential{c.ID, kindNames[c.Kind], c.Person, name, c.Label, c.State(d.Now()), c.Created, c.Expires, c.Used, c.Seen, c.Revoked, c.ID == v.Credential, rest.ReachOf(c.Scope)}
}

type credentialsInput struct {
	rest.Page
	Agreement string `query:"agreement" maxLength:"100" doc:"The agreement; a person may leave it out, the operator may not."`
	Kind      string `query:"kind" enum:"token,link,session,calendar,signer"`
	State     string `query:"state" enum:"live,used,expired,revoked"`
}

func (d *Desk) credentials(ctx context.Context, v rest.Visit, in *credentialsInput) (*rest.List[credential], error) {
	id, err := d.about(v, in.Agreement)
	if err != nil {
		return nil, err
	}
	kept, err := d.Door.Store.Credentials(ctx, id, d.whose(v))
	if err != nil {
		return nil, err
	}
	var all []credential
	for _, c := range kept {
		if c.Kind != access.Service { // those have a list of their own
			all = append(all, d.credentialOf(v, c))
		}
	}
	return rest.Cut(all, in.Page, func(c credential) string { return c.ID }, func(c credential) bool {
		return rest.Is(in.Kind, c.Kind) && rest.Is(in.State, c.State)
	})
}

// whose credentials a visitor may see and end: a person their own, the operator everybody's.
func (d *Desk) whose(v rest.Visit) string {
	if v.Operator {
		return ""
	}
	return v.Actor.ID
}

// about is the agreement whose credentials are asked for.
func (d *Desk) about(v rest.Visit, id string) (agreement.ID, error) {
	if !v.Operator {
		return v.ID, v.Here(id)
	}
	known, err := agreement.ParseID(id)
	if err != nil {
		return "", rest.Invalid("query.agreement", "name an agreement of the node")
	}
	_, err = d.Register.View(known)
	return known, err
}

type credentialEnd struct {
	rest.Retry
	Credential string `path:"credential" maxLength:"100" doc:"The credential's id: cred_…"`
}

type ended struct {
	ID      string    `json:"id"`
	Revoked time.Time `json:"revoked"`
}

func (d *Desk) revokeCredential(ctx context.Context, v rest.Visit, in *credentialEnd, _ *rest.Promise) (ended, error) {
	if !v.Operator {
		own, err := d.Door.Store.Credentials(ctx, v.ID, v.Actor.ID)
		if err != nil {
			return ended{}, err
		}
		if !slices.ContainsFunc(own, func(c access.Credential) bool { return c.ID == in.Credential }) {
			return ended{}, register.ErrUnknown
		}
	}
	now := d.Now().UTC()
	if err := d.Door.Store.RevokeCredential(ctx, in.Credential, now); err != nil {
		if errors.Is(err, access.ErrNoEntry) {
			err = register.ErrUnknown // a credential that does not exist is not one that does not open
		}
		return ended{}, err
	}
	return ended{in.Credential, now}, nil
}
