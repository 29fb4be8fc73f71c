// Package api is the door for systems: what a person may do under an agreement, as REST and JSON,
// for programs that show a token of that person.
//
// It decides nothing itself. Who asks is found out once, at the edge; what is allowed is decided by
// the agreement; what happened is written by the notary. Absence and what is someone else's look
// the same from here. Every refusal is a problem (RFC 9457) that names the clause which refuses,
// and a retry with the same Idempotency-Key is the same operation.
package api

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"entente/access"
	"entente/access/account"
	"entente/access/keyset"
	"entente/access/pace"
	"entente/access/service"
	"entente/access/sso"
	"entente/agreement"
	"entente/api/amending"
	"entente/api/components"
	"entente/api/feeds"
	"entente/api/folio"
	"entente/api/negotiation"
	"entente/api/people"
	"entente/api/program"
	"entente/api/record"
	"entente/api/reference"
	"entente/api/rest"
	"entente/articles"
	"entente/articles/margins"
	"entente/events"
	"entente/handout"
	"entente/inbox"
	"entente/ledger"
	"entente/notary"
	"entente/portfolio"
	"entente/register"
	"entente/submission"
	"entente/webhooks"
	"entente/witness"
)

// An API answers programs. All fields are needed to answer, except Ready and Rate; none is needed to list
// the routes or to write the OpenAPI document.
type API struct {
	Register  *register.Register
	Notary    *notary.Notary
	Clerk     *submission.Clerk // takes agreements and versions; the console's, too
	Door      *access.Door
	Accounts  *account.Book
	SignIn    *sso.Desk     // by companies' own providers
	Services  *service.Desk // of programs that come in by themselves
	Usage     record.Usage
	Receipts  record.Receipts
	Refused   record.Refused
	Room      record.Room
	Levels    record.Levels
	Source    func(ctx context.Context, id agreement.ID) ledger.Source
	Documents articles.Library
	Upstreams components.Upstreams
	KeySets   *keyset.Book // of issuers that publish their keys
	Notebook  *access.Notebook
	Answers   rest.Answers
	Events    *events.Streams
	Webhooks  *webhooks.Courier
	Handout   *handout.Desk
	Shelf     inbox.Shelf   // what people are told
	Cabinet   inbox.Cabinet // how they want to hear of it
	Live      func(ctx context.Context, id agreement.ID) (margins.Live, error)
	Used      func(ctx context.Context, id agreement.ID) (map[string]time.Time, error) // the hour in which a call passed last, by key
	Witness   *witness.Witness                                                         // of other nodes' logs
	Now       func() time.Time
	Log       *slog.Logger
	Rate      pace.Rate // how often the programs of a party may ask; the usual one if empty
	// Ready says why the node should get no work, in words for everyone; nil means that it can
	// answer as soon as it listens.
	Ready func(ctx context.Context) error

	once sync.Once
	desk *desk
}

// Handler serves the operations below /api/v1, /openapi.json, /livez and /readyz.
func (a *API) Handler() http.Handler { return a.open() }

// OAuth is the door at which programs get their access tokens; it serves program.Paths.
func (a *API) OAuth() http.Handler {
	return &program.Door{Services: a.Services, Parts: parts(), Log: a.open().Logger()}
}

// parts are those of the API, by their tags.
func parts() (all []string) {
	for _, t := range tags {
		all = append(all, t.Name)
	}
	return all
}

// OpenAPI is the document of all operations (OpenAPI 3.1, JSON). Each bears x-roles: the roles of
// clause 7.1 that may call it, "any" for every person of the agreement, "operator" for the node's
// operator; operations without a token bear an empty security. x-access says whether a token that only reads
// will do: "read" or "act".
func (a *API) OpenAPI() ([]byte, error) {
	b, err := a.open().Desk.Document()
	if err != nil {
		return nil, fmt.Errorf("writing the OpenAPI document: %w", err)
	}
	return b, nil
}

// Routes lists what the handler serves, in the order of their registration: read off the router,
// not off the document.
func (a *API) Routes() []rest.Route { return a.open().Desk.Routes() }

func (a *API) open() *desk {
	a.once.Do(func() { a.desk = a.build() })
	return a.desk
}

func (a *API) build() *desk {
	house := rest.House{Register: a.Register, Notary: a.Notary, Door: a.Door, Answers: a.Answers, Log: a.Log, Rate: a.Rate}
	if a.Services != nil {
		house.Services = a.Services
	}
	if a.Accounts != nil {
		house.Spent, house.Origin = a.Accounts.Spent, a.Accounts.Site.Origin
	}
	frame := rest.New(house, about, tags)
	d := &desk{API: a, Desk: frame}
	for _, part := range []func(){d.health, d.agreements, d.acts, d.certificates, d.witness} {
		part()
	}
	served := components.Desk{Notary: a.Notary, KeySets: a.KeySets, Upstreams: a.Upstreams, Used: a.Used, Now: a.Now}
	served.Serve(frame)
	staff := people.Desk{Register: a.Register, Notary: a.Notary, Door: a.Door, Accounts: a.Accounts, Parts: parts(), Now: a.Now}
	staff.Serve(frame)
	shelf := record.Shelf{Register: a.Register, Usage: a.Usage, Receipts: a.Receipts, Refused: a.Refused, Room: a.Room, Levels: a.Levels, Now: a.Now, Source: a.Source, Documents: a.Documents, Log: frame.Logger()}
	shelf.Serve(frame)
	table := negotiation.Table{Notary: a.Notary, Documents: a.Documents, Notebook: a.Notebook, Now: a.Now}
	table.Serve(frame)
	cabinet := amending.Cabinet{Notary: a.Notary, Documents: a.Documents, Now: a.Now}
	cabinet.Serve(frame)
	shown := folio.Desk{Portfolio: &portfolio.Desk{Register: a.Register, Accounts: a.Accounts, Live: a.Live, Now: a.Now, Log: frame.Logger()}}
	shown.Serve(frame)
	programs := program.Desk{Services: a.Services, Parts: parts(), Now: a.Now}
	programs.Serve(frame)
	hall := folio.Hall{SignIn: a.SignIn}
	hall.Serve(frame)
	outgoing := feeds.Desk{Shelf: a.Shelf, Cabinet: a.Cabinet, Streams: a.Events, Courier: a.Webhooks, Handout: a.Handout, Now: a.Now, Log: frame.Logger()}
	outgoing.Serve(frame)
	reference.Serve(frame)
	frame.Close()
	return d
}
