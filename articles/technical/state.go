package technical

import (
	"cmp"
	"maps"
	"slices"

	"entente/agreement"
)

// A Kind is what of an answer was not as this schedule has it.
type Kind string

// The kinds of breaches that answers show.
const (
	OtherModel  Kind = "model"
	OtherTier   Kind = "service_tier"
	OtherRegion Kind = "region"
)

// Noun is how people call it.
func (k Kind) Noun() string {
	return map[Kind]string{OtherModel: "model", OtherTier: "service tier", OtherRegion: "region"}[k]
}

// A Breach is that answers of a component were not as this schedule has it, on one day. There is one
// for each component, environment, kind, model and civil day, however many calls it was.
type Breach struct {
	Kind        Kind                  `json:"kind"`
	Component   string                `json:"component"`
	Environment agreement.Environment `json:"environment"`
	Model       string                `json:"model,omitempty"` // as it was called
	Agreed      string                `json:"agreed"`
	Answered    string                `json:"answered"`
	Day         string                `json:"day"`  // of the agreement's calendar: "2026-11-23"
	Call        string                `json:"call"` // the first, by the id of its record
}

func (b Breach) key() string {
	return b.Component + "/" + string(b.Environment) + "/" + string(b.Kind) + "/" + b.Model + "/" + b.Day
}

// NoteBreach is a command of the host's clock.
type NoteBreach struct{ Breach }

// AnswerDeviated is the event of a breach. Its JSON is kept for ever.
type AnswerDeviated struct{ Breach }

// State is what has happened under Schedule A. The zero State knows of no breach.
type State struct {
	Breaches map[string]Breach // by component, environment, kind, model and day
}

// Knows reports whether the day's breach is on record.
func (s State) Knows(b Breach) bool {
	_, ok := s.Breaches[b.key()]
	return ok
}

// DecideNote notes a breach, once.
func (s State) DecideNote(c NoteBreach) ([]any, error) {
	switch {
	case c.Component == "" || c.Day == "" || c.Kind.Noun() == "":
		return nil, agreement.Refuse("note the breach", "A", "it does not say what it is about")
	case s.Knows(c.Breach):
		return nil, agreement.Refuse("note the breach", "A", "the day’s breach is on record already")
	}
	return []any{AnswerDeviated(c)}, nil
}

// Evolve is the state after an event. It never fails, and the state before stays as it was.
func (s State) Evolve(event any) State {
	if _, ok := event.(AnswerDeviated); ok {
		s.Breaches = maps.Clone(s.Breaches)
	}
	s.Apply(event)
	return s
}

// Apply is Evolve in place, for whoever replays a whole life and keeps no state on the way.
func (s *State) Apply(event any) {
	if e, ok := event.(AnswerDeviated); ok {
		if s.Breaches == nil {
			s.Breaches = map[string]Breach{}
		}
		s.Breaches[e.key()] = e.Breach
	}
}

// A Run is the breaches of one component, environment, kind and model.
type Run struct {
	Last Breach
	Days int
}

// Runs are all breaches, by component, environment, kind and model.
func (s State) Runs() []Run {
	runs := map[string]Run{}
	for _, b := range s.Breaches {
		of := b
		of.Day = ""
		r := runs[of.key()]
		if r.Days++; b.Day > r.Last.Day {
			r.Last = b
		}
		runs[of.key()] = r
	}
	return slices.SortedFunc(maps.Values(runs), func(a, b Run) int { return cmp.Compare(a.Last.key(), b.Last.key()) })
}
