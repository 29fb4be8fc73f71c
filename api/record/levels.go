package record

import (
	"context"
	"time"

	"entente/agreement"
	"entente/api/rest"
	"entente/articles"
	"entente/articles/performance"
	"entente/levels"
	"entente/money"
)

func (d *Shelf) levels(to *rest.Desk) {
	rest.Add(to, rest.Place{Path: "/api/v1/agreements/{id}", Tag: "usage"}.Read("/levels", "list-levels", "The service levels of Schedule C, promised and measured",
		"Over the window that goes on now, from the records of real calls, as far as their hours are stated. Failures are told apart by whose doing they were; "+
			"what Schedule C leaves out is left out: calls of either kind, and the minutes of maintenance that was announced in time. Force majeure is for the parties to claim: minutes of it count as they were. "+
			"When a window is over and all its use is stated, the node enters in the ledger what it came to, the service credits and the right to leave that follow."), d.listLevels)
}

// Levels measures the service levels of an agreement.
type Levels func(ctx context.Context, s articles.State, now time.Time) ([]levels.Measure, error)

type level struct {
	Component   string    `json:"component"`
	Environment string    `json:"environment" enum:"test,production"`
	From        time.Time `json:"from" doc:"When the window begins."`
	To          time.Time `json:"to" doc:"Up to here calls are stated and measured."`
	Kept        bool      `json:"kept" doc:"Whether every figure is kept so far."`
	Minutes     int64     `json:"minutes" doc:"Of the time measured, without those excluded."`
	Excluded    int64     `json:"excluded_minutes" doc:"Minutes of maintenance that was announced in time."`
	Down        int64     `json:"down_minutes" doc:"Of the minutes, in which half or more of the calls that count failed through a cause on the provider's side."`
	Calls       int64     `json:"calls" doc:"Calls that count."`
	Made        int64     `json:"calls_made" doc:"All calls, those that do not count too."`
	Faults      int64     `json:"provider_failures" doc:"Calls that failed through a cause on the provider’s side."`
	Caller      int64     `json:"caller_failures" doc:"Calls that failed through a cause on the caller’s side."`
	Cut         int64     `json:"cut_under_a_clause" doc:"Ended by the node under a clause, for example at a limit."`
	Refused     int64     `json:"refused" doc:"Calls that were refused under a clause and never made, on the UTC days of the time. They are none of the calls."`
	Node        int64     `json:"gateway_failures" doc:"Ended because the node stopped. They count for nobody."`
	Figures     []figure  `json:"figures" doc:"What Schedule C promises, each with what was measured."`
}

type figure struct {
	Name     string `json:"name" doc:"availability, error rate, latency p95 to the first byte, throughput."`
	Promised string `json:"promised" doc:"What Schedule C says."`
	Measured string `json:"measured" doc:"none, if there was nothing to measure."`
	Kept     bool   `json:"kept" doc:"Whether what was measured is as promised."`
}

// past is a window that is over, as the ledger has it.
type past struct {
	Component   string    `json:"component"`
	Environment string    `json:"environment" enum:"test,production"`
	From        time.Time `json:"from" doc:"When the window began."`
	To          time.Time `json:"to" doc:"Without it."`
	Kept        bool      `json:"kept" doc:"Whether every figure was kept."`
	Figures     []figure  `json:"figures" doc:"What Schedule C promises, each with what was measured."`
	Statements  int64     `json:"statements" doc:"Of use, from which it was measured."`
	Basis       string    `json:"basis,omitempty" doc:"The RFC 6962 hash over the roots of these statements, in base64."`
}

type credit struct {
	Component    string          `json:"component"`
	From         time.Time       `json:"from" doc:"When the window began."`
	To           time.Time       `json:"to" doc:"Without it."`
	Creditor     agreement.Party `json:"creditor" enum:"a,b" doc:"The party to which it is owed."`
	Availability string          `json:"availability" doc:"What was measured in the window."`
	Credit       string          `json:"credit" doc:"The share of the fees, as far as the cap allows: 10%."`
	Fees         string          `json:"fees,omitempty" doc:"That the creditor owes for the component and window; absent if none are."`
	Amount       string          `json:"amount,omitempty" doc:"The credit in money; absent if there are no fees."`
	Given        bool            `json:"given" doc:"Whether it is to be deducted: it is not below the least credit, and was entered within the time in which it has to be claimed."`
}

type leave struct {
	Component string          `json:"component"`
	Party     agreement.Party `json:"party" enum:"a,b" doc:"Who may terminate the agreement for it, with the ground service_levels."`
	Missed    int             `json:"missed" doc:"Windows in a row of clause C.5 in which service levels were missed."`
	Until     time.Time       `json:"until,omitzero" doc:"The right may be used before; absent if it does not lapse."`
}

type levelsAnswer struct {
	Body struct {
		Items   []level  `json:"items"`
		Windows []past   `json:"windows" doc:"The windows that are over and of which the node still knows, the newest first."`
		Credits []credit `json:"credits" doc:"The service credits of clause C.4, the newest first."`
		Leave   []leave  `json:"leave" doc:"The rights to leave that are open now."`
	}
}

func figures(all []performance.Figure) []figure {
	out := make([]figure, len(all))
	for i, f := range all {
		out[i] = figure(f)
	}
	return out
}

// amountOf is an amount; empty if there is none.
func amountOf(a money.Amount) string {
	if a.IsZero() {
		return ""
	}
	return a.String()
}

func (d *Shelf) listLevels(ctx context.Context, v rest.Visit, _ *rest.Of) (*levelsAnswer, error) {
	all, err := d.Levels(ctx, v.View.State, d.Now())
	if err != nil {
		return nil, err
	}
	var out levelsAnswer
	for _, m := range all {
		one := level{m.Component, string(m.Environment), m.From, m.To, m.Kept(), m.Minutes, m.Excluded, m.Down, m.Counting, m.Calls.Made, m.Calls.Faults, m.Calls.Caller, m.Calls.Cut, m.Refused, m.Calls.Node, nil}
		one.Figures = figures(m.Figures)
		out.Body.Items = append(out.Body.Items, one)
	}
	s := v.View.State.Performance
	for _, w := range s.Measured() {
		out.Body.Windows = append(out.Body.Windows, past{w.Component, string(w.Environment), w.From, w.To, w.Kept(), figures(w.Figures), w.Statements, w.Basis})
	}
	for _, c := range s.Computed() {
		out.Body.Credits = append(out.Body.Credits, credit{c.Component, c.From, c.To, c.Creditor, c.Availability, c.Share, amountOf(c.Fees), amountOf(c.Amount), c.Given()})
	}
	for _, l := range s.Rights(d.Now()) {
		out.Body.Leave = append(out.Body.Leave, leave(l))
	}
	return &out, nil
}
