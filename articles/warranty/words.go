package warranty

import (
	"entente/agreement"
	"entente/document"
)

// Words are the clauses of Article 9.
func (t Terms) Words(f agreement.Frame) []document.Clause {
	return []document.Clause{
		agreement.Clause("9.1").Says(t.Party.words()...),
		agreement.Clause("9.2").Says(t.Technology.words()...),
		agreement.Clause("9.3").Says(t.Disclaimer.words()...),
	}
}

func (p Party) words() []document.Block {
	again := document.Tick(false, "**Confirmation.** Each Party shall confirm its warranties again at a fixed interval for as long as this Agreement is in force.")
	if !p.ConfirmedEvery.IsZero() {
		again = document.Tick(true, "**Confirmation.** Each Party shall confirm its warranties again at the end of every period of %s for as long as this Agreement is in force.", p.ConfirmedEvery.Words())
	}
	return []document.Block{
		document.Para("Each Party warrants to the other Party, on the date of its signature:"),
		document.Ticks(
			document.Tick(p.Authority, "**Authority.** It has the authority to enter into this Agreement and to perform it, and the person who signs for it may bind it."),
			document.Tick(p.NoInfringement, "**No infringement.** As far as it knows, what it contributes to the Integrated Solution does not infringe the rights of others."),
			document.Tick(p.Lawful, "**Lawful conduct.** It complies with the law that applies to its part of this Agreement."),
			document.Tick(p.Accurate, "**Accurate information.** The information that it has given to the other Party about itself and its Components is accurate in all material respects and not misleading."),
		),
		document.Ticks(again),
	}
}

func (t Technology) words() []document.Block {
	cure := document.Tick(false, "**Cure.** The Party that provides a Component shall cure a breach of these warranties within a fixed time of receiving notice of it.")
	if !t.CureWithin.IsZero() {
		cure = document.Tick(true, "**Cure.** The Party that provides a Component shall cure a breach of these warranties within %s of receiving notice of it.", t.CureWithin.Words())
	}
	return []document.Block{
		document.Para("The Party that provides a Component warrants to the other Party, for as long as it provides that Component:"),
		document.Ticks(
			document.Tick(t.AsDocumented, "**Performance.** The Component performs in all material respects as its documentation says."),
			document.Tick(t.NoKnownDefects, "**Defects.** The Component has no material defect that the Party knows of and has not disclosed."),
			document.Tick(t.MeetsSecurity, "**Security.** The Component meets the requirements of [[B]]."),
		),
		document.Ticks(cure),
	}
}

func (d Disclaimer) words() []document.Block {
	if d.Omit {
		blocks := []document.Block{document.Para("The Parties have left this clause out on purpose. Warranties that the law implies apply beside those of this Article.")}
		if d.OmitReason != "" {
			blocks = append(blocks, document.Para("Their reason: %s", d.OmitReason))
		}
		return blocks
	}
	return []document.Block{document.Para("Apart from the warranties that this Agreement states, neither Party gives a warranty of any kind, express or implied, in particular none of merchantability or of fitness for a particular purpose. Neither Party warrants that the output of an AI model is accurate or complete, or that a Component works without interruption. This clause does not exclude a warranty that the law does not allow the Parties to exclude.")}
}
