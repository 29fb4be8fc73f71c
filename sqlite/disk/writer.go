package disk

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// A writer is the one goroutine that changes the database. Writes that wait at the same moment are
// run in one transaction, so that they share one flush of the disk.
type writer struct {
	conn     *sql.Conn
	prepared map[string]*sql.Stmt

	mu      sync.Mutex
	waiting []*pending
	ended   bool
	wake    chan struct{} // holds one token while there is something new
	done    chan struct{}
}

// A pending write waits for its turn, and then for the disk.
type pending struct {
	do     func(*Tx) error // nil: the journal is to be emptied, after all that came before
	err    error           // its own
	result chan error
}

const (
	groupSize = 256                  // the most writes of one transaction
	gathering = 2 * time.Millisecond // the most that a busy writer waits for others to join
)

func startWriter(conn *sql.Conn) *writer {
	w := &writer{conn: conn, prepared: map[string]*sql.Stmt{}, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go w.run()
	return w
}

// Write runs do in a transaction and returns when it is on disk, or has failed and changed nothing.
// A context that ends takes the write back while it waits for its turn; a write that has begun is
// seen through, so that the answer is the truth.
func (f *File) Write(ctx context.Context, do func(*Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p := &pending{do: do, result: make(chan error, 1)}
	if err := f.writer.enter(p); err != nil {
		return err
	}
	select {
	case err := <-p.result:
		return err
	case <-ctx.Done():
		if f.writer.withdraw(p) {
			return ctx.Err()
		}
		return <-p.result
	}
}

func (w *writer) enter(p *pending) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended {
		return ErrClosed
	}
	w.waiting = append(w.waiting, p)
	w.nudge()
	return nil
}

func (w *writer) nudge() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func (w *writer) withdraw(p *pending) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.Index(w.waiting, p)
	if i >= 0 {
		w.waiting = slices.Delete(w.waiting, i, i+1)
	}
	return i >= 0
}

// end lets the writes that wait finish, and closes the connection. While a statement is open SQLite
// would keep the file open too, and leave the last writes in the journal.
func (w *writer) end() error {
	w.mu.Lock()
	w.ended = true
	w.nudge()
	w.mu.Unlock()
	<-w.done
	var errs []error
	for _, s := range w.prepared {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, w.conn.Close())...)
}

func (w *writer) run() {
	defer close(w.done)
	for last := 0; ; {
		w.gather(last)
		group, ended := w.take()
		switch {
		case len(group) > 0:
			w.commit(group)
		case ended:
			return
		default:
			<-w.wake
		}
		last = len(group)
	}
}

// gather waits until as many writes are there as the last commit had, but not for long: those who
// were just answered are about to write again. A lone caller never waits.
func (w *writer) gather(last int) {
	if last < 2 {
		return
	}
	for deadline := time.Now().Add(gathering); w.count() < last && time.Now().Before(deadline); {
		time.Sleep(gathering / 20)
	}
}

func (w *writer) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.waiting)
}

func (w *writer) take() (group []*pending, ended bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := min(len(w.waiting), groupSize)
	group = slices.Clone(w.waiting[:n])
	w.waiting = slices.Delete(w.waiting, 0, n)
	return group, w.ended
}

// commit runs a group in one transaction and answers everyone in it.
func (w *writer) commit(group []*pending) {
	err := w.transact(group)
	if err != nil {
		w.command("ROLLBACK") // an error here means that SQLite has rolled back by itself
	}
	for _, p := range group {
		switch {
		case err != nil:
			p.err = err
		case p.do == nil:
			p.err = w.empty()
		}
		p.result <- p.err
	}
}

func (w *writer) transact(group []*pending) error {
	if err := w.command("BEGIN IMMEDIATE"); err != nil {
		return fmt.Errorf("beginning to write: %w", err)
	}
	for _, p := range group {
		if p.do == nil {
			continue
		}
		if err := w.attempt(p); err != nil {
			return err
		}
	}
	if err := w.command("COMMIT"); err != nil {
		return fmt.Errorf("bringing a write to disk: %w", err)
	}
	return nil
}

// attempt runs one write so that its own failure is its own. The error is for the whole group: a
// full disk, for example, ends the transaction.
func (w *writer) attempt(p *pending) error {
	if err := w.command("SAVEPOINT one"); err != nil {
		return err
	}
	if p.err = p.do(&Tx{w}); p.err != nil {
		if err := w.command("ROLLBACK TO one"); err != nil {
			return errors.Join(p.err, err)
		}
	}
	return w.command("RELEASE one")
}

func (w *writer) command(query string) error {
	_, err := (&Tx{w}).Exec(query)
	return err
}

// A Tx is the writer's connection inside a transaction. It has no context: a write that has begun
// is not cut off, because that would end the transaction of others too.
type Tx struct{ w *writer }

// Prepare is a statement that is kept until the file is closed.
func (t *Tx) Prepare(query string) (*sql.Stmt, error) {
	if s, ok := t.w.prepared[query]; ok {
		return s, nil
	}
	s, err := t.w.conn.PrepareContext(context.Background(), query)
	if err == nil {
		t.w.prepared[query] = s
	}
	return s, err
}

// Exec runs a statement and returns how many rows it changed.
func (t *Tx) Exec(query string, args ...any) (changed int64, err error) {
	s, err := t.Prepare(query)
	if err != nil {
		return 0, err
	}
	result, err := s.ExecContext(context.Background(), args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}
