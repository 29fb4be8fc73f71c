package policy

import (
	"time"

	"entente/agreement"
)

// setAside notes that a clause does not hold for the route until an instant.
func (r *Route) setAside(c agreement.Clause, until time.Time) {
	if r.waived == nil {
		r.waived = map[agreement.Clause]int64{}
	}
	r.waived[c] = nanos(until)
}

// isSetAside reports whether everyone for whom a clause is kept has set it aside (clause 13.5). It is
// asked only of calls that the clause would refuse.
func (r *Route) isSetAside(c agreement.Clause, at int64) bool { return at < r.waived[c] }

// insisting is the grant as if nothing were set aside.
func (g *Grant) insisting() *Grant {
	strict := *g
	if g.Route != nil && g.Route.waived != nil {
		route := *g.Route
		route.waived = nil
		strict.Route = &route
	}
	return &strict
}
