package meter

import (
	"errors"
	"fmt"
	"hash/crc32"
	"log/slog"
	"os"
	"sync"
	"time"
)

// Errors of Open. A call that gets one of them must be refused (503), not served unmetered.
var (
	// ErrFull means that there is no room for another record and for the ends of those that are
	// open: the disk or Config.Limit is exhausted. It passes by itself when there is room again.
	ErrFull = errors.New("usage journal is full: free disk space, or see why records do not reach the store")
	// ErrBroken means that the disk refused to keep what was written. It lasts until a restart.
	ErrBroken = errors.New("usage journal is broken: the disk did not keep what was written; restart after mending it")
	// ErrStopped means that the meter was stopped.
	ErrStopped = errors.New("meter is stopped")
)

// A journal is a row of segments: old ones that wait for the store, the one being written,
// and empty ones laid out ahead, so that nobody waits for a file to be written.
type journal struct {
	dir   string
	size  int   // of a segment
	limit int64 // of all segments; 0 means none
	gap   time.Duration
	log   *slog.Logger
	salt  func() uint64

	// Seams for tests: the two ways in which a disk fails.
	create func(dir string, number, salt uint64, size int) (*segment, error)
	sync   func(s *segment, tail int) error

	mu       sync.Mutex
	old      []*segment // full or from before the start, oldest first
	cur      *segment
	ready    []*segment // empty
	next     uint64     // number of the next segment to create
	seq      uint64     // of the last frame
	reserved int        // open records: each is sure of roomToClose
	full     error      // why the last segment could not be created
	made     chan struct{}
	pending  *commit // what the next flush will bring to disk
	dirty    bool
	flushed  uint64 // the last frame on disk
	broken   error
	stopped  bool

	flushing sync.Mutex
	needDisk chan struct{} // tells the committer
	needRoom chan struct{} // tells the layer of segments
}

// A commit is the fate of all frames that one flush covers.
type commit struct {
	done chan struct{}
	err  error
}

func newCommit() *commit { return &commit{done: make(chan struct{})} }

// roomWait bounds how long a writer waits for a segment that is being laid out.
const roomWait = time.Second

// append writes one frame: copied into shared memory, out of reach of kill -9, when it
// returns. reserve is +1 for a record that opens, -1 for one that closes (which always
// finds room) and 0 otherwise.
func (j *journal) append(body []byte, reserve int) (*commit, error) {
	sum := crc32.Checksum(body, castagnoli)
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.waitForRoom(frameSize(len(body)), reserve); err != nil {
		return nil, err
	}
	j.write(body, sum)
	j.reserved += reserve
	if j.spare() < j.size/roomToClose {
		signal(j.needRoom)
	}
	return j.pending, nil
}

func (j *journal) write(body []byte, sum uint32) {
	if frameSize(len(body)) > j.cur.free() {
		j.old = append(j.old, j.cur)
		j.cur, j.ready = j.ready[0], j.ready[1:]
	}
	j.seq++
	j.cur.put(j.seq, body, sum)
	if !j.dirty {
		j.dirty = true
		signal(j.needDisk)
	}
}

// waitForRoom returns when a frame of that size may be written. It holds j.mu but while it waits.
func (j *journal) waitForRoom(size, reserve int) error {
	if j.stopped {
		return ErrStopped
	}
	if reserve < 0 {
		return nil
	}
	for deadline := time.Time{}; !j.fits(size, reserve); {
		if err := j.refusal(reserve); err != nil {
			return err
		}
		if deadline.IsZero() {
			deadline = time.Now().Add(roomWait)
		}
		if !j.waitForSegment(time.Until(deadline)) {
			return fmt.Errorf("%w: waited %v for a segment", ErrFull, roomWait)
		}
	}
	return j.refusal(reserve)
}

func (j *journal) refusal(reserve int) error {
	switch {
	case j.stopped:
		return ErrStopped
	case j.broken != nil && reserve > 0:
		return fmt.Errorf("%w: %w", ErrBroken, j.broken)
	case j.full != nil && reserve > 0 && !j.fits(maxFrame, reserve):
		return fmt.Errorf("%w: %w", ErrFull, j.full)
	case reserve == 0 && !j.fits(maxFrame, 0):
		return ErrFull // the meter's own notes never wait
	}
	return nil
}

const maxFrame = (frameHead + maxBody + 7) &^ 7

// fits reports whether, after a frame of that size, every open record still has its room to close.
func (j *journal) fits(size, reserve int) bool {
	left := j.spare() - reserve
	if size <= j.cur.free() {
		return left-(j.cur.free()/roomToClose-(j.cur.free()-size)/roomToClose) >= 0
	}
	if len(j.ready) == 0 {
		return false
	}
	first := j.ready[0].free()
	return left-j.cur.free()/roomToClose-(first/roomToClose-(first-size)/roomToClose) >= 0
}

// spare is how many more records could be closed than are open.
func (j *journal) spare() int {
	n := j.cur.free()/roomToClose - j.reserved
	for _, s := range j.ready {
		n += s.free() / roomToClose
	}
	return n
}

func (j *journal) waitForSegment(most time.Duration) bool {
	made := j.made
	signal(j.needRoom)
	j.mu.Unlock()
	defer j.mu.Lock()
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-made:
		return true
	case <-timer.C:
		return false
	}
}

// layOut keeps at least one empty segment ahead, and as many as the open records need.
func (j *journal) layOut(stop <-chan struct{}) {
	retry := time.NewTicker(250 * time.Millisecond)
	defer retry.Stop()
	for {
		j.mu.Lock()
		want := !j.stopped && (len(j.ready) == 0 || j.spare() < j.size/roomToClose)
		failed := j.full != nil
		j.mu.Unlock()
		if want && j.layOne() == nil {
			continue
		}
		var again <-chan time.Time
		if want || failed {
			again = retry.C
		}
		select {
		case <-stop:
			return
		case <-j.needRoom:
		case <-again:
		}
	}
}

func (j *journal) layOne() error {
	j.mu.Lock()
	number, used := j.next, int64(len(j.old)+len(j.ready)+1)*int64(j.size)
	if j.cur == nil {
		used -= int64(j.size)
	}
	j.mu.Unlock()
	s, err := (*segment)(nil), error(nil)
	if j.limit > 0 && used+int64(j.size) > j.limit {
		err = fmt.Errorf("its limit of %d bytes is reached", j.limit)
	} else {
		s, err = j.create(j.dir, number, j.salt(), j.size)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if (err != nil) != (j.full != nil) {
		j.say(err)
	}
	j.full = err
	if err == nil {
		j.ready, j.next = append(j.ready, s), number+1
	}
	close(j.made)
	j.made = make(chan struct{})
	return err
}

func (j *journal) say(err error) {
	if err != nil {
		j.log.Error("usage journal cannot grow; calls are refused when it is full", "dir", j.dir, "err", err)
		return
	}
	j.log.Info("usage journal grows again", "dir", j.dir)
}

// removable returns the segments before number that are on disk to the end, and forgets them.
func (j *journal) removeFirst(s *segment) error {
	j.mu.Lock()
	if len(j.old) == 0 || j.old[0] != s {
		j.mu.Unlock()
		return nil
	}
	j.old = j.old[1:]
	j.mu.Unlock()
	j.flushing.Lock() // a flush may be reading its memory
	defer j.flushing.Unlock()
	err := s.remove()
	signal(j.needRoom)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// signal says once what a goroutine will find out more about.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
