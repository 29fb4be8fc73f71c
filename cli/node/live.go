package node

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/commerce"
	"entente/articles/margins"
	"entente/levels"
	"entente/meter"
	"entente/quota"
	"entente/statement"
)

// live gathers what the node measured for the margins of an agreement: today's calls, this month's
// use, and what was refused this month, all in the agreement's time zone.
func (n *Node) live(ctx context.Context, id agreement.ID) (margins.Live, error) {
	v, err := n.Register.View(id)
	if err != nil {
		return margins.Live{}, err
	}
	now := n.Notary.Now()
	zone := v.State.Text().Frame().Zone()
	today, month := now.In(zone).Format(time.DateOnly), now.In(zone).Format("2006-01")+"-01"
	sums, err := n.meter.Summary(ctx, meter.Query{Agreement: string(id), From: meter.Day(month), To: meter.Day(today), Zone: zone})
	if err != nil {
		return margins.Live{}, err
	}
	used, err := n.store.LastUse(ctx, id)
	if err != nil {
		return margins.Live{}, err
	}
	live := margins.Live{Used: used, Agreement: id, Now: now, Today: map[string]margins.Counts{}, Refused: map[agreement.Clause]int64{}}
	for _, s := range sums {
		if string(s.Day) == today {
			c := live.Today[s.Component]
			c.Calls += s.Calls
			c.Failed += s.Faults
			live.Today[s.Component] = c
		}
		count(&live, v.State.Text(), s)
	}
	for _, out := range n.Upstreams.Outages(id) {
		live.Out = append(live.Out, margins.Outage{Component: out.Component, Environment: agreement.Environment(out.Environment), Since: out.Since})
	}
	measured, err := n.levels(ctx, v.State, now)
	if err != nil {
		return live, err
	}
	for _, m := range measured {
		for _, f := range m.Figures {
			live.Levels = append(live.Levels, margins.Level{Component: m.Component, Environment: string(m.Environment), Name: f.Name, Promised: f.Promised, Measured: f.Measured, Kept: f.Kept})
		}
	}
	return live, n.addRefusals(ctx, &live, month[:7])
}

// count adds a sum of this month: what is made of it in money, and of all.
func count(live *margins.Live, t *articles.Agreement, s meter.Sum) {
	live.All.Calls += s.Calls
	live.All.Tokens += s.Tokens.Total()
	live.Deviating = deviating(live.Deviating, s)
	if s.Environment == string(agreement.Test) && !t.Commerce.Revenue.ChargeTest {
		return
	}
	live.Month = append(live.Month, use(t.Frame(), s))
	live.Records += s.Calls
	live.Tokens += s.Tokens.Total()
	live.Estimated += s.EstimatedInput + s.EstimatedOutput
}

// levels are the service levels of an agreement, promised and measured.
func (n *Node) levels(ctx context.Context, s articles.State, now time.Time) ([]levels.Measure, error) {
	return statement.Desk{Store: n.store, Refusals: n.store.Refusals}.Levels(ctx, s, now)
}

// deviating adds the calls of a sum that were not as agreed.
func deviating(all []margins.Deviating, s meter.Sum) []margins.Deviating {
	if s.RequestFormat+s.ResponseFormat+s.Undocumented+s.OtherModel == 0 {
		return all
	}
	i := slices.IndexFunc(all, func(d margins.Deviating) bool {
		return d.Component == s.Component && string(d.Environment) == s.Environment
	})
	if i < 0 {
		i, all = len(all), append(all, margins.Deviating{Component: s.Component, Environment: agreement.Environment(s.Environment)})
	}
	all[i].Request += s.RequestFormat
	all[i].Response += s.ResponseFormat
	all[i].Undocumented += s.Undocumented
	all[i].OtherModel += s.OtherModel
	return all
}

// use is a sum of usage as clause 6.1 prices it: the consumer is the party that does not provide
// the component.
func use(f agreement.Frame, s meter.Sum) commerce.Use {
	c, _ := f.Component(s.Component)
	u := quota.Use(s.Calls-s.Open-s.Failed, s.Tokens, s.BytesIn+s.BytesOut, s.Units)
	u.Component, u.Consumer = s.Component, c.Provider.Other()
	return u
}

// uses is the use of a component on the days of a window; see statement.Uses.
func (n *Node) uses(ctx context.Context, id agreement.ID, f agreement.Frame, w commerce.Window) ([]commerce.Use, error) {
	sums, err := n.meter.Summary(ctx, meter.Query{Agreement: string(id), Component: w.Component, Environment: string(w.Environment),
		From: meter.DayOf(w.From, f.Zone()), To: meter.DayOf(w.To.Add(-1), f.Zone()), Zone: f.Zone()})
	if err != nil {
		return nil, err
	}
	all := make([]commerce.Use, len(sums))
	for i, s := range sums {
		all[i] = use(f, s)
	}
	return all, nil
}

// addRefusals adds what was refused since the first day of a month, UTC days being near enough for
// a count in a margin.
func (n *Node) addRefusals(ctx context.Context, live *margins.Live, month string) error {
	if err := n.storeRefusals(ctx); err != nil {
		return err
	}
	refused, err := n.store.Refusals(ctx, string(live.Agreement), month+"-01", month+"-31")
	if err != nil {
		return err
	}
	for _, r := range refused {
		live.Refused[agreement.Clause(r.Clause)] += r.Count
	}
	return nil
}

// A tally is what the gateway refused and the store has not yet said it keeps.
type tally struct {
	mu      sync.Mutex
	source  string // names this run of the node to the store
	number  int64  // of the batch that waits
	waiting []meter.Refusal
	kept    []meter.Refused // single calls that wait
}

// storeRefusals brings what was counted to the store. A batch whose fate is not known is sent again as
// it was, so that it counts once.
func (n *Node) storeRefusals(ctx context.Context) error {
	t := &n.refused
	t.mu.Lock()
	defer t.mu.Unlock()
	for range 2 { // what waits from before, then what is new
		if len(t.waiting) == 0 {
			if t.waiting = n.gateway.DrainRefusals(); len(t.waiting) == 0 {
				return nil
			}
			t.number++
		}
		if err := n.store.SaveRefusals(ctx, t.source, t.number, t.waiting); err != nil {
			return err
		}
		t.waiting = nil
	}
	return nil
}

// storeRefused brings the refused calls that were kept to the store. Those that it does not take are
// tried again with the next.
func (n *Node) storeRefused(ctx context.Context) error {
	t := &n.refused
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, n.gateway.DrainRefused()...)
	if len(t.kept) == 0 {
		return nil
	}
	if err := n.store.SaveRefused(ctx, t.kept); err != nil {
		return err
	}
	t.kept = nil
	return nil
}

// refusedCall finds a refused call, those included that are on their way to the store.
func (n *Node) refusedCall(ctx context.Context, id agreement.ID, request string) (meter.Refused, error) {
	if err := n.storeRefused(ctx); err != nil {
		return meter.Refused{}, err
	}
	return n.store.Refused(ctx, id, request)
}

// keepRefusals moves the gateway's counters of refusals to the store.
func (n *Node) keepRefusals(ctx context.Context) {
	tick := time.NewTicker(2 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := errors.Join(n.storeRefusals(ctx), n.storeRefused(ctx)); err != nil {
				n.log.Warn("refusals were not counted", "error", err)
			}
		}
	}
}

// customers names whom calls in production before an instant were made for.
func (n *Node) customers(ctx context.Context, id agreement.ID, before time.Time) ([]string, error) {
	if err := n.meter.Flush(ctx); err != nil {
		return nil, err
	}
	return n.store.Customers(ctx, id, before)
}
