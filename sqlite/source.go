package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"sync"

	"entente/agreement"
	"entente/ledger"
	"entente/ledger/tree"
	"entente/sqlite/disk"

	"golang.org/x/mod/sumdb/tlog"
)

// Hashes reads the stored Merkle hashes of a ledger; see notary.Journal.
func (s *Store) Hashes(ctx context.Context, id agreement.ID) tree.Hashes {
	return &source{ctx: ctx, store: s, id: id}
}

// Source is a ledger as it stands when its size is first asked for, to be audited, shown or
// exported. Damage does not end the reading: a leaf that is missing is empty, and an audit says
// which it is.
func (s *Store) Source(ctx context.Context, id agreement.ID) ledger.Source {
	return &source{ctx: ctx, store: s, id: id}
}

// A source has its context because ledger.Source, which is pure, knows none.
type source struct {
	ctx   context.Context
	store *Store
	id    agreement.ID

	once       sync.Once
	size       int64
	checkpoint int64 // the size that the last checkpoint covers
	err        error
}

// moment fixes how far the ledger is read, so that what is added meanwhile does not look like an
// inconsistency.
func (s *source) moment() error {
	s.once.Do(func() {
		var stated, counted int64
		s.err = s.store.file.Read.QueryRowContext(s.ctx, `SELECT
			(SELECT COALESCE(MAX(size), 0) FROM agreement WHERE id = $1),
			(SELECT COALESCE(MAX(position) + 1, 0) FROM leaf WHERE agreement = $1),
			(SELECT COALESCE(MAX(size), 0) FROM checkpoint WHERE agreement = $1)`, s.id).Scan(&stated, &counted, &s.checkpoint)
		s.size = max(stated, counted)
	})
	return s.err
}

// Size returns the number of entries.
func (s *source) Size() (int64, error) {
	err := s.moment()
	return s.size, err
}

// Leaves returns the leaves from start up to and without end.
func (s *source) Leaves(start, end int64) ([]ledger.Leaf, error) {
	if err := s.moment(); err != nil {
		return nil, err
	}
	if start < 0 || end < start || end > s.size {
		return nil, fmt.Errorf("the ledger of %s has %d entries, and %d to %d were asked for", s.id, s.size, start, end)
	}
	leaves := make([]ledger.Leaf, end-start)
	_, err := disk.List(s.ctx, s.store.file.Read, "SELECT position, bytes FROM leaf WHERE agreement = $1 AND position >= $2 AND position < $3", func(r *sql.Rows) (struct{}, error) {
		var position int64
		var leaf []byte
		err := r.Scan(&position, &leaf)
		if err == nil {
			leaves[position-start] = leaf
		}
		return struct{}{}, err
	}, s.id, start, end)
	return leaves, err
}

// Checkpoints returns every signed checkpoint, oldest first.
func (s *source) Checkpoints() ([][]byte, error) {
	if err := s.moment(); err != nil {
		return nil, err
	}
	return disk.List(s.ctx, s.store.file.Read, "SELECT bytes FROM checkpoint WHERE agreement = $1 AND size <= $2 ORDER BY size", disk.Column[[]byte], s.id, s.checkpoint)
}

// Newest returns the last signed checkpoint alone, which is what most readers want; nil if there is none.
func (s *source) Newest() ([]byte, error) {
	if err := s.moment(); err != nil {
		return nil, err
	}
	last, err := disk.List(s.ctx, s.store.file.Read, "SELECT bytes FROM checkpoint WHERE agreement = $1 AND size = $2", disk.Column[[]byte], s.id, s.checkpoint)
	if err != nil || len(last) == 0 {
		return nil, err
	}
	return last[0], nil
}

// ReadHashes returns the stored hashes with these indexes, or an error if one is missing.
func (s *source) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	if len(indexes) == 0 {
		return nil, nil
	}
	found := make(map[int64]tlog.Hash, len(indexes))
	read := func(from, to int64) error {
		_, err := disk.List(s.ctx, s.store.file.Read, "SELECT idx, bytes FROM hash WHERE agreement = $1 AND idx BETWEEN $2 AND $3", func(r *sql.Rows) (struct{}, error) {
			var index int64
			var b []byte
			err := r.Scan(&index, &b)
			if err == nil && len(b) == tlog.HashSize {
				found[index] = tlog.Hash(b)
			}
			return struct{}{}, err
		}, s.id, from, to)
		return err
	}
	if err := eachRun(indexes, read); err != nil {
		return nil, fmt.Errorf("reading the hashes of %s: %w", s.id, err)
	}
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		h, ok := found[index]
		if !ok {
			return nil, fmt.Errorf("reading the hashes of %s: hash %d is missing or not %d bytes long", s.id, index, tlog.HashSize)
		}
		hashes[i] = h
	}
	return hashes, nil
}

// eachRun calls read for each unbroken run of indexes.
func eachRun(indexes []int64, read func(from, to int64) error) error {
	sorted := slices.Compact(slices.Sorted(slices.Values(indexes)))
	for start := 0; start < len(sorted); {
		end := start
		for end+1 < len(sorted) && sorted[end+1] == sorted[end]+1 {
			end++
		}
		if err := read(sorted[start], sorted[end]); err != nil {
			return err
		}
		start = end + 1
	}
	return nil
}
