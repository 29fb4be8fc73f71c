package feeds

import (
	"context"
	"errors"
	"net/http"
	"time"

	"entente/agreement"
	"entente/api/rest"
	"entente/articles/audience"
	"entente/inbox"
	"entente/register"
)

func (d *Desk) notifications(to *rest.Desk) {
	place := rest.Place{Path: "/api/v1/notifications", Tag: "notifications", Whose: rest.Self}
	rest.Add(to, place.Read("", "list-notifications", "What you are told, the latest first", "The acts of the other party, what your party is asked for, and what is due, as far as it is of your roles. See docs/notifications.md for who is told what."), d.told)
	o := place.Write("/reading", "read-notifications", rest.Everyone, "Count what you are told as read", "Without `id`, all of it.")
	o.Status = http.StatusOK
	rest.AddOnce(to, o, d.read)
	place.Path = "/api/v1/notification-preferences"
	rest.Add(to, place.Read("", "get-notification-preferences", "How you hear by letter of what you are told", "Formal notices, and the clocks that they start, come at once whatever is said here (clause 13.8)."), d.preferences)
	rest.AddOnce(to, rest.Operation{Method: http.MethodPut, Path: place.Path, ID: "set-notification-preferences", Tag: place.Tag, Roles: rest.Everyone, Whose: rest.Self,
		Summary: "Say how you want to hear by letter of what you are told", About: "All of it stands in list-notifications, whatever is said here; notices come by letter at once all the same."}, d.prefer)
}

type notification struct {
	ID      string           `json:"id" doc:"The same for the same thing, step and person: itm_…"`
	Matter  audience.Matter  `json:"matter" enum:"notice,ask,due,news" doc:"A formal notice, something that is asked, a deadline, or news."`
	Says    string           `json:"says" doc:"What has happened or is due, in a sentence without its full stop."`
	Asks    string           `json:"asks,omitempty" doc:"What your party is asked for."`
	Clause  agreement.Clause `json:"clause,omitempty" doc:"Absent for what concerns the ledger itself."`
	Entry   int64            `json:"entry,omitempty" doc:"The position of the entry that it is about."`
	Role    agreement.Role   `json:"role" doc:"By which it reaches you."`
	Raised  bool             `json:"raised" doc:"Whether it came to you because nobody to whom it went first has read it."`
	At      time.Time        `json:"at" doc:"When it happened, or was to be told."`
	Due     time.Time        `json:"due,omitzero" doc:"The first instant after which it is late."`
	Late    bool             `json:"late" doc:"Whether the deadline has passed."`
	Read    time.Time        `json:"read,omitzero" doc:"When you read it; absent before."`
	Settled time.Time        `json:"settled,omitzero" doc:"Since when nothing is to be done about it any more."`
}

type notificationsInput struct {
	rest.Page
	Unread bool `query:"unread" doc:"Only what you have not read and is not settled."`
}

func (d *Desk) told(ctx context.Context, v rest.Visit, in *notificationsInput) (*rest.List[notification], error) {
	found, err := d.Shelf.Items(ctx, v.ID, v.Actor.ID, inbox.Page{Unread: in.Unread, Before: in.After, Most: in.Limit + 1})
	if errors.Is(err, inbox.ErrUnknown) {
		return nil, rest.Invalid("query.after", "give the id of one of your notifications")
	}
	var out rest.List[notification]
	for i, one := range found {
		if i == in.Limit {
			out.Body.Next = found[i-1].ID
			break
		}
		n := notification{ID: one.ID, Matter: one.Matter, Says: one.Says, Asks: one.Asks, Clause: one.Clause, Role: one.Role, Raised: one.Raised(), At: one.At, Due: one.Due,
			Late: one.Step >= inbox.Late && !one.Due.IsZero(), Read: one.Read, Settled: one.Settled}
		n.Entry, _ = one.Entry()
		out.Body.Items = append(out.Body.Items, n)
	}
	return &out, err
}

type readInput struct {
	rest.Retry
	Body struct {
		ID string `json:"id,omitempty" maxLength:"100" doc:"The notification's id; all, if it is not said."`
	}
}

type readAnswer struct {
	Read int `json:"read" doc:"How many had not been read."`
}

func (d *Desk) read(ctx context.Context, v rest.Visit, in *readInput, _ *rest.Promise) (readAnswer, error) {
	if in.Body.ID != "" {
		if _, err := d.Shelf.Item(ctx, v.ID, v.Actor.ID, in.Body.ID); errors.Is(err, inbox.ErrUnknown) {
			return readAnswer{}, register.ErrUnknown
		} else if err != nil {
			return readAnswer{}, err
		}
	}
	n, err := d.Shelf.ReadItems(ctx, v.ID, v.Actor.ID, in.Body.ID, d.Now().UTC())
	return readAnswer{n}, err
}

type choices struct {
	Asks inbox.Way `json:"asks" enum:"at_once,daily,off" doc:"What wants an answer of your party."`
	Dues inbox.Way `json:"dues" enum:"at_once,daily,off" doc:"Deadlines: 14, 7 and 1 days before, on the last day, and when they are late."`
	News inbox.Way `json:"news" enum:"at_once,daily,off" doc:"What has happened."`
	Hour int       `json:"hour" minimum:"0" maximum:"23" example:"8" doc:"At which the letter of the day is written, in the agreement's time zone."`
}

type preferencesAnswer struct{ Body choices }

func (d *Desk) preferences(ctx context.Context, v rest.Visit, _ *rest.Nothing) (*preferencesAnswer, error) {
	p, err := d.Cabinet.Preferences(ctx, v.ID, v.Actor.ID)
	return &preferencesAnswer{choices(p)}, err
}

type preferencesInput struct {
	rest.Retry
	Body choices
}

func (d *Desk) prefer(ctx context.Context, v rest.Visit, in *preferencesInput, _ *rest.Promise) (choices, error) {
	p := inbox.Preferences(in.Body)
	if err := p.Check(); err != nil {
		return choices{}, rest.Invalid("body", err.Error())
	}
	return in.Body, d.Cabinet.KeepPreferences(ctx, v.ID, v.Actor.ID, p)
}
