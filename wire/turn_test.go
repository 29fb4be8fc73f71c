package wire

import (
	"runtime"
	"sync"
	"testing"
)

// steps has so many goroutines, on one processor, read and write by turns, half of them beginning with
// either, and counts how often one kind of step follows the other.
func steps(t *testing.T, goroutines, each int, before func(writing bool)) (switches int) {
	t.Helper()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var mu sync.Mutex
	var all sync.WaitGroup
	wrote := false
	for i := range goroutines {
		all.Go(func() {
			for n := range each {
				writing := (i+n)%2 == 0
				before(writing)
				mu.Lock()
				if writing != wrote {
					switches++
				}
				wrote = writing
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return switches
}

func TestThoseWhoWriteComeOneBehindTheOther(t *testing.T) {
	const goroutines, each = 32, 100
	var r rounds
	got := steps(t, goroutines, each, func(writing bool) {
		for range mostPasses {
			if r.pass() || !writing {
				return
			}
		}
	})
	without := steps(t, goroutines, each, func(bool) { runtime.Gosched() })
	if got > without*2/3 {
		t.Errorf("in %d steps, reading and writing took turns %d times, and %d times where nobody is held up", goroutines*each, got, without)
	}
}

func TestWhoIsAloneIsNotHeldUp(t *testing.T) {
	var r rounds
	for n := range 10 {
		if !r.pass() {
			t.Errorf("turn %d is not one to write in", n)
		}
	}
}

// Counts that are wrong, because somebody was interrupted, come right by themselves.
func TestRoundsFindBack(t *testing.T) {
	for _, left := range []int32{-5, 0, 7} {
		var r rounds
		r.left.Store(left)
		if got := steps(t, 8, 200, func(writing bool) {
			for range mostPasses {
				if r.pass() || !writing {
					return
				}
			}
		}); got > 8*200*3/4 {
			t.Errorf("%d were said to be left: reading and writing took turns %d times", left, got)
		}
		if n := r.waiting.Load(); n != 0 {
			t.Errorf("%d still wait", n)
		}
	}
}
