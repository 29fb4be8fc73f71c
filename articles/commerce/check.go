package commerce

import (
	"fmt"

	"entente/agreement"
	"entente/money"
)

// Check reports what is missing, contradictory, dangling or unwise in Article 6.
func (t Terms) Check(f agreement.Frame, found *agreement.Findings) {
	t.Revenue.check(f, found)
	t.Pricing.check(found)
	t.Payment.check(f, found)
	t.checkCurrencies(found)
}

func (r Revenue) check(f agreement.Frame, found *agreement.Findings) {
	chosen := len(r.Shares) > 0 || r.Referral != nil || len(r.Licensing) > 0
	if r.Model == None && chosen {
		found.Add("revenue-contradiction", "commerce.revenue.model", "revenue is not shared, but a share, a referral fee or a licensing fee is given").
			Mend("write model: shared, or delete the shares and fees")
	}
	if r.Model == Shared && !chosen {
		found.Add("revenue-unsaid", "commerce.revenue.model", "revenue is shared, but no share and no fee is given").
			Mend("add shares, referral or licensing, or write model: none")
	}
	r.checkShares(f, found)
	r.Referral.check(f, found)
	r.checkLicensing(f, found)
}

func (r Revenue) checkShares(f agreement.Frame, found *agreement.Findings) {
	seen := map[Share]bool{}
	for i, s := range r.Shares {
		at := fmt.Sprintf("commerce.revenue.shares[%d]", i)
		switch none := (money.Percent{}); {
		case s.A.Compare(none) < 0 || s.B.Compare(none) < 0:
			found.Add("shares-sum", at+".b", "a share cannot be less than nothing: Party A has %s and Party B %s", s.A, s.B).
				Mend("write two shares from 0%% to 100%% that together are exactly 100%%")
		case !s.A.IsZero() && !s.B.IsZero() && !money.SumsTo100(s.A, s.B):
			found.Add("shares-sum", at+".b", "the shares of Party A (%s) and Party B (%s) do not sum to 100%%", s.A, s.B).
				Mend("change one of the two so that together they are exactly 100%%")
		}
		found.Component(f, at+".component", s.Component)
		same := Share{Component: s.Component, Of: s.Of, Description: s.Description}
		if seen[same] {
			found.Add("share-twice", at, "%s has two shares of the same revenue", orAll(s.Component)).Mend("keep one row")
		}
		seen[same] = true
		r.checkSource(found, at, s)
	}
}

// checkSource looks at what is shared: measured fees must exist, reported sales must be described.
func (r Revenue) checkSource(found *agreement.Findings, at string, s Share) {
	switch {
	case s.Of == Fees && !r.charges(s.Component):
		found.Add("share-without-fee", at, "licensing fees for %s are shared, but there are none", orAll(s.Component)).
			Mend("add the fee to commerce.revenue.licensing, or share reported sales (of: sales)")
	case s.Of == Sales && s.Description == "":
		found.Add("sales-undescribed", at, "the sales that are shared are not described").
			Mend("say in description which sales count, for example subscriptions to the joint product")
	case s.Of == Sales:
		found.Add("sales-reported", at, "the shared sales are reported by the party that makes them; nothing measures them")
	}
}

func (r Revenue) charges(component string) bool {
	for _, l := range r.Licensing {
		if component == "" || l.Component == component {
			return true
		}
	}
	return false
}

func orAll(component string) string {
	if component == "" {
		return "the row for all components"
	}
	return component
}

func (r *Referral) check(f agreement.Frame, found *agreement.Findings) {
	const at = "commerce.revenue.referral"
	if r == nil {
		return
	}
	if r.Flat.IsZero() && r.FirstYear.IsZero() && len(r.Tiers) == 0 {
		found.Add("referral-without-fee", at, "a referral fee is chosen, but not how much it is").
			Mend("give flat, first_year or tiers")
	}
	if !r.FirstYear.IsZero() && len(r.Tiers) > 0 {
		found.Add("referral-two-ways", at+".tiers", "the same revenue has one percentage (%s) and tiers", r.FirstYear).
			Mend("keep first_year or tiers, not both")
	}
	for i, tier := range r.Tiers {
		if i > 0 && tier.From.Minor <= r.Tiers[i-1].From.Minor {
			found.Add("referral-tier-order", fmt.Sprintf("%s.tiers[%d].from", at, i), "%s does not come after %s", tier.From, r.Tiers[i-1].From).
				Mend("order the tiers by their threshold, from the lowest up")
		}
	}
	for i, name := range r.Components {
		found.Component(f, fmt.Sprintf("%s.components[%d]", at, i), name)
	}
}

func (r Revenue) checkLicensing(f agreement.Frame, found *agreement.Findings) {
	type fee struct {
		component string
		unit      Unit
	}
	seen := map[fee]bool{}
	for i, l := range r.Licensing {
		at := fmt.Sprintf("commerce.revenue.licensing[%d]", i)
		found.Component(f, at+".component", l.Component)
		if seen[fee{l.Component, l.Unit}] {
			found.Add("licence-twice", at+".unit", "%s has two prices by %s", l.Component, l.Unit).Mend("keep one row; use tiers for prices by volume")
		}
		seen[fee{l.Component, l.Unit}] = true
		l.check(found, at)
	}
}

func (l Licence) check(found *agreement.Findings, at string) {
	if l.Per < 0 || (!l.Unit.Metered() && l.Per > 1) {
		found.Add("licence-per", at+".per", "a price for %d %s has no meaning", l.Per, l.Unit).
			Mend("leave per out for a price of one, or write a number above zero for units that are measured")
	}
	if l.Price.Negative() {
		found.Add("price-negative", at+".price", "the price %s is below zero", l.Price).Mend("write a price of zero or more")
	}
	if !l.Unit.Metered() && len(l.Tiers) > 0 {
		found.Add("price-tier-period", at+".tiers", "a fee for each %s does not change with volume", l.Unit).Mend("delete the tiers, or charge by a unit that is measured")
	}
	above, before := int64(0), l.Price
	for i, t := range l.Tiers {
		at := fmt.Sprintf("%s.tiers[%d]", at, i)
		if t.From <= above {
			found.Add("price-tier-order", at+".from", "the threshold %d does not come after %d", t.From, above).
				Mend("order the tiers by their threshold, from the lowest up, the first above zero")
		}
		if t.Price.Negative() {
			found.Add("price-negative", at+".price", "the price %s is below zero", t.Price).Mend("write a price of zero or more")
		}
		if t.Price.Currency() == before.Currency() && t.Price.Compare(before) > 0 {
			found.Add("price-tier-rises", at+".price", "%s costs more (%s) the more is used", l.Unit, t.Price).
				Mend("check that a higher price above %d is meant", t.From)
		}
		above, before = t.From, t.Price
	}
}

func (p Pricing) check(found *agreement.Findings) {
	if p.JointPrice || p.NoUndercutting {
		found.Add("price-coordination", "commerce.pricing", "the parties agree on prices towards customers; competition law may forbid it or make it void (Article 101 TFEU, as of 2026-11)").
			Mend("let a lawyer look at clause 6.2 before signing")
	}
	if !p.JointPrice && len(p.JointPrices) > 0 {
		found.Add("joint-price-unticked", "commerce.pricing.joint_prices", "joint prices are listed, but joint_price is not chosen").
			Mend("write joint_price: true, or delete the list")
	}
	for i, j := range p.JointPrices {
		at := fmt.Sprintf("commerce.pricing.joint_prices[%d].price", i)
		if p.NoUndercutting && (j.below(j.DirectA) || j.below(j.DirectB)) {
			found.Add("price-undercut", at, "the joint price %s of %s is below a party’s direct price, which no_undercutting forbids", j.Price, j.Solution).
				Mend("raise the joint price, or do not choose no_undercutting")
		}
	}
}

func (j JointPrice) below(direct money.Rate) bool {
	return !direct.IsZero() && direct.Currency() == j.Price.Currency() && j.Price.Compare(direct) < 0
}
