// Package deadlines is what is due under an agreement: what, by when, who owes it, and under which clause.
// It follows from the terms that bind and from what has happened, and from nothing else.
package deadlines

import (
	"cmp"
	"slices"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/calendar"
)

// A Deadline is something that is to be done, or that ends, before an instant.
type Deadline struct {
	ID     string // the same for the same thing as long as there is such a thing: "milestone/security-review"
	Clause agreement.Clause
	What   string                // without its full stop: "Security review is to be complete"
	Owes   agreement.Responsible // who has to act or, where nobody has to, whom it concerns
	Role   agreement.Role        // of the people whose matter it is (clause 7.1)
	Begun  time.Time             // when a clock began to run; zero where the agreement names a date
	Due    time.Time             // the first instant after it
	Day    calendar.Date         // the last day on which it can be done, in the agreement's zone
	Whole  bool                  // it is due at the end of that day, and not within it
	State  State
}

// A State says how a deadline stands.
type State string

// The states of a deadline. What merely ends, such as a term, is never late: it is gone.
const (
	Open State = "open" // not yet due
	Late State = "late" // owed, and not done in time
	Done State = "done"
)

// Of are the deadlines of an agreement at an instant, the earliest first. There are none before both
// parties have signed, but for the answer to a proposal that lapses.
func Of(s articles.State, now time.Time) []Deadline {
	l := list{State: s, text: s.Text(), zone: s.Text().Frame().Zone(), now: now}
	l.offer()
	if v, ok := s.Life.Current(); ok && v.Signed() {
		for _, add := range []func(){l.milestones, l.certificates, l.keys, l.notices, l.term, l.amendments, l.grants, l.exclusivity, l.recurring} {
			add()
		}
	}
	slices.SortFunc(l.all, func(a, b Deadline) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.ID, b.ID)) })
	return l.all
}

// Waiting are the deadlines of a list that are not done.
func Waiting(all []Deadline) []Deadline {
	return slices.DeleteFunc(slices.Clone(all), func(d Deadline) bool { return d.State == Done })
}

// Holder is the role that keeps the deadline for a party: its own or, where nobody of the party has it, that of
// those who sign for the party.
func (d Deadline) Holder(f agreement.Frame, p agreement.Party) agreement.Role {
	if len(f.Holders(p, d.Role)) == 0 {
		return agreement.Signatory
	}
	return d.Role
}

// Falls reports whether the deadline is somebody's to keep: it is their party's, and they have the role that
// keeps it.
func (d Deadline) Falls(f agreement.Frame, p agreement.Party, roles []agreement.Role) bool {
	return d.Owes.Includes(p) && slices.Contains(roles, d.Holder(f, p))
}

// A list is deadlines while they are gathered.
type list struct {
	articles.State
	text *articles.Agreement
	zone *time.Location
	now  time.Time
	all  []Deadline
}

// by completes a deadline with its last day.
func (l *list) by(d Deadline, day calendar.Date) Deadline {
	d.Day, d.Due, d.Whole = day, day.AddDays(1).In(l.zone).UTC(), true
	return d
}

// until completes a deadline with the first instant after it.
func (l *list) until(d Deadline, due time.Time) Deadline {
	d.Due, d.Day = due.UTC(), calendar.DateOf(due.Add(-1).In(l.zone))
	d.Whole = due.Equal(d.Day.AddDays(1).In(l.zone))
	return d
}

// owe adds what somebody has to do, done or not.
func (l *list) owe(d Deadline, done bool) {
	switch {
	case done:
		d.State = Done
	case !l.now.Before(d.Due) && l.Life.Ripe(l.now) > 0: // nothing is late before the agreement is in force
		d.State = Late
	default:
		d.State = Open
	}
	l.all = append(l.all, d)
}

// ends adds what ends by itself, if it has not.
func (l *list) ends(d Deadline) {
	if l.now.Before(d.Due) {
		d.State = Open
		l.all = append(l.all, d)
	}
}
