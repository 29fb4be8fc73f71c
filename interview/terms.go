package interview

import (
	"fmt"

	"entente/agreement"
	"entente/articles/commerce"
	"entente/articles/sharing"
	"entente/calendar"
	"entente/money"
)

// keyTerms asks for what two parties always bargain over.
func (q *questionnaire) keyTerms() {
	q.say("Key terms")
	q.term()
	q.number("commerce.payment.net_days", "Days to pay an invoice (clause 6.3)", 30, 1, 60, func(n int) { q.a.Commerce.Payment.NetDays = n })
	limit := q.a.Liability.Limits.Cap
	for _, c := range q.a.Scope.Components {
		q.share(c)
	}
	if len(q.a.Scope.Components) == 0 {
		q.a.Commerce.Revenue.Model, limit.PriorFees = commerce.None, false
	}
	q.ask("liability.limits.cap.amount", "Liability cap; the fees of twelve months count if they are more (clause 10.2)", q.a.Agreement.Currency.Of(100_000).String(), func(s string) error {
		if err := limit.Amount.UnmarshalText([]byte(s)); err != nil {
			return err
		}
		if limit.Amount.Currency != q.a.Agreement.Currency {
			return fmt.Errorf("write the amount in %s, the currency of the agreement", q.a.Agreement.Currency)
		}
		return nil
	})
	if len(q.a.Scope.Components) > 0 || q.a.Scope.Purpose.DataForImprovement {
		q.data()
	}
	q.law()
}

// term asks for clause 12.1.
func (q *questionnaire) term() {
	t := &q.a.Term
	q.number("term.initial", "Initial term in years; 0 for an indefinite period (clause 12.1)", 2, 0, 30, func(n int) { t.Initial = calendar.Duration{Years: n} })
	if t.Initial.IsZero() {
		t.Renewal = nil
		q.number("term.indefinite_notice", "Days of notice that end the agreement", 90, 1, 730, func(n int) { t.IndefiniteNotice = calendar.Duration{Days: n} })
		return
	}
	if !q.yes("term.renewal", "Renew by itself when a term ends", true) {
		t.Renewal = nil
		return
	}
	q.number("term.renewal.period", "Renew for how many years", 1, 1, 30, func(n int) { t.Renewal.Period = calendar.Duration{Years: n} })
	q.number("term.renewal.notice", "Days of notice before a renewal", 60, 1, 730, func(n int) { t.Renewal.Notice = calendar.Duration{Days: n} })
}

// share asks how the revenue from a component is shared. Prices are not asked for, so it is a share
// of the sales that the parties report.
func (q *questionnaire) share(c agreement.Component) {
	i := len(q.a.Commerce.Revenue.Shares)
	q.a.Commerce.Revenue.Shares = append(q.a.Commerce.Revenue.Shares, commerce.Share{Component: c.Name, Base: commerce.Net, Of: commerce.Sales,
		Description: "what customers pay for " + c.Name + ", alone or as a part of the Integrated Solution"})
	row := &q.a.Commerce.Revenue.Shares[i]
	q.ask(fmt.Sprintf("commerce.revenue.shares[%d].b", i), fmt.Sprintf("Share of the revenue from %s for %s, which provides it (clause 6.1)", c.Name, c.Provider.Label()), "80%", func(s string) error {
		keeps, err := money.ParsePercent(s)
		if err != nil {
			return err
		}
		rest, err := keeps.Rest()
		if err != nil {
			return err
		}
		row.A, row.B = keeps, rest
		if c.Provider == agreement.B {
			row.A, row.B = rest, keeps
		}
		return nil
	})
}

// data asks for what protects the data that calls carry.
func (q *questionnaire) data() {
	p := &q.a.Sharing.Protection
	q.read("sharing.protection.breach_notice", "Notice of a data breach within, such as PT48H for 48 hours (clause 3.3)", "PT48H", &p.BreachNotice)
	if q.yes("sharing.protection.dpa", "Personal data is shared", true) {
		p.DPA = &sharing.DPA{Reference: q.a.Agreement.Number + "-DPA", Date: q.a.Agreement.Dated, Relation: sharing.Processor}
		q.tell("Clause 3.3 refers to the data processing agreement %s, which you have to conclude as well.", p.DPA.Reference)
	}
}
