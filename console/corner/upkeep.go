package corner

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles/performance"
	"entente/console/frame"
	"entente/notary"
)

// An upkeep is maintenance that is announced (clause C.3) and not over.
type upkeep struct {
	performance.Maintenance
	By       string
	Withdraw *frame.Form
}

// minute is how a browser writes a minute of the agreement's clocks.
const minute = "2006-01-02T15:04"

// upkeeps are those of a component that are to come or under way, the next first.
func upkeeps(v *frame.Visit, component string, s *frame.Sent) []upkeep {
	var all []upkeep
	for _, m := range v.View.State.Performance.Maintenance {
		if m.Component != component || !m.Withdrawn.IsZero() || !v.Now.Before(m.Until) {
			continue
		}
		one := upkeep{Maintenance: m, By: v.PersonName(m.By)}
		if v.Would(performance.WithdrawMaintenance{ID: m.ID, Party: v.Party(), By: v.Caller.Actor.ID}) {
			one.Withdraw = v.Form("withdraw-"+m.ID, below(component)+"/maintenance/withdrawal", "id", m.ID, s)
		}
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b upkeep) int { return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.ID, b.ID)) })
	return all
}

// announceForm is where the provider's engineers announce maintenance; nil for others.
func announceForm(v *frame.Visit, component string, s *frame.Sent) *frame.Form {
	at := v.Now.Truncate(time.Minute).Add(time.Hour)
	if !v.Would(performance.AnnounceMaintenance{ID: "mnt_", Component: component, Environment: agreement.Test, From: at, Until: at.Add(time.Hour), Party: v.Party(), By: v.Caller.Actor.ID, What: "."}) {
		return nil
	}
	return v.Form("announce", below(component)+"/maintenance", "", "", s)
}

func (d *Desk) announce(component string) frame.Act {
	return func(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
		environment, err1 := frame.Chosen(f, "environment", "an environment", agreement.Test.Values())
		from, err2 := clock(f, "from", v.Zone)
		until, err3 := clock(f, "until", v.Zone)
		what, err4 := frame.Needed(f, "what", "What is done", 2000, "Say what is done; the other party reads it.")
		id, err5 := access.NewID(d.Keys.Notary.Rand, "mnt_")
		for _, err := range []error{err1, err2, err3, err4, err5} {
			if err != nil {
				return frame.Done{}, err
			}
		}
		o.Command = performance.AnnounceMaintenance{ID: id, Component: component, Environment: agreement.Environment(environment), From: from, Until: until,
			Party: v.Party(), By: o.Actor.ID, What: what}
		return frame.Outcome(d.Keys.Notary.Do(ctx, o))
	}
}

func (d *Desk) withdraw(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
	o.Command = performance.WithdrawMaintenance{ID: f.Get("id"), Party: v.Party(), By: o.Actor.ID}
	return frame.Outcome(d.Keys.Notary.Do(ctx, o))
}

// clock reads a minute of the agreement's clocks.
func clock(f url.Values, name string, zone *time.Location) (time.Time, error) {
	t, err := time.ParseInLocation(minute, f.Get(name), zone)
	if err != nil {
		return t, frame.Incomplete("Write when it begins and when it ends as 2026-11-30T22:00, on the clocks of " + zone.String() + ".")
	}
	return t, nil
}
