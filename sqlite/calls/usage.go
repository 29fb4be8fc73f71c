package calls

import (
	"context"
	"fmt"
	"strings"

	"entente/meter"
	"entente/sqlite/disk"
)

// Save keeps usage records; see meter.Store.
func (s *Book) Save(ctx context.Context, records []meter.Record) error {
	err := s.file.Write(ctx, func(t *disk.Tx) error { return addBlocks(t, records) })
	if err != nil {
		return fmt.Errorf("saving usage: %w", err)
	}
	return nil
}

// Usage returns a page of records; see meter.Store.
func (s *Book) Usage(ctx context.Context, q meter.Query) ([]meter.Record, string, error) {
	block, place, err := parseCursor(q.After)
	if err != nil {
		return nil, "", err
	}
	f, err := blocksOf(q)
	if err != nil {
		return nil, "", err
	}
	chosen, err := q.Filter()
	if err != nil {
		return nil, "", err
	}
	f.add("seq >= $%d", block)
	var page []meter.Record
	next := q.After
	err = s.records(ctx, f.where()+" ORDER BY seq", f.args, func(seq int64, i int, r *meter.Record) (bool, error) {
		if seq == block && i <= place || !chosen(r) {
			return false, nil
		}
		page, next = append(page, *r), fmt.Sprintf("%d.%d", seq, i)
		return len(page) == q.PageSize(), nil
	})
	if err != nil {
		return nil, "", fmt.Errorf("reading usage: %w", err)
	}
	return page, next, nil
}

// Recent returns the records that q asks for that were saved last, the last first, at most q.Limit; q.After does
// not matter.
func (s *Book) Recent(ctx context.Context, q meter.Query) ([]meter.Record, error) {
	f, err := blocksOf(q)
	if err != nil {
		return nil, err
	}
	chosen, err := q.Filter()
	if err != nil {
		return nil, err
	}
	var last []meter.Record
	err = s.blocks(ctx, f.where()+" ORDER BY seq DESC", f.args, func(seq int64, b *meter.Block) (bool, error) {
		for i := b.Len() - 1; i >= 0 && len(last) < q.PageSize(); i-- {
			r, err := b.Record(i)
			if err != nil {
				return true, fmt.Errorf("block %d: %w", seq, err)
			}
			if chosen(&r) {
				last = append(last, r)
			}
		}
		return len(last) == q.PageSize(), nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the last usage: %w", err)
	}
	return last, nil
}

// parseCursor reads the number of a block and a place in it, behind which a page begins.
func parseCursor(text string) (block int64, place int, err error) {
	if text == "" {
		return 0, 0, nil
	}
	_, err = fmt.Sscanf(text, "%d.%d", &block, &place)
	if err != nil || block < 0 || place < 0 || fmt.Sprintf("%d.%d", block, place) != text {
		return 0, 0, fmt.Errorf("%.40q: %w", text, meter.ErrCursor)
	}
	return block, place, nil
}

// A filter is the condition of a query and its arguments.
type filter struct {
	texts []string
	args  []any
}

// add adds a condition whose %d stands for the argument's number.
func (f *filter) add(text string, arg any) {
	f.args = append(f.args, arg)
	f.texts = append(f.texts, fmt.Sprintf(text, len(f.args)))
}

// equal adds a condition for each column with a text, unless the text is empty, which chooses all.
func (f *filter) equal(columns ...[2]string) {
	for _, c := range columns {
		if c[1] != "" {
			f.add(c[0]+" = $%d", c[1])
		}
	}
}

func (f *filter) where() string {
	if len(f.texts) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(f.texts, " AND ")
}

// blocksOf chooses the blocks in which there may be records that a query asks for.
func blocksOf(q meter.Query) (filter, error) {
	var f filter
	from, before, err := q.Span()
	if err != nil {
		return f, err
	}
	f.equal([2]string{"agreement", q.Agreement}, [2]string{"component", q.Component}, [2]string{"environment", q.Environment})
	if !from.IsZero() {
		f.add("hour >= $%d", from.UnixMicro()/hour)
	}
	if !before.IsZero() {
		f.add("hour <= $%d", before.UnixMicro()/hour)
	}
	return f, nil
}
