package calls

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"entente/agreement"
	"entente/articles/commerce"
	"entente/levels"
	"entente/meter"
	"entente/sqlite/disk"
	"entente/statement"

	"golang.org/x/mod/sumdb/tlog"
)

// Which statement covers a record follows from when statements were drawn up: the first that ends
// after the record was opened and was drawn up after its block came. Hours are drawn up in their order,
// so that it is also the first that is not covered by what stands before it.

// A drawing is a statement as it was drawn up: it reaches to the last block that was there. The zero
// drawing covers nothing.
type drawing struct {
	window commerce.Window
	upTo   int64
}

func (d drawing) covers(seq int64, r *meter.Record) bool {
	return seq <= d.upTo && r.Opened.Before(d.window.To)
}

// drawings reads statements of a series; condition is about its columns begins, ends and upto, with
// parameters from $4 on.
func (s *Book) drawings(ctx context.Context, id agreement.ID, component string, e agreement.Environment, condition string, args ...any) ([]drawing, error) {
	return disk.List(ctx, s.file.Read, "SELECT component, environment, begins, ends, upto FROM statement WHERE agreement = $1 AND component = $2 AND environment = $3"+condition, func(r *sql.Rows) (drawing, error) {
		var d drawing
		var begins, ends int64
		err := r.Scan(&d.window.Component, &d.window.Environment, &begins, &ends, &d.upTo)
		d.window.From, d.window.To = time.UnixMicro(begins).UTC(), time.UnixMicro(ends).UTC()
		return d, err
	}, append([]any{id, component, e}, args...)...)
}

// Waiting says what is to be stated; see statement.Store.
func (s *Book) Waiting(ctx context.Context, id agreement.ID, before time.Time) ([]statement.Waiting, error) {
	var all []statement.Waiting
	for component, e := "", agreement.Environment(""); ; {
		next, err := disk.List(ctx, s.file.Read, `SELECT component, environment FROM usage_block WHERE agreement = $1 AND (component, environment) > ($2, $3)
			ORDER BY component, environment LIMIT 1`, func(r *sql.Rows) (w statement.Waiting, err error) {
			return w, r.Scan(&w.Component, &w.Environment)
		}, id, component, e)
		if err == nil && len(next) == 1 {
			component, e = next[0].Component, next[0].Environment
			err = s.wait(ctx, id, &next[0], before)
		}
		if err != nil {
			return nil, fmt.Errorf("looking for usage to be stated: %w", err)
		}
		if len(next) == 0 {
			return all, nil
		}
		if !next[0].First.IsZero() || !next[0].Drawn.From.IsZero() {
			all = append(all, next[0])
		}
	}
}

// wait finds out what of a series is to be stated.
func (s *Book) wait(ctx context.Context, id agreement.ID, w *statement.Waiting, before time.Time) error {
	var last drawing
	found, err := s.drawings(ctx, id, w.Component, w.Environment, " ORDER BY begins DESC LIMIT 1")
	if err != nil {
		return err
	}
	if len(found) > 0 {
		last = found[0]
		w.Drawn = last.window
	}
	now := drawing{commerce.Window{Component: w.Component, Environment: w.Environment, To: before}, math.MaxInt64}
	hours, err := disk.List(ctx, s.file.Read, "SELECT DISTINCT hour FROM usage_block WHERE agreement = $1 AND component = $2 AND environment = $3 AND (seq > $4 OR hour >= $5) AND hour <= $6 ORDER BY hour",
		disk.Column[int64], id, w.Component, w.Environment, last.upTo, last.window.To.UnixMicro()/hour, before.UnixMicro()/hour)
	for _, h := range hours {
		if err == nil && w.First.IsZero() {
			err = s.uncovered(ctx, id, last, now, [2]int64{h, h}, func(_ *meter.Block, _ int, r *meter.Record) {
				if w.First.IsZero() || r.Opened.Before(w.First) {
					w.First = r.Opened
				}
			})
		}
	}
	return err
}

// uncovered calls do with the records that were opened in some hours, that one drawing covers and another, which was drawn
// up before it, does not. They are in blocks that came since, and in earlier ones of later hours.
func (s *Book) uncovered(ctx context.Context, id agreement.ID, old, now drawing, hours [2]int64, do func(b *meter.Block, i int, r *meter.Record)) error {
	args := []any{id, now.window.Component, now.window.Environment, hours[0], hours[1], old.upTo, now.upTo, old.window.To.UnixMicro() / hour}
	for _, blocks := range []string{"seq > $6 AND seq <= $7 AND $8 = $8", "seq <= $6 AND $7 = $7 AND hour >= $8"} {
		err := s.blocks(ctx, "WHERE agreement = $1 AND component = $2 AND environment = $3 AND hour BETWEEN $4 AND $5 AND "+blocks, args, func(seq int64, b *meter.Block) (bool, error) {
			for i := range b.Len() {
				r, err := b.Record(i)
				if err != nil {
					return true, fmt.Errorf("block %d: %w", seq, err)
				}
				if now.covers(seq, &r) && !old.covers(seq, &r) {
					do(b, i, &r)
				}
			}
			return false, nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Draw draws up a statement; see statement.Store.
func (s *Book) Draw(ctx context.Context, id agreement.ID, w commerce.Window) error {
	err := s.file.Write(ctx, func(t *disk.Tx) error {
		_, err := t.Exec(`INSERT INTO statement (agreement, component, environment, begins, ends, upto)
			SELECT $1, $2, $3, $4, $5, COALESCE(MAX(seq), 0) FROM usage_block WHERE true ON CONFLICT DO NOTHING`,
			id, w.Component, w.Environment, w.From.UnixMicro(), w.To.UnixMicro())
		return err
	})
	if err != nil {
		return fmt.Errorf("drawing up a statement of usage: %w", err)
	}
	return nil
}

// Stated reads the records of a statement; see statement.Store. While it sorts them it keeps their
// blocks in memory.
func (s *Book) Stated(ctx context.Context, id agreement.ID, w commerce.Window, do func(meter.Record) error) error {
	found, err := s.drawings(ctx, id, w.Component, w.Environment, " AND begins <= $4 ORDER BY begins DESC LIMIT 2", w.From.UnixMicro())
	if err != nil {
		return fmt.Errorf("reading the records of a statement: %w", err)
	}
	if len(found) == 0 || !found[0].window.From.Equal(w.From) {
		return nil
	}
	var all []place
	err = s.uncovered(ctx, id, append(found, drawing{})[1], found[0], [2]int64{0, found[0].window.To.UnixMicro() / hour}, func(b *meter.Block, i int, r *meter.Record) {
		all = append(all, place{r.Opened.UnixMicro(), b, i})
	})
	if err != nil {
		return fmt.Errorf("reading the records of a statement: %w", err)
	}
	slices.SortFunc(all, place.compare)
	for _, p := range all {
		r, err := p.block.Record(p.i)
		if err == nil {
			err = do(r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// A place is where a record is.
type place struct {
	opened int64
	block  *meter.Block
	i      int
}

func (p place) compare(to place) int {
	a, b := p.block.ID(p.i), to.block.ID(to.i)
	return cmp.Or(cmp.Compare(p.opened, to.opened), bytes.Compare(a[:], b[:]))
}

// KeepBeside keeps what stands beside a statement; see statement.Store.
func (s *Book) KeepBeside(ctx context.Context, id agreement.ID, w commerce.Window, hashes []tlog.Hash, r levels.Rollup) error {
	measured, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("writing what a statement says of service levels: %w", err)
	}
	kept := make([]byte, 0, len(hashes)*tlog.HashSize)
	for _, h := range hashes {
		kept = append(kept, h[:]...)
	}
	err = s.file.Write(ctx, func(t *disk.Tx) error {
		_, err := t.Exec("UPDATE statement SET hashes = $5, levels = $6 WHERE agreement = $1 AND component = $2 AND environment = $3 AND begins = $4",
			id, w.Component, w.Environment, w.From.UnixMicro(), kept, string(measured))
		return err
	})
	if err != nil {
		return fmt.Errorf("keeping what stands beside a statement: %w", err)
	}
	return nil
}

// Hashes of statements; see statement.Store.
func (s *Book) StatedHashes(ctx context.Context, id agreement.ID, w commerce.Window) ([]tlog.Hash, error) {
	kept, err := disk.List(ctx, s.file.Read, "SELECT hashes FROM statement WHERE agreement = $1 AND component = $2 AND environment = $3 AND begins = $4 AND hashes IS NOT NULL",
		disk.Column[[]byte], id, w.Component, w.Environment, w.From.UnixMicro())
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading the hashes of a statement: %w", err)
	case len(kept) == 0:
		return nil, nil
	case len(kept[0])%tlog.HashSize != 0:
		return nil, errors.New("reading the hashes of a statement: their bytes are not a whole number of hashes")
	}
	hashes := make([]tlog.Hash, 0, len(kept[0])/tlog.HashSize)
	for b := kept[0]; len(b) > 0; b = b[tlog.HashSize:] {
		hashes = append(hashes, tlog.Hash(b[:tlog.HashSize]))
	}
	return hashes, nil
}

// Rollups reads what statements say of service levels; see statement.Archive.
func (s *Book) Rollups(ctx context.Context, id agreement.ID, w commerce.Window) ([]levels.Rollup, error) {
	all, err := disk.List(ctx, s.file.Read, `SELECT levels FROM statement WHERE agreement = $1 AND component = $2 AND environment = $3 AND begins >= $4 AND begins < $5
		AND levels IS NOT NULL`, func(rows *sql.Rows) (r levels.Rollup, err error) {
		var text string
		if err = rows.Scan(&text); err == nil {
			err = json.Unmarshal([]byte(text), &r)
		}
		return r, err
	}, id, w.Component, w.Environment, w.From.UnixMicro(), w.To.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("reading what statements say of service levels: %w", err)
	}
	return all, nil
}

// Record finds one record; see statement.Store.
func (s *Book) Record(ctx context.Context, id meter.ID) (meter.Record, commerce.Window, error) {
	f := finder{store: s}
	b, seq, i, err := f.find(ctx, id)
	if err != nil {
		return meter.Record{}, commerce.Window{}, fmt.Errorf("reading the record %s: %w", id, err)
	}
	if b == nil {
		return meter.Record{}, commerce.Window{}, statement.ErrNoRecord
	}
	r, err := b.Record(i)
	if err != nil {
		return r, commerce.Window{}, fmt.Errorf("reading block %d: %w", seq, err)
	}
	w := commerce.Window{Component: r.Component, Environment: agreement.Environment(r.Environment)}
	found, err := s.drawings(ctx, agreement.ID(r.Agreement), w.Component, w.Environment, " AND ends > $4 AND upto >= $5 ORDER BY begins LIMIT 1", r.Opened.UnixMicro(), seq)
	if err != nil || len(found) == 0 {
		return r, w, err
	}
	return r, found[0].window, nil
}
