package rules

import (
	"strings"

	"entente/agreement"
	"entente/articles/general"
	"entente/articles/statutes"
)

// crossGeneral compares Article 13 with what other articles rely on it for.
func (a contract) crossGeneral(found *agreement.Findings) {
	a.crossEscalation(found)
	a.crossReceipt(found)
	a.crossMandatory(found)
	if a.Confidentiality.Categories.Partnership && !a.General.Publicity.PriorApproval {
		found.Add("publicity-confidential", "confidentiality.categories.partnership", "the terms of the agreement are confidential, but under clause 13.6 each party may announce what it likes of the partnership").
			Mend("set general.publicity.prior_approval to true, or do not choose partnership").Under("13.6")
	}
}

// crossEscalation looks for a step of clause 13.2 that is over before the committee of clause 7.1
// has to meet.
func (a contract) crossEscalation(found *agreement.Findings) {
	c := a.Governance.Committee
	for i, s := range a.General.Disputes.Steps {
		if s.Kind != general.Escalation || s.Days == 0 {
			continue
		}
		at := row("general.disputes.steps", i) + ".days"
		every := c.Meets.Every()
		switch urgent := c.UrgentDays + 2*((c.UrgentDays+4)/5); { // business days, with the weekends among them
		case c.UrgentDays > 0 && urgent > s.Days:
			found.Add("escalation-unmet", at, "the step is over after %d days, but the steering committee may take %d Business Days to meet", s.Days, c.UrgentDays).
				Mend("give the step at least %d days, or lower governance.committee.urgent_days", urgent)
		case c.UrgentDays == 0 && every.Longest().Hours() > float64(24*s.Days):
			found.Add("escalation-unmet", at, "the step is over after %d days, but the steering committee meets only every %s", s.Days, every.Words()).
				Mend("give governance.committee.urgent_days, so that a dispute finds the committee in time")
		}
	}
}

// crossReceipt looks for notices of clause 12.1 that no means of clause 13.8 delivers on the day.
func (a contract) crossReceipt(found *agreement.Findings) {
	methods := a.General.Notices.Methods
	if a.Term.Renewal == nil || len(methods) == 0 {
		return
	}
	least := methods[0].BusinessDays
	for _, m := range methods {
		least = min(least, m.BusinessDays)
	}
	if least > 0 {
		found.Add("renewal-notice-receipt", "term.renewal.notice", "the other party must receive the notice by its last day, and no way of clause 13.8 counts on the day of sending: business days that the quickest may take: %d", least).
			Mend("send it that much earlier, or add {by: ledger} to general.notices.methods: it counts when it is received").Under("13.8")
	}
}

// crossMandatory compares the limits of clause 10.2 with what the governing law does not let the
// parties limit. Wilful misconduct is clause 10.2's own to report: hardly any law lets it be limited.
func (a contract) crossMandatory(found *agreement.Findings) {
	l := a.Liability.Limits
	if !l.NoIndirect && l.Cap == nil || l.Exclusions.GrossNegligence {
		return
	}
	for _, r := range statutes.Requirements(a.General.Law.Code()) {
		if r.Topic == statutes.LiabilityLimits && strings.Contains(r.Says, "gross negligence") {
			found.Add("negligence-limited", "liability.limits.exclusions.gross_negligence", "the limits apply to gross negligence too, but as of %s %s (%s)", r.AsOf, r.Says, r.Citation).
				Mend("set liability.limits.exclusions.gross_negligence: true")
			return
		}
	}
}
