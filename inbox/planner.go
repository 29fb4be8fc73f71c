package inbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/articles/audience"
	"entente/articles/deadlines"
	"entente/articles/telling"
	"entente/events"
	"entente/register"
)

// A PlanStore keeps what is planned.
type PlanStore interface {
	// Place is the position up to which an agreement's entries are planned; -1 for none.
	Place(ctx context.Context, id agreement.ID) (int64, error)
	// AddItems adds the items that go further than what their people know of their causes, and moves the
	// place of the agreement: both or neither, and nothing if the place is another one by now. It says how many
	// were added.
	AddItems(ctx context.Context, id agreement.ID, from, to int64, items []Item) (int, error)
	// OpenItems are those of an agreement about which something is still to be done.
	OpenItems(ctx context.Context, id agreement.ID) ([]Item, error)
	// SettleItems notes that nothing is to be done about causes any more for the people of a party.
	SettleItems(ctx context.Context, id agreement.ID, cause string, people []string, at time.Time) error
}

// A Planner decides who is told what. All fields are needed.
type Planner struct {
	Register *register.Register
	Reader   events.Reader
	Store    PlanStore
	Now      func() time.Time
	Log      *slog.Logger
}

// Plan plans what has happened and what has come due since, under every agreement. One that cannot be read keeps
// no other waiting.
func (p *Planner) Plan(ctx context.Context) error {
	var errs []error
	for _, v := range p.Register.Views() {
		if v.Broken != nil {
			continue
		}
		r := p.round(ctx, v)
		if err := errors.Join(r.entries(), r.dues(), r.follow()); err != nil {
			errs = append(errs, fmt.Errorf("planning what the people of %s are told: %w", v.State.ID, err))
		}
	}
	return errors.Join(errs...)
}

// A round plans for one agreement at one moment.
type round struct {
	*Planner
	ctx    context.Context
	view   *register.View
	id     agreement.ID
	now    time.Time
	people []addressee
	due    []deadlines.Deadline
}

// An addressee is a person who acts for a party now, as their own party stands by them.
type addressee struct {
	id    string
	party agreement.Party
	agreement.Person
}

func (p *Planner) round(ctx context.Context, v *register.View) *round {
	r := &round{Planner: p, ctx: ctx, view: v, id: v.State.ID, now: p.Now().UTC().Truncate(time.Microsecond)}
	for _, m := range v.State.Members {
		if person, known := access.Person(v, m); known && v.State.Acts(m, r.now) {
			r.people = append(r.people, addressee{m.ID, m.Party, person})
		}
	}
	slices.SortFunc(r.people, func(a, b addressee) int { return strings.Compare(a.id, b.id) })
	r.due = deadlines.Waiting(deadlines.Of(v.State, r.now))
	return r
}

// holders are the people of a party who have one of some roles, with the first of the roles that they have.
func (r *round) holders(p agreement.Party, roles []agreement.Role) (found []addressee, as []agreement.Role) {
	for _, one := range r.people {
		if i := slices.IndexFunc(roles, one.Has); one.party == p && i >= 0 {
			found, as = append(found, one), append(as, roles[i])
		}
	}
	return found, as
}

// told are those of a party who are told: whoever has one of the roles, or is named; where nobody is, whoever
// signs for the party.
func (r *round) told(p agreement.Party, roles []agreement.Role, named []string) (found []addressee, as []agreement.Role) {
	found, as = r.holders(p, roles)
	for _, one := range r.people {
		if one.party == p && slices.Contains(named, one.ID) && !slices.ContainsFunc(found, func(f addressee) bool { return f.id == one.id }) && len(one.Roles) > 0 {
			found, as = append(found, one), append(as, one.Roles[0])
		}
	}
	if len(found) == 0 {
		return r.holders(p, []agreement.Role{agreement.Signatory})
	}
	return found, as
}

// Bounds of a round.
const (
	stale   = 7 * 24 * time.Hour // what happened so long ago is told to nobody any more
	atATime = 100                // entries that are planned together
)

// entries plans the entries behind the agreement's place.
func (r *round) entries() error {
	place, err := r.Store.Place(r.ctx, r.id)
	if err != nil {
		return err
	}
	for {
		found, to, err := r.Reader.After(r.ctx, r.id, events.Place(place), atATime, nil)
		if err != nil || int64(to) == place {
			return err
		}
		var items []Item
		for _, e := range found {
			items = append(items, r.entry(e)...)
		}
		if _, err := r.Store.AddItems(r.ctx, r.id, place, int64(to), items); err != nil {
			return err
		}
		place = int64(to)
	}
}

// entryCause names an entry as a cause.
func entryCause(position int64) string { return fmt.Sprintf("%s%d", entryPrefix, position) }

// entry is what people are told of an entry.
func (r *round) entry(e events.Event) (items []Item) {
	rule := audience.RuleOf(e.EntryType())
	event, err := articles.ReadEvent(e.EntryType(), e.Data.Body)
	if err != nil || e.Time.Before(r.now.Add(-stale)) || audience.Idle(event) {
		return nil
	}
	text := r.view.State.Text()
	teller := telling.Teller{Text: text, Waivers: r.view.State.General.Waivers, Zone: text.Frame().Zone()}
	for _, party := range rule.Parties(agreement.Party(e.Data.Party)) {
		asks, matter := rule.Asks, rule.Matter
		if asks != "" && audience.Settled(r.view.State, event, party, r.now) {
			asks = ""
		}
		if matter == audience.Ask && asks == "" {
			matter = audience.News
		}
		found, as := r.told(party, rule.Roles, rule.Named(text, party))
		found, as = r.delegates(found, as, rule.Delegates(r.view.State, event, party, r.now))
		for i, one := range found {
			if one.id == e.Data.Actor {
				continue
			}
			items = append(items, Item{Agreement: r.id, Person: one.id, Cause: entryCause(e.Data.Position), Step: Told, Matter: matter, Clause: agreement.Clause(e.Data.Clause),
				Says: cut(cmp.Or(teller.SaysTo(one.id, event), e.Data.Says)), Asks: asks, Role: as[i], Fixed: rule.Under, At: e.Time, Planned: r.now}.named())
		}
	}
	return items
}

// delegates adds those of some people who are not told yet, in the role in which they act: they sign for a signatory.
func (r *round) delegates(told []addressee, as []agreement.Role, ids []string) ([]addressee, []agreement.Role) {
	for _, one := range r.people {
		if slices.Contains(ids, one.id) && !slices.ContainsFunc(told, func(t addressee) bool { return t.id == one.id }) {
			told, as = append(told, one), append(as, agreement.Signatory)
		}
	}
	return told, as
}

// longest is how many characters a sentence is kept with; the ledger has all of it.
const longest = 400

func cut(s string) string {
	if r := []rune(s); len(r) > longest {
		return string(r[:longest-1]) + "…"
	}
	return s
}

// dueCause names a deadline as a cause: one whose day has moved is another.
func dueCause(d deadlines.Deadline) string { return "due/" + d.ID + "@" + d.Due.Format(time.RFC3339) }

// dues plans the deadlines that have come nearer. Of the steps that have passed only the last is told.
func (r *round) dues() error {
	frame := r.view.State.Text().Frame()
	var items []Item
	for _, d := range r.due {
		step, at, passed := stepOf(d, frame.Zone(), r.now)
		if !passed {
			continue
		}
		for _, party := range agreement.Both {
			if !d.Owes.Includes(party) {
				continue
			}
			matter, fixed := audience.OfDeadline(d)
			found, as := r.told(party, []agreement.Role{d.Holder(frame, party)}, nil)
			for i, one := range found {
				items = append(items, Item{Agreement: r.id, Person: one.id, Cause: dueCause(d), Step: step, Matter: matter, Clause: d.Clause,
					Says: cut(d.What), Role: as[i], Fixed: fixed, At: at, Due: d.Due, Planned: r.now}.named())
			}
		}
	}
	items, err := r.untold(items)
	if err != nil || len(items) == 0 {
		return err
	}
	place, err := r.Store.Place(r.ctx, r.id)
	if err == nil {
		_, err = r.Store.AddItems(r.ctx, r.id, place, place, items)
	}
	return err
}

// untold are those of some items that go further than what is open. A deadline stays open for as long as it waits,
// so that what has been planned costs a read at each look, and no write.
func (r *round) untold(items []Item) ([]Item, error) {
	if len(items) == 0 {
		return nil, nil
	}
	open, err := r.Store.OpenItems(r.ctx, r.id)
	return slices.DeleteFunc(items, func(i Item) bool {
		return slices.ContainsFunc(open, func(o Item) bool { return o.Person == i.Person && o.Cause == i.Cause && o.Step >= i.Step })
	}), err
}

// stepOf is the last step of a deadline that has passed, and when it did.
func stepOf(d deadlines.Deadline, zone *time.Location, now time.Time) (step Step, at time.Time, passed bool) {
	if d.State == deadlines.Late {
		return Late, d.Due, true
	}
	try := func(s Step, t time.Time) {
		if !now.Before(t) {
			step, at, passed = s, t.UTC(), true
		}
	}
	for i, t := range d.Warnings() {
		try(Warned+Step(i), t)
	}
	if d.Whole {
		try(LastDay, d.Day.In(zone))
	}
	return step, at, passed
}
