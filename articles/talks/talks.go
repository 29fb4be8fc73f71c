// Package talks is a negotiation as both parties see it: on which clauses they do not stand on one text,
// who has said what of them, and whose turn it is. It follows from the ledger alone, so it is the same
// for both.
package talks

import (
	"slices"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/changes"
)

// A Standing is where a negotiation stands.
type Standing struct {
	Latest  agreement.Version // the version proposed last; Number 0 if none is
	Base    int               // the version with which the latest is compared; 0 if there is none before it
	Open    bool              // whether the latest version can still be signed
	Turn    []agreement.Party // who is to move; none once both have signed
	Next    Move              // what they are to do
	Points  []Point           // the clauses on which not both stand on the latest text, in the order of the agreement
	Threads []agreement.Thread
	// AnswerBy is the end of the time that clause 13.5 gives to answer an amendment; zero if it gives none.
	AnswerBy time.Time
	// SignBy is until when clause 13.5 lets both sign an amendment before it takes effect; zero if it does not say.
	SignBy time.Time
}

// A Move is what is to be done next.
type Move string

// The moves of a negotiation.
const (
	None    Move = ""        // both have signed, or nothing is proposed
	Answer  Move = "answer"  // accept, reject, counter-propose or sign
	Propose Move = "propose" // another version: this one will not be signed as it is
	Sign    Move = "sign"    // nothing is open
)

// A Point is a clause on which not both parties stand on the latest text.
type Point struct {
	Clause   agreement.Clause
	Terms    []changes.Change  // what the latest version changes under the clause, compared with Base; empty where only words change
	Waits    []agreement.Party // who has not said anything of this text
	Rejected []Rejection
}

// A Rejection is that a party does not accept a clause, and why.
type Rejection struct {
	Party  agreement.Party
	Reason string
	At     time.Time
}

// Of is where the negotiation of an agreement stands at now.
func Of(s articles.State, now time.Time) Standing {
	var out Standing
	for _, t := range s.Life.Threads {
		if !t.Settled() {
			out.Threads = append(out.Threads, t)
		}
	}
	var any bool
	if out.Latest, any = s.Life.Latest(); !any || out.Latest.Signed() {
		return out
	}
	out.Base = base(s.Life.Versions[:out.Latest.Number-1], out.Latest.Party)
	out.Open = out.Latest.Open(now)
	out.AnswerBy, out.SignBy = times(s, out.Latest)
	if out.Latest.Closed == nil || !out.Latest.Closed.Withdrawn { // else there is no text to stand on
		p := positionsOf(s, footing(s.Life))
		out.Points = p.points(out.Latest.Number)
		out.explain(s)
	}
	out.Turn, out.Next = out.turn()
	return out
}

// Accepts refuses to accept clauses on whose text the party stands already: that would say nothing, and
// stand in the ledger for ever. Of what it may not answer at all, Decide says so.
func Accepts(s articles.State, c agreement.AnswerClauses, now time.Time) error {
	n := Of(s, now)
	if !c.Accept || !n.Open || c.Version != n.Latest.Number || n.Latest.ProposedBy(c.Party) || n.Latest.SignedBy(c.Party) {
		return nil
	}
	for _, clause := range c.Clauses {
		if !slices.ContainsFunc(n.Points, func(p Point) bool { return p.Clause == clause && p.opposed(c.Party) }) {
			return agreement.Refuse("accept the clauses", "13.5", "%s stands on the text of %s in version %d already", c.Party.Label(), clause.Cite(), c.Version)
		}
	}
	return nil
}

// opposed reports whether a party does not stand on the text of the point.
func (p Point) opposed(by agreement.Party) bool {
	return slices.Contains(p.Waits, by) || slices.ContainsFunc(p.Rejected, func(r Rejection) bool { return r.Party == by })
}

// base is the version with which one that a party proposes next is compared: the last that both have signed
// or that somebody else proposed. So the other party sees all that is new to it, also where an older text
// comes back, or where two proposals follow each other. Where nobody else proposed any, it is the one before.
func base(earlier []agreement.Version, by agreement.Party) int {
	for _, v := range slices.Backward(earlier) {
		withdrawn := v.Closed != nil && v.Closed.Withdrawn
		if v.Signed() || !withdrawn && (v.Party != by || !slices.Contains(agreement.Both, by)) {
			return v.Number
		}
	}
	return len(earlier)
}

// footing is the version on which both stand from the start: the last that both have signed or, before
// that, a first one that neither proposed. It is 0 if there is none.
func footing(l agreement.Life) int {
	if v, ok := l.LastSigned(); ok {
		return v.Number
	}
	if len(l.Versions) > 0 && !slices.Contains(agreement.Both, l.Versions[0].Party) {
		return 1
	}
	return 0
}

// times are until when clause 13.5 of the version signed last lets an amendment be answered, and signed.
func times(s articles.State, v agreement.Version) (answer, sign time.Time) {
	signed, amends := s.Life.LastSigned()
	if !amends {
		return answer, sign
	}
	t := s.Texts[signed.Number-1]
	zone := t.Frame().Zone()
	if within := t.General.Amendments.AnswerWithin; !within.IsZero() {
		answer = within.After(v.Proposed.In(zone)).UTC()
	}
	if by := t.General.Amendments.SignBy(v.Effective, zone); !by.IsZero() {
		sign = by.UTC()
	}
	return answer, sign
}

// explain adds which terms the latest version changes under each point.
func (o *Standing) explain(s articles.State) {
	var before articles.Agreement
	if o.Base > 0 {
		before = *s.Texts[o.Base-1]
	}
	for _, c := range changes.Between(before, *s.Texts[o.Latest.Number-1]) {
		for i := range o.Points {
			if o.Points[i].Clause == home(c) {
				o.Points[i].Terms = append(o.Points[i].Terms, c)
			}
		}
	}
}

// turn is who is to move, and how. It is never nobody while a version is not signed by both.
func (o *Standing) turn() ([]agreement.Party, Move) {
	v := o.Latest
	switch {
	case v.Closed != nil && !v.Closed.Withdrawn:
		return []agreement.Party{v.Closed.Party.Other()}, Propose
	case !o.Open:
		return agreement.Both, Propose
	}
	var waiting, unsigned, refused []agreement.Party
	for _, p := range agreement.Both {
		if slices.ContainsFunc(o.Points, func(x Point) bool { return slices.Contains(x.Waits, p) }) {
			waiting = append(waiting, p)
		}
		if !v.SignedBy(p) {
			unsigned = append(unsigned, p)
		}
		if slices.ContainsFunc(o.Points, func(x Point) bool { return x.rejectedBy(p) }) {
			refused = append(refused, p)
		}
	}
	switch {
	case len(waiting) > 0:
		return waiting, Answer
	case len(refused) == 1 && v.ProposedBy(refused[0].Other()):
		return []agreement.Party{refused[0].Other()}, Propose
	case len(refused) > 0:
		return agreement.Both, Propose
	}
	if slices.Contains(unsigned, v.First) {
		return []agreement.Party{v.First}, Sign
	}
	return unsigned, Sign
}

func (x Point) rejectedBy(p agreement.Party) bool {
	return slices.ContainsFunc(x.Rejected, func(r Rejection) bool { return r.Party == p })
}
