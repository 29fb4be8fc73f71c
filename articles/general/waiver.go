package general

import (
	"slices"
	"strings"
	"time"

	"entente/agreement"
)

// A Waiver is a clause that a party sets aside once: it does not insist on what the clause gives it, for
// a purpose and until an instant. What is to last longer is an amendment.
type Waiver struct {
	ID        string // "wvr_…"
	Clause    agreement.Clause
	Component string          // to which it is limited; empty for all
	Party     agreement.Party // who does not insist
	By        string
	For       string // for what
	Until     time.Time
	Given     time.Time
	Ended     time.Time `json:",omitzero"` // before its time; zero if not
}

// Live reports whether the waiver holds at an instant.
func (w Waiver) Live(at time.Time) bool { return w.Ended.IsZero() && at.Before(w.Until) }

// longest is how long a waiver may hold.
const longest = 366 * 24 * time.Hour

// Bounds of what stands in an entry.
const mostSaid, mostWaivers, mostLetters = 4000, 1000, 1000

// Commands about waivers.
type (
	// Waive sets a clause aside.
	Waive struct {
		ID        string
		Clause    agreement.Clause
		Component string
		Party     agreement.Party
		By        string
		For       string
		Until     time.Time
	}
	// EndWaiver makes the clause hold again before the waiver's time; the party that gave it does.
	EndWaiver struct {
		ID    string
		Party agreement.Party
		By    string
	}
)

// Events of waivers. Their JSON is kept for ever.
type (
	// Waived sets a clause aside from now on.
	Waived struct {
		ID        string           `json:"id"`
		Clause    agreement.Clause `json:"clause"`
		Component string           `json:"component,omitempty"`
		Party     agreement.Party  `json:"party"`
		By        string           `json:"by"`
		For       string           `json:"for"`
		Until     time.Time        `json:"until"`
	}
	// WaiverEnded makes the clause hold again.
	WaiverEnded struct {
		ID    string          `json:"id"`
		Party agreement.Party `json:"party"`
		By    string          `json:"by"`
	}
)

// Under is the clause that is set aside.
func (e Waived) Under() agreement.Clause { return e.Clause }

// guarded are the clauses that the software keeps for the provider of a component, for the party that
// uses it, or for both: who may set them aside.
var guarded = map[agreement.Clause]func(provider agreement.Party) []agreement.Party{
	"2.2": func(agreement.Party) []agreement.Party { return agreement.Both },
	"4.3": func(p agreement.Party) []agreement.Party { return []agreement.Party{p} },
	"8.2": func(p agreement.Party) []agreement.Party { return []agreement.Party{p.Other()} },
	"A":   func(p agreement.Party) []agreement.Party { return []agreement.Party{p} },
	"C":   func(p agreement.Party) []agreement.Party { return []agreement.Party{p} },
}

// fixed are the clauses that cannot be set aside by a waiver: those that say what the agreement is, who
// acts and how it ends, and those by which data is protected, which serve more than one party.
var fixed = []agreement.Clause{agreement.FrontPage, agreement.SignatureBlock, "1.1", "2.1", "2.3", "3.2", "3.4", "7.1", "12.1", "12.2", "12.3", "12.4", "13.3", "13.5", "B"}

// Waivable says how a waiver of a clause is treated: refused, or honoured by the software where it keeps
// the clause. Neither means that only the record has it.
func Waivable(c agreement.Clause) (refused, honoured bool) {
	_, honoured = guarded[c]
	return slices.Contains(fixed, c), honoured
}

// SetAside is until when a clause is set aside for a component, as far as the software keeps it: the
// earliest end of what everyone has given for whom it is kept. It is zero if somebody has given nothing.
func (s State) SetAside(c agreement.Clause, component string, provider agreement.Party, at time.Time) time.Time {
	whom, known := guarded[c]
	if !known {
		return time.Time{}
	}
	var earliest time.Time
	for i, party := range whom(provider) {
		until := s.given(c, component, party, at)
		if until.IsZero() {
			return time.Time{}
		}
		if i == 0 || until.Before(earliest) {
			earliest = until
		}
	}
	return earliest
}

// An Effect is what the software makes of a waiver of a clause that it keeps.
type Effect struct {
	For   []string        // the components for which it refuses nothing under the clause
	Waits agreement.Party // who has to set it aside, too, before there are more of them; empty if nobody
}

// Effect is what a waiver has brought about at an instant. Of a clause that only people keep, it is nothing.
func (s State) Effect(w Waiver, f agreement.Frame, at time.Time) Effect {
	var out Effect
	for _, c := range w.reach(f) {
		switch {
		case !w.Live(at):
		case s.SetAside(w.Clause, c.Name, c.Provider, at).IsZero():
			out.Waits = w.Party.Other()
		default:
			out.For = append(out.For, c.Name)
		}
	}
	return out
}

// reach are the components for which the software keeps the clause for the party that gives the waiver.
func (w Waiver) reach(f agreement.Frame) []agreement.Component {
	whom, known := guarded[w.Clause]
	if !known {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(f.Components), func(c agreement.Component) bool {
		return w.Component != "" && w.Component != c.Name || !slices.Contains(whom(c.Provider), w.Party)
	})
}

// given is until when a party has set a clause aside for a component.
func (s State) given(c agreement.Clause, component string, party agreement.Party, at time.Time) time.Time {
	var latest time.Time
	for _, w := range s.Waivers {
		if w.Clause == c && w.Party == party && (w.Component == "" || w.Component == component) && w.Live(at) && w.Until.After(latest) {
			latest = w.Until
		}
	}
	return latest
}

// Guarded are the clauses that SetAside knows, in order.
func Guarded() []agreement.Clause {
	var all []agreement.Clause
	for _, e := range agreement.Catalogue {
		if _, known := guarded[e.Clause]; known {
			all = append(all, e.Clause)
		}
	}
	return all
}

// WaiversOf are the waivers of a clause that hold at an instant, the oldest first.
func (s State) WaiversOf(c agreement.Clause, at time.Time) []Waiver {
	var all []Waiver
	for _, w := range s.Waivers {
		if w.Clause == c && w.Live(at) {
			all = append(all, w)
		}
	}
	slices.SortFunc(all, func(a, b Waiver) int {
		if c := a.Given.Compare(b.Given); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return all
}

// DecideWaive refuses a waiver without a purpose or an end, one of what serves others too, and one that can
// have no effect because the clause serves the other party alone.
func (s State) DecideWaive(f agreement.Frame, c Waive, now time.Time) ([]any, error) {
	const act = "set the clause aside"
	_, taken := s.Waivers[c.ID]
	_, known := f.Component(c.Component)
	refused, honoured := Waivable(c.Clause)
	no := func(format string, args ...any) ([]any, error) {
		return nil, agreement.Refuse(act, "13.5", format, args...)
	}
	switch {
	case c.ID == "" || taken:
		return no("the waiver needs an id of its own")
	case c.Clause.Title() == "":
		return no("the agreement has no clause %q", c.Clause)
	case refused:
		return no("%s cannot be set aside by one party; propose an amendment", c.Clause.Cite())
	case c.Component != "" && !known:
		return no("%q is not a component of clause 1.2", c.Component)
	case honoured && len(Waiver{Clause: c.Clause, Component: c.Component, Party: c.Party}.reach(f)) == 0:
		return no("what %s forbids is forbidden for the sake of %s, who alone can set it aside", c.Clause.Cite(), c.Party.Other().Label())
	case strings.TrimSpace(c.For) == "" || len(c.For) > mostSaid:
		return no("a waiver says for what it is given, in at most %d bytes", mostSaid)
	case !c.Until.After(now):
		return no("a waiver ends in the future")
	case c.Until.Sub(now) > longest:
		return no("a waiver holds for a year at most; what is to last longer is an amendment")
	case len(s.Waivers) >= mostWaivers:
		return no("%d waivers were given already", mostWaivers)
	}
	return []any{Waived(c)}, nil
}

// DecideEnd lets the party that gave a waiver end it.
func (s State) DecideEnd(c EndWaiver, now time.Time) ([]any, error) {
	const act = "end the waiver"
	w, known := s.Waivers[c.ID]
	switch {
	case !known:
		return nil, agreement.Refuse(act, "13.5", "there is no waiver %q", c.ID)
	case !w.Live(now):
		return nil, agreement.Refuse(act, "13.5", "the waiver has ended already")
	case w.Party != c.Party:
		return nil, agreement.Refuse(act, "13.5", "%s gave the waiver", w.Party.Label())
	}
	return []any{WaiverEnded(c)}, nil
}
