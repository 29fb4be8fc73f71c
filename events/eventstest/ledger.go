// Package eventstest is a ledger with as many entries as a test says, for tests of what follows events.
package eventstest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"entente/agreement"
	"entente/events"
	"entente/ledger"
	"entente/register"

	"golang.org/x/mod/sumdb/tlog"
)

// ID is the agreement's.
const ID = agreement.ID("agr_aaaaaaaaaaaaaaaa")

// A Ledger is that of one agreement. Its entries are all of the type x.y/1, under clause 2.1.
type Ledger struct {
	Filler string // what each entry holds

	register register.Register
	mu       sync.Mutex
	entries  int64
}

// Grow makes the ledger as long as it is said.
func (l *Ledger) Grow(t testing.TB, entries int64) {
	t.Helper()
	l.mu.Lock()
	l.entries = entries
	l.mu.Unlock()
	l.register.Now = time.Now
	v := &register.View{Size: entries, Keyring: &ledger.Keyring{}}
	v.State.ID = ID
	next, err := l.register.Next(v, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	l.register.Publish(next)
}

// Reader reads its events.
func (l *Ledger) Reader() events.Reader {
	return events.Reader{Register: &l.register, Source: func(context.Context, agreement.ID) ledger.Source { return l }}
}

// The ledger is a ledger.Source.
func (l *Ledger) Size() (int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.entries, nil
}

// Checkpoints are none.
func (l *Ledger) Checkpoints() ([][]byte, error) { return nil, nil }

// ReadHashes fails: nobody who follows events asks for hashes.
func (l *Ledger) ReadHashes([]int64) ([]tlog.Hash, error) { return nil, errors.New("nobody asks") }

// Leaves are its entries.
func (l *Ledger) Leaves(start, end int64) (all []ledger.Leaf, err error) {
	for n := start; n < end; n++ {
		all = append(all, ledger.Leaf(fmt.Sprintf(`{"entry":{"v":1,"agreement":%q,"clause":"2.1","type":"x.y/1","time":"2026-11-23T09:00:00.000000Z","party":"a","actor":"per_1","custody":"node","key":"","body":{"n":%d,"filler":%q}},"key":"k","signature":"s"}`, ID, n, l.Filler)))
	}
	return all, nil
}
