package feeds

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"entente/api/rest"
	"entente/events"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

const eventStream = "text/event-stream"

func (d *Desk) events(to *rest.Desk) {
	place := rest.Place{Path: "/api/v1/agreements/{id}/events", Tag: Tag}
	o := place.Read("", "list-events", "What has happened under an agreement, oldest first",
		"Every event is an entry of the ledger as a CloudEvent 1.0. As `Accept: text/event-stream` the answer goes on with what happens, as server-sent events: each has its id, `Last-Event-ID` goes on behind it, and a sign of life comes every 15 seconds. A stream ends when the token does, or when nothing is read for 10 seconds. A token may have 20 streams at a time.").As(eventStream)
	o.Either = eventsPage{}
	rest.Add(to, o, d.list)
}

type eventsInput struct {
	rest.Of
	rest.Page
	Types []string `query:"type" maxItems:"50" doc:"Only events of these types: entente.term.breach_notified.v1, or entente.term.* for all of an article; several with commas."`
	Last  string   `header:"Last-Event-ID" maxLength:"200" doc:"The id of the event that was seen last; it counts before after."`
	Media string   `header:"Accept" hidden:"true"`
}

// An eventsPage is a part of the stream.
type eventsPage struct {
	Items []events.Event `json:"items"`
	Next  string         `json:"next,omitempty" doc:"What to give as after for the next page, also of a page that a filter left empty; absent on the last."`
	Last  string         `json:"last,omitempty" doc:"What to give as after, now or later, for what happens behind this page."`
}

// written is an answer that is written as it is made.
type written struct{ Body func(huma.Context) }

func (d *Desk) list(ctx context.Context, v rest.Visit, in *eventsInput) (*written, error) {
	wish := events.Wish{Agreement: v.ID, Wanted: in.Types, May: v.Still}
	var err error
	if err = wish.Wanted.Check(); err != nil {
		return nil, rest.Invalid("query.type", err.Error())
	}
	where, last := "query.after", in.After
	if in.Last != "" {
		where, last = "header.Last-Event-ID", in.Last
	}
	if wish.After, err = events.ParsePlace(v.ID, last); err != nil {
		return nil, rest.Invalid(where, err.Error())
	}
	if strings.Contains(in.Media, eventStream) {
		return d.stream(v, wish)
	}
	return d.page(ctx, wish, in.Limit)
}

// enough is how many entries are looked through for one page.
const enough = 10_000

// page gathers a page of the stream.
func (d *Desk) page(ctx context.Context, wish events.Wish, limit int) (*written, error) {
	page := eventsPage{Items: []events.Event{}}
	place := wish.After
	for len(page.Items) < limit && place-wish.After < enough {
		found, now, err := d.Streams.After(ctx, wish.Agreement, place, limit-len(page.Items), wish.Wanted)
		if err != nil {
			return nil, err
		}
		page.Items = append(page.Items, found...)
		if now == place {
			break
		}
		place = now
	}
	if place > events.Beginning {
		page.Last = events.IDOf(wish.Agreement, int64(place))
	}
	more, _, err := d.Streams.After(ctx, wish.Agreement, place, 1, nil)
	if err != nil {
		return nil, err
	}
	if len(more) > 0 {
		page.Next = page.Last
	}
	b, err := rest.Encode(page)
	if err != nil {
		return nil, fmt.Errorf("writing events: %w", err)
	}
	return &written{func(c huma.Context) {
		c.SetHeader("Content-Type", "application/json")
		if _, err := c.BodyWriter().Write(b); err != nil {
			d.Log.Debug("events were not read to their end", "error", err)
		}
	}}, nil
}

// stream takes a seat and, once the answer begins, keeps it until the reader leaves.
func (d *Desk) stream(v rest.Visit, wish events.Wish) (*written, error) {
	seat, err := d.Streams.Enter(v.Credential)
	switch {
	case errors.Is(err, events.ErrGreedy):
		return nil, rest.NewProblem(http.StatusTooManyRequests, "too-many-streams", "You have too many open streams", err.Error())
	case err != nil:
		return nil, rest.Unavailable("too-many-streams", err.Error())
	}
	return &written{func(c huma.Context) {
		defer seat.Leave()
		r, w := humago.Unwrap(c)
		if err := seat.Serve(w, r, wish); err != nil {
			d.Log.Info("a stream of events ended", "agreement", wish.Agreement, "error", err)
		}
	}}, nil
}
