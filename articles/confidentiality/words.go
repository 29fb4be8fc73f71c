package confidentiality

import (
	"entente/agreement"
	"entente/document"
)

// Words are the clauses of Article 11.
func (t Terms) Words(f agreement.Frame) []document.Clause {
	return []document.Clause{
		agreement.Clause("11.1").Says(append(t.Categories.words(), t.Exceptions.words()...)...),
		agreement.Clause("11.2").Says(t.Duties.words()...),
		agreement.Clause("11.3").Says(t.duration()...),
	}
}

func (c Categories) words() []document.Block {
	options := []document.Option{
		document.Tick(c.Technical, "Technical specifications and documentation"),
		document.Tick(c.Business, "Business strategies and pricing"),
		document.Tick(c.Customers, "Information about customers"),
		document.Tick(c.Partnership, "The terms of this Agreement"),
	}
	for _, other := range c.Others {
		options = append(options, document.Tick(true, "%s", document.Capital(other)))
	}
	return []document.Block{
		document.Para("**Confidential Information** is information of the following kinds that a Party discloses to the other Party under this Agreement, in any form:"),
		document.Ticks(options...),
		document.Choice(
			document.Tick(c.MarkedOnly, "Only information that the disclosing Party marks as confidential, when it discloses it or within thirty (30) days after that, is Confidential Information."),
			document.Tick(!c.MarkedOnly, "Information is Confidential Information if it is marked as confidential, or if a reasonable person would take it to be confidential from its nature or from how it was disclosed."),
		),
	}
}

func (e Exceptions) words() []document.Block {
	return []document.Block{
		document.Para("The following is not Confidential Information:"),
		document.Ticks(
			document.Tick(e.Public, "**Public.** Information that is public, or becomes public without a breach of this Agreement."),
			document.Tick(e.AlreadyHeld, "**Already held.** Information that the receiving Party already held, or receives from someone else, without a duty of confidence."),
			document.Tick(e.IndependentlyDeveloped, "**Independently developed.** Information that the receiving Party develops without using Confidential Information."),
		),
		document.Ticks(document.Tick(e.RequiredByLaw, "**Required by law.** A Party may disclose Confidential Information as far as the law, a court or an authority requires it. Where the law allows, that Party shall notify the other Party beforehand and shall disclose no more than is required.")),
	}
}

func (d Duties) words() []document.Block {
	if d.Omit {
		blocks := []document.Block{document.Para("The Parties have left this clause out on purpose. Only the duties that the law gives apply to Confidential Information.")}
		if d.OmitReason != "" {
			blocks = append(blocks, document.Para("Their reason: %s", d.OmitReason))
		}
		return blocks
	}
	return []document.Block{
		document.Para("A Party that receives Confidential Information:"),
		document.Lettered(
			document.T("shall use it only to perform this Agreement or to exercise rights under it;"),
			document.T("shall protect it with the care that it gives its own information of the same kind, and with no less than reasonable care;"),
			document.T("shall disclose it only to its employees, advisers and contractors who need it for that purpose and who are bound to keep it confidential, and is liable for what they do with it; and"),
			document.T("shall notify the other Party without delay when it learns of a use or disclosure that this Article does not allow."),
		),
	}
}

func (t Terms) duration() []document.Block {
	lasts := document.Para("The duties of this Article last for as long as this Agreement is in force. The Parties have agreed no time for them after its end.")
	if !t.Survives.IsZero() {
		lasts = document.Para("The duties of this Article last for as long as this Agreement is in force and for %s after its last day.", t.Survives.Words())
	}
	return []document.Block{lasts, document.Ticks(
		document.Tick(t.TradeSecrets, "**Trade secrets.** For a trade secret, the duties last for as long as the law protects it as a trade secret."),
	)}
}
