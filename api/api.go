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
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/articles/margins"
	"entente/egress"
	"entente/ledger"
	"entente/meter"
	"entente/notary"
	"entente/register"
)

// Usage is where metered calls are read; everything metered before the question is in the answer.
type Usage interface {
	Usage(ctx context.Context, q meter.Query) (records []meter.Record, next string, err error)
	Summary(ctx context.Context, q meter.Query) ([]meter.Sum, error)
}

// Upstreams keeps where each component is served.
type Upstreams interface {
	// Set keeps an upstream with its secret, in place of an earlier one of the same component and
	// environment. A refusal wraps egress.ErrUpstream.
	Set(ctx context.Context, u egress.Upstream, secret access.Secret) error
	// Drop forgets an upstream and its secret.
	Drop(ctx context.Context, u egress.Upstream) error
	// Of returns the upstreams of an agreement, by component and environment, the secrets sealed.
	Of(id agreement.ID) []egress.Upstream
}

// Answers keeps how writes were answered that leave no entry in a ledger. They are found where those
// of the ledger are.
type Answers interface {
	// KeepAnswer stores an answer durably; a second one to the same key is refused.
	KeepAnswer(ctx context.Context, a access.Answer) error
}

// An API answers programs. All fields are needed to answer, except Ready; none is needed to list
// the routes or to write the OpenAPI document.
type API struct {
	Register  *register.Register
	Notary    *notary.Notary
	Door      *access.Door
	Usage     Usage
	Source    func(ctx context.Context, id agreement.ID) ledger.Source
	Documents articles.Library
	Upstreams Upstreams
	Answers   Answers
	Live      func(ctx context.Context, id agreement.ID) (margins.Live, error)
	Used      func(ctx context.Context, id agreement.ID) (map[string]time.Time, error) // the hour in which a call passed last, by key
	Now       func() time.Time
	Log       *slog.Logger
	// Ready says why the node should get no work, in words for everyone; nil means that it can
	// answer as soon as it listens.
	Ready func(ctx context.Context) error

	once sync.Once
	desk *desk
}

// A Route is one operation that the API serves.
type Route struct {
	Method string   `json:"method"`
	Path   string   `json:"path"` // as in the OpenAPI document
	Roles  []string `json:"roles"`
	Public bool     `json:"public"` // needs no token
}

// Handler serves the operations below /api/v1, /openapi.json, /livez and /readyz.
func (a *API) Handler() http.Handler { return a.open() }

// OpenAPI is the document of all operations (OpenAPI 3.1, JSON). Each bears x-roles: the roles of
// clause 7.1 that may call it, "any" for every person of the agreement, "operator" for the node's
// operator; operations without a token bear an empty security.
func (a *API) OpenAPI() ([]byte, error) {
	b, err := json.Marshal(a.open().doc)
	if err != nil {
		return nil, fmt.Errorf("writing the OpenAPI document: %w", err)
	}
	return b, nil
}

// Routes lists what the handler serves, in the order of their registration: read off the router,
// not off the document.
func (a *API) Routes() []Route { return a.open().routes }

func (a *API) open() *desk {
	a.once.Do(func() { a.desk = a.build() })
	return a.desk
}

func (a *API) logger() *slog.Logger {
	if a.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return a.Log
}
