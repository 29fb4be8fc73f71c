// Package agreement is what every article of a partnership agreement shares: its two parties, the
// people who act for them, the components that they integrate, the clauses by number, and the life
// of the agreement from draft to end.
//
// Everything here is pure: time arrives as data, nothing reads a clock, a disk or a network, so
// replaying the same events gives the same agreement.
package agreement

import (
	"fmt"
	"regexp"
	"strings"

	"entente/document"
)

// An ID names an agreement on a node: "agr_" and 16 lower-case letters and digits.
// It says nothing of the parties, so it may be shown to strangers.
type ID string

var idForm = regexp.MustCompile(`^agr_[a-z2-7]{16}$`)

// ParseID refuses what is not an agreement's ID.
func ParseID(s string) (ID, error) {
	if !idForm.MatchString(s) {
		return "", fmt.Errorf("%q is not an agreement's id: it looks like agr_ and 16 letters and digits", s)
	}
	return ID(s), nil
}

// A Party is one of the two sides, as the agreement letters them.
type Party string

// The parties, and the node that hosts the ledger, which is not a party.
const (
	A    Party = "a"
	B    Party = "b"
	Host Party = "host"
)

// Both are the parties in order.
var Both = []Party{A, B}

// Other is the counterparty.
func (p Party) Other() Party {
	if p == A {
		return B
	}
	return A
}

// Values lists what a file may say.
func (Party) Values() []string { return []string{"a", "b"} }

// Label is how the contract's text calls the party: "Party A".
func (p Party) Label() string { return "Party " + strings.ToUpper(string(p)) }

// A Responsible says who has a duty: one party or both.
type Responsible string

// BothParties is a duty that each party has.
const BothParties Responsible = "both"

// Values lists what a file may say.
func (Responsible) Values() []string { return []string{"a", "b", "both"} }

// Label is how the contract's text says it: "Party A", "both Parties".
func (r Responsible) Label() string {
	if r == BothParties {
		return "both Parties"
	}
	return Party(r).Label()
}

// Includes reports whether p has the duty.
func (r Responsible) Includes(p Party) bool { return r == BothParties || string(r) == string(p) }

// A Role is what a person does for a party under the agreement (clause 7.1). Authority comes from
// roles and from nothing else.
type Role string

// The roles of clause 7.1.
const (
	Signatory  Role = "signatory"  // signs for the party
	Committee  Role = "committee"  // sits on the steering committee
	Technical  Role = "technical"  // leads the integration
	Commercial Role = "commercial" // leads pricing, leads and payment
	Legal      Role = "legal"      // gives and receives notices
	Marketing  Role = "marketing"  // approves material
	Security   Role = "security"   // incidents and audits
	Finance    Role = "finance"    // statements and invoices
)

// Roles are all roles, in the order of the contract.
var Roles = []Role{Signatory, Committee, Technical, Commercial, Legal, Marketing, Security, Finance}

// Values lists what a file may say.
func (Role) Values() []string {
	names := make([]string, len(Roles))
	for i, r := range Roles {
		names[i] = string(r)
	}
	return names
}

// Label is how the contract's text says it: "technical lead".
func (r Role) Label() string {
	switch r {
	case Signatory:
		return "signatory"
	case Committee:
		return "steering committee member"
	case Legal, Security, Finance:
		return string(r) + " contact"
	}
	return string(r) + " lead"
}

// A Method is a way of offering a component (clause 1.2).
type Method string

// The methods of clause 1.2.
const (
	API      Method = "api"
	SDK      Method = "sdk"
	Embedded Method = "embedded"
)

// Values lists what a file may say.
func (Method) Values() []string { return []string{"api", "sdk", "embedded"} }

// Label is how the contract's text says it.
func (m Method) Label() string {
	if m == Embedded {
		return "Embedded"
	}
	return strings.ToUpper(string(m))
}

// MethodLabels are several methods as a sentence lists them: "API and SDK".
func MethodLabels(all []Method) string {
	labels := make([]string, len(all))
	for i, m := range all {
		labels[i] = m.Label()
	}
	return document.Join(labels)
}

// An Environment is where a component runs.
type Environment string

// The environments of clause 2.1.
const (
	Test       Environment = "test"
	Production Environment = "production"
)

// Values lists what a file may say.
func (Environment) Values() []string { return []string{"test", "production"} }

// A Purpose is what a call or a pull of data is for. A key is bound to one (clause 3.2).
type Purpose string

// The purposes that clauses 3.2 and 3.4 decide on.
const (
	Service     Purpose = "service"     // running the integration as the agreement specifies
	Improvement Purpose = "improvement" // improving the integrated solution
	Analytics   Purpose = "analytics"   // analytics and reporting, aggregated only
	Training    Purpose = "training"    // training, fine-tuning, distilling or benchmarking an AI model
	Competitive Purpose = "competitive" // building something that competes with the other party
)

// Purposes are all purposes.
var Purposes = []Purpose{Service, Improvement, Analytics, Training, Competitive}

// Values lists what a file may say.
func (Purpose) Values() []string {
	return []string{"service", "improvement", "analytics", "training", "competitive"}
}

// A DataClass says what kind of data a call carries (clause 3.4). Where nothing is said, it is
// customer data, the class with the strictest rules.
type DataClass string

// The data classes of clause 3.4.
const (
	CustomerData DataClass = "customer"
	Aggregated   DataClass = "aggregated" // aggregated or anonymised
	Synthetic    DataClass = "synthetic"  // made up for tests; about no one
)

// Values lists what a file may say.
func (DataClass) Values() []string { return []string{"customer", "aggregated", "synthetic"} }

// Covers reports whether what holds data of this class may hold data of another: of the same class, or
// of one with milder rules.
func (c DataClass) Covers(other DataClass) bool {
	return c == other || c == CustomerData && (other == Aggregated || other == Synthetic) || c == Aggregated && other == Synthetic
}

// An AuthMethod is a way in which a system proves who it is.
type AuthMethod string

// The methods of clause B.2.
const (
	APIKey AuthMethod = "api_key"
	OAuth2 AuthMethod = "oauth2" // client credentials
	MTLS   AuthMethod = "mtls"   // a client certificate
)

// Values lists what a file may say.
func (AuthMethod) Values() []string { return []string{"api_key", "oauth2", "mtls"} }

// Label is how the contract's text says it.
func (m AuthMethod) Label() string {
	switch m {
	case APIKey:
		return "API key"
	case OAuth2:
		return "OAuth 2.0 client credentials"
	case MTLS:
		return "mutual TLS"
	}
	return string(m)
}

// A Refusal says no to an act, with the clause that says so. People read it word for word.
type Refusal struct {
	Act    string // what was asked for: "complete a milestone"
	Clause Clause
	Why    string
}

func (r *Refusal) Error() string {
	return fmt.Sprintf("cannot %s: %s (%s)", r.Act, r.Why, r.Clause.Cite())
}

// Refuse makes a refusal.
func Refuse(act string, clause Clause, format string, args ...any) error {
	return &Refusal{act, clause, fmt.Sprintf(format, args...)}
}
