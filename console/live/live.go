// Package live tells a page that is being read what others do meanwhile, so that it can show itself as it is
// now. What is told is on record under the agreement; the page itself is made by the server as ever.
package live

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"

	"entente/access"
	"entente/agreement"
	"entente/console/frame"
	"entente/events"
	"entente/register"
)

// A Desk serves the streams of what happens. All fields are needed to answer, none to list the routes.
type Desk struct {
	Register *register.Register
	Streams  *events.Streams
	// Still says why whoever made a request may not read on; nil while they may.
	Still func(*http.Request) error
	// Latest marks the calls of a component: another mark than before means that there are others.
	Latest func(ctx context.Context, id agreement.ID, component string) (string, error)
	Log    *slog.Logger
}

// Routes are the stream of an agreement, and for each component one that tells of its calls as well.
func (d *Desk) Routes() []frame.Route {
	return []frame.Route{
		{Pattern: "GET " + frame.Happenings, Serve: d.serve},
		{Pattern: "GET /components/{component}" + frame.Happenings, Serve: d.serve},
	}
}

// serve writes what happens until the reader leaves or their session ends.
func (d *Desk) serve(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	last := r.URL.Query().Get("after")
	if again := r.Header.Get("Last-Event-ID"); again != "" {
		last = again
	}
	after, err := events.ParsePlace(v.ID(), last)
	if err != nil {
		return frame.ErrAbsent
	}
	wish := events.Wish{Agreement: v.ID(), After: after, Told: d.teller(v), May: func(context.Context) error { return d.Still(r) }}
	if component := r.PathValue("component"); component != "" {
		if v.View.Policy().Routes[component] == nil {
			return frame.ErrAbsent
		}
		wish.Beside = func(ctx context.Context) (string, error) { return d.Latest(ctx, v.ID(), component) }
	}
	seat, err := d.Streams.Enter(v.Caller.Credential)
	if err != nil {
		return errors.Join(frame.ErrCrowded, err)
	}
	defer seat.Leave()
	if err := seat.Serve(w, r, wish); err != nil && !errors.Is(err, access.ErrNoEntry) {
		d.Log.Info("a page is no longer told what happens", "agreement", v.ID(), "error", err)
	}
	return nil
}

// told is what a page is told of an entry of the ledger.
type told struct {
	Says string `json:"says"` // what happened, and who did it
	Own  bool   `json:"own"`  // the reader did it
}

// teller tells what happened, with the names of the people who did it.
func (d *Desk) teller(v *frame.Visit) func(events.Event) ([]byte, error) {
	return func(e events.Event) ([]byte, error) {
		now, err := d.Register.View(v.ID())
		if err != nil {
			return nil, err
		}
		says := e.Data.Says
		if agreement.Party(e.Data.Party) != agreement.Host {
			says += " (" + (&frame.Visit{View: now}).PersonName(e.Data.Actor) + ")"
		}
		return json.Marshal(told{frame.Plain(says), e.Data.Actor == v.Caller.Actor.ID})
	}
}
