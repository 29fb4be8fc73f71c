// Package inbox is what each person of an agreement is told: the acts of the other party, what they are asked
// for, and what is due, by letter and on a page of their own, each once.
//
// Who is told what follows from the agreement; what is told follows from its ledger and from the time. A plan of
// it is kept before anything is sent, with one place for each person, cause and step, so that neither a crash nor a
// clock that jumps back tells anything twice. A node that was away tells what has gathered in one letter.
package inbox

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"entente/agreement"
	"entente/articles/audience"
)

// An Item is one thing that one person is told.
type Item struct {
	ID        string // "itm_…", the same for the same person, cause and step
	Agreement agreement.ID
	Person    string // pseudonymous id
	Cause     string // what it is about: an entry of the ledger, or a deadline
	Step      Step
	Matter    audience.Matter
	Clause    agreement.Clause
	Says      string           // what has happened or is due, in a sentence without its full stop
	Asks      string           // what is asked of the person's party; empty if nothing is
	Role      agreement.Role   // by which it reaches them
	Fixed     agreement.Clause // under which they cannot turn it off; empty where they can
	At        time.Time        // when it happened or, of a deadline, when they were to be told
	Due       time.Time        // the first instant after which it is late; zero where nothing is due
	Planned   time.Time
	Read      time.Time // zero before
	Settled   time.Time // when nothing was to be done about it any more; zero before
	Letter    string    // the letter that tells it; empty before, and NoLetter if none does
	Sent      time.Time // when the letter was posted
}

// NoLetter stands for the letter of what is told on the page alone.
const NoLetter = "-"

// A Step is how far a cause has gone with a person. It never goes back.
type Step int

// The steps. The warnings come between Told and LastDay: Warned+0, Warned+1, Warned+2.
const (
	Told    Step = 0
	Warned  Step = 1
	LastDay Step = 4
	Late    Step = 5
	Raised  Step = 6 // it came to them because those before them did not read it: by as many rungs as it is above
)

// Raised reports whether it came to the person because others did not read it.
func (i Item) Raised() bool { return i.Step >= Raised }

// Open reports whether something is still to be done about it.
func (i Item) Open() bool { return i.Settled.IsZero() && (i.Asks != "" || !i.Due.IsZero()) }

// Entry is the position of the entry of the ledger that the item is about; false if it is about none.
func (i Item) Entry() (int64, bool) {
	text, ok := strings.CutPrefix(i.Cause, entryPrefix)
	n, err := strconv.ParseInt(text, 10, 64)
	return n, ok && err == nil
}

// entryPrefix begins the cause of what is about an entry.
const entryPrefix = "entry/"

// named is the item with its id.
func (i Item) named() Item {
	sum := sha256.Sum256(fmt.Appendf(nil, "entente-item-v1\x00%s\x00%s\x00%s\x00%d", i.Agreement, i.Person, i.Cause, i.Step))
	i.ID = "itm_" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10]))
	return i
}

// A Way is how a person hears of a matter by letter. On their page everything stands.
type Way string

// The ways.
const (
	AtOnce Way = "at_once"
	Daily  Way = "daily" // with all else of the day, at an hour
	Off    Way = "off"
)

// Ways are all ways.
var Ways = []Way{AtOnce, Daily, Off}

// Label is what people call the way.
func (w Way) Label() string {
	switch w {
	case AtOnce:
		return "by a letter at once"
	case Daily:
		return "in one letter a day"
	}
	return "on this page only"
}

// Preferences are how a person wants to hear of what is told. Notices always come at once.
type Preferences struct {
	Asks Way
	Dues Way
	News Way
	Hour int // at which the daily letter is written, 0 to 23, in the agreement's time zone
}

// Usual are the preferences of whoever has said none.
var Usual = Preferences{Asks: AtOnce, Dues: Daily, News: Daily, Hour: 8}

// ErrPreferences means that preferences cannot be kept; the message says why.
var ErrPreferences = errors.New("the preferences cannot be kept")

// Check refuses what is no way and no hour.
func (p Preferences) Check() error {
	for _, w := range []Way{p.Asks, p.Dues, p.News} {
		if w != AtOnce && w != Daily && w != Off {
			return fmt.Errorf("%w: a way is at_once, daily or off, not %.20q", ErrPreferences, string(w))
		}
	}
	if p.Hour < 0 || p.Hour > 23 {
		return fmt.Errorf("%w: the hour of the daily letter is 0 to 23, not %d", ErrPreferences, p.Hour)
	}
	return nil
}

// of is how an item is told.
func (p Preferences) of(i Item) Way {
	switch {
	case i.Fixed != "":
		return AtOnce
	case i.Matter == audience.Ask:
		return p.Asks
	case i.Matter == audience.Due:
		return p.Dues
	}
	return p.News
}

// ripe reports whether a letter that tells the item is to be written by now.
func (p Preferences) ripe(i Item, zone *time.Location, now time.Time) bool {
	if p.of(i) == AtOnce {
		return true
	}
	at := i.At.In(zone)
	next := time.Date(at.Year(), at.Month(), at.Day(), p.Hour, 0, 0, 0, zone)
	if !next.After(at) {
		next = time.Date(at.Year(), at.Month(), at.Day()+1, p.Hour, 0, 0, 0, zone)
	}
	return !now.Before(next)
}

// A Page is a part of what a person is told, the latest first.
type Page struct {
	Unread bool   // only what is not read
	Before string // the id of the item behind which it begins; empty for the latest
	Most   int
}

// A Shelf keeps what people were told, for themselves.
type Shelf interface {
	// Items are those of a person. The error is ErrUnknown if there is none to begin behind.
	Items(ctx context.Context, id agreement.ID, person string, p Page) ([]Item, error)
	// Item is one of a person's. The error is ErrUnknown if there is none.
	Item(ctx context.Context, id agreement.ID, person, item string) (Item, error)
	// Unread is how many of a person's items are not read, and not settled.
	Unread(ctx context.Context, id agreement.ID, person string) (int, error)
	// ReadItems notes that a person has read an item, or all of them if none is said, and says how many
	// they had not.
	ReadItems(ctx context.Context, id agreement.ID, person, item string, at time.Time) (int, error)
}

// A Cabinet keeps preferences.
type Cabinet interface {
	// Preferences are a person's; Usual if they have said none.
	Preferences(ctx context.Context, id agreement.ID, person string) (Preferences, error)
	// KeepPreferences stores them durably, in place of earlier ones.
	KeepPreferences(ctx context.Context, id agreement.ID, person string, p Preferences) error
}

// ErrUnknown means that the person was told no such thing.
var ErrUnknown = errors.New("you were told no such thing")
