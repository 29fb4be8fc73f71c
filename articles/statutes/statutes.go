// Package statutes is what the statutes of places add to an agreement, as dated data with citations: time limits that
// run after an incident or an invoice, interest for late payment, and what no agreement can exclude.
package statutes

import (
	"slices"
	"strings"

	"entente/calendar"
	"entente/money"
)

// A Pack is what the statutes of one jurisdiction add to an agreement, as far as we are sure of it.
// It is information with a date, not legal advice. What no second source confirmed when the entries
// were last reviewed says so in a comment beside the entry.
type Pack struct {
	Code         string // ISO 3166-1 or 3166-2: "DE", "US-CA"; "EU" for what holds in every member state
	Name         string // "Germany"
	Clocks       []Clock
	LatePayment  *Interest // nil if not known
	Requirements []Requirement
}

// An Event is what starts a statutory clock.
type Event string

// The events that start statutory clocks.
const (
	PersonalDataBreach Event = "personal data breach"
	SecurityIncident   Event = "security incident"
	Vulnerability      Event = "actively exploited vulnerability"
	AIIncident         Event = "serious AI incident"
	Invoice            Event = "invoice"
)

// A Clock is a time limit that a statute sets.
type Clock struct {
	ID       string // "gdpr-authority": unique in all packs
	Law      string // "GDPR"
	Citation string // "Regulation (EU) 2016/679, Article 33(1)"
	Event    Event
	Bearer   string            // who has the duty: "the controller"
	Duty     string            // "notify the supervisory authority"
	Within   calendar.Duration // none given: without undue delay, with no fixed limit
	From     string            // what it is counted from: "becoming aware of the breach"
	Limits   string            // when it does not apply, or only applies; empty if it always does
	AsOf     calendar.Date     // the day for which we know it
}

// Interest is what a statute gives a creditor in business whose invoice is paid late.
type Interest struct {
	Points   money.Percent // percentage points above the reference rate
	Above    string        // the reference rate: "the base rate of Section 247 BGB"
	LumpSum  money.Amount  // for recovery costs; none given if the statute has no single sum
	Citation string
	AsOf     calendar.Date
}

// A Requirement is something that a statute asks of an agreement or does not let it exclude.
type Requirement struct {
	ID       string // "de-intent": unique in all packs
	Topic    Topic
	Says     string // a sentence without its full stop
	Citation string
	AsOf     calendar.Date
}

// A Topic is what a requirement is about, so that checks find it.
type Topic string

// The topics of requirements.
const (
	LiabilityLimits Topic = "liability"
	Insolvency      Topic = "insolvency"
	Termination     Topic = "termination"
	DataProcessing  Topic = "data processing"
	AISystems       Topic = "AI systems"
	DataAccess      Topic = "data access"
)

// Packs are all packs: first what holds in the whole European Union, then by code.
func Packs() []Pack { return slices.Concat([]Pack{union, area}, countries, states) }

// PackOf is the pack of a jurisdiction by its ISO code; of its country if the part of the country
// has none of its own. A member state of the European Union without further entries has a pack
// whose content is in the pack of the Union.
func PackOf(code string) (Pack, bool) {
	for _, want := range []string{code, countryOf(code)} {
		for _, p := range Packs() {
			if p.Code == want {
				return p, true
			}
		}
		if name, ok := members[want]; ok {
			return Pack{Code: want, Name: name}, true
		}
		if name, ok := areaOnly[want]; ok {
			return Pack{Code: want, Name: name}, true
		}
	}
	return Pack{}, false
}

// Clocks are the statutory clocks of a country, or of a part of one, by its ISO code: DE, US-CA.
// Those of the European Union are among the clocks of its members. There are none for a country
// that no pack knows.
func Clocks(country string) []Clock {
	var all []Clock
	for _, p := range applying(country) {
		all = append(all, p.Clocks...)
	}
	return all
}

// Requirements are what the statutes of a country, or of a part of one, ask of an agreement.
func Requirements(country string) []Requirement {
	var all []Requirement
	for _, p := range applying(country) {
		all = append(all, p.Requirements...)
	}
	return all
}

// LatePayment is what the law of a country gives a creditor whose invoice is paid late.
func LatePayment(country string) (Interest, bool) {
	for _, p := range slices.Backward(applying(country)) {
		if p.LatePayment != nil {
			return *p.LatePayment, true
		}
	}
	return Interest{}, false
}

// Shortest is the clock for an event with the shortest fixed time limit. Clocks without a fixed limit do
// not count.
func Shortest(clocks []Clock, event Event) (Clock, bool) {
	var found Clock
	for _, c := range clocks {
		if c.Event == event && !c.Within.IsZero() && (found.ID == "" || c.Within.Longest() < found.Within.Longest()) {
			found = c
		}
	}
	return found, found.ID != ""
}

// Known reports whether a pack says anything about a country, or about a part of one, by its ISO code.
func Known(code string) bool { return len(applying(code)) > 0 }

// applying are the packs that hold in a place, from the widest to the narrowest.
func applying(code string) []Pack {
	var packs []Pack
	country := countryOf(code)
	_, member := members[country]
	if _, ok := areaOnly[country]; ok || member {
		packs = append(packs, area)
	}
	if member {
		packs = append(packs, union)
	}
	for _, p := range slices.Concat(countries, states) {
		if p.Code == country || p.Code == code {
			packs = append(packs, p)
		}
	}
	return packs
}

// members are the member states of the European Union.
var members = map[string]string{
	"AT": "Austria", "BE": "Belgium", "BG": "Bulgaria", "HR": "Croatia", "CY": "Cyprus", "CZ": "the Czech Republic", "DK": "Denmark",
	"EE": "Estonia", "FI": "Finland", "FR": "France", "DE": "Germany", "GR": "Greece", "HU": "Hungary", "IE": "Ireland", "IT": "Italy",
	"LV": "Latvia", "LT": "Lithuania", "LU": "Luxembourg", "MT": "Malta", "NL": "the Netherlands", "PL": "Poland", "PT": "Portugal",
	"RO": "Romania", "SK": "Slovakia", "SI": "Slovenia", "ES": "Spain", "SE": "Sweden",
}

// areaOnly are the states of the European Economic Area that are not members of the Union.
var areaOnly = map[string]string{"IS": "Iceland", "LI": "Liechtenstein", "NO": "Norway"}

func countryOf(code string) string {
	country, _, _ := strings.Cut(code, "-")
	return country
}
