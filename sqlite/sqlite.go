// Package sqlite keeps a node's ledgers, usage, credentials and sealed secrets in one file.
//
// What a call has written is on disk when the call returns, across a power cut: the file is in WAL
// mode with synchronous=FULL. One goroutine writes; writes that wait at the same moment share one
// commit, and each succeeds or fails by itself. Reading never waits for writing. Leaves, checkpoints
// and answers are kept as the bytes that came and are never encoded again.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite"
)

//go:embed migrations/*.sql
var migrations embed.FS

// A Store is one database file. Open makes it; many goroutines may use it.
type Store struct {
	db     *sql.DB // the writer's one connection
	read   *sql.DB // cannot write
	writer *writer

	remains atomic.Bool // what was erased since the journal was emptied may be in it
}

// The errors that callers branch on.
var (
	ErrClosed = errors.New("the database is closed")
	ErrNewer  = errors.New("the database was written by a newer release of this program")
)

// Open opens the database file at path, making it and its folder if they are new, and brings its
// tables to the form of this release. No one but their owner can read the files.
func Open(path string) (*Store, error) {
	s, err := open(path)
	if err != nil {
		return nil, fmt.Errorf("opening the database %s: %w", path, err)
	}
	return s, nil
}

func open(path string) (_ *Store, err error) {
	if path, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	if err := prepare(path); err != nil {
		return nil, err
	}
	s := &Store{}
	if s.db, err = sql.Open("sqlite", address(path, "_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=secure_delete(ON)&_pragma=journal_size_limit(67108864)")); err != nil {
		return nil, err
	}
	s.db.SetMaxOpenConns(1)
	if s.read, err = sql.Open("sqlite", address(path, "mode=ro&_query_only=1")); err != nil {
		return nil, errors.Join(err, s.db.Close())
	}
	s.read.SetMaxOpenConns(readers)
	s.read.SetMaxIdleConns(readers)
	if err := s.begin(context.Background()); err != nil {
		return nil, errors.Join(err, s.read.Close(), s.db.Close())
	}
	return s, nil
}

// readers is how many goroutines can read at the same moment; others wait for their turn.
const readers = 8

// begin makes or migrates the tables and starts the writer.
func (s *Store) begin(ctx context.Context) error {
	if err := migrate(ctx, s.db); err != nil {
		return err
	}
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return err
	}
	if err := checkSettings(ctx, conn); err != nil {
		return errors.Join(err, conn.Close())
	}
	s.writer = startWriter(conn)
	s.remains.Store(true) // who was here before may have been killed between the two
	return nil
}

// address is the name of the database for the driver, with what holds for readers and the writer.
func address(path, query string) string {
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: query +
		"&_dqs=0&_defensive=1&_pragma=busy_timeout(5000)&_pragma=foreign_keys(ON)&_pragma=trusted_schema(OFF)"}
	return u.String()
}

// prepare makes the file, since SQLite would make it readable by everyone; its companions then get
// the same mode.
func prepare(path string) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o002 != 0 {
		return fmt.Errorf("everyone on this machine can write to the folder %s: run chmod 700 on it, or choose another", dir)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		if err := os.Chmod(name, 0o600); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// programs are the migrations that are no file.
var programs = []*goose.Migration{moveUsage, addEstimates}

func migrate(ctx context.Context, db *sql.DB) error {
	sources, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, sources, goose.WithDisableGlobalRegistry(true), goose.WithGoMigrations(programs...))
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

// checkSettings refuses to write where SQLite did not take up what durability needs, as happens on
// some network file systems.
func checkSettings(ctx context.Context, conn *sql.Conn) error {
	for name, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1"} {
		var got string
		if err := conn.QueryRowContext(ctx, "PRAGMA "+name).Scan(&got); err != nil {
			return fmt.Errorf("reading the setting %s: %w", name, err)
		}
		if got != want {
			return fmt.Errorf("the setting %s is %q and not %q: the file must be on a local disk", name, got, want)
		}
	}
	return nil
}

// Close finishes the writes that wait and closes the file, which then is one file again. Later
// calls fail.
func (s *Store) Close() error {
	return errors.Join(s.read.Close(), s.writer.end(), s.db.Close())
}

// CheckIntegrity reads the whole file and reports damage to its structure. It does not look at what
// the ledgers say: ledger.Audit does.
func (s *Store) CheckIntegrity(ctx context.Context) error {
	found, err := list(ctx, s, "PRAGMA quick_check(10)", column[string])
	if err != nil {
		return fmt.Errorf("checking the database: %w", err)
	}
	if len(found) == 1 && found[0] == "ok" {
		return nil
	}
	return fmt.Errorf("the database file is damaged, restore it from a backup: %q", found)
}

// SweepAnswers deletes the answers and the refused calls that were kept before an instant; they are kept for 30 days.
func (s *Store) SweepAnswers(ctx context.Context, before time.Time) error {
	err := s.write(ctx, func(t *tx) error {
		for _, table := range []string{"answer", "refused"} {
			if _, err := t.exec("DELETE FROM "+table+" WHERE at < $1", before.UnixMicro()); err != nil {
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

// list reads all rows of a query.
func list[T any](ctx context.Context, s *Store, query string, scan func(*sql.Rows) (T, error), args ...any) ([]T, error) {
	rows, err := s.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// column reads a row of one column.
func column[T any](r *sql.Rows) (T, error) {
	var v T
	err := r.Scan(&v)
	return v, err
}

// instant is how a time is stored; the zero time is absent.
func instant(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: t.UnixMicro(), Valid: !t.IsZero()}
}

func timeOf(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return time.UnixMicro(n.Int64).UTC()
}
