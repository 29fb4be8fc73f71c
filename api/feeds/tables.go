package feeds

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"time"

	"entente/api/rest"
	"entente/articles/deadlines"
	"entente/events"
	"entente/meter"
)

// Usage is where metered calls are added up.
type Usage interface {
	Summary(ctx context.Context, q meter.Query) ([]meter.Sum, error)
}

func (d *Desk) tables(to *rest.Desk) {
	place := rest.Place{Path: "/api/v1/agreements/{id}/tables", Tag: "tables"}
	o := place.Read("/{table}", "get-table", "A table for spreadsheets (CSV) or programs (JSON)",
		"`format=csv` is RFC 4180 in UTF-8; a cell that a spreadsheet would take for a formula begins with an apostrophe. `format=json` is a list of objects with the same columns. `usage` is by day, of the last 366 days; `ledger` is the last 10,000 entries.").As("text/csv; charset=utf-8")
	rest.Add(to, o, d.table)
}

type tableInput struct {
	rest.Of
	Table  string `path:"table" enum:"deadlines,keys,ledger,milestones,usage"`
	Format string `query:"format" enum:"csv,json" default:"csv"`
}

// A sheet is a table: the names of its columns, and its rows.
type sheet struct {
	columns []string
	rows    [][]string
}

func (d *Desk) table(ctx context.Context, v rest.Visit, in *tableInput) (*rest.File, error) {
	made, err := map[string]func(context.Context, rest.Visit) (sheet, error){
		"deadlines": d.deadlineSheet, "keys": d.keySheet, "ledger": d.ledgerSheet, "milestones": d.milestoneSheet, "usage": d.usageSheet}[in.Table](ctx, v)
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf(`attachment; filename="%s-%s.%s"`, v.ID, in.Table, in.Format)
	if in.Format == "json" {
		b, err := rest.Encode(made.objects())
		return &rest.File{Type: "application/json", Disposition: name, Body: b}, err
	}
	b, err := made.csv()
	return &rest.File{Type: "text/csv; charset=utf-8", Disposition: name, Body: b}, err
}

func (s sheet) objects() []map[string]string {
	all := make([]map[string]string, len(s.rows))
	for i, row := range s.rows {
		all[i] = map[string]string{}
		for n, column := range s.columns {
			all[i][column] = row[n]
		}
	}
	return all
}

func (s sheet) csv() ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	for _, row := range append([][]string{s.columns}, s.rows...) {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = harmless(cell)
		}
		if err := w.Write(cells); err != nil {
			return nil, fmt.Errorf("writing a table: %w", err)
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// harmless is a cell that no spreadsheet takes for a formula.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func (d *Desk) deadlineSheet(_ context.Context, v rest.Visit) (sheet, error) {
	s := sheet{columns: []string{"day", "due", "clause", "what", "owes", "role", "state"}}
	for _, one := range deadlines.Of(v.View.State, d.Now()) {
		s.rows = append(s.rows, []string{one.Day.String(), stamp(one.Due), string(one.Clause), one.What, string(one.Owes), string(one.Role), string(one.State)})
	}
	return s, nil
}

func (d *Desk) keySheet(_ context.Context, v rest.Visit) (sheet, error) {
	s := sheet{columns: []string{"key", "party", "component", "environment", "purpose", "class", "method", "label", "issued", "expires", "revoked"}}
	for _, k := range v.View.State.Keys() {
		s.rows = append(s.rows, []string{k.ID, string(k.Party), k.Component, string(k.Environment), string(k.Purpose), string(k.Class), string(k.Method), k.Label, stamp(k.Issued), stamp(k.Expires), stamp(k.Revoked)})
	}
	return s, nil
}

func (d *Desk) milestoneSheet(_ context.Context, v rest.Visit) (sheet, error) {
	s := sheet{columns: []string{"milestone", "title", "responsible", "due", "before_production", "confirmed_by_a", "confirmed_by_b", "completed"}}
	for _, r := range v.View.State.Text().Integration.Requirements {
		at := v.View.State.Integration.Milestones[r.ID]
		s.rows = append(s.rows, []string{r.ID, r.Title, string(r.Owner()), r.Due.String(), strconv.FormatBool(r.BeforeProduction), stamp(at.Confirmed["a"].At), stamp(at.Confirmed["b"].At), stamp(at.Completed)})
	}
	return s, nil
}

// mostEntries is how many entries a table of the ledger has: the last.
const mostEntries = 10_000

func (d *Desk) ledgerSheet(ctx context.Context, v rest.Visit) (sheet, error) {
	s := sheet{columns: []string{"position", "time", "clause", "type", "party", "actor", "says"}}
	for place := events.Place(max(0, v.View.Size-mostEntries) - 1); ; {
		found, to, err := d.Streams.After(ctx, v.ID, place, 500, nil)
		if err != nil {
			return s, err
		}
		for _, e := range found {
			s.rows = append(s.rows, []string{strconv.FormatInt(e.Data.Position, 10), e.Time.Format(time.RFC3339Nano), e.Subject, e.Type, e.Data.Party, e.Data.Actor, e.Data.Says})
		}
		if to == place {
			return s, nil
		}
		place = to
	}
}

func (d *Desk) usageSheet(ctx context.Context, v rest.Visit) (sheet, error) {
	zone := v.View.State.Text().Frame().Zone()
	now := d.Now()
	sums, err := d.Usage.Summary(ctx, meter.Query{Agreement: string(v.ID), From: meter.DayOf(now.AddDate(-1, 0, 0), zone), To: meter.DayOf(now, zone), Zone: zone})
	if err != nil {
		return sheet{}, err
	}
	s := sheet{columns: []string{"day", "component", "environment", "purpose", "calls", "failed", "interrupted", "tokens", "estimated", "bytes_in", "bytes_out", "tool_calls", "units"}}
	for _, one := range sums {
		s.rows = append(s.rows, []string{string(one.Day), one.Component, one.Environment, one.Purpose, whole(one.Calls), whole(one.Failed), whole(one.Interrupted), whole(one.Tokens.Total()), whole(one.Estimated),
			whole(one.BytesIn), whole(one.BytesOut), whole(one.ToolCalls), whole(one.Units)})
	}
	return s, nil
}

func whole(n int64) string { return strconv.FormatInt(n, 10) }
