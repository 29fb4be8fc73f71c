package notary

import (
	"fmt"
	"time"
)

// tolerance is how far wall time may leave monotonic time between two acts, and how far it may be
// behind the last entry of a ledger.
const tolerance = 2 * time.Minute

// A reading is what the clock on the wall said, and how long the node had run by then.
type reading struct {
	wall   time.Time
	steady time.Duration
}

// jumped reports whether wall time did not pass as steady time did. A clock that is slowly corrected
// over months never jumps.
func (r reading) jumped(before reading) bool {
	d := r.wall.Sub(before.wall) - (r.steady - before.steady)
	return d > tolerance || d < -tolerance
}

// clock reads the time and refuses it when wall time has left monotonic time: one jump of a year
// must not poison a ledger for good. It is accepted again once the clock is back, or after a restart.
func (n *Notary) clock() (time.Time, error) {
	now := n.Now()
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.began.IsZero() {
		n.began = now
		n.seen = reading{wall: now.Round(0)}
	}
	r := reading{now.Round(0), now.Sub(n.began)}
	if r.jumped(n.seen) {
		return time.Time{}, fmt.Errorf("%w: it went from %s to %s in %s; restart the node if that is right", ErrClock,
			n.seen.wall.UTC().Format(time.RFC3339), r.wall.UTC().Format(time.RFC3339), (r.steady - n.seen.steady).Round(time.Second))
	}
	n.seen = r
	return now.UTC().Round(0).Truncate(time.Microsecond), nil
}

// follow is the time of an entry that comes after one of last: never earlier. A clock that is further
// behind than a correction puts it is wrong, and whoever cosigned the last entry would say so.
func follow(now, last time.Time) (time.Time, error) {
	if last.Sub(now) > tolerance {
		return now, fmt.Errorf("%w: it says %s, and the last entry is of %s", ErrClock, now.Format(time.RFC3339), last.Format(time.RFC3339))
	}
	if now.Before(last) {
		return last, nil
	}
	return now, nil
}
