package notarytest

import (
	"bytes"
	"context"
	"maps"
	"slices"

	"entente/access"
	"entente/agreement"
	"entente/ledger"
	"entente/ledger/tree"
	"entente/register"

	"golang.org/x/mod/sumdb/tlog"
)

// book returns what is kept of an agreement. Books do not change once they are kept.
func (j *Journal) book(ctx context.Context, id agreement.ID) (*book, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if b := j.books[id]; b != nil {
		return b, nil
	}
	return &book{}, nil
}

// Agreements lists the agreements; see register.Journal.
func (j *Journal) Agreements(ctx context.Context) ([]agreement.ID, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.order), ctx.Err()
}

// Leaves returns the leaves from start on; see register.Journal.
func (j *Journal) Leaves(ctx context.Context, id agreement.ID, start int64) ([]ledger.Leaf, error) {
	b, err := j.book(ctx, id)
	if err != nil {
		return nil, err
	}
	return copies(b.leaves[min(start, int64(len(b.leaves))):]), nil
}

// Checkpoint returns the signed checkpoint of so many entries; see register.Journal.
func (j *Journal) Checkpoint(ctx context.Context, id agreement.ID, size int64) ([]byte, error) {
	b, err := j.book(ctx, id)
	if err != nil {
		return nil, err
	}
	return bytes.Clone(b.signed[size]), nil
}

func copies[T ~[]byte](all []T) []T {
	out := make([]T, len(all))
	for i := range all {
		out[i] = slices.Clone(all[i])
	}
	return out
}

// Private returns the erasable values; see register.Journal.
func (j *Journal) Private(ctx context.Context, id agreement.ID) (map[string]register.Private, error) {
	b, err := j.book(ctx, id)
	if err != nil {
		return nil, err
	}
	return maps.Clone(b.private), nil
}

// Rows returns the projections of an agreement, by name.
func (j *Journal) Rows(ctx context.Context, id agreement.ID) (map[string]string, error) {
	b, err := j.book(ctx, id)
	if err != nil {
		return nil, err
	}
	return maps.Clone(b.rows), nil
}

// Answer finds how an idempotency key was answered; see notary.Journal.
func (j *Journal) Answer(ctx context.Context, scope, key string) (access.Answer, bool, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	a, ok := j.answers[[2]string{scope, key}]
	a.Response = bytes.Clone(a.Response)
	return a, ok, ctx.Err()
}

// Hashes reads the Merkle hashes as they are at each call; see notary.Journal.
func (j *Journal) Hashes(ctx context.Context, id agreement.ID) tree.Hashes {
	return live{j, ctx, id}
}

type live struct {
	journal *Journal
	ctx     context.Context
	id      agreement.ID
}

func (l live) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	b, err := l.journal.book(l.ctx, l.id)
	if err != nil {
		return nil, err
	}
	return b.ReadHashes(indexes)
}

// Source is a ledger as it stands, to be audited.
func (j *Journal) Source(ctx context.Context, id agreement.ID) ledger.Source {
	b, err := j.book(ctx, id)
	return still{b, err}
}

type still struct {
	*book
	err error
}

func (s still) Size() (int64, error) {
	if s.err != nil {
		return 0, s.err
	}
	return int64(len(s.leaves)), nil
}

func (s still) Leaves(start, end int64) ([]ledger.Leaf, error) {
	return copies(s.leaves[start:end]), s.err
}
func (s still) Checkpoints() ([][]byte, error) { return copies(s.checkpoints), s.err }
