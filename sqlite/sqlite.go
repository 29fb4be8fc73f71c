// Package sqlite keeps a node's ledgers, usage, credentials and sealed secrets in one file.
//
// What a call has written is on disk when the call returns, across a power cut. Leaves, checkpoints
// and answers are kept as the bytes that came and are never encoded again.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"entente/sqlite/calls"
	"entente/sqlite/disk"
	"entente/sqlite/parties"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// A Store is one database file. Open makes it; many goroutines may use it.
type Store struct {
	parties.Cabinet
	calls.Book

	file *disk.File
}

// ErrNewer is that the file has tables of which this release knows nothing.
var ErrNewer = errors.New("the database was written by a newer release of this program")

// Open opens the database file at path, making it and its folder if they are new, and brings its
// tables to the form of this release. No one but their owner can read the files.
func Open(path string) (*Store, error) {
	f, err := disk.Open(path, migrate)
	if err != nil {
		return nil, fmt.Errorf("opening the database %s: %w", path, err)
	}
	return &Store{parties.In(f), calls.In(f), f}, nil
}

// Close finishes the writes that wait and closes the file, which then is one file again. Later
// calls fail.
func (s *Store) Close() error { return s.file.Close() }

// CheckIntegrity reads the whole file and reports damage to its structure. It does not look at what
// the ledgers say: ledger.Audit does.
func (s *Store) CheckIntegrity(ctx context.Context) error { return s.file.CheckIntegrity(ctx) }

// Snapshot writes the database as it is at one moment to a new file, while others read and write it. What
// was deleted is not in it.
func (s *Store) Snapshot(ctx context.Context, path string) error { return s.file.Snapshot(ctx, path) }

// Scrub empties the database's journal, in which what was erased could still be read, if something was
// erased since that was done last. In the database itself deleted bytes are overwritten at once.
func (s *Store) Scrub(ctx context.Context) error { return s.file.Scrub(ctx) }

func migrate(ctx context.Context, db *sql.DB) error {
	sources, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, sources, goose.WithDisableGlobalRegistry(true), goose.WithGoMigrations(calls.Migrations...))
	if err != nil {
		return fmt.Errorf("reading the migrations: %w", err)
	}
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("reading the version of the tables: %w", err)
	}
	if have > want {
		return fmt.Errorf("%w: its tables are version %d, and this release knows %d", ErrNewer, have, want)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bringing the tables to version %d: %w", want, err)
	}
	return nil
}

// SweepAnswers deletes the answers and the refused calls that were kept before an instant; they are kept for 30 days.
func (s *Store) SweepAnswers(ctx context.Context, before time.Time) error {
	err := s.file.Write(ctx, func(t *disk.Tx) error {
		for _, table := range []string{"answer", "refused"} {
			if _, err := t.Exec("DELETE FROM "+table+" WHERE at < $1", before.UnixMicro()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("deleting old answers and refusals: %w", err)
	}
	return nil
}
