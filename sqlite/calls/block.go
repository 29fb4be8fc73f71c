package calls

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"entente/meter"
	"entente/sqlite/disk"
)

// Usage is kept in blocks, each of which is a row: the records of one component and environment
// that came together and were opened in the same hour, as meter writes them. A block never changes.
// Its row says which hour and which IDs are in it, so that others need not be read.

const (
	hour    = int64(time.Hour / time.Microsecond)
	quarter = hour / 4
)

// A shelf is what the records of a block have in common: also the hour of their IDs, which is that
// in which they were opened, unless a clock was set meanwhile.
type shelf struct {
	agreement, component, environment string
	opened, made                      int64 // hours since 1970
}

// changes is what a write needs of a transaction.
type changes interface {
	Exec(query string, args ...any) (changed int64, err error)
}

// addBlocks keeps records, and what they add up to.
func addBlocks(t changes, records []meter.Record) error {
	var blocks []*newBlock
	on := map[shelf]*newBlock{}
	last := &newBlock{}
	sums := sums{of: map[sumKey]*sum{}}
	for i := range records {
		r := &records[i]
		s := shelf{r.Agreement, r.Component, r.Environment, r.Opened.UnixMicro() / hour, hourOf(r.ID)}
		if s != last.shelf || len(blocks) == 0 {
			if last = on[s]; last == nil {
				last = &newBlock{shelf: s}
				on[s], blocks = last, append(blocks, last)
			}
		}
		last.records = append(last.records, r)
		sums.add(r)
	}
	for _, b := range blocks {
		if err := b.keep(t); err != nil {
			return err
		}
	}
	if err := sums.keep(t); err != nil {
		return err
	}
	return sums.keepUse(t)
}

type newBlock struct {
	shelf
	records []*meter.Record
}

func (b *newBlock) keep(t changes) error {
	first, last, closed := b.records[0].ID, b.records[0].ID, b.records[0].Closed
	for _, r := range b.records {
		if bytes.Compare(r.ID[:], first[:]) < 0 {
			first = r.ID
		}
		if bytes.Compare(r.ID[:], last[:]) > 0 {
			last = r.ID
		}
		if r.Closed.After(closed) {
			closed = r.Closed
		}
	}
	raw := meter.AppendBlock(nil, b.records)
	digest := sha256.Sum256(raw)
	_, err := t.Exec("INSERT INTO usage_block (agreement, component, environment, hour, first_id, last_id, closed, digest, records) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		b.agreement, b.component, b.environment, b.opened, first[:], last[:], closed.UnixMicro(), digest[:], raw)
	return err
}

// hourOf is the hour in which an ID was made.
func hourOf(id meter.ID) int64 { return id.Time().UnixMicro() / hour }

// firstOf is the least ID of an hour.
func firstOf(h int64) (id meter.ID) {
	binary.BigEndian.PutUint64(id[:], uint64(h*hour/1000)<<16)
	return id
}

// blocks calls do with some blocks and their numbers, until do says that this was enough. chosen is what
// stands behind FROM.
func (s *Book) blocks(ctx context.Context, chosen string, args []any, do func(seq int64, b *meter.Block) (enough bool, err error)) error {
	rows, err := s.file.Read.QueryContext(ctx, "SELECT seq, records FROM usage_block "+chosen, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var seq int64
		var raw []byte
		if err := rows.Scan(&seq, &raw); err != nil {
			return err
		}
		b, err := meter.ParseBlock(raw)
		if err != nil {
			return fmt.Errorf("block %d: %w", seq, err)
		}
		if enough, err := do(seq, b); enough || err != nil {
			return err
		}
	}
	return rows.Err()
}

// records calls do with each record of some blocks, with the number of its block and its place in it.
func (s *Book) records(ctx context.Context, chosen string, args []any, do func(seq int64, i int, r *meter.Record) (enough bool, err error)) error {
	return s.blocks(ctx, chosen, args, func(seq int64, b *meter.Block) (bool, error) {
		for i := range b.Len() {
			r, err := b.Record(i)
			if err != nil {
				return true, fmt.Errorf("block %d: %w", seq, err)
			}
			if enough, err := do(seq, i, &r); enough || err != nil {
				return true, err
			}
		}
		return false, nil
	})
}

// A finder finds records by their IDs. It keeps the blocks that it has read last.
type finder struct {
	store *Book
	read  map[int64]*meter.Block
}

// find returns the block that has a record, its number, and the record's place in it.
func (f *finder) find(ctx context.Context, id meter.ID) (b *meter.Block, seq int64, i int, err error) {
	first := firstOf(hourOf(id))
	numbers, err := disk.List(ctx, f.store.file.Read, "SELECT seq FROM usage_block WHERE first_id BETWEEN $1 AND $2 AND last_id >= $2", disk.Column[int64], first[:], id[:])
	if err != nil {
		return nil, 0, 0, err
	}
	for _, seq := range numbers {
		b, err := f.block(ctx, seq)
		if err != nil {
			return nil, 0, 0, err
		}
		for i := range b.Len() {
			if b.ID(i) == id {
				return b, seq, i, nil
			}
		}
	}
	return nil, 0, 0, nil
}

func (f *finder) block(ctx context.Context, seq int64) (*meter.Block, error) {
	if b := f.read[seq]; b != nil {
		return b, nil
	}
	raw, err := disk.List(ctx, f.store.file.Read, "SELECT records FROM usage_block WHERE seq = $1", disk.Column[[]byte], seq)
	if err != nil || len(raw) == 0 {
		return nil, fmt.Errorf("block %d is gone: %w", seq, err)
	}
	b, err := meter.ParseBlock(raw[0])
	if err != nil {
		return nil, fmt.Errorf("block %d: %w", seq, err)
	}
	if len(f.read) >= 16 || f.read == nil {
		f.read = map[int64]*meter.Block{}
	}
	f.read[seq] = b
	return b, nil
}

// Kept says of which of some IDs there are records; see meter.Store.
func (s *Book) Kept(ctx context.Context, ids []meter.ID) (map[meter.ID]bool, error) {
	kept := map[meter.ID]bool{}
	if len(ids) == 0 {
		return kept, ctx.Err()
	}
	ids = slices.Clone(ids)
	slices.SortFunc(ids, func(a, b meter.ID) int { return bytes.Compare(a[:], b[:]) })
	from, first, last := firstOf(hourOf(ids[0])), ids[0], ids[len(ids)-1]
	near, err := disk.List(ctx, s.file.Read, "SELECT 1 FROM usage_block WHERE first_id BETWEEN $1 AND $3 AND last_id >= $2 LIMIT 1", disk.Column[int64], from[:], first[:], last[:])
	if err != nil {
		return nil, fmt.Errorf("looking for usage: %w", err)
	}
	f := finder{store: s}
	for _, id := range ids {
		if len(near) == 0 {
			break
		}
		b, _, _, err := f.find(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("looking for usage: %w", err)
		}
		if b != nil {
			kept[id] = true
		}
	}
	return kept, nil
}
