package agreement

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// An Offer is what became of a version while the parties negotiate it. None of it binds anyone: only
// two signatures do.
type Offer struct {
	Party    Party     `json:",omitzero"` // who proposed it; Host for whoever brought the file, empty where an old ledger does not say
	By       string    `json:",omitzero"`
	Answers  int       `json:",omitzero"` // the version that it answers
	Expires  time.Time `json:",omitzero"` // when it lapses unless both have signed
	Remark   string    `json:",omitzero"`
	First    Party     `json:",omitzero"`  // who signs before the other; empty: in any order
	Answered []Answer  `json:",omitempty"` // in order; of two by one party on one clause the later counts
	Closed   *Closing  `json:",omitzero"`  // nil unless it was withdrawn or declined
}

// An Answer is what a party says of clauses of a version.
type Answer struct {
	Clauses  []Clause
	Party    Party
	By       string
	Accepted bool
	Reason   string // why not
	At       time.Time
}

// A Closing is why a version can no longer be signed.
type Closing struct {
	Party     Party
	By        string
	Withdrawn bool // by the party that proposed it; else the other one declined it
	Reason    string
	At        time.Time
}

// MostSaid is how many bytes a remark, a reason or a comment may have.
const MostSaid = 4000

// mostAnswers is how many answers one version takes, so that its entries stay readable.
const mostAnswers = 500

// Open reports whether the version can still be signed by whoever has not.
func (v Version) Open(now time.Time) bool {
	return !v.Signed() && v.Closed == nil && (v.Expires.IsZero() || now.Before(v.Expires))
}

// shut says why a version that is not signed is not open.
func (v Version) shut() string {
	switch {
	case v.Closed == nil:
		return "has expired"
	case v.Closed.Withdrawn:
		return "was withdrawn"
	}
	return "was declined by " + v.Closed.Party.Label()
}

// ProposedBy reports whether a party itself proposed the version.
func (v Version) ProposedBy(p Party) bool { return v.Party == p }

// Negotiator is the version that says who acts for a party: the last that both have signed or, before
// that, the last that the party proposed itself or that was brought from outside. What the other party
// proposes gives and takes no authority. It is 0 if there is none.
func (l Life) Negotiator(p Party) int {
	if l.InForce > 0 {
		return l.InForce
	}
	if v, ok := l.LastSigned(); ok {
		return v.Number
	}
	for _, v := range slices.Backward(l.Versions) {
		if v.Party != p.Other() {
			return v.Number
		}
	}
	return 0
}

// Predecessor is the version that said who acts for a party before the present Negotiator did, and since when that one
// does. It is 0 if there was none.
func (l Life) Predecessor(p Party) (before int, since time.Time) {
	n := l.Negotiator(p)
	if n == 0 {
		return 0, since
	}
	present := l.Versions[n-1]
	since = present.Proposed
	if present.Signed() {
		since = present.Complete()
	}
	for _, v := range slices.Backward(l.Versions[:n-1]) {
		if !v.Signed() {
			continue
		}
		if n == l.InForce && present.Effective.After(since) {
			since = present.Effective
		}
		return v.Number, since
	}
	for _, v := range slices.Backward(l.Versions[:n-1]) {
		if v.Party != p.Other() {
			return v.Number, since
		}
	}
	return 0, since
}

// Commands of a negotiation.
type (
	// AnswerClauses accepts or rejects clauses of the version last proposed.
	AnswerClauses struct {
		Version int
		Clauses []Clause
		Party   Party
		By      string
		Accept  bool
		Reason  string // needed to reject
	}
	// Decline says that a party will not sign the version last proposed.
	Decline struct {
		Version int
		Party   Party
		By      string
		Reason  string
	}
	// Withdraw takes back the version last proposed; the party that proposed it does.
	Withdraw struct {
		Version int
		Party   Party
		By      string
		Reason  string
	}
)

// Events of a negotiation. Their JSON is kept for ever.
type (
	// ClausesAnswered says what a party thinks of clauses of a version.
	ClausesAnswered struct {
		Version  int      `json:"version"`
		Clauses  []Clause `json:"clauses"`
		Party    Party    `json:"party"`
		By       string   `json:"by"`
		Accepted bool     `json:"accepted"`
		Reason   string   `json:"reason,omitempty"`
	}
	// OfferClosed says that a version can no longer be signed.
	OfferClosed struct {
		Version   int    `json:"version"`
		Party     Party  `json:"party"`
		By        string `json:"by"`
		Withdrawn bool   `json:"withdrawn"`
		Reason    string `json:"reason,omitempty"`
	}
)

// DecideAnswer refuses an answer to a party's own proposal, and to any version but the one that is open.
func (l Life) DecideAnswer(c AnswerClauses, now time.Time) (ClausesAnswered, error) {
	act := "accept the clauses"
	if !c.Accept {
		act = "reject the clauses"
	}
	v, err := l.offered(act, c.Version, now)
	switch {
	case err != nil:
		return ClausesAnswered{}, err
	case v.ProposedBy(c.Party):
		return ClausesAnswered{}, Refuse(act, "13.5", "%s proposed version %d itself; propose another version", c.Party.Label(), v.Number)
	case v.SignedBy(c.Party):
		return ClausesAnswered{}, Refuse(act, "13.5", "%s has signed version %d", c.Party.Label(), v.Number)
	case len(c.Clauses) == 0:
		return ClausesAnswered{}, Refuse(act, "13.5", "no clause is named")
	case !c.Accept && c.Reason == "":
		return ClausesAnswered{}, Refuse(act, "13.5", "a rejection needs a reason")
	case len(c.Reason) > MostSaid:
		return ClausesAnswered{}, Refuse(act, "13.5", "the reason is longer than %d bytes", MostSaid)
	case len(v.Answered) >= mostAnswers:
		return ClausesAnswered{}, Refuse(act, "13.5", "version %d has %d answers already; propose another version", v.Number, mostAnswers)
	}
	for i, clause := range c.Clauses {
		if clause.Title() == "" {
			return ClausesAnswered{}, Refuse(act, "13.5", "the agreement has no clause %q", clause)
		}
		if slices.Contains(c.Clauses[:i], clause) {
			return ClausesAnswered{}, Refuse(act, "13.5", "%s is named twice", clause.Cite())
		}
	}
	return ClausesAnswered{c.Version, c.Clauses, c.Party, c.By, c.Accept, c.Reason}, nil
}

// DecideDecline refuses to decline what is the party's own. A party that has signed takes that back by it, as long
// as the other has not signed.
func (l Life) DecideDecline(c Decline, now time.Time) (OfferClosed, error) {
	const act = "decline the version"
	v, err := l.offered(act, c.Version, now)
	switch {
	case err != nil:
		return OfferClosed{}, err
	case v.ProposedBy(c.Party):
		return OfferClosed{}, Refuse(act, "13.5", "%s proposed version %d itself, and can withdraw it", c.Party.Label(), v.Number)
	case c.Reason == "" || len(c.Reason) > MostSaid:
		return OfferClosed{}, Refuse(act, "13.5", "it needs a reason of at most %d bytes", MostSaid)
	}
	return OfferClosed{c.Version, c.Party, c.By, false, c.Reason}, nil
}

// DecideWithdraw refuses to withdraw what the other party proposed, or has signed.
func (l Life) DecideWithdraw(c Withdraw, now time.Time) (OfferClosed, error) {
	const act = "withdraw the version"
	v, err := l.offered(act, c.Version, now)
	switch {
	case err != nil:
		return OfferClosed{}, err
	case !v.ProposedBy(c.Party):
		return OfferClosed{}, Refuse(act, "13.5", "%s did not propose version %d, and can decline it", c.Party.Label(), v.Number)
	case v.SignedBy(c.Party.Other()):
		return OfferClosed{}, Refuse(act, "13.5", "%s has signed version %d; propose another version if you will not sign it", c.Party.Other().Label(), v.Number)
	case len(c.Reason) > MostSaid:
		return OfferClosed{}, Refuse(act, "13.5", "the reason is longer than %d bytes", MostSaid)
	}
	return OfferClosed{c.Version, c.Party, c.By, true, c.Reason}, nil
}

// offered is the version last proposed, if it is the one that is meant and is open.
func (l Life) offered(act string, number int, now time.Time) (Version, error) {
	latest, any := l.Latest()
	switch {
	case !any:
		return latest, Refuse(act, "13.5", "nothing has been proposed")
	case number != latest.Number:
		return latest, Refuse(act, "13.5", "version %d is not the one proposed last, which is version %d; read that first", number, latest.Number)
	case latest.Signed():
		return latest, Refuse(act, "13.5", "both parties have signed version %d", latest.Number)
	case !latest.Open(now):
		return latest, Refuse(act, "13.5", "version %d %s", latest.Number, latest.shut())
	}
	return latest, nil
}

// answer is what an event does to the version that it is about.
func (l *Life) answer(event any, at time.Time) {
	switch e := event.(type) {
	case ClausesAnswered:
		if v := l.version(e.Version); v != nil {
			v.Answered = append(slices.Clip(v.Answered), Answer{e.Clauses, e.Party, e.By, e.Accepted, e.Reason, at})
		}
	case OfferClosed:
		if v := l.version(e.Version); v != nil {
			v.Closed = &Closing{e.Party, e.By, e.Withdrawn, e.Reason, at}
		}
	}
}

// version is a version by its number; nil if there is none.
func (l *Life) version(number int) *Version {
	if number < 1 || number > len(l.Versions) {
		return nil
	}
	return &l.Versions[number-1]
}

// ParseClause reads a clause as people write it: "6.1", "clause 6.1", "Schedule C", "c".
func ParseClause(s string) (Clause, error) {
	for _, e := range Catalogue {
		if strings.EqualFold(s, string(e.Clause)) || strings.EqualFold(s, e.Clause.Cite()) {
			return e.Clause, nil
		}
	}
	return "", fmt.Errorf("the agreement has no clause %q; name one by its number, as 6.1, or C for a schedule, or front", s)
}
