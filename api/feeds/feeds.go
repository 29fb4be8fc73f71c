// Package feeds serves what other systems follow: the events of an agreement, as pages and as a stream.
package feeds

import (
	"log/slog"

	"entente/api/rest"
	"entente/events"
)

// Tag is the tag of the operations in the document.
const Tag = "events"

// A Desk answers. All fields are needed to answer, none to list the routes.
type Desk struct {
	Streams *events.Streams
	Log     *slog.Logger
}

// Serve adds the operations to a desk.
func (d *Desk) Serve(to *rest.Desk) {
	d.events(to)
}
