package calls

import (
	"context"
	"database/sql"
	"fmt"
	"math"

	"entente/meter"
	"entente/sqlite/disk"
)

// Recall says what was used lately; see meter.Store. Where moments matter, it reads the records that
// were closed since, otherwise sums, and of the quarter of an hour in which r.Since lies the records.
func (s *Book) Recall(ctx context.Context, r meter.Recall) ([]meter.Used, error) {
	memory := meter.Memory{Recall: r}
	var err error
	if r.Grain > 0 {
		err = s.remember(ctx, &memory, "closed >= $%d", r.Since.UnixMicro(), math.MaxInt64)
	} else {
		err = s.recallSums(ctx, &memory)
	}
	if err != nil {
		return nil, fmt.Errorf("adding up what was used lately: %w", err)
	}
	return memory.Used(), nil
}

// remember adds the records of some blocks that were opened before a microsecond.
func (s *Book) remember(ctx context.Context, memory *meter.Memory, blocks string, arg, before int64) error {
	r := memory.Recall
	var f filter
	f.add("agreement = $%d", r.Agreement)
	f.equal([2]string{"component", r.Component}, [2]string{"environment", r.Environment})
	f.add(blocks, arg)
	return s.records(ctx, f.where(), f.args, func(_ int64, _ int, r *meter.Record) (bool, error) {
		if r.Opened.UnixMicro() < before {
			memory.Add(*r)
		}
		return false, nil
	})
}

func (s *Book) recallSums(ctx context.Context, memory *meter.Memory) error {
	r := memory.Recall
	since := r.Since.UnixMicro()
	whole := (since + quarter - 1) / quarter
	var f filter
	f.add("agreement = $%d", r.Agreement)
	f.equal([2]string{"component", r.Component}, [2]string{"environment", r.Environment}, [2]string{"party", r.Party}, [2]string{"key", r.Key})
	if r.ByCustomer {
		f.add("customer = $%d", r.Customer)
	}
	f.add("slot >= $%d", whole)
	_, err := disk.List(ctx, s.file.Read, "SELECT "+totals+" FROM usage_sum"+f.where()+" AND started = 1 GROUP BY agreement", func(rows *sql.Rows) (struct{}, error) {
		var one sum
		err := rows.Scan(one.into()...)
		one.Tokens.InputUncached += one.OverInput
		one.Tokens.Output += one.OverOutput
		memory.Merge(meter.Used{Calls: one.Calls, Charged: one.Calls - one.Failed, Unknown: one.Interrupted, Held: one.held, Tokens: one.Tokens, Bytes: one.BytesIn + one.BytesOut, Units: one.Units}, false)
		return struct{}{}, err
	}, f.args...)
	if err != nil || whole*quarter == since {
		return err
	}
	return s.remember(ctx, memory, "hour = $%d", since/hour, whole*quarter)
}
