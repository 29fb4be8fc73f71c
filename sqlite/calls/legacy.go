package calls

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"entente/meter"
	"entente/sqlite/disk"

	"github.com/pressly/goose/v3"
)

// moveUsage moves the records of earlier releases, which were a row each, into blocks. Those that were
// open are in the journal of whoever meters them, and come from there when they are final. Records are
// moved statement by statement, so that each statement covers what it covered; cursors of before do
// not count any more.
var moveUsage = goose.NewGoMigration(13, &goose.GoFunc{RunTx: func(ctx context.Context, t *sql.Tx) error {
	m := mover{migration{ctx, t}, nil}
	err := m.widenSums()
	if err == nil {
		err = m.move()
	}
	if err == nil {
		_, err = m.Exec("DROP TABLE usage")
	}
	return err
}}, nil)

// A migration is a transaction that changes the tables.
type migration struct {
	ctx context.Context
	t   *sql.Tx
}

func (m migration) Exec(query string, args ...any) (int64, error) {
	r, err := m.t.ExecContext(m.ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

type mover struct {
	migration
	batch []meter.Record
}

// moved is how many records are moved at a time.
const moved = 4096

var oldColumns = strings.Join([]string{"id", "agreement", "version", "policy", "key", "party", "component", "environment", "purpose",
	"data_class", "operation", "model", "stream", "client_request", "opened", "closed", "state", "outcome", "status",
	"first_byte", "input_uncached", "cache_read", "cache_write", "output", "reasoning",
	"tokens_known", "estimated", "answered_model", "usage_digest", "bytes_in", "bytes_out",
	"customer", "held_input", "held_output", "held_bytes", "clause", "disputed", "tool_calls", "deviations", "units"}, ", ")

func (m *mover) move() error {
	statements, err := m.statements()
	if err != nil {
		return err
	}
	for _, of := range statements {
		if err := m.moveWhere("agreement = ? AND component = ? AND environment = ? AND stated = ?", of...); err != nil {
			return err
		}
		if _, err := m.Exec(`UPDATE statement SET upto = (SELECT COALESCE(MAX(seq), 0) FROM usage_block)
			WHERE agreement = ? AND component = ? AND environment = ? AND begins = ?`, of...); err != nil {
			return err
		}
	}
	return m.moveWhere("stated IS NULL")
}

// statements are the keys of all statements, oldest first.
func (m *mover) statements() (all [][]any, err error) {
	rows, err := m.t.QueryContext(m.ctx, "SELECT agreement, component, environment, begins FROM statement ORDER BY begins")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id, component, environment string
		var begins int64
		if err := rows.Scan(&id, &component, &environment, &begins); err != nil {
			return nil, err
		}
		all = append(all, []any{id, component, environment, begins})
	}
	return all, rows.Err()
}

func (m *mover) moveWhere(condition string, args ...any) error {
	rows, err := m.t.QueryContext(m.ctx, "SELECT "+oldColumns+" FROM usage WHERE state <> 'open' AND "+condition+" ORDER BY seq", args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		r, err := oldRecord(rows)
		if err != nil {
			return fmt.Errorf("reading a record of usage: %w", err)
		}
		if m.batch = append(m.batch, r); len(m.batch) == moved {
			if err := m.flush(); err != nil {
				return err
			}
		}
	}
	return errors.Join(rows.Err(), m.flush())
}

func (m *mover) flush() error {
	err := addBlocks(m, m.batch)
	m.batch = m.batch[:0]
	return err
}

func oldRecord(rows *sql.Rows) (r meter.Record, err error) {
	var id string
	var opened, closed sql.NullInt64
	var firstByte int64
	err = rows.Scan(&id, &r.Agreement, &r.Version, &r.Policy, &r.Key, &r.Party, &r.Component, &r.Environment, &r.Purpose,
		&r.DataClass, &r.Operation, &r.Model, &r.Stream, &r.ClientRequestID, &opened, &closed, &r.State, &r.Outcome, &r.Status,
		&firstByte, &r.Tokens.InputUncached, &r.Tokens.CacheRead, &r.Tokens.CacheWrite, &r.Tokens.Output, &r.Tokens.Reasoning,
		&r.TokensKnown, &r.Estimated, &r.AnsweredModel, &r.UsageDigest, &r.BytesIn, &r.BytesOut,
		&r.Customer, &r.Held.Input, &r.Held.Output, &r.Held.Bytes, &r.Clause, &r.Disputed, &r.ToolCalls, &r.Deviations, &r.Units)
	if err != nil {
		return r, err
	}
	r.Opened, r.Closed, r.FirstByte = disk.TimeOf(opened), disk.TimeOf(closed), time.Duration(firstByte)*time.Microsecond
	r.ID, err = meter.ParseID(id)
	return r, err
}
