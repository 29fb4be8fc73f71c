package general

import (
	"fmt"

	"golang.org/x/text/language"

	"entente/articles/statutes"
)

// A Country is a country by its ISO 3166-1 code of two letters: DE, IE, US.
type Country string

// ParseCountry reads a code of two capital letters.
func ParseCountry(s string) (Country, error) {
	r, err := language.ParseRegion(s)
	if err != nil || len(s) != 2 || r.Canonicalize().String() != s || !r.IsCountry() {
		return "", fmt.Errorf("%q is not a country: write the ISO 3166-1 code of two capital letters, for example DE or US", s)
	}
	return Country(s), nil
}

// MarshalText writes the code.
func (c Country) MarshalText() ([]byte, error) { return []byte(c), nil }

// UnmarshalText reads a code; empty is none.
func (c *Country) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*c = ""
		return nil
	}
	*c, err = ParseCountry(string(b))
	return err
}

// Law is clause 13.1.
type Law struct {
	// The country whose law governs the agreement, as its ISO 3166-1 code: DE, IE, US.
	Country Country `json:"country"`
	// The part of the country whose law it is, as its ISO 3166-2 code, where the country has several laws of contract: US-CA, GB-ENG, CA-ON.
	Region string `json:"region,omitempty"`
	// How the contract names the law, for example “the law of England and Wales”. Left out, the name of the country is used where it is known.
	Name string `json:"name,omitempty"`
	// The courts that have jurisdiction, for example “the courts of Kiel, Germany”.
	Venue string `json:"venue,omitempty"`
	// No other courts have jurisdiction.
	ExclusiveVenue bool `json:"exclusive_venue,omitempty"`
	// The United Nations Convention on Contracts for the International Sale of Goods does not apply.
	ExcludeSalesConvention bool `json:"exclude_sales_convention,omitempty"`
	// Rules that would lead to the law of another country do not apply.
	ExcludeConflictRules bool `json:"exclude_conflict_rules,omitempty"`
	// Other countries whose statutes the parties want to be checked against, for example those of their seats or customers.
	Jurisdictions []Country `json:"jurisdictions,omitempty"`
}

// Code is the ISO code of the governing law: of the part of the country if there is one.
func (l Law) Code() string {
	if l.Region != "" {
		return l.Region
	}
	return string(l.Country)
}

// Codes are the codes of the governing law and of the other jurisdictions, each once.
func (l Law) Codes() []string {
	codes, seen := []string{}, map[string]bool{"": true}
	for _, code := range append([]string{l.Code()}, stringsOf(l.Jurisdictions)...) {
		if !seen[code] {
			codes = append(codes, code)
		}
		seen[code] = true
	}
	return codes
}

// Clocks are the statutory clocks of the governing law and of the other jurisdictions, each once.
func (l Law) Clocks() []statutes.Clock {
	var all []statutes.Clock
	seen := map[string]bool{}
	for _, code := range l.Codes() {
		for _, c := range statutes.Clocks(code) {
			if !seen[c.ID] {
				all = append(all, c)
			}
			seen[c.ID] = true
		}
	}
	return all
}

// Label is how the contract's text names the law: “the law of Germany”.
func (l Law) Label() string {
	if l.Name != "" || l.Country == "" {
		return l.Name
	}
	if name, ok := britain[l.Region]; ok {
		return "the law of " + name
	}
	if p, ok := statutes.PackOf(l.Code()); ok && p.Code == l.Code() {
		return "the law of " + p.Name
	}
	return "the law of " + l.Code() + " (ISO 3166 code)"
}

func stringsOf(countries []Country) []string {
	codes := make([]string, len(countries))
	for i, c := range countries {
		codes[i] = string(c)
	}
	return codes
}

// severalLaws are countries whose parts have laws of contract of their own.
var severalLaws = map[Country]string{"US": "US-NY", "GB": "GB-ENG", "CA": "CA-ON", "AU": "AU-NSW"}

// britain are the laws of the United Kingdom, which have one pack.
var britain = map[string]string{"GB-ENG": "England and Wales", "GB-EAW": "England and Wales", "GB-WLS": "England and Wales", "GB-SCT": "Scotland", "GB-NIR": "Northern Ireland"}
