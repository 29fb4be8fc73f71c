// Package lifeline has a context for the hot path: a call begins and ends with one, so that it must cost
// next to nothing when nothing ends before its time.
//
// A context of the standard library that is cancelled by its parent costs several allocations for
// each call, a function that runs when it ends some more. A Line keeps the two places that a call
// needs within itself, and serves everybody else as the standard library does.
package lifeline

import (
	"context"
	"io"
	"slices"
	"sync"
	"time"
)

// A Line is a context that ends with its parent, or when End is called: Err then says why, and so
// does context.Cause. It begins with Begin and must not be copied.
type Line struct {
	parent context.Context
	above  *Line       // the parent, if it is a Line
	loose  func() bool // lets go of any other parent

	mu    sync.Mutex
	cause error // why it ended; nil while it has not
	done  chan struct{}
	hung  io.Closer // is closed when the line ends
	below *Line     // ends with this one
	more  []*func() // run when it ends
}

// Begin hangs the line on its parent.
func (l *Line) Begin(parent context.Context) {
	l.parent = parent
	switch p := parent.(type) {
	case *Line:
		l.above = p
		p.carry(l)
	default:
		if parent.Done() != nil {
			l.loose = context.AfterFunc(parent, func() { l.End(context.Cause(parent)) })
		}
	}
}

// carry makes another line end with this one.
func (l *Line) carry(other *Line) {
	l.mu.Lock()
	switch {
	case l.cause != nil:
		defer other.End(l.cause)
	case l.below == nil:
		l.below = other
	default:
		end := func() { other.End(l.Err()) }
		l.more = append(l.more, &end)
		other.loose = func() bool { return l.drop(&end) }
	}
	l.mu.Unlock()
}

// Leave takes the line off its parent when all that needed it is over, and reports whether the parent
// will not end it any more. A line that is never ended is left.
func (l *Line) Leave() bool {
	if l.loose != nil {
		return l.loose()
	}
	p := l.above
	if p == nil {
		return true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.below != l {
		return false
	}
	p.below = nil
	return true
}

// End ends the line, and all that hangs on it. Only the first End counts; cause must not be nil.
func (l *Line) End(cause error) {
	l.mu.Lock()
	if l.cause != nil {
		l.mu.Unlock()
		return
	}
	l.cause = cause
	if l.done != nil {
		close(l.done)
	}
	hung, below, more := l.hung, l.below, l.more
	l.hung, l.below, l.more = nil, nil, nil
	l.mu.Unlock()
	if hung != nil {
		hung.Close()
	}
	if below != nil {
		below.End(cause)
	}
	for _, f := range more {
		(*f)()
	}
}

// Hang has c closed when the line ends, and reports whether it has not yet. There is one place.
func (l *Line) Hang(c io.Closer) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hung = c
	return l.cause == nil
}

// Free takes away what hangs on the line, and reports whether the line has not ended.
func (l *Line) Free() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hung = nil
	return l.cause == nil
}

// AfterFunc runs f when the line ends; stop takes that back, and reports whether it did. Package context
// knows it under this name.
func (l *Line) AfterFunc(f func()) (stop func() bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cause != nil {
		go f()
		return func() bool { return false }
	}
	l.more = append(l.more, &f)
	return func() bool { return l.drop(&f) }
}

func (l *Line) drop(f *func()) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.Index(l.more, f)
	if i >= 0 {
		l.more = slices.Delete(l.more, i, i+1)
	}
	return i >= 0
}

// Done is closed when the line ends.
func (l *Line) Done() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.done == nil {
		l.done = make(chan struct{})
		if l.cause != nil {
			close(l.done)
		}
	}
	return l.done
}

// Err is why the line ended, nil while it has not.
func (l *Line) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cause
}

// Deadline is the parent's.
func (l *Line) Deadline() (time.Time, bool) { return l.parent.Deadline() }

// Value is the parent's.
func (l *Line) Value(key any) any { return l.parent.Value(key) }
