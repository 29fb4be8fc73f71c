package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"entente/meter"
)

// Recall says what was used lately; see meter.Store. What it reads it finds by when calls were
// opened or closed, both of which have an index with the agreement.
func (s *Store) Recall(ctx context.Context, r meter.Recall) ([]meter.Used, error) {
	memory := meter.Memory{Recall: r}
	questions := []recall{{"opened >= $%d", "opened", each, false}, {"opened >= $%d", "closed", used, false}}
	if r.Grain > 0 {
		questions = []recall{{"opened >= $%d", "opened", each, false}, {"closed >= $%d", "closed", used, false}, {"closed IS NULL AND $%d = $%[1]d", "closed", used, true}}
	}
	for _, q := range questions {
		if err := s.recall(ctx, &memory, q); err != nil {
			return nil, fmt.Errorf("adding up what was used lately: %w", err)
		}
	}
	return memory.Used(), nil
}

// A recall is one question: which records, when they count, what they add, and whether that is of
// calls that are open.
type recall struct {
	which, moment, adds string
	open                bool
}

const (
	each = "COUNT(*), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0"
	// what was used, and of what is not known, what was held
	used = `0, SUM(CASE WHEN state = 'closed' AND outcome = 'ok' THEN 1 ELSE 0 END), SUM(CASE WHEN state <> 'closed' THEN 1 ELSE 0 END),
		SUM(CASE WHEN state <> 'closed' THEN held_input ELSE 0 END), SUM(CASE WHEN state <> 'closed' THEN held_output ELSE 0 END),
		SUM(CASE WHEN state <> 'closed' THEN held_bytes ELSE 0 END),
		SUM(input_uncached), SUM(cache_read), SUM(cache_write), SUM(output), SUM(reasoning), SUM(bytes_in + bytes_out), SUM(units)`
)

func (s *Store) recall(ctx context.Context, memory *meter.Memory, q recall) error {
	r := memory.Recall
	var f filter
	f.add("agreement = $%d", r.Agreement)
	for _, c := range [][2]string{{"component = $%d", r.Component}, {"environment = $%d", r.Environment}, {"party = $%d", r.Party}, {"key = $%d", r.Key}} {
		f.equal(c[0], c[1])
	}
	if r.ByCustomer {
		f.add("customer = $%d", r.Customer)
	}
	f.add("outcome <> $%d", meter.NotStarted)
	f.add(q.which, r.Since.UnixMicro())
	group := ""
	if r.Grain > 0 {
		group = fmt.Sprintf(" GROUP BY %s / %d", q.moment, r.Grain.Microseconds())
	}
	_, err := list(ctx, s, "SELECT COUNT(*), MAX("+q.moment+"), "+q.adds+" FROM usage"+f.where()+group, func(rows *sql.Rows) (struct{}, error) {
		var n int64
		var at sql.NullInt64
		var sums [13]sql.NullInt64
		into := []any{&n, &at}
		for i := range sums {
			into = append(into, &sums[i])
		}
		err := rows.Scan(into...)
		if n > 0 {
			memory.Merge(usedOf(at, sums), q.open)
		}
		return struct{}{}, err
	}, f.args...)
	return err
}

func usedOf(at sql.NullInt64, n [13]sql.NullInt64) meter.Used {
	u := meter.Used{At: timeOf(at), Calls: n[0].Int64, Charged: n[1].Int64, Unknown: n[2].Int64, Bytes: n[11].Int64, Units: n[12].Int64}
	u.Held = meter.Held{Input: n[3].Int64, Output: n[4].Int64, Bytes: n[5].Int64}
	u.Tokens.InputUncached, u.Tokens.CacheRead, u.Tokens.CacheWrite = n[6].Int64, n[7].Int64, n[8].Int64
	u.Tokens.Output, u.Tokens.Reasoning = n[9].Int64, n[10].Int64
	return u
}
