package term

import (
	"time"

	"entente/agreement"
	"entente/calendar"
)

const calendarDay = 24 * time.Hour

// Check reports what is missing, contradictory, dangling or unwise in Article 12.
func (t Terms) Check(f agreement.Frame, found *agreement.Findings) {
	t.checkTerm(found)
	t.checkRenewal(found)
	t.checkWholeDays(found)
	t.Cause.check(found)
	t.checkEffects(f, found)
	t.checkCustomers(found)
}

func (t Terms) checkTerm(found *agreement.Findings) {
	switch {
	case t.Initial.IsZero() && t.IndefiniteNotice.IsZero():
		found.Add("indefinite-without-notice", "term.indefinite_notice", "the agreement has neither an initial term nor a notice that ends it").
			Mend("give term.initial, for example P24M, or term.indefinite_notice, for example P90D")
	case !t.Initial.IsZero() && !t.IndefiniteNotice.IsZero():
		found.Add("indefinite-notice-unused", "term.indefinite_notice", "the notice of %s has no effect, because the agreement has an initial term of %s", t.IndefiniteNotice.Words(), t.Initial.Words()).
			Mend("delete term.indefinite_notice or term.initial")
	}
	if nothing(t.Initial) {
		found.Add("term-zero", "term.initial", "an initial term of %s ends before it begins", t.Initial.Words()).Mend("write a longer term, for example P24M")
	}
}

func (t Terms) checkRenewal(found *agreement.Findings) {
	r := t.Renewal
	if r == nil {
		return
	}
	if t.Initial.IsZero() {
		found.Add("renewal-of-nothing", "term.renewal", "an agreement of indefinite period has no term that could renew").
			Mend("give term.initial or delete term.renewal")
		return
	}
	if nothing(r.Period) {
		found.Add("term-zero", "term.renewal.period", "a renewal for %s renews nothing", r.Period.Words()).Mend("write a longer period, for example P12M")
		return
	}
	for _, whole := range []struct {
		what   string
		length calendar.Duration
	}{{"initial term", t.Initial}, {"renewal period", r.Period}} {
		if !r.Notice.IsZero() && r.Notice.Longest() >= whole.length.Shortest() {
			found.Add("renewal-notice-long", "term.renewal.notice", "notice of %s cannot be given within the %s of %s", r.Notice.Words(), whole.what, whole.length.Words()).
				Mend("write a shorter notice; 60 or 90 days are usual")
			return
		}
	}
}

func (t Terms) checkWholeDays(found *agreement.Findings) {
	periods := []struct {
		path   string
		length calendar.Duration
	}{{"initial", t.Initial}, {"indefinite_notice", t.IndefiniteNotice}, {"effects.transition", t.Effects.Transition},
		{"effects.return_within", t.Effects.ReturnWithin}, {"customers.continue", t.Customers.Continue}}
	for _, p := range periods {
		wholeDays(found, "term."+p.path, p.length)
	}
	if t.Renewal != nil {
		wholeDays(found, "term.renewal.period", t.Renewal.Period)
		wholeDays(found, "term.renewal.notice", t.Renewal.Notice)
	}
}

func wholeDays(found *agreement.Findings, path string, d calendar.Duration) {
	if d.Hours != 0 || d.Minutes != 0 || d.Seconds != 0 {
		found.Add("term-hours", path, "%s has hours, minutes or seconds, and this clause counts whole days", d).Mend("write days, months or years, for example P30D")
	}
}

func (c Cause) check(found *agreement.Findings) {
	if c.MaterialBreach.IsZero() && !c.Insolvency && !c.MaterialChange {
		found.Add("cause-none", "term.cause", "no cause for ending the agreement early is chosen").
			Mend("give term.cause.material_breach, for example P30D")
	}
	if nothing(c.MaterialBreach) {
		found.Add("cure-zero", "term.cause.material_breach", "a time of %s leaves nothing in which to cure a breach", c.MaterialBreach.Words()).
			Mend("write a longer time; 30 days are usual")
	}
	if c.Insolvency {
		found.Add("insolvency-unenforceable", "term.cause.insolvency", "as of 2025-12-31, insolvency law may not let a party end the agreement for insolvency alone (for example Germany: Section 119 InsO; France: Article L. 622-13 C. com.; United Kingdom: Section 233B Insolvency Act 1986; United States: 11 U.S.C. § 365(e)(1))").
			Mend("ask counsel in the country of each party's seat")
	}
	if c.MaterialChange && c.MaterialChangeResponse.IsZero() {
		found.Add("change-without-response", "term.cause.material_change", "a party could end the agreement at once after a material change").
			Mend("give term.cause.material_change_response, for example P30D")
	}
	if !c.MaterialChange && (!c.MaterialChangeResponse.IsZero() || len(c.MaterialChanges) > 0) {
		found.Add("cause-unticked", "term.cause.material_change", "terms of a material change are given, but material_change is not chosen").
			Mend("set material_change: true or delete the terms")
	}
	if !c.Insolvency && !c.DismissedWithin.IsZero() {
		found.Add("cause-unticked", "term.cause.insolvency", "a time to dismiss an insolvency application is given, but insolvency is not chosen").
			Mend("set insolvency: true or delete dismissed_within")
	}
}

func (t Terms) checkEffects(f agreement.Frame, found *agreement.Findings) {
	e, s := t.Effects, t.Effects.Survival
	if len(f.Components) > 0 && (e.Transition.IsZero() || nothing(e.Transition)) {
		found.Add("transition-missing", "term.effects.transition", "on the day the agreement ends, every component stops for the other party").
			Mend("give term.effects.transition; 90 to 180 days are usual")
	}
	if e.ReturnOrDestroy && e.ReturnWithin.IsZero() {
		found.Add("return-without-time", "term.effects.return_within", "no one can say when the data of the other party has to be gone").
			Mend("give term.effects.return_within, for example P30D")
	}
	if !e.ReturnOrDestroy && (!e.ReturnWithin.IsZero() || e.Certificate) {
		found.Add("return-unticked", "term.effects.return_or_destroy", "a time or a certificate for returning data is given, but return_or_destroy is not chosen").
			Mend("set return_or_destroy: true or delete return_within and certificate")
	}
	for _, one := range []struct {
		chosen     bool
		key, about string
	}{{s.Confidentiality, "confidentiality", "confidentiality"}, {s.IPOwnership, "ip_ownership", "ownership of intellectual property"},
		{s.Indemnification, "indemnification", "indemnification"}} {
		if !one.chosen {
			found.Add("survival-missing", "term.effects.survival."+one.key, "%s does not survive the end of the agreement", one.about).
				Mend("set term.effects.survival.%s: true", one.key)
		}
	}
}

func (t Terms) checkCustomers(found *agreement.Findings) {
	c, transition := t.Customers, t.Effects.Transition
	switch {
	case c.Continue.IsZero() && c.TransitionSupport:
		found.Add("support-without-service", "term.customers.transition_support", "existing customers get support in moving, but no time in which they are served").
			Mend("give term.customers.continue, for example P12M")
	case !c.Continue.IsZero() && c.Continue.Longest() < transition.Shortest():
		found.Add("customers-shorter-transition", "term.customers.continue", "existing customers are served for %s, less than the transition of %s", c.Continue.Words(), transition.Words()).
			Mend("write at least the time of the transition; the two run side by side from the last day of the agreement")
	}
	if !c.Continue.IsZero() && !c.NoNewDeployments {
		found.Add("new-customers-in-wind-down", "term.customers.no_new_deployments", "new customers could still be taken on after the agreement has ended").
			Mend("set term.customers.no_new_deployments: true")
	}
}

// nothing reports whether a duration is given and lasts no time.
func nothing(d calendar.Duration) bool { return !d.IsZero() && d.Longest() == 0 }
