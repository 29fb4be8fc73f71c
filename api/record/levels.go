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
			"what Schedule C leaves out of calls is left out. Announced maintenance and force majeure are not taken out yet: minutes of them count as they were."}, d.listLevels)
}

// Levels measures the service levels of an agreement.
type Levels func(ctx context.Context, s articles.State, now time.Time) ([]levels.Measure, error)

type level struct {
	Component   string    `json:"component"`
	Environment string    `json:"environment" enum:"test,production"`
	From        time.Time `json:"from"`
	To          time.Time `json:"to" doc:"Up to here calls are stated and measured."`
	Kept        bool      `json:"kept" doc:"Whether every figure is kept so far."`
	Minutes     int64     `json:"minutes" doc:"Of the time measured."`
	Down        int64     `json:"down_minutes" doc:"Minutes in which half or more of the calls made failed through a cause on the provider's side."`
	Calls       int64     `json:"calls" doc:"Calls that count."`
	Faults      int64     `json:"provider_failures"`
	Caller      int64     `json:"caller_failures"`
	Node        int64     `json:"ended_by_node" doc:"Cut under a clause, or by a stop of the node."`
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
		one := level{m.Component, string(m.Environment), m.From, m.To, m.Kept(), m.Minutes, m.Down, m.Calls.Made, m.Calls.Faults, m.Calls.Caller, m.Calls.Node, nil}
		for _, f := range m.Figures {
			one.Figures = append(one.Figures, figure(f))
		}
		out.Body.Items = append(out.Body.Items, one)
	}
	return &out, nil
}
