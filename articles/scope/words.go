package scope

import (
	"strings"

	"entente/agreement"
	"entente/document"
)

// Words are the clauses of Article 1.
func (t Terms) Words(f agreement.Frame) []document.Clause {
	return []document.Clause{t.Purpose.words(), t.components(), t.tier()}
}

func (p Purpose) words() document.Clause {
	return agreement.Clause("1.1").Says(
		document.Para("The purposes of this Agreement are those chosen below. An activity that serves no chosen purpose is outside this Agreement."),
		document.Ticks(
			document.Tick(p.Integrate, "**Integration.** A purpose of this Agreement is to integrate %s with %s into the Integrated Solution.",
				technology(agreement.A, p.TechnologyA), technology(agreement.B, p.TechnologyB)),
			document.Tick(p.JointSolutions, "**Joint solutions.** A purpose of this Agreement is that the Parties together develop and offer solutions that use artificial intelligence."),
			document.Tick(p.CoMarketing, "**Co-marketing.** A purpose of this Agreement is that the Parties market the Integrated Solution together under [[5]]."),
			document.Tick(p.DataForImprovement, "**Data for improvement.** A purpose of this Agreement is to share data for the improvement of artificial intelligence, within the limits of [[3]]."),
			document.Tick(p.JointResearch, "**Joint research.** A purpose of this Agreement is joint research on artificial intelligence. What the research produces is Integration IP under [[4.2]]."),
			p.other(),
		),
		document.Para("Unless co-marketing is chosen, neither Party shall submit material under [[5.1]]. Unless data for improvement is chosen, neither Party shall use Shared Data to improve or train artificial intelligence, even where [[3.2]] or [[3.4]] would allow it."),
	)
}

func technology(p agreement.Party, what string) document.Text {
	if what == "" {
		return document.T("the technology of " + p.Label()) // p is A or B, never a value of the file
	}
	return document.T("the technology of "+p.Label()+" (%s)", document.Phrase(what))
}

func (p Purpose) other() document.Option {
	if p.Other == "" {
		return document.Tick(false, "**Other.** This Agreement has a further purpose that the Parties name.")
	}
	return document.Tick(true, "**Other.** A further purpose of this Agreement is the following: %s.", document.Phrase(p.Other))
}

func (t Terms) components() document.Clause {
	if len(t.Components) == 0 {
		return agreement.Clause("1.2").Says(document.Para("The Parties list no Component, so this Agreement integrates none."))
	}
	var rows [][]document.Text
	for _, c := range t.Components {
		rows = append(rows, document.Row(c.Name, c.Title, c.Provider.Label(), agreement.MethodLabels(c.Methods)))
	}
	return agreement.Clause("1.2").Says(
		document.Para("The Parties integrate the Components in the following table. Each Party shall provide the Components for which the table names it as provider, by every method that the table states. [[A]] specifies each Component."),
		document.Grid([]document.Column{{Title: "Component", Width: 3}, {Title: "Description", Width: 5}, {Title: "Provider", Width: 2}, {Title: "Method", Width: 3}}, rows),
		document.Para("This Agreement refers to each Component by the name in the first column."),
	)
}

func (t Terms) tier() document.Clause {
	return agreement.Clause("1.3").Says(
		document.Para("The Parties have chosen one of the following:"),
		document.Choice(
			document.Tick(t.Tier == NonExclusive, "**Non-exclusive.** Each Party remains free to make similar agreements with others."),
			t.preferred(),
			t.exclusive(),
		),
		document.Para("Except where this clause says otherwise, [[13.7]] applies."),
	)
}

func (t Terms) preferred() document.Option {
	chosen := t.Tier == PreferredTier
	if t.Preferred == nil {
		return document.Tick(chosen, "**Preferred.** A Party shall treat the other Party as its preferred partner.")
	}
	p := *t.Preferred
	return document.Tick(chosen, "**Preferred.** %s shall treat the other Party as its preferred partner. The treatment is: %s.", bound(p.By), document.Phrase(p.Treatment)).
		With(document.Ticks(p.firstOffer(chosen)))
}

func (p Preferred) firstOffer(chosen bool) document.Option {
	what := document.T("any project within the purposes of [[1.1]]")
	if p.FirstOfferFor != "" {
		what = document.T("%s", document.Phrase(p.FirstOfferFor))
	}
	if p.FirstOfferDays <= 0 {
		return document.Tick(false, "**First offer.** Before %s asks a third party for %s, it shall first ask the other Party.", bound(p.By).lower(), what)
	}
	return document.Tick(chosen, "**First offer.** Before %s asks a third party for %s, it shall first ask the other Party and wait %s for an answer.",
		bound(p.By).lower(), what, document.Count(int64(p.FirstOfferDays), "day"))
}

func (t Terms) exclusive() document.Option {
	chosen := t.Tier == ExclusiveTier
	if t.Exclusive == nil {
		return document.Tick(chosen, "**Exclusive.** A Party shall deal with no one but the other Party within an agreed scope, territory and duration.")
	}
	e := *t.Exclusive
	return document.Tick(chosen, "**Exclusive.** %s shall deal with no one but the other Party in what the following scope describes, in the territory and for the duration stated. The duration begins on the Effective Date.", bound(e.By)).
		With(e.fields())
}

func (e Exclusive) fields() document.Block {
	items := []document.Field{document.Of("Scope", document.Phrase(e.Scope))}
	if len(e.Components) > 0 {
		items = append(items, document.Of("Components", document.Join(e.Components)))
	}
	territory := document.T("%s", document.Phrase(e.Territory))
	if codes := codes(e.Countries); codes != "" {
		territory = document.T("%s (%s)", document.Phrase(e.Territory), codes)
	}
	items = append(items, document.Of("Territory", territory), document.Of("Duration", e.Duration.Words()))
	if len(e.Excepted) > 0 {
		items = append(items, document.Of("Exceptions", strings.Join(e.Excepted, "; ")))
	}
	return document.Labelled(items...)
}

func codes(all []Country) string {
	list := make([]string, len(all))
	for i, c := range all {
		list[i] = string(c)
	}
	return strings.Join(list, ", ")
}

// A subject opens a sentence about who is bound: "Each Party", "Party A".
type subject string

func bound(by agreement.Responsible) subject {
	if by == agreement.BothParties {
		return "Each Party"
	}
	return subject(by.Label())
}

// String is the subject at the start of a sentence.
func (s subject) String() string { return string(s) }

// lower is the subject within a sentence.
func (s subject) lower() string { return strings.Replace(string(s), "Each", "either", 1) }
