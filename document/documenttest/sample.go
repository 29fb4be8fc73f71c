// Package documenttest holds documents to test the writers of documents with: a sample that looks
// like an agreement, and hostile ones.
package documenttest

import (
	"fmt"

	"entente/document"
)

const hostile = "O'Neill \"& Söhne\" <b>GmbH</b> | `x` [click](https://evil.example) # 1. \u202egnp.exe\u202c\u200b"

// Sample is an agreement with every kind of block, long names, a long table and hostile text.
func Sample() document.Document {
	return document.Document{
		Title:    "AI Integration Partnership Agreement",
		Subtitle: "between Łódź Linguistics Sp. z o.o. and Ωmega Ανάλυση Α.Ε.",
		Number:   "LL-ΩA-2026-014",
		Version:  "version 1",
		Language: "en-GB",
		Notice:   "Draft. This template is information, not legal advice: have a lawyer review it before you sign. Template edition 2026-11.",
		Sections: []document.Section{front(), recitals(), scope(), commercials(), general(), signatures(), scheduleA(), scheduleG()},
	}
}

func front() document.Section {
	return document.Section{Kind: document.Front, ID: "front", Title: "Parties and key dates", Clauses: []document.Clause{
		{Blocks: []document.Block{document.Labelled(
			document.Of("Agreement date", "1 December 2026"),
			document.Of("Effective date", "1 January 2027"),
			document.Of("Time zone", "Europe/Warsaw"),
			document.Of("Default currency", "EUR (€)"),
			document.Of("Contact", ""),
		)}},
		{Title: "Party A", Blocks: []document.Block{document.Labelled(
			document.Of("Legal name", "Łódź Linguistics Spółka z ograniczoną odpowiedzialnością"),
			document.Of("Registered address", "ul. Piotrkowska 104\n90-926 Łódź\nPolska"),
			document.Of("Provides", "summarising and translation of legal texts"),
		)}},
		{Title: "Party B", Blocks: []document.Block{document.Labelled(
			document.Of("Legal name", "Ωmega Ανάλυση Ανώνυμη Εταιρεία (ООО «Омега Анализ», №7)"),
			document.Of("Trading name", hostile),
			document.Of("Registered address", "Λεωφόρος Κηφισίας 44, 151 25 Μαρούσι"),
			document.Of("Local name", "欧米茄分析 אומגה"),
		)}},
	}}
}

func recitals() document.Section {
	return document.Section{Kind: document.Matter, ID: "recitals", Title: "Recitals and definitions", Clauses: []document.Clause{
		{Number: "0.1", Title: "Recitals", Blocks: []document.Block{
			document.Lettered(
				document.T("%s provides language models for legal texts.", "Łódź Linguistics"),
				document.T("%s provides analysis of contracts to its customers.", "Ωmega Ανάλυση"),
				document.T("The parties wish to integrate their technologies on the terms of this agreement."),
			),
		}},
		{Number: "0.2", Title: "Definitions", Blocks: []document.Block{
			document.Para("“**Confidential Information**” means what [[11.1]] says. “**Component**” means a part of a party’s technology that is listed in [[1.2]]. “**Integrated Solution**” means the components of both parties working together as [[A]] describes."),
			document.Para("Where an option in this agreement is not chosen (its box is empty), its words and whatever stands under it do not bind the parties. They are printed so that everyone can see what was left out."),
		}},
	}}
}

func scope() document.Section {
	return document.Section{Kind: document.Article, ID: "article-1", Label: "Article 1", Title: "Scope", Clauses: []document.Clause{
		{Number: "1.1", Title: "Purpose", Blocks: []document.Block{
			document.Para("The parties work together for the following purposes:"),
			document.Ticks(
				document.Tick(true, "to integrate %s of Party A with %s of Party B;", "the summarising service", "the contract analysis platform"),
				document.Tick(false, "to develop joint AI solutions;"),
				document.Tick(true, "to market the integrated solution together (see [[5]]);"),
				document.Tick(false, "to share data for the improvement of AI, within [[3.4]];"),
				document.Tick(true, "%s.", "other: a shared glossary of contract terms in Polish, Greek and English, kept up to date by both parties’ editors and published twice a year under a licence that the steering committee chooses"),
			),
		}},
		{Number: "1.2", Title: "Components", Blocks: []document.Block{
			document.Para("The components, who provides each, and how it is offered:"),
			document.Grid([]document.Column{{Title: "Component", Width: 3}, {Title: "Provider"}, {Title: "Method", Width: 2}, {Title: "Price per 1,000 calls", Width: 2, Number: true}}, [][]document.Text{
				document.Row("Summariser", "Party A", "API", "€ 1.20"),
				document.Row("Clause classifier for agreements governed by Polish and Greek law", "Party A", "API, SDK", "€ 12.50"),
				document.Row("Review pane", "Party B", "Embedded", document.T("%s", "")),
				document.Row(hostile, "Party B", "", "€ 1,234,567.89"),
			}),
			document.Grid([]document.Column{{Title: "Nothing"}}, nil),
		}},
		{Number: "1.3", Title: "Tier", Blocks: []document.Block{
			document.Choice(
				document.Tick(false, "Non-exclusive: each party may work with anyone."),
				document.Tick(true, "Preferred: before a party makes a comparable agreement with someone else, it shall offer it to the other party first.").With(
					document.Para("The first offer stands open for %s.", "thirty (30) days"),
					document.Ticks(
						document.Tick(true, "The offer must be in writing.").With(document.Para("A message to the contact of the front page under [[13.1]] is writing.")),
						document.Tick(false, "The offer must name a price."),
					),
				),
				document.Tick(false, "Exclusive: for %s in %s, neither party shall make a comparable agreement with anyone else.", "", "").With(
					document.Para("The exclusivity ends after %s.", ""),
					document.Grid([]document.Column{{Title: "Territory", Width: 2}, {Title: "Until"}}, [][]document.Text{document.Row("Poland", "31 December 2027")}),
				),
			),
		}},
	}}
}

func commercials() document.Section {
	return document.Section{Kind: document.Article, ID: "article-6", Label: "Article 6", Title: "Commercials", Clauses: []document.Clause{
		{Number: "6.1", Title: "Revenue model", Blocks: []document.Block{
			document.Para("Revenue from the integrated solution is shared %s to Party A and %s to Party B, on the **Net Revenue** of each calendar month. Statements follow [[6.3]]; shares are rounded so that they always sum to the total.", "80%", "20%"),
			document.Choice(document.Tick(true, "Revenue share"), document.Tick(false, "No direct sharing")),
			document.Choice(document.Tick(false, "By component"), document.Tick(true, "For the integrated solution as a whole")),
		}},
		{Number: "6.2", Blocks: []document.Block{
			document.Para("A clause without a title: each party shall set its own prices and shall not ask the other to change them, unless the steering committee has decided on a joint price under [[7.2]]."),
			document.Bulleted(document.T("A list price binds nobody but its owner."), document.T("A joint price is a decision under [[7.2]]."), document.T("# not a heading\n- not a list %s", "1. nor this")),
		}},
		{Number: "6.3", Title: "Payment, with a title that is long enough to need a second line in print and on a telephone as well", Blocks: []document.Block{
			document.Para("The payer shall pay within %s of the invoice, in %s, to %s.", "thirty (30) days", "EUR (€)", "PL61 1090 1014 0000 0712 1981 2874"),
			document.Para("%s", "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsvertragsentwurfsprüfungsstellenleiterinnenversammlungsprotokollführerstellvertretungsregelung"),
		}},
	}}
}

func general() document.Section {
	var clauses []document.Clause
	for i := range 14 {
		clauses = append(clauses, document.Clause{Number: fmt.Sprintf("13.%d", i+1), Title: fmt.Sprintf("General provision %d", i+1), Blocks: []document.Block{
			document.Para("Each party shall keep a record of what it does under this agreement and shall give the other party a copy within %s of a request. The record must name the clause under which each act was done, who did it, and when; it may leave out what [[6.3]] protects. If a record is lost, the party that kept it shall say so at once and shall rebuild it from the ledger.", document.Count(int64(i+1), "business day")),
			document.Para("Nothing in this clause limits [[6.1]]."),
		}})
	}
	return document.Section{Kind: document.Article, ID: "article-13", Label: "Article 13", Title: "General", Clauses: clauses}
}

func signatures() document.Section {
	return document.Section{Kind: document.Signatures, ID: "signatures", Title: "Signatures", Clauses: []document.Clause{{Blocks: []document.Block{
		document.Para("Signed by the parties through their authorised representatives."),
		{Signature: &document.Signature{Party: "Łódź Linguistics Sp. z o.o.", Name: "Zofia Wiśniewska-Brzęczyszczykiewicz", Title: "Prezeska zarządu", Date: "1 December 2026", Mark: "Ed25519 4f9c 21aa 8e07 c3d5 90b1 77fe 2a6c d8e4"}},
		{Signature: &document.Signature{Party: "Ωmega Ανάλυση Α.Ε."}},
	}}}}
}

func scheduleA() document.Section {
	rows := make([][]document.Text, 45)
	for i := range rows {
		rows[i] = document.Row(fmt.Sprintf("POST /v1/operation/%d", i+1), "Returns the summary of one document in the language of the request, with a reference to each sentence used.",
			fmt.Sprintf("%d.00", (i+1)*125))
	}
	return document.Section{Kind: document.Schedule, ID: "schedule-a", Label: "Schedule A", Title: "Components and operations", Clauses: []document.Clause{
		{Number: "A.1", Title: "Operations", Blocks: []document.Block{
			document.Para("The operations that may be called, each with its monthly allowance."),
			document.Grid([]document.Column{{Title: "Operation", Width: 3}, {Title: "What it does", Width: 4}, {Title: "Allowance", Width: 2, Number: true}}, rows),
		}},
	}}
}

func scheduleG() document.Section {
	return document.Section{Kind: document.Schedule, ID: "schedule-g", Label: "Schedule G", Title: "Key figures", Clauses: []document.Clause{
		{Number: "G.1", Title: "Figures", Blocks: []document.Block{
			document.Grid([]document.Column{{Title: "Figure"}, {Title: "Q1", Number: true}, {Title: "Q2", Number: true}, {Title: "Q3", Number: true}, {Title: "Q4", Number: true}, {Title: "Owner"}}, [][]document.Text{
				document.Row("Availability", "99.5%", "99.5%", "99.9%", "99.9%", "Party A"),
				document.Row("Answers within one second", "90%", "92%", "94%", "95%", "Party B"),
			}),
		}},
	}}
}
