package meter

import (
	"errors"
	"fmt"
	"hash/crc32"
	"log/slog"
	"os"
	"sync"
	"time"

	"entente/meter/flush"
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
	size  int           // of a segment
	limit int64         // of all segments; 0 means none
	gap   time.Duration // from the first frame to the flush that covers it
	log   *slog.Logger
	salt  func() uint64
	disk  disk

	flusher *flush.Disk

	mu       sync.Mutex
	old      []*segment // full or from before the start, oldest first
	cur      *segment
	ready    []*segment // empty
	next     uint64     // number of the next segment to create
	seq      uint64     // of the last frame
	reserved int        // open records: each is sure of roomToClose
	full     error      // why the last segment could not be laid out
	made     chan struct{}
	pending  *commit // what the next flush will bring to disk
	dirty    bool
	flushed  uint64    // the last frame on disk
	stored   uint64    // the last frame that the shipper has done with
	caught   time.Time // when the store last had all that was on disk
	broken   error
	draining bool // nothing opens any more
	stopped  bool // nothing is written any more

	flushing sync.Mutex
	needDisk chan struct{} // wakes the committer
	needRoom chan struct{} // wakes the layer of segments
}

// A commit is the fate of all frames that one flush covers.
type commit struct {
	done chan struct{}
	err  error
}

func newCommit() *commit { return &commit{done: make(chan struct{})} }

// What a frame does to the room that is kept for closing: an opening frame takes a place,
// a closing one gives it back, a note of the meter's own does neither.
const (
	opening = +1
	closing = -1
	note    = 0
)

// roomWait bounds how long an opening frame waits for a segment that is being laid out.
const roomWait = time.Second

// append writes one frame: when it returns, the frame is in shared memory, where kill -9
// cannot reach it. A closing frame always finds room.
func (j *journal) append(body []byte, place int) (*commit, error) {
	sum := crc32.Checksum(body, castagnoli)
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.admit(frameSize(len(body)), place); err != nil {
		return nil, err
	}
	j.write(body, sum)
	j.reserved += place
	if j.wantsSegment() {
		signal(j.needRoom)
	}
	return j.pending, nil
}

// catchUp notes that the store has all that was on disk a moment ago.
func (j *journal) catchUp() {
	j.mu.Lock()
	j.caught = time.Now()
	j.mu.Unlock()
}

// write puts a frame for which there is room. It holds j.mu.
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

// admit returns nil when a frame may be written. It holds j.mu except while it waits.
func (j *journal) admit(size, place int) error {
	for deadline := (time.Time{}); ; {
		switch {
		case j.stopped:
			return ErrStopped
		case place == closing:
			return nil
		case place == note && !j.fits(size, note):
			return ErrFull
		case place == note:
			return nil
		}
		if err := j.refuses(size); err != nil {
			return err
		}
		if j.fits(size, opening) {
			return nil
		}
		if deadline.IsZero() {
			deadline = time.Now().Add(roomWait)
		}
		if !j.awaitSegment(time.Until(deadline)) {
			return fmt.Errorf("%w: no new segment within %v", ErrFull, roomWait)
		}
	}
}

// refuses says why an opening frame of that size cannot be written now.
func (j *journal) refuses(size int) error {
	switch {
	case j.stopped || j.draining:
		return ErrStopped
	case j.broken != nil:
		return fmt.Errorf("%w: %w", ErrBroken, j.broken)
	case j.full != nil && !j.fits(size, opening):
		return fmt.Errorf("%w: %w", ErrFull, j.full)
	}
	return nil
}

// fits reports whether, after a frame of that size, every open record can still be closed.
func (j *journal) fits(size, place int) bool {
	spare := j.spare() - place
	if size > j.cur.free() {
		if len(j.ready) == 0 {
			return false
		}
		return spare-closes(j.cur.free())-taken(j.ready[0].free(), size) >= 0
	}
	return spare-taken(j.cur.free(), size) >= 0
}

// closes is how many records can certainly be closed in so many bytes.
func closes(free int) int { return free / roomToClose }

func taken(free, size int) int { return closes(free) - closes(free-size) }

// spare is how many more records could be closed than are open.
func (j *journal) spare() int {
	n := closes(j.cur.free()) - j.reserved
	for _, s := range j.ready {
		n += closes(s.free())
	}
	return n
}

func (j *journal) wantsSegment() bool {
	return len(j.ready) == 0 || j.spare() < closes(j.size)/2
}

func (j *journal) awaitSegment(most time.Duration) bool {
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
		wants := !j.stopped && j.wantsSegment()
		j.mu.Unlock()
		if wants && j.layOne() == nil {
			continue
		}
		var again <-chan time.Time
		if wants {
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

// layOne adds one empty segment, or remembers why it cannot.
func (j *journal) layOne() error {
	j.mu.Lock()
	number, bytes := j.next, j.bytes()
	j.mu.Unlock()
	s, err := j.newSegment(number, bytes)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.report(err)
	j.full = err
	if err == nil {
		j.ready, j.next = append(j.ready, s), number+1
	}
	close(j.made)
	j.made = make(chan struct{})
	return err
}

func (j *journal) newSegment(number uint64, bytes int64) (*segment, error) {
	if j.limit > 0 && bytes+int64(j.size) > j.limit {
		return nil, fmt.Errorf("its limit of %d bytes is reached", j.limit)
	}
	return j.disk.create(j.dir, number, j.salt(), j.size)
}

// bytes is what all segments take on disk.
func (j *journal) bytes() int64 {
	var n int64
	for _, s := range j.segments() {
		n += int64(len(s.mem))
	}
	for _, s := range j.ready {
		n += int64(len(s.mem))
	}
	return n
}

// segments returns those that hold frames, oldest first.
func (j *journal) segments() []*segment {
	all := append([]*segment(nil), j.old...)
	if j.cur != nil {
		all = append(all, j.cur)
	}
	return all
}

// past returns the segments that are not written to any more, oldest first.
func (j *journal) past() []*segment {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]*segment(nil), j.old...)
}

// report tells the operator once when the journal stops growing, and once when it grows again.
func (j *journal) report(err error) {
	switch {
	case err != nil && j.full == nil:
		j.log.Error("usage journal cannot grow; calls are refused once it is full", "dir", j.dir, "err", err)
	case err == nil && j.full != nil:
		j.log.Info("usage journal grows again", "dir", j.dir)
	}
}

// drop deletes the oldest segment. Only the shipper calls it, when all in it is in the store.
func (j *journal) drop(s *segment) error {
	j.flushing.Lock() // a flush may be at its memory
	defer j.flushing.Unlock()
	j.mu.Lock()
	j.old = j.old[1:]
	j.mu.Unlock()
	s.unmap()
	err := os.Remove(s.path)
	signal(j.needRoom)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// signal wakes a goroutine that will find out itself what there is to do.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
