package commerce

import (
	"fmt"
	"time"

	"entente/agreement"
	"entente/money"
)

func (p Payment) check(f agreement.Frame, found *agreement.Findings) {
	if p.InvoicingDay < 1 || p.InvoicingDay > 28 {
		found.Add("invoicing-day", "commerce.payment.invoicing_day", "day %d does not exist in every month", p.InvoicingDay).
			Mend("choose a day from 1 to 28")
	}
	switch {
	case p.NetDays < 1:
		found.Add("net-days", "commerce.payment.net_days", "payment within %d days of the invoice cannot be kept", p.NetDays).
			Mend("write a number of days from 1 up, for example 30")
	case p.NetDays > 60:
		found.Add("net-days-long", "commerce.payment.net_days", "payment is due only after %d days; between businesses in the EU more than 60 must be agreed expressly and not be grossly unfair (Directive 2011/7/EU, Article 3(5), as of 2026-11)", p.NetDays).
			Mend("choose 60 days or fewer, for example 30")
	}
	if !p.LateInterest.IsZero() && p.LateInterest.Cmp(20) > 0 {
		found.Add("late-interest-high", "commerce.payment.late_interest", "interest of %s a year may be unenforceable as a penalty", p.LateInterest).
			Mend("choose a rate near the statutory one, for example 9%%")
	}
	p.checkWindow(found)
	if p.Currency != "" && f.Front.Currency != "" && p.Currency != f.Front.Currency {
		found.Add("payment-currency", "commerce.payment.currency", "invoices are in %s, but the agreement’s currency is %s", p.Currency, f.Front.Currency).
			Mend("use one currency, or be sure that amounts such as caps and budgets are meant in the other")
	}
}

func (p Payment) checkWindow(found *agreement.Findings) {
	const at = "commerce.payment.dispute_window"
	switch {
	case p.DisputeWindow.IsZero(): // missing; the reader says so
	case p.DisputeWindow.Longest() < 24*time.Hour:
		found.Add("dispute-window", at, "an invoice can be disputed for less than a day").Mend("write at least a few days, for example P15D")
	case p.DisputeWindow.Shortest() > 365*24*time.Hour:
		found.Add("dispute-window-long", at, "an invoice stays open to dispute for %s", p.DisputeWindow.Words()).Mend("write a window in which the records are still at hand, for example P30D")
	}
}

// checkCurrencies looks for prices that clause 6.3 cannot invoice. No rate of exchange is agreed.
func (t Terms) checkCurrencies(found *agreement.Findings) {
	want := t.Payment.Currency
	one := func(got money.Currency, path string, args ...any) {
		if got != "" && want != "" && got != want {
			found.Add("price-currency", fmt.Sprintf(path, args...), "the amount is in %s, but clause 6.3 invoices in %s", got, want).
				Mend("write the amount in %s", want)
		}
	}
	for i, l := range t.Revenue.Licensing {
		one(l.Price.Currency(), "commerce.revenue.licensing[%d].price", i)
		for j, tier := range l.Tiers {
			one(tier.Price.Currency(), "commerce.revenue.licensing[%d].tiers[%d].price", i, j)
		}
	}
	if r := t.Revenue.Referral; r != nil {
		one(r.Flat.Currency, "commerce.revenue.referral.flat")
		one(r.Cap.Currency, "commerce.revenue.referral.cap")
		for i, tier := range r.Tiers {
			one(tier.From.Currency, "commerce.revenue.referral.tiers[%d].from", i)
		}
	}
	for i, j := range t.Pricing.JointPrices {
		one(j.Price.Currency(), "commerce.pricing.joint_prices[%d].price", i)
		one(j.DirectA.Currency(), "commerce.pricing.joint_prices[%d].direct_a", i)
		one(j.DirectB.Currency(), "commerce.pricing.joint_prices[%d].direct_b", i)
	}
	one(t.Payment.Minimum.Currency, "commerce.payment.minimum")
}
