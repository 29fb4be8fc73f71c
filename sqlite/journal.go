package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"entente/agreement"
	"entente/ledger"
	"entente/ledger/tree"
	"entente/notary"
	"entente/register"
	"entente/sqlite/disk"
	"entente/sqlite/parties"
)

// Append adds a batch; see notary.Journal.
func (s *Store) Append(ctx context.Context, id agreement.ID, n int64, b notary.Batch) error {
	size := n + int64(len(b.Leaves))
	switch {
	case n < 0 || len(b.Leaves) == 0:
		return fmt.Errorf("appending to %s: a batch of %d entries at position %d", id, len(b.Leaves), n)
	case int64(len(b.Hashes)) != tree.HashCount(size)-tree.HashCount(n):
		return fmt.Errorf("appending to %s: %d hashes came with entries %d to %d", id, len(b.Hashes), n, size-1)
	case len(b.Checkpoint) == 0:
		return fmt.Errorf("appending to %s: there is no checkpoint of %d entries", id, size)
	}
	err := s.file.Write(ctx, func(t *disk.Tx) error {
		if err := grow(t, id, n, size); err != nil {
			return err
		}
		if err := addEntries(t, id, n, size, b); err != nil {
			return fmt.Errorf("appending to %s: %w", id, err)
		}
		if err := addBeside(t, id, b); err != nil {
			return fmt.Errorf("appending to %s: %w", id, err)
		}
		return nil
	})
	if err == nil && len(b.Erased) > 0 {
		s.file.LeftTraces()
		_ = s.scrubSoon(context.WithoutCancel(ctx)) // it is written that they are erased; what is left to do is tried again
	}
	return err
}

// grow moves the size of a ledger from n on, or makes the ledger if n is 0.
func grow(t *disk.Tx, id agreement.ID, n, size int64) error {
	query, args := "UPDATE agreement SET size = $2 WHERE id = $1 AND size = $3", []any{id, size, n}
	if n == 0 {
		query, args = `INSERT INTO agreement (id, size, opened)
			SELECT $1, $2, COALESCE(MAX(opened), 0) + 1 FROM agreement WHERE true ON CONFLICT (id) DO NOTHING`, args[:2]
	}
	changed, err := t.Exec(query, args...)
	if err == nil && changed == 0 {
		err = notary.ErrStale
	}
	return err
}

func addEntries(t *disk.Tx, id agreement.ID, n, size int64, b notary.Batch) error {
	for i, leaf := range b.Leaves {
		if _, err := t.Exec("INSERT INTO leaf (agreement, position, bytes) VALUES ($1, $2, $3)", id, n+int64(i), []byte(leaf)); err != nil {
			return fmt.Errorf("entry %d: %w", n+int64(i), err)
		}
	}
	first := tree.HashCount(n)
	for i := range b.Hashes {
		if _, err := t.Exec("INSERT INTO hash (agreement, idx, bytes) VALUES ($1, $2, $3)", id, first+int64(i), b.Hashes[i][:]); err != nil {
			return fmt.Errorf("hash %d: %w", first+int64(i), err)
		}
	}
	if _, err := t.Exec("INSERT INTO checkpoint (agreement, size, bytes) VALUES ($1, $2, $3)", id, size, b.Checkpoint); err != nil {
		return fmt.Errorf("the checkpoint of %d entries: %w", size, err)
	}
	return nil
}

// addBeside keeps what a batch brings beside the entries.
func addBeside(t *disk.Tx, id agreement.ID, b notary.Batch) error {
	for _, c := range b.Rows {
		query, args := "INSERT INTO row (agreement, name, body) VALUES ($1, $2, $3) ON CONFLICT (agreement, name) DO UPDATE SET body = excluded.body", []any{id, c.Row, c.Body}
		if c.Body == "" {
			query, args = "DELETE FROM row WHERE agreement = $1 AND name = $2", args[:2]
		}
		if _, err := t.Exec(query, args...); err != nil {
			return fmt.Errorf("row %s: %w", c.Row, err)
		}
	}
	for pseudonym, p := range b.Private {
		if _, err := t.Exec("INSERT INTO private (agreement, pseudonym, salt, value) VALUES ($1, $2, $3, $4)", id, pseudonym, p.Salt, p.Value); err != nil {
			return fmt.Errorf("the private value of %s: %w", pseudonym, err)
		}
	}
	if err := erase(t, id, b.Erased); err != nil {
		return err
	}
	return parties.AddAnswer(t, b.Answer)
}

// Agreements lists the agreements; see register.Journal.
func (s *Store) Agreements(ctx context.Context) ([]agreement.ID, error) {
	return disk.List(ctx, s.file.Read, "SELECT id FROM agreement ORDER BY opened", disk.Column[agreement.ID])
}

// Leaves returns the leaves from start on; see register.Journal. All is read at one moment, so that
// what comes meanwhile does not look wrong.
func (s *Store) Leaves(ctx context.Context, id agreement.ID, start int64) (leaves []ledger.Leaf, err error) {
	t, err := s.file.Read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err == nil {
		leaves, err = readLeaves(ctx, t, id, start)
		err = errors.Join(err, t.Rollback())
	}
	if err != nil {
		return leaves, fmt.Errorf("reading the entries of %s: %w", id, err)
	}
	return leaves, nil
}

func readLeaves(ctx context.Context, t *sql.Tx, id agreement.ID, start int64) (leaves []ledger.Leaf, err error) {
	var stated int64
	if err := t.QueryRowContext(ctx, "SELECT COALESCE(MAX(size), 0) FROM agreement WHERE id = $1", id).Scan(&stated); err != nil {
		return nil, err
	}
	rows, err := t.QueryContext(ctx, "SELECT position, bytes FROM leaf WHERE agreement = $1 AND position >= $2 ORDER BY position", id, start)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	next := start
	for ; rows.Next(); next++ {
		var leaf ledger.Leaf
		var position int64
		if err := rows.Scan(&position, (*[]byte)(&leaf)); err != nil {
			return nil, err
		}
		if position != next {
			return leaves, fmt.Errorf("%w: entry %d is missing", register.ErrDamaged, next)
		}
		leaves = append(leaves, leaf)
	}
	switch {
	case rows.Err() != nil:
		return nil, rows.Err()
	case next < stated:
		return leaves, fmt.Errorf("%w: entry %d is missing", register.ErrDamaged, next)
	case next > stated && len(leaves) > 0:
		return leaves, fmt.Errorf("%w: there are %d entries, and the store says that there are %d", register.ErrDamaged, next, stated)
	}
	return leaves, nil
}

// Checkpoint returns the signed checkpoint of so many entries; see register.Journal.
func (s *Store) Checkpoint(ctx context.Context, id agreement.ID, size int64) ([]byte, error) {
	found, err := disk.List(ctx, s.file.Read, "SELECT bytes FROM checkpoint WHERE agreement = $1 AND size = $2", disk.Column[[]byte], id, size)
	if err != nil {
		return nil, fmt.Errorf("reading the checkpoint of %d entries of %s: %w", size, id, err)
	}
	if len(found) == 0 {
		return nil, nil
	}
	return found[0], nil
}

// Private returns the erasable values beside a ledger; see register.Journal.
func (s *Store) Private(ctx context.Context, id agreement.ID) (map[string]register.Private, error) {
	values := map[string]register.Private{}
	_, err := disk.List(ctx, s.file.Read, "SELECT pseudonym, salt, value FROM private WHERE agreement = $1", func(r *sql.Rows) (struct{}, error) {
		var pseudonym string
		var p register.Private
		err := r.Scan(&pseudonym, &p.Salt, &p.Value)
		values[pseudonym] = p
		return struct{}{}, err
	}, id)
	if err != nil {
		return nil, fmt.Errorf("reading the private values of %s: %w", id, err)
	}
	return values, nil
}

// Rows returns the projections of an agreement as they are stored, by name, to be compared with
// those that articles.Rows makes from the ledger.
func (s *Store) Rows(ctx context.Context, id agreement.ID) (map[string]string, error) {
	bodies := map[string]string{}
	_, err := disk.List(ctx, s.file.Read, "SELECT name, body FROM row WHERE agreement = $1", func(r *sql.Rows) (struct{}, error) {
		var name, body string
		err := r.Scan(&name, &body)
		bodies[name] = body
		return struct{}{}, err
	}, id)
	if err != nil {
		return nil, fmt.Errorf("reading the rows of %s: %w", id, err)
	}
	return bodies, nil
}
