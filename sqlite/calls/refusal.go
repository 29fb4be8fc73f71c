package calls

import (
	"context"
	"database/sql"
	"fmt"

	"entente/agreement"
	"entente/meter"
	"entente/sqlite/disk"
	"entente/statement"
)

// SaveRefusals adds counts of refused calls to those of earlier. A source, which is whatever counts
// them, numbers its batches from 1 and sends one again until it is told that it is kept: the same
// batch saved twice counts once.
func (s *Book) SaveRefusals(ctx context.Context, source string, number int64, refusals []meter.Refusal) error {
	err := s.file.Write(ctx, func(t *disk.Tx) error {
		fresh, err := t.Exec(`INSERT INTO refusal_source (source, last) VALUES ($1, $2)
			ON CONFLICT (source) DO UPDATE SET last = excluded.last WHERE refusal_source.last < excluded.last`, source, number)
		if err != nil || fresh == 0 {
			return err
		}
		for _, r := range refusals {
			if err := addRefusal(t, r); err != nil {
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

func addRefusal(t *disk.Tx, r meter.Refusal) error {
	_, err := t.Exec(`INSERT INTO refusal (agreement, day, component, environment, clause, code, count) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (agreement, day, component, environment, clause, code) DO UPDATE SET count = refusal.count + excluded.count`,
		r.Agreement, r.Day, r.Component, r.Environment, r.Clause, r.Code, r.Count)
	return err
}

// Refusals returns the counts of an agreement from one UTC day to another, both included, by day,
// component, environment, clause and code. An empty day is no bound.
func (s *Book) Refusals(ctx context.Context, agreement, from, to string) ([]meter.Refusal, error) {
	f := filter{}
	f.add("agreement = $%d", agreement)
	if from != "" {
		f.add("day >= $%d", from)
	}
	if to != "" {
		f.add("day <= $%d", to)
	}
	all, err := disk.List(ctx, s.file.Read, "SELECT day, agreement, component, environment, clause, code, count FROM refusal"+f.where()+
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

const columnsOfRefused = "id, client_request, at, agreement, version, policy, key, component, environment, purpose, data_class, customer, operation, model, clause, code, why, capped, status, item"

// SaveRefused keeps refused calls; keeping one again changes nothing.
func (s *Book) SaveRefused(ctx context.Context, all []meter.Refused) error {
	err := s.file.Write(ctx, func(t *disk.Tx) error {
		for _, r := range all {
			if _, err := t.Exec("INSERT INTO refused ("+columnsOfRefused+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
				ON CONFLICT DO NOTHING`, r.ID, r.ClientRequestID, r.At.UnixMicro(), r.Agreement, r.Version, r.Policy, r.Key, r.Component, r.Environment, r.Purpose,
				r.DataClass, r.Customer, r.Operation, r.Model, r.Clause, r.Code, r.Why, r.Limit, r.Status, r.Item); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("saving refused calls: %w", err)
	}
	return nil
}

// RecentRefused returns the calls of a component that were refused last, the last first.
func (s *Book) RecentRefused(ctx context.Context, id agreement.ID, component string, most int) ([]meter.Refused, error) {
	found, err := disk.List(ctx, s.file.Read, "SELECT "+columnsOfRefused+" FROM refused WHERE agreement = $1 AND component = $2 ORDER BY at DESC, id LIMIT $3", scanRefused, id, component, most)
	if err != nil {
		return nil, fmt.Errorf("reading refused calls: %w", err)
	}
	return found, nil
}

func scanRefused(rows *sql.Rows) (r meter.Refused, err error) {
	var at sql.NullInt64
	err = rows.Scan(&r.ID, &r.ClientRequestID, &at, &r.Agreement, &r.Version, &r.Policy, &r.Key, &r.Component, &r.Environment, &r.Purpose,
		&r.DataClass, &r.Customer, &r.Operation, &r.Model, &r.Clause, &r.Code, &r.Why, &r.Limit, &r.Status, &r.Item)
	r.At = disk.TimeOf(at)
	return r, err
}

// Refused finds a refused call of an agreement by the request's id. The error wraps
// statement.ErrNoRecord if none is kept.
func (s *Book) Refused(ctx context.Context, id agreement.ID, request string) (meter.Refused, error) {
	found, err := disk.List(ctx, s.file.Read, "SELECT "+columnsOfRefused+" FROM refused WHERE id = $1 AND agreement = $2", scanRefused, request, id)
	switch {
	case err != nil:
		return meter.Refused{}, fmt.Errorf("reading a refused call: %w", err)
	case len(found) == 0:
		return meter.Refused{}, statement.ErrNoRecord
	}
	return found[0], nil
}
