package general

import (
	"maps"
	"time"
)

// State is what has happened under Article 13. The zero State has nothing set aside.
type State struct {
	Waivers map[string]Waiver `json:",omitempty"` // by id
	Letters map[string]Letter `json:",omitempty"` // by id

	Transfers map[string]Transfer `json:",omitempty"` // by id
}

// Evolve is the state after an event. It never fails, and the state before stays as it was.
func (s State) Evolve(event any, at time.Time) State {
	switch event.(type) {
	case Waived, WaiverEnded:
		s.Waivers = maps.Clone(s.Waivers)
	case LetterGiven:
		s.Letters = maps.Clone(s.Letters)
	case TransferRequested, TransferConsented, TransferRefused, TransferWithdrawn:
		s.Transfers = maps.Clone(s.Transfers)
	}
	s.Apply(event, at)
	return s
}

// Apply is Evolve in place, for whoever replays a whole life and keeps no state on the way.
func (s *State) Apply(event any, at time.Time) {
	switch e := event.(type) {
	case Waived:
		if s.Waivers == nil {
			s.Waivers = map[string]Waiver{}
		}
		s.Waivers[e.ID] = Waiver{ID: e.ID, Clause: e.Clause, Component: e.Component, Party: e.Party, By: e.By, For: e.For, Until: e.Until, Given: at}
	case WaiverEnded:
		if w, known := s.Waivers[e.ID]; known {
			w.Ended = at
			s.Waivers[e.ID] = w
		}
	case LetterGiven:
		if s.Letters == nil {
			s.Letters = map[string]Letter{}
		}
		s.Letters[e.ID] = Letter{ID: e.ID, Party: e.Party, By: e.By, Clauses: e.Clauses, Title: e.Title, Documents: e.Documents, Given: at}
	case TransferRequested, TransferConsented, TransferRefused, TransferWithdrawn:
		s.applyTransfer(e, at)
	}
}
