package rules

import (
	"fmt"
	"slices"

	"entente/agreement"
	"entente/articles/commerce"
	"entente/articles/governance"
	"entente/articles/performance"
	"entente/articles/statutes"
	"entente/money"
)

// pays reports whether amounts are owed under clause 6.1.
func (a contract) pays() bool { return a.Commerce.Revenue.Model == commerce.Shared }

// charges reports whether a component has a licensing fee; without a name, whether any has.
func (a contract) charges(component string) bool {
	return slices.ContainsFunc(a.Commerce.Revenue.Licensing, func(l commerce.Licence) bool { return component == "" || l.Component == component })
}

func (a contract) sharesSales() bool {
	return slices.ContainsFunc(a.Commerce.Revenue.Shares, func(s commerce.Share) bool { return s.Of == commerce.Sales })
}

// crossReferral compares clause 5.3 and Schedule F, which say when a referral fee is owed, with
// clause 6.1, which says how much it is, and with clause 12.4.
func (a contract) crossReferral(found *agreement.Findings) {
	terms, rules, price := a.Branding.Leads.ReferralFees, a.ScheduleF.Fees, a.Commerce.Revenue.Referral
	at := "branding.leads.referral_fees"
	if terms == "" {
		at = "schedule_f.fees"
	}
	switch {
	case (terms != "" || rules != nil) && price == nil:
		found.Add("referral-unpriced", at, "a referral fee is owed, but clause 6.1 does not say how much it is").
			Mend("add commerce.revenue.referral, or owe no fee").Under("6.1")
	case price != nil && terms == "":
		found.Add("referral-unowed", "commerce.revenue.referral", "clause 6.1 prices a referral fee that clause 5.3 does not choose").
			Mend("write branding.leads.referral_fees, or delete commerce.revenue.referral").Under("5.3")
	}
	if rules != nil && rules.Tail.Shortest() > a.Term.Customers.Continue.Longest() {
		found.Add("referral-tail-long", "schedule_f.fees.tail", "a fee can still be earned %s after the end, when customers are no longer served under clause 12.4", rules.Tail.Words()).
			Mend("see that the party that wins such a customer still records it; no one else can")
	}
}

// crossFees compares the fees of clause 6.1 with what the gateway can count, and with what Schedule
// C makes of fees.
func (a contract) crossFees(f agreement.Frame, found *agreement.Findings) {
	for i, l := range a.Commerce.Revenue.Licensing {
		at := row("commerce.revenue.licensing", i) + ".unit"
		c, ok := f.Component(l.Component)
		switch {
		case !ok || !l.Unit.Metered():
		case !c.By(agreement.API):
			found.Add("fee-unmeasured", at, "%s is not called by API, so nothing counts its %s", l.Component, words(string(l.Unit))).
				Mend("charge by month or year, or offer the component by API")
		case counts(l.Unit) && !a.countsTokens(l.Component):
			found.Add("tokens-uncounted", at, "%s is charged by tokens, but its protocol reports none", l.Component).
				Mend("charge by requests, bytes, month or year")
		case l.Unit == commerce.Units && !a.statesUnits(l.Component):
			found.Add("units-unstated", at, "%s is charged by units of its provider’s own, but Schedule A names none for it", l.Component).
				Mend("add unit with its name, and where answers state it, to the component in Schedule A")
		}
	}
	for i, l := range a.ScheduleC.Limits {
		if _, ok := f.Component(l.Component); ok && l.Unit == performance.Tokens && !a.countsTokens(l.Component) {
			found.Add("tokens-uncounted", row("schedule_c.limits", i)+".unit", "%s is limited by tokens, but its protocol reports none", l.Component).
				Mend("limit requests or bytes").Under("C")
		}
		if l.Unit == performance.Money && l.Component != "" && !a.charges(l.Component) {
			found.Add("money-without-fees", row("schedule_c.limits", i)+".unit", "the limit is of fees, but clause 6.1 charges none for %s", l.Component).
				Mend("add a fee to commerce.revenue.licensing, or limit something else")
		} else if l.Unit == performance.Money && l.Environment == agreement.Test && a.pays() && !a.Commerce.Revenue.ChargeTest {
			found.Add("money-without-fees", row("schedule_c.limits", i)+".unit", "the limit is of fees, but calls in the test environment are free of charge").
				Mend("write commerce.revenue.charge_test: true, or limit something else")
		}
	}
	for i, c := range a.ScheduleC.Credits {
		if !a.charges(c.Component) {
			found.Add("money-without-fees", row("schedule_c.credits", i), "the credit is a share of fees, but clause 6.1 charges none for %s", orAny(c.Component)).
				Mend("add a fee to commerce.revenue.licensing, or delete the credit: it is always nothing")
		}
	}
}

func orAny(component string) string {
	if component == "" {
		return "any component"
	}
	return component
}

// counts reports whether a unit is a kind of token.
func counts(u commerce.Unit) bool {
	return u == commerce.InputTokens || u == commerce.CachedTokens || u == commerce.OutputTokens
}

// countsTokens reports whether answers of a component say how many tokens they took. It is taken to
// be so where no protocol is stated, which is Schedule A's to report.
func (a contract) countsTokens(component string) bool {
	s, ok := a.ScheduleA.Specification(component)
	return !ok || s.Protocol == "" || s.Protocol.Models()
}

// statesUnits reports whether Schedule A says where answers of a component state its provider's own units.
func (a contract) statesUnits(component string) bool {
	s, ok := a.ScheduleA.Specification(component)
	return !ok || len(s.Unit.Counted) > 0
}

// crossCurrency looks for amounts that statements cannot count, because clause 6.3 pays in another
// currency and no rate of exchange is agreed.
func (a contract) crossCurrency(found *agreement.Findings) {
	want, home := a.Commerce.Payment.Currency, a.Frame().Front.Currency
	one := func(got money.Currency, at string) {
		if got != "" && want != "" && got != want {
			found.Add("settlement-currency", at, "the amount is in %s, but clause 6.3 counts and pays in %s", got, want).Mend("write the amount in %s", want)
		}
	}
	one(a.ScheduleC.CreditMinimum.Currency, "schedule_c.credit_minimum")
	for i, l := range a.ScheduleC.Limits {
		if l.Amount.Currency == home { // Schedule C reports the others itself
			one(l.Amount.Currency, row("schedule_c.limits", i)+".amount")
		}
	}
	if r := a.Liability.Limits.Raised; r != nil {
		one(r.Amount.Currency, "liability.limits.raised.amount")
	}
	for i, k := range a.ScheduleG.Indicators {
		if g, err := k.Target.Parse(); err == nil && g.Unit == governance.Money {
			one(g.Amount.Currency, fmt.Sprintf("schedule_g.indicators[%d].target", i))
		}
	}
}

// crossMoney compares clause 10.2 with clause 6.1, and clause 6.3 with clauses 13.1 and 13.2.
func (a contract) crossMoney(found *agreement.Findings) {
	if c := a.Liability.Limits.Cap; c != nil && c.PriorFees && a.Commerce.Revenue.Model == commerce.None {
		found.Add("cap-of-no-fees", "liability.limits.cap.prior_fees", "the cap counts fees paid, but under clause 6.1 none are owed").
			Mend("give the cap an amount, and delete prior_fees")
	}
	p := a.Commerce.Payment
	if law, ok := statutes.LatePayment(a.General.Law.Code()); ok && !p.LateInterest.IsZero() && p.LateInterest.Compare(law.Points) < 0 {
		found.Add("late-interest-low", "commerce.payment.late_interest", "interest of %s a year is below what the law gives without an agreement: as of %s, %s above %s (%s)",
			p.LateInterest, law.AsOf, points(law.Points), law.Above, law.Citation).
			Mend("leave late_interest out to have the statutory rate, unless the lower one is meant")
	}
	if steps := a.General.Disputes.Steps; len(steps) > 0 && steps[0].Days > 0 && p.DisputeWindow.Shortest().Hours() > float64(24*steps[0].Days) {
		found.Add("dispute-window-steps", "commerce.payment.dispute_window", "an invoice can be disputed for %s, longer than the %d days of the first step of clause 13.2", p.DisputeWindow.Words(), steps[0].Days).
			Mend("see that a second dispute about the same invoice joins the first one")
	}
}

// points are percentage points as a sentence says them: "9 percentage points".
func points(p money.Percent) string {
	s := p.String()
	return s[:max(0, len(s)-1)] + " percentage points"
}
