// Package notarytest holds the suite that every journal has to pass, strict stores in memory, and
// an author of ledgers for tests.
package notarytest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"entente/access"
	"entente/agreement"
	"entente/ledger"
	"entente/ledger/seal"
	"entente/ledger/tree"
	"entente/notary"
	"entente/register"

	"golang.org/x/mod/sumdb/tlog"
)

// A Journal keeps ledgers in memory. It is strict: a batch that no notary should make is an error,
// down to a hash that is not that of the entry or a checkpoint that a party has not cosigned. The
// zero value is ready.
type Journal struct {
	mu      sync.Mutex
	order   []agreement.ID
	books   map[agreement.ID]*book
	answers map[[2]string]access.Answer
	appends int
	fault   func() Fault
}

// A book is what is kept of one agreement. A batch makes a new book, so that half of it is never kept.
type book struct {
	leaves      []ledger.Leaf
	hashes      []tlog.Hash
	checkpoints [][]byte
	signed      map[int64][]byte // the checkpoints by their size
	rows        map[string]string
	private     map[string]register.Private
	keys        *ledger.Keyring
}

// A Fault is how an Append goes wrong.
type Fault int

// The faults.
const (
	None Fault = iota
	Lost       // it fails, and nothing was kept
	Kept       // it fails, but everything was kept
)

// ErrFault is the error of an Append that was told to go wrong.
var ErrFault = errors.New("journal fault made by a test")

// FailWith asks f before each Append how it shall go; nil means well.
func (j *Journal) FailWith(f func() Fault) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.fault = f
}

// Appends returns how many batches were brought to Append and were neither stale nor malformed.
func (j *Journal) Appends() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.appends
}

// Append adds a batch; see notary.Journal.
func (j *Journal) Append(ctx context.Context, id agreement.ID, n int64, b notary.Batch) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	if id == "" || n < 0 || len(b.Leaves) == 0 {
		return fmt.Errorf("appending to %q: a batch of %d entries at position %d", id, len(b.Leaves), n)
	}
	have := j.books[id]
	if have == nil {
		have = &book{keys: &ledger.Keyring{}}
	}
	if n != int64(len(have.leaves)) {
		return notary.ErrStale
	}
	next, err := have.with(id, b)
	if err == nil {
		err = j.checkAnswer(id, n, b.Answer)
	}
	if err != nil {
		return fmt.Errorf("appending to %s: %w", id, err)
	}
	j.appends++
	return j.keep(id, next, b.Answer)
}

// keep makes a book the agreement's own, as far as the fault allows.
func (j *Journal) keep(id agreement.ID, next *book, a access.Answer) error {
	fault := None
	if j.fault != nil {
		fault = j.fault()
	}
	if fault == Lost {
		return ErrFault
	}
	if j.books == nil {
		j.books, j.answers = map[agreement.ID]*book{}, map[[2]string]access.Answer{}
	}
	if j.books[id] == nil {
		j.order = append(j.order, id)
	}
	j.books[id] = next
	if a.Key != "" {
		a.Response = bytes.Clone(a.Response)
		j.answers[[2]string{a.Scope, a.Key}] = a
	}
	if fault == Kept {
		return ErrFault
	}
	return nil
}

func (j *Journal) checkAnswer(id agreement.ID, n int64, a access.Answer) error {
	_, taken := j.answers[[2]string{a.Scope, a.Key}]
	switch {
	case a.Key == "" && (a.Scope != "" || a.Response != nil):
		return errors.New("an answer without a key")
	case a.Key == "":
		return nil
	case taken:
		return fmt.Errorf("the key %q is answered already", a.Key)
	case !strings.HasPrefix(a.Scope, string(id)+"/") && (n > 0 || a.Scope != notary.OperatorScope):
		return fmt.Errorf("the scope %q of an answer is not one of %s", a.Scope, id)
	case a.Request == seal.Digest{} || len(a.Response) == 0 || a.At.IsZero():
		return errors.New("an answer without request, response or time")
	}
	return nil
}

// with is the book with a batch, or what is wrong with the batch.
func (b *book) with(id agreement.ID, batch notary.Batch) (*book, error) {
	next := &book{leaves: slices.Clone(b.leaves), hashes: slices.Clone(b.hashes), checkpoints: slices.Clone(b.checkpoints),
		signed: maps.Clone(b.signed),
		rows:   maps.Clone(b.rows), private: maps.Clone(b.private), keys: b.keys.Clone()}
	if next.rows == nil {
		next.signed, next.rows, next.private = map[int64][]byte{}, map[string]string{}, map[string]register.Private{}
	}
	for _, leaf := range batch.Leaves {
		if err := next.addLeaf(id, leaf); err != nil {
			return nil, fmt.Errorf("entry %d: %w", len(next.leaves), err)
		}
	}
	if !slices.Equal(next.hashes[len(b.hashes):], batch.Hashes) {
		return nil, errors.New("the hashes are not those of the entries")
	}
	if err := next.addCheckpoint(batch.Checkpoint); err != nil {
		return nil, fmt.Errorf("the checkpoint: %w", err)
	}
	return next, next.addBeside(batch)
}

func (b *book) addLeaf(id agreement.ID, leaf ledger.Leaf) error {
	sealed, err := ledger.Open(leaf)
	if err != nil {
		return err
	}
	if sealed.Entry.Agreement != string(id) {
		return fmt.Errorf("it belongs to %s", sealed.Entry.Agreement)
	}
	n := int64(len(b.leaves))
	if n > 0 {
		if last, err := ledger.Open(b.leaves[n-1]); err != nil || sealed.Entry.Time.Before(last.Entry.Time) {
			return fmt.Errorf("its time is before that of the entry before (%v)", err)
		}
	}
	if err := b.keys.Admit(n, sealed); err != nil {
		return err
	}
	hashes, err := tree.StoredHashes(n, leaf, b)
	if err != nil {
		return err
	}
	b.leaves, b.hashes = append(b.leaves, slices.Clone(leaf)), append(b.hashes, hashes...)
	return nil
}

func (b *book) addCheckpoint(signed []byte) error {
	o, _ := b.keys.Opened()
	c, err := tree.OpenCheckpoint(signed, o.Log, o.Parties.A.Witness, o.Parties.B.Witness)
	if err != nil {
		return err
	}
	root, err := tree.Root(int64(len(b.leaves)), b)
	switch {
	case err != nil:
		return err
	case c.Size != int64(len(b.leaves)) || c.Root != root:
		return fmt.Errorf("it covers other entries than these %d", len(b.leaves))
	case len(c.Cosignatures) != 2 || len(c.Unknown) > 0:
		return errors.New("it is not cosigned by exactly the two parties")
	}
	b.checkpoints = append(b.checkpoints, bytes.Clone(signed))
	b.signed[c.Size] = b.checkpoints[len(b.checkpoints)-1]
	return nil
}

func (b *book) addBeside(batch notary.Batch) error {
	seen := map[string]bool{}
	for _, c := range batch.Rows {
		body, there := b.rows[c.Row]
		switch {
		case c.Row == "" || seen[c.Row]:
			return fmt.Errorf("the row %q is changed twice or has no name", c.Row)
		case body == c.Body:
			return fmt.Errorf("the change of row %q changes nothing (it is there: %t)", c.Row, there)
		case c.Body == "":
			delete(b.rows, c.Row)
		default:
			b.rows[c.Row] = c.Body
		}
		seen[c.Row] = true
	}
	for pseudonym, p := range batch.Private {
		if _, taken := b.private[pseudonym]; taken || pseudonym == "" || len(p.Salt) == 0 || p.Value == "" {
			return fmt.Errorf("the private value of %q is there already or incomplete", pseudonym)
		}
		b.private[pseudonym] = register.Private{Salt: bytes.Clone(p.Salt), Value: p.Value}
	}
	for _, pseudonym := range batch.Erased {
		delete(b.private, pseudonym)
	}
	return nil
}

// ReadHashes makes a book a ledger.Hashes.
func (b *book) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index < 0 || index >= int64(len(b.hashes)) {
			return nil, fmt.Errorf("there is no hash %d", index)
		}
		out[i] = b.hashes[index]
	}
	return out, nil
}
