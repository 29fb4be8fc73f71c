// Package feeds serves what people and other systems follow: the events of an agreement, as pages, as a stream and
// as webhooks, its deadlines, also for calendar programs, what each person is told, and tables for spreadsheets.
package feeds

import (
	"log/slog"
	"time"

	"entente/api/rest"
	"entente/events"
	"entente/handout"
	"entente/inbox"
	"entente/webhooks"
)

// Tag is the tag of the operations in the document.
const Tag = "events"

// A Desk answers. All fields are needed to answer, none to list the routes.
type Desk struct {
	Streams *events.Streams
	Courier *webhooks.Courier
	Handout *handout.Desk
	Shelf   inbox.Shelf
	Cabinet inbox.Cabinet
	Now     func() time.Time
	Log     *slog.Logger
}

// Serve adds the operations to a desk.
func (d *Desk) Serve(to *rest.Desk) {
	d.events(to)
	d.webhooks(to)
	d.calendars(to)
	d.notifications(to)
	d.tables(to)
}
