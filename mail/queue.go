package mail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"entente/access"
)

// A Store keeps the queue.
type Store interface {
	// KeepLetter stores a new letter durably. It says false, and stores nothing, if one with its key is
	// there. The error wraps ErrFull if so many wait that another one would be too many.
	KeepLetter(ctx context.Context, e Envelope) (fresh bool, err error)
	// Letters are those in a state that are due before an instant, oldest first and at most so many.
	Letters(ctx context.Context, s State, before time.Time, most int) ([]Envelope, error)
	// MoveLetter writes durably how a letter stands: its state, attempts, due and sealed text.
	MoveLetter(ctx context.Context, e Envelope) error
}

// ErrFull means that too many letters wait.
var ErrFull = errors.New("too many letters wait to be sent")

// MostWaiting is how many letters can wait.
const MostWaiting = 10_000

// A Queue posts letters and hands them over. All fields but Relay are needed; without a relay letters
// wait, and expire.
type Queue struct {
	Store  Store
	Relay  *Relay
	Sealer *access.Sealer
	Now    func() time.Time
	Rand   io.Reader
	Log    *slog.Logger

	once sync.Once
	wake chan struct{} // holds one token while there is something new
	away bool          // the relay was, when it was tried last
}

func (q *Queue) news() chan struct{} {
	q.once.Do(func() { q.wake = make(chan struct{}, 1) })
	return q.wake
}

// content is what is sealed of a letter.
type content struct {
	To, Subject, Text, HTML string
	Preferences             string `json:",omitempty"`
}

// Post puts a letter into the queue. It is on disk when Post returns, and it is there once however
// often it is posted; an error wraps ErrLetter, ErrFull or what the store said.
func (q *Queue) Post(ctx context.Context, l Letter) error {
	if err := l.check(); err != nil {
		return err
	}
	id, err := access.NewID(q.Rand, "mail_")
	if err != nil {
		return err
	}
	now := q.Now().UTC()
	if latest := now.Add(longestLife); l.Expires.IsZero() || l.Expires.After(latest) {
		l.Expires = latest
	}
	e := Envelope{ID: id, Key: l.Key, State: Waiting, Posted: now, Due: now, Expires: l.Expires}
	if err := q.seal(&e, content{l.To, l.Subject, l.Text, l.HTML, l.Preferences}); err != nil {
		return err
	}
	if _, err := q.Store.KeepLetter(ctx, e); err != nil {
		return fmt.Errorf("posting letter %s: %w", l.Key, err)
	}
	select {
	case q.news() <- struct{}{}:
	default:
	}
	return nil
}

func (q *Queue) seal(e *Envelope, c content) error {
	b, err := json.Marshal(c)
	if err == nil {
		e.Sealed, err = q.Sealer.Seal("mail/"+e.ID, access.NewSecret(string(b)))
	}
	if err != nil {
		return fmt.Errorf("sealing letter %s: %w", e.ID, err)
	}
	return nil
}

func (q *Queue) open(e Envelope) (c content, err error) {
	text, err := q.Sealer.Open("mail/"+e.ID, e.Sealed)
	if err == nil {
		err = json.Unmarshal([]byte(text.Reveal()), &c)
	}
	return c, err
}

// often is how long the queue rests when nobody wakes it.
const often = 15 * time.Second

// Keep hands letters over until the context ends.
func (q *Queue) Keep(ctx context.Context) {
	rest := time.NewTicker(often)
	defer rest.Stop()
	for recovered := false; ; {
		var err error
		if !recovered {
			err = q.Recover(ctx)
			recovered = err == nil
		}
		if recovered {
			err = q.Deliver(ctx)
		}
		if err != nil && ctx.Err() == nil {
			q.Log.Error("letters were not sent", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-q.news():
		case <-rest.C:
		}
	}
}

// batch is how many letters are taken at a time.
const batch = 50

// Recover settles what a crash left half done, before the first Deliver: what was being handed over
// may have arrived and is not sent again.
func (q *Queue) Recover(ctx context.Context) error {
	for {
		found, err := q.Store.Letters(ctx, Sending, latestOf(q.Now()), batch)
		if err != nil || len(found) == 0 {
			return err
		}
		for _, e := range found {
			q.Log.Warn("a letter was being sent when the node ended; whether it arrived is not known, and it is not sent again", "letter", e.ID, "key", e.Key)
			if err := q.settle(ctx, e, Unsure); err != nil {
				return err
			}
		}
	}
}

// latestOf is an instant after everything that is due.
func latestOf(now time.Time) time.Time { return now.Add(2 * longestLife) }

// Deliver hands over what is due now.
func (q *Queue) Deliver(ctx context.Context) error {
	for {
		due, err := q.Store.Letters(ctx, Waiting, q.Now().Add(time.Microsecond), batch)
		if err != nil || len(due) == 0 {
			return err
		}
		if due, err = q.expire(ctx, due); err != nil {
			return err
		}
		if len(due) == 0 {
			continue
		}
		if more, err := q.deliver(ctx, due); err != nil || !more {
			return err
		}
	}
}

// expire settles those whose time has run out and returns the others.
func (q *Queue) expire(ctx context.Context, due []Envelope) (rest []Envelope, err error) {
	for _, e := range due {
		if q.Now().Before(e.Expires) {
			rest = append(rest, e)
			continue
		}
		q.Log.Warn("a letter was not sent in its time", "letter", e.ID, "key", e.Key, "attempts", e.Attempts)
		if err := q.settle(ctx, e, Failed); err != nil {
			return nil, err
		}
	}
	return rest, nil
}

// deliver hands letters over by one connection; more says whether it is worth going on.
func (q *Queue) deliver(ctx context.Context, due []Envelope) (more bool, err error) {
	if q.Relay == nil {
		return false, nil
	}
	line, err := q.Relay.connect(ctx)
	if err != nil {
		if !q.away && ctx.Err() == nil {
			q.Log.Warn("the mail relay cannot be used; letters wait", "error", err)
		}
		q.away = true
		return false, nil
	}
	defer line.close()
	if q.away {
		q.Log.Info("the mail relay can be used again")
	}
	q.away = false
	for _, e := range due {
		if more, err := q.one(ctx, line, e); err != nil || !more {
			return false, err
		}
	}
	return true, nil
}

// one hands a letter over. That it is about to is on disk before, or it could be sent twice.
func (q *Queue) one(ctx context.Context, line *line, e Envelope) (more bool, err error) {
	c, err := q.open(e)
	if err != nil {
		q.Log.Error("a letter cannot be opened and is given up", "letter", e.ID, "error", err)
		return true, q.settle(ctx, e, Failed)
	}
	e.Attempts++
	e.State = Sending
	if err := q.Store.MoveLetter(ctx, e); err != nil {
		return false, fmt.Errorf("noting that letter %s is being sent: %w", e.ID, err)
	}
	said := line.send(e, c, q.Now())
	ctx = context.WithoutCancel(ctx) // what came of it is written down, whatever ends now
	switch {
	case said.State == Waiting && e.Attempts < len(pauses):
		e.State, e.Due = Waiting, q.Now().UTC().Add(pauses[e.Attempts-1])
		q.Log.Info("a letter is sent later", "letter", e.ID, "attempt", e.Attempts, "relay", said.Why)
		err = q.Store.MoveLetter(ctx, e)
	case said.State == Sent:
		err = q.settle(ctx, e, Sent)
	case said.State == Unsure:
		q.Log.Warn("whether the relay took a letter is not known; it is not sent again", "letter", e.ID, "key", e.Key, "relay", said.Why)
		err = q.settle(ctx, e, Unsure)
	default:
		q.Log.Warn("the relay does not take a letter", "letter", e.ID, "key", e.Key, "relay", said.Why)
		err = q.settle(ctx, e, Failed)
	}
	return !said.Broken, err
}

// pauses are how long a letter waits after each attempt that failed.
var pauses = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 12 * time.Hour, 24 * time.Hour, 24 * time.Hour}

// settle ends a letter and forgets what it says.
func (q *Queue) settle(ctx context.Context, e Envelope, s State) error {
	e.State, e.Sealed, e.Due = s, "", q.Now().UTC()
	if err := q.Store.MoveLetter(ctx, e); err != nil {
		return fmt.Errorf("noting that letter %s is %s: %w", e.ID, s, err)
	}
	return nil
}
