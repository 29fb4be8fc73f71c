package governance

import "entente/calendar"

// KPIs is Schedule G in the agreement file.
type KPIs struct {
	// The key performance indicators, one row each.
	Indicators []KPI `json:"indicators"`
}

// KPI is a figure that the parties watch.
type KPI struct {
	// What the indicator is called: "share of refused calls".
	Name string `json:"name"`
	// How the indicator is computed from measured facts, for example calls.refused / calls.total. Numbers, + - * / and parentheses may be used.
	Expression Expression `json:"expression"`
	// What the indicator is to reach, as a comparison and a figure: ">= 99.5%", "<= 800 ms", ">= EUR 5000.00" or ">= 25". The comparisons are >=, <=, >, < and =.
	Target Target `json:"target"`
	// How often the indicator is measured. Each measurement covers one such period.
	Cadence Cadence `json:"cadence"`
	// The person who answers for the indicator, by the person's id in clause 7.1.
	Owner string `json:"owner"`
	// The component whose facts are measured, by its name in clause 1.2. Left out, the facts of all components count together.
	Component string `json:"component,omitempty"`
}

// Cadence is how often an indicator is measured.
type Cadence string

// The cadences of indicators, by calendar periods in the agreement's time zone.
const (
	EachMonth   Cadence = "monthly"
	EachQuarter Cadence = "quarterly"
	EachYear    Cadence = "yearly"
)

// Values lists what a file may say.
func (Cadence) Values() []string { return []string{"monthly", "quarterly", "yearly"} }

// Every is the length of a period.
func (c Cadence) Every() calendar.Duration { return Frequency(c).Every() }
