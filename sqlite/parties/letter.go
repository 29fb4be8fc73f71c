package parties

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"entente/mail"
	"entente/sqlite/disk"
)

// KeepLetter stores a letter that nobody has posted under its key before; see mail.Store.
func (s *Cabinet) KeepLetter(ctx context.Context, e mail.Envelope) (fresh bool, err error) {
	err = s.file.Write(ctx, func(t *disk.Tx) error {
		changed, err := t.Exec(`INSERT INTO letter (id, key, sealed, state, attempts, posted, due, expires)
			SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE (SELECT COUNT(*) FROM letter WHERE state = $9) < $10
			ON CONFLICT (key) DO NOTHING`,
			e.ID, e.Key, e.Sealed, e.State, e.Attempts, e.Posted.UnixMicro(), e.Due.UnixMicro(), e.Expires.UnixMicro(), mail.Waiting, mail.MostWaiting)
		if fresh = changed == 1; err != nil || fresh {
			return err
		}
		known, err := t.Exec("UPDATE letter SET key = key WHERE key = $1", e.Key) // says whether there is one, and changes nothing
		if err == nil && known == 0 {
			err = mail.ErrFull
		}
		return err
	})
	if err != nil {
		return false, fmt.Errorf("keeping letter %s: %w", e.Key, err)
	}
	return fresh, nil
}

// Letters lists letters in a state that are due; see mail.Store.
func (s *Cabinet) Letters(ctx context.Context, state mail.State, before time.Time, most int) ([]mail.Envelope, error) {
	all, err := disk.List(ctx, s.file.Read, "SELECT id, key, sealed, attempts, posted, due, expires FROM letter WHERE state = $1 AND due < $2 ORDER BY due, posted, id LIMIT $3",
		func(r *sql.Rows) (mail.Envelope, error) {
			e := mail.Envelope{State: state}
			var posted, due, expires sql.NullInt64
			err := r.Scan(&e.ID, &e.Key, &e.Sealed, &e.Attempts, &posted, &due, &expires)
			e.Posted, e.Due, e.Expires = disk.TimeOf(posted), disk.TimeOf(due), disk.TimeOf(expires)
			return e, err
		}, state, before.UnixMicro(), most)
	if err != nil {
		return nil, fmt.Errorf("reading the letters that are %s: %w", state, err)
	}
	return all, nil
}

// MoveLetter writes how a letter stands; see mail.Store.
func (s *Cabinet) MoveLetter(ctx context.Context, e mail.Envelope) error {
	err := s.file.Write(ctx, func(t *disk.Tx) error {
		changed, err := t.Exec("UPDATE letter SET state = $2, attempts = $3, due = $4, sealed = $5 WHERE id = $1", e.ID, e.State, e.Attempts, e.Due.UnixMicro(), e.Sealed)
		if err == nil && changed == 0 {
			err = sql.ErrNoRows
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("moving letter %s: %w", e.ID, err)
	}
	return nil
}

// SweepLetters deletes the letters that ended before an instant.
func (s *Cabinet) SweepLetters(ctx context.Context, before time.Time) error {
	err := s.file.Write(ctx, func(t *disk.Tx) error {
		_, err := t.Exec("DELETE FROM letter WHERE state NOT IN ($2, $3) AND due < $1", before.UnixMicro(), mail.Waiting, mail.Sending)
		return err
	})
	if err != nil {
		return fmt.Errorf("deleting old letters: %w", err)
	}
	return nil
}
