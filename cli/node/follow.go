package node

import (
	"context"
	"crypto/rand"
	"time"

	"entente/access"
	"entente/egress"
	"entente/events"
	"entente/handout"
	"entente/inbox"
	"entente/webhooks"
)

// followers are those to whom a node tells what happens.
type followers struct {
	streams *events.Streams
	courier *webhooks.Courier
	planner *inbox.Planner
	postman *inbox.Postman
}

// How long a receiver of webhooks may take to answer, and to send on.
const receives = 15 * time.Second

// wireFollowers lets streams and webhooks follow the ledgers. Webhooks may be where upstreams may be.
func (n *Node) wireFollowers(s Settings, sealer *access.Sealer) {
	n.streams = &events.Streams{Reader: events.Reader{Register: n.Register, Source: n.source}, Bell: &events.Bell{}}
	policy := egress.Policy{Allow: s.Upstream.Allow, Ports: []uint16{443}, Header: receives, Idle: receives, Roots: s.Upstream.Roots}
	book := &webhooks.Book{Store: n.store, Queue: n.store, Sealer: sealer, Policy: policy, Now: s.Now, Rand: rand.Reader}
	n.courier = &webhooks.Courier{Book: book, Reader: n.streams.Reader, Via: policy.RoundTripper(), Log: s.Log}
	n.api.Events, n.api.Webhooks, n.console.Streams = n.streams, n.courier, n.streams
	n.api.Handout = &handout.Desk{Reader: n.streams.Reader, Door: n.Door, Usage: n.meter, Now: s.Now}
	n.console.Handout, n.console.Courier, n.console.Answers = n.api.Handout, n.courier, n.store
	n.api.Shelf, n.api.Cabinet = n.store, n.store
	n.planner = &inbox.Planner{Register: n.Register, Reader: n.streams.Reader, Store: n.store, Now: s.Now, Log: s.Log}
	n.postman = &inbox.Postman{Register: n.Register, Store: n.store, Cabinet: n.store, Mail: n.Mail, Origin: s.Site.Origin, Now: s.Now, Rand: rand.Reader, Log: s.Log}
}

// looks is how often it is looked for what has come due.
const looks = 30 * time.Second

// keepTelling plans what people are told and writes their letters until the context ends. news rings when something
// has happened.
func (n *Node) keepTelling(ctx context.Context, news <-chan struct{}) {
	tick := time.NewTicker(looks)
	defer tick.Stop()
	for {
		if err := n.planner.Plan(ctx); err != nil && ctx.Err() == nil {
			n.log.Error("what people are told was not planned", "error", err)
		}
		if err := n.Accounts.TellMoved(ctx); err != nil && ctx.Err() == nil {
			n.log.Error("people were not told that their address has changed", "error", err)
		}
		if err := n.postman.Write(ctx); err != nil && ctx.Err() == nil {
			n.log.Error("letters to people were not written", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-news:
		case <-tick.C:
		}
	}
}
