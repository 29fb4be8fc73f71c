package rules

import (
	"fmt"
	"slices"
	"strings"

	"entente/agreement"
	"entente/articles/compliance"
	"entente/articles/performance"
)

// crossService compares Schedule C and clause 8.1 with what clauses 1.2, 2.1 and 2.3 offer.
func (a contract) crossService(f agreement.Frame, found *agreement.Findings) {
	for i, l := range a.ScheduleC.Levels {
		a.crossEnvironment(row("schedule_c.levels", i), l.Environment, found)
	}
	for i, l := range a.ScheduleC.Limits {
		a.crossEnvironment(row("schedule_c.limits", i), l.Environment, found)
	}
	for _, c := range f.Components {
		if !c.By(agreement.API) || !a.Integration.Access.APIs {
			continue
		}
		promised := slices.ContainsFunc(a.ScheduleC.Levels, func(l performance.Level) bool { return l.Component == c.Name && l.Environment == agreement.Production })
		if a.Integration.Standards.Performance && a.Integration.Access.Production && len(a.ScheduleC.Levels) > 0 && !promised {
			found.Add("component-without-level", "schedule_c.levels", "clause 2.3 binds %s to Schedule C, which promises nothing for it in production", c.Name).
				Mend("add a row with component: %s and environment: production", c.Name)
		}
		listed := slices.ContainsFunc(a.Compliance.AI.Systems, func(s compliance.System) bool { return s.Component == c.Name })
		if len(a.Compliance.AI.Systems) > 0 && !listed {
			found.Add("system-unlisted", "compliance.ai.systems", "nothing says what %s is under AI law", c.Name).
				Mend("add a row with component: %s; its class may be not_ai", c.Name)
		}
	}
}

func (a contract) crossEnvironment(at string, e agreement.Environment, found *agreement.Findings) {
	if e != "" && !a.Integration.Access.To(e) {
		found.Add("environment-idle", at+".environment", "clause 2.1 gives no access to %s, so this row never applies", e).
			Mend("choose the environment in integration.access, or delete the row")
	}
}

// A feed says whether the facts whose names begin so are ever measured, and what would make them.
type feed struct {
	facts string
	fed   bool
	need  string
}

// crossIndicators looks for indicators of Schedule G whose facts no clause brings forth.
func (a contract) crossIndicators(f agreement.Frame, found *agreement.Findings) {
	for i, k := range a.ScheduleG.Indicators {
		node, err := k.Expression.Parse()
		if err != nil {
			continue // Schedule G says so itself
		}
		feeds := a.feeds(f, k.Component)
		for _, name := range node.Facts() {
			j := slices.IndexFunc(feeds, func(x feed) bool { return strings.HasPrefix(name, x.facts) })
			if j >= 0 && !feeds[j].fed {
				found.Add("kpi-unfed", fmt.Sprintf("schedule_g.indicators[%d].expression", i), "%s is never measured: %s", name, feeds[j].need).
					Mend("agree what is measured, or delete the indicator")
			}
		}
	}
}

// feeds are where facts come from, for one component or, without a name, for all. The first whose
// prefix fits decides.
func (a contract) feeds(f agreement.Frame, component string) []feed {
	of := func(name string) bool { return component == "" || component == name }
	called := slices.ContainsFunc(f.Components, func(c agreement.Component) bool { return of(c.Name) && c.By(agreement.API) })
	level := func(promises func(performance.Level) bool) bool {
		return slices.ContainsFunc(a.ScheduleC.Levels, func(l performance.Level) bool { return of(l.Component) && promises(l) })
	}
	support, trade := a.Integration.Support, a.Branding
	const uncalled = "it counts calls, and there is no such component that is offered by API"
	return []feed{
		{"calls.", called, uncalled}, {"tokens.", called, uncalled}, {"bytes.", called, uncalled}, {"latency.", called, uncalled}, {"first_byte.", called, uncalled},
		{"availability", level(func(l performance.Level) bool { return !l.Availability.IsZero() }), "Schedule C promises no availability"},
		{"errors.", level(func(l performance.Level) bool { return !l.ErrorRate.IsZero() }), "Schedule C states no error rate"},
		{"revenue.accrued", a.charges(component), "clause 6.1 has no licensing fee for it"},
		{"revenue.reported", a.sharesSales(), "clause 6.1 shares no reported sales"},
		{"revenue.paid", a.pays(), "clause 6.1 shares no revenue"},
		{"expenses.", trade.CoMarketing.SharedExpenses != nil, "clause 5.1 shares no expenses"},
		{"leads.", trade.Leads.ShareQualified, "clause 5.3 shares no leads"},
		{"material.", trade.CoMarketing.Approved() || trade.Trademarks.PriorApproval, "nothing is submitted for approval under clauses 5.1 and 5.2"},
		{"cases.in_time", len(support.Severities) > 0 || !support.CriticalResponse.IsZero(), "clause 2.4 sets no time"},
		{"cases.", support.OwnComponents || !support.CriticalResponse.IsZero(), "clause 2.4 chooses no support"},
		{"incidents.in_time", !a.Sharing.Protection.BreachNotice.IsZero(), "clause 3.3 sets no time"},
		{"incidents.", a.clocksIncidents(), "neither clause 3.3 nor clause 8.2 asks for notices"},
		{"requirements.", len(a.Integration.Requirements) > 0, "clause 2.2 lists no requirement"},
	}
}
