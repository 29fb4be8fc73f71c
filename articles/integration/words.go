package integration

import (
	"slices"

	"entente/agreement"
	"entente/calendar"
	"entente/document"
)

// Words are the clauses of Article 2.
func (t Terms) Words(f agreement.Frame) []document.Clause {
	clauses := []document.Clause{t.Access.words(), t.requirements(f), t.Standards.words(), t.Support.words(f)}
	if len(f.Components) > 0 {
		return clauses
	}
	for i, idle := range []struct {
		terms any
		says  string
	}{
		{t.Access, "The Parties list no Component in [[1.2]], so neither Party gives access under this clause."},
		{t.Requirements, "The Parties have agreed no requirement."},
		{t.Standards, "The Parties list no Component in [[1.2]], so they have agreed no standard."},
		{t.Support, "The Parties have agreed no support."},
	} {
		if agreement.Blank(idle.terms) {
			clauses[i].Blocks = []document.Block{document.Para(idle.says)}
		}
	}
	return clauses
}

func (a Access) words() document.Clause {
	return agreement.Clause("2.1").Says(
		document.Para("Each Party shall give the other Party access to the Components that it provides, as chosen below and under the licences of [[4.3]]. Each key is for one Component, one environment and one purpose. A Party shall keep its keys and tokens secret."),
		document.Ticks(
			document.Tick(a.APIs, "**APIs.** The Party that provides a Component offered by API shall give the other Party access to it as [[A]] specifies."),
			a.sdks(),
			a.embedded(),
			document.Tick(a.Documentation, "**Documentation and technical support.** The Party that provides a Component shall give the other Party the documentation of the Component and technical support for its use."),
			document.Tick(a.TestEnvironment, "**Test environment.** The Party that provides a Component shall give the other Party access to a test environment of it from the Effective Date."),
			document.Tick(a.Production, "**Production upon completion.** The Party that provides a Component shall give the other Party access to its production environment as soon as, and for as long as, every requirement that [[2.2]] places before production is complete."),
		),
		document.Para("A use that this clause or [[A]] does not allow is refused."),
	)
}

func (a Access) sdks() document.Option {
	const deliver = "**SDKs.** The Party that provides a Component offered as an SDK shall deliver its supported versions to the other Party. "
	if !a.SDKs {
		return document.Tick(false, deliver+"Licence tokens are renewed while this Agreement is in force, and not after.")
	}
	return document.Tick(true, deliver+"A licence token is valid for %s. It is renewed while this Agreement is in force, and not after.", or(a.SDKLicence, UsualSDKLicence).Words())
}

func (a Access) embedded() document.Option {
	const show = "**Embedded Components.** The Party that provides a Component offered for embedding shall let the other Party show it on pages of the origins that [[A]] lists. "
	if !a.Embedded {
		return document.Tick(false, show+"Tokens that show the Component are short-lived.")
	}
	return document.Tick(true, show+"A token that shows the Component is valid for %s.", or(a.EmbedToken, UsualEmbedToken).Words())
}

func or(d, usual calendar.Duration) calendar.Duration {
	if d.IsZero() {
		return usual
	}
	return d
}

func (t Terms) requirements(f agreement.Frame) document.Clause {
	var blocks []document.Block
	opens := len(f.Components) > 0 // something in production
	if opens {
		blocks = append(blocks, t.opening())
	}
	if len(t.Requirements) > 0 {
		blocks = append(blocks, document.Para("The Party that the following table names as responsible shall complete each requirement by its due date and record evidence of it. Where both Parties are responsible, the requirement is complete when the technical leads of both Parties have confirmed it."),
			t.table(opens))
	}
	return agreement.Clause("2.2").Says(blocks...)
}

func (t Terms) table(opens bool) document.Block {
	columns := []document.Column{{Title: "Requirement", Width: 5}, {Title: "Kind", Width: 3}, {Title: "Responsible", Width: 2}, {Title: "Due", Width: 3}}
	if opens {
		columns = append(columns, document.Column{Title: "Before production", Width: 2})
	}
	evidence := slices.ContainsFunc(t.Requirements, func(r Requirement) bool { return r.Evidence != "" })
	if evidence {
		columns = append(columns, document.Column{Title: "Evidence", Width: 4})
	}
	var rows [][]document.Text
	for _, r := range t.Requirements {
		rows = append(rows, r.row(opens, evidence))
	}
	return document.Grid(columns, rows)
}

func (r Requirement) row(opens, evidence bool) []document.Text {
	owner := "not stated"
	if r.Owner() != "" {
		owner = r.Owner().Label()
	}
	row := document.Row(r.Title+" ("+r.ID+")", r.Kind.Label(), owner, r.Due.Words())
	if opens {
		row = append(row, document.T(map[bool]string{true: "yes", false: "no"}[r.BeforeProduction]))
	}
	if evidence {
		row = append(row, document.Stated(r.Evidence, "any that shows completion"))
	}
	return row
}

func (t Terms) opening() document.Block {
	if len(t.BeforeProduction()) == 0 {
		return document.Para("No requirement must be complete before access to production under [[2.1]] opens.")
	}
	return document.Para("Access to production under [[2.1]] opens when every requirement in the following table that is marked “yes” under “Before production” is complete. If such a requirement is reopened, access to production closes until the requirement is complete again.")
}

func (s Standards) words() document.Clause {
	return agreement.Clause("2.3").Says(
		document.Para("Each Party shall make sure that the Components it provides meet the standards chosen below."),
		document.Ticks(
			document.Tick(s.Security, "**Security.** The Components meet the security requirements of [[B]]."),
			document.Tick(s.Performance, "**Performance.** The Components meet the performance standards of [[C]]."),
			document.Tick(s.DataFormats, "**Data formats.** Requests and responses conform to the data formats of [[A]]. In the test environment a violation is reported. In production it is refused."),
			s.industry(),
		),
	)
}

func (s Standards) industry() document.Option {
	if len(s.Industry) == 0 {
		return document.Tick(false, "**Industry standards.** The Components meet the industry standards that the Parties name.")
	}
	o := document.Tick(true, "**Industry standards.** The Components meet the industry standards in the following table.")
	var rows [][]document.Text
	for _, i := range s.Industry {
		until := document.T("without an end")
		if !i.ValidUntil.IsZero() {
			until = document.T("%s", i.ValidUntil.Words())
		}
		rows = append(rows, document.Row(i.Name, i.Responsible.Label(), document.Stated(i.Component, "all Components"), document.Stated(i.Evidence, "none is stated"), until))
	}
	return o.With(document.Grid([]document.Column{{Title: "Standard", Width: 4}, {Title: "To be met by", Width: 2}, {Title: "Component", Width: 3}, {Title: "Evidence", Width: 4}, {Title: "Valid until", Width: 3}}, rows),
		document.Para("The Party that has to meet a standard shall renew its evidence before the evidence ends, and shall show it under [[8.2]]."))
}

func (s Support) words(f agreement.Frame) document.Clause {
	return agreement.Clause("2.4").Says(
		document.Para("The Parties support each other as chosen below."),
		document.Ticks(s.own(f), s.critical(), s.designated(f), s.assistance()),
		document.Para("If a time under this clause is missed, the Party that raised the case may bring it before the steering committee of [[7.1]]."),
	)
}

func (s Support) own(f agreement.Frame) document.Option {
	o := document.Tick(s.OwnComponents, "**Own Components.** Each Party shall support the Components that it provides.")
	if len(s.Severities) == 0 {
		return o
	}
	var rows [][]document.Text
	for _, v := range s.Severities {
		resolution := document.T("no time is stated")
		if !v.Resolution.IsZero() {
			resolution = document.T("%s", v.Resolution.Words())
		}
		rows = append(rows, document.Row(string(v.Level), document.Phrase(v.Meaning), v.Response.Words(), resolution, v.clock()))
	}
	o = o.With(document.Para("A Party shall respond to a case, and resolve it or provide a workaround, within the times in the following table, counted from the receipt of the case. An automatic reply is not a response."),
		document.Grid([]document.Column{{Title: "Severity", Width: 2}, {Title: "Meaning", Width: 5}, {Title: "Response", Width: 3}, {Title: "Resolution", Width: 3}, {Title: "Time runs", Width: 3}}, rows))
	if s.Hours == nil {
		return o
	}
	return o.With(document.Para("Business hours are from %s to %s on each Business Day, in the time zone of this Agreement. Where time runs in business hours, a day is a Business Day.", string(s.Hours.From), string(s.Hours.To)))
}

func (v Severity) clock() string {
	if v.BusinessHours {
		return "in business hours"
	}
	return "at any hour"
}

func (s Support) critical() document.Option {
	if s.CriticalResponse.IsZero() {
		return document.Tick(false, "**Critical cases.** A Party shall first respond to a critical case promptly, at any hour of any day.")
	}
	return document.Tick(true, "**Critical cases.** A Party shall first respond to a critical case within %s, at any hour of any day. An automatic reply is not a response.", s.CriticalResponse.Words())
}

func (s Support) designated(f agreement.Frame) document.Option {
	o := document.Tick(len(s.Contacts) > 0, "**Designated contacts.** Each Party shall handle support through designated contacts. A stand-in acts when the contact cannot.")
	if len(s.Contacts) == 0 {
		return o
	}
	var rows [][]document.Text
	for _, c := range s.Contacts {
		side := "not known"
		if p, ok := f.Person(c.Person); ok {
			side = p.Party.Label()
		}
		rows = append(rows, document.Row(side, document.Stated(c.Component, "all of its Components"), named(f, c.Person), named(f, c.StandIn)))
	}
	return o.With(document.Grid([]document.Column{{Title: "Party", Width: 2}, {Title: "Component", Width: 3}, {Title: "Contact", Width: 3}, {Title: "Stand-in", Width: 3}}, rows))
}

func named(f agreement.Frame, id string) document.Text {
	if p, ok := f.Person(id); ok {
		return document.T("%s", p.Name)
	}
	return document.Stated(id, "none is named")
}

func (s Support) assistance() document.Option {
	const give = "**Assistance.** Each Party shall give the other Party reasonable assistance with the integration"
	if s.AssistanceHours > 0 {
		return document.Tick(s.ReasonableAssistance, give+", up to %s in each calendar month without charge.", document.Count(int64(s.AssistanceHours), "hour"))
	}
	return document.Tick(s.ReasonableAssistance, give+".")
}
