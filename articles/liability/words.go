package liability

import (
	"entente/agreement"
	"entente/document"
)

// Words are the clauses of Article 10.
func (t Terms) Words(f agreement.Frame) []document.Clause {
	return []document.Clause{
		agreement.Clause("10.1").Says(t.Indemnity.words()...),
		agreement.Clause("10.2").Says(t.Limits.words()...),
	}
}

func (i Indemnity) words() []document.Block {
	return []document.Block{
		document.Para("Each Party shall indemnify the other Party against the following claims of others and shall bear the damages, settlements and reasonable costs that follow from them:"),
		document.Ticks(
			document.Tick(i.IPClaims, "**Intellectual property.** Claims that what the indemnifying Party contributes to the Integrated Solution infringes intellectual property."),
			document.Tick(i.Breach, "**Breach.** Claims that arise from a breach of this Agreement by the indemnifying Party."),
			document.Tick(i.Law, "**Law.** Claims that arise from a breach of law by the indemnifying Party."),
			document.Tick(i.Misconduct, "**Misconduct.** Claims that arise from negligence or wilful misconduct of the indemnifying Party."),
		),
		document.Para("The Party that claims indemnity shall let the indemnifying Party direct the defence, shall give it reasonable help at its expense, and shall not admit or settle the claim without its consent. The indemnifying Party shall not agree to a settlement that binds the other Party without the consent of that Party. In addition:"),
		document.Ticks(i.noticeOption(), i.paymentOption()),
	}
}

func (i Indemnity) noticeOption() document.Option {
	if i.NoticeWithin.IsZero() {
		return document.Tick(false, "**Notice of claims.** The Party that claims indemnity shall give notice of a claim within a fixed time of learning of it.")
	}
	return document.Tick(true, "**Notice of claims.** The Party that claims indemnity shall give notice of a claim within %s of learning of it. Late notice reduces the indemnity only as far as the delay has harmed the indemnifying Party.", i.NoticeWithin.Words())
}

func (i Indemnity) paymentOption() document.Option {
	if i.PaymentWithin.IsZero() {
		return document.Tick(false, "**Payment.** The indemnifying Party shall pay what it owes under this clause within a fixed time of the settlement or decision that fixes the amount.")
	}
	return document.Tick(true, "**Payment.** The indemnifying Party shall pay what it owes under this clause within %s of the settlement or decision that fixes the amount.", i.PaymentWithin.Words())
}

func (l Limits) words() []document.Block {
	return []document.Block{
		document.Para("The liability of each Party to the other Party under this Agreement, on any legal ground, is limited as follows:"),
		document.Ticks(
			document.Tick(l.NoIndirect, "**No indirect damages.** Neither Party is liable for indirect, consequential or punitive damages."),
			l.capOption(),
			l.raisedOption(),
			document.Tick(l.Exclusions.any(), "**Exclusions.** The limits of this clause do not apply to the following:").With(l.Exclusions.words()),
		),
		document.Para("This clause does not limit the duty to pay fees and revenue shares under [[6]]. It does not limit liability that the law does not allow the Parties to limit."),
	}
}

func (l Limits) capOption() document.Option {
	const fees = "the fees paid under this Agreement in the twelve (12) months before the event from which the claim arose"
	c := l.Cap
	switch {
	case c == nil || (c.Amount.IsZero() && !c.PriorFees):
		return document.Tick(c != nil, "**Cap.** The total liability of each Party is capped.")
	case c.Amount.IsZero():
		return document.Tick(true, "**Cap.** The total liability of each Party does not exceed "+fees+".")
	case !c.PriorFees:
		return document.Tick(true, "**Cap.** The total liability of each Party does not exceed %s.", c.Amount.Words())
	}
	return document.Tick(true, "**Cap.** The total liability of each Party does not exceed the greater of %s and "+fees+".", c.Amount.Words())
}

func (l Limits) raisedOption() document.Option {
	if l.Raised == nil {
		return document.Tick(false, "**Raised cap.** A higher cap applies to the claims that the Parties list.")
	}
	var claims []document.Text
	for _, c := range l.Raised.Claims {
		claims = append(claims, document.T("%s", c))
	}
	return document.Tick(true, "**Raised cap.** For the following claims, the total liability of each Party does not exceed %s instead:", l.Raised.Amount.Words()).With(document.Lettered(claims...))
}

func (e Exclusions) words() document.Block {
	options := []document.Option{
		document.Tick(e.IPIndemnity, "The indemnity for claims about intellectual property under [[10.1]]"),
		document.Tick(e.WilfulMisconduct, "Wilful misconduct"),
		document.Tick(e.GrossNegligence, "Gross negligence"),
	}
	for _, other := range e.Others {
		options = append(options, document.Tick(true, "%s", document.Capital(other)))
	}
	return document.Ticks(options...)
}
