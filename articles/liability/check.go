package liability

import (
	"fmt"
	"strings"

	"entente/agreement"
)

// Check reports what is missing, contradictory, dangling or unwise in Article 10.
func (t Terms) Check(f agreement.Frame, found *agreement.Findings) {
	t.Indemnity.check(found)
	t.Limits.checkCap(f, found)
	t.Limits.checkRaised(found)
	t.checkExclusions(found)
}

func (i Indemnity) check(found *agreement.Findings) {
	switch {
	case !i.any():
		found.Add("indemnity-none", "liability.indemnity", "neither party protects the other against claims of others").
			Mend("choose at least ip_claims")
	case i.NoticeWithin.IsZero():
		found.Add("claim-notice-missing", "liability.indemnity.notice_within", "notice of a claim may come at any time, when its defence may be lost").
			Mend("give liability.indemnity.notice_within, for example P14D")
	}
}

func (l Limits) checkCap(f agreement.Frame, found *agreement.Findings) {
	c := l.Cap
	switch {
	case c == nil:
		found.Add("cap-missing", "liability.limits.cap", "the liability of each party has no upper limit").
			Mend("give liability.limits.cap with an amount, prior_fees: true or both")
		return
	case c.Amount.IsZero() && !c.PriorFees:
		found.Add("cap-without-amount", "liability.limits.cap", "the cap says neither an amount nor the fees of the prior twelve months").
			Mend("give cap.amount, cap.prior_fees: true or both")
	case !c.Amount.IsZero() && c.Amount.Minor <= 0:
		found.Add("cap-without-amount", "liability.limits.cap.amount", "a cap of %s excludes all liability", c.Amount).
			Mend("write an amount above zero")
	case c.Amount.IsZero():
		found.Add("cap-fees-only", "liability.limits.cap", "until fees have been paid, the cap is zero").
			Mend("give cap.amount as well; the greater of the two counts")
	}
	if home := f.Front.Currency; !c.Amount.IsZero() && home != "" && c.Amount.Currency != home {
		found.Add("cap-currency", "liability.limits.cap.amount", "the cap is in %s and the agreement counts in %s, so what is used of the cap depends on an exchange rate", c.Amount.Currency, home).
			Mend("write the amount in %s", home)
	}
}

func (l Limits) checkRaised(found *agreement.Findings) {
	if l.Raised == nil {
		return
	}
	if c := l.Cap; c == nil || (c.Amount.Currency == l.Raised.Amount.Currency && l.Raised.Amount.Minor <= c.Amount.Minor) {
		found.Add("raised-cap-low", "liability.limits.raised.amount", "the raised cap of %s is not above a cap", l.Raised.Amount).
			Mend("write an amount above liability.limits.cap.amount, or delete the raised cap")
	}
	excluded := map[string]bool{}
	for _, other := range l.Exclusions.Others {
		excluded[plain(other)] = true
	}
	for i, claim := range l.Raised.Claims {
		if excluded[plain(claim)] {
			found.Add("exclusions-contradictory", fmt.Sprintf("liability.limits.raised.claims[%d]", i), "“%s” has a raised cap and is excluded from every cap", claim).
				Mend("keep it in raised.claims or in exclusions.others, not in both")
		}
	}
}

func plain(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

func (t Terms) checkExclusions(found *agreement.Findings) {
	l, e := t.Limits, t.Limits.Exclusions
	limited := l.Cap != nil || l.NoIndirect
	switch {
	case e.any() && !limited:
		found.Add("exclusions-without-limit", "liability.limits.exclusions", "claims are excluded from limits, but there is no limit").
			Mend("give a cap or set no_indirect: true, or delete the exclusions")
	case e.IPIndemnity && !t.Indemnity.IPClaims:
		found.Add("exclusion-dangling", "liability.limits.exclusions.ip_indemnity", "the indemnity for intellectual property is not limited, but clause 10.1 does not give one").
			Mend("set liability.indemnity.ip_claims: true or delete the exclusion")
	}
	if limited && !e.WilfulMisconduct {
		found.Add("misconduct-limited", "liability.limits.exclusions.wilful_misconduct", "the limits apply to wilful misconduct too; as of 2025-12-31 many laws do not allow that (for example Germany: Section 276(3) BGB; Switzerland: Article 100(1) CO; California: Civil Code § 1668)").
			Mend("set liability.limits.exclusions.wilful_misconduct: true")
	}
}
