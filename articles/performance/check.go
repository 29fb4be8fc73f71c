package performance

import (
	"fmt"
	"slices"

	"entente/agreement"
	"entente/document"
	"entente/money"
)

// Check reports what is missing, contradictory, dangling or unwise in Schedule C.
func (p Terms) Check(f agreement.Frame, found *agreement.Findings) {
	for i, l := range p.Levels {
		at := fmt.Sprintf("schedule_c.levels[%d]", i)
		if slices.ContainsFunc(p.Levels[:i], func(o Level) bool { return o.Component == l.Component && o.Environment == l.Environment }) {
			found.Add("level-twice", at, "%s has two service levels in %s", l.Component, l.Environment).Mend("put both rows together into one")
		}
		l.check(f, at, found)
		p.checkThroughput(at, l, found)
	}
	p.Exclusions.check(found)
	p.checkCredits(f, found)
	p.checkClaims(found)
	p.Exit.check(p, found)
	p.checkLimits(f, found)
}

func (l Level) check(f agreement.Frame, at string, found *agreement.Findings) {
	found.Component(f, at+".component", l.Component)
	if c, ok := f.Component(l.Component); ok && !c.By(agreement.API) {
		found.Add("level-unmeasured", at+".component", "%s is not called by API, so nothing measures this service level", l.Component).Mend("agree how people show that it was kept, or delete the row")
	}
	if l.Availability.IsZero() && len(l.Latency) == 0 && l.ErrorRate.IsZero() && l.Throughput == nil {
		found.Add("level-empty", at, "the row for %s promises nothing", l.Component).Mend("add availability, latency, error_rate or throughput")
	}
	percentage(found, at+".availability", l.Availability)
	percentage(found, at+".error_rate", l.ErrorRate)
	if !l.Availability.IsZero() && l.Availability.Cmp(100) == 0 {
		found.Add("availability-perfect", at+".availability", "no service is available all the time; the first failed minute breaks this promise").Mend("choose a figure that can be kept, for example 99.9%%")
	}
	for i, x := range l.Latency {
		path := fmt.Sprintf("%s.latency[%d]", at, i)
		if x.Milliseconds <= 0 {
			found.Add("latency-bound", path+".milliseconds", "an answer cannot take %d milliseconds", x.Milliseconds).Mend("write a number of milliseconds above zero, for example 800")
		}
		l.checkPercentiles(path, i, found)
	}
	if l.Throughput != nil && (l.Throughput.Requests <= 0 || !known(l.Throughput.Per.String())) {
		found.Add("throughput", at+".throughput", "%d requests in %q is no throughput that can be measured", l.Throughput.Requests, l.Throughput.Per).
			Mend("write a number above zero, and per: PT1S, PT1M, PT1H, P1D or P1M")
	}
}

// checkPercentiles finds a higher percentile with a tighter bound than a lower one.
func (l Level) checkPercentiles(path string, i int, found *agreement.Findings) {
	x := l.Latency[i]
	for _, y := range l.Latency {
		higher := slices.Index(x.Percentile.Values(), string(x.Percentile)) > slices.Index(y.Percentile.Values(), string(y.Percentile))
		if higher && x.Until == y.Until && x.Milliseconds < y.Milliseconds {
			found.Add("latency-order", path+".milliseconds", "%s keeps %d ms, so %s cannot need %d ms", x.Percentile, x.Milliseconds, y.Percentile, y.Milliseconds).
				Mend("give the higher percentile the longer time")
		}
	}
}

func percentage(found *agreement.Findings, at string, p money.Percent) {
	if !p.IsZero() && (p.Cmp(0) < 0 || p.Cmp(100) > 0) {
		found.Add("percentage", at, "%s is not between 0%% and 100%%", p).Mend("write a percentage from 0%% to 100%%")
	}
}

func known(window string) bool {
	for _, s := range spans {
		if s.window == window {
			return true
		}
	}
	return false
}

// checkThroughput finds a throughput that the limits never let through.
func (p Terms) checkThroughput(at string, l Level, found *agreement.Findings) {
	for i, x := range p.Limits {
		if l.Throughput != nil && x.Component == l.Component && x.Environment == l.Environment && x.Per != PerKey && x.Per != PerCustomer &&
			x.Unit == Requests && x.Window == l.Throughput.Per && x.Requests > 0 && x.Requests < l.Throughput.Requests {
			found.Add("throughput-limited", at+".throughput.requests", "%s promises %s requests in %s, but schedule_c.limits[%d] lets only %s through", l.Component, document.Figure(l.Throughput.Requests), each(x.Window), i, document.Figure(x.Requests)).
				Mend("raise the limit or lower the throughput")
		}
	}
}

func (e Exclusions) check(found *agreement.Findings) {
	const at = "schedule_c.exclusions.maintenance_"
	switch {
	case e.MaintenanceHours < 0:
		found.Add("maintenance", at+"hours", "%d hours of maintenance cannot be left out", e.MaintenanceHours).Mend("write a number of hours above zero, or delete this line")
	case e.MaintenanceHours > 0 && e.MaintenanceNotice.IsZero():
		found.Add("maintenance", at+"hours", "hours of maintenance are left out, but nothing says how long before they are announced").Mend("add maintenance_notice, for example PT48H")
	case !e.MaintenanceNotice.IsZero() && e.MaintenanceNotice.Longest() == 0:
		found.Add("maintenance", at+"notice", "maintenance that is announced when it begins excuses every outage").Mend("write a time, for example PT48H")
	case !e.MaintenanceNotice.IsZero() && e.MaintenanceHours == 0:
		found.Add("maintenance-unbounded", at+"notice", "any amount of announced maintenance is left out, so availability promises nothing").Mend("add maintenance_hours, for example 8")
	}
	if len(e.Other) > 0 {
		found.Add("exclusion-by-people", "schedule_c.exclusions.other", "software cannot tell which failures have these causes; people must claim and agree them")
	}
}

func (p Terms) checkCredits(f agreement.Frame, found *agreement.Findings) {
	percentage(found, "schedule_c.credit_cap", p.CreditCap)
	for i, c := range p.Credits {
		at := fmt.Sprintf("schedule_c.credits[%d]", i)
		found.Component(f, at+".component", c.Component)
		percentage(found, at+".below", c.Below)
		percentage(found, at+".credit", c.Credit)
		p.checkTarget(at, c, found)
		p.checkBands(i, found)
		if !p.CreditCap.IsZero() && p.CreditCap.Compare(c.Credit) < 0 {
			found.Add("credit-cap", at+".credit", "a credit of %s is never paid in full, because all credits of a window end at %s", c.Credit, p.CreditCap).
				Mend("raise credit_cap or lower the credit")
		}
	}
	if len(p.Credits) > 0 && p.CreditCap.IsZero() {
		found.Add("credit-uncapped", "schedule_c.credits", "nothing limits what the credits of a window come to").Mend("add credit_cap, for example 50%%")
	}
}

// checkTarget compares a band with the availability that is promised in production.
func (p Terms) checkTarget(at string, c Credit, found *agreement.Findings) {
	promised := false
	for _, l := range p.Levels {
		if l.Availability.IsZero() || l.Environment != agreement.Production || c.Component != "" && c.Component != l.Component {
			continue
		}
		promised = true
		if c.Below.Compare(l.Availability) > 0 {
			found.Add("credit-above-target", at+".below", "a credit is due below %s, although %s promises only %s", c.Below, l.Component, l.Availability).
				Mend("write %s or less, or promise more", l.Availability)
		}
	}
	if !promised {
		found.Add("credit-idle", at, "no availability is promised in production that this credit could follow").Mend("add availability to a row of schedule_c.levels, or delete the credit")
	}
}

// checkBands compares a band with the other bands for the same component.
func (p Terms) checkBands(i int, found *agreement.Findings) {
	c := p.Credits[i]
	at := fmt.Sprintf("schedule_c.credits[%d]", i)
	for j, o := range p.Credits {
		switch {
		case j == i || o.Component != c.Component:
		case j < i && o.Below.Compare(c.Below) == 0:
			found.Add("credit-order", at+".below", "two credits are due below %s", c.Below).Mend("keep one of the two")
		case c.Below.Compare(o.Below) < 0 && c.Credit.Compare(o.Credit) < 0:
			found.Add("credit-order", at+".credit", "a worse availability (below %s) gives a smaller credit (%s) than a better one (%s)", c.Below, c.Credit, o.Credit).
				Mend("let the credit grow as availability falls")
		}
	}
}

func (p Terms) checkClaims(found *agreement.Findings) {
	const at = "schedule_c.claim_window"
	switch {
	case p.ClaimWindow.IsZero() && len(p.Credits) > 0:
		found.Add("claim-window", "schedule_c.credits", "nothing says until when a credit can be claimed").Mend("add claim_window, for example P30D")
	case !p.ClaimWindow.IsZero() && p.ClaimWindow.Longest() == 0:
		found.Add("claim-window", at, "no credit can be claimed in no time").Mend("write a duration, for example P30D")
	case !p.ClaimWindow.IsZero() && len(p.Credits) == 0:
		found.Add("claim-window", at, "credits can be claimed, but there are none").Mend("add credits, or delete this line")
	}
}

func (e *Exit) check(p Terms, found *agreement.Findings) {
	const at = "schedule_c.exit"
	switch {
	case e == nil:
	case e.Missed < 1 || e.Of < e.Missed:
		found.Add("exit-count", at, "a service level cannot be missed in %d of %d windows", e.Missed, e.Of).Mend("write for example missed: 2 and of: 3")
	case e.Of > remembered:
		found.Add("exit-count", at, "nobody remembers %d windows; a right to leave looks back on %d at most", e.Of, remembered).Mend("write for example missed: 2 and of: 3")
	case len(p.Levels) == 0:
		found.Add("exit-idle", at, "no service level is stated that could be missed").Mend("add rows to schedule_c.levels, or delete the right to leave")
	}
}
