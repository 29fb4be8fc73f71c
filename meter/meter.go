// Package meter counts what is used, so that every answer that reached a caller is on the
// record exactly once, whatever happens to the process, the disk or the store.
//
// A record is written in two steps: opened before the first byte of the answer goes out,
// closed at its end with what the upstream says was used. Both go to a journal of
// memory-mapped files, where kill -9 cannot reach them, and are on disk within 50
// milliseconds, or, when Strict, before Open and Close return. What a crash leaves open is
// closed as interrupted at the next start. From the journal, records are carried to a
// Store in batches; when the store is down they wait, and when the disk is full or does not
// keep what it was given, Open refuses: nothing is served unmetered.
//
// Where the kernel cannot flush on a thread of its own (see meter/flush) and there is a single processor, a
// flush of the journal holds everything up: run with GOMAXPROCS of at least 2 there. File systems that copy on write may run out of space
// when a mapped page is written, which kills the process: keep the journal on another.
package meter

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	mathrand "math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"entente/meter/flush"
	"entente/usage"
)

// A Config says where and how to meter. Dir and Store are required.
type Config struct {
	Dir   string // for the journal; one process at a time
	Store Store
	Now   func() time.Time // nil means time.Now
	Rand  io.Reader        // 64 bytes are read, once; nil means crypto/rand
	Log   *slog.Logger     // nil means slog.Default

	// Strict makes Open and Close wait until the disk has the record: it then survives a power cut.
	Strict bool
	// Gap is how long a record waits for others to go to disk with it. Zero means 20 ms, or
	// 1 ms when Strict.
	Gap time.Duration
	// SegmentBytes is the size of each file of the journal, a multiple of 4,096 from 64 KiB. Zero means 16 MiB.
	SegmentBytes int
	// Limit is the most that the journal's files take together, in bytes. Zero means that
	// the disk is the limit.
	Limit int64

	disk disk
}

// A disk is how segments are laid out and brought to disk; tests let it fail.
type disk struct {
	create func(dir string, number, salt uint64, size int) (*segment, error)
	sync   func(s *segment, by *flush.Disk, tail int) error
}

func (c Config) withDefaults() (Config, error) {
	if c.Dir == "" || c.Store == nil {
		return c, errors.New("meter needs a directory and a store")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Rand == nil {
		c.Rand = rand.Reader
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.SegmentBytes == 0 {
		c.SegmentBytes = 16 << 20
	}
	if c.SegmentBytes < 64<<10 || c.SegmentBytes%4096 != 0 {
		return c, fmt.Errorf("usage journal: a segment of %d bytes; want a multiple of 4096, at least 65536", c.SegmentBytes)
	}
	if c.disk.create == nil {
		c.disk.create = createSegment
	}
	if c.disk.sync == nil {
		c.disk.sync = (*segment).sync
	}
	if c.Gap == 0 {
		c.Gap = 20 * time.Millisecond
		if c.Strict {
			c.Gap = time.Millisecond
		}
	}
	return c, nil
}

// A Meter keeps the records of one node. It is made by Start and safe for many goroutines.
type Meter struct {
	config  Config
	ids     *ids
	journal *journal
	shipper *shipper
	lock    *os.File
	bodies  sync.Pool

	stop    context.CancelFunc
	running sync.WaitGroup
	stopped atomic.Bool
}

// Start locks the journal's directory, reads what is there, closes as interrupted what was
// left open, and begins to carry records to the store.
func Start(c Config) (*Meter, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	m := &Meter{config: c, bodies: sync.Pool{New: func() any { return new([maxBody]byte) }}}
	if m.ids, err = newIDs(c.Rand); err != nil {
		return nil, err
	}
	if m.journal, err = newJournal(c); err != nil {
		return nil, err
	}
	if m.lock, err = lockDir(c.Dir); err != nil {
		m.journal.flusher.Close()
		return nil, err
	}
	if err := m.resume(); err != nil {
		m.journal.close()
		m.lock.Close()
		return nil, err
	}
	m.run()
	return m, nil
}

func newJournal(c Config) (*journal, error) {
	var seed [32]byte
	if _, err := io.ReadFull(c.Rand, seed[:]); err != nil {
		return nil, fmt.Errorf("reading randomness for the usage journal: %w", err)
	}
	return &journal{
		dir: c.Dir, size: c.SegmentBytes, limit: c.Limit, gap: c.Gap, log: c.Log,
		salt: mathrand.NewChaCha8(seed).Uint64, disk: c.disk, flusher: flush.Open(), caught: time.Now(),
		next: 1, made: make(chan struct{}), pending: newCommit(),
		needDisk: make(chan struct{}, 1), needRoom: make(chan struct{}, 1),
	}, nil
}

// resume recovers the journal and closes what was left open.
func (m *Meter) resume() error {
	found, err := m.journal.recover()
	if err != nil {
		return err
	}
	m.shipper = newShipper(m.journal, m.config, found.shipped)
	now := m.config.Now()
	for _, id := range found.open {
		body := appendClose(nil, id, micro(now), true, &Result{Outcome: NodeStopped, Usage: usage.Usage{Estimated: true}})
		if _, err := m.journal.append(body, closing); err != nil {
			return fmt.Errorf("closing interrupted calls: %w", err)
		}
	}
	m.shipper.doubt = m.journal.seq
	m.announce(found)
	return m.journal.flush()
}

func (m *Meter) announce(f found) {
	if f.damaged > 0 {
		m.config.Log.Warn("usage journal has damaged places; what stood there was not on disk yet, or the disk lost it",
			"dir", m.config.Dir, "bytes", f.damaged)
	}
	if len(f.open) > 0 {
		m.config.Log.Warn("calls were interrupted when the node stopped", "calls", len(f.open))
	}
}

func (m *Meter) run() {
	ctx, cancel := context.WithCancel(context.Background())
	m.stop = cancel
	m.running.Go(func() { m.journal.commit(ctx.Done()) })
	m.running.Go(func() { m.journal.layOut(ctx.Done()) })
	m.running.Go(func() { m.shipper.run(ctx) })
}

// Open begins the record of a call: call it before the first byte of the answer can go
// out, and refuse the call when it errs. Open sets ID and Opened; of r, what is known at the beginning
// counts, and text that is too long or does not print is made fit.
func (m *Meter) Open(r Record) (*Call, error) {
	call := new(Call)
	if err := m.OpenIn(call, &r, m.config.Now()); err != nil {
		return nil, err
	}
	return call, nil
}

// OpenIn is Open in memory of the caller's, for many calls one after the other, of whom none is open.
func (m *Meter) OpenIn(call *Call, r *Record, now time.Time) error {
	call.meter, call.rec, call.opened = m, *r, now
	call.closed.Store(false)
	call.rec.clean()
	call.rec.ID, call.rec.Opened = m.ids.next(now), micro(now)
	room := m.bodies.Get().(*[maxBody]byte)
	group, err := m.journal.append(appendOpen(room[:0], &call.rec), opening)
	m.bodies.Put(room)
	if err != nil {
		return err
	}
	if err := m.await(group); err != nil {
		call.Close(Result{Outcome: NotStarted})
		return err
	}
	return nil
}

// await waits for the disk when the meter is strict.
func (m *Meter) await(group *commit) error {
	if !m.config.Strict {
		return nil
	}
	<-group.done
	if group.err != nil {
		return fmt.Errorf("%w: %w", ErrBroken, group.err)
	}
	return nil
}

// A Call is a record that is open.
type Call struct {
	meter  *Meter
	rec    Record
	opened time.Time
	closed atomic.Bool
}

// ID returns the record's ID.
func (c *Call) ID() ID { return c.rec.ID }

// Raise puts on record that the call may use more than was known when it opened. It is called by
// whoever will close the call, before more is used; when it errs, no more may be.
func (c *Call) Raise(to Held) error {
	c.rec.Held = to
	room := c.meter.bodies.Get().(*[maxBody]byte)
	group, err := c.meter.journal.append(appendOpen(room[:0], &c.rec), note)
	c.meter.bodies.Put(room)
	if err != nil {
		return err
	}
	return c.meter.await(group)
}

// Close ends the record. Only the first Close counts. There is always room for it; its
// error is ErrStopped, after which the next start closes the record as interrupted, or,
// when Strict, ErrBroken.
func (c *Call) Close(r Result) error { return c.CloseAt(&r, c.meter.config.Now()) }

// CloseAt is Close for those who have looked at the clock.
func (c *Call) CloseAt(r *Result, now time.Time) error {
	if c.closed.Swap(true) {
		return nil
	}
	m := c.meter
	took := max(now.Sub(c.opened), 0)
	r.clean()
	room := m.bodies.Get().(*[maxBody]byte)
	group, err := m.journal.append(appendClose(room[:0], c.rec.ID, micro(c.opened).Add(took), false, r), closing)
	m.bodies.Put(room)
	if err != nil {
		return err
	}
	return m.await(group)
}

// Flush brings every final record so far to the store. Whoever needs all that this node has metered
// calls it before reading the store. When it errs, the records stay in the journal and follow.
func (m *Meter) Flush(ctx context.Context) error {
	// A broken disk has been reported, and the store is then the safer place.
	_ = m.journal.flush()
	return m.shipper.ship(ctx)
}

// Stop ends metering: nothing opens any more, and what is written goes to disk and, until
// ctx ends, to the store. Calls that are still open may close until Stop returns; the next
// start closes the others as interrupted. Its error says that records did not reach the
// store: they are in the journal, and the next start brings them.
func (m *Meter) Stop(ctx context.Context) error {
	if m.stopped.Swap(true) {
		return nil
	}
	m.journal.drain()
	m.stop()
	m.running.Wait()
	err := m.Flush(ctx)
	m.shipper.end()
	m.journal.close()
	return errors.Join(err, m.lock.Close())
}

// A Status tells how the meter is, for readiness and metrics.
type Status struct {
	OpenCalls int
	Behind    uint64        // frames of the journal that have not been carried to the store
	Waiting   time.Duration // since the store last had everything: fractions of a second, unless it is away or slow
	Segments  int
	Bytes     int64 // that the journal's files take
	Err       error // why Open would refuse: ErrFull, ErrBroken or ErrStopped; nil if it would not
}

// Status returns how the meter is now.
func (m *Meter) Status() Status {
	j := m.journal
	j.mu.Lock()
	defer j.mu.Unlock()
	return Status{
		OpenCalls: j.reserved,
		Behind:    j.seq - j.stored,
		Waiting:   time.Since(j.caught),
		Segments:  len(j.segments()) + len(j.ready),
		Bytes:     j.bytes(),
		Err:       j.refuses(maxBody / 4),
	}
}
