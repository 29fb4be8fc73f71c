package meter

import "time"

// commit brings frames to disk: the first frame after a flush starts the gap, and one
// flush covers all that arrive within it. A journal at rest wakes nobody.
func (j *journal) commit(stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		case <-j.needDisk:
		}
		pause := time.NewTimer(j.gap)
		select {
		case <-stop:
			pause.Stop()
			return
		case <-pause.C:
		}
		j.flush()
	}
}

// flush brings everything written so far to disk. When the disk refuses, the journal is
// broken for good: what a failed flush left on disk cannot be known, and a second try
// that succeeds would prove nothing.
func (j *journal) flush() error {
	j.flushing.Lock()
	defer j.flushing.Unlock()
	work, group, upTo, err := j.unflushed()
	for _, w := range work {
		if err == nil {
			err = j.disk.sync(w.segment, j.flusher, w.tail)
		}
		if err == nil {
			w.segment.synced = w.tail
		}
	}
	j.mu.Lock()
	if err == nil {
		j.flushed = upTo
	} else if j.broken == nil {
		j.broken = err
		j.log.Error("usage journal is broken; every call is refused until a restart", "dir", j.dir, "err", err)
	}
	j.mu.Unlock()
	group.err = err
	close(group.done)
	return err
}

// A span is a segment as far as it was written at some moment.
type span struct {
	segment *segment
	tail    int
}

func (j *journal) unflushed() (work []span, group *commit, upTo uint64, broken error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	group, j.pending, j.dirty = j.pending, newCommit(), false
	for _, s := range j.segments() {
		if s.tail > s.synced {
			work = append(work, span{s, s.tail})
		}
	}
	return work, group, j.seq, j.broken
}

// written returns what may be handed on: all that is on disk, as far as upTo. When the
// disk is broken that is all there is, because then the store is the safer place.
func (j *journal) written() (spans []span, upTo uint64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, s := range j.segments() {
		spans = append(spans, span{s, s.tail})
	}
	if j.broken != nil {
		return spans, j.seq
	}
	return spans, j.flushed
}
