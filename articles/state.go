package articles

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"entente/agreement"
	"entente/articles/commerce"
	"entente/articles/compliance"
	"entente/articles/general"
	"entente/articles/integration"
	"entente/articles/performance"
	"entente/articles/technical"
	"entente/articles/term"
)

// A State is one agreement as its ledger tells it: rebuilt from the same entries it is the same
// state, on any node, in any process.
type State struct {
	ID          agreement.ID
	Life        agreement.Life
	Integration integration.State
	Compliance  compliance.State
	Commerce    commerce.State
	Technical   technical.State
	Performance performance.State
	General     general.State
	Term        term.State
	Members     map[string]agreement.Member // by pseudonymous id
	Texts       []*Agreement                // the terms of each version; Texts[i] is of version i+1
	Annexes     []*Annex                    // what is attached to them
}

// A Library gives the documents that stand beside the ledger, by digest.
type Library interface {
	Document(digest string) ([]byte, error)
}

// ErrUnknownEvent means that an entry has a type that this release does not know. Its agreement
// can be read and verified, but not written, until a release that knows it is installed.
var ErrUnknownEvent = errors.New("the ledger has an entry of a type that this release does not know")

// Text is the terms that bind now or, before anything binds, the terms proposed last.
func (s State) Text() *Agreement {
	v, ok := s.Life.Current()
	if !ok || v.Number > len(s.Texts) {
		return &Agreement{}
	}
	return s.Texts[v.Number-1]
}

// TextAt is the terms that bound at an instant or, before any did, those of Text.
func (s State) TextAt(at time.Time) *Agreement {
	if n := s.Life.Ripe(at); n > 0 && n <= len(s.Texts) {
		return s.Texts[n-1]
	}
	return s.Text()
}

// Annex is what is attached to Text.
func (s State) Annex() *Annex {
	v, ok := s.Life.Current()
	if !ok || v.Number > len(s.Annexes) {
		return &Annex{}
	}
	return s.Annexes[v.Number-1]
}

// Stage is where the agreement stands at now.
func (s State) Stage(now time.Time) agreement.Stage {
	v, ok := s.Life.Current()
	switch {
	case !ok:
		return agreement.Draft
	case s.Life.Ripe(now) == 0 && !v.Signed():
		return agreement.Negotiation
	case s.Life.Ripe(now) == 0:
		return agreement.FullySigned
	}
	t := s.Term
	if e := s.Ending(); e != nil && !now.Before(e.Ends) {
		t.Ending = e // a term that runs out is not in notice before
	}
	return t.Stage(now)
}

// Ending is how the agreement ends, as far as that is certain: by notice, for a cause, or because
// its term runs out and does not renew. It is nil while no end is set.
func (s State) Ending() *term.Ending {
	if s.Term.Ending != nil {
		return s.Term.Ending
	}
	t := s.Text()
	return t.Term.Expiry(t.Frame().Effective(), t.Frame().Zone())
}

// A kind is a type of entry: its name, the clause under which it happens and its body.
type kind struct {
	name   string
	clause agreement.Clause
	body   reflect.Type
}

// kinds are all types of entries. A type is never reused; a change of its body is a new version.
var kinds = []kind{
	of[agreement.Proposed1]("agreement.proposed/1", agreement.FrontPage),
	of[agreement.Proposed]("agreement.proposed/2", agreement.FrontPage),
	of[agreement.ClausesAnswered]("agreement.clauses_answered/1", "13.5"),
	of[agreement.OfferClosed]("agreement.offer_closed/1", "13.5"),
	of[agreement.Commented]("agreement.commented/1", "13.5"),
	of[agreement.CommentResolved]("agreement.comment_resolved/1", "13.5"),
	of[agreement.Signed]("agreement.signed/1", agreement.SignatureBlock),
	of[agreement.SigningDelegated]("agreement.signing_delegated/1", agreement.SignatureBlock),
	of[agreement.DelegationEnded]("agreement.delegation_ended/1", agreement.SignatureBlock),
	of[agreement.EnteredIntoForce]("agreement.entered_into_force/1", "12.1"),
	of[agreement.PersonErased]("agreement.person_erased/1", "7.1"),
	of[integration.MilestoneConfirmed]("integration.milestone_confirmed/1", "2.2"),
	of[integration.MilestoneCompleted]("integration.milestone_completed/1", "2.2"),
	of[integration.MilestoneReopened]("integration.milestone_reopened/1", "2.2"),
	of[integration.ProductionOpened]("integration.production_opened/1", "2.2"),
	of[integration.ProductionClosed]("integration.production_closed/1", "2.2"),
	of[integration.KeyIssued1]("integration.key_issued/1", "2.1"),
	of[integration.KeyIssued]("integration.key_issued/2", "2.1"),
	of[integration.ClientRegistered1]("integration.client_registered/1", "2.1"),
	of[integration.ClientRegistered]("integration.client_registered/2", "2.1"),
	of[integration.CertificatePinned]("integration.certificate_pinned/1", "2.1"),
	of[integration.KeyRevoked]("integration.key_revoked/1", "2.1"),
	of[commerce.UsageSealed]("commerce.usage_sealed/1", "6.1"),
	of[commerce.DaySealed]("commerce.day_sealed/1", "6.1"),
	of[compliance.CertificateRecorded]("compliance.certificate_recorded/1", "8.2"),
	of[technical.AnswerDeviated]("technical.answer_deviated/1", "A"),
	of[performance.MaintenanceAnnounced]("performance.maintenance_announced/1", "C"),
	of[performance.MaintenanceWithdrawn]("performance.maintenance_withdrawn/1", "C"),
	of[performance.WindowMeasured]("performance.window_measured/1", "C"),
	of[performance.CreditComputed]("performance.credit_computed/1", "C"),
	of[performance.LeaveArisen]("performance.leave_arisen/1", "C"),
	of[general.Waived]("general.waived/1", "13.5"),
	of[general.WaiverEnded]("general.waiver_ended/1", "13.5"),
	of[general.LetterGiven]("general.letter_given/1", "13.4"),
	of[general.TransferRequested]("general.transfer_requested/1", "13.3"),
	of[general.TransferConsented]("general.transfer_consented/1", "13.3"),
	of[general.TransferRefused]("general.transfer_refused/1", "13.3"),
	of[general.TransferWithdrawn]("general.transfer_withdrawn/1", "13.3"),
	of[term.SuspensionBegan]("term.suspension_began/1", "12.2"),
	of[term.SuspensionLifted]("term.suspension_lifted/1", "12.2"),
	of[term.BreachNotified]("term.breach_notified/1", "12.2"),
	of[term.BreachCured]("term.breach_cured/1", "12.2"),
	of[term.ChangeNotified]("term.change_notified/1", "12.2"),
	of[term.ChangeClosed]("term.change_closed/1", "12.2"),
	of[term.TerminationNoticed]("term.termination_noticed/1", "12.1"),
	of[term.StageReached]("term.stage_reached/1", "12.3"),
	of[term.CustomersListed]("term.customers_listed/1", "12.4"),
}

func of[T any](name string, clause agreement.Clause) kind {
	return kind{name, clause, reflect.TypeFor[T]()}
}

// Types are the names of all types of entries that say something about an agreement.
func Types() []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.name
	}
	return names
}

// Name is the type under which an event is kept, and the clause under which it happened: that of the
// type, unless the event says which clause it is about.
func Name(event any) (string, agreement.Clause) {
	for _, k := range kinds {
		if k.body == reflect.TypeOf(event) {
			if about, ok := event.(interface{ Under() agreement.Clause }); ok {
				return k.name, about.Under()
			}
			return k.name, k.clause
		}
	}
	panic(fmt.Sprintf("articles: %T is not an event", event))
}

// ReadEvent reads the body of an entry. Entries that belong to the ledger itself (its opening, its
// keys) are no events of the agreement: for them the event is nil.
func ReadEvent(name string, body []byte) (any, error) {
	if strings.HasPrefix(name, "ledger.") {
		return nil, nil
	}
	for _, k := range kinds {
		if k.name != name {
			continue
		}
		e := reflect.New(k.body)
		if err := json.Unmarshal(body, e.Interface()); err != nil {
			return nil, fmt.Errorf("reading the body of %s: %w", name, err)
		}
		return e.Elem().Interface(), nil
	}
	return nil, fmt.Errorf("%w: %s", ErrUnknownEvent, name)
}

// Evolve is the state after an event, and leaves the state before as it was. It fails only if the
// library lacks the terms of a version, or an attachment that they rely on.
func (s State) Evolve(event any, at time.Time, library Library) (State, error) {
	event = current(event)
	switch e := event.(type) {
	case agreement.Proposed:
		s.Members = maps.Clone(s.Members)
		if err := s.propose(e, library); err != nil {
			return s, err
		}
	case agreement.PersonErased:
		s.Members = maps.Clone(s.Members)
		s.erase(e.Person)
	}
	s.Life = s.Life.Evolve(event, at)
	s.Integration = s.Integration.Evolve(event, at)
	s.Compliance = s.Compliance.Evolve(event, at)
	s.Commerce = s.Commerce.Evolve(event)
	s.Technical = s.Technical.Evolve(event)
	s.Performance = s.Performance.Evolve(event, at)
	s.General = s.General.Evolve(event, at)
	s.Term = s.Term.Evolve(event, at)
	return s, nil
}

// Apply is Evolve in place, for whoever replays a whole life and keeps no state on the way: there it
// does not copy, again and again, what has grown.
func (s *State) Apply(event any, at time.Time, library Library) error {
	event = current(event)
	switch e := event.(type) {
	case agreement.Proposed:
		if err := s.propose(e, library); err != nil {
			return err
		}
	case agreement.PersonErased:
		s.erase(e.Person)
	}
	s.Life = s.Life.Evolve(event, at)
	s.Integration.Apply(event, at)
	s.Compliance.Apply(event, at)
	s.Commerce.Apply(event)
	s.Technical.Apply(event)
	s.Performance.Apply(event, at)
	s.General.Apply(event, at)
	s.Term.Apply(event, at)
	return nil
}

// current is an event in the form in which it is written today, as far as whoever reads it need not tell.
func current(event any) any {
	if e, old := event.(agreement.Proposed1); old {
		return agreement.Proposed{Proposed1: e}
	}
	return event
}

func (s *State) propose(e agreement.Proposed, library Library) error {
	text, err := loadTerms(library, e.Terms)
	if err != nil {
		return fmt.Errorf("the terms of version %d: %w", e.Version, err)
	}
	annex, err := ReadAnnex(text, library.Document)
	if err != nil {
		return fmt.Errorf("the attachments of version %d: %w", e.Version, err)
	}
	s.Texts = append(s.Texts[:len(s.Texts):len(s.Texts)], text)
	s.Annexes = append(s.Annexes[:len(s.Annexes):len(s.Annexes)], annex)
	if s.Members == nil {
		s.Members = map[string]agreement.Member{}
	}
	for _, m := range e.People {
		s.Members[m.ID] = m
	}
	return nil
}

func (s *State) erase(person string) {
	if m, known := s.Members[person]; known {
		m.Erased = true
		s.Members[person] = m
	}
}

func loadTerms(library Library, digest string) (*Agreement, error) {
	b, err := library.Document(digest)
	if err != nil {
		return nil, err
	}
	return ParseTerms(b)
}

// Since is when the agreement came into force, or will: as its effective date begins or, if later, with
// the second signature. An amendment does not change it.
func (s State) Since() time.Time {
	if v, ok := s.Life.Current(); ok && v.Signed() {
		return s.firstInForce(v)
	}
	f := s.Text().Frame()
	return f.Effective().In(f.Zone())
}

// firstInForce is when the first version entered, or the current one will: an amendment does not
// close what is open.
func (s State) firstInForce(v agreement.Version) time.Time {
	first := v
	for _, earlier := range s.Life.Versions[:v.Number] {
		if earlier.Signed() {
			first = earlier
			break
		}
	}
	from := first.Effective
	if done := first.Complete(); done.After(from) {
		from = done
	}
	return from
}

// Accrue prices a month's use under the text that binds.
func (s State) Accrue(uses []commerce.Use) (commerce.Accrual, error) { return s.Text().Accrue(uses) }

// Accrue prices a month's use.
func (t *Agreement) Accrue(uses []commerce.Use) (commerce.Accrual, error) {
	return t.Commerce.Accrue(uses, func(name string) agreement.Party {
		c, _ := t.Frame().Component(name)
		return c.Provider
	})
}

// Keys are the keys in the order of their issue, so that a grant keeps its place.
func (s State) Keys() []integration.Key {
	var all []integration.Key
	for _, k := range s.Integration.Keys {
		all = append(all, k)
	}
	slices.SortFunc(all, func(a, b integration.Key) int {
		if c := a.Issued.Compare(b.Issued); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return all
}
