package branding

import (
	"entente/agreement"
	"entente/document"
)

// Words are the clauses of Schedule F.
func (l Leads) Words(f agreement.Frame) []document.Clause {
	return []document.Clause{
		{Number: "F.1", Title: "Qualification", Blocks: l.qualificationWords()},
		{Number: "F.2", Title: "Submission and answer", Blocks: l.answerWords()},
		{Number: "F.3", Title: "Exclusivity", Blocks: l.exclusivityWords()},
		{Number: "F.4", Title: "Stages", Blocks: l.stageWords()},
		{Number: "F.5", Title: "Fee rules", Blocks: l.Fees.words()},
	}
}

func (l Leads) qualificationWords() []document.Block {
	applies := document.Para("This Schedule applies only where [[5.3]] chooses the referral process.")
	if len(l.Qualification) == 0 {
		return []document.Block{applies, document.Para("The Parties have agreed no criteria for a qualified lead.")}
	}
	return []document.Block{
		applies,
		document.Para("A lead is qualified if it meets all of the following criteria:"),
		document.Lettered(values(l.Qualification)...),
	}
}

func (l Leads) answerWords() []document.Block {
	if l.ResponseDays < 1 {
		return []document.Block{document.Para("The Parties have agreed no time in which a lead is answered.")}
	}
	blocks := []document.Block{
		document.Para("The Party that refers a lead shall submit it to the other Party in writing, in the form that the Parties use for leads."),
	}
	if names := l.fields(); len(names) > 0 {
		blocks = append(blocks, document.Para("A lead must state about the customer: %s. It must not name a person.", document.Text{{Text: document.Join(names)}}))
	}
	return append(blocks,
		document.Para("The receiving Party shall accept or reject a lead within %s of its submission, and shall give the reason for a rejection.", document.Count(int64(l.ResponseDays), "Business Day")),
		document.Para("The Parties have chosen what happens to a lead that is not answered in time:"),
		document.Choice(
			document.Tick(l.Silence == SilenceRejects, "The lead is rejected."),
			document.Tick(l.Silence == SilenceAccepts, "The lead is accepted."),
			document.Tick(l.Silence == SilenceEscalates, "The lead goes to the steering committee, which decides on it at its next meeting."),
		))
}

func (l Leads) fields() []string {
	var names []string
	for _, f := range l.Submission {
		names = append(names, map[LeadField]string{CompanyName: "company name", Country: "country", Industry: "industry", Website: "website",
			CompanySize: "size of the company", BusinessProblem: "business problem", UseCase: "intended use", ExpectedSpend: "expected spend",
			TargetClose: "expected closing date", ContactTitle: "job title of the contact"}[f])
	}
	return names
}

func (l Leads) exclusivityWords() []document.Block {
	reserved := document.Tick(false, "**Reserved leads.** An accepted lead stays reserved to the Party that referred it for an agreed time.")
	if !l.Exclusivity.IsZero() {
		reserved = document.Tick(true, "**Reserved leads.** An accepted lead stays reserved to the Party that referred it for %s from acceptance. During that time, the receiving Party shall not credit the customer to another referrer or to itself.", l.Exclusivity.Words())
	}
	return []document.Block{document.Ticks(
		document.Tick(l.KnownExcluded, "**Known customers.** A customer that the receiving Party already had in its pipeline when the lead was submitted is not a lead. Who knew the customer first is decided by what each Party had recorded before that day."),
		reserved,
	)}
}

func (l Leads) stageWords() []document.Block {
	if len(l.Stages) == 0 {
		return []document.Block{document.Para("The Parties have agreed no stages.")}
	}
	var rows [][]document.Text
	for _, s := range l.Stages {
		rows = append(rows, document.Row(s.Title+" ("+s.ID+")", s.Outcome.words()))
	}
	reports := document.Para("The receiving Party shall report the stage of an accepted lead to the other Party whenever it changes.")
	if !l.Reports.IsZero() {
		reports = document.Para("The receiving Party shall report the stage of an accepted lead to the other Party whenever it changes, and the stages of all open leads at intervals of %s.", l.Reports.Words())
	}
	return []document.Block{
		document.Para("An accepted lead passes through the following stages:"),
		document.Grid([]document.Column{{Title: "Stage", Width: 4}, {Title: "The lead is", Width: 3}}, rows),
		reports,
	}
}

func (o Outcome) words() string {
	if o == "" {
		return "open"
	}
	return string(o)
}

func (f *FeeRules) words() []document.Block {
	if f == nil {
		return []document.Block{document.Para("The Parties have agreed no rules for referral fees.")}
	}
	tail := document.Tick(false, "**After the end.** A fee is owed as well for a customer that is won within an agreed time after the end of this Agreement.")
	if !f.Tail.IsZero() {
		tail = document.Tick(true, "**After the end.** A fee is owed as well for a customer that is won within %s after the end of this Agreement, if the lead was accepted before the end.", f.Tail.Words())
	}
	return []document.Block{
		document.Para("The amount of a referral fee is stated in [[6.1]]. The Parties have chosen when it is earned:"),
		document.Choice(
			document.Tick(f.Earned == OnSignature, "The fee is earned when the customer signs its contract."),
			document.Tick(f.Earned == OnFirstPayment, "The fee is earned when the customer makes its first payment."),
			document.Tick(f.Earned == OnEachPayment, "The fee is earned in parts, with each payment that the customer makes."),
		),
		document.Para("The receiving Party shall pay the fee within %s of the end of the calendar quarter in which it is earned.", f.Due.Words()),
		document.Ticks(
			tail,
			document.Tick(f.ExistingCustomers, "**Existing customers.** A fee is owed as well when a customer that the receiving Party already has buys the Integrated Solution through the lead."),
		),
	}
}
