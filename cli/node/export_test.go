package node

import (
	"context"
	"net/http"

	"entente/meter"
	"entente/sqlite"
)

// What the tests look at inside a node.

var Use, Count = use, count

func (n *Node) Store() *sqlite.Store                    { return n.store }
func (n *Node) Calls() http.Handler                     { return n.gateway.Handler() }
func (n *Node) Outside() http.Handler                   { return n.outside() }
func (n *Node) State(ctx context.Context) error         { return n.clerk.State(ctx) }
func (n *Node) Sweep(ctx context.Context)               { n.sweep(ctx) }
func (n *Node) StoreRefusals(ctx context.Context) error { return n.storeRefusals(ctx) }

// Unsure is the batch of refused calls of which nobody said what became of it.
func (n *Node) Unsure() (source string, number int64, waiting []meter.Refusal) {
	return n.refused.source, n.refused.number, n.refused.waiting
}
