package calls

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"entente/meter"
	"entente/sqlite/disk"
)

// sums are what records add up to, by the quarter of an hour in which they were opened: in these every
// zone's days begin nowadays.
type sums struct {
	of   map[sumKey]*sum
	last sumKey // most records add to the sum that the one before them added to
	sum  *sum
}

type sumKey struct {
	agreement, component, environment, purpose, party, key, customer string
	started                                                          bool  // the call was not refused after all
	slot                                                             int64 // quarters of an hour since 1970
}

type sum struct {
	meter.Sum
	held meter.Held // for interrupted calls
}

func (s *sums) add(r *meter.Record) {
	key := sumKey{r.Agreement, r.Component, r.Environment, r.Purpose, r.Party, r.Key, r.Customer, r.Outcome != meter.NotStarted, r.Opened.UnixMicro() / quarter}
	if s.sum == nil || key != s.last {
		if s.of[key] == nil {
			s.of[key] = &sum{}
		}
		s.last, s.sum = key, s.of[key]
	}
	s.sum.Count(r)
	if r.State == meter.Interrupted {
		held := &s.sum.held
		held.Input, held.Output, held.Bytes = held.Input+r.Held.Input, held.Output+r.Held.Output, held.Bytes+r.Held.Bytes
	}
}

const sumColumns = `calls, interrupted, failed, faults, estimated, input_uncached, cache_read, cache_write, output, reasoning, bytes_in, bytes_out, tool_calls, units, request_format, answer_format, undocumented, other_model, held_input, held_output, held_bytes, estimated_input, estimated_output, over_input, over_output`

// keep adds the sums to those of earlier. Its placeholders have no numbers: the driver looks each
// numbered one up by its name, which takes longer than the rest.
func (s *sums) keep(t changes) error {
	for k, v := range s.of {
		_, err := t.Exec(`INSERT INTO usage_sum (agreement, slot, component, environment, purpose, party, key, customer, started, `+sumColumns+`)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET calls = calls + excluded.calls, interrupted = interrupted + excluded.interrupted, failed = failed + excluded.failed,
			faults = faults + excluded.faults, estimated = estimated + excluded.estimated, input_uncached = input_uncached + excluded.input_uncached,
			cache_read = cache_read + excluded.cache_read, cache_write = cache_write + excluded.cache_write, output = output + excluded.output,
			reasoning = reasoning + excluded.reasoning, bytes_in = bytes_in + excluded.bytes_in, bytes_out = bytes_out + excluded.bytes_out,
			tool_calls = tool_calls + excluded.tool_calls, units = units + excluded.units, request_format = request_format + excluded.request_format,
			answer_format = answer_format + excluded.answer_format, undocumented = undocumented + excluded.undocumented, other_model = other_model + excluded.other_model, held_input = held_input + excluded.held_input, held_output = held_output + excluded.held_output,
			held_bytes = held_bytes + excluded.held_bytes, estimated_input = estimated_input + excluded.estimated_input, estimated_output = estimated_output + excluded.estimated_output,
			over_input = over_input + excluded.over_input, over_output = over_output + excluded.over_output`,
			k.agreement, k.slot, k.component, k.environment, k.purpose, k.party, k.key, k.customer, k.started,
			v.Calls, v.Interrupted, v.Failed, v.Faults, v.Estimated, v.Tokens.InputUncached, v.Tokens.CacheRead, v.Tokens.CacheWrite, v.Tokens.Output, v.Tokens.Reasoning,
			v.BytesIn, v.BytesOut, v.ToolCalls, v.Units, v.RequestFormat, v.ResponseFormat, v.Undocumented, v.OtherModel, v.held.Input, v.held.Output, v.held.Bytes,
			v.EstimatedInput, v.EstimatedOutput, v.OverInput, v.OverOutput)
		if err != nil {
			return fmt.Errorf("adding usage up: %w", err)
		}
	}
	return nil
}

// into are where a row of sumColumns is read to.
func (s *sum) into() []any {
	return []any{&s.Calls, &s.Interrupted, &s.Failed, &s.Faults, &s.Estimated, &s.Tokens.InputUncached, &s.Tokens.CacheRead, &s.Tokens.CacheWrite, &s.Tokens.Output, &s.Tokens.Reasoning,
		&s.BytesIn, &s.BytesOut, &s.ToolCalls, &s.Units, &s.RequestFormat, &s.ResponseFormat, &s.Undocumented, &s.OtherModel, &s.held.Input, &s.held.Output, &s.held.Bytes,
		&s.EstimatedInput, &s.EstimatedOutput, &s.OverInput, &s.OverOutput}
}

// totals are sumColumns, added up.
const totals = `SUM(calls), SUM(interrupted), SUM(failed), SUM(faults), SUM(estimated), SUM(input_uncached), SUM(cache_read), SUM(cache_write), SUM(output), SUM(reasoning),
	SUM(bytes_in), SUM(bytes_out), SUM(tool_calls), SUM(units), SUM(request_format), SUM(answer_format), SUM(undocumented), SUM(other_model), SUM(held_input), SUM(held_output), SUM(held_bytes),
	SUM(estimated_input), SUM(estimated_output), SUM(over_input), SUM(over_output)`

// Summary adds usage up; see meter.Store. It reads sums, and single records only where a quarter of an
// hour lies in two days of the zone.
func (s *Book) Summary(ctx context.Context, q meter.Query) ([]meter.Sum, error) {
	tally := meter.Tally{Zone: q.Zone}
	split, err := s.addSums(ctx, &tally, q)
	if err == nil {
		err = s.addSplit(ctx, &tally, q, split)
	}
	if err != nil {
		return nil, fmt.Errorf("adding usage up: %w", err)
	}
	return tally.Sums(), nil
}

// addSums adds the sums of those quarters that lie in one day, and returns the others.
func (s *Book) addSums(ctx context.Context, tally *meter.Tally, q meter.Query) (split map[int64]bool, err error) {
	from, before, err := q.Span()
	if err != nil {
		return nil, err
	}
	var f filter
	f.equal([2]string{"agreement", q.Agreement}, [2]string{"party", q.Party}, [2]string{"component", q.Component}, [2]string{"environment", q.Environment},
		[2]string{"purpose", q.Purpose}, [2]string{"customer", q.Customer})
	if !from.IsZero() {
		f.add("slot >= $%d", from.UnixMicro()/quarter)
	}
	if !before.IsZero() {
		f.add("slot <= $%d", before.UnixMicro()/quarter)
	}
	split = map[int64]bool{}
	_, err = disk.List(ctx, s.file.Read, "SELECT slot, component, environment, purpose, "+totals+" FROM usage_sum"+f.where()+" GROUP BY slot, component, environment, purpose", func(r *sql.Rows) (struct{}, error) {
		var slot int64
		var one sum
		err := r.Scan(append([]any{&slot, &one.Component, &one.Environment, &one.Purpose}, one.into()...)...)
		begin, end := time.UnixMicro(slot*quarter), time.UnixMicro((slot+1)*quarter-1)
		one.Day = meter.DayOf(begin, q.In())
		switch {
		case one.Day != meter.DayOf(end, q.In()):
			split[slot] = true
		case (from.IsZero() || !begin.Before(from)) && (before.IsZero() || end.Before(before)):
			tally.Merge(one.Sum)
		}
		return struct{}{}, err
	}, f.args...)
	return split, err
}

// addSplit adds the records of some quarters one by one.
func (s *Book) addSplit(ctx context.Context, tally *meter.Tally, q meter.Query, split map[int64]bool) error {
	chosen, err := q.Filter()
	if err != nil {
		return err
	}
	hours := map[int64]bool{}
	for slot := range split {
		hours[slot*quarter/hour] = true
	}
	for h := range hours {
		var f filter
		f.equal([2]string{"agreement", q.Agreement}, [2]string{"component", q.Component}, [2]string{"environment", q.Environment})
		f.add("hour = $%d", h)
		err := s.records(ctx, f.where(), f.args, func(_ int64, _ int, r *meter.Record) (bool, error) {
			if split[r.Opened.UnixMicro()/quarter] && chosen(r) {
				tally.Add(*r)
			}
			return false, nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
