package meter

import (
	"bytes"
	"context"
	"fmt"
	"strings"
)

// StillOpen flushes and returns the records that are open, by ID: every other record that was opened
// before is in the store. It errs when records do not reach the store.
func (m *Meter) StillOpen(ctx context.Context) (open []Record, err error) {
	err = m.hold(ctx, func(err error) error {
		open = m.shipper.stillOpen()
		return err
	})
	return open, err
}

// Find returns a record that is open.
func (m *Meter) Find(ctx context.Context, id ID) (r Record, ok bool) {
	_ = m.hold(ctx, func(error) error {
		var o *opened
		if o, ok = m.shipper.open[id]; ok {
			r = o.rec
		}
		return nil
	})
	return r, ok
}

// hold flushes and calls do while what is open and what is in the store stand still.
func (m *Meter) hold(ctx context.Context, do func(error) error) error {
	_ = m.journal.flush()
	return m.shipper.hold(ctx, do)
}

// Usage flushes and returns the records that q asks for: those of the store and, behind the last of
// them, those that are open. These come again, behind the cursor, when they are final. It
// answers also while records cannot be brought to the store: they come behind the cursor later.
func (m *Meter) Usage(ctx context.Context, q Query) (records []Record, next string, err error) {
	chosen, err := q.Filter()
	if err != nil {
		return nil, "", err
	}
	after, shown, err := cutCursor(q.After)
	if err != nil {
		return nil, "", err
	}
	err = m.hold(ctx, func(error) (err error) {
		next = after
		if shown.IsZero() {
			stored := q
			stored.After = after
			if records, next, err = m.config.Store.Usage(ctx, stored); err != nil {
				return err
			}
		}
		records, next = appendStillOpen(records, next, m.shipper.stillOpen(), shown, q.PageSize(), chosen)
		return nil
	})
	return records, next, err
}

// openMark stands in a cursor between the store's own and the last open record that was shown.
const openMark = "~"

func cutCursor(cursor string) (after string, shown ID, err error) {
	after, text, marked := strings.Cut(cursor, openMark)
	if !marked {
		return after, ID{}, nil
	}
	if shown, err = ParseID(text); err != nil {
		return "", ID{}, fmt.Errorf("%.40q: %w", cursor, ErrCursor)
	}
	return after, shown, nil
}

// appendStillOpen fills a page up with open records behind the one that was shown last. The cursor
// behind the last of all of them is that of the store.
func appendStillOpen(page []Record, cursor string, open []Record, shown ID, size int, chosen func(*Record) bool) ([]Record, string) {
	for i := range open {
		r := &open[i]
		if bytes.Compare(r.ID[:], shown[:]) <= 0 || !chosen(r) {
			continue
		}
		if len(page) == size {
			if last := page[size-1]; !last.State.Final() {
				return page, cursor + openMark + last.ID.String()
			}
			return page, cursor
		}
		page = append(page, *r)
	}
	if len(page) == size && !page[size-1].State.Final() {
		return page, cursor + openMark + page[size-1].ID.String()
	}
	return page, cursor
}

// Summary flushes and adds up the records that q asks for, those that are open too; see Store. Like Usage it answers
// also while records cannot be brought to the store; a statement calls Flush first and heeds its error.
func (m *Meter) Summary(ctx context.Context, q Query) ([]Sum, error) {
	chosen, err := q.Filter()
	if err != nil {
		return nil, err
	}
	tally := Tally{Zone: q.Zone}
	err = m.hold(ctx, func(error) error {
		sums, err := m.config.Store.Summary(ctx, q)
		for _, s := range sums {
			tally.Merge(s)
		}
		for _, r := range m.shipper.stillOpen() {
			if chosen(&r) {
				tally.Add(r)
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return tally.Sums(), nil
}

// Recall flushes and says what was used lately, and is held for what is open; see Store. It errs when records do not reach the
// store: an answer without them would be too low.
func (m *Meter) Recall(ctx context.Context, q Recall) ([]Used, error) {
	memory := Memory{Recall: q}
	err := m.hold(ctx, func(err error) error {
		if err != nil {
			return err
		}
		used, err := m.config.Store.Recall(ctx, q)
		for _, u := range used {
			memory.Merge(u, false)
		}
		for _, r := range m.shipper.stillOpen() {
			memory.Add(r)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return memory.Used(), nil
}
