package commerce

import (
	"entente/agreement"
	"entente/document"
	"entente/money"
)

func (p Pricing) words() document.Clause {
	joint := document.Tick(p.JointPrice, "**Joint price.** The Parties shall agree the price at which either of them offers the Integrated Solution by a decision under [[7.2]].")
	if len(p.JointPrices) > 0 {
		joint = joint.With(document.Para("The Parties have agreed the following prices. They apply until a decision changes them."), p.jointTable())
	}
	return agreement.Clause("6.2").Says(document.Ticks(
		document.Tick(p.OwnPrices, "**Own prices.** Each Party sets the prices of its own products and services."),
		joint,
		document.Tick(p.NoUndercutting, "**No undercutting.** Neither Party shall offer the Integrated Solution at a price below the other Party’s direct price for the part that the other Party provides."),
	))
}

func (p Pricing) jointTable() document.Block {
	direct := func(r money.Rate) string {
		if r.IsZero() {
			return "none stated"
		}
		return r.Short()
	}
	var rows [][]document.Text
	for _, j := range p.JointPrices {
		rows = append(rows, document.Row(j.Solution, j.Price.Short(), j.For, direct(j.DirectA), direct(j.DirectB)))
	}
	return document.Grid([]document.Column{{Title: "Offer", Width: 4}, {Title: "Price", Width: 2, Number: true}, {Title: "For", Width: 3},
		{Title: "Direct price of Party A", Width: 3, Number: true}, {Title: "Direct price of Party B", Width: 3, Number: true}}, rows)
}

func (p Payment) words() document.Clause {
	blocks := []document.Block{
		document.Para("For each calendar month, the Parties shall draw up one statement of the amounts that they owe each other under this Agreement. The Party that is owed an amount shall invoice it by day %s of the following month, in %s.",
			document.Count(int64(p.InvoicingDay), ""), string(p.Currency)),
		p.due(),
		document.Ticks(p.interest(),
			document.Tick(p.Netting, "**Set-off.** Amounts that the Parties owe each other for the same calendar month are set off. Only the difference is invoiced and paid."),
			p.carried()),
		document.Para("A Party may dispute an invoice within %s of receiving it, by a notice that names the disputed lines and the reason. A dispute holds back only the disputed lines. The Parties shall settle it under [[13.2]].", p.DisputeWindow.Words()),
		p.taxes(),
	}
	return agreement.Clause("6.3").Says(blocks...)
}

func (p Payment) due() document.Block {
	days := document.Count(int64(p.NetDays), "day")
	if p.Method == "" {
		return document.Para("The other Party shall pay within %s of the date of the invoice.", days)
	}
	return document.Para("The other Party shall pay within %s of the date of the invoice, by %s.", days, document.Phrase(p.Method))
}

func (p Payment) interest() document.Option {
	if p.LateInterest.IsZero() {
		return document.Tick(false, "**Late interest.** An amount that is not paid when due bears interest at an agreed rate from the due date until payment.")
	}
	return document.Tick(true, "**Late interest.** An amount that is not paid when due bears interest at %s a year from the due date until payment.", p.LateInterest.Words())
}

func (p Payment) carried() document.Option {
	if p.Minimum.IsZero() {
		return document.Tick(false, "**Small amounts.** An amount below an agreed minimum is carried forward to the next calendar month.")
	}
	return document.Tick(true, "**Small amounts.** An amount below %s is carried forward to the next calendar month.", p.Minimum.Words())
}

func (p Payment) taxes() document.Block {
	if p.TaxNotes == "" {
		return document.Para("The Parties have agreed nothing further on taxes. The law that applies to the invoice decides.")
	}
	return document.Para("On taxes, the Parties have agreed: %s.", document.Phrase(p.TaxNotes))
}
