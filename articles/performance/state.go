package performance

import (
	"maps"
	"time"
)

// State is what has happened under Schedule C: which maintenance was announced, and what came of the
// windows that are over. The zero State has neither.
type State struct {
	Maintenance map[string]Maintenance   // by id
	Until       time.Time                // the windows up to here are computed
	Windows     map[string][]Measured    // the last of each row of clause C.1, by "component/environment", oldest first
	Credits     map[string]ServiceCredit // by component and the beginning of the window
	Leave       map[string]Leave         // the last right that arose, by component
}

// Evolve is the state after an event. It never fails, and the state before stays as it was.
func (s State) Evolve(event any, at time.Time) State {
	switch event.(type) {
	case MaintenanceAnnounced, MaintenanceWithdrawn:
		s.Maintenance = maps.Clone(s.Maintenance)
	case WindowMeasured:
		s.Windows = maps.Clone(s.Windows)
	case CreditComputed:
		s.Credits = maps.Clone(s.Credits)
	case LeaveArisen:
		s.Leave = maps.Clone(s.Leave)
	}
	s.Apply(event, at)
	return s
}

// Apply is Evolve in place, for whoever replays a whole life and keeps no state on the way.
func (s *State) Apply(event any, at time.Time) {
	switch e := event.(type) {
	case MaintenanceAnnounced:
		s.set(Maintenance{e.ID, e.Component, e.Environment, e.From, e.Until, e.Party, e.By, e.What, at, e.InTime, time.Time{}})
	case MaintenanceWithdrawn:
		m := s.Maintenance[e.ID]
		m.ID, m.Withdrawn = e.ID, at
		s.set(m)
	case WindowMeasured, CreditComputed, LeaveArisen:
		s.closed(e, at)
	}
}
