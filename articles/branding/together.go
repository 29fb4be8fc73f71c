package branding

import (
	"entente/agreement"
)

// CheckTogether reports what Article 5 and its Schedules E and F say against each other.
func CheckTogether(t Terms, e Brand, l Leads, found *agreement.Findings) {
	checkGuidelines(t.Trademarks, e, found)
	checkReferral(t.Leads, l, found)
}

func checkGuidelines(t Trademarks, e Brand, found *agreement.Findings) {
	for _, p := range agreement.Both {
		if t.BrandGuidelines && !e.guides(p) {
			found.Add("guidelines-missing", "branding.trademarks.brand_guidelines", "use follows the brand guidelines of Schedule E, but it has none of %s", p.Label()).
				Mend("add a row to schedule_e.guidelines, or do not choose brand_guidelines")
		}
	}
	if !t.BrandGuidelines && len(e.Guidelines) > 0 {
		found.Add("guidelines-unticked", "schedule_e.guidelines", "the brand guidelines do not bind, because clause 5.2 does not choose them").
			Mend("write brand_guidelines: true in branding.trademarks, or delete the guidelines")
	}
}

func (b Brand) guides(p agreement.Party) bool {
	for _, g := range b.Guidelines {
		if g.Party == p {
			return true
		}
	}
	return false
}

func checkReferral(t LeadTerms, l Leads, found *agreement.Findings) {
	switch given := !l.absent(); {
	case t.ReferralProcess && !given:
		found.Add("referral-missing", "branding.leads.referral_process", "leads follow the process of Schedule F, which is empty").
			Mend("fill in schedule_f, or do not choose referral_process")
	case !t.ReferralProcess && given:
		found.Add("referral-unticked", "schedule_f", "the referral process does not bind, because clause 5.3 does not choose it").
			Mend("write referral_process: true in branding.leads, or delete schedule_f")
	}
	if t.ReferralFees != "" && t.ReferralProcess && !l.absent() && l.Fees == nil {
		found.Add("fee-rules-missing", "schedule_f", "referral fees are owed, but nothing says when they are earned and paid").
			Mend("fill in schedule_f.fees")
	}
}

// absent reports whether the schedule is left out of the file.
func (l Leads) absent() bool {
	return len(l.Qualification) == 0 && len(l.Stages) == 0 && l.ResponseDays == 0
}
