// Package disk is one database file: what a write has written is on disk when it returns, across a power cut.
//
// The file is SQLite's, in WAL mode with synchronous=FULL. One goroutine writes; writes that wait at the same
// moment share one commit, and each succeeds or fails by itself. Reading never waits for writing.
package disk

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"

	_ "modernc.org/sqlite"
)

// A File is a database file that is open: one goroutine writes, and readers do not wait for it.
type File struct {
	db     *sql.DB // the writer's one connection
	Read   *sql.DB // cannot write
	writer *writer

	remains atomic.Bool // what was erased since the journal was emptied may be in it
}

// ErrClosed is that nothing is written any more.
var ErrClosed = errors.New("the database is closed")

// Open opens the database file at path, making it and its folder if they are new. Before anyone reads or writes, ready
// brings its tables to the form that is wanted.
func Open(path string, ready func(context.Context, *sql.DB) error) (_ *File, err error) {
	if path, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	if err := makeFile(path); err != nil {
		return nil, err
	}
	f := &File{}
	if f.db, err = sql.Open("sqlite", address(path, "_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=secure_delete(ON)&_pragma=journal_size_limit(67108864)")); err != nil {
		return nil, err
	}
	f.db.SetMaxOpenConns(1)
	if f.Read, err = sql.Open("sqlite", address(path, "mode=ro&_query_only=1")); err != nil {
		return nil, errors.Join(err, f.db.Close())
	}
	f.Read.SetMaxOpenConns(readers)
	f.Read.SetMaxIdleConns(readers)
	if err := f.begin(context.Background(), ready); err != nil {
		return nil, errors.Join(err, f.Read.Close(), f.db.Close())
	}
	return f, nil
}

// readers is how many goroutines can read at the same moment; others wait for their turn.
const readers = 8

// begin makes or migrates the tables and starts the writer.
func (f *File) begin(ctx context.Context, ready func(context.Context, *sql.DB) error) error {
	if err := ready(ctx, f.db); err != nil {
		return err
	}
	conn, err := f.db.Conn(ctx)
	if err != nil {
		return err
	}
	if err := checkSettings(ctx, conn); err != nil {
		return errors.Join(err, conn.Close())
	}
	f.writer = startWriter(conn)
	f.remains.Store(true) // who was here before may have been killed between the two
	return nil
}

// address is the name of the database for the driver, with what holds for readers and the writer.
func address(path, query string) string {
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: query +
		"&_dqs=0&_defensive=1&_pragma=busy_timeout(5000)&_pragma=foreign_keys(ON)&_pragma=trusted_schema(OFF)"}
	return u.String()
}

// makeFile makes the file, since SQLite would make it readable by everyone; its companions then get
// the same mode.
func makeFile(path string) error {
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
func (f *File) Close() error {
	return errors.Join(f.Read.Close(), f.writer.end(), f.db.Close())
}

// CheckIntegrity reads the whole file and reports damage to its structure. It does not look at what it says.
func (f *File) CheckIntegrity(ctx context.Context) error {
	found, err := List(ctx, f.Read, "PRAGMA quick_check(10)", Column[string])
	if err != nil {
		return fmt.Errorf("checking the database: %w", err)
	}
	if len(found) == 1 && found[0] == "ok" {
		return nil
	}
	return fmt.Errorf("the database file is damaged, restore it from a backup: %q", found)
}
