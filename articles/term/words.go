package term

import (
	"entente/agreement"
	"entente/document"
)

// Words are the clauses of Article 12.
func (t Terms) Words(f agreement.Frame) []document.Clause {
	return []document.Clause{
		agreement.Clause("12.1").Says(t.running(f)...),
		agreement.Clause("12.2").Says(t.Cause.words()...),
		agreement.Clause("12.3").Says(t.Effects.words()...),
		agreement.Clause("12.4").Says(t.Customers.words()...),
	}
}

func (t Terms) running(f agreement.Frame) []document.Block {
	return []document.Block{
		document.Para("This Agreement is in force from the Effective Date or, if later, from the second signature. The Parties have chosen one of the following:"),
		document.Choice(t.initialOption(f), t.indefiniteOption()),
		document.Ticks(t.renewalOption(f)),
		document.Para("A period of months or years that begins with a day ends with the day before the same day of the month in which it runs out. If that month has no such day, the period ends with the last day of that month."),
	}
}

func (t Terms) initialOption(f agreement.Frame) document.Option {
	unless := document.T(", unless it renews")
	if t.Renewal == nil {
		unless = nil
	}
	last, fixed := t.Ends(f.Effective())
	switch {
	case t.Initial.IsZero():
		return document.Tick(false, "**Initial term.** This Agreement runs for an initial term and ends with it.")
	case !fixed:
		return document.Tick(true, "**Initial term.** This Agreement runs for an initial term of %s from the Effective Date and ends with it%s.", t.Initial.Words(), unless)
	}
	return document.Tick(true, "**Initial term.** This Agreement runs for an initial term of %s from the Effective Date and ends with it%s. The last day of the initial term is %s.",
		t.Initial.Words(), unless, last.Words())
}

func (t Terms) indefiniteOption() document.Option {
	chosen := t.Initial.IsZero()
	if t.IndefiniteNotice.IsZero() {
		return document.Tick(chosen, "**Indefinite period.** This Agreement runs for an indefinite period until a Party ends it by notice.")
	}
	return document.Tick(chosen, "**Indefinite period.** This Agreement runs for an indefinite period. A Party may end it at any time by notice of at least %s.", t.IndefiniteNotice.Words())
}

func (t Terms) renewalOption(f agreement.Frame) document.Option {
	if t.Renewal == nil {
		return document.Tick(false, "**Renewal.** This Agreement renews by itself when the initial term or a renewal ends, unless a Party prevents the renewal by notice.")
	}
	text := document.T("**Renewal.** When the initial term or a renewal ends, this Agreement renews by itself for %s. A Party may prevent the renewal by notice that the other Party must receive at least %s before that end.",
		t.Renewal.Period.Words(), t.Renewal.Notice.Words())
	if last, fixed := t.Ends(f.Effective()); fixed {
		text = document.T("%s For the initial term, the last day for this notice is %s.", text, t.NoticeBy(last).Words())
	}
	return document.Tick(!t.Initial.IsZero(), "%s", text)
}

func (c Cause) words() []document.Block {
	return []document.Block{
		document.Para("A Party may terminate this Agreement for cause by notice to the other Party in the following cases. The notice must state the cause and the facts on which it rests."),
		document.Ticks(c.breachOption(), c.insolvencyOption(), c.changeOption()),
		document.Para("This clause does not exclude a right to terminate for good cause that the law does not allow the Parties to exclude."),
	}
}

func (c Cause) breachOption() document.Option {
	if c.MaterialBreach.IsZero() {
		return document.Tick(false, "**Material breach.** The other Party commits a material breach of this Agreement and does not cure it after notice.")
	}
	return document.Tick(true, "**Material breach.** The other Party commits a material breach of this Agreement and does not cure it within %s of receiving notice of it.", c.MaterialBreach.Words())
}

func (c Cause) insolvencyOption() document.Option {
	text := document.T("**Insolvency.** The other Party stops paying its debts as they fall due, applies for insolvency proceedings over its assets, has such proceedings opened against it, or is wound up.")
	if c.Insolvency && !c.DismissedWithin.IsZero() {
		text = document.T("%s An application that someone else makes counts only if it is not withdrawn or dismissed within %s.", text, c.DismissedWithin.Words())
	}
	return document.Tick(c.Insolvency, "%s", text)
}

func (c Cause) changeOption() document.Option {
	text := document.T("**Material change.** A material change makes it unreasonable for a Party to continue this Agreement.")
	if !c.MaterialChange {
		return document.Tick(false, "%s", text)
	}
	if !c.MaterialChangeResponse.IsZero() {
		text = document.T("%s After notice of the change, the Parties shall negotiate in good faith how to adapt this Agreement. The Party that gave notice may terminate only if they do not agree within %s of it.",
			text, c.MaterialChangeResponse.Words())
	}
	return document.Tick(true, "%s", text).With(c.changes()...)
}

func (c Cause) changes() []document.Block {
	if len(c.MaterialChanges) == 0 {
		return nil
	}
	chosen := map[Change]bool{}
	for _, m := range c.MaterialChanges {
		chosen[m] = true
	}
	return []document.Block{document.Para("Only the following changes are material:"), document.Ticks(
		document.Tick(chosen[Control], "**Control.** Another person gains control of a Party, directly or indirectly."),
		document.Tick(chosen[Law], "**Law.** A change in the law, or a decision of an authority, forbids a part of this Agreement or makes it substantially more burdensome."),
		document.Tick(chosen[Technology], "**Technology.** A Party withdraws a Component or changes it so that the Integrated Solution can no longer work as agreed."),
		document.Tick(chosen[Business], "**Business.** A Party gives up the line of business to which this Agreement belongs."),
	)}
}

func (e Effects) words() []document.Block {
	return []document.Block{
		document.Para("When this Agreement ends, the following applies:"),
		document.Ticks(
			e.transitionOption(), e.returnOption(),
			document.Tick(e.StopTrademarks, "**Trademarks.** Each Party shall stop using the trademarks of the other Party, except as far as [[12.4]] needs them."),
			document.Tick(e.Survival.any(), "**Survival.** The provisions chosen below continue to bind the Parties.").With(e.Survival.words()),
		),
		document.Para("The end of this Agreement does not affect rights and payments that arose before it."),
	}
}

func (e Effects) transitionOption() document.Option {
	if e.Transition.IsZero() {
		return document.Tick(false, "**Transition.** After the last day of this Agreement, each Party shall keep its Components available to the other Party, on the terms of this Agreement, for an orderly transition. In that time, a Party may replace the keys that it used on that last day, and shall not begin a new use.")
	}
	return document.Tick(true, "**Transition.** For %s after the last day of this Agreement, each Party shall keep its Components available to the other Party, on the terms of this Agreement, for an orderly transition. In that time, a Party may replace the keys that it used on that last day, and shall not begin a new use.", e.Transition.Words())
}

func (e Effects) returnOption() document.Option {
	text := document.T("**Return or destroy.** Each Party shall return or destroy the Confidential Information and the Shared Data of the other Party. It may keep what the law or [[12.4]] requires, for as long as it is required.")
	if e.ReturnOrDestroy && !e.ReturnWithin.IsZero() {
		text = document.T("**Return or destroy.** Within %s of the end of the transition or, if there is none, of this Agreement, each Party shall return or destroy the Confidential Information and the Shared Data of the other Party. It may keep what the law or [[12.4]] requires, for as long as it is required.", e.ReturnWithin.Words())
	}
	return document.Tick(e.ReturnOrDestroy, "%s", text).With(document.Ticks(
		document.Tick(e.ReturnOrDestroy && e.Certificate, "**Certificate.** Each Party shall certify in writing what it has returned or destroyed, and when."),
	))
}

func (s Survival) any() bool {
	return s.Confidentiality || s.IPOwnership || s.Indemnification || len(s.Others) > 0
}

func (s Survival) words() document.Block {
	options := []document.Option{
		document.Tick(s.Confidentiality, "Confidentiality under [[11]], for the time that [[11.3]] states"),
		document.Tick(s.IPOwnership, "Ownership of intellectual property under [[4]]"),
		document.Tick(s.Indemnification, "Indemnity and limits of liability under [[10]]"),
	}
	for _, other := range s.Others {
		options = append(options, document.Tick(true, "%s", document.Capital(other)))
	}
	return document.Ticks(options...)
}

func (c Customers) words() []document.Block {
	served := document.Tick(false, "**Continued service.** After the last day of this Agreement, the Parties shall continue to serve the customers that used the Integrated Solution on or before that day.")
	if !c.Continue.IsZero() {
		served = document.Tick(true, "**Continued service.** For %s after the last day of this Agreement, the Parties shall continue to serve the customers that used the Integrated Solution on or before that day. This applies also after the transition has ended. The terms of this Agreement apply to that service.", c.Continue.Words())
	}
	return []document.Block{document.Ticks(
		served,
		document.Tick(c.TransitionSupport, "**Transition support.** Each Party shall give these customers reasonable support in moving to another solution."),
		document.Tick(c.NoNewDeployments, "**No new deployments.** After the last day of this Agreement, neither Party shall deploy the Integrated Solution for a new customer."),
	)}
}
