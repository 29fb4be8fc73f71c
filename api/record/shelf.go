// Package record serves what is on record under an agreement: its ledger, as entries, as a bundle and as
// a log for outside programs, and its metered calls with what proves them.
package record

import (
	"context"
	"log/slog"
	"time"

	"entente/agreement"
	"entente/api/rest"
	"entente/articles"
	"entente/articles/commerce"
	"entente/articles/policy"
	"entente/ledger"
	"entente/meter"
	"entente/quota"
	"entente/receipt"
	"entente/register"
)

// Usage is where metered calls are read; everything metered before the question is in the answer.
type Usage interface {
	Usage(ctx context.Context, q meter.Query) (records []meter.Record, next string, err error)
	Summary(ctx context.Context, q meter.Query) ([]meter.Sum, error)
	Flush(ctx context.Context) error
}

// Receipts finds single calls and proves them.
type Receipts interface {
	// Record finds a call, and the hour in which it is stated; that has no begin while it is not.
	Record(ctx context.Context, id agreement.ID, call meter.ID) (meter.Record, commerce.Window, error)
	// Receipt proves a call. The error wraps receipt.ErrUnsealed while no statement covers it.
	Receipt(ctx context.Context, id agreement.ID, call meter.ID) (receipt.Receipt, error)
}

// Refused finds a refused call of an agreement by the request's id. The error wraps
// statement.ErrNoRecord if none is kept.
type Refused func(ctx context.Context, id agreement.ID, request string) (meter.Refused, error)

// Room says what would become of a call that the policy permits and that is not made: what the limits of
// Schedule C would say of one with a request of so many bytes, whose answers may have so many tokens
// together, or zero if it would not say, and whether the node knows where to take it. Nothing is held.
type Room func(p *policy.Policy, g *policy.Grant, c policy.Call, request, most int64) (room quota.Room, way policy.Verdict, err error)

// A Shelf answers. All fields are needed to answer, none to list the routes.
type Shelf struct {
	Register  *register.Register
	Usage     Usage
	Receipts  Receipts
	Refused   Refused
	Room      Room
	Levels    Levels
	Source    func(ctx context.Context, id agreement.ID) ledger.Source
	Documents articles.Library
	Now       func() time.Time
	Log       *slog.Logger
}

// Serve adds the operations to a desk.
func (d *Shelf) Serve(to *rest.Desk) {
	d.usage(to)
	d.explanations(to)
	d.receipts(to)
	d.levels(to)
	d.ledger(to)
	d.tiles(to)
}
