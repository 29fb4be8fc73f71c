package sharing

import (
	"strings"

	"entente/agreement"
	"entente/document"
)

// Words are the clauses of Article 3.
func (t Terms) Words(f agreement.Frame) []document.Clause {
	if agreement.Blank(t) {
		return []document.Clause{
			agreement.Clause("3.1").Says(document.Para("The Parties share no data under this Article, and neither Party shall deliver or request any. What a lead may contain is stated in [[5.3]].")),
			agreement.Clause("3.2").Says(document.Para("The Parties have chosen no use of Shared Data. " + onlyChosen)),
			agreement.Clause("3.3").Says(document.Para("The Parties list no data in [[3.1]], so this clause sets no duty.")),
			agreement.Clause("3.4").Says(document.Para("The Parties list no data in [[3.1]], so neither Party gives a consent to training.")),
		}
	}
	return []document.Clause{t.scope(), t.uses(), t.Protection.words(), t.Training.words()}
}

func (t Terms) scope() document.Clause {
	rows, list := []document.Block{document.Para("The Parties list no data, so they share none.")}, "this clause"
	if len(t.Data) > 0 {
		list = "the table"
		rows = []document.Block{
			document.Para("The Parties share the data in the following table and no other data. For each row the table names the Party that provides the data (the **provider**) and the Party that receives it (the **recipient**)."),
			t.table(),
			document.Para("Shared Data is classed, delivered and kept as follows:"),
			t.handling(),
		}
	}
	return agreement.Clause("3.1").Says(append(rows,
		document.Lettered(
			document.T("**Customer data** is data that comes from customers of a Party or from their users, or that relates to them, unless it is aggregated, anonymised or synthetic."),
			document.T("**Aggregated or anonymised data** is data from which no customer and no natural person can be identified, neither alone nor together with other data."),
			document.T("**Synthetic data** is made up and relates to no customer and no natural person."),
		),
		document.Para("A Party shall not deliver or request data that "+list+" does not list, and shall use Shared Data only for the purposes of its row. Data whose class this Agreement does not state is customer data. The recipient shall delete Shared Data when its retention ends or, if that is earlier, when [[12.3]] requires it. If the provider asks, the recipient shall confirm the deletion in writing."),
	)...)
}

var purposes = map[agreement.Purpose]string{
	agreement.Service:     "as this Agreement specifies",
	agreement.Improvement: "improvement of the Integrated Solution",
	agreement.Analytics:   "analytics and reporting",
	agreement.Training:    "training of AI models",
	agreement.Competitive: "competitive purposes",
}

var classes = map[agreement.DataClass]string{
	agreement.CustomerData: "customer data",
	agreement.Aggregated:   "aggregated or anonymised data",
	agreement.Synthetic:    "synthetic data",
}

func (t Terms) table() document.Block {
	var rows [][]document.Text
	for _, d := range t.Data {
		var uses []string
		for _, p := range d.Purposes {
			uses = append(uses, purposes[p])
		}
		rows = append(rows, document.Row(d.Title+" ("+d.Name+")", d.Provider.Label(), d.Recipient.Label(), strings.Join(uses, "; "), yes(d.PersonalData), d.Format, d.kept()))
	}
	return document.Grid([]document.Column{{Title: "Data", Width: 5}, {Title: "Provider", Width: 2}, {Title: "Recipient", Width: 2}, {Title: "Purposes", Width: 5},
		{Title: "Personal Data", Width: 2}, {Title: "Format", Width: 3}, {Title: "Retention", Width: 3}}, rows)
}

func (t Terms) handling() document.Block {
	var rows [][]document.Text
	for _, d := range t.Data {
		where := strings.Join(d.Locations, ", ")
		if where == "" {
			where = "anywhere"
		}
		rows = append(rows, document.Row(d.Name, classes[d.Class], d.delivered(), where))
	}
	return document.Grid([]document.Column{{Title: "Data", Width: 3}, {Title: "Class", Width: 4}, {Title: "Delivery", Width: 6}, {Title: "Kept in", Width: 3}}, rows)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func (d DataType) kept() string {
	if d.Retention.Longest() == 0 {
		return "not kept after use"
	}
	return d.Retention.Words()
}

func (d DataType) delivered() string {
	switch {
	case d.Delivery == Calls && d.Component == "":
		return "in calls of a Component"
	case d.Delivery == Calls:
		return "in calls of the Component " + d.Component
	case d.Every.IsZero():
		return "as data sets"
	}
	return "as data sets, a new one at intervals of " + d.Every.Words()
}

func (t Terms) uses() document.Clause {
	p, n := t.Permitted, t.Forbidden
	blocks := []document.Block{
		document.Para("The following uses of Shared Data are permitted where they are chosen. " + onlyChosen + " The use of Shared Data to train an AI model is governed by [[3.4]]."),
		document.Ticks(
			document.Tick(p.Specified, "**As specified.** "+specified),
			document.Tick(p.Improvement, "**Improvement.** "+improvement),
			p.analytics(),
		),
		document.Para("The following uses of Shared Data are forbidden where they are chosen:"),
		document.Ticks(
			document.Tick(n.Training, "**Training.** "+noTraining),
			document.Tick(n.ThirdParties, "**Third parties.** The recipient shall not pass Shared Data to a third party. A sub-processor that this clause admits is not a third party."),
			document.Tick(n.Competitive, "**Competition.** "+competitive),
		),
		document.Para("A consent of the provider must be explicit, must be given in writing or in the Record, and covers no more than the data and the purpose that it states. The provider may withdraw a consent at any time by notice. The recipient shall then end the use without undue delay."),
	}
	return agreement.Clause("3.2").Says(append(blocks, n.subProcessors()...)...)
}

func (p Permitted) analytics() document.Option {
	const head = "**Analytics.** " + analytics
	if p.MinimumGroup < 1 {
		return document.Tick(p.Analytics, head)
	}
	return document.Tick(p.Analytics, head+" Each figure must rest on at least %s people or companies.", document.Count(int64(p.MinimumGroup), ""))
}

func (n Forbidden) subProcessors() []document.Block {
	further := document.Para("The recipient may engage a further sub-processor only with the prior written consent of the provider.")
	if !n.SubProcessorNotice.IsZero() {
		further = document.Para("Before it engages a further sub-processor, the recipient shall notify the provider at least %s in advance. The recipient shall not engage that sub-processor while the provider objects on reasonable grounds.", n.SubProcessorNotice.Words())
	}
	if len(n.SubProcessors) == 0 {
		return []document.Block{document.Para("**Sub-processors.** At the date of this Agreement no sub-processor processes Shared Data. The recipient shall bind each sub-processor to the duties of this Article and is liable for it as for itself."), further}
	}
	var rows [][]document.Text
	for _, s := range n.SubProcessors {
		of := strings.Join(s.Data, ", ")
		if of == "" {
			of = "all that the Party receives"
		}
		rows = append(rows, document.Row(s.Party.Label(), s.Name, s.Service, s.Location, of))
	}
	return []document.Block{
		document.Para("**Sub-processors.** The recipient may let the following sub-processors process Shared Data. The recipient shall bind each sub-processor to the duties of this Article and is liable for it as for itself."),
		document.Grid([]document.Column{{Title: "For", Width: 2}, {Title: "Sub-processor", Width: 4}, {Title: "Service", Width: 5}, {Title: "Country", Width: 2}, {Title: "Shared Data", Width: 4}}, rows),
		further,
	}
}

func (p Protection) words() document.Clause {
	return agreement.Clause("3.3").Says(
		document.Ticks(
			document.Tick(p.Law, "**Law.** Each Party shall comply with the data protection law that applies to it."),
			document.Tick(p.Measures, "**Measures.** Each Party shall protect Shared Data by appropriate technical and organisational measures, at least those of [[B]]."),
			p.DPA.option(),
			p.breach(),
		),
		document.Para("Where Shared Data contains Personal Data and the law requires a data processing agreement, a Party shall not deliver that data before the Parties have concluded one."),
	)
}

func (d *DPA) option() document.Option {
	if d == nil {
		return document.Tick(false, "**Data processing agreement.** A data processing agreement between the Parties governs the processing of Personal Data. Where it protects Personal Data more strictly than this Article, it prevails.")
	}
	var named []string
	if d.Attachment != "" {
		named = append(named, "attached as “"+d.Attachment+"”")
	}
	if d.Reference != "" {
		named = append(named, d.Reference)
	}
	how := map[Relation]string{
		Processor:   "The recipient processes Personal Data as the provider’s processor and on its instructions.",
		Joint:       "The Parties are joint controllers of the Personal Data.",
		Independent: "Each Party is an independent controller of the Personal Data that it processes.",
	}[d.Relation]
	return document.Tick(true, strings.TrimSpace("**Data processing agreement.** The data processing agreement of %s (%s) governs the processing of Personal Data. Where it protects Personal Data more strictly than this Article, it prevails. "+how), d.Date.Words(), strings.Join(named, ", "))
}

func (p Protection) breach() document.Option {
	if p.BreachNotice.IsZero() {
		return document.Tick(false, "**Breach notice.** A Party that discovers a breach of security that affects Shared Data shall notify the other Party.")
	}
	return document.Tick(true, "**Breach notice.** A Party that discovers a breach of security that affects Shared Data shall notify the other Party within %s of the discovery.", p.BreachNotice.Words()).
		With(document.Para("The notice must state what is known of the breach, of the data and the people affected, of the likely consequences and of the measures taken. The Party shall complete the notice as soon as it knows more. The other Party shall acknowledge receipt."))
}

func (t Training) words() document.Clause {
	joint := document.Tick(false, "**Joint training.** The Parties may train AI models jointly, under a separate agreement only.")
	if t.JointByAgreement != "" {
		joint = document.Tick(true, "**Joint training.** The Parties may train AI models jointly, under a separate agreement only: %s.", t.JointByAgreement)
	}
	blocks := []document.Block{
		document.Para("This clause prevails over [[3.2]]. Training an AI model includes fine-tuning, distilling, evaluating and benchmarking it. This clause covers Shared Data, what is derived from it, and the prompts, outputs, logs and telemetry that contain it. It binds each sub-processor."),
		document.Ticks(
			document.Tick(t.CustomerDataNever, "**Customer data.** "+never),
			document.Tick(t.AggregatedWithConsent, "**Aggregated data.** "+aggregated),
			joint,
		),
		document.Para(t.byConsent() + " " + noOther),
	}
	blocks = append(blocks, t.consents()...)
	return agreement.Clause("3.4").Says(append(blocks, t.signals())...)
}

func (t Training) consents() []document.Block {
	if len(t.Consents) == 0 {
		return []document.Block{document.Para("Neither Party gives a consent to training by signing this Agreement.")}
	}
	var rows [][]document.Text
	for _, c := range t.Consents {
		until := "withdrawn"
		if !c.Until.IsZero() {
			until = c.Until.Words() + ", unless withdrawn earlier"
		}
		rows = append(rows, document.Row(c.Name, c.Provider.Label(), c.scope(), c.Purpose, until))
	}
	return []document.Block{
		document.Para("By signing this Agreement the Parties give the following consents. A consent ends with this Agreement at the latest."),
		document.Grid([]document.Column{{Title: "Consent", Width: 3}, {Title: "Given by", Width: 2}, {Title: "Shared Data", Width: 4}, {Title: "Purpose", Width: 5}, {Title: "Until", Width: 3}}, rows),
	}
}

func (c Consent) scope() string {
	if len(c.Data) == 0 {
		return "all " + classes[c.Class]
	}
	return classes[c.Class] + ": " + strings.Join(c.Data, ", ")
}

func (t Training) signals() document.Block {
	const mark = "The provider may mark Shared Data that must not be used for training with a machine-readable signal. Data that carries no signal is not thereby released for training."
	if len(t.Canaries) == 0 {
		return document.Para(mark)
	}
	return document.Para(mark+" The provider may place canary records in %s, and may test with them whether an AI model was trained on that data. The recipient shall not remove them.", document.Join(t.Canaries))
}
