package quota

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"entente/agreement"
	"entente/articles/performance"
	"entente/articles/policy"
	"entente/meter"
)

// A Standing is how one limit stands for a call, in the unit of its rule.
type Standing struct {
	Rule       *Rule
	Used, Held int64         // before the call
	Need       int64         // that the call would hold
	Left       int64         // that can still be held, before the call
	Reset      time.Duration // until more becomes free; 0 if all is
}

// A Room is what the limits would say of a call.
type Room struct {
	Standings []Standing // of each rule that counts the call
	Held      meter.Held // that would be held for it
	Full      *Full      // which rule refuses it; nil if none does
}

// Ask says what Enter would, and holds nothing: the limits stand after it as before. A grant without a
// key is one whose key has used nothing.
func (b *Book) Ask(under *policy.Policy, g *policy.Grant, d Demand, now time.Time) (Room, error) {
	p := b.page(under.Agreement)
	h := &Hold{page: p, demand: d, at: now}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sweep(now)
	h.terms = p.resolve(under, g)
	err := h.attach(b, under.Zone, now)
	defer h.detach()
	if err != nil {
		return Room{}, err
	}
	need, full := h.fit(b, now)
	h.look(now)
	room := Room{Full: full}
	for i := range h.places {
		r, at := &h.terms.rules[i], &h.places[i]
		used, before := at.count.used, at.count.used.plus(at.count.held)
		room.Standings = append(room.Standings, Standing{Rule: r, Used: r.of(used), Held: r.of(before) - r.of(used), Need: r.of(before.plus(need)) - r.of(before),
			Left: at.left, Reset: at.reset})
	}
	if full == nil {
		h.held = need
		room.Held = h.Held()
	}
	return room, nil
}

// A Figure is how far a limit is used. Where it counts by key or by customer, it is the one among them that
// has least left.
type Figure struct {
	Component   string
	Environment agreement.Environment
	Limit       string // its name, as in headers
	Unit        string // "requests", "tokens", "bytes", "open" or the minor units of a currency: "eur_minor"

	Used, Held, Most int64
}

// Figures are those of the limits of an agreement, as far as calls have met them since this process
// began: a count that nobody has asked for is not known here.
func (b *Book) Figures(under *policy.Policy, now time.Time) []Figure {
	rules := rulesOf(under)
	b.mu.RLock()
	p := b.pages[under.Agreement]
	b.mu.RUnlock()
	if p == nil {
		return nil
	}
	fullest := map[Counted]Figure{}
	p.mu.Lock()
	for what, c := range p.counts {
		what.Whose = ""
		r, known := rules[what]
		if !known || !c.seeded && c.span != instant {
			continue
		}
		c.at(now)
		used, all := r.of(c.used), r.of(c.used.plus(c.held))
		if most, met := fullest[what]; !met || all > most.Used+most.Held {
			fullest[what] = Figure{r.Component, r.Environment, r.Name(), r.unit(), used, all - used, r.Quota}
		}
	}
	p.mu.Unlock()
	figures := make([]Figure, 0, len(fullest))
	for _, f := range fullest {
		figures = append(figures, f)
	}
	slices.SortFunc(figures, func(x, y Figure) int {
		return cmp.Or(strings.Compare(x.Component, y.Component), strings.Compare(string(x.Environment), string(y.Environment)), strings.Compare(x.Limit, y.Limit))
	})
	return figures
}

// rulesOf are the rules of a policy, by what they count: whose it is aside.
func rulesOf(under *policy.Policy) map[Counted]Rule {
	type kind struct {
		route       *policy.Route
		environment agreement.Environment
	}
	seen, rules := map[kind]bool{}, map[Counted]Rule{}
	for i := range under.Grants {
		g := &under.Grants[i]
		if k := (kind{g.Route, g.Environment}); g.Route == nil || seen[k] {
			continue
		} else {
			seen[k] = true
		}
		for _, r := range rulesFor(g) {
			r.Whose = ""
			rules[r.Counted] = r
		}
	}
	return rules
}

func (r *Rule) unit() string {
	if r.Unit == performance.Money {
		return strings.ToLower(string(r.Currency)) + "_minor"
	}
	return string(r.Unit)
}
