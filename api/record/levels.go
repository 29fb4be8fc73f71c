package record

import (
	"context"
	"net/http"
	"time"

	"entente/api/rest"
	"entente/articles"
	"entente/levels"
)

func (d *Shelf) levels(to *rest.Desk) {
	rest.Add(to, rest.Operation{Method: http.MethodGet, Path: "/api/v1/agreements/{id}/levels", ID: "list-levels", Tag: "usage", Roles: []string{rest.Anyone},
		Summary: "The service levels of Schedule C, promised and measured",
		About: "Over the window that goes on now, from the records of real calls, as far as their hours are stated. Failures are told apart by whose doing they were; " +
			"what Schedule C leaves out is left out: calls of either kind, and the minutes of maintenance that was announced in time. Force majeure is for the parties to claim: minutes of it count as they were."}, d.listLevels)
}

// Levels measures the service levels of an agreement.
type Levels func(ctx context.Context, s articles.State, now time.Time) ([]levels.Measure, error)

type level struct {
	Component   string    `json:"component"`
	Environment string    `json:"environment" enum:"test,production"`
	From        time.Time `json:"from"`
	To          time.Time `json:"to" doc:"Up to here calls are stated and measured."`
	Kept        bool      `json:"kept" doc:"Whether every figure is kept so far."`
	Minutes     int64     `json:"minutes" doc:"Of the time measured, without those excluded."`
	Excluded    int64     `json:"excluded_minutes" doc:"Minutes of maintenance that was announced in time."`
	Down        int64     `json:"down_minutes" doc:"Of the minutes, in which half or more of the calls that count failed through a cause on the provider's side."`
	Calls       int64     `json:"calls" doc:"Calls that count."`
	Made        int64     `json:"calls_made" doc:"All calls, those that do not count too."`
	Faults      int64     `json:"provider_failures"`
	Caller      int64     `json:"caller_failures"`
	Cut         int64     `json:"cut_under_a_clause" doc:"Ended by the node under a clause, for example at a limit."`
	Node        int64     `json:"gateway_failures" doc:"Ended because the node stopped. They count for nobody."`
	Figures     []figure  `json:"figures"`
}

type figure struct {
	Name     string `json:"name" doc:"availability, error rate, latency p95 to the first byte, throughput."`
	Promised string `json:"promised"`
	Measured string `json:"measured" doc:"none, if there was nothing to measure."`
	Kept     bool   `json:"kept"`
}

type levelsAnswer struct {
	Body struct {
		Items []level `json:"items"`
	}
}

func (d *Shelf) listLevels(ctx context.Context, v rest.Visit, _ *rest.Of) (*levelsAnswer, error) {
	view, err := d.Register.View(v.ID)
	if err != nil {
		return nil, err
	}
	all, err := d.Levels(ctx, view.State, d.Now())
	if err != nil {
		return nil, err
	}
	var out levelsAnswer
	for _, m := range all {
		one := level{m.Component, string(m.Environment), m.From, m.To, m.Kept(), m.Minutes, m.Excluded, m.Down, m.Counting, m.Calls.Made, m.Calls.Faults, m.Calls.Caller, m.Calls.Cut, m.Calls.Node, nil}
		for _, f := range m.Figures {
			one.Figures = append(one.Figures, figure(f))
		}
		out.Body.Items = append(out.Body.Items, one)
	}
	return &out, nil
}
