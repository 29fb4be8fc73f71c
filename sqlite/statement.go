package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"entente/agreement"
	"entente/articles/commerce"
	"entente/levels"
	"entente/meter"
	"entente/statement"

	"golang.org/x/mod/sumdb/tlog"
)

// Waiting says what is to be stated; see statement.Store.
func (s *Store) Waiting(ctx context.Context, id agreement.ID, before time.Time) ([]statement.Waiting, error) {
	found := map[commerce.Series]*statement.Waiting{}
	var order []commerce.Series
	at := func(component string, e agreement.Environment) *statement.Waiting {
		series := commerce.SeriesOf(component, e)
		if found[series] == nil {
			found[series] = &statement.Waiting{Component: component, Environment: e}
			order = append(order, series)
		}
		return found[series]
	}
	_, err := list(ctx, s, `SELECT component, environment, MIN(CASE WHEN state <> 'open' THEN opened END), MIN(CASE WHEN state = 'open' THEN opened END)
		FROM usage INDEXED BY usage_unstated WHERE agreement = $1 AND stated IS NULL AND opened < $2 GROUP BY component, environment`, func(r *sql.Rows) (struct{}, error) {
		var component string
		var e agreement.Environment
		var first, open sql.NullInt64
		err := r.Scan(&component, &e, &first, &open)
		w := at(component, e)
		w.First, w.Open = timeOf(first), timeOf(open)
		return struct{}{}, err
	}, id, before.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("looking for usage to be stated: %w", err)
	}
	_, err = list(ctx, s, "SELECT component, environment, begins, ends FROM statement WHERE agreement = $1 ORDER BY begins", func(r *sql.Rows) (struct{}, error) {
		var w commerce.Window
		err := scanWindow(r, &w)
		at(w.Component, w.Environment).Drawn = w
		return struct{}{}, err
	}, id)
	if err != nil {
		return nil, fmt.Errorf("looking for statements: %w", err)
	}
	all := make([]statement.Waiting, len(order))
	for i, series := range order {
		all[i] = *found[series]
	}
	return all, nil
}

func scanWindow(r *sql.Rows, w *commerce.Window, more ...any) error {
	var begins, ends int64
	err := r.Scan(append([]any{&w.Component, &w.Environment, &begins, &ends}, more...)...)
	w.From, w.To = time.UnixMicro(begins).UTC(), time.UnixMicro(ends).UTC()
	return err
}

// drawn is how many records join a statement in one write, so that other writes need not wait long.
const drawn = 5000

// Draw draws up a statement; see statement.Store.
func (s *Store) Draw(ctx context.Context, id agreement.ID, w commerce.Window) error {
	for whole := false; !whole; {
		err := s.write(ctx, func(t *tx) (err error) {
			whole, err = t.draw(id, w)
			return err
		})
		if err != nil {
			return fmt.Errorf("drawing up a statement of usage: %w", err)
		}
	}
	return nil
}

// draw takes some records into a statement, and reports whether it has all that belong to it.
func (t *tx) draw(id agreement.ID, w commerce.Window) (bool, error) {
	begins, ends := w.From.UnixMicro(), w.To.UnixMicro()
	if _, err := t.exec("INSERT INTO statement (agreement, component, environment, begins, ends) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
		id, w.Component, w.Environment, begins, ends); err != nil {
		return false, err
	}
	joined, err := t.exec(`UPDATE usage SET stated = $4 WHERE seq IN (SELECT seq FROM usage INDEXED BY usage_unstated
		WHERE agreement = $1 AND component = $2 AND environment = $3 AND stated IS NULL AND opened < $5 AND state <> 'open' LIMIT $6)
		AND EXISTS (SELECT 1 FROM statement WHERE agreement = $1 AND component = $2 AND environment = $3 AND begins = $4 AND whole = 0)`,
		id, w.Component, w.Environment, begins, ends, drawn)
	if err != nil || joined == drawn {
		return false, err
	}
	_, err = t.exec("UPDATE statement SET whole = 1 WHERE agreement = $1 AND component = $2 AND environment = $3 AND begins = $4",
		id, w.Component, w.Environment, begins)
	return err == nil, err
}

// Stated reads the records of a statement; see statement.Store.
func (s *Store) Stated(ctx context.Context, id agreement.ID, w commerce.Window, do func(meter.Record) error) error {
	rows, err := s.read.QueryContext(ctx, "SELECT seq, "+columnsOfUsage+` FROM usage INDEXED BY usage_stated
		WHERE agreement = $1 AND component = $2 AND environment = $3 AND stated = $4 ORDER BY opened, id`, id, w.Component, w.Environment, w.From.UnixMicro())
	if err != nil {
		return fmt.Errorf("reading the records of a statement: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		_, r, err := scanRecord(rows)
		if err != nil {
			return fmt.Errorf("reading the records of a statement: %w", err)
		}
		if err := do(r); err != nil {
			return err
		}
	}
	return rows.Err()
}

// KeepBeside keeps what stands beside a statement; see statement.Store.
func (s *Store) KeepBeside(ctx context.Context, id agreement.ID, w commerce.Window, hashes []tlog.Hash, r levels.Rollup) error {
	measured, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("writing what a statement says of service levels: %w", err)
	}
	kept := make([]byte, 0, len(hashes)*tlog.HashSize)
	for _, h := range hashes {
		kept = append(kept, h[:]...)
	}
	err = s.write(ctx, func(t *tx) error {
		_, err := t.exec("UPDATE statement SET hashes = $5, levels = $6 WHERE agreement = $1 AND component = $2 AND environment = $3 AND begins = $4",
			id, w.Component, w.Environment, w.From.UnixMicro(), kept, string(measured))
		return err
	})
	if err != nil {
		return fmt.Errorf("keeping what stands beside a statement: %w", err)
	}
	return nil
}

// Hashes of statements; see statement.Store.
func (s *Store) StatedHashes(ctx context.Context, id agreement.ID, w commerce.Window) ([]tlog.Hash, error) {
	kept, err := list(ctx, s, "SELECT hashes FROM statement WHERE agreement = $1 AND component = $2 AND environment = $3 AND begins = $4 AND hashes IS NOT NULL",
		column[[]byte], id, w.Component, w.Environment, w.From.UnixMicro())
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading the hashes of a statement: %w", err)
	case len(kept) == 0:
		return nil, nil
	case len(kept[0])%tlog.HashSize != 0:
		return nil, errors.New("reading the hashes of a statement: their bytes are not a whole number of hashes")
	}
	hashes := make([]tlog.Hash, 0, len(kept[0])/tlog.HashSize)
	for b := kept[0]; len(b) > 0; b = b[tlog.HashSize:] {
		hashes = append(hashes, tlog.Hash(b[:tlog.HashSize]))
	}
	return hashes, nil
}

// Rollups reads what statements say of service levels; see statement.Archive.
func (s *Store) Rollups(ctx context.Context, id agreement.ID, w commerce.Window) ([]levels.Rollup, error) {
	all, err := list(ctx, s, `SELECT levels FROM statement WHERE agreement = $1 AND component = $2 AND environment = $3 AND begins >= $4 AND begins < $5
		AND levels IS NOT NULL`, func(rows *sql.Rows) (r levels.Rollup, err error) {
		var text string
		if err = rows.Scan(&text); err == nil {
			err = json.Unmarshal([]byte(text), &r)
		}
		return r, err
	}, id, w.Component, w.Environment, w.From.UnixMicro(), w.To.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("reading what statements say of service levels: %w", err)
	}
	return all, nil
}

// Record finds one record; see statement.Store.
func (s *Store) Record(ctx context.Context, id meter.ID) (meter.Record, commerce.Window, error) {
	type found struct {
		record meter.Record
		stated sql.NullInt64
	}
	all, err := list(ctx, s, "SELECT seq, "+columnsOfUsage+", stated FROM usage WHERE id = $1", func(rows *sql.Rows) (f found, err error) {
		_, f.record, err = scanRecord(rows, &f.stated)
		return f, err
	}, id.String())
	if err != nil {
		return meter.Record{}, commerce.Window{}, fmt.Errorf("reading the record %s: %w", id, err)
	}
	if len(all) == 0 {
		return meter.Record{}, commerce.Window{}, statement.ErrNoRecord
	}
	r := all[0].record
	w := commerce.Window{Component: r.Component, Environment: agreement.Environment(r.Environment)}
	if !all[0].stated.Valid {
		return r, w, nil
	}
	windows, err := list(ctx, s, "SELECT component, environment, begins, ends FROM statement WHERE agreement = $1 AND component = $2 AND environment = $3 AND begins = $4",
		func(rows *sql.Rows) (w commerce.Window, err error) { return w, scanWindow(rows, &w) }, r.Agreement, r.Component, r.Environment, all[0].stated.Int64)
	if err != nil || len(windows) == 0 {
		return r, w, errors.Join(err, fmt.Errorf("the statement that covers %s is missing in the store", id))
	}
	return r, windows[0], nil
}
