// Package metertest holds a strict usage store in memory and the suite that every usage
// store has to pass.
package metertest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"entente/meter"
)

// A Store keeps records in memory. It is strict: a record that no meter would make is an
// error, not a surprise later. The zero value is ready.
type Store struct {
	mu    sync.Mutex
	order []meter.ID
	kept  map[meter.ID]meter.Record
	saves int
	fault func() Fault
}

// A Fault is how a Save goes wrong.
type Fault int

// The faults.
const (
	None   Fault = iota
	Lost         // it fails, and nothing was kept
	Kept         // it fails, but everything was kept
	Halved       // it fails, and the first half was kept: no store should, and a meter copes
)

// ErrFault is the error of a Save that was told to go wrong.
var ErrFault = errors.New("store fault made by a test")

// FailWith asks f before each Save how it shall go; nil means well.
func (s *Store) FailWith(f func() Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
}

// Saves returns how many times Save was called.
func (s *Store) Saves() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.saves
}

// All returns every record, in the order in which they came.
func (s *Store) All() []meter.Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]meter.Record, 0, len(s.order))
	for _, id := range s.order {
		all = append(all, s.kept[id])
	}
	return all
}

// Save keeps records; see meter.Store.
func (s *Store) Save(ctx context.Context, records []meter.Record) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	batch := map[meter.ID]bool{}
	for _, r := range records {
		if err := check(r); err != nil {
			return fmt.Errorf("record %s: %w", r.ID, err)
		}
		if _, known := s.kept[r.ID]; known || batch[r.ID] {
			return fmt.Errorf("record %s was saved before", r.ID)
		}
		batch[r.ID] = true
	}
	s.saves++
	fault := None
	if s.fault != nil {
		fault = s.fault()
	}
	switch fault {
	case Lost:
		return ErrFault
	case Halved:
		s.keep(records[:len(records)/2])
		return ErrFault
	case Kept:
		s.keep(records)
		return ErrFault
	}
	s.keep(records)
	return nil
}

func (s *Store) keep(records []meter.Record) {
	if s.kept == nil {
		s.kept = map[meter.ID]meter.Record{}
	}
	for _, r := range records {
		s.order = append(s.order, r.ID)
		s.kept[r.ID] = r
	}
}

// Kept says which records are there; see meter.Store.
func (s *Store) Kept(ctx context.Context, ids []meter.ID) (map[meter.ID]bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := map[meter.ID]bool{}
	for _, id := range ids {
		if _, ok := s.kept[id]; ok {
			kept[id] = true
		}
	}
	return kept, ctx.Err()
}

// Recall adds up the records; see meter.Store.
func (s *Store) Recall(ctx context.Context, r meter.Recall) ([]meter.Used, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	memory := meter.Memory{Recall: r}
	for _, id := range s.order {
		memory.Add(s.kept[id])
	}
	return memory.Used(), nil
}

// check refuses what no meter would make.
func check(r meter.Record) error {
	if r.ID.IsZero() || r.Agreement == "" || len(r.ClientRequestID) > 128 || (r.TokensKnown && r.Estimated) {
		return fmt.Errorf("is not complete: %+v", r)
	}
	if err := checkTime(r.Opened); err != nil {
		return err
	}
	if !r.State.Final() || r.Outcome == "" || r.Closed.Before(r.Opened) || (r.State == meter.Interrupted) != (r.Outcome == meter.NodeStopped) {
		return fmt.Errorf("has no proper end: %+v", r)
	}
	return checkTime(r.Closed)
}

func checkTime(t time.Time) error {
	if t.IsZero() || t.Location() != time.UTC || t.Nanosecond()%1000 != 0 {
		return fmt.Errorf("%v is not UTC in microseconds", t)
	}
	return nil
}

// Usage pages through the records; see meter.Store.
func (s *Store) Usage(ctx context.Context, q meter.Query) ([]meter.Record, string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, "", err
	}
	at, err := s.position(q.After)
	if err != nil {
		return nil, "", err
	}
	chosen, err := q.Filter()
	if err != nil {
		return nil, "", err
	}
	var page []meter.Record
	next := q.After
	for ; at < len(s.order) && len(page) < q.PageSize(); at++ {
		r := s.kept[s.order[at]]
		if chosen(&r) {
			page, next = append(page, r), "n"+strconv.Itoa(at+1)
		}
	}
	return page, next, nil
}

func (s *Store) position(cursor string) (int, error) {
	if cursor == "" {
		return 0, nil
	}
	text, ok := strings.CutPrefix(cursor, "n")
	at, err := strconv.Atoi(text)
	if !ok || err != nil || at < 0 || at > len(s.order) {
		return 0, fmt.Errorf("%.40q: %w", cursor, meter.ErrCursor)
	}
	return at, nil
}

// Summary adds up the records; see meter.Store.
func (s *Store) Summary(ctx context.Context, q meter.Query) ([]meter.Sum, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	tally := meter.Tally{Zone: q.Zone}
	chosen, err := q.Filter()
	if err != nil {
		return nil, err
	}
	for _, id := range s.order {
		if r := s.kept[id]; chosen(&r) {
			tally.Add(r)
		}
	}
	return tally.Sums(), nil
}
