package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"entente/access"
	"entente/agreement"
)

// MostOpened is how many agreements somebody opens on a node within a day (UTC).
const MostOpened = 3

// ErrOpened means that somebody has opened as many agreements as they can within a day.
var ErrOpened = errors.New("you have opened 3 agreements today; open another tomorrow")

// MayOpen counts an agreement that the caller is about to open.
func (b *Book) MayOpen(ctx context.Context, c access.Caller) error {
	now := b.Door.Now()
	name := fmt.Sprintf("opening/%s/%s/%s", c.Agreement, c.Actor.ID, now.UTC().Format(time.DateOnly))
	times, err := b.Spent.Count(ctx, name, now, now.Add(48*time.Hour))
	if err == nil && times > MostOpened {
		err = ErrOpened
	}
	return err
}

// Knows reports whether a caller may learn of an agreement by its number or its text: it is one of their own. An
// agreement in which somebody else has written their address is none, except to a founder, for whose address the
// operator has vouched.
func (b *Book) Knows(c access.Caller, id agreement.ID) bool {
	if c.Founds() {
		return slices.ContainsFunc(b.seats(c.Actor.ID), func(s Seat) bool { return s.Agreement == id })
	}
	_, err := b.At(c, id)
	return err == nil
}
