package statement

import (
	"context"
	"errors"
	"fmt"

	"entente/agreement"
	"entente/articles/commerce"
	"entente/ledger"
	"entente/levels"
	"entente/meter"
	"entente/receipt"

	"golang.org/x/mod/sumdb/tlog"
)

// An Archive finds records and what stands beside their statements.
type Archive interface {
	// Record finds a record and the window of the statement that covers it, which has no hours if none
	// does yet. An error wraps ErrNoRecord if there is no such record.
	Record(ctx context.Context, id meter.ID) (meter.Record, commerce.Window, error)
	// StatedHashes are those that were kept for a statement; nil if none were.
	StatedHashes(ctx context.Context, id agreement.ID, w commerce.Window) ([]tlog.Hash, error)
	// Rollups are what the statements that begin within a window say of service levels.
	Rollups(ctx context.Context, id agreement.ID, w commerce.Window) ([]levels.Rollup, error)
	// Stated calls do with each record of a statement, by when they were opened and then by id.
	Stated(ctx context.Context, id agreement.ID, w commerce.Window, do func(meter.Record) error) error
}

// A Desk gives out receipts.
type Desk struct {
	Store  Archive
	Source func(ctx context.Context, id agreement.ID) ledger.Source
	// Open finds a call that is still open; nil where none can be.
	Open func(ctx context.Context, id meter.ID) (meter.Record, bool)
	// Refusals are those of some UTC days, as "2026-11-23"; nil where none are counted.
	Refusals func(ctx context.Context, agreement, from, to string) ([]meter.Refusal, error)
}

// Record finds the record of a call under an agreement, and the hour in which it is or will be
// stated as far as that is known.
func (d Desk) Record(ctx context.Context, id agreement.ID, call meter.ID) (meter.Record, commerce.Window, error) {
	r, w, err := d.Store.Record(ctx, call)
	if errors.Is(err, ErrNoRecord) && d.Open != nil {
		if open, ok := d.Open(ctx, call); ok {
			r, w, err = open, commerce.Window{Component: open.Component, Environment: agreement.Environment(open.Environment)}, nil
		}
	}
	if err == nil && r.Agreement != string(id) {
		err = ErrNoRecord
	}
	return r, w, err
}

// Receipt proves a call under an agreement. The error wraps ErrNoRecord if it has none, and
// receipt.ErrUnsealed if no statement covers it yet.
func (d Desk) Receipt(ctx context.Context, id agreement.ID, call meter.ID) (receipt.Receipt, error) {
	r, w, err := d.Record(ctx, id, call)
	if err != nil {
		return receipt.Receipt{}, err
	}
	if w.From.IsZero() {
		return receipt.Receipt{}, receipt.ErrUnsealed
	}
	source := d.Source(ctx, id)
	n, err := receipt.Find(w, source)
	if err != nil {
		return receipt.Receipt{}, err
	}
	hashes, err := d.Store.StatedHashes(ctx, id, w)
	if err != nil {
		return receipt.Receipt{}, err
	}
	checkpoint, err := newest(source)
	if err != nil {
		return receipt.Receipt{}, err
	}
	return receipt.Make(r, hashes, n, source, checkpoint)
}

// newest is the last checkpoint; stores give it without the others.
func newest(source ledger.Source) ([]byte, error) {
	if s, ok := source.(interface{ Newest() ([]byte, error) }); ok {
		return s.Newest()
	}
	all, err := source.Checkpoints()
	if err != nil || len(all) == 0 {
		return nil, errors.Join(err, errors.New("the ledger has no checkpoint"))
	}
	return all[len(all)-1], nil
}

// Check compares the records in the store with a statement that is sealed, and says what differs;
// nothing if they agree.
func (d Desk) Check(ctx context.Context, id agreement.ID, sealed commerce.UsageSealed) ([]string, error) {
	w := commerce.Window{Component: sealed.Component, Environment: sealed.Environment, From: sealed.From, To: sealed.To}
	if sealed.Form != receipt.Form {
		return []string{fmt.Sprintf("its records have form %d, and this release knows form %d", sealed.Form, receipt.Form)}, nil
	}
	var ids []meter.ID
	s := receipt.Statement{Window: w}
	err := d.Store.Stated(ctx, id, w, func(r meter.Record) error {
		ids = append(ids, r.ID)
		return s.Add(r)
	})
	if err != nil {
		return nil, err
	}
	if s.Root().String() == sealed.Root && s.Stated == sealed.Stated {
		return nil, nil
	}
	kept, err := d.Store.StatedHashes(ctx, id, w)
	if err != nil {
		return nil, err
	}
	was := receipt.Statement{Hashes: kept}
	if was.Root().String() != sealed.Root {
		return []string{fmt.Sprintf("the %d records in the store are not the %d that were sealed, and the hashes beside them are not those either, so nobody can tell which differ", len(ids), sealed.Records)}, nil
	}
	return differences(ids, s.Hashes, kept), nil
}

// differences names the records that were not sealed as they are, and counts what is missing.
func differences(ids []meter.ID, now, sealed []tlog.Hash) []string {
	known := make(map[tlog.Hash]bool, len(sealed))
	for _, h := range sealed {
		known[h] = true
	}
	var found []string
	for i, h := range now {
		if !known[h] {
			found = append(found, fmt.Sprintf("the record %s is not as it was sealed", ids[i]))
		}
		delete(known, h)
	}
	if missing := len(sealed) - len(now); missing > 0 {
		found = append(found, fmt.Sprintf("%d of the records that were sealed are gone", missing))
	}
	if len(found) == 0 {
		found = append(found, "what the records come to is not what the statement says")
	}
	return found
}
