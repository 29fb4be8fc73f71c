package inbox

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/audience"
	"entente/events"
)

// How long what is late, or asks for an answer, may stay unread before it goes to the next role up.
const (
	unreadLate = 24 * time.Hour
	unreadAsk  = 3 * 24 * time.Hour
)

// A matter in hand is what the people of one party were told of one cause.
type inHand struct {
	cause string
	party agreement.Party
	items []Item
}

// follow settles what is done, and raises what nobody reads.
func (r *round) follow() error {
	open, err := r.Store.OpenItems(r.ctx, r.id)
	if err != nil {
		return err
	}
	var raised []Item
	for _, h := range r.inHand(open) {
		settled, err := r.settled(h)
		if err != nil {
			return err
		}
		if settled {
			if err := r.Store.SettleItems(r.ctx, r.id, h.cause, h.people(), r.now); err != nil {
				return err
			}
			continue
		}
		late, err := r.late(h)
		if err != nil {
			return err
		}
		raised = append(raised, append(late, r.raise(h)...)...)
	}
	if len(raised) == 0 {
		return nil
	}
	place, err := r.Store.Place(r.ctx, r.id)
	if err != nil {
		return err
	}
	n, err := r.Store.AddItems(r.ctx, r.id, place, place, raised)
	if n > 0 {
		r.Log.Info("what nobody has read goes to the next role up", "agreement", r.id, "items", n)
	}
	return err
}

// inHand are open items by cause and party, in the order of the items.
func (r *round) inHand(open []Item) (all []inHand) {
	for _, i := range open {
		party := r.view.State.Members[i.Person].Party
		at := slices.IndexFunc(all, func(h inHand) bool { return h.cause == i.Cause && h.party == party })
		if at < 0 {
			at, all = len(all), append(all, inHand{cause: i.Cause, party: party})
		}
		all[at].items = append(all[at].items, i)
	}
	return all
}

func (h inHand) people() (ids []string) {
	for _, i := range h.items {
		ids = append(ids, i.Person)
	}
	return ids
}

// settled reports whether nothing is to be done any more: the deadline is kept, has moved or is gone, the answer
// is given.
func (r *round) settled(h inHand) (bool, error) {
	if strings.HasPrefix(h.cause, "due/") {
		for _, d := range r.due {
			if dueCause(d) == h.cause {
				return false, nil
			}
		}
		return true, nil
	}
	e, found, err := r.entryOf(h.items[0])
	if err != nil || !found {
		return false, err
	}
	event, err := articles.ReadEvent(e.EntryType(), e.Data.Body)
	return err == nil && audience.Settled(r.view.State, event, h.party, r.now), err
}

// late is what waits for a signature, for those whom a signatory has let sign since it was told.
func (r *round) late(h inHand) (items []Item, err error) {
	if len(r.view.State.Life.Delegations) == 0 || strings.HasPrefix(h.cause, "due/") {
		return nil, nil
	}
	e, known, err := r.entryOf(h.items[0])
	if err != nil || !known {
		return nil, err
	}
	event, err := articles.ReadEvent(e.EntryType(), e.Data.Body)
	if err != nil {
		return nil, err
	}
	rule := audience.RuleOf(e.EntryType())
	found, _ := r.delegates(nil, nil, rule.Delegates(r.view.State, event, h.party, r.now))
	for _, one := range found {
		if one.id == e.Data.Actor || slices.Contains(h.people(), one.id) {
			continue
		}
		items = append(items, r.again(h.items[0], one.id, Told, agreement.Signatory))
	}
	return items, nil
}

// entryOf is the entry that an item is about.
func (r *round) entryOf(i Item) (e events.Event, found bool, err error) {
	position, ok := i.Entry()
	if !ok {
		return e, false, fmt.Errorf("%s is about nothing that is known: %.60q", i.ID, i.Cause)
	}
	all, _, err := r.Reader.After(r.ctx, r.id, events.Place(position-1), 1, nil)
	if err != nil || len(all) == 0 {
		return e, false, err
	}
	return all[0], true, nil
}

// raise is what goes to the next role up: nobody who was told last has read it in time, and somebody is there
// who does not know.
func (r *round) raise(h inHand) []Item {
	last := Told
	for _, i := range h.items {
		last = max(last, i.Step)
	}
	late := last >= Late || h.items[0].Asks != ""
	for _, i := range h.items {
		if i.Step == last && (!i.Read.IsZero() || r.now.Before(i.Planned.Add(r.patience(i)))) {
			late = false
		}
	}
	if !late {
		return nil
	}
	from := h.items[0]
	for rung, role := range audience.Above(from.Role) {
		step := Raised + Step(rung)
		if step <= last {
			continue
		}
		var items []Item
		found, _ := r.holders(h.party, []agreement.Role{role})
		for _, one := range found {
			if slices.Contains(h.people(), one.id) {
				continue
			}
			items = append(items, r.again(from, one.id, step, role))
		}
		if len(items) > 0 {
			return items
		}
	}
	return nil
}

// again is an item for somebody else, who has not been told of its cause.
func (r *round) again(i Item, person string, step Step, role agreement.Role) Item {
	i.Person, i.Step, i.Role, i.At, i.Planned, i.Read, i.Letter, i.Sent = person, step, role, r.now, r.now, time.Time{}, "", time.Time{}
	return i.named()
}

// patience is how long an item may stay unread. What runs by the hour is not left for a day.
func (r *round) patience(i Item) time.Duration {
	if i.Due.IsZero() {
		return unreadAsk
	}
	for _, d := range r.due {
		if dueCause(d) == i.Cause && !d.Begun.IsZero() {
			return min(unreadLate, d.Due.Sub(d.Begun)/4)
		}
	}
	return unreadLate
}
