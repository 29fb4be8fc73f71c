package term

import (
	"slices"
	"time"

	"entente/agreement"
	"entente/calendar"
)

// A ChangeNotice is a notice of a material change: the parties negotiate until Until, and only then
// may the party that gave it end the agreement (clause 12.2).
type ChangeNotice struct {
	ID       string
	Party    agreement.Party // who gave notice
	Kind     Change          // empty where clause 12.2 does not list the changes
	What     string
	Notified time.Time
	Until    time.Time
	Closed   time.Time // zero while open
	Agreed   bool      // how it was closed
}

// Commands about a material change.
type (
	// NotifyChange gives notice of a material change and starts the time to negotiate.
	NotifyChange struct {
		ID    string
		Party agreement.Party // who gives notice
		By    string
		Kind  Change
		What  string
	}
	// SettleChange says that the parties have agreed how to go on; the party that gave notice says so.
	SettleChange struct {
		ID    string
		Party agreement.Party
		By    string
	}
)

// Events about a material change. Their JSON is kept for ever.
type (
	// ChangeNotified starts the time to negotiate.
	ChangeNotified struct {
		ID    string          `json:"id"`
		Party agreement.Party `json:"party"`
		By    string          `json:"by"`
		Kind  Change          `json:"kind,omitempty"`
		What  string          `json:"what"`
		Until time.Time       `json:"until"`
	}
	// ChangeClosed ends it: the parties have agreed, or the agreement is terminated for the change.
	ChangeClosed struct {
		ID     string `json:"id"`
		By     string `json:"by"`
		Agreed bool   `json:"agreed"`
	}
)

// DecideChange starts the time to negotiate of clause 12.2, counted in the agreement's time zone.
func (s State) DecideChange(t Terms, c NotifyChange, now time.Time, zone *time.Location) ([]any, error) {
	_, already := s.Changes[c.ID]
	no := func(why string) ([]any, error) {
		return nil, agreement.Refuse("give notice of a material change", "12.2", "%s", why)
	}
	switch material := t.Cause.MaterialChanges; {
	case !t.Cause.MaterialChange:
		return no("clause 12.2 does not provide for termination for a material change")
	case c.What == "":
		return no("the notice must say what has changed")
	case len(material) > 0 && !slices.Contains(material, c.Kind):
		return no("the notice must name the kind of change, and clause 12.2 lists " + listed(material))
	case already || c.ID == "":
		return no("the notice needs an id of its own")
	}
	return []any{ChangeNotified{c.ID, c.Party, c.By, c.Kind, c.What, t.Cause.MaterialChangeResponse.After(now.In(zone)).UTC()}}, nil
}

func listed(kinds []Change) string {
	text := ""
	for i, k := range kinds {
		if i > 0 {
			text += ", "
		}
		text += string(k)
	}
	return text
}

// DecideSettle closes a notice of change about which the parties have agreed.
func (s State) DecideSettle(c SettleChange) ([]any, error) {
	n, ok := s.Changes[c.ID]
	switch {
	case !ok:
		return nil, agreement.Refuse("settle the change", "12.2", "there is no notice of change %q", c.ID)
	case !n.Closed.IsZero():
		return nil, agreement.Refuse("settle the change", "12.2", "the notice of change is already closed")
	case n.Party != c.Party:
		return nil, agreement.Refuse("settle the change", "12.2", "%s gave the notice and says that the change is settled", n.Party.Label())
	}
	return []any{ChangeClosed{c.ID, c.By, true}}, nil
}

// changeAllows says why a party cannot yet end the agreement for a change; empty if it can.
func (s State) changeAllows(t Terms, c Terminate, now time.Time, zone *time.Location) string {
	n, named := s.Changes[c.Change]
	switch {
	case !t.Cause.MaterialChange:
		return "clause 12.2 does not provide for termination for a material change"
	case t.Cause.MaterialChangeResponse.IsZero() && c.Change == "":
		return "" // the parties have not agreed to negotiate first
	case !named || n.Party != c.Party:
		return "no notice of change by your party is named; give it first, so that the parties can negotiate"
	case !n.Closed.IsZero():
		return "the notice of change is closed"
	case now.Before(n.Until):
		return "the parties negotiate until " + calendar.DateOf(n.Until.In(zone)).Words()
	}
	return ""
}

// applyChange is what an event about a material change does to the state.
func (s *State) applyChange(event any, at time.Time) {
	if s.Changes == nil {
		s.Changes = map[string]ChangeNotice{}
	}
	switch e := event.(type) {
	case ChangeNotified:
		s.Changes[e.ID] = ChangeNotice{ID: e.ID, Party: e.Party, Kind: e.Kind, What: e.What, Notified: at, Until: e.Until}
	case ChangeClosed:
		n := s.Changes[e.ID]
		n.Closed, n.Agreed = at, e.Agreed
		s.Changes[e.ID] = n
	}
}
