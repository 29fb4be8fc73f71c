package general

import (
	"entente/agreement"
	"entente/document"
)

// Words are the clauses of Article 13.
func (t Terms) Words(f agreement.Frame) []document.Clause {
	return []document.Clause{
		agreement.Clause("13.1").Says(t.Law.words()...),
		agreement.Clause("13.2").Says(t.Disputes.words()...),
		agreement.Clause("13.3").Says(t.Assignment.words()...),
		agreement.Clause("13.4").Says(t.EntireAgreement.words()...),
		agreement.Clause("13.5").Says(t.Amendments.words()...),
		agreement.Clause("13.6").Says(t.Publicity.words()...),
		agreement.Clause("13.7").Says(t.NonExclusivity.words()...),
		agreement.Clause("13.8").Says(t.Notices.words(f)...),
		agreement.Clause("13.9").Says(t.ForceMajeure.words()...),
		agreement.Clause("13.10").Says(t.Severability.words()...),
	}
}

func (l Law) words() []document.Block {
	venue := document.Tick(false, "**Courts.** The courts of a place that the Parties name have jurisdiction over disputes under this Agreement.")
	switch {
	case l.Venue != "" && l.ExclusiveVenue:
		venue = document.Tick(true, "**Courts.** As far as [[13.2]] leaves a dispute to the courts, only %s have jurisdiction.", l.Venue)
	case l.Venue != "":
		venue = document.Tick(true, "**Courts.** As far as [[13.2]] leaves a dispute to the courts, %s have jurisdiction. Other courts that the law provides may have it as well.", l.Venue)
	}
	return []document.Block{
		document.Para("%s governs this Agreement.", upper(l.Label())),
		document.Ticks(
			document.Tick(l.ExcludeSalesConvention, "**Sales convention.** The United Nations Convention on Contracts for the International Sale of Goods does not apply."),
			document.Tick(l.ExcludeConflictRules, "**Conflict rules.** Rules that would lead to the law of another country do not apply."),
			venue,
		),
	}
}

func upper(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return string(s[0]-'a'+'A') + s[1:]
}

func (d Disputes) words() []document.Block {
	var steps []document.Text
	for _, s := range d.Steps {
		steps = append(steps, s.words())
	}
	ladder := document.Para("No step is listed.")
	if len(steps) > 0 {
		ladder = document.Lettered(steps...)
	}
	return []document.Block{
		document.Para("The Parties shall settle a dispute under this Agreement by the following steps, in this order. The first step begins when a Party notifies the other Party of the dispute. Each further step may begin when the step before it has ended without a settlement."),
		ladder,
		document.Ticks(
			document.Tick(d.InterimRelief, "**Interim relief.** A Party may ask a court for interim relief at any time."),
			document.Tick(d.Continue, "**Performance.** While a dispute lasts, each Party shall continue to perform this Agreement as far as its duties are not themselves in dispute."),
			document.Tick(d.Confidential, "**Confidentiality.** What a Party discloses to the other Party in order to settle a dispute is Confidential Information of the Party that discloses it."),
		),
	}
}

func (s Step) words() document.Text {
	t := s.opening()
	if s.Rules != "" && s.Kind != Litigation {
		t = document.T("%s The %s apply.", t, s.Rules)
	}
	if s.Seat != "" && s.Kind == Arbitration {
		t = document.T("%s The seat of arbitration is %s.", t, s.Seat)
	}
	if s.Seat != "" && s.Kind == Mediation {
		t = document.T("%s The mediation takes place in %s.", t, s.Seat)
	}
	if s.Arbitrators > 0 && s.Kind == Arbitration {
		t = document.T("%s The tribunal has %s.", t, document.Count(int64(s.Arbitrators), "member"))
	}
	if s.Language != "" && (s.Kind == Mediation || s.Kind == Arbitration) {
		t = document.T("%s The language is %s.", t, s.Language)
	}
	if s.Days > 0 && !s.Kind.Final() {
		t = document.T("%s This step ends after %s.", t, document.Count(int64(s.Days), "day"))
	}
	return t
}

func (s Step) opening() document.Text {
	switch s.Kind {
	case Escalation:
		return document.T("**Escalation.** The Parties shall bring the dispute before the steering committee of [[7.1]] and shall let it try to settle the dispute.")
	case Executives:
		return document.T("**Executives.** The Parties shall have their signatories, or people of the same rank, meet and try to settle the dispute.")
	case Mediation:
		return document.T("**Mediation.** The Parties shall try to settle the dispute with the help of a mediator whom they appoint together.")
	case Arbitration:
		return document.T("**Arbitration.** An arbitral tribunal decides the dispute finally. The courts decide only what the law reserves to them.")
	}
	return document.T("**Litigation.** A Party may bring the dispute before the courts that have jurisdiction under [[13.1]].")
}

func (a Assignment) words() []document.Block {
	notice := document.Tick(false, "**Notice.** A Party that transfers this Agreement without consent shall notify the other Party within a fixed time of the transfer.")
	if !a.NoticeWithin.IsZero() {
		notice = document.Tick(true, "**Notice.** A Party that transfers this Agreement without consent shall notify the other Party within %s of the transfer.", a.NoticeWithin.Words())
	}
	return []document.Block{
		document.Para("A Party shall not transfer this Agreement, or rights or duties under it, without the prior written consent of the other Party, except as this clause allows. A transfer in breach of this clause has no effect."),
		document.Ticks(
			document.Tick(a.ToAffiliates, "**Affiliates.** A Party may transfer this Agreement without consent to a company that controls it, is controlled by it, or is under the same control."),
			document.Tick(a.ToAcquirers, "**Acquirers.** A Party may transfer this Agreement without consent to whoever acquires its business, or the part of it to which this Agreement belongs."),
			document.Tick(a.NotToCompetitors, "**Competitors.** A transfer to a competitor of the other Party always needs consent."),
			notice,
			document.Tick(a.ReasonableConsent, "**Reasonable consent.** A Party shall not withhold its consent unreasonably."),
		),
		document.Para("Whoever takes over this Agreement must accept all of its terms in writing."),
	}
}

func (e EntireAgreement) words() []document.Block {
	first := "This Agreement, with its schedules and the attachments that its front page lists, is the entire agreement of the Parties on its subject. It replaces what they have agreed, stated or negotiated on that subject before."
	replaced := document.Tick(false, "**Replaced.** Earlier agreements that the Parties list end when this Agreement takes effect.")
	if len(e.Replaces) > 0 {
		replaced = document.Tick(true, "**Replaced.** The following earlier agreements end when this Agreement takes effect:").With(listed(e.Replaces))
	}
	kept := document.Tick(false, "**Kept.** Earlier agreements that the Parties list stay in force beside this Agreement.")
	if len(e.Keeps) > 0 {
		kept = document.Tick(true, "**Kept.** The following earlier agreements stay in force beside this Agreement, which prevails where they contradict it:").With(listed(e.Keeps))
	}
	return []document.Block{document.Para(first), document.Ticks(replaced, kept,
		document.Tick(e.NoThirdParties, "**Third parties.** This Agreement gives no right to anyone who is not a Party."))}
}

func listed(items []string) document.Block {
	var texts []document.Text
	for _, item := range items {
		texts = append(texts, document.T("%s", item))
	}
	return document.Bulleted(texts...)
}

func (a Amendments) words() []document.Block {
	answer := document.Tick(false, "**Answer.** A Party shall answer a proposed amendment within a fixed time. Silence is not consent.")
	if !a.AnswerWithin.IsZero() {
		answer = document.Tick(true, "**Answer.** A Party shall answer a proposed amendment within %s. Silence is not consent.", a.AnswerWithin.Words())
	}
	lead := document.Tick(false, "**Lead time.** Both Parties must sign an amendment a fixed time before it takes effect.")
	if !a.LeadTime.IsZero() {
		lead = document.Tick(true, "**Lead time.** Both Parties must sign an amendment at least %s before it takes effect.", a.LeadTime.Words())
	}
	return []document.Block{
		document.Para("An amendment is a new version of this Agreement. It binds the Parties only if both sign it in a way that this Agreement states for its signatures. This applies to an amendment of this clause as well. An amendment takes effect on the date that it states, and the version before it applies until then. A waiver binds a Party only if that Party gives it in writing."),
		document.Ticks(answer, lead),
	}
}

func (p Publicity) words() []document.Block {
	return []document.Block{
		document.Ticks(
			document.Tick(p.PriorApproval, "**Prior approval.** A Party shall not make a public statement about the partnership without the prior approval of the other Party."),
			document.Tick(p.NameAsPartner, "**Naming.** Each Party may name the other Party as its partner on its website and in lists of its partners."),
		),
		document.Para("Joint marketing follows [[5.1]]."),
	}
}

func (n NonExclusivity) words() []document.Block {
	return []document.Block{
		document.Para("This Agreement is not exclusive, unless [[1.3]] says otherwise. Each Party may work with others, including competitors of the other Party."),
		document.Ticks(
			document.Tick(n.IndependentDevelopment, "**Independent development.** Each Party may develop similar technology on its own, as long as it keeps this Agreement."),
			document.Tick(n.Independent, "**Independence.** The Parties remain independent of each other. Neither Party may bind or represent the other Party."),
		),
	}
}

func (f ForceMajeure) words() []document.Block {
	notify := document.Tick(false, "**Notice.** The Party that is kept from performing shall notify the other Party within a fixed time.")
	if !f.NotifyWithin.IsZero() {
		notify = document.Tick(true, "**Notice.** The Party that is kept from performing shall notify the other Party within %s of learning of the event.", f.NotifyWithin.Words())
	}
	exit := document.Tick(false, "**Exit.** If the event lasts longer than a fixed time, each Party may terminate this Agreement by notice.")
	if !f.ExitAfter.IsZero() {
		exit = document.Tick(true, "**Exit.** If the event keeps a Party from performing for more than %s without interruption, each Party may terminate this Agreement by notice.", f.ExitAfter.Words())
	}
	return []document.Block{
		document.Para("A Party is not liable for failing to perform a duty for as long as, and as far as, an event beyond its reasonable control keeps it from performing, if it could not foresee and avoid the event with reasonable care. It shall take reasonable steps to perform again as soon as it can."),
		document.Ticks(notify, exit, document.Tick(f.PaymentsDue, "**Payments.** Such an event does not excuse a Party from paying what it owes.")),
	}
}

func (s Severability) words() []document.Block {
	return []document.Block{
		document.Para("If a provision of this Agreement is not valid or cannot be enforced, the other provisions remain in force."),
		document.Ticks(document.Tick(s.Replace, "**Replacement.** The Parties shall replace such a provision with a valid one that comes closest to its purpose.")),
	}
}
