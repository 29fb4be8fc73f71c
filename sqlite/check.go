package sqlite

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"

	"entente/agreement"
	"entente/ledger"
	"entente/ledger/tree"
	"entente/sqlite/disk"
)

// Beside finds what an audit of the ledger cannot see, because it stands beside the entries: a size
// that is not their number, hashes and checkpoints that belong to no entry, and usage that was changed.
func (s *Store) Beside(ctx context.Context, id agreement.ID) (found []ledger.Finding, err error) {
	t, err := s.file.Read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true}) // one moment for all of it
	if err == nil {
		found, err = beside(ctx, t, id)
		_ = t.Rollback() // it wrote nothing
	}
	if err != nil {
		return nil, fmt.Errorf("reading what stands beside the entries of %s: %w", id, err)
	}
	return found, nil
}

func beside(ctx context.Context, t *sql.Tx, id agreement.ID) ([]ledger.Finding, error) {
	var stated, entries, end int64
	err := t.QueryRowContext(ctx, `SELECT COALESCE((SELECT size FROM agreement WHERE id = $1), 0),
		COUNT(*), COALESCE(MAX(position) + 1, 0) FROM leaf WHERE agreement = $1`, id).Scan(&stated, &entries, &end)
	if err != nil {
		return nil, err
	}
	var found []ledger.Finding
	if stated != end || entries != end {
		found = append(found, ledger.Finding{Where: "the size of the ledger", What: fmt.Sprintf("the store says that it has %d entries, and %d are there", stated, entries)})
	}
	for _, beyond := range []struct {
		what, query string
		first       int64
	}{
		{"hash", "SELECT idx FROM hash WHERE agreement = $1 AND idx >= $2 ORDER BY idx LIMIT 10", tree.HashCount(end)},
		{"checkpoint of size", "SELECT size FROM checkpoint WHERE agreement = $1 AND size >= $2 ORDER BY size LIMIT 10", end + 1},
	} {
		strays, err := strays(ctx, t, beyond.query, id, beyond.first)
		if err != nil {
			return nil, err
		}
		for _, n := range strays {
			found = append(found, ledger.Finding{Where: fmt.Sprintf("%s %d", beyond.what, n), What: fmt.Sprintf("it belongs to no entry: there are %d", end)})
		}
	}
	err = damagedBlocks(ctx, t, id, &found)
	return found, err
}

// damagedBlocks finds blocks of usage that are not as they were written.
func damagedBlocks(ctx context.Context, t *sql.Tx, id agreement.ID, found *[]ledger.Finding) error {
	rows, err := t.QueryContext(ctx, "SELECT seq, digest, records FROM usage_block WHERE agreement = $1 ORDER BY seq", id)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var seq int64
		var digest, records sql.RawBytes
		if err := rows.Scan(&seq, &digest, &records); err != nil {
			return err
		}
		if sum := sha256.Sum256(records); !bytes.Equal(sum[:], digest) {
			*found = append(*found, ledger.Finding{Where: fmt.Sprintf("block %d of its usage", seq), What: "its records are not as they were written"})
		}
	}
	return rows.Err()
}

func strays(ctx context.Context, t *sql.Tx, query string, args ...any) (found []int64, err error) {
	rows, err := t.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		found = append(found, n)
	}
	return found, rows.Err()
}

// Orphans names the tables, with a count each, that hold something under an id for which there is no
// ledger.
func (s *Store) Orphans(ctx context.Context) ([]string, error) {
	found, err := disk.List(ctx, s.file.Read, `SELECT name || ' of ' || agreement || ' (' || COUNT(*) || ')' FROM (
		SELECT 'entries' AS name, agreement FROM leaf UNION ALL SELECT 'hashes', agreement FROM hash UNION ALL
		SELECT 'checkpoints', agreement FROM checkpoint UNION ALL SELECT 'rows', agreement FROM row UNION ALL
		SELECT 'private values', agreement FROM private)
		WHERE agreement NOT IN (SELECT id FROM agreement) GROUP BY agreement, name ORDER BY agreement, name LIMIT 20`, disk.Column[string])
	if err != nil {
		return nil, fmt.Errorf("looking for what belongs to no ledger: %w", err)
	}
	return found, nil
}
