package node

import (
	"context"

	"entente/agreement"
	"entente/articles/policy"
	"entente/meter"
	"entente/quota"
	"entente/replay"
	"entente/statement"
)

// seen is what the node has seen of calls, for the console.
type seen struct{ *Node }

// Recent are the last calls of a component; see corner.Seen.
func (n seen) Recent(ctx context.Context, id agreement.ID, component string, most int) ([]meter.Record, []meter.Refused, error) {
	if err := n.meter.Flush(ctx); err != nil {
		return nil, nil, err
	}
	made, err := n.store.Recent(ctx, meter.Query{Agreement: string(id), Component: component, Limit: most})
	if err != nil {
		return nil, nil, err
	}
	if err := n.storeRefused(ctx); err != nil {
		return nil, nil, err
	}
	refused, err := n.store.RecentRefused(ctx, id, component, most)
	return made, refused, err
}

// Latest marks the last calls of a component; see corner.Seen. It does not wait for calls that are on their way
// to the store.
func (n seen) Latest(ctx context.Context, id agreement.ID, component string) (string, error) {
	made, err := n.store.Recent(ctx, meter.Query{Agreement: string(id), Component: component, Limit: 1})
	if err != nil {
		return "", err
	}
	refused, err := n.store.RecentRefused(ctx, id, component, 1)
	if err != nil {
		return "", err
	}
	mark := ""
	for _, r := range made {
		mark += r.ID.String() + string(r.State)
	}
	for _, r := range refused {
		mark += r.ID
	}
	return mark, nil
}

// Summary adds up metered calls.
func (n seen) Summary(ctx context.Context, q meter.Query) ([]meter.Sum, error) {
	return n.meter.Summary(ctx, q)
}

// Limits are how far the limits of Schedule C are used.
func (n seen) Limits(p *policy.Policy) []quota.Figure {
	return n.gateway.Quotas.Figures(p, n.Notary.Now())
}

// A callBook finds single calls for the console, explains and proves them.
type callBook struct {
	replay.Reader
	*statement.Desk
}
