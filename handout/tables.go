package handout

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"entente/agreement"
	"entente/articles/deadlines"
	"entente/document"
	"entente/events"
	"entente/meter"
	"entente/register"
)

// Usage is where metered calls are added up.
type Usage interface {
	Summary(ctx context.Context, q meter.Query) ([]meter.Sum, error)
}

// A Sheet is a table: the names of its columns, and its rows.
type Sheet struct {
	columns []string
	rows    [][]string
}

// Tables are the names of all tables.
var Tables = []string{"deadlines", "keys", "ledger", "milestones", "usage"}

// Table makes the table of a name; the error is register.ErrUnknown if there is none.
func (d *Desk) Table(ctx context.Context, v *register.View, name string) (Sheet, error) {
	switch name {
	case "deadlines":
		return d.deadlineSheet(v), nil
	case "keys":
		return keySheet(v), nil
	case "ledger":
		return d.ledgerSheet(ctx, v)
	case "milestones":
		return milestoneSheet(v), nil
	case "usage":
		return d.usageSheet(ctx, v)
	}
	return Sheet{}, register.ErrUnknown
}

// The forms of a table. CSV is RFC 4180 in UTF-8, in which no cell is a formula to a spreadsheet; JSON is a list of
// objects with the same columns, all of them text.
const (
	CSV  = "csv"
	JSON = "json"
)

// In is the table in a form, and its media type; register.ErrUnknown if there is no such form.
func (s Sheet) In(form string) (media string, b []byte, err error) {
	switch form {
	case CSV:
		b, err = s.csv()
		return "text/csv; charset=utf-8", b, err
	case JSON:
		b, err = json.Marshal(s.objects())
		return "application/json", b, err
	}
	return "", nil, register.ErrUnknown
}

// FileName is what the file of a table is called.
func FileName(id agreement.ID, table, form string) string {
	return fmt.Sprintf("%s-%s.%s", id, table, form)
}

func (s Sheet) objects() []map[string]string {
	all := make([]map[string]string, len(s.rows))
	for i, row := range s.rows {
		all[i] = map[string]string{}
		for n, column := range s.columns {
			all[i][column] = row[n]
		}
	}
	return all
}

func (s Sheet) csv() ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	for _, row := range append([][]string{s.columns}, s.rows...) {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = document.Cell(cell)
		}
		if err := w.Write(cells); err != nil {
			return nil, fmt.Errorf("writing a table: %w", err)
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func (d *Desk) deadlineSheet(v *register.View) Sheet {
	s := Sheet{columns: []string{"day", "due", "clause", "what", "owes", "role", "state"}}
	for _, one := range deadlines.Of(v.State, d.Now()) {
		s.rows = append(s.rows, []string{one.Day.String(), stamp(one.Due), string(one.Clause), one.What, string(one.Owes), string(one.Role), string(one.State)})
	}
	return s
}

func keySheet(v *register.View) Sheet {
	s := Sheet{columns: []string{"key", "party", "component", "environment", "purpose", "class", "method", "label", "issued", "expires", "revoked"}}
	for _, k := range v.State.Keys() {
		s.rows = append(s.rows, []string{k.ID, string(k.Party), k.Component, string(k.Environment), string(k.Purpose), string(k.Class), string(k.Method), k.Label, stamp(k.Issued), stamp(k.Expires), stamp(k.Revoked)})
	}
	return s
}

func milestoneSheet(v *register.View) Sheet {
	s := Sheet{columns: []string{"milestone", "title", "responsible", "due", "before_production", "confirmed_by_a", "confirmed_by_b", "completed"}}
	for _, r := range v.State.Text().Integration.Requirements {
		at := v.State.Integration.Milestones[r.ID]
		s.rows = append(s.rows, []string{r.ID, r.Title, string(r.Owner()), r.Due.String(), strconv.FormatBool(r.BeforeProduction), stamp(at.Confirmed["a"].At), stamp(at.Confirmed["b"].At), stamp(at.Completed)})
	}
	return s
}

// mostEntries is how many entries a table of the ledger has: the last.
const mostEntries = 10_000

func (d *Desk) ledgerSheet(ctx context.Context, v *register.View) (Sheet, error) {
	s := Sheet{columns: []string{"position", "time", "clause", "type", "party", "actor", "says"}}
	for place := events.Place(max(0, v.Size-mostEntries) - 1); ; {
		found, to, err := d.Reader.After(ctx, v.State.ID, place, 500, nil)
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

func (d *Desk) usageSheet(ctx context.Context, v *register.View) (Sheet, error) {
	zone := v.State.Text().Frame().Zone()
	now := d.Now()
	sums, err := d.Usage.Summary(ctx, meter.Query{Agreement: string(v.State.ID), From: meter.DayOf(now.AddDate(-1, 0, 0), zone), To: meter.DayOf(now, zone), Zone: zone})
	if err != nil {
		return Sheet{}, err
	}
	s := Sheet{columns: []string{"day", "component", "environment", "purpose", "calls", "failed", "interrupted", "tokens", "estimated", "bytes_in", "bytes_out", "tool_calls", "units"}}
	for _, one := range sums {
		s.rows = append(s.rows, []string{string(one.Day), one.Component, one.Environment, one.Purpose, whole(one.Calls), whole(one.Failed), whole(one.Interrupted), whole(one.Tokens.Total()), whole(one.Estimated),
			whole(one.BytesIn), whole(one.BytesOut), whole(one.ToolCalls), whole(one.Units)})
	}
	return s, nil
}

func whole(n int64) string { return strconv.FormatInt(n, 10) }
