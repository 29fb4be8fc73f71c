// Package performance is Schedule C: the service levels that each component keeps, what they are
// worth when they are missed, and the limits within which a component may be used.
package performance

import (
	"embed"

	"entente/agreement"
	"entente/calendar"
	"entente/money"
)

//go:embed rules/*.md
var pages embed.FS

// Rules are what checking looks for in this schedule.
var Rules = agreement.MustRules(pages, "rules")

// Example is the schedule in the example agreement.
//
//go:embed example.yaml
var Example string

// Terms are Schedule C in the agreement file.
type Terms struct {
	// The service levels, a row for each component and environment.
	Levels []Level `json:"levels,omitempty"`
	// Over what time a service level is measured: calendar_month, calendar_quarter or rolling_30_days. Left out, it is the calendar month.
	Window Window `json:"window,omitempty"`
	// What is left out when a service level is measured.
	Exclusions Exclusions `json:"exclusions,omitzero"`
	// Service credits, a row for each band of availability.
	Credits []Credit `json:"credits,omitempty"`
	// The most that all credits of a window may come to, as a share of the fees of that window for the component.
	CreditCap money.Percent `json:"credit_cap,omitzero"`
	// A credit below this amount is not given.
	CreditMinimum money.Amount `json:"credit_minimum,omitzero"`
	// How long after the end of the window a credit may be claimed, for example P30D.
	ClaimWindow calendar.Duration `json:"claim_window,omitzero"`
	// The right to leave after repeated misses.
	Exit *Exit `json:"exit,omitempty"`
	// Rate limits and quotas, a row for each.
	Limits []Limit `json:"limits,omitempty"`
}

// Level is what a component promises in one environment.
type Level struct {
	// The component, by its name in clause 1.2.
	Component string `json:"component"`
	// The environment: test or production.
	Environment agreement.Environment `json:"environment"`
	// The least share of time in which the component is available, for example 99.9%.
	Availability money.Percent `json:"availability,omitzero"`
	// How quickly the component answers, a row for each percentile.
	Latency []Latency `json:"latency,omitempty"`
	// The largest share of calls that may fail, for example 0.5%.
	ErrorRate money.Percent `json:"error_rate,omitzero"`
	// How many calls the component takes.
	Throughput *Throughput `json:"throughput,omitempty"`
}

// Latency is a bound on the time that answers take.
type Latency struct {
	// The share of calls that keep the bound: p50, p90, p95, p99 or p99.9.
	Percentile Percentile `json:"percentile"`
	// The bound, in milliseconds.
	Milliseconds int64 `json:"milliseconds"`
	// Up to where the time counts: first_byte (the answer begins) or complete (the answer has ended). Left out, it is complete.
	Until Moment `json:"until,omitempty"`
}

// Percentile is a share of calls, as people name it in service levels.
type Percentile string

// Values lists what a file may say.
func (Percentile) Values() []string { return []string{"p50", "p90", "p95", "p99", "p99.9"} }

// Moment is up to where the time of an answer counts.
type Moment string

// The moments at which a measured time may end.
const (
	FirstByte Moment = "first_byte"
	Answered  Moment = "complete"
)

// Values lists what a file may say.
func (Moment) Values() []string { return []string{"first_byte", "complete"} }

// Throughput is a number of calls in a time.
type Throughput struct {
	// How many calls.
	Requests int64 `json:"requests"`
	// In what time: PT1S, PT1M, PT1H, P1D or P1M.
	Per calendar.Duration `json:"per"`
}

// Window is the time over which a service level is measured.
type Window string

// The measuring windows of Schedule C.
const (
	CalendarMonth   Window = "calendar_month"
	CalendarQuarter Window = "calendar_quarter"
	Rolling30Days   Window = "rolling_30_days"
)

// Values lists what a file may say.
func (Window) Values() []string {
	return []string{"calendar_month", "calendar_quarter", "rolling_30_days"}
}

// Exclusions are what does not count against a service level.
type Exclusions struct {
	// Maintenance that the provider announces this long before it begins, for example PT48H.
	MaintenanceNotice calendar.Duration `json:"maintenance_notice,omitzero"`
	// How many hours of announced maintenance are left out in one window at most.
	MaintenanceHours int `json:"maintenance_hours,omitempty"`
	// Failures that the calling party causes, for example malformed requests.
	CallerErrors bool `json:"caller_errors,omitempty"`
	// Calls that are refused under this agreement, for example above a limit.
	Refusals bool `json:"refusals,omitempty"`
	// Failures that force majeure causes (clause 13.9).
	ForceMajeure bool `json:"force_majeure,omitempty"`
	// Other causes, one each.
	Other []string `json:"other,omitempty"`
}

// Credit is one band of availability and what it is worth.
type Credit struct {
	// The component, by its name in clause 1.2. Left out, every component that has a service level.
	Component string `json:"component,omitempty"`
	// The availability below which the credit is due, for example 99.9%.
	Below money.Percent `json:"below"`
	// The credit, as a share of the fees of the window for the component, for example 10%.
	Credit money.Percent `json:"credit"`
}

// Exit is the right to leave after repeated misses: 2 of any 3 windows.
type Exit struct {
	// In how many windows a service level must be missed.
	Missed int `json:"missed"`
	// Of how many windows in a row.
	Of int `json:"of"`
	// How long after the last missed window the right may be used, for example P30D.
	Within calendar.Duration `json:"within,omitzero"`
}

// Limit is a rate limit or a quota: so much, in such a time, counted together for a key, a
// component, a party or a customer.
type Limit struct {
	// The component, by its name in clause 1.2.
	Component string `json:"component"`
	// The environment: test or production.
	Environment agreement.Environment `json:"environment"`
	// What is counted together: the calls of one key, all calls to the component, the calls of one party to it, or those for one customer, whom the caller names in the call.
	Per LimitPer `json:"per"`
	// What is limited: requests, tokens, bytes or money.
	Unit Unit `json:"unit"`
	// The most requests in the window, where requests are limited.
	Requests int64 `json:"requests,omitempty"`
	// The most tokens in the window, of all kinds together, where tokens are limited.
	Tokens int64 `json:"tokens,omitempty"`
	// The most bytes in the window, both ways together, where bytes are limited.
	Bytes int64 `json:"bytes,omitempty"`
	// The highest fees in the window, where money is limited.
	Amount money.Amount `json:"amount,omitzero"`
	// The time in which it is counted: PT1S, PT1M, PT1H, P1D (the civil day) or P1M (the calendar month).
	Window calendar.Duration `json:"window,omitzero"`
	// The most calls that may be open at the same time.
	Concurrent int64 `json:"concurrent,omitempty"`
	// The limit is never exceeded: it also ends an answer that is under way when it is reached. Left out, an answer under way is completed and the next call is refused.
	Hard bool `json:"hard,omitempty"`
}

// Quantity is the figure that belongs to the limit's unit, money in minor units; zero if only open
// calls are limited.
func (l Limit) Quantity() int64 {
	return map[Unit]int64{Requests: l.Requests, Tokens: l.Tokens, Bytes: l.Bytes, Money: l.Amount.Minor}[l.Unit]
}

// LimitPer is whose use a limit counts together.
type LimitPer string

// Whose use a limit counts together.
const (
	PerKey       LimitPer = "key"
	PerComponent LimitPer = "component"
	PerParty     LimitPer = "party"
	PerCustomer  LimitPer = "customer"
)

// Values lists what a file may say.
func (LimitPer) Values() []string { return []string{"key", "component", "party", "customer"} }

// Unit is what a limit counts.
type Unit string

// The units of a limit.
const (
	Requests Unit = "requests"
	Tokens   Unit = "tokens"
	Bytes    Unit = "bytes"
	Money    Unit = "money"
)

// Values lists what a file may say.
func (Unit) Values() []string { return []string{"requests", "tokens", "bytes", "money"} }

// Complete is the schedule with its defaults written out, as it is signed.
func (p Terms) Complete() Terms {
	if p.Window == "" && len(p.Levels) > 0 {
		p.Window = CalendarMonth
	}
	p.Levels = append([]Level(nil), p.Levels...)
	for i, l := range p.Levels {
		latency := append([]Latency(nil), l.Latency...)
		for j := range latency {
			if latency[j].Until == "" {
				latency[j].Until = Answered
			}
		}
		p.Levels[i].Latency = latency
	}
	return p
}
