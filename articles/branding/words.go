package branding

import (
	"entente/agreement"
	"entente/document"
)

// Words are the clauses of Article 5.
func (t Terms) Words(f agreement.Frame) []document.Clause {
	return []document.Clause{t.coMarketingWords(), t.trademarkWords(), t.Leads.words()}
}

func (t Terms) coMarketingWords() document.Clause {
	c := t.CoMarketing
	joint := document.Tick(c.JointMarketing, "**Joint marketing.** The Parties shall work together in marketing the Integrated Solution.")
	if len(c.Activities) > 0 {
		joint = joint.With(document.Para("The Parties have planned the following activities:"), document.Bulleted(values(c.Activities)...))
	}
	return agreement.Clause("5.1").Says(
		document.Para("The Parties cooperate in marketing as chosen below. This clause applies only while co-marketing is a purpose of this Agreement under [[1.1]]."),
		document.Ticks(
			joint,
			document.Tick(c.PressReleases, "**Press releases.** Either Party may issue a press release about the cooperation. Both Parties must approve it before it is published."),
			document.Tick(c.PartnerEvents, "**Partner events.** Each Party may take part in the partner events of the other at the other’s invitation. The Party that holds an event shall record how many people of each Party and how many customers attended."),
			c.expensesOption(),
		),
		document.Para("Each Party bears its own expenses of co-marketing unless the Parties share them under this clause."),
		document.Para("Material that is made for joint marketing or for the press must be approved by the marketing leads of both Parties under [[7.2]] before it is published. %s Where the submission names an embargo date, neither Party shall publish the material before that date.", t.answer("Each Party shall have its marketing leads answer")),
	)
}

// answer says by when whoever it begins with approves or refuses, and that silence does neither.
func (t Terms) answer(begins string) document.Text {
	if t.ApprovalDays < 1 {
		return document.T(begins + " a submission without undue delay. Silence is not approval.")
	}
	return document.T(begins+" a submission within %s. Silence is not approval.", document.Count(int64(t.ApprovalDays), "Business Day"))
}

func (c CoMarketing) expensesOption() document.Option {
	e := c.SharedExpenses
	if e == nil {
		return document.Tick(false, "**Shared expenses.** The Parties share the expenses of co-marketing in agreed percentages.")
	}
	o := document.Tick(true, "**Shared expenses.** The Parties share the expenses of co-marketing. Party A bears %s and Party B bears %s of them.", e.A.Words(), e.B.Words())
	var rules []document.Text
	if len(e.Kinds) > 0 {
		rules = append(rules, document.T("Only these kinds of expense are shared: %s.", document.Join(e.Kinds)))
	}
	if !e.YearlyBudget.IsZero() {
		rules = append(rules, document.T("In a calendar year, the Parties share expenses of at most %s in total.", e.YearlyBudget.Words()))
	}
	if !e.ApprovalAbove.IsZero() {
		rules = append(rules, document.T("The marketing leads of both Parties must approve a single expense above %s before it is incurred.", e.ApprovalAbove.Words()))
	}
	rules = append(rules, document.T("The Party that incurs a shared expense shall record it with its receipt. The expense is settled with the statement for the calendar month under [[6.3]]."))
	return o.With(document.Lettered(rules...))
}

func (t Terms) trademarkWords() document.Clause {
	m := t.Trademarks
	cure := document.Para("A Party that uses a trademark of the other Party contrary to this clause shall correct the use without undue delay after the owner’s notice.")
	if !m.Cure.IsZero() {
		cure = document.Para("A Party that uses a trademark of the other Party contrary to this clause shall correct the use within %s of the owner’s notice.", m.Cure.Words())
	}
	return agreement.Clause("5.2").Says(
		document.Para("Where [[4.3]] licenses it, each Party may use the trademarks of the other Party for the uses chosen below and for no other:"),
		document.Ticks(
			document.Tick(m.Marketing, "**Marketing.** Promoting the Integrated Solution on websites, in advertising and at events."),
			document.Tick(m.Listings, "**Listings.** Listing the Integrated Solution or the partnership, for example in partner directories and marketplaces."),
			document.Tick(m.JointMaterials, "**Joint materials.** Making material together, such as brochures, case studies and presentations."),
		),
		document.Para("Each use is subject to the conditions chosen below:"),
		document.Ticks(
			document.Tick(m.BrandGuidelines, "**Brand guidelines.** The use must follow the brand guidelines in [[E]]."),
			document.Tick(m.PriorApproval, "**Prior approval.** The owner must approve the use in advance. %s", t.answer("The owner shall answer")),
			document.Tick(m.NoModification, "**No modification.** The Party that uses a trademark shall not alter it."),
		),
		document.Para("The owner keeps all rights in its trademarks. The goodwill that arises from their use belongs to the owner alone."),
		cure,
	)
}

func (l LeadTerms) words() document.Clause {
	fees := document.Tick(false, "**Referral fees.** The Party that wins a customer through a referred lead shall pay referral fees on agreed terms.")
	if l.ReferralFees != "" {
		fees = document.Tick(true, "**Referral fees.** The Party that wins a customer through a referred lead shall pay referral fees on these terms: %s. The amounts are those of [[6.1]].", document.Phrase(l.ReferralFees))
	}
	return agreement.Clause("5.3").Says(
		document.Ticks(
			document.Tick(l.ShareQualified, "**Qualified leads.** Each Party shall share with the other Party the leads that it considers qualified for the Integrated Solution."),
			document.Tick(l.ReferralProcess, "**Referral process.** The Parties shall submit, answer and follow leads as [[F]] says."),
			fees,
		),
		document.Para("A Party shall not put Personal Data into a lead until the receiving Party has accepted the lead. The Parties shall keep the contact details in a lead to themselves, and shall erase them once they no longer need them for the lead."),
	)
}

// values are a list in the parties' words.
func values(list []string) []document.Text {
	var items []document.Text
	for _, s := range list {
		items = append(items, document.T("%s", s))
	}
	return items
}
