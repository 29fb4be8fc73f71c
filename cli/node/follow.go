package node

import (
	"crypto/rand"
	"time"

	"entente/access"
	"entente/egress"
	"entente/events"
	"entente/webhooks"
)

// followers are those to whom a node tells what happens.
type followers struct {
	streams *events.Streams
	courier *webhooks.Courier
}

// How long a receiver of webhooks may take to answer, and to send on.
const receives = 15 * time.Second

// wireFollowers lets streams and webhooks follow the ledgers. Webhooks may be where upstreams may be.
func (n *Node) wireFollowers(s Settings, sealer *access.Sealer) {
	n.streams = &events.Streams{Reader: events.Reader{Register: n.Register, Source: n.source}, Bell: &events.Bell{}}
	policy := egress.Policy{Allow: s.Upstream.Allow, Ports: []uint16{443}, Header: receives, Idle: receives, Roots: s.Upstream.Roots}
	book := &webhooks.Book{Store: n.store, Queue: n.store, Sealer: sealer, Policy: policy, Now: s.Now, Rand: rand.Reader}
	n.courier = &webhooks.Courier{Book: book, Reader: n.streams.Reader, Via: policy.RoundTripper(), Log: s.Log}
	n.api.Events, n.api.Webhooks = n.streams, n.courier
}
