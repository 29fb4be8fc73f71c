package events

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"entente/agreement"
)

// Streams are the streams of events that are open to readers, as server-sent events. Reader and Bell are
// needed.
type Streams struct {
	Reader
	Bell *Bell

	mu     sync.Mutex
	open   map[string]int // by who reads
	all    int
	ended  chan struct{}
	closed bool
}

// Limits of streams.
const (
	MostOpen     = 1000             // on a node
	MostOpenEach = 20               // of one reader
	patience     = 10 * time.Second // with a reader who takes nothing
	looks        = 2 * time.Second  // between two looks at whether the reader may still read
	heartbeat    = 15 * time.Second // between two signs of life
	page         = 100              // events that are written at a time
)

// The errors that callers branch on.
var (
	ErrFull   = errors.New("the node has as many open streams as it can have")
	ErrGreedy = fmt.Errorf("you have %d open streams; end one", MostOpenEach)
)

// A Seat is the permission to have a stream open. Leave gives it back.
type Seat struct {
	from   *Streams
	reader string
}

// Enter takes a seat for a reader. The error is ErrFull or ErrGreedy.
func (s *Streams) Enter(reader string) (*Seat, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.begin()
	switch {
	case s.closed || s.all >= MostOpen:
		return nil, ErrFull
	case s.open[reader] >= MostOpenEach:
		return nil, ErrGreedy
	}
	s.all++
	s.open[reader]++
	return &Seat{s, reader}, nil
}

// begin makes what the zero value lacks, under the lock.
func (s *Streams) begin() {
	if s.open == nil {
		s.open, s.ended = map[string]int{}, make(chan struct{})
	}
}

// Leave gives the seat back.
func (t *Seat) Leave() {
	s := t.from
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all--
	if s.open[t.reader]--; s.open[t.reader] == 0 {
		delete(s.open, t.reader)
	}
}

// Close ends every stream, and lets none begin.
func (s *Streams) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.begin()
	if !s.closed {
		s.closed = true
		close(s.ended)
	}
}

// A Wish is what a reader wants to follow.
type Wish struct {
	Agreement agreement.ID
	After     Place
	Wanted    Filter
	// May says why the reader may not read on; nil while they may.
	May func(context.Context) error
	// Told is what the reader is told of an event, as JSON on one line and without its type; nil tells all of it.
	Told func(Event) ([]byte, error)
	// Beside is a mark of what the reader looks at beside the ledger. When it is another than before, the reader is
	// told that something has changed. nil if there is nothing.
	Beside func(context.Context) (string, error)
}

// changed is how a stream says that what stands beside the ledger is another.
const changed = "event: changed\ndata: {}\n\n"

// Serve writes the events of a wish as server-sent events, those that are there and those that come, until the
// reader leaves, may not read on or takes nothing for ten seconds, or the node ends. Each has its id, so that a
// browser which connects again goes on where it was.
func (t *Seat) Serve(w http.ResponseWriter, r *http.Request, wish Wish) error {
	out := &line{w: w, control: http.NewResponseController(w)}
	if err := out.begin(); err != nil {
		return err
	}
	beside := ""
	if err := wish.look(r.Context(), &beside); err != nil {
		return err
	}
	check, alive := time.NewTicker(looks), time.NewTicker(heartbeat)
	defer check.Stop()
	defer alive.Stop()
	for {
		news := t.from.Bell.Next(wish.Agreement)
		found, place, err := t.from.After(r.Context(), wish.Agreement, wish.After, page, wish.Wanted)
		if err != nil {
			return err
		}
		moved := place > wish.After
		wish.After = place
		if err := out.events(found, wish.Told); err != nil {
			return err
		}
		if moved {
			news = ready
		}
		select {
		case <-r.Context().Done():
			return nil
		case <-t.from.ended:
			return nil
		case <-check.C:
			was := beside
			err := wish.look(r.Context(), &beside)
			if err == nil && beside != was {
				err = out.write(changed)
			}
			if err != nil {
				return err
			}
		case <-alive.C:
			if err := out.write(": still here\n\n"); err != nil {
				return err
			}
		case <-news:
		}
	}
}

// look asks whether the reader may read on, and how what stands beside the ledger is marked now.
func (w Wish) look(ctx context.Context, beside *string) error {
	err := w.May(ctx)
	if err != nil || w.Beside == nil {
		return err
	}
	*beside, err = w.Beside(ctx)
	return err
}

// ready is a bell that has rung.
var ready = func() <-chan struct{} { c := make(chan struct{}); close(c); return c }()

// A line is the connection to a reader.
type line struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// begin writes the head of the answer. What is set for short requests does not hold for this one.
func (l *line) begin() error {
	if err := l.control.SetReadDeadline(time.Time{}); err != nil {
		return fmt.Errorf("opening a stream: %w", err)
	}
	l.w.Header().Set("Content-Type", "text/event-stream")
	l.w.Header().Set("X-Accel-Buffering", "no")
	l.w.WriteHeader(http.StatusOK)
	return l.write("retry: 2000\n\n")
}

// events writes what a reader is told of events; see Wish.Told.
func (l *line) events(all []Event, told func(Event) ([]byte, error)) error {
	text := ""
	for _, e := range all {
		kind, say := "", told
		if told == nil {
			kind, say = "event: "+e.Type+"\n", func(e Event) ([]byte, error) { return json.Marshal(e) }
		}
		b, err := say(e)
		if err != nil {
			return fmt.Errorf("writing event %s: %w", e.ID, err)
		}
		text += "id: " + e.ID + "\n" + kind + "data: " + string(b) + "\n\n"
	}
	if text == "" {
		return nil
	}
	return l.write(text)
}

// write sends text and cuts off a reader who does not take it.
func (l *line) write(text string) error {
	if err := l.control.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return fmt.Errorf("bounding a stream: %w", err)
	}
	if _, err := l.w.Write([]byte(text)); err != nil {
		return fmt.Errorf("writing to a stream: %w", err)
	}
	return l.control.Flush()
}
