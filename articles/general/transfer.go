package general

import (
	"slices"
	"strings"
	"time"

	"entente/agreement"
	"entente/calendar"
)

// A Transfer is that a party passes the agreement to somebody else (clause 13.3).
type Transfer struct {
	ID        string // "asg_…"
	Party     agreement.Party
	By        string
	To        Assignee
	On        calendar.Date // the first day; see Takes
	People    []string      // of the party who act for the assignee from then on, by pseudonym
	Evidence  string        // of the assignee's acceptance of all terms, and of what makes consent needless
	Consent   bool          // whether the other party's is needed
	Requested time.Time
	Consented time.Time `json:",omitzero"`
	Refused   time.Time `json:",omitzero"`
	Reason    string    `json:",omitzero"` // of the refusal
	Withdrawn time.Time `json:",omitzero"` // before it took effect
}

// An Assignee is who takes an agreement over.
type Assignee struct {
	Name         string `json:"name"`
	Address      string `json:"address"`
	Registration string `json:"registration,omitempty"`
	Kind         Taker  `json:"kind"`
	Competitor   bool   `json:"competitor,omitempty"` // of the other party
}

// A Taker is what an assignee is to the party.
type Taker string

// The takers that clause 13.3 tells apart.
const (
	Affiliate Taker = "affiliate"
	Acquirer  Taker = "acquirer"
	Another   Taker = "other"
)

// Takes is when the transfer takes effect: with its day, but neither before it is on record nor before the
// consent that it needs. It is false while it does not.
func (t Transfer) Takes(zone *time.Location) (time.Time, bool) {
	if !t.stands() || t.Consent && t.Consented.IsZero() {
		return time.Time{}, false
	}
	return slices.MaxFunc([]time.Time{t.On.In(zone), t.Requested, t.Consented}, time.Time.Compare), true
}

// Open reports whether the transfer waits for the other party's consent.
func (t Transfer) Open() bool { return t.stands() && t.Consent && t.Consented.IsZero() }

// stands reports whether the transfer was neither refused nor withdrawn.
func (t Transfer) stands() bool { return t.Refused.IsZero() && t.Withdrawn.IsZero() }

// pending reports whether the transfer is still to take effect, with consent or without.
func (t Transfer) pending(zone *time.Location, now time.Time) bool {
	at, takes := t.Takes(zone)
	return t.Open() || takes && now.Before(at)
}

// Commands about transfers.
type (
	// Assign passes the agreement on, or asks for the consent to do so.
	Assign struct {
		ID       string
		Party    agreement.Party
		By       string
		To       Assignee
		On       calendar.Date
		People   []string
		Evidence string
	}
	// ConsentTransfer lets the other party pass the agreement on.
	ConsentTransfer struct {
		ID    string
		Party agreement.Party
		By    string
	}
	// RefuseTransfer does not.
	RefuseTransfer struct {
		ID     string
		Party  agreement.Party
		By     string
		Reason string
	}
	// WithdrawTransfer takes a transfer back before it takes effect; the party that gave it does.
	WithdrawTransfer struct {
		ID    string
		Party agreement.Party
		By    string
	}
)

// Events of transfers. Their JSON is kept for ever.
type (
	// TransferRequested passes the agreement on or, where consent is needed, asks for it.
	TransferRequested struct {
		ID       string          `json:"id"`
		Party    agreement.Party `json:"party"`
		By       string          `json:"by"`
		To       Assignee        `json:"to"`
		On       calendar.Date   `json:"on"`
		People   []string        `json:"people"`
		Evidence string          `json:"evidence"`
		Consent  bool            `json:"consent_needed"`
	}
	// TransferConsented lets it take effect.
	TransferConsented struct {
		ID    string          `json:"id"`
		Party agreement.Party `json:"party"`
		By    string          `json:"by"`
	}
	// TransferWithdrawn ends it before it takes effect.
	TransferWithdrawn struct {
		ID    string          `json:"id"`
		Party agreement.Party `json:"party"`
		By    string          `json:"by"`
	}
	// TransferRefused ends it.
	TransferRefused struct {
		ID     string          `json:"id"`
		Party  agreement.Party `json:"party"`
		By     string          `json:"by"`
		Reason string          `json:"reason"`
	}
)

// NoticeBy is the last day on which the other party may be told of a transfer that needs no consent; false if
// the clause gives no time. The entry of the transfer is the notice.
func (a Assignment) NoticeBy(t Transfer, zone *time.Location) (calendar.Date, bool) {
	if t.Consent || a.NoticeWithin.IsZero() {
		return calendar.Date{}, false
	}
	return calendar.DateOf(a.NoticeWithin.After(t.On.In(zone))), true
}

// NeedsConsent reports whether clause 13.3 asks for the other party's consent.
func (a Assignment) NeedsConsent(to Assignee) bool {
	if to.Competitor && a.NotToCompetitors {
		return true
	}
	return !(to.Kind == Affiliate && a.ToAffiliates || to.Kind == Acquirer && a.ToAcquirers)
}

const mostTransfers = 100

// DecideAssign refuses a transfer that is not said in full, and a second one before the first takes effect.
// Members are the people of the agreement.
func (s State) DecideAssign(t Terms, c Assign, members map[string]agreement.Member, f agreement.Frame, now time.Time) ([]any, error) {
	no := func(format string, args ...any) ([]any, error) {
		return nil, agreement.Refuse("assign the agreement", "13.3", format, args...)
	}
	_, taken := s.Transfers[c.ID]
	switch {
	case c.ID == "" || taken:
		return no("the assignment needs an id of its own")
	case strings.TrimSpace(c.To.Name) == "" || strings.TrimSpace(c.To.Address) == "" || len(c.To.Name)+len(c.To.Address)+len(c.To.Registration) > mostSaid:
		return no("say who takes the agreement over: the full name and the registered address")
	case !slices.Contains([]Taker{Affiliate, Acquirer, Another}, c.To.Kind):
		return no("whoever takes it over is an affiliate, an acquirer or another")
	case strings.TrimSpace(c.Evidence) == "" || len(c.Evidence) > mostSaid:
		return no("show that whoever takes it over accepts all terms in writing")
	case c.On.Before(calendar.DateOf(now.In(f.Zone()))) && t.Assignment.NeedsConsent(c.To):
		return no("it needs the consent of %s, and cannot take effect before today", c.Party.Other().Label())
	case c.On.Before(f.Effective()):
		return no("the agreement takes effect on %s, and cannot be passed on before", f.Effective().Words())
	case len(s.Transfers) >= mostTransfers:
		return no("%d assignments were recorded already", mostTransfers)
	}
	for _, other := range s.Transfers {
		if other.Party == c.Party && other.pending(f.Zone(), now) {
			return no("assignment %s is still to take effect; withdraw it first", other.ID)
		}
	}
	signs := false
	for i, id := range c.People {
		m, known := members[id]
		if !known || m.Party != c.Party || slices.Contains(c.People[:i], id) {
			return no("the people who go on acting are people of %s, each named once", c.Party.Label())
		}
		signs = signs || slices.Contains(m.Roles, agreement.Signatory)
	}
	if !signs {
		return no("a signatory is among the people who go on acting; they name the others by an amendment")
	}
	return []any{TransferRequested{c.ID, c.Party, c.By, c.To, c.On, c.People, c.Evidence, t.Assignment.NeedsConsent(c.To)}}, nil
}

// DecideConsent lets the other party consent.
func (s State) DecideConsent(c ConsentTransfer) ([]any, error) {
	if err := s.answerable("consent to the assignment", c.ID, c.Party); err != nil {
		return nil, err
	}
	return []any{TransferConsented(c)}, nil
}

// DecideWithdrawal lets the party that gave a transfer take it back before it takes effect.
func (s State) DecideWithdrawal(c WithdrawTransfer, now time.Time, zone *time.Location) ([]any, error) {
	t, known := s.Transfers[c.ID]
	no := func(format string, args ...any) ([]any, error) {
		return nil, agreement.Refuse("withdraw the assignment", "13.3", format, args...)
	}
	switch {
	case !known:
		return no("there is no assignment %q", c.ID)
	case t.Party != c.Party:
		return no("%s gave it", t.Party.Label())
	case !t.stands():
		return no("it was refused or withdrawn already")
	case !t.pending(zone, now):
		return no("it has taken effect")
	}
	return []any{TransferWithdrawn(c)}, nil
}

// DecideRefuse lets the other party refuse, with a reason.
func (s State) DecideRefuse(c RefuseTransfer) ([]any, error) {
	const act = "refuse the assignment"
	if err := s.answerable(act, c.ID, c.Party); err != nil {
		return nil, err
	}
	if strings.TrimSpace(c.Reason) == "" || len(c.Reason) > mostSaid {
		return nil, agreement.Refuse(act, "13.3", "a refusal needs a reason of at most %d bytes", mostSaid)
	}
	return []any{TransferRefused(c)}, nil
}

func (s State) answerable(act, id string, party agreement.Party) error {
	t, known := s.Transfers[id]
	switch {
	case !known:
		return agreement.Refuse(act, "13.3", "there is no assignment %q", id)
	case t.Party == party:
		return agreement.Refuse(act, "13.3", "%s asked for it, and %s answers", party.Label(), party.Other().Label())
	case !t.Consent:
		return agreement.Refuse(act, "13.3", "it needs no consent")
	case !t.Open():
		return agreement.Refuse(act, "13.3", "it was answered already")
	}
	return nil
}

// Successor is the transfer by which somebody else has become a party, the last that has taken effect
// at an instant; false if there is none.
func (s State) Successor(p agreement.Party, zone *time.Location, now time.Time) (Transfer, bool) {
	var last Transfer
	var since time.Time
	for _, t := range s.Transfers {
		at, takes := t.Takes(zone)
		if t.Party == p && takes && !now.Before(at) && (last.ID == "" || at.After(since) || at.Equal(since) && t.Requested.After(last.Requested)) {
			last, since = t, at
		}
	}
	return last, last.ID != ""
}

// applyTransfer is what an event about a transfer does to the state.
func (s *State) applyTransfer(event any, at time.Time) {
	if s.Transfers == nil {
		s.Transfers = map[string]Transfer{}
	}
	switch e := event.(type) {
	case TransferRequested:
		s.Transfers[e.ID] = Transfer{ID: e.ID, Party: e.Party, By: e.By, To: e.To, On: e.On, People: e.People, Evidence: e.Evidence, Consent: e.Consent, Requested: at}
	case TransferConsented:
		if t, known := s.Transfers[e.ID]; known {
			t.Consented = at
			s.Transfers[e.ID] = t
		}
	case TransferWithdrawn:
		if t, known := s.Transfers[e.ID]; known {
			t.Withdrawn = at
			s.Transfers[e.ID] = t
		}
	case TransferRefused:
		if t, known := s.Transfers[e.ID]; known {
			t.Refused, t.Reason = at, e.Reason
			s.Transfers[e.ID] = t
		}
	}
}
