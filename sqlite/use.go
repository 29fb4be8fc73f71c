package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"entente/agreement"
	"entente/meter"
)

// keepUse notes when the keys of some records were used last.
func keepUse(t *tx, records []meter.Record) error {
	last := map[[2]string]time.Time{}
	for _, r := range records {
		key, hour := [2]string{r.Agreement, r.Key}, r.Opened.Truncate(time.Hour)
		if hour.After(last[key]) {
			last[key] = hour
		}
	}
	for key, hour := range last {
		_, err := t.exec(`INSERT INTO key_use (agreement, key, hour) VALUES ($1, $2, $3)
			ON CONFLICT (agreement, key) DO UPDATE SET hour = excluded.hour WHERE excluded.hour > hour`, key[0], key[1], hour.UnixMicro())
		if err != nil {
			return fmt.Errorf("noting the use of %s: %w", key[1], err)
		}
	}
	return nil
}

// LastUse says in which hour a call passed last by each key of an agreement that one has passed by.
func (s *Store) LastUse(ctx context.Context, id agreement.ID) (map[string]time.Time, error) {
	all := map[string]time.Time{}
	_, err := list(ctx, s, "SELECT key, hour FROM key_use WHERE agreement = $1", func(r *sql.Rows) (struct{}, error) {
		var key string
		var hour sql.NullInt64
		err := r.Scan(&key, &hour)
		all[key] = timeOf(hour)
		return struct{}{}, err
	}, id)
	if err != nil {
		return nil, fmt.Errorf("reading when keys of %s were used: %w", id, err)
	}
	return all, nil
}

// Customers names whom calls in production that were opened before an instant were made for, as the
// callers named them.
func (s *Store) Customers(ctx context.Context, id agreement.ID, before time.Time) ([]string, error) {
	all, err := list(ctx, s, `SELECT DISTINCT customer FROM usage WHERE agreement = $1 AND opened < $2 AND customer <> ''
		AND environment = $3 AND outcome <> $4 ORDER BY customer`,
		func(r *sql.Rows) (string, error) {
			var name string
			err := r.Scan(&name)
			return name, err
		}, id, before.UnixMicro(), agreement.Production, meter.NotStarted)
	if err != nil {
		return nil, fmt.Errorf("reading the customers of %s: %w", id, err)
	}
	return all, nil
}
