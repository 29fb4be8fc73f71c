package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"entente/meter"
)

// usageColumns are the columns of a record, in the order of Save's arguments and of scanRecord's.
var usageColumns = []string{"id", "agreement", "version", "policy", "key", "party", "component", "environment", "purpose",
	"data_class", "operation", "model", "stream", "client_request", "opened", "closed", "state", "outcome", "status",
	"first_byte", "input_uncached", "cache_read", "cache_write", "output", "reasoning",
	"tokens_known", "estimated", "answered_model", "usage_digest", "bytes_in", "bytes_out",
	"customer", "held_input", "held_output", "held_bytes", "clause", "disputed", "tool_calls", "deviations", "units"}

var columnsOfUsage = strings.Join(usageColumns, ", ")

// saveUsage keeps a record. One that is there already keeps its place in the order; a final one
// takes the place of an open one, and nothing that of a final one. Its placeholders have no numbers:
// the driver looks each numbered one up by its name, which takes longer than the rest.
var saveUsage = func() string {
	var values, changes []string
	for _, c := range usageColumns {
		values = append(values, "?")
		changes = append(changes, c+" = excluded."+c)
	}
	return "INSERT INTO usage (" + columnsOfUsage + ") VALUES (" + strings.Join(values, ", ") +
		") ON CONFLICT (id) DO UPDATE SET " + strings.Join(changes[1:], ", ") + " WHERE usage.state = 'open'"
}()

// Save keeps usage records; see meter.Store.
func (s *Store) Save(ctx context.Context, records []meter.Record) error {
	err := s.write(ctx, func(t *tx) error {
		for _, r := range records {
			if _, err := t.exec(saveUsage, r.ID.String(), r.Agreement, r.Version, r.Policy, r.Key, r.Party, r.Component, r.Environment, r.Purpose,
				r.DataClass, r.Operation, r.Model, r.Stream, r.ClientRequestID, r.Opened.UnixMicro(), instant(r.Closed), r.State, r.Outcome, r.Status,
				r.FirstByte.Microseconds(), r.Tokens.InputUncached, r.Tokens.CacheRead, r.Tokens.CacheWrite, r.Tokens.Output, r.Tokens.Reasoning,
				r.TokensKnown, r.Estimated, r.AnsweredModel, r.UsageDigest, r.BytesIn, r.BytesOut,
				r.Customer, r.Held.Input, r.Held.Output, r.Held.Bytes, r.Clause, r.Disputed, r.ToolCalls, r.Deviations, r.Units); err != nil {
				return fmt.Errorf("%s: %w", r.ID, err)
			}
		}
		return keepUse(t, records)
	})
	if err != nil {
		return fmt.Errorf("saving usage: %w", err)
	}
	return nil
}

// Usage returns a page of records; see meter.Store.
func (s *Store) Usage(ctx context.Context, q meter.Query) ([]meter.Record, string, error) {
	after, err := parseCursor(q.After)
	if err != nil {
		return nil, "", err
	}
	c, err := conditions(q)
	if err != nil {
		return nil, "", err
	}
	c.add("seq > $%d", after)
	next := q.After
	records, err := list(ctx, s, "SELECT seq, "+columnsOfUsage+" FROM usage"+c.where()+fmt.Sprintf(" ORDER BY seq LIMIT %d", q.PageSize()), func(r *sql.Rows) (meter.Record, error) {
		seq, record, err := scanRecord(r)
		next = strconv.FormatInt(seq, 10)
		return record, err
	}, c.args...)
	if err != nil {
		return nil, "", fmt.Errorf("reading usage: %w", err)
	}
	return records, next, nil
}

func parseCursor(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || strconv.FormatInt(n, 10) != text {
		return 0, fmt.Errorf("%.20q: %w", text, meter.ErrCursor)
	}
	return n, nil
}

// scanRecord reads a row of the sequence number, the columns of a record, and more.
func scanRecord(rows *sql.Rows, more ...any) (seq int64, r meter.Record, err error) {
	var id string
	var opened, closed sql.NullInt64
	var firstByte int64
	err = rows.Scan(append([]any{&seq, &id, &r.Agreement, &r.Version, &r.Policy, &r.Key, &r.Party, &r.Component, &r.Environment, &r.Purpose,
		&r.DataClass, &r.Operation, &r.Model, &r.Stream, &r.ClientRequestID, &opened, &closed, &r.State, &r.Outcome, &r.Status,
		&firstByte, &r.Tokens.InputUncached, &r.Tokens.CacheRead, &r.Tokens.CacheWrite, &r.Tokens.Output, &r.Tokens.Reasoning,
		&r.TokensKnown, &r.Estimated, &r.AnsweredModel, &r.UsageDigest, &r.BytesIn, &r.BytesOut,
		&r.Customer, &r.Held.Input, &r.Held.Output, &r.Held.Bytes, &r.Clause, &r.Disputed, &r.ToolCalls, &r.Deviations, &r.Units}, more...)...)
	if err != nil {
		return seq, r, err
	}
	r.Opened, r.Closed, r.FirstByte = timeOf(opened), timeOf(closed), time.Duration(firstByte)*time.Microsecond
	r.ID, err = meter.ParseID(id)
	return seq, r, err
}

// A filter is the condition of a query and its arguments.
type filter struct {
	texts []string
	args  []any
}

// add adds a condition whose %d stands for the argument's number.
func (f *filter) add(text string, arg any) {
	f.args = append(f.args, arg)
	f.texts = append(f.texts, fmt.Sprintf(text, len(f.args)))
}

// equal adds a condition unless the text is empty, which chooses all.
func (f *filter) equal(condition, text string) {
	if text != "" {
		f.add(condition, text)
	}
}

func (f *filter) where() string {
	if len(f.texts) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(f.texts, " AND ")
}

// conditions are those of a query, its cursor aside.
func conditions(q meter.Query) (filter, error) {
	var f filter
	from, before, err := q.Span()
	if err != nil {
		return f, err
	}
	for _, c := range [][2]string{{"agreement = $%d", q.Agreement}, {"party = $%d", q.Party}, {"component = $%d", q.Component},
		{"environment = $%d", q.Environment}, {"purpose = $%d", q.Purpose}, {"customer = $%d", q.Customer}} {
		f.equal(c[0], c[1])
	}
	if !from.IsZero() {
		f.add("opened >= $%d", from.UnixMicro())
	}
	if !before.IsZero() {
		f.add("opened < $%d", before.UnixMicro())
	}
	return f, nil
}

// Summary adds usage up; see meter.Store. The database adds up by the quarter of an hour, in which
// every zone's days begin nowadays. Where a quarter lies in two days of the zone after all, it adds
// up by the second, which is exact in any zone.
func (s *Store) Summary(ctx context.Context, q meter.Query) ([]meter.Sum, error) {
	f, err := conditions(q)
	if err != nil {
		return nil, err
	}
	for _, slot := range []time.Duration{15 * time.Minute, time.Second} {
		tally, exact, err := s.tally(ctx, f, q.In(), slot)
		if err != nil {
			return nil, fmt.Errorf("adding usage up: %w", err)
		}
		if exact {
			return tally.Sums(), nil
		}
	}
	return nil, fmt.Errorf("adding usage up: the days of the zone %s do not begin on a second", q.In())
}

// tally adds up by slots of time, and reports whether each slot lies in one day of the zone.
func (s *Store) tally(ctx context.Context, f filter, zone *time.Location, slot time.Duration) (meter.Tally, bool, error) {
	tally := meter.Tally{Zone: zone}
	exact := true
	width := slot.Microseconds()
	_, err := list(ctx, s, fmt.Sprintf(`SELECT opened / %d AS slot, component, environment, purpose, COUNT(*),
		SUM(CASE WHEN state = 'open' THEN 1 ELSE 0 END), SUM(CASE WHEN state = 'interrupted' THEN 1 ELSE 0 END),
		SUM(CASE WHEN state <> 'open' AND outcome <> 'ok' THEN 1 ELSE 0 END),
		SUM(CASE WHEN state <> 'open' AND outcome IN ('upstream_error', 'upstream_timeout') THEN 1 ELSE 0 END), SUM(CASE WHEN state <> 'open' AND estimated THEN 1 ELSE 0 END),
		SUM(input_uncached), SUM(cache_read), SUM(cache_write), SUM(output), SUM(reasoning), SUM(bytes_in), SUM(bytes_out), SUM(tool_calls), SUM(units),
		SUM(deviations & 1), SUM(deviations >> 1 & 1), SUM(deviations >> 2 & 1), SUM(deviations >> 3 & 1)
		FROM usage%s GROUP BY slot, component, environment, purpose`, width, f.where()), func(r *sql.Rows) (struct{}, error) {
		var n int64
		var sum meter.Sum
		err := r.Scan(&n, &sum.Component, &sum.Environment, &sum.Purpose, &sum.Calls, &sum.Open, &sum.Interrupted, &sum.Failed, &sum.Faults, &sum.Estimated,
			&sum.Tokens.InputUncached, &sum.Tokens.CacheRead, &sum.Tokens.CacheWrite, &sum.Tokens.Output, &sum.Tokens.Reasoning, &sum.BytesIn, &sum.BytesOut, &sum.ToolCalls, &sum.Units,
			&sum.RequestFormat, &sum.ResponseFormat, &sum.Undocumented, &sum.OtherModel)
		begin := time.UnixMicro(n * width)
		sum.Day = meter.DayOf(begin, zone)
		exact = exact && sum.Day == meter.DayOf(begin.Add(slot-1), zone)
		tally.Merge(sum)
		return struct{}{}, err
	}, f.args...)
	return tally, exact, err
}
