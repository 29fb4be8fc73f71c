package compliance

import (
	"fmt"

	"entente/agreement"
	"entente/calendar"
)

// Check reports what is missing, contradictory, dangling or unwise in Schedule B.
func (s Security) Check(f agreement.Frame, found *agreement.Findings) {
	if agreement.Blank(s) {
		if len(f.Components) > 0 {
			found.Add("security-missing", "schedule_b", "nothing says how calls of the components are protected, nor how callers prove who they are").
				Mend("add schedule_b with transport, authentication, key_rotation and incident_contacts")
		}
		return
	}
	if s.Transport.Minimum == TLS10 || s.Transport.Minimum == TLS11 {
		found.Add("tls-old", "schedule_b.transport.minimum", "%s is no longer safe and the gateway does not speak it", s.Transport.Minimum.Label()).
			Mend("write tls1.2 or tls1.3")
	}
	s.checkAuthentication(f, found)
	s.checkRotation(found)
	s.checkCertifications(f, found)
	s.checkContacts(f, found)
	if !s.AssessmentInterval.IsZero() && beyondYear(s.AssessmentInterval) {
		found.Add("assessment-rare", "schedule_b.assessment_interval", "one security assessment in %s is rarer than yearly", s.AssessmentInterval.Words()).
			Mend("write P1Y or less")
	}
	if !s.Encryption.AtRest {
		found.Add("encryption-unticked", "schedule_b.encryption.at_rest", "stored data of the other party need not be encrypted").
			Mend("set schedule_b.encryption.at_rest: true")
	}
}

func (s Security) checkAuthentication(f agreement.Frame, found *agreement.Findings) {
	rows := map[string]bool{}
	for i, a := range s.Authentication {
		at := fmt.Sprintf("schedule_b.authentication[%d].component", i)
		found.Component(f, at, a.Component)
		if rows[a.Component] {
			found.Add("authentication-twice", at, "%s has two rows", orEvery(a.Component)).Mend("write all methods into one row")
		}
		rows[a.Component] = true
	}
	for _, c := range f.Components {
		if c.By(agreement.API) && len(s.Authentication) > 0 && !rows[c.Name] && !rows[""] {
			found.Add("authentication-missing", "schedule_b.authentication", "%s is offered by API, but no row says how its callers prove who they are", c.Name).
				Mend("add a row for %s, or one without a component for all others", c.Name)
		}
	}
}

func orEvery(component string) string {
	if component == "" {
		return "“every other component”"
	}
	return component
}

func (s Security) checkRotation(found *agreement.Findings) {
	switch {
	case s.KeyRotation.IsZero():
	case s.KeyRotation.Longest() == 0:
		found.Add("key-rotation-zero", "schedule_b.key_rotation", "keys that live for %s never work", s.KeyRotation.Words()).Mend("write the interval, for example P90D")
	case beyondYear(s.KeyRotation):
		found.Add("key-rotation-slow", "schedule_b.key_rotation", "keys stay in use for %s, longer than a year", s.KeyRotation.Words()).Mend("write P1Y or less; 90 days are usual")
	}
}

// beyondYear reports whether a period is longer than a year however it is counted: twelve months
// and 366 days are not.
func beyondYear(d calendar.Duration) bool {
	months := 12*d.Years + d.Months
	return months > 12 || (months == 12 && d.Days > 0) || (months < 12 && d.Longest() > 366*day)
}

func (s Security) checkCertifications(f agreement.Frame, found *agreement.Findings) {
	for i, c := range s.Certifications {
		at := fmt.Sprintf("schedule_b.certifications[%d]", i)
		if c.Party == "" {
			found.Add("certification-holder", at+".party", "nobody has to hold %s", c.Name).Mend("write party: a, b or both")
		}
		switch {
		case c.Required && c.Grace.IsZero():
			found.Add("certification-grace", at+".grace", "production keys close on the day on which %s expires", c.Name).
				Mend("give a grace, for example P30D; a renewed certificate often arrives late")
		case !c.Required && !c.Grace.IsZero():
			found.Add("certification-grace", at+".grace", "the grace of %s has no effect, because it is not required", c.Name).
				Mend("set required: true or delete the grace")
		}
		if effective := f.Effective(); !c.ValidUntil.IsZero() && !effective.IsZero() && c.ValidUntil.Before(effective) {
			found.Add("certification-expired", at+".valid_until", "%s is valid until %s, and the agreement is in force from %s", c.Name, c.ValidUntil.Words(), effective.Words()).
				Mend("write the date of the new certificate")
		}
	}
}

func (s Security) checkContacts(f agreement.Frame, found *agreement.Findings) {
	for _, p := range agreement.Both {
		path := "schedule_b.incident_contacts." + string(p)
		ids := s.IncidentContacts.Of(p)
		if len(ids) == 0 {
			found.Add("incident-contact-missing", path, "%s names no one whom to tell of an incident", p.Label()).Mend("name a person of clause 7.1, best one with the role security")
		}
		for i, id := range ids {
			checkContact(f, found, p, fmt.Sprintf("%s[%d]", path, i), id)
		}
	}
}

func checkContact(f agreement.Frame, found *agreement.Findings, p agreement.Party, path, id string) {
	found.Person(f, path, id)
	who, ok := f.Person(id)
	switch {
	case !ok:
	case who.Party != p:
		found.Add("incident-contact-party", path, "%s acts for %s, not for %s", who.Name, who.Party.Label(), p.Label()).Mend("name a person of %s", p.Label())
	case !who.Has(agreement.Security):
		found.Add("incident-contact-role", path, "%s does not have the role security", who.Name).Mend("give %s the role security in governance.people, or name someone who has it", id)
	}
}
