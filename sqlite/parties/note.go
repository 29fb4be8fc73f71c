package parties

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/sqlite/disk"
)

// KeepNote stores a party's private note; see access.NoteStore.
func (s *Cabinet) KeepNote(ctx context.Context, n access.Note, a access.Answer) error {
	err := s.file.Write(ctx, func(t *disk.Tx) error {
		if _, err := t.Exec("INSERT INTO note (id, agreement, party, clause, author, at, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7)",
			n.ID, n.Agreement, n.Party, n.Clause, n.By, n.At.UnixMicro(), n.Sealed); err != nil {
			return err
		}
		return AddAnswer(t, a)
	})
	if err != nil {
		return fmt.Errorf("keeping note %s: %w", n.ID, err)
	}
	return nil
}

// Notes lists a party's private notes; see access.NoteStore.
func (s *Cabinet) Notes(ctx context.Context, id agreement.ID, p agreement.Party) ([]access.Note, error) {
	all, err := disk.List(ctx, s.file.Read, "SELECT id, clause, author, at, sealed FROM note WHERE agreement = $1 AND party = $2 ORDER BY at, id",
		func(r *sql.Rows) (access.Note, error) {
			n := access.Note{Agreement: id, Party: p}
			var at int64
			err := r.Scan(&n.ID, &n.Clause, &n.By, &at, &n.Sealed)
			n.At = time.UnixMicro(at).UTC()
			return n, err
		}, id, p)
	if err != nil {
		return nil, fmt.Errorf("reading the notes of %s: %w", id, err)
	}
	return all, nil
}

// DropNote forgets a party's private note; see access.NoteStore.
func (s *Cabinet) DropNote(ctx context.Context, id agreement.ID, p agreement.Party, note string, a access.Answer) (found bool, err error) {
	err = s.file.Write(ctx, func(t *disk.Tx) error {
		gone, err := t.Exec("DELETE FROM note WHERE id = $1 AND agreement = $2 AND party = $3", note, id, p)
		if found = gone == 1; err != nil || !found {
			return err
		}
		return AddAnswer(t, a)
	})
	if err != nil {
		return false, fmt.Errorf("forgetting note %s: %w", note, err)
	}
	return found, nil
}
