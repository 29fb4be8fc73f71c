package disk

import (
	"context"
	"errors"
	"fmt"
)

// ErrRead means that somebody reads the database as it was before.
var ErrRead = errors.New("the database is being read as it was before; what was erased is in its journal until that ends")

// LeftTraces says that something was erased, which may still be in the journal.
func (f *File) LeftTraces() { f.remains.Store(true) }

// Scrub empties the database's journal, in which what was erased could still be read, if something was
// erased since that was done last. In the database itself deleted bytes are overwritten at once.
func (f *File) Scrub(ctx context.Context) error {
	if !f.remains.Swap(false) {
		return nil
	}
	p := &pending{result: make(chan error, 1)}
	err := f.writer.enter(p)
	if err == nil {
		err = <-p.result
	}
	if err != nil {
		f.remains.Store(true)
		return fmt.Errorf("emptying the journal of the database: %w", err)
	}
	return nil
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
		return ErrRead
	}
	return nil
}
