package audience

import (
	"strings"

	"entente/agreement"
	"entente/articles/deadlines"
)

// A Clock is a kind of deadline, and how it is told.
type Clock struct {
	Family string // how the ids of its deadlines begin: "milestone" of "milestone/launch"
	Clause agreement.Clause
	What   string
	Under  agreement.Clause // why nobody can turn it off; empty where they can
}

// Clocks are all kinds of deadlines, in the order of their clauses.
var Clocks = []Clock{
	{"milestone", "2.2", "A requirement is to be complete", ""},
	{"consent", "3.4", "A consent to training ends", ""},
	{"certificate", "8.2", "A new certificate is to be shown", ""},
	{"grace", "8.2", "Production closes without a new certificate", "8.2"},
	{"term/end", "12.1", "The agreement ends", "12.1"},
	{"term/notice", "12.1", "The last day for notice, if the term is not to renew", ""},
	{"term/renews", "12.1", "The term ends, and renews", ""},
	{"breach", "12.2", "A breach is to be cured", "12.2"},
	{"change", "12.2", "The parties negotiate about a material change", "12.2"},
	{"term/transition", "12.3", "The transition ends", "12.3"},
	{"term/return", "12.3", "What belongs to the other party is to be returned or destroyed", "12.3"},
	{"term/customers", "12.4", "The service of existing customers ends", "12.4"},
	{"transfer", "13.3", "An assignment is to be consented to or refused", "13.3"},
	{"answer", "13.5", "A version is to be answered", ""},
	{"sign", "13.5", "A version is to be signed, so long before it takes effect", ""},
	{"offer", "13.5", "A version lapses unless both have signed it", ""},
	{"waiver", "13.5", "A waiver ends", ""},
	{"support", "A", "The last supported version of a component ends", ""},
	{"key", "B", "A gateway key expires", ""},
	{"leave", "C", "The right to terminate for missed service levels lapses", "C"},
}

// ClockOf is the kind of a deadline; that of the longest beginning of its id.
func ClockOf(d deadlines.Deadline) (Clock, bool) {
	found, ok := Clock{}, false
	for _, c := range Clocks {
		if (d.ID == c.Family || strings.HasPrefix(d.ID, c.Family+"/")) && len(c.Family) > len(found.Family) {
			found, ok = c, true
		}
	}
	return found, ok
}

// OfDeadline is what a deadline is to those who are told of it, and under which clause they cannot turn it
// off; none where they can.
func OfDeadline(d deadlines.Deadline) (Matter, agreement.Clause) {
	if c, known := ClockOf(d); known && c.Under != "" {
		return Notice, c.Under
	}
	return Due, ""
}
