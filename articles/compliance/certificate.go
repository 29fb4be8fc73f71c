package compliance

import (
	"maps"
	"slices"
	"strings"
	"time"

	"entente/agreement"
	"entente/calendar"
)

// State is what has happened under Article 8. The zero State has no certificates but those that
// Schedule B itself states.
type State struct {
	Certificates map[string]Certificate // the one shown last, by Held.Key
}

// A Certificate is what a party showed for a certification of Schedule B.
type Certificate struct {
	Scope      string        `json:",omitempty"`
	Evidence   string        // the address, or the digest of a file
	ValidUntil calendar.Date // the last day
	By         string
	At         time.Time
}

// Commands and events of certificates. The JSON of events is kept for ever.
type (
	// RecordCertificate shows the certificate that a party holds.
	RecordCertificate struct {
		Name       string // the certification in clause B.4
		Party      agreement.Party
		By         string
		Scope      string
		Evidence   string
		ValidUntil calendar.Date
	}
	// CertificateRecorded is a certificate that was shown.
	CertificateRecorded struct {
		Name       string          `json:"name"`
		Party      agreement.Party `json:"party"`
		By         string          `json:"by"`
		Scope      string          `json:"scope,omitempty"`
		Evidence   string          `json:"evidence"`
		ValidUntil calendar.Date   `json:"valid_until"`
	}
)

// DecideCertificate refuses what shows nothing. A certificate takes the place of the one that was
// shown before it, also if it is valid for less time: the party says which one it has.
func (s State) DecideCertificate(b Security, c RecordCertificate, today calendar.Date) ([]any, error) {
	const act = "record the certificate"
	switch {
	case !slices.ContainsFunc(b.Certifications, func(one Certification) bool { return one.Name == c.Name && one.Party.Includes(c.Party) }):
		return nil, agreement.Refuse(act, "8.2", "clause B.4 has no certification %q that %s holds", c.Name, c.Party.Label())
	case c.ValidUntil.Before(today):
		return nil, agreement.Refuse(act, "8.2", "the certificate has expired: its last day was %s", c.ValidUntil.Words())
	case strings.TrimSpace(c.Evidence) == "":
		return nil, agreement.Refuse(act, "8.2", "a certificate needs evidence: an address, or the digest of a file")
	}
	return []any{CertificateRecorded(c)}, nil
}

// Evolve is the state after an event. It never fails, and the state before stays as it was.
func (s State) Evolve(event any, at time.Time) State {
	if _, ok := event.(CertificateRecorded); ok {
		s.Certificates = maps.Clone(s.Certificates)
	}
	s.Apply(event, at)
	return s
}

// Apply is Evolve in place, for whoever replays a whole life and keeps no state on the way.
func (s *State) Apply(event any, at time.Time) {
	e, ok := event.(CertificateRecorded)
	if !ok {
		return
	}
	if s.Certificates == nil {
		s.Certificates = map[string]Certificate{}
	}
	s.Certificates[Held{Name: e.Name, Party: e.Party}.Key()] = Certificate{e.Scope, e.Evidence, e.ValidUntil, e.By, at}
}

// Held is how a certification stands for one of the parties that hold it.
type Held struct {
	Name       string
	Party      agreement.Party
	Required   bool
	ValidUntil calendar.Date // the last day; zero if nobody has said
	Closes     time.Time     // when production closes for the party's components; zero if it does not
	Shown      *Certificate  // nil if only Schedule B speaks of it
}

// Key names the certification and its holder.
func (h Held) Key() string { return string(h.Party) + "/" + h.Name }

// Held are the certifications of clause B.4, for each party that holds them. The days are those of the
// zone.
func (s State) Held(b Security, zone *time.Location) []Held {
	var all []Held
	for _, c := range b.Certifications {
		for _, p := range agreement.Both {
			if !c.Party.Includes(p) {
				continue
			}
			h := Held{Name: c.Name, Party: p, Required: c.Required, ValidUntil: c.ValidUntil}
			if shown, ok := s.Certificates[h.Key()]; ok {
				h.Shown, h.ValidUntil = &shown, shown.ValidUntil
			}
			if c.Required && !h.ValidUntil.IsZero() {
				h.Closes = c.Grace.After(h.ValidUntil.AddDays(1).In(zone))
			}
			all = append(all, h)
		}
	}
	return all
}

// Closes is when clause 8.2 closes production for the components of a party; zero if it does not.
func (s State) Closes(b Security, p agreement.Party, zone *time.Location) time.Time {
	var first time.Time
	for _, h := range s.Held(b, zone) {
		if h.Party == p && !h.Closes.IsZero() && (first.IsZero() || h.Closes.Before(first)) {
			first = h.Closes
		}
	}
	return first
}
