package wire

import (
	"runtime"
	"sync/atomic"
)

// Yield lets others run before what cannot be there yet is read. Where one processor runs all, that
// saves the read that finds nothing and the way through the poller. Where there are more processors, it
// would wake those for nothing, and does nothing.
func Yield() {
	if alone {
		turns.pass()
	}
}

// YieldToWrite lets others run before something is written, until it is the turn of all who write. What
// is written to the same process then comes one piece behind the other and wakes it once: waking a
// process on another processor costs about as much as writing to it. It comes back soon in any case.
func YieldToWrite() {
	if !alone {
		return
	}
	for range mostPasses {
		if turns.pass() {
			return
		}
	}
}

// mostPasses is more than it takes to get from one round into the next.
const mostPasses = 3

var (
	alone = runtime.GOMAXPROCS(0) == 1
	turns rounds
)

// rounds are the turns of goroutines that let each other go first: each has one in a round, and between
// two of its turns either reads or writes. In every other round those who write have theirs. A call whose
// steps each take a turn is held up once, by one round, and from then on is in step. What is counted is
// exact as long as nobody is interrupted between; an error costs somebody a turn too early or too late.
type rounds struct {
	waiting atomic.Int32 // for their turn
	left    atomic.Int32 // who have not had theirs in this round
	writing atomic.Bool  // it is a round of those who write
}

// pass waits for the next turn, and reports whether it is one to write in. So is any turn for which
// nobody else waits.
func (r *rounds) pass() bool {
	r.waiting.Add(1)
	runtime.Gosched()
	others := r.waiting.Add(-1)
	if r.left.Add(-1) < 0 {
		r.left.Store(others)
		r.writing.Store(!r.writing.Load())
	}
	return others == 0 || r.writing.Load()
}
