// Package handout is what people take out of an agreement to programs of their own: tables for spreadsheets, and
// addresses at which a calendar program finds their deadlines.
//
// Both show what their person may read anyway. Whoever knows the address of a calendar sees it, without a token: it is
// told once, opens nothing else, and ends when its person says so or is no longer named by the agreement.
package handout

import (
	"time"

	"entente/access"
	"entente/events"
)

// A Desk makes them. All fields are needed.
type Desk struct {
	Reader events.Reader
	Door   *access.Door
	Usage  Usage
	Now    func() time.Time
}
