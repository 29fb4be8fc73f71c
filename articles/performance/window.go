package performance

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"entente/agreement"
	"entente/money"
)

// End is when the window ends that begins at an instant: windows follow each other without gap and
// overlap, each ending where the calendar does or, of thirty days, after thirty.
func (w Window) End(from time.Time, zone *time.Location) time.Time {
	y, m, d := from.In(zone).Date()
	switch w {
	case CalendarQuarter:
		return time.Date(y, (m-1)/3*3+4, 1, 0, 0, 0, 0, zone)
	case Rolling30Days:
		return time.Date(y, m, d+30, 0, 0, 0, 0, zone)
	}
	return time.Date(y, m+1, 1, 0, 0, 0, 0, zone)
}

// Begin is when the window begins that clause C.2 measures over and that goes on at an instant: any
// thirty days are those that end with this one.
func (w Window) Begin(now time.Time, zone *time.Location) time.Time {
	y, m, d := now.In(zone).Date()
	switch w {
	case CalendarQuarter:
		return time.Date(y, (m-1)/3*3+1, 1, 0, 0, 0, 0, zone)
	case Rolling30Days:
		return time.Date(y, m, d-29, 0, 0, 0, 0, zone)
	}
	return time.Date(y, m, 1, 0, 0, 0, 0, zone)
}

// A Figure is one service level of a window, promised and measured.
type Figure struct {
	Name     string `json:"name"`
	Promised string `json:"promised"`
	Measured string `json:"measured"` // "none" if there was nothing to measure
	Kept     bool   `json:"kept"`     // also if there was nothing to measure
}

// Measured is what a window came to for one row of clause C.1. In JSON its counts are strings, so that
// every reader sees the same.
type Measured struct {
	Component   string                `json:"component"`
	Environment agreement.Environment `json:"environment"`
	From        time.Time             `json:"from"`
	To          time.Time             `json:"to"` // without it
	Minutes     int64                 `json:"minutes,string"`
	Excluded    int64                 `json:"excluded,string"` // minutes of announced maintenance, which are not among the others
	Down        int64                 `json:"down,string"`     // of the minutes, those in which the component was not available
	Calls       int64                 `json:"calls,string"`    // made, without those of excluded minutes
	Faults      int64                 `json:"faults,string"`   // of these, failed through a cause on the provider's side
	Caller      int64                 `json:"caller,string"`   // of these, failed through a cause on the caller's side
	Cut         int64                 `json:"cut,string"`      // of these, ended by the node under a clause
	Node        int64                 `json:"node,string"`     // of these, failed because the node did
	Figures     []Figure              `json:"figures"`
	Statements  int64                 `json:"statements,string"` // of use, from which this is measured: those that begin in the window
	Basis       string                `json:"basis,omitempty"`   // the RFC 6962 hash over their roots as the ledger has them, in base64
}

// Kept reports whether every figure is.
func (m Measured) Kept() bool {
	return !slices.ContainsFunc(m.Figures, func(f Figure) bool { return !f.Kept })
}

func (m Measured) series() string { return m.Component + "/" + string(m.Environment) }

// A Result is what a window came to, with what it takes to compute a credit.
type Result struct {
	Measured
	Provider agreement.Party
	Fees     money.Amount // that the other party owes for the component and window; zero if there are none
}

// CloseWindow is a command of the host's clock: a window is over, and all its use is stated.
type CloseWindow struct {
	From, To time.Time
	Results  []Result // of each row of clause C.1
}

// Events of windows. Their JSON is kept for ever.
type (
	// WindowMeasured is what a window came to.
	WindowMeasured struct{ Measured }
	// CreditComputed is a service credit of clause C.4.
	CreditComputed struct {
		Component    string          `json:"component"`
		From         time.Time       `json:"from"`
		To           time.Time       `json:"to"`
		Creditor     agreement.Party `json:"creditor"`
		Availability string          `json:"availability"` // measured, rounded down
		Below        money.Percent   `json:"below"`        // the row of clause C.4 that applies
		Credit       money.Percent   `json:"credit"`       // of the fees, as far as the cap allows
		Fees         money.Amount    `json:"fees,omitzero"`
		Amount       money.Amount    `json:"amount,omitzero"`
		TooSmall     bool            `json:"too_small,omitempty"` // below the least credit, so that none is given
		ClaimBy      time.Time       `json:"claim_by,omitzero"`   // this entry is the claim, if it is not later
		Basis        string          `json:"basis"`               // that of the window
	}
	// LeaveArisen says that service levels were missed so often that a party may leave (clause C.5).
	LeaveArisen struct {
		Component string          `json:"component"`
		Party     agreement.Party `json:"party"`
		Missed    []time.Time     `json:"missed"`         // the windows, by their beginnings
		Until     time.Time       `json:"until,omitzero"` // the right may be used before; zero if it does not lapse
	}
)

// DecideClose enters what a window came to, the credits that follow, and the right to leave.
func (s State) DecideClose(t Terms, c CloseWindow, now time.Time, zone *time.Location) ([]any, error) {
	no := func(why string) ([]any, error) {
		return nil, agreement.Refuse("compute the service levels", "C", "%s", why)
	}
	switch {
	case !c.From.Before(c.To) || c.To.After(now):
		return no("the window is not over")
	case c.From.Before(s.Until):
		return no("a window that covers this time is computed already")
	case len(c.Results) == 0:
		return no("no service level is stated")
	}
	var events []any
	for _, r := range c.Results {
		r.From, r.To = c.From.UTC(), c.To.UTC()
		measured := WindowMeasured{r.Measured}
		events = append(events, measured)
		if r.Environment != agreement.Production {
			continue
		}
		credit, due, err := t.credit(r, zone)
		if err != nil {
			return nil, err
		}
		if due {
			events = append(events, credit)
		}
		if leave, arisen := s.Evolve(measured, now).leave(t.Exit, r, zone); arisen {
			events = append(events, leave)
		}
	}
	return events, nil
}

// credit is the one that clause C.4 gives for a window: of the rows that apply, the highest.
func (t Terms) credit(r Result, zone *time.Location) (CreditComputed, bool, error) {
	var row Credit
	for _, c := range t.Credits {
		applies := (c.Component == "" || c.Component == r.Component) && r.Minutes > 0 && c.Below.Share(r.Minutes-r.Down, r.Minutes) < 0
		if applies && (row.Credit.IsZero() || c.Credit.Compare(row.Credit) > 0) {
			row = c
		}
	}
	if row.Credit.IsZero() || !t.promises(r) {
		return CreditComputed{}, false, nil
	}
	out := CreditComputed{Component: r.Component, From: r.From, To: r.To, Creditor: r.Provider.Other(), Below: row.Below, Credit: row.Credit, Fees: r.Fees, Basis: r.Basis}
	for _, f := range r.Figures {
		if f.Name == Availability {
			out.Availability = f.Measured
		}
	}
	if !t.CreditCap.IsZero() && t.CreditCap.Compare(out.Credit) < 0 {
		out.Credit = t.CreditCap
	}
	if !t.ClaimWindow.IsZero() {
		out.ClaimBy = t.ClaimWindow.After(r.To.In(zone)).UTC()
	}
	var err error
	if !r.Fees.IsZero() {
		if out.Amount, err = out.Credit.Of(r.Fees); err != nil {
			return out, false, err
		}
		least := t.CreditMinimum
		out.TooSmall = !least.IsZero() && least.Currency == out.Amount.Currency && out.Amount.Minor < least.Minor
	}
	return out, true, nil
}

// Availability is how that service level is called among figures.
const Availability = "availability"

// promises reports whether clause C.1 promises availability for what a result is about.
func (t Terms) promises(r Result) bool {
	return slices.ContainsFunc(t.Levels, func(l Level) bool {
		return l.Component == r.Component && l.Environment == r.Environment && !l.Availability.IsZero()
	})
}

// leave is the right that follows from the last window of a component, the state having it already.
func (s State) leave(e *Exit, r Result, zone *time.Location) (LeaveArisen, bool) {
	if e == nil || r.Kept() {
		return LeaveArisen{}, false
	}
	out := LeaveArisen{Component: r.Component, Party: r.Provider.Other()}
	next := r.To
	for i, w := range slices.Backward(s.Windows[r.series()]) {
		if i < len(s.Windows[r.series()])-e.Of || !w.To.Equal(next) {
			break // windows in a row
		}
		if next = w.From; !w.Kept() {
			out.Missed = append(out.Missed, w.From)
		}
	}
	slices.Reverse(out.Missed)
	if !e.Within.IsZero() {
		out.Until = e.Within.After(r.To.In(zone)).UTC()
	}
	return out, len(out.Missed) >= e.Missed
}

// remembered is how many windows of a row of clause C.1 a state keeps, and a right to leave can look
// back on; the ledger has all.
const remembered = 36

// closed is the state after events of windows.
func (s *State) closed(event any, at time.Time) {
	switch e := event.(type) {
	case WindowMeasured:
		if s.Windows == nil {
			s.Windows = map[string][]Measured{}
		}
		kept := s.Windows[e.series()]
		kept = kept[max(len(kept)-remembered+1, 0):]
		s.Windows[e.series()] = append(slices.Clip(kept), e.Measured)
		s.Until = later(s.Until, e.To)
	case CreditComputed:
		if s.Credits == nil {
			s.Credits = map[string]ServiceCredit{}
		}
		s.Credits[e.Component+"/"+e.From.UTC().Format(time.RFC3339)] = ServiceCredit{e.Component, e.From, e.To, e.Creditor, e.Availability, e.Credit.String(), e.Fees, e.Amount,
			e.TooSmall, e.ClaimBy.IsZero() || !at.After(e.ClaimBy), at}
	case LeaveArisen:
		if s.Leave == nil {
			s.Leave = map[string]Leave{}
		}
		s.Leave[e.Component] = Leave{e.Component, e.Party, len(e.Missed), e.Until}
	}
}

// A ServiceCredit is a credit of clause C.4, as it was computed when its window was over.
type ServiceCredit struct {
	Component    string
	From, To     time.Time
	Creditor     agreement.Party
	Availability string
	Share        string // of the fees: "10%"
	Fees         money.Amount
	Amount       money.Amount
	TooSmall     bool // below the least credit, so that none is given
	Claimed      bool // it was entered within the time in which it had to be claimed
	Computed     time.Time
}

// Given reports whether the credit is to be deducted.
func (c ServiceCredit) Given() bool { return !c.TooSmall && c.Claimed }

// A Leave is a party's right to leave, because service levels of a component were missed repeatedly.
type Leave struct {
	Component string
	Party     agreement.Party
	Missed    int       // windows
	Until     time.Time // it may be used before; zero if it does not lapse
}

// Open reports whether the right may be used at an instant.
func (l Leave) Open(now time.Time) bool { return l.Until.IsZero() || now.Before(l.Until) }

// Rights are the rights to leave that are open at an instant, by component.
func (s State) Rights(now time.Time) []Leave {
	var all []Leave
	for _, name := range slices.Sorted(maps.Keys(s.Leave)) {
		if s.Leave[name].Open(now) {
			all = append(all, s.Leave[name])
		}
	}
	return all
}

// MayLeave reports whether a party may end the agreement under clause C.5 at an instant.
func (s State) MayLeave(p agreement.Party, now time.Time) bool {
	return slices.ContainsFunc(s.Rights(now), func(l Leave) bool { return l.Party == p })
}

// Measured are the windows that are over, as far as they are remembered: the newest first, and of one
// time by component and environment.
func (s State) Measured() []Measured {
	all := slices.Concat(slices.Collect(maps.Values(s.Windows))...)
	slices.SortFunc(all, func(a, b Measured) int { return cmp.Or(b.From.Compare(a.From), cmp.Compare(a.series(), b.series())) })
	return all
}

// Computed are the service credits, the newest first.
func (s State) Computed() []ServiceCredit {
	return slices.SortedFunc(maps.Values(s.Credits), func(a, b ServiceCredit) int {
		return cmp.Or(b.From.Compare(a.From), cmp.Compare(a.Component, b.Component))
	})
}
