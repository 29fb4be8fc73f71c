package meter

import (
	"bytes"
	"context"
	"fmt"
	"hash/crc32"
	"log/slog"
	"slices"
	"time"
)

// A shipper carries final records from the journal to the store. It reads only what is on disk, keeps
// its place when the store is down, and deletes a segment when all that it holds is in the store.
type shipper struct {
	journal *journal
	store   Store
	now     func() time.Time
	log     *slog.Logger

	turn chan struct{} // holds one token; whoever has it ships

	reader  reader
	segment *segment // being read
	off     int      // in segment
	last    uint64   // the last frame that was read
	shipped uint64   // closing frames up to here were in the store before the start
	doubt   uint64   // closing frames up to here may be in the store
	owes    bool     // the journal has no note yet of what the store has
	open    map[ID]*opened
	entry   entry     // being read
	room    []Record  // for the next batch
	spare   []*opened // for the next records
	lost    int       // closing frames whose opening is gone
	failing bool
	ended   bool
}

// opened is a record whose end has not been saved.
type opened struct {
	rec     Record
	segment *segment
}

const (
	shipEvery   = time.Second
	shipAtLeast = 5 * time.Second // the longest pause after errors
	shipRecords = 4096            // in one Save
	shipFrames  = 16384           // read for one Save
)

func newShipper(j *journal, m Config, shipped uint64) *shipper {
	s := &shipper{
		journal: j, store: m.Store, now: m.Now, log: m.Log,
		turn: make(chan struct{}, 1), shipped: shipped, open: map[ID]*opened{},
	}
	s.turn <- struct{}{}
	return s
}

// run ships until it is told to stop.
func (s *shipper) run(ctx context.Context) {
	pause := shipEvery
	for {
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
		if err := s.ship(ctx); err != nil {
			pause = min(2*pause, shipAtLeast)
		} else {
			pause = shipEvery
		}
	}
}

// ship saves what is final.
func (s *shipper) ship(ctx context.Context) error {
	return s.hold(ctx, func(err error) error { return err })
}

// hold ships, and calls do with what came of it. Until do returns, nobody else ships: what is open
// stays open, and the store has what it has.
func (s *shipper) hold(ctx context.Context, do func(error) error) error {
	select {
	case <-s.turn:
		defer func() { s.turn <- struct{}{} }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if s.ended {
		return do(ErrStopped)
	}
	err := s.shipFinal(ctx)
	s.tell(ctx, err)
	s.tidy()
	if err == nil {
		s.journal.catchUp()
	}
	return do(err)
}

// stillOpen returns the records that are open, by ID. Only who holds the shipper calls it.
func (s *shipper) stillOpen() []Record {
	all := make([]Record, 0, len(s.open))
	for _, o := range s.open {
		all = append(all, o.rec)
	}
	slices.SortFunc(all, func(a, b Record) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	return all
}

// end waits for whoever ships and lets nobody ship afterwards: the journal's memory goes.
func (s *shipper) end() {
	<-s.turn
	s.ended = true
	s.turn <- struct{}{}
}

func (s *shipper) shipFinal(ctx context.Context) error {
	spans, upTo := s.journal.written()
	for {
		b, err := s.collect(spans, upTo)
		if err != nil {
			return err
		}
		if err := s.save(ctx, b); err != nil {
			return fmt.Errorf("saving %d usage records: %w", len(b.records), err)
		}
		if !s.advance(b) {
			return nil
		}
	}
}

// save brings a batch to the store. Where the store may have some of it, from before the start or
// before an error, it is asked first.
func (s *shipper) save(ctx context.Context, b batch) error {
	records := b.records
	if len(records) > 0 && s.last < s.doubt {
		kept, err := s.store.Kept(ctx, idsOf(records))
		if err != nil {
			return err
		}
		records = slices.DeleteFunc(slices.Clone(records), func(r Record) bool { return kept[r.ID] })
	}
	if len(records) == 0 {
		return nil
	}
	err := s.store.Save(ctx, records)
	if err != nil {
		s.doubt = max(s.doubt, b.last)
	}
	return err
}

func idsOf(records []Record) []ID {
	ids := make([]ID, len(records))
	for i, r := range records {
		ids[i] = r.ID
	}
	return ids
}

// A batch is what one Save takes, and where reading stands when it has worked.
type batch struct {
	records []Record
	segment *segment
	off     int
	last    uint64
	frames  int
	lost    int
}

// collect reads on from where the shipper stands. It changes nothing but the table of open
// records, and reading the same again changes that no further.
func (s *shipper) collect(spans []span, upTo uint64) (b batch, err error) {
	b = batch{segment: s.segment, off: s.off, last: s.last, records: s.room[:0]}
	defer func() { s.room = b.records[:0] }()
	var sums summer
	for _, sp := range spans {
		if b.segment != nil && sp.segment.number < b.segment.number {
			continue
		}
		if sp.segment != b.segment {
			b.segment, b.off = sp.segment, headerBytes
		}
		for len(b.records) < shipRecords && b.frames < shipFrames {
			f, ok := sums.next(sp.segment.mem[:sp.tail], sp.segment.salt, b.off)
			if ok && f.seq > upTo {
				return b, nil
			}
			b.off = f.end
			if !ok {
				break
			}
			b.frames++
			if err := s.take(&b, f); err != nil {
				return b, fmt.Errorf("reading usage journal %s: %w", sp.segment.path, err)
			}
		}
		if b.off < sp.tail {
			return b, nil
		}
	}
	return b, nil
}

func (s *shipper) take(b *batch, f frame) error {
	if f.seq <= b.last {
		return nil // a copy
	}
	e := &s.entry
	if err := s.reader.read(f.body, e); err != nil {
		return err
	}
	b.last = f.seq
	switch e.kind {
	case kindOpen:
		s.opens(&e.rec, b.segment)
	case kindClose:
		known := s.open[e.rec.ID]
		switch {
		case known != nil && f.seq <= s.shipped:
			s.forget(e.rec.ID)
		case known != nil:
			b.records = append(b.records, known.rec)
			b.records[len(b.records)-1].end(&e.rec)
		case f.seq > s.shipped:
			b.lost++
		}
	}
	return nil
}

// opens enters a record in the table. One that is there already was carried into a later
// segment, may use more than it was opened for, or is read again after an error.
func (s *shipper) opens(r *Record, in *segment) {
	o := s.open[r.ID]
	if o == nil {
		if n := len(s.spare); n > 0 {
			o, s.spare = s.spare[n-1], s.spare[:n-1]
		} else {
			o = new(opened)
		}
		*o = opened{rec: *r, segment: in}
		s.open[r.ID] = o
		in.opens++
		return
	}
	o.segment.opens--
	o.segment = in
	in.opens++
	o.rec.Held.raise(r.Held)
}

func (s *shipper) forget(id ID) {
	if o := s.open[id]; o != nil {
		o.segment.opens--
		delete(s.open, id)
		if len(s.spare) < shipRecords {
			s.spare = append(s.spare, o)
		}
	}
}

// advance accepts a batch that was saved, and reports whether there may be more to read.
func (s *shipper) advance(b batch) bool {
	for i := range b.records {
		s.forget(b.records[i].ID)
	}
	s.segment, s.off, s.last = b.segment, b.off, b.last
	s.lost += b.lost
	s.owes = s.owes || len(b.records) > 0
	return b.frames > 0
}

// tell speaks when shipping begins to fail and when it works again, not every time.
func (s *shipper) tell(ctx context.Context, err error) {
	if s.lost > 0 {
		s.log.Error("usage journal has ends of calls whose beginnings are lost", "calls", s.lost)
		s.lost = 0
	}
	if (err != nil) == s.failing || ctx.Err() != nil {
		return
	}
	s.failing = err != nil
	if s.failing {
		s.log.Error("usage does not reach the store; it stays in the journal", "err", err)
		return
	}
	s.log.Info("usage reaches the store again")
}

// tidy notes how far the store has everything, and deletes what is no longer needed.
func (s *shipper) tidy() {
	s.note()
	for _, oldest := range s.journal.past() {
		if s.segment == nil || oldest.number >= s.segment.number {
			return
		}
		if oldest.opens > 0 {
			s.carry(oldest)
			return
		}
		if err := s.journal.drop(oldest); err != nil {
			s.log.Error("usage journal cannot delete a segment that is in the store", "segment", oldest.path, "err", err)
			return
		}
	}
}

// note leaves word in the journal of what the store has. Without it, the next start saves
// some records again, to no effect; so there is no harm when there is no room for it.
func (s *shipper) note() {
	if s.owes {
		_, err := s.journal.append(appendShipped(nil, s.last), note)
		s.owes = err != nil
	}
	s.journal.mu.Lock()
	s.journal.stored = s.last
	s.journal.mu.Unlock()
}

// carryBehind is how many full segments long calls may keep on disk before their opening
// frames are written again into the current one.
const carryBehind = 3

// carry writes the opening frames that keep an old segment again. It decides under the
// journal's lock, with the frames that were not read yet, that they are still open: no
// opening frame is ever written behind its closing one.
func (s *shipper) carry(old *segment) {
	j := s.journal
	j.mu.Lock()
	defer j.mu.Unlock()
	if old.carried || j.stopped || j.broken != nil || len(j.old) < carryBehind {
		return
	}
	var bodies [][]byte
	total, ended := 0, s.endedUnread()
	for id, o := range s.open {
		if o.segment == old && !ended[id] {
			body := appendOpen(nil, &o.rec)
			bodies, total = append(bodies, body), total+frameSize(len(body))
		}
	}
	if j.spare() < closes(total)+64 { // the margin is what the ends of segments waste
		return
	}
	for _, body := range bodies {
		j.write(body, crc32.Checksum(body, castagnoli))
	}
	old.carried = true
}

// endedUnread returns the records with a closing frame that the shipper has not read.
func (s *shipper) endedUnread() map[ID]bool {
	ended := map[ID]bool{}
	var e entry
	var sums summer
	for _, seg := range s.journal.segments() {
		off := headerBytes
		if seg.number < s.segment.number {
			continue
		}
		if seg == s.segment {
			off = s.off
		}
		for f, ok := sums.next(seg.mem[:seg.tail], seg.salt, off); ok; f, ok = sums.next(seg.mem[:seg.tail], seg.salt, f.end) {
			if err := s.reader.read(f.body, &e); err == nil && e.kind == kindClose {
				ended[e.rec.ID] = true
			}
		}
	}
	return ended
}
