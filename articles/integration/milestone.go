package integration

import (
	"maps"
	"slices"
	"time"

	"entente/agreement"
)

// State is what has happened under Article 2: milestones reached and keys issued.
// The zero State has none.
type State struct {
	Milestones map[string]Milestone // by the requirement's id
	Keys       map[string]Key       // by key id
	Production bool                 // whether clause 2.2 has opened production
}

// A Milestone is how a requirement of clause 2.2 stands.
type Milestone struct {
	Confirmed map[agreement.Party]Confirmation
	Completed time.Time // zero while it is open
}

// A Confirmation is a technical lead's word that a requirement is met.
type Confirmation struct {
	By       string // pseudonymous id
	At       time.Time
	Evidence []Evidence
}

// Evidence shows that a requirement is met: a link, a file or a report, named by its digest if it
// is kept on the node.
type Evidence struct {
	Kind   string `json:"kind"` // link, file or report
	Ref    string `json:"ref"`  // the address, or the digest
	Remark string `json:"remark,omitempty"`
}

// Commands on milestones.
type (
	// CompleteMilestone says that a requirement is met.
	CompleteMilestone struct {
		Milestone string
		Party     agreement.Party
		By        string
		Evidence  []Evidence
	}
	// ReopenMilestone says that a requirement is no longer met.
	ReopenMilestone struct {
		Milestone string
		Party     agreement.Party
		By        string
		Reason    string
	}
)

// Events of milestones. Their JSON is kept for ever.
type (
	// MilestoneConfirmed is one party's confirmation.
	MilestoneConfirmed struct {
		Milestone string          `json:"milestone"`
		Party     agreement.Party `json:"party"`
		By        string          `json:"by"`
		Evidence  []Evidence      `json:"evidence"`
	}
	// MilestoneCompleted says that everyone responsible has confirmed.
	MilestoneCompleted struct {
		Milestone string `json:"milestone"`
	}
	// MilestoneReopened takes the confirmations back.
	MilestoneReopened struct {
		Milestone string          `json:"milestone"`
		Party     agreement.Party `json:"party"`
		By        string          `json:"by"`
		Reason    string          `json:"reason"`
	}
	// ProductionOpened follows from the last requirement before production.
	ProductionOpened struct{}
	// ProductionClosed follows from reopening one.
	ProductionClosed struct {
		Milestone string `json:"milestone"`
	}
)

const complete, reopen = "complete the milestone", "reopen the milestone"

// DecideComplete confirms a requirement for a party; the last confirmation completes it, and
// completing the last requirement before production opens production.
func (s State) DecideComplete(t Terms, c CompleteMilestone) ([]any, error) {
	r, ok := t.Requirement(c.Milestone)
	m := s.Milestones[c.Milestone]
	_, again := m.Confirmed[c.Party]
	switch {
	case !ok:
		return nil, agreement.Refuse(complete, "2.2", "clause 2.2 has no requirement %q", c.Milestone)
	case !r.Owner().Includes(c.Party):
		return nil, agreement.Refuse(complete, "2.2", "%s is responsible for %q, not %s", r.Owner().Label(), r.Title, c.Party.Label())
	case !m.Completed.IsZero():
		return nil, agreement.Refuse(complete, "2.2", "%q is already complete", r.Title)
	case again:
		return nil, agreement.Refuse(complete, "2.2", "%s has already confirmed %q; %s has not yet", c.Party.Label(), r.Title, c.Party.Other().Label())
	case len(c.Evidence) == 0:
		return nil, agreement.Refuse(complete, "2.2", "%q needs evidence: a link, a file or a report", r.Title)
	}
	confirmed := MilestoneConfirmed{c.Milestone, c.Party, c.By, c.Evidence}
	events := []any{confirmed}
	if _, other := m.Confirmed[c.Party.Other()]; r.Owner() == agreement.BothParties && !other {
		return events, nil
	}
	events = append(events, MilestoneCompleted{c.Milestone})
	after := s.Evolve(confirmed, time.Time{}).Evolve(events[1], time.Unix(1, 0))
	if !s.Production && after.ready(t) {
		events = append(events, ProductionOpened{})
	}
	return events, nil
}

// DecideReopen takes a completed or confirmed requirement back; production closes with it if the
// requirement comes before production.
func (s State) DecideReopen(t Terms, c ReopenMilestone) ([]any, error) {
	r, ok := t.Requirement(c.Milestone)
	m := s.Milestones[c.Milestone]
	switch {
	case !ok:
		return nil, agreement.Refuse(reopen, "2.2", "clause 2.2 has no requirement %q", c.Milestone)
	case len(m.Confirmed) == 0:
		return nil, agreement.Refuse(reopen, "2.2", "%q is open", r.Title)
	case c.Reason == "":
		return nil, agreement.Refuse(reopen, "2.2", "%q needs a reason to be reopened", r.Title)
	}
	events := []any{MilestoneReopened(c)}
	if s.Production && r.BeforeProduction {
		events = append(events, ProductionClosed{c.Milestone})
	}
	return events, nil
}

// Pending are the requirements before production that are not complete, in the order of clause 2.2.
func (s State) Pending(t Terms) []Requirement {
	var open []Requirement
	for _, r := range t.Requirements {
		if r.BeforeProduction && s.Milestones[r.ID].Completed.IsZero() {
			open = append(open, r)
		}
	}
	return open
}

// Open reports whether production is open: clause 2.1 gives access to it, and the requirements that
// come before it are complete or there are none.
func (s State) Open(t Terms) bool {
	return t.Access.Production && (s.Production || len(t.BeforeProduction()) == 0)
}

func (s State) ready(t Terms) bool { return len(s.Pending(t)) == 0 }

// Requirement finds a requirement of clause 2.2 by its id.
func (t Terms) Requirement(id string) (Requirement, bool) {
	i := slices.IndexFunc(t.Requirements, func(r Requirement) bool { return r.ID == id })
	if i < 0 {
		return Requirement{}, false
	}
	return t.Requirements[i], true
}

// Evolve is the state after an event. It never fails, and the state before stays as it was.
func (s State) Evolve(event any, at time.Time) State {
	switch event.(type) {
	case MilestoneConfirmed, MilestoneCompleted, MilestoneReopened:
		s.Milestones = maps.Clone(s.Milestones)
	case KeyIssued, KeyIssued1, ClientRegistered1, ClientRegistered, CertificatePinned, KeyRevoked:
		s.Keys = maps.Clone(s.Keys)
	}
	s.Apply(event, at)
	return s
}

// Apply is Evolve in place, for whoever replays a whole life and keeps no state on the way.
func (s *State) Apply(event any, at time.Time) {
	switch e := event.(type) {
	case MilestoneConfirmed:
		m := s.Milestones[e.Milestone]
		m.Confirmed = maps.Clone(m.Confirmed)
		if m.Confirmed == nil {
			m.Confirmed = map[agreement.Party]Confirmation{}
		}
		m.Confirmed[e.Party] = Confirmation{e.By, at, e.Evidence}
		s.setMilestone(e.Milestone, m)
	case MilestoneCompleted:
		m := s.Milestones[e.Milestone]
		m.Completed = at
		s.setMilestone(e.Milestone, m)
	case MilestoneReopened:
		s.setMilestone(e.Milestone, Milestone{})
	case ProductionOpened:
		s.Production = true
	case ProductionClosed:
		s.Production = false
	case KeyIssued1:
		s.Apply(KeyIssued{e.ID, e.Digest, e.Party, e.Component, e.Environment, e.Purpose, e.Class, e.Label, e.By, e.Expires, nil}, at)
	case KeyIssued:
		s.setKey(e.ID, Key{e.ID, e.Digest, e.Party, e.Component, e.Environment, e.Purpose, e.Class, e.Label, e.By, at, e.Expires, time.Time{}, agreement.APIKey, e.Networks, Client{}, ""})
	case ClientRegistered1:
		s.Apply(ClientRegistered{e.KeyIssued, Client{Issuer: e.Client.Issuer, ID: e.Client.ID, Keys: e.Client.Keys}}, at)
	case ClientRegistered:
		s.Apply(e.KeyIssued, at)
		k := s.Keys[e.ID]
		k.Method, k.Client = agreement.OAuth2, e.Client
		s.setKey(e.ID, k)
	case CertificatePinned:
		s.Apply(e.KeyIssued, at)
		k := s.Keys[e.ID]
		k.Method, k.Pin = agreement.MTLS, e.Pin
		s.setKey(e.ID, k)
	case KeyRevoked:
		k := s.Keys[e.ID]
		k.Revoked = at
		s.setKey(e.ID, k)
	}
}

func (s *State) setMilestone(id string, m Milestone) {
	if s.Milestones == nil {
		s.Milestones = map[string]Milestone{}
	}
	s.Milestones[id] = m
}
