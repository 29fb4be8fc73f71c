package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"entente/meter"
)

// SaveRefusals adds counts of refused calls to those of earlier. Unlike Save it cannot tell a
// repetition: the same counts saved twice count twice.
func (s *Store) SaveRefusals(ctx context.Context, refusals []meter.Refusal) error {
	err := s.write(ctx, func(t *tx) error {
		for _, r := range refusals {
			if _, err := t.exec(`INSERT INTO refusal (agreement, day, component, environment, clause, code, count) VALUES ($1, $2, $3, $4, $5, $6, $7)
				ON CONFLICT (agreement, day, component, environment, clause, code) DO UPDATE SET count = refusal.count + excluded.count`,
				r.Agreement, r.Day, r.Component, r.Environment, r.Clause, r.Code, r.Count); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("saving refusals: %w", err)
	}
	return nil
}

// Refusals returns the counts of an agreement from one UTC day to another, both included, by day,
// component, environment, clause and code. An empty day is no bound.
func (s *Store) Refusals(ctx context.Context, agreement, from, to string) ([]meter.Refusal, error) {
	f := filter{}
	f.add("agreement = $%d", agreement)
	if from != "" {
		f.add("day >= $%d", from)
	}
	if to != "" {
		f.add("day <= $%d", to)
	}
	all, err := list(ctx, s, "SELECT day, agreement, component, environment, clause, code, count FROM refusal"+f.where()+
		" ORDER BY day, component, environment, clause, code", func(r *sql.Rows) (meter.Refusal, error) {
		var x meter.Refusal
		err := r.Scan(&x.Day, &x.Agreement, &x.Component, &x.Environment, &x.Clause, &x.Code, &x.Count)
		return x, err
	}, f.args...)
	if err != nil {
		return nil, fmt.Errorf("reading refusals: %w", err)
	}
	return all, nil
}
