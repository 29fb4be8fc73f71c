package calls

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"entente/meter"

	"github.com/pressly/goose/v3"
)

// addEstimates lets the sums of usage say how much of them is estimated, and refused calls which tool,
// resource or prompt they named. The sums are made anew from the records.
var addEstimates = goose.NewGoMigration(15, &goose.GoFunc{RunTx: func(ctx context.Context, t *sql.Tx) error {
	m := migration{ctx, t}
	if err := m.widenSums(); err != nil {
		return err
	}
	if _, err := m.Exec("ALTER TABLE refused ADD COLUMN item TEXT NOT NULL DEFAULT ''"); err != nil {
		return err
	}
	return m.sumAnew()
}}, nil)

// laterColumns are those that the sums gained after the migration that made them. The move into blocks, which
// comes between, writes sums too, so whichever runs first adds them.
var laterColumns = []string{"estimated_input", "estimated_output", "over_input", "over_output"}

func (m migration) widenSums() error {
	have, err := m.columns("usage_sum")
	for _, name := range laterColumns {
		if err == nil && !slices.Contains(have, name) {
			_, err = m.Exec("ALTER TABLE usage_sum ADD COLUMN " + name + " INTEGER NOT NULL DEFAULT 0")
		}
	}
	return err
}

func (m migration) columns(table string) (names []string, err error) {
	rows, err := m.t.QueryContext(m.ctx, "SELECT name FROM pragma_table_info(?)", table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

// sumAnew adds all records up again.
func (m migration) sumAnew() error {
	if _, err := m.Exec("DELETE FROM usage_sum"); err != nil {
		return err
	}
	rows, err := m.t.QueryContext(m.ctx, "SELECT seq, records FROM usage_block ORDER BY seq")
	if err != nil {
		return err
	}
	defer rows.Close()
	all := sums{of: map[sumKey]*sum{}}
	for rows.Next() {
		var seq int64
		var raw []byte
		if err := rows.Scan(&seq, &raw); err != nil {
			return err
		}
		if err := all.addBlock(raw); err != nil {
			return fmt.Errorf("block %d: %w", seq, err)
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return all.keep(m)
}

func (s *sums) addBlock(raw []byte) error {
	b, err := meter.ParseBlock(raw)
	if err != nil {
		return err
	}
	for i := range b.Len() {
		r, err := b.Record(i)
		if err != nil {
			return err
		}
		s.add(&r)
	}
	return nil
}
