package term

import (
	"maps"
	"time"

	"entente/agreement"
	"entente/calendar"
)

// State is what has happened under Article 12. The zero State runs undisturbed.
type State struct {
	Suspended map[string]Suspension   // by component; "" is the whole agreement
	Breaches  map[string]Breach       // by the breach's id
	Changes   map[string]ChangeNotice // by the notice's id
	Ending    *Ending                 // nil until the end is certain
	Reached   agreement.Stage         // the last stage that the clock recorded
	Served    *Served                 `json:",omitempty"` // nil until customers are listed
}

// A Suspension stops a component, or everything, until it is lifted.
type Suspension struct {
	Party  agreement.Party
	By     string
	Reason string
	At     time.Time
}

// A Breach is a notice of material breach and its cure clock (clause 12.2).
type Breach struct {
	ID       string
	Accused  agreement.Party
	What     string
	Notified time.Time
	CureBy   time.Time
	Cured    time.Time // zero until cured
}

// An Ending is how and when the agreement ends. By notice or for a cause, it is computed once, from
// the terms in force then.
type Ending struct {
	Ground        Ground
	Party         agreement.Party // who ended it; empty where the term runs out
	Noticed       time.Time       // zero where the term runs out
	Ends          time.Time       // full use until then
	TransitionEnd time.Time       // transition until then (12.3); Ends if there is none
	CustomersEnd  time.Time       // existing customers until then (12.4); zero if there are none
}

// A Ground is why an agreement ends.
type Ground string

// The grounds of clauses 12.1, 12.2 and C.5.
const (
	Notice         Ground = "notice"          // non-renewal, or notice of an indefinite agreement
	MaterialBreach Ground = "material_breach" // uncured
	Insolvency     Ground = "insolvency"
	MaterialChange Ground = "material_change"
	ServiceLevels  Ground = "service_levels" // missed repeatedly, by clause C.5
	Expiry         Ground = "expiry"         // the term ran out; nobody asks for it
)

// Commands of Article 12.
type (
	// Suspend stops a component, or everything if Component is empty.
	Suspend struct {
		Component string
		Party     agreement.Party
		By        string
		Reason    string
	}
	// Resume lifts a suspension.
	Resume struct {
		Component string
		Party     agreement.Party
		By        string
	}
	// NotifyBreach gives notice of a material breach and starts the cure clock.
	NotifyBreach struct {
		ID    string
		Party agreement.Party // who gives notice
		By    string
		What  string
	}
	// CureBreach says that a breach is cured; the party that gave notice says so.
	CureBreach struct {
		ID    string
		Party agreement.Party
		By    string
	}
	// Terminate ends the agreement.
	Terminate struct {
		Ground Ground
		Party  agreement.Party
		By     string
		Breach string // the breach, where that is the ground
		Change string // the notice of change, where that is the ground
		Reason string
	}
)

// Events of Article 12. Their JSON is kept for ever.
type (
	// SuspensionBegan stops a component, or everything.
	SuspensionBegan struct {
		Component string          `json:"component,omitempty"`
		Party     agreement.Party `json:"party"`
		By        string          `json:"by"`
		Reason    string          `json:"reason"`
	}
	// SuspensionLifted lets it run again.
	SuspensionLifted struct {
		Component string          `json:"component,omitempty"`
		Party     agreement.Party `json:"party"`
		By        string          `json:"by"`
	}
	// BreachNotified starts a cure clock.
	BreachNotified struct {
		ID      string          `json:"id"`
		Accused agreement.Party `json:"accused"`
		By      string          `json:"by"`
		What    string          `json:"what"`
		CureBy  time.Time       `json:"cure_by"`
	}
	// BreachCured stops it.
	BreachCured struct {
		ID string `json:"id"`
		By string `json:"by"`
	}
	// TerminationNoticed fixes how and when the agreement ends.
	TerminationNoticed struct {
		Ground        Ground          `json:"ground"`
		Party         agreement.Party `json:"party"`
		By            string          `json:"by"`
		Breach        string          `json:"breach,omitempty"`
		Reason        string          `json:"reason,omitempty"`
		Ends          time.Time       `json:"ends"`
		TransitionEnd time.Time       `json:"transition_end"`
		CustomersEnd  time.Time       `json:"customers_end,omitzero"`
	}
	// StageReached is recorded by the clock when the agreement passes into a later stage.
	StageReached struct {
		Stage agreement.Stage `json:"stage"`
	}
)

// DecideSuspend stops what runs.
func (s State) DecideSuspend(c Suspend) ([]any, error) {
	_, already := s.Suspended[c.Component]
	switch {
	case already:
		return nil, agreement.Refuse("suspend", "12.2", "%s is already suspended", scope(c.Component))
	case c.Reason == "":
		return nil, agreement.Refuse("suspend", "12.2", "a suspension needs a reason")
	}
	return []any{SuspensionBegan(c)}, nil
}

// DecideResume lifts a suspension; the party that suspended does.
func (s State) DecideResume(c Resume) ([]any, error) {
	held, ok := s.Suspended[c.Component]
	switch {
	case !ok:
		return nil, agreement.Refuse("resume", "12.2", "%s is not suspended", scope(c.Component))
	case held.Party != c.Party:
		return nil, agreement.Refuse("resume", "12.2", "%s suspended %s and must lift it", held.Party.Label(), scope(c.Component))
	}
	return []any{SuspensionLifted(c)}, nil
}

// DecideBreach starts the cure clock of clause 12.2, counted in the agreement's time zone.
func (s State) DecideBreach(t Terms, c NotifyBreach, now time.Time, zone *time.Location) ([]any, error) {
	_, already := s.Breaches[c.ID]
	switch {
	case t.Cause.MaterialBreach.IsZero():
		return nil, agreement.Refuse("give notice of breach", "12.2", "clause 12.2 does not provide for termination for material breach")
	case c.What == "":
		return nil, agreement.Refuse("give notice of breach", "12.2", "the notice must say what the breach is")
	case already || c.ID == "":
		return nil, agreement.Refuse("give notice of breach", "12.2", "the notice needs an id of its own")
	}
	return []any{BreachNotified{c.ID, c.Party.Other(), c.By, c.What, t.Cause.MaterialBreach.After(now.In(zone)).UTC()}}, nil
}

// DecideCure stops a cure clock.
func (s State) DecideCure(c CureBreach) ([]any, error) {
	b, ok := s.Breaches[c.ID]
	switch {
	case !ok:
		return nil, agreement.Refuse("record the cure", "12.2", "there is no notice of breach %q", c.ID)
	case !b.Cured.IsZero():
		return nil, agreement.Refuse("record the cure", "12.2", "the breach is already cured")
	case b.Accused == c.Party:
		return nil, agreement.Refuse("record the cure", "12.2", "%s gave the notice and says when the breach is cured", c.Party.Other().Label())
	}
	return []any{BreachCured{c.ID, c.By}}, nil
}

// DecideTerminate fixes the end. Notice runs to the end of the term, or for the agreed period where
// the agreement is indefinite; a cause ends the agreement at once, a material change closes its notice
// with it. effective is the day from which
// the agreement is in force, zone its time zone.
func (s State) DecideTerminate(t Terms, c Terminate, effective calendar.Date, now time.Time, zone *time.Location) ([]any, error) {
	ends, err := s.end(t, c, effective, now, zone)
	if err != nil {
		return nil, err
	}
	known := s.Ending
	if out := t.Expiry(effective, zone); known == nil && out != nil && !now.Before(out.Ends) {
		known = out
	}
	if known != nil && !ends.Before(known.Ends) { // a cause may end what runs out later
		return nil, agreement.Refuse("terminate", "12.1", "the agreement already ends; its last day is %s", calendar.DateOf(known.Ends.Add(-1).In(zone)).Words())
	}
	e := t.ending(ends, zone)
	noticed := TerminationNoticed{c.Ground, c.Party, c.By, c.Breach, c.Reason, e.Ends, e.TransitionEnd, e.CustomersEnd}
	if c.Ground == MaterialChange && c.Change != "" {
		return []any{ChangeClosed{c.Change, c.By, false}, noticed}, nil
	}
	return []any{noticed}, nil
}

// ending is what follows when full use ends: the transition of clause 12.3, and the service of
// existing customers of clause 12.4.
func (t Terms) ending(ends time.Time, zone *time.Location) Ending {
	e := Ending{Ends: ends.UTC(), TransitionEnd: ends.UTC()}
	last := calendar.DateOf(ends.Add(-1).In(zone)) // the last day of the agreement
	if !t.Effects.Transition.IsZero() {
		e.TransitionEnd = t.TransitionEnds(last).AddDays(1).In(zone).UTC()
	}
	if !t.Customers.Continue.IsZero() {
		e.CustomersEnd = t.CustomersEnd(last).AddDays(1).In(zone).UTC()
	}
	return e
}

// Expiry is how an agreement ends whose term does not renew, if nobody ends it earlier; nil if its
// term renews or is indefinite.
func (t Terms) Expiry(effective calendar.Date, zone *time.Location) *Ending {
	last, fixed := t.Ends(effective)
	if !fixed || t.Renewal != nil {
		return nil
	}
	e := t.ending(last.AddDays(1).In(zone), zone)
	e.Ground = Expiry
	return &e
}

func (s State) end(t Terms, c Terminate, effective calendar.Date, now time.Time, zone *time.Location) (time.Time, error) {
	no := func(why string) (time.Time, error) {
		return time.Time{}, agreement.Refuse("terminate", "12.2", "%s", why)
	}
	b := s.Breaches[c.Breach]
	switch c.Ground {
	case Notice:
		return t.EndsOnNotice(effective, calendar.DateOf(now.In(zone))).AddDays(1).In(zone), nil
	case MaterialBreach:
		switch {
		case b.ID == "" || b.Accused == c.Party:
			return no("no notice of breach by the other party is named")
		case !b.Cured.IsZero():
			return no("the breach was cured")
		case now.Before(b.CureBy):
			return no("the time to cure the breach ends on " + calendar.DateOf(b.CureBy.In(zone)).Words())
		}
	case Insolvency:
		if !t.Cause.Insolvency {
			return no("clause 12.2 does not provide for termination for insolvency")
		}
	case ServiceLevels: // that the right is there is known to Schedule C
	case MaterialChange:
		if why := s.changeAllows(t, c, now, zone); why != "" {
			return no(why)
		}
	default:
		return no("the ground must be notice, material_breach, insolvency, material_change or service_levels")
	}
	if c.Reason == "" {
		return no("a termination for cause needs a reason")
	}
	return now, nil
}

// Stage is where an agreement in force stands at now: running, in notice, in transition, serving
// existing customers only, or ended.
func (s State) Stage(now time.Time) agreement.Stage {
	_, all := s.Suspended[""]
	e := s.Ending
	switch {
	case e != nil && !now.Before(e.Ends):
		switch {
		case now.Before(e.TransitionEnd):
			return agreement.Transition
		case now.Before(e.CustomersEnd):
			return agreement.CustomersOnly
		}
		return agreement.Ended
	case all:
		return agreement.Suspended
	case e != nil:
		return agreement.InNotice
	}
	return agreement.InForce
}

// Evolve is the state after an event. It never fails, and the state before stays as it was.
func (s State) Evolve(event any, at time.Time) State {
	switch event.(type) {
	case SuspensionBegan, SuspensionLifted:
		s.Suspended = maps.Clone(s.Suspended)
	case BreachNotified, BreachCured:
		s.Breaches = maps.Clone(s.Breaches)
	case ChangeNotified, ChangeClosed:
		s.Changes = maps.Clone(s.Changes)
	}
	s.Apply(event, at)
	return s
}

// Apply is Evolve in place, for whoever replays a whole life and keeps no state on the way.
func (s *State) Apply(event any, at time.Time) {
	switch e := event.(type) {
	case SuspensionBegan:
		if s.Suspended == nil {
			s.Suspended = map[string]Suspension{}
		}
		s.Suspended[e.Component] = Suspension{e.Party, e.By, e.Reason, at}
	case SuspensionLifted:
		delete(s.Suspended, e.Component)
	case BreachNotified:
		s.setBreach(e.ID, Breach{ID: e.ID, Accused: e.Accused, What: e.What, Notified: at, CureBy: e.CureBy})
	case BreachCured:
		b := s.Breaches[e.ID]
		b.Cured = at
		s.setBreach(e.ID, b)
	case ChangeNotified, ChangeClosed:
		s.applyChange(e, at)
	case TerminationNoticed:
		s.Ending = &Ending{e.Ground, e.Party, at, e.Ends, e.TransitionEnd, e.CustomersEnd}
	case StageReached:
		s.Reached = e.Stage
	case CustomersListed:
		s.list(e)
	}
}

func (s *State) setBreach(id string, b Breach) {
	if s.Breaches == nil {
		s.Breaches = map[string]Breach{}
	}
	s.Breaches[id] = b
}

func scope(component string) string {
	if component == "" {
		return "the agreement"
	}
	return component
}
