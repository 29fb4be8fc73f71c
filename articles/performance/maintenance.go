package performance

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"entente/agreement"
	"entente/calendar"
)

// A Maintenance is a time in which a provider works on a component, as it was announced.
type Maintenance struct {
	ID          string
	Component   string
	Environment agreement.Environment
	From, Until time.Time // full minutes; without the end
	Party       agreement.Party
	By          string
	What        string
	Announced   time.Time
	InTime      bool      // announced with the notice that clause C.3 required then
	Withdrawn   time.Time // zero if it was not
}

// Counts reports whether the maintenance is left out of service levels, as far as clause C.3 has room
// for it.
func (m Maintenance) Counts() bool { return m.InTime && m.Withdrawn.IsZero() }

// The longest maintenance that can be announced, and how long before it begins at most.
const (
	longestWork = 31 * 24 * time.Hour
	farthest    = 366 * 24 * time.Hour
)

// Commands about maintenance.
type (
	// AnnounceMaintenance says when the provider will work on a component.
	AnnounceMaintenance struct {
		ID          string
		Component   string
		Environment agreement.Environment
		From, Until time.Time
		Party       agreement.Party // who announces it
		By          string
		What        string
	}
	// WithdrawMaintenance says that it will not.
	WithdrawMaintenance struct {
		ID    string
		Party agreement.Party
		By    string
	}
)

// Events about maintenance. Their JSON is kept for ever.
type (
	// MaintenanceAnnounced is an announcement, and whether it came in time to be left out.
	MaintenanceAnnounced struct {
		ID          string                `json:"id"`
		Component   string                `json:"component"`
		Environment agreement.Environment `json:"environment"`
		From        time.Time             `json:"from"`
		Until       time.Time             `json:"until"`
		Party       agreement.Party       `json:"party"`
		By          string                `json:"by"`
		What        string                `json:"what"`
		Notice      calendar.Duration     `json:"notice,omitzero"` // that clause C.3 requires
		InTime      bool                  `json:"in_time"`
	}
	// MaintenanceWithdrawn takes an announcement back.
	MaintenanceWithdrawn struct {
		ID string `json:"id"`
		By string `json:"by"`
	}
)

// DecideAnnounce holds an announcement to the notice that clause C.3 requires, counted in the
// agreement's time zone. One that comes late is on record, and says so.
func (s State) DecideAnnounce(t Terms, f agreement.Frame, c AnnounceMaintenance, now time.Time) ([]any, error) {
	no := func(format string, args ...any) ([]any, error) {
		return nil, agreement.Refuse("announce maintenance", "C", format, args...)
	}
	offered, ok := f.Component(c.Component)
	_, taken := s.Maintenance[c.ID]
	switch {
	case !ok:
		return nil, agreement.Refuse("announce maintenance", "1.2", "%q is not a component of clause 1.2", c.Component)
	case offered.Provider != c.Party:
		return no("%s provides %s and announces maintenance of it", offered.Provider.Label(), c.Component)
	case c.Environment != agreement.Test && c.Environment != agreement.Production:
		return no("the environment must be test or production")
	case !c.From.Equal(c.From.Truncate(time.Minute)) || !c.Until.Equal(c.Until.Truncate(time.Minute)):
		return no("maintenance begins and ends at a full minute")
	case !c.From.Before(c.Until) || c.Until.Sub(c.From) > longestWork:
		return no("maintenance must end after it begins, and within 31 days")
	case !now.Before(c.Until) || c.From.Sub(now) > farthest:
		return no("the time must not be over yet, and begin within a year")
	case strings.TrimSpace(c.What) == "":
		return no("the announcement must say what is done")
	case taken || c.ID == "":
		return no("the announcement needs an id of its own")
	}
	notice := t.Exclusions.MaintenanceNotice
	inTime := !notice.IsZero() && !notice.After(now.In(f.Zone())).After(c.From)
	return []any{MaintenanceAnnounced{c.ID, c.Component, c.Environment, c.From.UTC(), c.Until.UTC(), c.Party, c.By, c.What, notice, inTime}}, nil
}

// DecideWithdraw takes an announcement back before its time has come; what has begun stays announced.
func (s State) DecideWithdraw(c WithdrawMaintenance, now time.Time) ([]any, error) {
	m, ok := s.Maintenance[c.ID]
	no := func(why string) ([]any, error) {
		return nil, agreement.Refuse("withdraw the announcement", "C", "%s", why)
	}
	switch {
	case !ok:
		return no("there is no announcement " + c.ID)
	case m.Party != c.Party:
		return no(m.Party.Label() + " announced the maintenance")
	case !m.Withdrawn.IsZero():
		return no("it is already withdrawn")
	case !now.Before(m.From):
		return no("the maintenance has begun")
	}
	return []any{MaintenanceWithdrawn{c.ID, c.By}}, nil
}

func (s *State) set(m Maintenance) {
	if s.Maintenance == nil {
		s.Maintenance = map[string]Maintenance{}
	}
	s.Maintenance[m.ID] = m
}

// Announced is the maintenance of a component in an environment, by when it begins.
func (s State) Announced(component string, e agreement.Environment) []Maintenance {
	var all []Maintenance
	for _, m := range s.Maintenance {
		if m.Component == component && m.Environment == e {
			all = append(all, m)
		}
	}
	slices.SortFunc(all, func(a, b Maintenance) int { return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.ID, b.ID)) })
	return all
}

// A Span is a time without its end.
type Span struct{ From, Until time.Time }

// LeftOut is the maintenance that clause C.3 takes out of a window: what was announced in time, the
// earliest first, up to so many hours. The spans do not overlap.
func (s State) LeftOut(e Exclusions, component string, environment agreement.Environment, window Span) []Span {
	if e.MaintenanceNotice.IsZero() {
		return nil
	}
	room := window.Until.Sub(window.From)
	if e.MaintenanceHours > 0 {
		room = min(room, time.Duration(e.MaintenanceHours)*time.Hour)
	}
	var all []Span
	from := window.From
	for _, m := range s.Announced(component, environment) {
		if !m.Counts() {
			continue
		}
		span := Span{later(m.From, from), earlier(m.Until, window.Until)}
		span.Until = earlier(span.Until, span.From.Add(room))
		if span.From.Before(span.Until) {
			all = append(all, span)
			from, room = span.Until, room-span.Until.Sub(span.From)
		}
	}
	return all
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
