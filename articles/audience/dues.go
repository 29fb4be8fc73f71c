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
	{"exclusivity", "1.3", "The exclusivity ends", ""},
	{"milestone", "2.2", "A requirement is to be complete", ""},
	{"consent", "3.4", "A consent to training ends", ""},
	{"invoice", "6.3", "A month is to be invoiced", ""},
	{"meeting", "7.1", "The steering committee is to meet", ""},
	{"review", "7.3", "A quarter is to be reviewed, before the next one ends", ""},
	{"planning", "7.3", "The next calendar year is to be planned", ""},
	{"certificate", "8.2", "A new certificate is to be shown", ""},
	{"grace", "8.2", "Production closes without a new certificate", "8.2"},
	{"confirmation", "9.1", "The parties confirm their warranties again", ""},
	{"term/confidential", "11.3", "The duties of confidentiality end", ""},
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
	{"assessment", "B", "Each party assesses its security once more (clause B.5)", ""},
	{"key", "B", "A gateway key expires", ""},
	{"leave", "C", "The right to terminate for missed service levels lapses", "C"},
}

// Clockless is why a clause has no deadline of its own.
var Clockless = map[agreement.Clause]string{
	agreement.FrontPage:      "its dates begin clocks of other clauses (12.1)",
	"1.1":                    "a purpose is chosen, and has no day",
	"1.2":                    "what the components are; their requirements have days (2.2)",
	"2.1":                    "keys expire under Schedule B",
	"2.3":                    "each standard has its clock in its schedule, and certificates in clause 8.2",
	"2.4":                    "response times run between the supports of the parties, and no case is kept here",
	"3.1":                    "no versions of data are exchanged through the node, whose retention would run",
	"3.2":                    "it is decided call by call",
	"3.3":                    "no incident is kept here, whose notice would run",
	"4.1":                    "what is owned has no day",
	"4.2":                    "shares follow from contributions, and have no day",
	"4.3":                    "licences last as long as the agreement (12.1)",
	"4.4":                    "what is improved has no day",
	"5.1":                    "no material is submitted here, whose approval would run",
	"5.2":                    "no material is submitted here; use ends with the agreement (12.3)",
	"5.3":                    "no leads are kept here, whose answers would run",
	"6.1":                    "a month is priced when it has ended, and invoiced under clause 6.3",
	"6.2":                    "prices change by decision (7.2)",
	"7.2":                    "no proposals to decide are kept here, whose votes would run",
	"8.1":                    "no requests for information are kept here, whose answers would run",
	"8.3":                    "no audits are kept here, whose notice would run",
	"9.2":                    "no notices of defects are kept here, whose cure would run; a breach has its own (12.2)",
	"9.3":                    "it binds as it is",
	"10.1":                   "no claims are kept here, whose notice would run",
	"10.2":                   "the cap looks back twelve months from each day",
	"11.1":                   "what is confidential has no day; how long, clause 11.3 says",
	"11.2":                   "duties of each day",
	"13.1":                   "a law applies, and has no day",
	"13.2":                   "no disputes are kept here, whose steps would run",
	"13.4":                   "it binds as it is",
	"13.6":                   "it is asked case by case",
	"13.7":                   "it binds as it is; exclusivity has its end (1.3)",
	"13.8":                   "a notice has effect when it arrives",
	"13.9":                   "no events are kept here, whose notice would run",
	"13.10":                  "it binds as it is",
	agreement.SignatureBlock: "by when to sign, a version says (13.5)",
	"D":                      "contributions have no day",
	"E":                      "the brand has no day",
	"F":                      "no leads are kept here, whose answers would run",
	"G":                      "indicators are looked at in the reviews of clause 7.3",
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
