package gateway

import (
	"time"

	"entente/articles"
	"entente/quota"
)

// Room says what the limits of Schedule C would say of a call that is not made: one with a request of so
// many bytes, whose answers may have so many tokens together, or zero if it would not say. Nothing is held.
func (g *Gateway) Room(p *articles.Policy, grant *articles.Grant, c articles.Call, request, most int64) (quota.Room, error) {
	d := quota.Demand{Customer: c.Customer, Sent: request}
	if speaks, ok := protocols[grant.Route.Protocol].(ai); ok {
		op := speaks.named(c.Operation)
		d.Own, d.Most = op.own != nil, op.bound(request, most)
	}
	return g.Quotas.Ask(p, grant, d, time.Unix(0, c.At))
}

// named is an operation by the name that Schedule A gives it.
func (a ai) named(name string) *operation {
	for _, op := range a.posts {
		if op.name == name {
			return op
		}
	}
	if a.models.name == name {
		return a.models
	}
	return &operation{name: name}
}
