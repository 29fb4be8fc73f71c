package integration

import (
	"fmt"
	"slices"

	"entente/agreement"
)

func (s Support) check(f agreement.Frame, found *agreement.Findings) {
	s.checkSeverities(found)
	s.checkHours(found)
	s.checkContacts(f, found)
	const at = "integration.support.assistance_hours"
	switch {
	case s.AssistanceHours < 0:
		found.Add("assistance-hours", at, "%d hours of assistance cannot be given", s.AssistanceHours).Mend("write a number of hours above zero, or delete this line")
	case s.AssistanceHours > 0 && !s.ReasonableAssistance:
		found.Add("assistance-hours", at, "hours of assistance are stated, but reasonable assistance is not chosen").
			Mend("set integration.support.reasonable_assistance to true, or delete this line")
	case s.AssistanceHours == 0 && s.ReasonableAssistance:
		found.Add("assistance-open", "integration.support.reasonable_assistance", "without a number of hours only people can judge what is reasonable").
			Mend("state assistance_hours if the assistance is to be measured")
	}
}

func (s Support) checkSeverities(found *agreement.Findings) {
	if len(s.Severities) > 0 && !s.OwnComponents {
		found.Add("severities-unticked", "integration.support.severities", "response times are stated, but support for own components is not chosen").
			Mend("set integration.support.own_components to true, or delete the rows")
	}
	for i, v := range s.Severities {
		at := fmt.Sprintf("integration.support.severities[%d]", i)
		if slices.ContainsFunc(s.Severities[:i], func(w Severity) bool { return w.Level == v.Level }) {
			found.Add("severity-twice", at+".severity", "the severity %s has two rows", v.Level).Mend("keep one row for each severity")
		}
		if !v.Resolution.IsZero() && v.Resolution.Longest() < v.Response.Shortest() {
			found.Add("resolution-early", at+".resolution", "a case has to be resolved within %s, before anyone has to respond (%s)", v.Resolution.Words(), v.Response.Words()).
				Mend("make the resolution time longer than the response time")
		}
		if v.Level == Critical {
			s.checkCritical(at, v, found)
		}
		s.checkOrder(i, found)
	}
}

func (s Support) checkCritical(at string, v Severity, found *agreement.Findings) {
	if !s.CriticalResponse.IsZero() && (v.Response != s.CriticalResponse || v.BusinessHours) {
		found.Add("critical-response", at+".response", "critical cases are answered within %s here, but within %s at any hour under critical_response", v.Response.Words(), s.CriticalResponse.Words()).
			Mend("state the same time in both places, without business_hours")
	}
}

// checkOrder compares a row with the rows of lower severity.
func (s Support) checkOrder(i int, found *agreement.Findings) {
	v := s.Severities[i]
	for _, w := range s.Severities {
		if rank(v.Level) < rank(w.Level) && v.BusinessHours == w.BusinessHours && v.Response.Shortest() > w.Response.Longest() {
			found.Add("severity-order", fmt.Sprintf("integration.support.severities[%d].response", i), "%s cases wait longer for a response (%s) than %s cases (%s)", v.Level, v.Response.Words(), w.Level, w.Response.Words()).
				Mend("give the more severe cases the shorter time")
		}
	}
}

func rank(l SeverityLevel) int { return slices.Index(l.Values(), string(l)) }

func (s Support) checkHours(found *agreement.Findings) {
	counts := slices.IndexFunc(s.Severities, func(v Severity) bool { return v.BusinessHours })
	switch {
	case s.Hours != nil && s.Hours.From >= s.Hours.To && s.Hours.To != "":
		found.Add("support-hours", "integration.support.hours.to", "support closes at %s, but opens only at %s", s.Hours.To, s.Hours.From).Mend("let support close later than it opens")
	case s.Hours == nil && counts >= 0:
		found.Add("support-hours", fmt.Sprintf("integration.support.severities[%d].business_hours", counts), "the time runs in business hours, but nothing says when these are").
			Mend("add integration.support.hours, for example {from: 09:00, to: 17:00}")
	}
}

func (s Support) checkContacts(f agreement.Frame, found *agreement.Findings) {
	for i, c := range s.Contacts {
		at := fmt.Sprintf("integration.support.contacts[%d]", i)
		found.Person(f, at+".person", c.Person)
		found.Person(f, at+".stand_in", c.StandIn)
		found.Component(f, at+".component", c.Component)
		c.check(f, at, found)
	}
	if len(s.Contacts) == 0 {
		return
	}
	for _, p := range agreement.Both {
		provides := slices.ContainsFunc(f.Components, func(c agreement.Component) bool { return c.Provider == p })
		has := slices.ContainsFunc(s.Contacts, func(c Contact) bool { who, ok := f.Person(c.Person); return ok && who.Party == p })
		if provides && !has {
			found.Add("contact-missing", "integration.support.contacts", "%s provides components, but has no designated contact", p.Label()).Mend("add a row with a person of %s", p.Label())
		}
	}
}

func (c Contact) check(f agreement.Frame, at string, found *agreement.Findings) {
	who, known := f.Person(c.Person)
	stand, standKnown := f.Person(c.StandIn)
	component, of := f.Component(c.Component)
	switch {
	case c.StandIn == "":
		found.Add("contact-stand-in", at, "%q has no stand-in", c.Person).Mend("add stand_in with another person of the same party")
	case c.StandIn == c.Person:
		found.Add("contact-stand-in", at+".stand_in", "%q stands in for themselves", c.Person).Mend("name another person of the same party")
	case known && standKnown && who.Party != stand.Party:
		found.Add("contact-party", at+".stand_in", "%s acts for %s, but the contact %s for %s", stand.Name, stand.Party.Label(), who.Name, who.Party.Label()).Mend("name a stand-in of %s", who.Party.Label())
	}
	if known && of && who.Party != component.Provider {
		found.Add("contact-party", at+".person", "%s acts for %s, but %s is provided by %s", who.Name, who.Party.Label(), c.Component, component.Provider.Label()).
			Mend("name a person of %s", component.Provider.Label())
	}
}
