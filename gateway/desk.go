package gateway

import (
	"log/slog"
	"sync/atomic"
	"time"

	"entente/articles/commerce"
	"entente/articles/policy"
	"entente/gateway/measure"
)

// A desk is what is made ready once for all calls under a grant. A change of the policy brings new
// grants, and with them new desks.
type desk struct {
	log    slog.Handler // has what is the same in each of their lines
	counts *measure.Counts
	hour   atomic.Pointer[hour]
	served atomic.Pointer[served]
}

// Served is where the component was served when a call last asked.
type served struct {
	by *map[place]*upstream
	up *upstream
}

// upstream is where the component is served; nil if that is not configured.
func (d *desk) upstream(u *Upstreams, p *policy.Policy, grant *policy.Grant) *upstream {
	table, last := u.table.Load(), d.served.Load()
	if last == nil || last.by != table {
		last = &served{table, u.lookup(p.Agreement, grant.Route.Component, grant.Environment)}
		d.served.Store(last)
	}
	return last.up
}

// An hour is the statement in which a call that begins in it will be.
type hour struct {
	from, until int64  // Unix milliseconds
	name        string // as the header Entente-Receipt has it
}

// mostDesks is how many are kept; then all are given up, and made again for those who call.
const mostDesks = 1 << 14

// deskOf is the desk of a grant.
func (g *Gateway) deskOf(p *policy.Policy, grant *policy.Grant) *desk {
	if d, ok := g.desks.Load(grant); ok {
		return d.(*desk)
	}
	if g.deskCount.Add(1) > mostDesks {
		g.deskCount.Store(0)
		g.desks.Clear()
	}
	attrs := []slog.Attr{slog.String("agreement", string(p.Agreement)), slog.Int("version", p.Version), slog.String("key", grant.Key),
		slog.String("environment", string(grant.Environment))}
	if grant.Route != nil {
		attrs = append(attrs, slog.String("component", grant.Route.Component))
	}
	made := &desk{log: g.logger().Handler().WithAttrs(attrs)}
	if grant.Route != nil {
		made.counts = g.Measures.At(measure.Place{Agreement: string(p.Agreement), Component: grant.Route.Component, Environment: string(grant.Environment)})
	}
	d, _ := g.desks.LoadOrStore(grant, made)
	return d.(*desk)
}

// statement is the name of the statement in which a call under a grant will be that began then.
func (d *desk) statement(began time.Time, grant *policy.Grant, zone *time.Location) string {
	at := began.UnixMilli()
	h := d.hour.Load()
	if h == nil || at < h.from || at >= h.until {
		from, until := commerce.HourOf(began, zone)
		h = &hour{from.UnixMilli(), until.UnixMilli(), `;statement="` + grant.Route.Component + "/" + string(grant.Environment) + "/" + from.Format(time.RFC3339) + `"`}
		d.hour.Store(h)
	}
	return h.name
}
