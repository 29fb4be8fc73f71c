package performance

import (
	"slices"
	"strings"

	"entente/agreement"
	"entente/calendar"
	"entente/document"
)

// Words are the clauses of Schedule C.
func (p Terms) Words(f agreement.Frame) []document.Clause {
	return []document.Clause{p.levels(), p.measuring(), p.Exclusions.words(), p.credits(), p.Exit.words(), p.limits()}
}

func (p Terms) levels() document.Clause {
	var rows [][]document.Text
	for _, l := range p.Levels {
		rows = append(rows, document.Row(l.Component, string(l.Environment), document.Stated(l.Availability.Words(), "none"), l.latency(), document.Stated(l.ErrorRate.Words(), "none"), l.Throughput.text()))
	}
	return document.Clause{Number: "C.1", Title: "Service levels", Blocks: []document.Block{
		document.Para("If performance is chosen in [[2.3]], the Party that provides a Component shall keep the following service levels. Availability and throughput are the least, latency and error rate the most that the service level allows. “None” means that no service level is promised."),
		document.Grid([]document.Column{{Title: "Component", Width: 3}, {Title: "Environment", Width: 3}, {Title: "Availability", Width: 2, Number: true}, {Title: "Latency", Width: 5},
			{Title: "Error rate", Width: 2, Number: true}, {Title: "Throughput", Width: 4}}, rows),
	}}
}

func (l Level) latency() document.Text {
	var parts []string
	for _, x := range l.Latency {
		until := " to the end of the answer"
		if x.Until == FirstByte {
			until = " to the first byte"
		}
		parts = append(parts, string(x.Percentile)+": "+document.Figure(x.Milliseconds)+" ms"+until)
	}
	return document.Stated(strings.Join(parts, "; "), "none")
}

func (t *Throughput) text() document.Text {
	if t == nil {
		return document.T("none")
	}
	return document.T("%s in "+each(t.Per), counted(t.Requests, "requests"))
}

// Words is the throughput as a sentence says it: “50 requests in a second”.
func (t Throughput) Words() string { return counted(t.Requests, "requests") + " in " + each(t.Per) }

// spans are the windows that limits and throughputs know, and how a sentence names them.
var spans = []struct{ window, name string }{{"PT1S", "a second"}, {"PT1M", "a minute"}, {"PT1H", "an hour"}, {"P1D", "a day"}, {"P1M", "a month"}}

func each(d calendar.Duration) string {
	for _, s := range spans {
		if d.String() == s.window {
			return s.name
		}
	}
	return d.Words()
}

// counted is a number with its noun, which is given in the plural: "1 request", "50,000 requests".
func counted(n int64, nouns string) string {
	if n == 1 {
		nouns = strings.TrimSuffix(nouns, "s")
	}
	return document.Figure(n) + " " + nouns
}

func (p Terms) measuring() document.Clause {
	return document.Clause{Number: "C.2", Title: "Measuring", Blocks: []document.Block{
		document.Para("Service levels are measured from the calls that the Parties make under this Agreement, over one of the following windows:"),
		document.Choice(
			document.Tick(p.Window == CalendarMonth || p.Window == "", "Each calendar month in the time zone of this Agreement."),
			document.Tick(p.Window == CalendarQuarter, "Each calendar quarter in the time zone of this Agreement."),
			document.Tick(p.Window == Rolling30Days, "Any thirty (30) days in a row in the time zone of this Agreement."),
		),
		document.Lettered(
			document.T("**Availability** is the share of the minutes of the window in which the Component was available. A minute in which half or more of the calls made failed through a cause on the side of the providing Party is a minute in which the Component was not available. Excluded minutes count neither as available nor as minutes of the window."),
			document.T("**Latency** is the time from the moment at which a call is passed to the Component. A latency of p95 is the time within which ninety-five of every hundred calls were answered; other percentiles are read likewise. Only calls that were answered to their end count for latency. A call that failed, that the calling Party left or that was ended under this Agreement has none."),
			document.T("**Error rate** is the share of calls that failed through a cause on the side of the providing Party."),
			document.T("**Throughput** is the number of calls in the stated time that the Component takes while it keeps its other service levels."),
		),
		document.Para("A failure of the system through which the Parties call Components under this Agreement is a cause on the side of neither Party. A call that fails only through it does not count."),
	}}
}

func (e Exclusions) words() document.Clause {
	other := document.Tick(false, "**Other causes.** Failures through other causes that the Parties name.")
	if len(e.Other) > 0 {
		var causes []document.Text
		for i, o := range e.Other {
			end := ";"
			if i == len(e.Other)-1 {
				end = "."
			}
			causes = append(causes, document.T("%s"+end, document.Phrase(o)))
		}
		other = document.Tick(true, "**Other causes.** Failures through the following causes:").With(document.Lettered(causes...))
	}
	return document.Clause{Number: "C.3", Title: "Exclusions", Blocks: []document.Block{
		document.Para("The following does not count against a service level:"),
		document.Ticks(
			e.maintenance(),
			document.Tick(e.CallerErrors, "**Errors of the caller.** Calls that fail through a cause on the side of the Party that makes them."),
			document.Tick(e.Refusals, "**Refusals.** Calls that are refused under this Agreement."),
			document.Tick(e.ForceMajeure, "**Force majeure.** Failures through an event described in [[13.9]]."),
			other,
		),
	}}
}

func (e Exclusions) maintenance() document.Option {
	const most = ", up to %s in one window."
	switch {
	case e.MaintenanceNotice.IsZero():
		return document.Tick(false, "**Maintenance.** Minutes of maintenance that the providing Party announces in advance.")
	case e.MaintenanceHours > 0:
		return document.Tick(true, "**Maintenance.** Minutes of maintenance that the providing Party announces in the Record at least %s before it begins"+most, e.MaintenanceNotice.Words(), document.Count(int64(e.MaintenanceHours), "hour"))
	}
	return document.Tick(true, "**Maintenance.** Minutes of maintenance that the providing Party announces in the Record at least %s before it begins.", e.MaintenanceNotice.Words())
}

func (p Terms) credits() document.Clause {
	blocks := []document.Block{
		document.Ticks(p.bands(), p.cap(), p.minimum(), p.claims()),
		document.Para("A service credit is deducted from what is invoiced next under [[6.3]]."),
	}
	if p.Window == Rolling30Days {
		blocks = append(blocks, document.Para("For service credits and the right to leave, windows follow each other without gap or overlap, the first from the day on which this Agreement comes into force."))
	}
	return document.Clause{Number: "C.4", Title: "Service credits", Blocks: blocks}
}

func (p Terms) bands() document.Option {
	o := document.Tick(len(p.Credits) > 0, "**Service credits.** If the availability of a Component in production in one window falls short, the Party that provides it shall credit the other Party a share of the fees that the other Party owes for that Component and window.")
	if len(p.Credits) == 0 {
		return o
	}
	var rows [][]document.Text
	for _, c := range p.Credits {
		rows = append(rows, document.Row(document.Stated(c.Component, "every Component with a service level"), c.Below.Words(), c.Credit.Words()))
	}
	return o.With(document.Grid([]document.Column{{Title: "Component", Width: 4}, {Title: "Availability below", Width: 3, Number: true}, {Title: "Credit of the fees", Width: 3, Number: true}}, rows),
		document.Para("Of several rows that apply, only the one with the highest credit counts."))
}

func (p Terms) cap() document.Option {
	if p.CreditCap.IsZero() {
		return document.Tick(false, "**Cap.** The credits of one window are limited to a share of the fees for the Component and window.")
	}
	return document.Tick(true, "**Cap.** The credits of one window do not exceed %s of the fees for the Component and window.", p.CreditCap.Words())
}

func (p Terms) minimum() document.Option {
	if p.CreditMinimum.IsZero() {
		return document.Tick(false, "**Minimum.** Small credits are not given.")
	}
	return document.Tick(true, "**Minimum.** A credit below %s is not given.", p.CreditMinimum.Words())
}

func (p Terms) claims() document.Option {
	if p.ClaimWindow.IsZero() {
		return document.Tick(false, "**Claim.** The other Party must claim a credit within a time after the end of the window.")
	}
	return document.Tick(true, "**Claim.** The other Party must claim a credit within %s after the end of the window. A credit that is entered in the Record within that time counts as claimed.", p.ClaimWindow.Words())
}

func (e *Exit) words() document.Clause {
	o := document.Tick(false, "**Right to leave.** If service levels of a Component are missed repeatedly, the other Party may terminate this Agreement by notice.")
	switch {
	case e == nil:
	case e.Within.IsZero():
		o = document.Tick(true, "**Right to leave.** If service levels of a Component in production are missed in %s of any %s in a row, the other Party may terminate this Agreement by notice.",
			document.Count(int64(e.Missed), ""), document.Count(int64(e.Of), "window"))
	default:
		o = document.Tick(true, "**Right to leave.** If service levels of a Component in production are missed in %s of any %s in a row, the other Party may terminate this Agreement by notice. The notice must be given within %s after the last of these windows.",
			document.Count(int64(e.Missed), ""), document.Count(int64(e.Of), "window"), e.Within.Words())
	}
	return document.Clause{Number: "C.5", Title: "Right to leave", Blocks: []document.Block{document.Ticks(o)}}
}

func (p Terms) limits() document.Clause {
	var rows [][]document.Text
	for _, l := range p.Limits {
		rows = append(rows, l.row())
	}
	blocks := []document.Block{
		document.Para("The following limits apply when a Party uses a Component of the other Party. A call above a limit is refused, and the refusal states when the next call is possible."),
		document.Grid([]document.Column{{Title: "Component", Width: 3}, {Title: "Environment", Width: 2}, {Title: "Counted together", Width: 3}, {Title: "At most", Width: 4, Number: true}, {Title: "In", Width: 2},
			{Title: "Open calls", Width: 2, Number: true}, {Title: "At the limit", Width: 4}}, rows),
		document.Para("A day and a month are those of the calendar in the time zone of this Agreement. A shorter time may be counted in successive or in rolling spans of its length."),
		document.Para("Before a call passes, the most that it may use is held against each limit; when it has ended, what it used takes the place of what was held. " +
			"A request is held at one token for each of its bytes, and an answer at the maximum that the call states. Where no use is stated at the end of a call, the most that can have been delivered is counted against the limit."),
	}
	return document.Clause{Number: "C.6", Title: "Rate limits and quotas", Blocks: append(blocks, p.limitNotes()...)}
}

// limitNotes are what is said only where a limit asks for it.
func (p Terms) limitNotes() []document.Block {
	var notes []document.Block
	for _, n := range []struct {
		applies func(Limit) bool
		words   string
	}{
		{func(l Limit) bool { return l.Hard && l.Unit != Requests }, "Where a limit ends an answer under way and the call states no maximum, the answer is held part by part as it comes, and ends where no more can be held. An answer in one piece that can then not be held is not delivered."},
		{func(l Limit) bool { return l.Per == PerCustomer }, "A customer is whom the calling Party names in the call, by an identifier that is always the same for the same customer. Calls that name none are counted together, as those for one customer."},
		{func(l Limit) bool { return l.Unit == Money }, "Fees are those of clause 6.1 before any share of them. A limit of fees that is not counted over the calendar month for all use of a Component or a Party counts each unit at the highest of its prices."},
	} {
		if slices.ContainsFunc(p.Limits, n.applies) {
			notes = append(notes, document.Para(n.words))
		}
	}
	return notes
}

func (l Limit) row() []document.Text {
	together := map[LimitPer]string{PerKey: "the calls of one key", PerComponent: "all calls", PerParty: "the calls of one Party",
		PerCustomer: "the calls for one customer"}[l.Per]
	most, in := document.T("not limited"), document.T("no span")
	if l.Quantity() != 0 {
		most, in = l.most(), document.T(each(l.Window))
	}
	open := document.T("not limited")
	if l.Concurrent != 0 {
		open = document.T("%s", document.Figure(l.Concurrent))
	}
	end := "the next call is refused"
	if l.Hard {
		end = "an answer under way ends, and the next call is refused"
	}
	return document.Row(l.Component, string(l.Environment), together, most, in, open, end)
}

func (l Limit) most() document.Text {
	if l.Unit == Money {
		return document.T("%s of fees", l.Amount.Short())
	}
	return document.T("%s", counted(l.Quantity(), string(l.Unit)))
}
