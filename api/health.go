package api

import (
	"context"
	"net/http"

	"entente/agreement"
	"entente/api/rest"
)

type health struct {
	Status   string         `json:"status" enum:"ok" doc:"It runs."`
	ReadOnly []agreement.ID `json:"read_only,omitempty" doc:"The agreements that are read-only and whose calls are refused, because their ledgers do not verify or are of a later release."`
}

type healthy struct{ Body health }

func (d *desk) health() {
	rest.Add(d.Desk, rest.Operation{Method: http.MethodGet, Path: "/livez", ID: "livez", Tag: "node", Summary: "Whether the node runs",
		About: "For a supervisor that starts the node again if it does not answer."},
		func(context.Context, rest.Visit, *rest.Nothing) (*healthy, error) {
			return &healthy{health{Status: "ok"}}, nil
		})
	rest.Add(d.Desk, rest.Operation{Method: http.MethodGet, Path: "/readyz", ID: "readyz", Tag: "node", Summary: "Whether the node can answer",
		About: "For a load balancer. 503 says why the node should get no work. An agreement that is read-only is named, and keeps the others from nothing."}, d.readyz)
	rest.Add(d.Desk, rest.Operation{Method: http.MethodGet, Path: "/openapi.json", ID: "openapi", Tag: "node", Summary: "This document", About: "OpenAPI 3.1, made from the operations as they are served.", Media: "application/openapi+json"},
		func(context.Context, rest.Visit, *rest.Nothing) (*rest.File, error) {
			b, err := d.OpenAPI()
			return &rest.File{Type: "application/openapi+json", Body: b}, err
		})
}

func (d *desk) readyz(ctx context.Context, _ rest.Visit, _ *rest.Nothing) (*healthy, error) {
	if d.Ready != nil {
		if err := d.Ready(ctx); err != nil {
			d.Logger().Warn("the node is not ready", "error", err)
			return nil, rest.Unavailable("not-ready", err.Error())
		}
	}
	answer := health{Status: "ok"}
	for _, v := range d.Register.Views() {
		if v.Broken != nil {
			answer.ReadOnly = append(answer.ReadOnly, v.State.ID)
		}
	}
	return &healthy{answer}, nil
}
