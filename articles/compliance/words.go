package compliance

import (
	"entente/agreement"
	"entente/document"
)

// Words are the clauses of Article 8.
func (t Terms) Words(f agreement.Frame) []document.Clause {
	return []document.Clause{
		agreement.Clause("8.1").Says(t.AI.words()...),
		agreement.Clause("8.2").Says(t.Security.words()...),
		agreement.Clause("8.3").Says(t.Audit.words()...),
	}
}

func (a AI) words() []document.Block {
	blocks := []document.Block{document.Ticks(a.lawOption(), a.informationOption(), a.regulatorsOption(), a.changesOption())}
	if len(a.Systems) == 0 {
		return blocks
	}
	var rows [][]document.Text
	for _, s := range a.Systems {
		rows = append(rows, document.Row(s.Component, s.Class.Label(), document.Stated(s.IntendedUse, "not stated"), document.Stated(string(s.Card), "not stated")))
	}
	return append(blocks,
		document.Para("The Party that provides a Component states the following about it and shall keep this up to date:"),
		document.Grid([]document.Column{{Title: "Component", Width: 2}, {Title: "Risk class", Width: 3}, {Title: "Intended use", Width: 4}, {Title: "System or model card", Width: 4}}, rows))
}

func (a AI) lawOption() document.Option {
	text := document.T("**AI law.** Each Party shall comply with the law on artificial intelligence that applies to it.")
	if len(a.Laws) > 0 {
		text = document.T("**AI law.** Each Party shall comply with the law on artificial intelligence that applies to it, including %s.", document.Join(a.Laws))
	}
	return document.Tick(a.ApplicableLaw, "%s", text)
}

func (a AI) informationOption() document.Option {
	if !a.Information || a.InformationWithin.IsZero() {
		return document.Tick(a.Information, "**Information.** On request, each Party shall give the other Party the information about its Components that the other Party needs for its own compliance.")
	}
	return document.Tick(true, "**Information.** Within %s of a request, each Party shall give the other Party the information about its Components that the other Party needs for its own compliance.", a.InformationWithin.Words())
}

func (a AI) regulatorsOption() document.Option {
	if !a.CooperateWithRegulators || a.RegulatorsWithin.IsZero() {
		return document.Tick(a.CooperateWithRegulators, "**Regulators.** If an authority inquires about the Integrated Solution, each Party shall cooperate with it and shall help the other Party to answer.")
	}
	return document.Tick(true, "**Regulators.** If an authority inquires about the Integrated Solution, each Party shall cooperate with it and shall help the other Party to answer, within %s of being asked or earlier if the authority sets a shorter time.", a.RegulatorsWithin.Words())
}

func (a AI) changesOption() document.Option {
	text := document.T("**Material changes.** Each Party shall notify the other Party of a material change of its Components before the change takes effect. A change of the model that a Component uses is material.")
	if a.MaterialChanges && !a.ModelChangeNotice.IsZero() {
		text = document.T("**Material changes.** Each Party shall notify the other Party of a material change of its Components at least %s before the change takes effect. A change of the model that a Component uses is material.", a.ModelChangeNotice.Words())
	}
	if a.MaterialChanges && !a.Reacceptance.IsZero() {
		text = document.T("%s The other Party may accept or reject the change within %s of the notice. If it rejects the change, the Parties shall decide under [[7.2]] how to continue.", text, a.Reacceptance.Words())
	}
	return document.Tick(a.MaterialChanges, "%s", text)
}

func (d Duties) words() []document.Block {
	return []document.Block{
		document.Para("Each Party shall protect the Integrated Solution and the data of the other Party by the measures of [[B]]. In addition:"),
		document.Ticks(
			document.Tick(d.Certifications, "**Certifications.** Each Party shall hold the certifications that [[B]] requires of it and shall show evidence of them on request."),
			document.Tick(d.Assessments, "**Assessments.** Each Party shall assess the security of its Components at the interval of [[B]] and shall tell the other Party of findings that affect the Integrated Solution."),
			d.incidentOption(),
			document.Tick(d.Cooperate, "**Cooperation.** The Parties shall cooperate to investigate a security incident, to limit its effects and to prevent it from happening again."),
		),
	}
}

func (d Duties) incidentOption() document.Option {
	if !d.NotifyIncidents || d.IncidentNotice.IsZero() {
		return document.Tick(d.NotifyIncidents, "**Incidents.** Each Party shall notify the other Party of a security incident that affects the Integrated Solution within the time of [[3.3]].")
	}
	return document.Tick(true, "**Incidents.** Each Party shall notify the other Party of a security incident that affects the Integrated Solution within %s of discovering it.", d.IncidentNotice.Words())
}

func (a Audit) words() []document.Block {
	if a.Omit {
		return []document.Block{document.Para("The Parties have left this clause out on purpose. This Agreement gives neither Party a right to audit the other."), reason(a.OmitReason)}
	}
	first := document.Para("Each Party may audit whether the other Party keeps this Agreement. It must give reasonable notice.")
	if !a.Notice.IsZero() {
		first = document.Para("Each Party may audit whether the other Party keeps this Agreement. It must give notice of at least %s.", a.Notice.Words())
	}
	return append([]document.Block{first, a.extent()},
		document.Ticks(a.frequencyOption(), a.accessOption(), a.remedyOption(),
			document.Tick(a.BreachPays, "**Costs after a breach.** If an audit finds a material breach of this Agreement, the audited Party shall bear the reasonable costs of the audit.")),
		document.Para("The audited Party shall give read access to the records that the audit needs, during business hours. The auditing Party shall treat what it learns as Confidential Information, shall not disturb the business of the audited Party more than the audit needs, and shall bear the costs of the audit unless this clause says otherwise."))
}

func reason(why string) document.Block {
	if why == "" {
		return document.Para("The Parties have stated no reason.")
	}
	return document.Para("Their reason: %s", why)
}

func (a Audit) extent() document.Block {
	if len(a.Scope) == 0 {
		return document.Para("An audit may cover what shows whether this Agreement is kept, and nothing else.")
	}
	return document.Para("An audit may cover the following, as far as it shows whether this Agreement is kept, and nothing else: %s.", document.Join(a.Scope))
}

func (a Audit) frequencyOption() document.Option {
	if a.PerYear <= 0 {
		return document.Tick(false, "**Frequency.** The number of audits in a calendar year is limited, unless there is reason to suspect a breach.")
	}
	return document.Tick(true, "**Frequency.** A Party may ask for no more than %s in a calendar year, unless there is reason to suspect a breach.", document.Count(int64(a.PerYear), "audit"))
}

func (a Audit) accessOption() document.Option {
	if a.Access.IsZero() {
		return document.Tick(false, "**Time of access.** Access for an audit ends after a fixed time.")
	}
	return document.Tick(true, "**Time of access.** Access for an audit ends %s after it begins.", a.Access.Words())
}

func (a Audit) remedyOption() document.Option {
	if a.RemedyWithin.IsZero() {
		return document.Tick(false, "**Remedy.** The audited Party shall remedy the breaches that an audit finds within a fixed time.")
	}
	return document.Tick(true, "**Remedy.** The audited Party shall remedy the breaches that an audit finds within %s of receiving the findings.", a.RemedyWithin.Words())
}
