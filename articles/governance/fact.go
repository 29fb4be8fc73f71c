package governance

import (
	"slices"
	"strings"
)

// A Unit is what a measured figure is a figure of. A sum or a comparison needs one unit on both
// sides; counts and ratios are plain numbers.
type Unit string

// The units of facts and targets.
const (
	Number       Unit = "number"
	Ratio        Unit = "percentage" // of one: 99.5% is 0.995
	Milliseconds Unit = "milliseconds"
	Money        Unit = "money" // in the currency of clause 6.3
)

// A Fact is something that is measured while the agreement is in force, over the period of an
// indicator. Facts are a closed vocabulary, so that an expression means the same to both parties.
type Fact struct {
	Name        string
	Unit        Unit
	ByComponent bool // can be measured for one component alone
	Meaning     string
}

// Facts are all facts, by subject.
var Facts = []Fact{
	{Name: "calls.total", Unit: Number, ByComponent: true, Meaning: "calls that were received, refused ones included"},
	{Name: "calls.answered", Unit: Number, ByComponent: true, Meaning: "calls that were answered without an error"},
	{Name: "calls.refused", Unit: Number, ByComponent: true, Meaning: "calls that were refused under a clause of this Agreement"},
	{Name: "calls.failed", Unit: Number, ByComponent: true, Meaning: "calls that failed for a cause on the providing Party’s side"},
	{Name: "calls.interrupted", Unit: Number, ByComponent: true, Meaning: "calls that ended before the answer was complete"},
	{Name: "tokens.input", Unit: Number, ByComponent: true, Meaning: "input tokens not read from a cache"},
	{Name: "tokens.cached", Unit: Number, ByComponent: true, Meaning: "input tokens read from a cache"},
	{Name: "tokens.output", Unit: Number, ByComponent: true, Meaning: "output tokens"},
	{Name: "bytes.carried", Unit: Number, ByComponent: true, Meaning: "bytes of requests and answers"},
	{Name: "latency.p50", Unit: Milliseconds, ByComponent: true, Meaning: "the time within which half of all calls were answered"},
	{Name: "latency.p95", Unit: Milliseconds, ByComponent: true, Meaning: "the time within which 95 % of all calls were answered"},
	{Name: "latency.p99", Unit: Milliseconds, ByComponent: true, Meaning: "the time within which 99 % of all calls were answered"},
	{Name: "first_byte.p95", Unit: Milliseconds, ByComponent: true, Meaning: "the time within which 95 % of all answers began"},
	{Name: "availability", Unit: Ratio, ByComponent: true, Meaning: "the availability as Schedule C measures it"},
	{Name: "errors.rate", Unit: Ratio, ByComponent: true, Meaning: "the error rate as Schedule C measures it"},
	{Name: "revenue.accrued", Unit: Money, ByComponent: true, Meaning: "licensing fees that accrued under clause 6.1"},
	{Name: "revenue.reported", Unit: Money, Meaning: "sales that the Parties reported under clause 6.1"},
	{Name: "revenue.paid", Unit: Money, Meaning: "payments received under clause 6.3"},
	{Name: "expenses.shared", Unit: Money, Meaning: "expenses shared under clause 5.1"},
	{Name: "leads.submitted", Unit: Number, Meaning: "leads submitted under clause 5.3"},
	{Name: "leads.accepted", Unit: Number, Meaning: "leads accepted under clause 5.3"},
	{Name: "leads.rejected", Unit: Number, Meaning: "leads rejected under clause 5.3"},
	{Name: "leads.won", Unit: Number, Meaning: "leads that became customers"},
	{Name: "leads.lost", Unit: Number, Meaning: "accepted leads that were lost"},
	{Name: "material.submitted", Unit: Number, Meaning: "items submitted for approval under clause 5.1"},
	{Name: "material.approved", Unit: Number, Meaning: "items approved under clause 5.1"},
	{Name: "cases.opened", Unit: Number, ByComponent: true, Meaning: "support cases opened under clause 2.4"},
	{Name: "cases.answered", Unit: Number, ByComponent: true, Meaning: "support cases first answered under clause 2.4"},
	{Name: "cases.in_time", Unit: Number, ByComponent: true, Meaning: "support cases first answered within the time of clause 2.4"},
	{Name: "incidents.opened", Unit: Number, Meaning: "incidents notified under clause 3.3 or 8.2"},
	{Name: "incidents.in_time", Unit: Number, Meaning: "incidents notified within the time of clause 3.3"},
	{Name: "requirements.due", Unit: Number, Meaning: "requirements of clause 2.2 that fell due"},
	{Name: "requirements.complete", Unit: Number, Meaning: "requirements of clause 2.2 that were completed"},
	{Name: "decisions.made", Unit: Number, Meaning: "proposals that passed under clause 7.2"},
	{Name: "decisions.lapsed", Unit: Number, Meaning: "proposals that lapsed under clause 7.2"},
}

// FactNamed finds a fact.
func FactNamed(name string) (Fact, bool) {
	i := slices.IndexFunc(Facts, func(f Fact) bool { return f.Name == name })
	if i < 0 {
		return Fact{}, false
	}
	return Facts[i], true
}

// nearFacts are the facts of the same subject as an unknown name, else the subjects that there are.
func nearFacts(name string) []string {
	subject, _, _ := strings.Cut(name, ".")
	var same, subjects []string
	for _, f := range Facts {
		of, _, _ := strings.Cut(f.Name, ".")
		if of == subject {
			same = append(same, f.Name)
		}
		if !slices.Contains(subjects, of) {
			subjects = append(subjects, of)
		}
	}
	if len(same) > 0 {
		return same
	}
	return subjects
}
