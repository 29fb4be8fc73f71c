package events

import (
	"sync"

	"entente/agreement"
)

// A Bell tells those who wait for an agreement that something has happened. The zero Bell is ready;
// many goroutines may use it.
type Bell struct {
	mu      sync.Mutex
	waiting map[agreement.ID]chan struct{}
}

// Ring wakes everyone who waits for an agreement.
func (b *Bell) Ring(id agreement.ID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if c, ok := b.waiting[id]; ok {
		close(c)
		delete(b.waiting, id)
	}
}

// Next is closed when the bell of an agreement rings next. Whoever takes it before looking misses nothing.
func (b *Bell) Next(id agreement.ID) <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.waiting == nil {
		b.waiting = map[agreement.ID]chan struct{}{}
	}
	if b.waiting[id] == nil {
		b.waiting[id] = make(chan struct{})
	}
	return b.waiting[id]
}
