package property

import (
	"entente/agreement"
	"entente/document"
)

// Words are the clauses of Article 4.
func (t Terms) Words(f agreement.Frame) []document.Clause {
	return []document.Clause{t.background(), t.ownership(), t.Licences.words(), t.Improvements.words()}
}

var kinds = map[Kind]string{
	Patent: "patent", PatentApplication: "patent application", Design: "design", Trademark: "trademark", Software: "software",
	Model: "AI model", DataSet: "data set", Documentation: "documentation", KnowHow: "know-how", Other: "other",
}

func (t Terms) background() document.Clause {
	var rows [][]document.Text
	for _, p := range agreement.Both {
		for _, b := range t.Background {
			if b.Party == p {
				rows = append(rows, document.Row(p.Label(), b.Title+" ("+b.Name+")", kinds[b.Kind], b.identified(), b.Date.Words()))
			}
		}
	}
	return agreement.Clause("4.1").Says(
		document.Para("Each Party keeps its Background IP. This Agreement gives the other Party no right in it other than the licences of [[4.3]]."),
		document.Para("The Parties list the following Background IP. The list is evidence of what each Party brings; what it does not list can be Background IP all the same."),
		document.Grid([]document.Column{{Title: "Owner", Width: 2}, {Title: "Background IP", Width: 5}, {Title: "Kind", Width: 3}, {Title: "Identifier", Width: 5}, {Title: "Date", Width: 3}}, rows),
	)
}

func (b BackgroundItem) identified() string {
	switch {
	case b.Component == "" && b.Identifier == "":
		return "none"
	case b.Component == "":
		return b.Identifier
	case b.Identifier == "":
		return "in the Component " + b.Component
	}
	return b.Identifier + ", in the Component " + b.Component
}

func (t Terms) ownership() document.Clause {
	apart := "Background IP, nor an improvement of it under [[4.4]]"
	if t.Improvements.Omit {
		apart = "Background IP"
	}
	return agreement.Clause("4.2").Says(
		document.Para("Integration IP includes what one Party creates alone and what both create together. It does not include "+apart+". The Parties have chosen one of the following:"),
		document.Choice(
			document.Tick(t.IntegrationIP == Creator, "**A. The creator owns.** The Party that creates Integration IP owns it. The other Party has a non-exclusive, royalty-free licence to it from its creation.").With(t.CreatorLicence.blocks()...),
			document.Tick(t.IntegrationIP == Joint, "**B. Joint ownership.** The Parties own Integration IP jointly, in equal shares.").With(t.JointUse.blocks()...),
			document.Tick(t.IntegrationIP == Contribution, "**C. By contribution.** The Parties own each joint development as [[D]] allocates it. Integration IP that one Party creates alone belongs to that Party."),
		),
		document.Para("Each Party shall give the other Party the declarations and signatures that the chosen ownership needs. Each Party shall register with the other Party what it contributes to Integration IP."),
	)
}

func (l *CreatorLicence) blocks() []document.Block {
	var c CreatorLicence
	if l != nil {
		c = *l
	}
	lasts := "The licence lasts while this Agreement is in force."
	if c.Perpetual {
		lasts = "The licence is perpetual and survives the end of this Agreement."
	}
	covers := "It covers use in the Integrated Solution only."
	if c.AnyPurpose {
		covers = "It covers use for any purpose of the other Party’s business."
	}
	passes := "It does not include a right to sublicense."
	if c.Sublicense {
		passes = "It includes the right to sublicense to customers of the other Party."
	}
	return []document.Block{document.Para(lasts + " " + covers + " " + passes)}
}

func (j *JointUse) blocks() []document.Block {
	var u JointUse
	if j != nil {
		u = *j
	}
	return []document.Block{document.Ticks(
		document.Tick(u.FreeUse, "Each Party may use jointly owned Integration IP without the other Party’s consent and without accounting to it."),
		document.Tick(u.ConsentToLicense, "Neither Party shall license jointly owned Integration IP, other than to customers of the Integrated Solution, without the other Party’s written consent."),
		document.Tick(u.ConsentToTransfer, "Neither Party shall transfer its share without the other Party’s written consent."),
		document.Tick(u.SharedCosts, "The Parties shall bear the costs of registering and defending jointly owned Integration IP in equal parts."),
	)}
}

func (l Licences) words() document.Clause {
	blocks := append(l.AToB.blocks(agreement.A), l.BToA.blocks(agreement.B)...)
	return agreement.Clause("4.3").Says(append(blocks,
		document.Para("The licences are non-exclusive, royalty-free except for the fees of [[6.1]], and not transferable except with this Agreement. They cover the Components that the granting Party provides under [[1.2]], with their documentation. A use for which no licence is chosen is not permitted. After the end of this Agreement the licences continue only as far as [[12.3]] and [[12.4]] say."),
	)...)
}

func (g Grant) blocks(from agreement.Party) []document.Block {
	where := document.T("worldwide")
	if g.Territory != "" {
		where = document.T("for %s", g.Territory)
	}
	how := document.T("while this Agreement is in force")
	if !g.Term.IsZero() {
		how = document.T("for %s from the Effective Date, but no longer than this Agreement is in force", g.Term.Words())
	}
	grantor, grantee := from.Label(), from.Other().Label()
	return []document.Block{
		document.Para("**"+grantor+" to "+grantee+".** "+grantor+" grants "+grantee+" the licences chosen below, %s, %s:", where, how),
		document.Ticks(
			document.Tick(g.Integrate, "**Integrate.** "+grantee+" may integrate "+grantor+"’s Components into the Integrated Solution and operate them in it."),
			document.Tick(g.Market, "**Market.** "+grantee+" may market and distribute "+grantor+"’s Components as part of the Integrated Solution."),
			document.Tick(g.API, "**API and SDK.** "+grantee+" may use "+grantor+"’s APIs and SDKs as this Agreement provides."),
			document.Tick(g.Trademarks, "**Trademarks.** "+grantee+" may use "+grantor+"’s trademarks for co-marketing, as [[5.2]] provides."),
			document.Tick(g.Sublicense, "**Sublicence.** "+grantee+" may sublicense to customers what they need to use the Integrated Solution."),
		),
	}
}

func (i Improvements) words() document.Clause {
	if i.Omit {
		reason := document.Para("The Parties have left this clause out on purpose. Improvements of Background IP are treated like Integration IP under [[4.2]].")
		if i.Reason == "" {
			return agreement.Clause("4.4").Says(reason)
		}
		return agreement.Clause("4.4").Says(reason, document.Para("Their reason: %s", i.Reason))
	}
	return agreement.Clause("4.4").Says(
		document.Para("An improvement of Background IP belongs to the Party that owns the Background IP, whoever makes it. A Party that makes an improvement of the other Party’s Background IP shall transfer its rights in the improvement to the other Party, without further payment and as soon as it has made it."),
		document.Para("An improvement is a change of Background IP or an addition to it that cannot be used apart from it. The Integrated Solution as such is not an improvement. The licences of [[4.3]] cover the improvement in the same way as what was improved."),
	)
}
