package scope

import (
	"fmt"
	"regexp"
	"slices"

	"entente/agreement"
	"entente/calendar"
	"entente/document"
)

// Check reports what is missing, contradictory, dangling or unwise in Article 1.
func (t Terms) Check(f agreement.Frame, found *agreement.Findings) {
	t.Purpose.check(found)
	t.checkComponents(found)
	t.checkTier(found)
	if t.Preferred != nil && t.Tier == PreferredTier {
		t.Preferred.check(found)
	}
	if t.Exclusive != nil && t.Tier == ExclusiveTier {
		t.Exclusive.check(f, found)
	}
}

func (p Purpose) check(found *agreement.Findings) {
	if !p.Any() {
		found.Add("no-purpose", "scope.purpose", "no purpose is chosen, so everything is outside the agreement").
			Mend("set at least one of integrate, joint_solutions, co_marketing, data_for_improvement and joint_research to true, or name another purpose under other")
	}
	for _, side := range []struct{ key, what, party string }{{"technology_a", p.TechnologyA, "Party A"}, {"technology_b", p.TechnologyB, "Party B"}} {
		at := "scope.purpose." + side.key
		switch {
		case p.Integrate && side.what == "":
			found.Add("purpose-technology", "scope.purpose.integrate", "integration is a purpose, but %s’s technology is not described", side.party).
				Mend("describe it in %s", at)
		case !p.Integrate && side.what != "":
			found.Add("purpose-unticked", at, "%s’s technology is described, but integration is not a purpose", side.party).
				Mend("set scope.purpose.integrate to true, or delete this line")
		}
	}
	if p.Other != "" {
		found.Add("purpose-by-people", "scope.purpose.other", "software cannot tell which acts serve this purpose; people must")
	}
}

var componentName = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// longestName keeps a component's name fit for addresses and host names (RFC 1035).
const longestName = 63

// reserved are names that a node answers itself at the root of its addresses.
var reserved = []string{"api", "health", "livez", "metrics", "openapi", "readyz", "well-known"}

func (t Terms) checkComponents(found *agreement.Findings) {
	seen := map[string]bool{}
	for i, c := range t.Components {
		at := fmt.Sprintf("scope.components[%d]", i)
		switch {
		case c.Name == "":
		case !componentName.MatchString(c.Name) || len(c.Name) > longestName:
			found.Add("component-name", at+".name", "%q cannot be part of a web address", c.Name).
				Mend("use lower-case letters, digits and single hyphens, beginning with a letter, at most %d characters", longestName)
		case slices.Contains(reserved, c.Name):
			found.Add("component-reserved", at+".name", "%q is an address that every node uses itself", c.Name).
				Mend("choose another name than %s", document.Either(reserved))
		case seen[c.Name]:
			found.Add("component-twice", at+".name", "two components are called %q", c.Name).Mend("give each component a name of its own")
		}
		seen[c.Name] = true
		checkMethods(at, c, found)
	}
	t.checkSides(found)
}

func checkMethods(at string, c agreement.Component, found *agreement.Findings) {
	for i, m := range c.Methods {
		if slices.Contains(c.Methods[:i], m) {
			found.Add("method-twice", fmt.Sprintf("%s.methods[%d]", at, i), "%s is listed twice for %s", m, c.Name).Mend("delete one of the two")
		}
	}
}

func (t Terms) checkSides(found *agreement.Findings) {
	if !t.Purpose.Integrate {
		return
	}
	if len(t.Components) == 0 {
		found.Add("components-missing", "scope.purpose.integrate", "integration is a purpose, but no component is listed that is integrated").
			Mend("add a row to scope.components for each component, or do not choose integrate")
		return
	}
	for _, p := range agreement.Both {
		if !slices.ContainsFunc(t.Components, func(c agreement.Component) bool { return c.Provider == p }) {
			found.Add("one-sided", "scope.components", "%s provides no component, although both technologies are integrated under clause 1.1", p.Label()).
				Mend("add a component of %s if the other party is to call, install or embed one", p.Label())
		}
	}
}

func (t Terms) checkTier(found *agreement.Findings) {
	t.checkTierTerms(PreferredTier, t.Preferred != nil, found)
	t.checkTierTerms(ExclusiveTier, t.Exclusive != nil, found)
}

func (t Terms) checkTierTerms(tier Tier, given bool, found *agreement.Findings) {
	switch {
	case t.Tier == tier && !given:
		found.Add("tier-terms", "scope.tier", "the tier is %s, but nothing says what that means", tier).Mend("add scope.%s", tier)
	case t.Tier != tier && given && t.Tier != "":
		found.Add("tier-unused", "scope."+string(tier), "these terms do not bind, because the tier is %s", t.Tier).
			Mend("set scope.tier to %s, or delete these terms", tier)
	case t.Tier == tier:
		found.Add("tier-by-people", "scope."+string(tier), "software does not see what a party agrees with others; whether it keeps to the %s tier, people must watch", tier)
	}
}

// longestOffer is how many days a first offer may hold up a party's business before that is unwise.
const longestOffer = 90

func (p Preferred) check(found *agreement.Findings) {
	at := "scope.preferred.first_offer_days"
	switch {
	case p.FirstOfferDays < 0:
		found.Add("first-offer-days", at, "a first offer cannot be open for %d days", p.FirstOfferDays).Mend("write a number of days above zero, for example 15")
	case p.FirstOfferDays > longestOffer:
		found.Add("first-offer-long", at, "a party that must wait %d days for an answer cannot quote to anyone else meanwhile", p.FirstOfferDays).
			Mend("choose at most %d days, for example 15", longestOffer)
	case p.FirstOfferDays == 0 && p.FirstOfferFor != "":
		found.Add("first-offer-days", "scope.preferred.first_offer_for", "a first offer is described, but not for how long it is open").Mend("add first_offer_days, for example 15")
	}
}

// longestExclusivity is the duration above which exclusivity is unwise; see the page of the rule exclusive-long.
var longestExclusivity = calendar.Duration{Years: 5}

func (e Exclusive) check(f agreement.Frame, found *agreement.Findings) {
	const at = "scope.exclusive"
	for i, name := range e.Components {
		found.Component(f, fmt.Sprintf("%s.components[%d]", at, i), name)
	}
	switch {
	case !e.Duration.IsZero() && !e.Ends(f.Effective()).After(f.Effective()):
		found.Add("exclusive-duration", at+".duration", "exclusivity for %s ends on the day on which it begins", e.Duration.Words()).
			Mend("write years, months or days, for example P2Y")
	case e.Ends(f.Effective()).After(f.Effective().Add(longestExclusivity)):
		found.Add("exclusive-long", at+".duration", "exclusivity for %s is longer than %s", e.Duration.Words(), longestExclusivity.Words()).
			Mend("choose at most P5Y and agree a renewal, or have competition counsel confirm the duration")
	}
	if len(e.Countries) == 0 {
		found.Add("exclusive-countries", at+".territory", "%q cannot be compared with other agreements, so the territory counts as every country", e.Territory).
			Mend("list the countries under scope.exclusive.countries, for example [DE, AT, CH]")
	}
}
