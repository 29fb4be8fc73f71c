package governance

import (
	"time"

	"entente/agreement"
	"entente/document"
)

// Words are the clauses of Article 7.
func (t Terms) Words(f agreement.Frame) []document.Clause {
	return []document.Clause{t.committeeWords(), t.decisionWords(), t.Reviews.words()}
}

func (t Terms) committeeWords() document.Clause {
	c := t.Committee
	blocks := []document.Block{
		document.Para("The Parties shall maintain a steering committee. Its members are the following representatives:"),
		t.peopleTable(func(p agreement.Person) bool { return p.Has(agreement.Committee) }),
		document.Para("The Parties shall hold a meeting of the committee %s. %s The committee may meet and decide by remote means. It decides only if at least %s of each Party "+takes(c.Quorum)+" part.",
			c.Meets.words(), c.chair(), document.Count(int64(c.Quorum), "member")),
	}
	if steps := c.meetings(); len(steps) > 0 {
		blocks = append(blocks, document.Lettered(steps...))
	}
	blocks = append(blocks, c.duties()...)
	blocks = append(blocks,
		document.Para("The following people act for the Parties in their roles:"),
		t.peopleTable(func(p agreement.Person) bool { return len(p.Roles) > 0 }),
		document.Para("A person may act for a Party under this Agreement only in the roles that the table states. A signatory may let another of these people of the same Party sign in the signatory’s place, by an entry in the Record that says until when. A Party may replace one of its people or change a person’s roles by notice to the other Party under [[13.8]]. At every time, each Party shall have at least one signatory, one steering committee member, one technical lead, one commercial lead and one legal contact."))
	return agreement.Clause("7.1").Says(blocks...)
}

func takes(n int) string {
	if n == 1 {
		return "takes"
	}
	return "take"
}

func (t Terms) peopleTable(which func(agreement.Person) bool) document.Block {
	var rows [][]document.Text
	for _, p := range agreement.Both {
		for _, who := range t.People {
			if who.Party == p && which(who) {
				rows = append(rows, document.Row(p.Label(), who.Name, who.Title, reach(who), roles(who)))
			}
		}
	}
	return document.Grid([]document.Column{{Title: "Party", Width: 2}, {Title: "Name", Width: 3}, {Title: "Title", Width: 3},
		{Title: "Contact", Width: 4}, {Title: "Roles", Width: 4}}, rows)
}

func reach(p agreement.Person) string {
	if p.Phone == "" {
		return string(p.Email)
	}
	return string(p.Email) + ", " + p.Phone
}

func roles(p agreement.Person) string {
	var labels []string
	for _, r := range p.Roles {
		labels = append(labels, r.Label())
	}
	return document.Join(labels)
}

func (f Frequency) words() string {
	return map[Frequency]string{Weekly: "every week", Monthly: "every month", BiMonthly: "every two (2) months",
		Quarterly: "every quarter of the calendar year", HalfYear: "every six (6) months", Yearly: "every year"}[f]
}

func (c Committee) chair() document.Text {
	switch c.Chair {
	case ChairA, ChairB:
		return document.T("%s chairs the meetings.", agreement.Party(c.Chair).Label())
	case ChairTurn:
		return document.T("The Parties chair the meetings in turn, Party A first.")
	}
	return document.T("The committee chooses who chairs a meeting.")
}

// meetings say what is agreed about the single meeting, each in a sentence.
func (c Committee) meetings() []document.Text {
	var steps []document.Text
	say := func(days int, format string) {
		if days > 0 {
			steps = append(steps, document.T(format, document.Count(int64(days), "Business Day")))
		}
	}
	say(c.NoticeDays, "The Party that chairs a meeting shall send the invitation and the agenda at least %s before the meeting.")
	say(c.MinutesDays, "The Party that chairs a meeting shall send the minutes, with the decisions taken, to all members within %s after the meeting.")
	say(c.UrgentDays, "At the request of either Party, the Parties shall hold a meeting within %s of the request.")
	return steps
}

func (c Committee) duties() []document.Block {
	if len(c.Responsibilities) == 0 {
		return nil
	}
	var items []document.Text
	for _, r := range c.Responsibilities {
		items = append(items, document.T("%s", r))
	}
	return []document.Block{document.Para("The committee is responsible for:"), document.Lettered(items...)}
}

func (t Terms) decisionWords() document.Clause {
	var rows [][]document.Text
	for _, d := range t.Decisions {
		rows = append(rows, document.Row(d.title(), d.deciders(), d.Rule.words(), d.Expiry.Words()))
	}
	return agreement.Clause("7.2").Says(
		document.Para("The Parties decide the following matters as the table states:"),
		document.Grid([]document.Column{{Title: "Matter", Width: 3}, {Title: "Decided by", Width: 3}, {Title: "Rule", Width: 5}, {Title: "A proposal lapses after", Width: 3}}, rows),
		document.Para("Each person who decides may make a proposal. A proposal passes when the rule in the table is met, and lapses if that has not happened within the time in the table. Silence is not consent. The Parties shall record each decision with the proposal, the votes and the date. A decision binds both Parties."),
		document.Para("Where each Party decides for itself, a decision binds only the Party that took it. A price that [[6.2]] requires the Parties to agree is decided by those who decide on pricing, for both Parties together. A decision does not amend this Agreement; [[13.5]] governs amendments."),
	)
}

func (d Decision) title() string {
	if d.Matter == Other {
		return document.Capital(d.About)
	}
	return map[Matter]string{Strategic: "Strategic matters", Technical: "Technical matters", Marketing: "Marketing matters", Pricing: "Pricing"}[d.Matter]
}

// deciders are the people who decide: "the steering committee", "the technical leads".
func (d Decision) deciders() string {
	switch {
	case d.DecidedBy == agreement.Committee:
		return "the steering committee"
	case d.DecidedBy == agreement.Signatory:
		return "the signatories"
	case d.DecidedBy == "":
		return ""
	}
	return "the " + d.DecidedBy.Label() + "s"
}

func (r VotingRule) words() string {
	return map[VotingRule]string{
		Unanimous: "unanimous: all who take part vote for it, and the quorum is met where the committee decides",
		Mutual:    "mutual: at least one for each Party votes for it, and no one votes against it",
		EachOwn:   "each Party decides for itself",
	}[r]
}

func (r Reviews) words() document.Clause {
	planning := document.Tick(r.AnnualPlanning, "**Annual planning.** Once a year, the Parties shall plan the next calendar year together.")
	if r.PlanningMonth >= 1 && r.PlanningMonth <= 12 {
		planning = document.Tick(r.AnnualPlanning, "**Annual planning.** Once a year, in %s, the Parties shall plan the next calendar year together.", time.Month(r.PlanningMonth))
	}
	return agreement.Clause("7.3").Says(
		document.Para("The Parties review the partnership as chosen below:"),
		document.Ticks(
			document.Tick(r.Quarterly, "**Quarterly reviews.** The Parties shall review the partnership in the steering committee after each quarter of the calendar year, on the basis of what has been recorded under this Agreement."),
			planning,
			document.Tick(r.KPIs, "**Key performance indicators.** The Parties shall measure the key performance indicators of [[G]] and take them into account in their reviews."),
		),
		document.Para("The Parties shall record the result of each review. It counts when both have approved it."),
	)
}
