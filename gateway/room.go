package gateway

import (
	"time"

	"entente/articles/policy"
	"entente/quota"
)

// Room says what would become of a call that the policy permits and that is not made: what the limits of
// Schedule C would say of one with a request of so many bytes, whose answers may have so many tokens
// together, or zero if it would not say, and whether this node knows where to take it. Nothing is held.
func (g *Gateway) Room(p *policy.Policy, grant *policy.Grant, c policy.Call, request, most int64) (quota.Room, policy.Verdict, error) {
	d := quota.Demand{Customer: c.Customer, Sent: request}
	way := policy.Verdict{OK: true}
	if speaks, ok := protocols[grant.Route.Protocol].(ai); ok {
		op := speaks.named(c.Operation)
		d.Own, d.Most = op.own != nil, op.bound(request, most)
	}
	if !d.Own && g.Upstreams.lookup(p.Agreement, c.Component, grant.Environment) == nil {
		way = notConnected
	}
	room, err := g.Quotas.Ask(p, grant, d, time.Unix(0, c.At))
	return room, way, err
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
