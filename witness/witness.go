// Package witness confirms what other people's ledgers say about themselves.
//
// A witness remembers the largest state of each log that it follows. It cosigns a new state only if
// the log's own key signed it and a proof shows that it continues the one remembered, and it
// remembers the new state durably before anybody sees the cosignature. A log that was rewritten or
// rolled back finds no witness that cosigns it. The protocol is tlog-witness of C2SP.
package witness

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"entente/ledger/seal"
	"entente/ledger/tree"
)

// A Memory keeps what a witness has confirmed.
type Memory interface {
	// Seen returns the largest state of a log that was remembered; the zero value if there is none.
	Seen(ctx context.Context, origin string) (tree.Seen, error)
	// Remember keeps a state in place of the one before. It is durable when it returns.
	Remember(ctx context.Context, origin string, s tree.Seen) error
}

// A Witness follows logs. Many goroutines may use one; nothing else may write its memory.
type Witness struct {
	Name   string          // of its key; unique among the witnesses of a log
	Key    seal.PrivateKey // serves no other purpose
	Logs   []seal.VKey     // those that it follows
	Memory Memory
	Now    func() time.Time

	mu sync.Mutex
}

// VKey is the key that verifies the witness's cosignatures.
func (w *Witness) VKey() seal.VKey { return seal.WitnessVKey(w.Name, w.Key.Public()) }

// Add confirms the state of a log that a request (the body of add-checkpoint) asks for, and returns
// the line of its cosignature. A refusal is a *tree.WitnessRefusal.
func (w *Witness) Add(ctx context.Context, body []byte) ([]byte, error) {
	r, err := tree.ParseAddCheckpoint(body)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(w.Logs, func(k seal.VKey) bool { return k.Origin == r.Origin })
	if i < 0 {
		return nil, tree.UnknownLog(r.Origin)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	seen, err := w.Memory.Seen(ctx, r.Origin)
	if err != nil {
		return nil, fmt.Errorf("reading what was confirmed of %s: %w", r.Origin, err)
	}
	next, err := r.Decide(w.Logs[i], seen)
	if err != nil {
		return nil, err
	}
	if next != seen {
		if err := w.Memory.Remember(ctx, r.Origin, next); err != nil {
			return nil, fmt.Errorf("remembering size %d of %s: %w", next.Size, r.Origin, err)
		}
	}
	return tree.Cosign(r.Signed, w.Name, w.Key, w.Now())
}
