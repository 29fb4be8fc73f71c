package commerce

import (
	"maps"
	"time"

	"entente/agreement"
	"entente/calendar"
)

// State is what has happened under Article 6: which use has been stated.
// The zero State has stated none.
type State struct {
	Statements map[Series]Statements
}

// A Series is the calls that are stated together: "summarise/production" are those of one component
// in one environment.
type Series string

// SeriesOf names the series of a component in an environment.
func SeriesOf(component string, e agreement.Environment) Series {
	return Series(component + "/" + string(e))
}

// Statements are those of one series, as far as it has come.
type Statements struct {
	Until time.Time // the end of the last hour that was stated; nothing before it is stated again
	Day   string    // the civil day that is being added up: "2026-11-23"; empty if none is
	Hours int       // statements of that day
	Sum   Stated    // of that day
}

// Stated is what the records of a statement come to. In JSON its counts are strings, so that every
// reader sees the same.
type Stated struct {
	Records     int64 `json:"records,string"`
	Late        int64 `json:"late,string"`        // of these, opened before the statement begins, and final too late for the one before
	OK          int64 `json:"ok,string"`          // of these, ended well
	Faults      int64 `json:"faults,string"`      // of these, failed through a cause on the provider's side
	Interrupted int64 `json:"interrupted,string"` // of these, ended by a stop of the node
	Estimated   int64 `json:"estimated,string"`   // of these, with tokens that nobody stated
	Disputed    int64 `json:"disputed,string"`    // of these, with tokens that the service stated and that cannot be

	InputUncached int64 `json:"input_uncached,string"` // tokens
	CacheRead     int64 `json:"cache_read,string"`
	CacheWrite    int64 `json:"cache_write,string"`
	Output        int64 `json:"output,string"`
	Reasoning     int64 `json:"reasoning,string"`
	BytesIn       int64 `json:"bytes_in,string"`
	BytesOut      int64 `json:"bytes_out,string"`
	ToolCalls     int64 `json:"tool_calls,string"`
	Units         int64 `json:"units,omitempty,string"` // of the provider's own

	EstimatedInput  int64 `json:"estimated_input,omitempty,string"`  // of the tokens, those of the estimated records
	EstimatedOutput int64 `json:"estimated_output,omitempty,string"` // likewise
}

// Plus adds up.
func (s Stated) Plus(t Stated) Stated {
	return Stated{s.Records + t.Records, s.Late + t.Late, s.OK + t.OK, s.Faults + t.Faults, s.Interrupted + t.Interrupted, s.Estimated + t.Estimated,
		s.Disputed + t.Disputed, s.InputUncached + t.InputUncached, s.CacheRead + t.CacheRead, s.CacheWrite + t.CacheWrite, s.Output + t.Output,
		s.Reasoning + t.Reasoning, s.BytesIn + t.BytesIn, s.BytesOut + t.BytesOut, s.ToolCalls + t.ToolCalls, s.Units + t.Units,
		s.EstimatedInput + t.EstimatedInput, s.EstimatedOutput + t.EstimatedOutput}
}

// A Window is what one statement covers: an hour of a series, without its end.
type Window struct {
	Component   string
	Environment agreement.Environment
	From, To    time.Time
}

// Series is the series of the window.
func (w Window) Series() Series { return SeriesOf(w.Component, w.Environment) }

// Commands of the host's clock.
type (
	// SealUsage states the use of an hour. Root is the RFC 6962 hash over the records' canonical forms.
	SealUsage struct {
		Window
		Form   int // of the records
		Root   string
		Stated Stated
	}
	// SealDay states the use of a day that is over.
	SealDay struct {
		Component   string
		Environment agreement.Environment
	}
)

// Events of statements. Their JSON is kept for ever.
type (
	// UsageSealed is the statement of an hour.
	UsageSealed struct {
		Component   string                `json:"component"`
		Environment agreement.Environment `json:"environment"`
		From        time.Time             `json:"from"`
		To          time.Time             `json:"to"`
		Day         string                `json:"day"` // the civil day that it is added to
		Form        int                   `json:"form"`
		Root        string                `json:"root"` // RFC 6962, in base64
		Stated
	}
	// DaySealed is the statement of a civil day: what its hours come to.
	DaySealed struct {
		Component   string                `json:"component"`
		Environment agreement.Environment `json:"environment"`
		Day         string                `json:"day"`
		Hours       int                   `json:"hours"` // statements that it adds up
		Stated
	}
)

// HourOf is the hour of a zone's clocks that holds t. Where clocks change by half an hour, one hour is shorter or longer.
func HourOf(t time.Time, zone *time.Location) (from, to time.Time) {
	local := t.In(zone)
	from = t.Add(-time.Duration(local.Minute())*time.Minute - time.Duration(local.Second())*time.Second - time.Duration(local.Nanosecond())).UTC()
	to = from.Add(time.Hour)
	if past := to.In(zone).Minute(); past != 0 {
		to = to.Add(-time.Duration(past) * time.Minute)
	}
	if !to.After(t) {
		from, to = to, to.Add(time.Hour)
	}
	return from, to
}

const seal = "state the use"

// DecideSeal states an hour that is over and that no statement covers yet. The first hour of a day
// states the day before.
func (s State) DecideSeal(c SealUsage, now time.Time, zone *time.Location) ([]any, error) {
	last := s.Statements[c.Series()]
	switch {
	case !c.From.Before(c.To) || c.To.After(now):
		return nil, agreement.Refuse(seal, "6.1", "the hour is not over")
	case c.From.Before(last.Until):
		return nil, agreement.Refuse(seal, "6.1", "a statement covers the hour already")
	case c.Stated.Records <= 0 || c.Stated.Late > c.Stated.Records || c.Root == "":
		return nil, agreement.Refuse(seal, "6.1", "an hour without calls has no statement")
	}
	day := calendar.DateOf(c.From.In(zone)).String()
	var events []any
	if last.Day != "" && last.Day != day {
		events = append(events, last.sealed(c.Component, c.Environment))
	}
	return append(events, UsageSealed{c.Component, c.Environment, c.From.UTC(), c.To.UTC(), day, c.Form, c.Root, c.Stated}), nil
}

// DecideDay states a day that is over.
func (s State) DecideDay(c SealDay, now time.Time, zone *time.Location) ([]any, error) {
	last := s.Statements[SeriesOf(c.Component, c.Environment)]
	switch {
	case last.Day == "":
		return nil, agreement.Refuse(seal, "6.1", "no day is to be stated")
	case calendar.DateOf(now.In(zone)).String() <= last.Day:
		return nil, agreement.Refuse(seal, "6.1", "the day is not over")
	}
	return []any{last.sealed(c.Component, c.Environment)}, nil
}

func (s Statements) sealed(component string, e agreement.Environment) DaySealed {
	return DaySealed{component, e, s.Day, s.Hours, s.Sum}
}

// Evolve is the state after an event. It never fails, and the state before stays as it was.
func (s State) Evolve(event any) State {
	switch event.(type) {
	case UsageSealed, DaySealed:
		s.Statements = maps.Clone(s.Statements)
	}
	s.Apply(event)
	return s
}

// Apply is Evolve in place, for whoever replays a whole life and keeps no state on the way.
func (s *State) Apply(event any) {
	switch e := event.(type) {
	case UsageSealed:
		at := s.Statements[SeriesOf(e.Component, e.Environment)]
		if at.Day != e.Day {
			at = Statements{}
		}
		s.set(SeriesOf(e.Component, e.Environment), Statements{e.To, e.Day, at.Hours + 1, at.Sum.Plus(e.Stated)})
	case DaySealed:
		series := SeriesOf(e.Component, e.Environment)
		s.set(series, Statements{Until: s.Statements[series].Until})
	}
}

func (s *State) set(series Series, to Statements) {
	if s.Statements == nil {
		s.Statements = map[Series]Statements{}
	}
	s.Statements[series] = to
}
