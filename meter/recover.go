package meter

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// lockDir makes this process the only one that writes to dir.
func lockDir(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the usage journal: %w", err)
	}
	if err := syncDir(filepath.Dir(dir)); err != nil {
		return nil, fmt.Errorf("making the usage journal: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("locking the usage journal: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		defer f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, fmt.Errorf("usage journal %s is in use by another process (%s): stop that one, or give this one its own directory", dir, owner(f))
		}
		return nil, fmt.Errorf("locking usage journal %s: %w", dir, err)
	}
	f.Truncate(0)
	fmt.Fprintf(f, "pid %d", os.Getpid()) // a courtesy to whoever finds it locked; the lock is flock's
	return f, nil
}

func owner(f *os.File) string {
	text, _ := io.ReadAll(io.LimitReader(f, 32))
	return clean(strings.TrimSpace(string(text)), 32)
}

// What a start found in the journal.
type found struct {
	open    []ID   // never closed, in order
	shipped uint64 // closing frames up to here are in the store
	frames  int
	damaged int // bytes that are neither frame nor zero
}

// recover maps the segments that are there, reads every frame and readies the journal for
// writing. What was read is on disk when it returns. The journal never writes behind a torn
// tail: it goes on in an empty segment.
func (j *journal) recover() (found, error) {
	numbers, err := listSegments(j.dir)
	if err != nil {
		return found{}, fmt.Errorf("reading the usage journal: %w", err)
	}
	var all found
	open := map[ID]bool{}
	for _, number := range numbers {
		s, err := openSegment(j.dir, number)
		if err != nil {
			return found{}, fmt.Errorf("reading the usage journal: %w", err)
		}
		before := all
		if err := j.scan(s, &all, open); err != nil {
			return found{}, err
		}
		j.next = number + 1
		j.keep(s, all.frames == before.frames && all.damaged == before.damaged)
	}
	for id := range open {
		all.open = append(all.open, id)
	}
	slices.SortFunc(all.open, func(a, b ID) int { return bytes.Compare(a[:], b[:]) })
	j.flushed, j.stored = j.seq, all.shipped
	return all, j.begin(len(all.open))
}

// listSegments returns the numbers of the segments, in order, and deletes half-made ones.
func listSegments(dir string) ([]uint64, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var numbers []uint64
	for _, file := range files {
		if number, ok := segmentNumber(file.Name()); ok {
			numbers = append(numbers, number)
		}
		if strings.HasSuffix(file.Name(), segmentSuffix+".new") {
			if err := os.Remove(filepath.Join(dir, file.Name())); err != nil {
				return nil, err
			}
		}
	}
	slices.Sort(numbers)
	return numbers, nil
}

// scan reads the frames of one segment. A frame whose number was seen before is a copy, and ignored.
func (j *journal) scan(s *segment, all *found, open map[ID]bool) error {
	var r reader
	var e entry
	var sums summer
	for off := headerBytes; ; {
		f, ok := sums.next(s.mem, s.salt, off)
		all.damaged += f.skipped
		if !ok {
			return nil
		}
		off, s.tail = f.end, f.end
		all.frames++
		if f.seq <= j.seq {
			continue
		}
		j.seq = f.seq
		if err := r.read(f.body, &e); err != nil {
			return fmt.Errorf("reading usage journal %s at byte %d: %w", s.path, f.end, err)
		}
		switch e.kind {
		case kindOpen:
			open[e.rec.ID] = true
		case kindClose:
			delete(open, e.rec.ID)
		case kindShipped:
			all.shipped = max(all.shipped, e.upTo)
		default:
			return fmt.Errorf("usage journal %s holds frames of kind %d, which this release does not know: start a newer one", s.path, e.kind)
		}
	}
}

// keep files a segment away as old, or as ready when it was never written to.
func (j *journal) keep(s *segment, empty bool) {
	if empty && len(s.mem) == j.size {
		j.ready = append(j.ready, s)
		return
	}
	// What was laid out before a segment with frames would be read in the wrong order.
	for _, unused := range j.ready {
		unused.unmap()
		os.Remove(unused.path)
	}
	j.ready = nil
	j.old = append(j.old, s)
}

// begin makes sure of a segment to write to, with room to close so many open records.
func (j *journal) begin(open int) error {
	j.reserved = open
	for j.cur == nil || j.spare() < 0 {
		if len(j.ready) == 0 || j.cur != nil {
			if err := j.layOne(); err != nil {
				return fmt.Errorf("starting the usage journal in %s: %w: %w", j.dir, ErrFull, err)
			}
		}
		if j.cur == nil {
			j.cur, j.ready = j.ready[0], j.ready[1:]
		}
	}
	return nil
}

// drain lets nothing open any more.
func (j *journal) drain() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.draining = true
}

// close gives memory and files back; nothing is written afterwards.
func (j *journal) close() {
	j.mu.Lock()
	j.stopped = true
	j.mu.Unlock()
	_ = j.flush() // reported when it broke
	j.flushing.Lock()
	defer j.flushing.Unlock()
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, s := range append(j.segments(), j.ready...) {
		s.unmap()
	}
	j.old, j.cur, j.ready = nil, nil, nil
	j.flusher.Close()
}
