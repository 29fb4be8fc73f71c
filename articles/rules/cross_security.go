package rules

import (
	"slices"
	"strings"

	"entente/agreement"
	"entente/articles/compliance"
	"entente/articles/integration"
	"entente/articles/statutes"
)

// crossNotices compares the times in which breaches and incidents are notified with the clocks that
// statutes set, and with each other.
func (a contract) crossNotices(found *agreement.Findings) {
	notice, incident := a.Sharing.Protection.BreachNotice, a.Compliance.Security.IncidentNotice
	if notice.IsZero() {
		return
	}
	clock, known := statutes.Shortest(a.General.Law.Clocks(), statutes.PersonalDataBreach)
	if known && a.sharesPersonalData() && notice.Longest() > clock.Within.Shortest() {
		found.Add("breach-notice-late", "sharing.protection.breach_notice", "notice of a breach may come after %s, but as of %s %s may have to %s within %s of %s (%s)",
			notice.Words(), clock.AsOf, clock.Bearer, clock.Duty, clock.Within.Words(), clock.From, clock.Citation).
			Mend("choose a shorter time, for example PT48H, so that the other party can keep its own")
	}
	if !incident.IsZero() && incident.Shortest() > notice.Longest() {
		found.Add("incident-slower", "compliance.security.incident_notice", "an incident is notified within %s, but clause 3.3 gives only %s where it affects shared data", incident.Words(), notice.Words()).
			Mend("write at most %s, or leave incident_notice out: then the time of clause 3.3 applies", notice)
	}
}

func (a contract) sharesPersonalData() bool {
	for _, d := range a.Sharing.Data {
		if d.PersonalData {
			return true
		}
	}
	return false
}

// crossSecurity compares clauses 2.3, 3.3, 8.2 and 9.2 with Schedule B, on which they rely.
func (a contract) crossSecurity(found *agreement.Findings) {
	b, duties := a.ScheduleB, a.Compliance.Security
	empty := b.Transport.Minimum == "" && len(b.Authentication) == 0 && b.KeyRotation.IsZero()
	if empty && a.Integration.Standards.Security {
		found.Add("security-standard", "integration.standards.security", "Schedule B binds, but it states no requirement").Mend("fill in schedule_b, or do not choose security")
	}
	if empty && a.Sharing.Protection.Measures {
		found.Add("measures-unstated", "sharing.protection.measures", "shared data is protected at least by the measures of Schedule B, and it states none").Mend("fill in schedule_b")
	}
	for _, duty := range []struct {
		chosen, given       bool
		clause, b, of, lack string
	}{
		{duties.Certifications, len(b.Certifications) > 0, "compliance.security.certifications", "schedule_b.certifications", "certifications", "it lists none"},
		{duties.Assessments, !b.AssessmentInterval.IsZero(), "compliance.security.assessments", "schedule_b.assessment_interval", "assessments", "it sets no interval"},
	} {
		switch {
		case duty.chosen && !duty.given:
			found.Add("schedule-b-incomplete", duty.clause, "clause 8.2 requires the %s of Schedule B, but %s", duty.of, duty.lack).Mend("fill in %s, or do not choose %s", duty.b, duty.of)
		case !duty.chosen && duty.given:
			found.Add("schedule-b-unticked", duty.b, "this does not bind, because clause 8.2 does not choose %s", duty.of).Mend("set %s to true, or delete this", duty.clause)
		}
	}
}

// crossStandards compares the industry standards of clause 2.3 with the certifications of Schedule B.
func (a contract) crossStandards(found *agreement.Findings) {
	for i, s := range a.Integration.Standards.Industry {
		at := row("integration.standards.industry", i)
		j := slices.IndexFunc(a.ScheduleB.Certifications, func(c compliance.Certification) bool { return certifies(c, s) })
		if j < 0 {
			if s.ValidUntil.IsZero() {
				found.Add("standard-undated", at, "nothing says until when it is shown that %s is met", s.Name).
					Mend("add valid_until, or a row for it to schedule_b.certifications").Under("8.2")
			}
			continue
		}
		if c := a.ScheduleB.Certifications[j]; !s.ValidUntil.IsZero() && !c.ValidUntil.IsZero() && s.ValidUntil != c.ValidUntil {
			found.Add("standard-dates", at+".valid_until", "the evidence for %s is valid until %s here and until %s in Schedule B", s.Name, s.ValidUntil.Words(), c.ValidUntil.Words()).
				Mend("write the date of the certificate in both places")
		}
	}
}

// certifies reports whether a certificate of Schedule B is for a standard of clause 2.3.
func certifies(c compliance.Certification, s integration.Industry) bool {
	held := c.Party == agreement.BothParties || s.Responsible == agreement.BothParties || c.Party == s.Responsible
	return held && strings.EqualFold(strings.TrimSpace(c.Name), strings.TrimSpace(s.Name))
}
