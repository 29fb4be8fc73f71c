package governance

import (
	"entente/agreement"
	"entente/document"
)

// Words are the clauses of Schedule G.
func (k KPIs) Words(f agreement.Frame) []document.Clause {
	return []document.Clause{
		{Number: "G.1", Title: "Indicators", Blocks: k.indicatorWords(f)},
		{Number: "G.2", Title: "Measured facts", Blocks: k.factWords()},
	}
}

func (k KPIs) indicatorWords(f agreement.Frame) []document.Block {
	applies := document.Para("This Schedule applies only where [[7.3]] chooses key performance indicators.")
	if len(k.Indicators) == 0 {
		return []document.Block{applies, document.Para("The Parties have agreed no key performance indicators.")}
	}
	var rows [][]document.Text
	for _, one := range k.Indicators {
		rows = append(rows, document.Row(one.Name, one.subject(), string(one.Expression), one.goal(), one.Cadence.words(), one.owner(f)))
	}
	return []document.Block{
		applies,
		document.Para("The key performance indicators are:"),
		document.Grid([]document.Column{{Title: "Indicator", Width: 3}, {Title: "Component", Width: 2}, {Title: "Computed as", Width: 4},
			{Title: "Target", Width: 3}, {Title: "Measured", Width: 2}, {Title: "Owner", Width: 2}}, rows),
		document.Para("The Party for which the owner acts shall have the indicator reported in the reviews under [[7.3]]. An indicator whose divisor is zero in a period has no value for that period. Missing a target is not a breach of this Agreement; it is a matter for the reviews."),
	}
}

func (k KPI) subject() string {
	if k.Component == "" {
		return "all"
	}
	return k.Component
}

// goal is the target in words; as it was written, where it cannot be read.
func (k KPI) goal() string {
	g, err := k.Target.Parse()
	if err != nil {
		return string(k.Target)
	}
	return g.Words()
}

func (k KPI) owner(f agreement.Frame) string {
	if who, ok := f.Person(k.Owner); ok {
		return who.Name
	}
	return k.Owner
}

func (c Cadence) words() string {
	return map[Cadence]string{EachMonth: "each month", EachQuarter: "each quarter", EachYear: "each year"}[c]
}

// factWords explain the facts that the indicators use, so that the expressions have a meaning in the contract.
func (k KPIs) factWords() []document.Block {
	var rows [][]document.Text
	for _, fact := range k.used() {
		rows = append(rows, document.Row(fact.Name, fact.Meaning, string(fact.Unit)))
	}
	if len(rows) == 0 {
		return []document.Block{document.Para("No measured fact is used.")}
	}
	return []document.Block{
		document.Para("In the expressions of G.1, each name means the following, counted over the period of the indicator:"),
		document.Grid([]document.Column{{Title: "Name", Width: 3}, {Title: "Meaning", Width: 7}, {Title: "Unit", Width: 2}}, rows),
	}
}

// used are the facts in the indicators, in the order of the vocabulary.
func (k KPIs) used() []Fact {
	names := map[string]bool{}
	for _, one := range k.Indicators {
		if node, err := one.Expression.Parse(); err == nil {
			for _, name := range node.Facts() {
				names[name] = true
			}
		}
	}
	var used []Fact
	for _, fact := range Facts {
		if names[fact.Name] {
			used = append(used, fact)
		}
	}
	return used
}
