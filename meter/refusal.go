package meter

// A Refusal counts calls that were refused on one day for one reason. Refused calls are counted,
// not recorded one by one: they cost nothing, and anybody can make as many as they like.
type Refusal struct {
	Day         string // in UTC, "2026-11-23"
	Agreement   string // empty if the call belonged to none that is known
	Component   string
	Environment string
	Clause      string
	Code        string // the problem's own, such as "milestones-open"
	Count       int64
}
