// Package governance is Article 7 and Schedule G: the people who act for the parties, who decides
// what and by which rule, how the partnership is reviewed, and the figures that it is measured by.
package governance

import (
	"embed"

	"entente/agreement"
	"entente/calendar"
)

//go:embed rules/*.md
var pages embed.FS

// Rules are what checking looks for in this article and Schedule G.
var Rules = agreement.MustRules(pages, "rules")

// Example is the article, with Schedule G, in the example agreement.
//
//go:embed example.yaml
var Example string

// Terms are Article 7 in the agreement file.
type Terms struct {
	// The people who act for the parties, and in which roles (clause 7.1). Authority under the agreement comes from this list and from nothing else.
	People []agreement.Person `json:"people"`
	// How the steering committee works (clause 7.1). Its members are the people with the role committee.
	Committee Committee `json:"committee"`
	// Who decides what, and by which rule (clause 7.2): one row for each kind of matter.
	Decisions []Decision `json:"decisions"`
	// How the parties review the partnership (clause 7.3).
	Reviews Reviews `json:"reviews,omitzero"`
}

// Committee is the steering committee of clause 7.1.
type Committee struct {
	// How often the committee meets.
	Meets Frequency `json:"meets"`
	// What the committee is responsible for, one sentence or phrase in each line.
	Responsibilities []string `json:"responsibilities"`
	// How many members of each party must take part for the committee to decide.
	Quorum int `json:"quorum"`
	// Which party chairs the meetings: one of them, or both in turn. Left out, the committee chooses its chair.
	Chair Chair `json:"chair,omitempty"`
	// How many business days before a meeting its invitation and agenda are sent.
	NoticeDays int `json:"notice_days,omitempty"`
	// How many business days after a meeting its minutes are sent to all members.
	MinutesDays int `json:"minutes_days,omitempty"`
	// Within how many business days the committee meets when a party asks for a meeting between the regular ones.
	UrgentDays int `json:"urgent_days,omitempty"`
}

// Frequency is how often something happens.
type Frequency string

// The frequencies of meetings.
const (
	Weekly    Frequency = "weekly"
	Monthly   Frequency = "monthly"
	BiMonthly Frequency = "every_two_months"
	Quarterly Frequency = "quarterly"
	HalfYear  Frequency = "half_yearly"
	Yearly    Frequency = "yearly"
)

// Values lists what a file may say.
func (Frequency) Values() []string {
	return []string{"weekly", "monthly", "every_two_months", "quarterly", "half_yearly", "yearly"}
}

// Every is the time from one meeting to the next.
func (f Frequency) Every() calendar.Duration {
	switch f {
	case Weekly:
		return calendar.Duration{Days: 7}
	case Monthly:
		return calendar.Duration{Months: 1}
	case BiMonthly:
		return calendar.Duration{Months: 2}
	case Quarterly:
		return calendar.Duration{Months: 3}
	case HalfYear:
		return calendar.Duration{Months: 6}
	case Yearly:
		return calendar.Duration{Years: 1}
	}
	return calendar.Duration{}
}

// Chair says which party chairs the committee.
type Chair string

// The chairs of the committee.
const (
	ChairA    Chair = "a"
	ChairB    Chair = "b"
	ChairTurn Chair = "in_turn"
)

// Values lists what a file may say.
func (Chair) Values() []string { return []string{"a", "b", "in_turn"} }

// Decision is a row of the matrix of clause 7.2.
type Decision struct {
	// The kind of matter that is decided.
	Matter Matter `json:"matter"`
	// What the matter is, in words, where it is none of the named kinds: "changes of the shared roadmap".
	About string `json:"about,omitempty"`
	// The role of the people who decide. Their names are in clause 7.1.
	DecidedBy agreement.Role `json:"decided_by"`
	// How they decide: unanimous (all who take part, of both parties), mutual (at least one person of each party, and no one against) or each_own (each party alone, for itself).
	Rule VotingRule `json:"rule"`
	// How long a proposal stays open for votes, as an ISO 8601 duration. A proposal that is not passed by then lapses.
	Expiry calendar.Duration `json:"expiry"`
}

// Matter is a kind of matter that is decided.
type Matter string

// The matters of clause 7.2.
const (
	Strategic Matter = "strategic"
	Technical Matter = "technical"
	Marketing Matter = "marketing"
	Pricing   Matter = "pricing"
	Other     Matter = "other"
)

// Matters are the matters that every agreement decides on.
var Matters = []Matter{Strategic, Technical, Marketing, Pricing}

// Values lists what a file may say.
func (Matter) Values() []string {
	return []string{"strategic", "technical", "marketing", "pricing", "other"}
}

// VotingRule is how those who decide come to a decision.
type VotingRule string

// The voting rules of clause 7.2.
const (
	Unanimous VotingRule = "unanimous" // all who take part, of both parties; the quorum where it is the committee
	Mutual    VotingRule = "mutual"    // at least one holder of the role for each party, and no holder against
	EachOwn   VotingRule = "each_own"  // one holder of the role, for the holder's own party only
)

// Values lists what a file may say.
func (VotingRule) Values() []string { return []string{"unanimous", "mutual", "each_own"} }

// Decision finds the row of a matter. For other matters there may be several rows; it is the first.
func (t Terms) Decision(m Matter) (Decision, bool) {
	for _, d := range t.Decisions {
		if d.Matter == m {
			return d, true
		}
	}
	return Decision{}, false
}

// Reviews are clause 7.3.
type Reviews struct {
	// The parties review the partnership after each quarter of a calendar year.
	Quarterly bool `json:"quarterly,omitempty"`
	// The parties plan the next calendar year together once a year.
	AnnualPlanning bool `json:"annual_planning,omitempty"`
	// The month in which annual planning takes place: 1 for January to 12 for December.
	PlanningMonth int `json:"planning_month,omitempty"`
	// The parties measure the key performance indicators of Schedule G.
	KPIs bool `json:"kpis,omitempty"`
}
