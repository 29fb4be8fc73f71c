package lifeline

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

var errEnd = errors.New("the end")

type closer struct{ closed int }

func (c *closer) Close() error {
	c.closed++
	return nil
}

func begun(parent context.Context) *Line {
	l := &Line{}
	l.Begin(parent)
	return l
}

// A line ends with its parent, whatever that is, and all that hangs on it ends with it.
func TestALineEndsWithItsParent(t *testing.T) {
	standard, cancel := context.WithCancelCause(context.Background())
	line := begun(context.Background())
	for name, c := range map[string]struct {
		parent context.Context
		end    func()
	}{
		"a context of the standard library": {standard, func() { cancel(errEnd) }},
		"a line":                            {line, func() { line.End(errEnd) }},
	} {
		synctest.Test(t, func(t *testing.T) {
			first, second := begun(c.parent), begun(c.parent) // a line has one place, and serves more
			var hung, other closer
			if !first.Hang(&hung) || !second.Hang(&other) {
				t.Fatalf("%s: a line that has not begun to end has ended", name)
			}
			derived, stop := context.WithTimeout(first, time.Hour)
			defer stop()
			c.end()
			<-derived.Done()
			synctest.Wait()
			for _, l := range []*Line{first, second} {
				<-l.Done()
				if context.Cause(l) != errEnd || l.Err() != errEnd {
					t.Errorf("%s: it ended for %v", name, l.Err())
				}
			}
			if hung.closed != 1 || other.closed != 1 {
				t.Errorf("%s: closed %d and %d times", name, hung.closed, other.closed)
			}
			if late := begun(c.parent); c.parent == context.Context(line) && late.Err() != errEnd {
				t.Errorf("%s: what begins on a line that has ended goes on", name)
			}
		})
	}
}

func TestWhatWasTakenOffALineGoesOn(t *testing.T) {
	parent := begun(context.Background())
	left := begun(parent)
	left.Leave()
	var freed closer
	l := begun(parent)
	l.Hang(&freed)
	if !l.Free() {
		t.Error("it has ended")
	}
	ran := false
	if stop := l.AfterFunc(func() { ran = true }); !stop() || stop() {
		t.Error("a function can be taken back once")
	}
	parent.End(errEnd)
	parent.End(errors.New("a second end"))
	if freed.closed != 0 || ran || left.Err() != nil || l.Err() != errEnd || l.Free() || l.Hang(&freed) {
		t.Errorf("closed %d, ran %v, left %v, ended %v", freed.closed, ran, left.Err(), l.Err())
	}
}

// Whatever happens at the same time, what hangs is closed at most once, and exactly when Free says so.
func TestEndingAndFreeingAtOnce(t *testing.T) {
	for range 1000 {
		parent := begun(context.Background())
		l := begun(parent)
		var c closer
		l.Hang(&c)
		var all sync.WaitGroup
		all.Go(func() { parent.End(errEnd) })
		alive := l.Free()
		l.Leave()
		all.Wait()
		if alive && c.closed != 0 {
			t.Fatal("it was closed after it was freed")
		}
	}
}

func BenchmarkCall(b *testing.B) {
	parent := begun(context.Background())
	var c closer
	b.ReportAllocs()
	for b.Loop() {
		var l Line
		l.Begin(parent)
		l.Hang(&c)
		l.Free()
		l.Leave()
	}
}
