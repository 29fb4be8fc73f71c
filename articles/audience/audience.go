// Package audience is who is told what happens under an agreement, and what is due: which roles of which party,
// whether something is asked of them, and whether they may choose not to be written to.
//
// It follows from the people and roles of clause 7.1 and from the people whom clause 13.8 names for notices.
// There is one table of it, which the documents show.
package audience

import (
	"slices"
	"strings"
	"time"

	"entente/agreement"
	"entente/articles"
)

// A Matter is what one is told, as people choose how they hear of it.
type Matter string

// The matters. Of a Notice nobody can choose not to hear.
const (
	Notice Matter = "notice" // has effect when it arrives, or runs a clock against whom it reaches
	Ask    Matter = "ask"    // wants an answer of one's party
	Due    Matter = "due"    // has to be done, or ends, by a day
	News   Matter = "news"   // has happened
)

// Label is what people call the matter.
func (m Matter) Label() string {
	switch m {
	case Notice:
		return "Formal notices and the clocks that they start"
	case Ask:
		return "What wants an answer"
	case Due:
		return "Deadlines"
	}
	return "What has happened"
}

// Whose are the parties that are told.
type Whose string

// The parties that are told. Who acted is never told of their own act.
const (
	Other Whose = "other" // than the party that acted; both, where neither did
	Both  Whose = "both"
	None  Whose = "none"
)

// A Rule says of whom entries of a type are told.
type Rule struct {
	Type    string // of the entry, without its version: "term.breach_notified"
	Whose   Whose
	Roles   []agreement.Role
	Signers bool // those whom a signatory lets sign are told as signatories are
	Matter  Matter
	Asks    string           // what is asked of those who are told; empty if nothing is
	Under   agreement.Clause // why nobody can turn it off; of notices only
	Why     string           // why nobody is told; of None only
}

// RuleOf is the rule for a type of entry: "term.breach_notified/1". Nobody is told of what no rule knows.
func RuleOf(kind string) Rule {
	family, _, _ := strings.Cut(kind, "/")
	for _, r := range Rules {
		if r.Type == family {
			return r
		}
	}
	return Rule{Type: family, Whose: None}
}

// Parties are those that are told of an act of a party.
func (r Rule) Parties(acted agreement.Party) []agreement.Party {
	switch {
	case r.Whose == None:
		return nil
	case r.Whose == Other && slices.Contains(agreement.Both, acted):
		return []agreement.Party{acted.Other()}
	}
	return agreement.Both
}

// Named are the people of a party, by the file's ids, whom a text names for what the rule tells, whatever their
// roles: those to whom notices are addressed by clause 13.8.
func (r Rule) Named(text *articles.Agreement, p agreement.Party) []string {
	if r.Matter != Notice {
		return nil
	}
	return text.General.Notices.To(p)
}

// Delegates are the people of a party, by their pseudonymous ids, who are told because a signatory lets them sign at now,
// or did so until the event.
func (r Rule) Delegates(s articles.State, event any, p agreement.Party, now time.Time) (ids []string) {
	ended, _ := event.(agreement.DelegationEnded)
	for _, d := range s.Life.Delegations {
		_, counts := s.Life.SignsFor(d.To, s.Members, now)
		if r.Signers && d.Party == p && (counts || d.ID == ended.ID) && !slices.Contains(ids, d.To) {
			ids = append(ids, d.To)
		}
	}
	return ids
}

// Above are the roles whose holders are told next when those of a role do not read what is late: the
// steering committee of clause 7.1, and then who signs for the party.
func Above(r agreement.Role) []agreement.Role {
	ladder := []agreement.Role{agreement.Committee, agreement.Signatory}
	if i := slices.Index(ladder, r); i >= 0 {
		if r == agreement.Signatory {
			return []agreement.Role{agreement.Committee}
		}
		return ladder[i+1:]
	}
	return ladder
}
