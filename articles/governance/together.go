package governance

import "entente/agreement"

// CheckTogether reports what Article 7 and its Schedule G say against each other.
func CheckTogether(t Terms, k KPIs, found *agreement.Findings) {
	switch {
	case t.Reviews.KPIs && len(k.Indicators) == 0:
		found.Add("kpis-missing", "governance.reviews.kpis", "the key performance indicators of Schedule G are measured, but it lists none").
			Mend("add rows to schedule_g.indicators, or do not choose kpis")
	case !t.Reviews.KPIs && len(k.Indicators) > 0:
		found.Add("kpis-unticked", "schedule_g.indicators", "the indicators are not measured, because clause 7.3 does not choose them").
			Mend("write kpis: true in governance.reviews, or delete the indicators")
	}
}
