// Package components serves how components are used from day to day: the keys that open them (clause 2.1), where
// their provider serves them, and the maintenance that it announces (clause C.3).
package components

import (
	"context"
	"sync"
	"time"

	"entente/access"
	"entente/access/keyset"
	"entente/agreement"
	"entente/api/rest"
	"entente/egress"
	"entente/notary"
)

// The tags that group the operations in the document. Maintenance is an act under the agreement, among others.
const (
	Keys   = "keys"
	Served = "upstreams"
	Acts   = "acts"
)

// Upstreams keeps where each component is served.
type Upstreams interface {
	// Set keeps an upstream with its secret, in place of an earlier one of the same component and
	// environment. A refusal wraps egress.ErrUpstream.
	Set(ctx context.Context, u egress.Upstream, secret access.Secret) error
	// Drop forgets an upstream and its secret, and keeps the answer with that: both or neither.
	Drop(ctx context.Context, u egress.Upstream, answer access.Answer) error
	// Of returns the upstreams of an agreement, by component and environment, the secrets sealed.
	Of(id agreement.ID) []egress.Upstream
}

// A Desk serves components. All fields are needed to answer, none to list the routes.
type Desk struct {
	Notary    *notary.Notary
	KeySets   *keyset.Book // of issuers that publish their keys
	Upstreams Upstreams
	Used      func(ctx context.Context, id agreement.ID) (map[string]time.Time, error) // the hour in which a call passed last, by key
	Now       func() time.Time

	replacing sync.Mutex // held from the look at an upstream until another is in its place
}

// Serve adds the operations to a desk.
func (d *Desk) Serve(to *rest.Desk) {
	d.maintenances(to)
	d.keys(to)
	d.upstreams(to)
}
