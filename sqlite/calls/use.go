package calls

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"entente/agreement"
	"entente/meter"
	"entente/sqlite/disk"
)

// keepUse notes when the keys of some records were used last.
func (s *sums) keepUse(t changes) error {
	last := map[[2]string]int64{}
	for k := range s.of {
		key := [2]string{k.agreement, k.key}
		last[key] = max(last[key], k.slot*quarter/hour*hour)
	}
	for key, began := range last {
		_, err := t.Exec(`INSERT INTO key_use (agreement, key, hour) VALUES (?, ?, ?)
			ON CONFLICT (agreement, key) DO UPDATE SET hour = excluded.hour WHERE excluded.hour > hour`, key[0], key[1], began)
		if err != nil {
			return fmt.Errorf("noting the use of %s: %w", key[1], err)
		}
	}
	return nil
}

// LastUse says in which hour a call passed last by each key of an agreement that one has passed by.
func (s *Book) LastUse(ctx context.Context, id agreement.ID) (map[string]time.Time, error) {
	all := map[string]time.Time{}
	_, err := disk.List(ctx, s.file.Read, "SELECT key, hour FROM key_use WHERE agreement = $1", func(r *sql.Rows) (struct{}, error) {
		var key string
		var hour sql.NullInt64
		err := r.Scan(&key, &hour)
		all[key] = disk.TimeOf(hour)
		return struct{}{}, err
	}, id)
	if err != nil {
		return nil, fmt.Errorf("reading when keys of %s were used: %w", id, err)
	}
	return all, nil
}

// Customers names whom calls in production that were opened before an instant were made for, as the
// callers named them.
func (s *Book) Customers(ctx context.Context, id agreement.ID, before time.Time) ([]string, error) {
	end := before.UnixMicro()
	all, err := disk.List(ctx, s.file.Read, `SELECT DISTINCT customer FROM usage_sum WHERE agreement = $1 AND slot < $2 AND environment = $3 AND started = 1 AND customer <> ''`,
		disk.Column[string], id, end/quarter, agreement.Production)
	if err != nil {
		return nil, fmt.Errorf("reading the customers of %s: %w", id, err)
	}
	err = s.records(ctx, "WHERE agreement = $1 AND hour = $2 AND environment = $3", []any{id, end / hour, agreement.Production}, func(_ int64, _ int, r *meter.Record) (bool, error) {
		if r.Opened.Before(before) && r.Customer != "" && r.Outcome != meter.NotStarted {
			all = append(all, r.Customer)
		}
		return false, nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the customers of %s: %w", id, err)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}
