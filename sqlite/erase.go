package sqlite

import (
	"context"
	"errors"
	"fmt"
	"time"

	"entente/agreement"
)

// Erase deletes all that says who some people of an agreement are, and all that is theirs. Erasing them
// again changes nothing.
func (s *Store) Erase(ctx context.Context, id agreement.ID, pseudonyms []string) error {
	err := s.write(ctx, func(t *tx) error { return t.erase(id, pseudonyms) })
	if err == nil {
		s.remains.Store(true)
		err = s.scrubSoon(ctx)
	}
	if err != nil {
		return fmt.Errorf("erasing people of %s: %w", id, err)
	}
	return nil
}

// erase deletes people's private values and what else is theirs: the rows of each table that has a column
// for the agreement and one for the person.
func (t *tx) erase(id agreement.ID, pseudonyms []string) error {
	if len(pseudonyms) == 0 {
		return nil
	}
	tables, err := t.ofPeople()
	if err != nil {
		return fmt.Errorf("looking for what is kept of people: %w", err)
	}
	for _, pseudonym := range pseudonyms {
		if _, err := t.exec("DELETE FROM private WHERE agreement = $1 AND pseudonym = $2", id, pseudonym); err != nil {
			return fmt.Errorf("erasing %s: %w", pseudonym, err)
		}
		theirs := "/" + string(id) + "/" + pseudonym // how the name of a person's own secret ends, such as that of a draft
		if _, err := t.exec("DELETE FROM secret WHERE substr(name, -length($1)) = $1", theirs); err != nil {
			return fmt.Errorf("erasing %s: %w", pseudonym, err)
		}
		for _, table := range tables {
			if _, err := t.exec(`DELETE FROM "`+table+`" WHERE agreement = $1 AND person = $2`, id, pseudonym); err != nil {
				return fmt.Errorf("erasing %s: %w", pseudonym, err)
			}
		}
	}
	return nil
}

func (t *tx) ofPeople() (tables []string, err error) {
	s, err := t.prepare(`SELECT name FROM sqlite_schema AS s WHERE type = 'table'
		AND EXISTS (SELECT 1 FROM pragma_table_info(s.name) WHERE name = 'agreement') AND EXISTS (SELECT 1 FROM pragma_table_info(s.name) WHERE name = 'person')
		ORDER BY name`)
	if err != nil {
		return nil, err
	}
	rows, err := s.QueryContext(context.Background())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		tables = append(tables, name)
	}
	return tables, rows.Err()
}

// errRead means that somebody reads the database as it was before.
var errRead = errors.New("the database is being read as it was before; what was erased is in its journal until that ends")

// Scrub empties the database's journal, in which what was erased could still be read, if something was
// erased since that was done last. In the database itself deleted bytes are overwritten at once.
func (s *Store) Scrub(ctx context.Context) error {
	if !s.remains.Swap(false) {
		return nil
	}
	p := &pending{result: make(chan error, 1)}
	err := s.writer.enter(p)
	if err == nil {
		err = <-p.result
	}
	if err != nil {
		s.remains.Store(true)
		return fmt.Errorf("emptying the journal of the database: %w", err)
	}
	return nil
}

// scrubSoon is Scrub, tried for a while: most readers have ended soon.
func (s *Store) scrubSoon(ctx context.Context) error {
	const pause = 20 * time.Millisecond
	for tries := 100; ; tries-- {
		err := s.Scrub(ctx)
		if !errors.Is(err, errRead) || tries == 0 || ctx.Err() != nil {
			return err
		}
		time.Sleep(pause)
	}
}

// empty brings the journal's content to the database and cuts it to nothing. It waits for no reader, because
// every write would wait with it.
func (w *writer) empty() error {
	var busy, frames, moved int
	_, err := w.conn.ExecContext(context.Background(), "PRAGMA busy_timeout = 0")
	if err == nil {
		err = w.conn.QueryRowContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &moved)
	}
	_, back := w.conn.ExecContext(context.Background(), "PRAGMA busy_timeout = 5000")
	if err := errors.Join(err, back); err != nil {
		return err
	}
	if busy != 0 {
		return errRead
	}
	return nil
}
