package feeds

import (
	"context"

	"entente/api/rest"
	"entente/handout"
)

func (d *Desk) tables(to *rest.Desk) {
	place := rest.Place{Path: "/api/v1/agreements/{id}/tables", Tag: "tables"}
	o := place.Read("/{table}", "get-table", "A table for spreadsheets (CSV) or programs (JSON)",
		"`format=csv` is RFC 4180 in UTF-8; a cell that a spreadsheet would take for a formula begins with an apostrophe. `format=json` is a list of objects with the same columns. `usage` is by day, of the last 366 days; `ledger` is the last 10,000 entries.").As("text/csv; charset=utf-8")
	o.Either = []map[string]string{}
	rest.Add(to, o, d.table)
}

type tableInput struct {
	rest.Of
	Table  string `path:"table" enum:"deadlines,keys,ledger,milestones,usage" doc:"Which table."`
	Format string `query:"format" enum:"csv,json" default:"csv" doc:"The form of the table."`
}

func (d *Desk) table(ctx context.Context, v rest.Visit, in *tableInput) (*rest.File, error) {
	made, err := d.Handout.Table(ctx, v.View, in.Table)
	if err != nil {
		return nil, err
	}
	media, b, err := made.In(in.Format)
	return &rest.File{Type: media, Disposition: `attachment; filename="` + handout.FileName(v.ID, in.Table, in.Format) + `"`, Body: b}, err
}
