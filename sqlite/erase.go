package sqlite

import (
	"context"
	"errors"
	"fmt"
	"time"

	"entente/agreement"
	"entente/sqlite/disk"
)

// Erase deletes all that says who some people of an agreement are, and all that is theirs. Erasing them
// again changes nothing.
func (s *Store) Erase(ctx context.Context, id agreement.ID, pseudonyms []string) error {
	err := s.file.Write(ctx, func(t *disk.Tx) error { return erase(t, id, pseudonyms) })
	if err == nil {
		s.file.LeftTraces()
		err = s.scrubSoon(ctx)
	}
	if err != nil {
		return fmt.Errorf("erasing people of %s: %w", id, err)
	}
	return nil
}

// erase deletes people's private values and what else is theirs: the rows of each table that has a column
// for the agreement and one for the person.
func erase(t *disk.Tx, id agreement.ID, pseudonyms []string) error {
	if len(pseudonyms) == 0 {
		return nil
	}
	tables, err := ofPeople(t)
	if err != nil {
		return fmt.Errorf("looking for what is kept of people: %w", err)
	}
	for _, pseudonym := range pseudonyms {
		if _, err := t.Exec("DELETE FROM private WHERE agreement = $1 AND pseudonym = $2", id, pseudonym); err != nil {
			return fmt.Errorf("erasing %s: %w", pseudonym, err)
		}
		theirs := "/" + string(id) + "/" + pseudonym // how the name of a person's own secret ends, such as that of a draft
		if _, err := t.Exec("DELETE FROM secret WHERE substr(name, -length($1)) = $1", theirs); err != nil {
			return fmt.Errorf("erasing %s: %w", pseudonym, err)
		}
		for _, table := range tables {
			if _, err := t.Exec(`DELETE FROM "`+table+`" WHERE agreement = $1 AND person = $2`, id, pseudonym); err != nil {
				return fmt.Errorf("erasing %s: %w", pseudonym, err)
			}
		}
	}
	return nil
}

func ofPeople(t *disk.Tx) (tables []string, err error) {
	s, err := t.Prepare(`SELECT name FROM sqlite_schema AS s WHERE type = 'table'
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

// scrubSoon is Scrub, tried for a while: most readers have ended soon.
func (s *Store) scrubSoon(ctx context.Context) error {
	const pause = 20 * time.Millisecond
	for tries := 100; ; tries-- {
		err := s.Scrub(ctx)
		if !errors.Is(err, disk.ErrRead) || tries == 0 || ctx.Err() != nil {
			return err
		}
		time.Sleep(pause)
	}
}
