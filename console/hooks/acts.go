package hooks

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"entente/access"
	"entente/console/frame"
	"entente/events"
	"entente/webhooks"
)

// add makes a webhook; its secret is in the answer.
func (d *Desk) add(ctx context.Context, v *frame.Visit, f url.Values, keep frame.Keep) (done frame.Done, err error) {
	address, err := frame.Needed(f, "url", "The address", 2000, "Write the address to which events are to be sent.")
	if err != nil {
		return done, err
	}
	wanted := events.Filter(strings.FieldsFunc(f.Get("types"), func(r rune) bool { return r == ',' || unicode.IsSpace(r) }))
	if err := wanted.Check(); err != nil {
		return done, frame.Incomplete("The types: " + err.Error() + ".")
	}
	err = d.Courier.Add(ctx, v.Caller, address, wanted, events.Place(v.View.Size-1), func(h webhooks.Hook, s webhooks.Secrets) (access.Answer, error) {
		done = frame.Done{Key: h.ID, Secret: s.Shared.Reveal()}
		return keep(done)
	})
	switch {
	case errors.Is(err, webhooks.ErrURL):
		err = frame.Incomplete("The address: " + strings.TrimPrefix(err.Error(), webhooks.ErrURL.Error()+": ") + ".")
	case errors.Is(err, webhooks.ErrMany):
		err = frame.Incomplete(err.Error() + ".")
	}
	return done, err
}

// An act on a webhook of the visitor's party.
type act func(ctx context.Context, h webhooks.Hook, keep frame.Keep) (frame.Done, error)

// on is an act on a webhook.
func (d *Desk) on(id string, do act) func(context.Context, *frame.Visit, url.Values, frame.Keep) (frame.Done, error) {
	return func(ctx context.Context, v *frame.Visit, _ url.Values, keep frame.Keep) (frame.Done, error) {
		h, err := d.find(ctx, v, id)
		if err != nil {
			return frame.Done{}, err
		}
		return do(ctx, h, keep)
	}
}

func (d *Desk) try(ctx context.Context, h webhooks.Hook, _ frame.Keep) (frame.Done, error) {
	t, err := d.Courier.Try(ctx, h)
	said := "The test message was received. The receiver: "
	if !t.OK {
		said = "The test message was not received. The receiver: "
	}
	return frame.Done{Key: h.ID, Said: said + t.Said + "."}, err
}

func (d *Desk) rotate(ctx context.Context, h webhooks.Hook, keep frame.Keep) (done frame.Done, err error) {
	err = d.Courier.Rotate(ctx, h, func(s webhooks.Secrets, until time.Time) (access.Answer, error) {
		done = frame.Done{Key: h.ID, Secret: s.Shared.Reveal(), Until: until}
		return keep(done)
	})
	return done, err
}

func (d *Desk) replay(ctx context.Context, h webhooks.Hook, _ frame.Keep) (frame.Done, error) {
	again, err := d.Courier.Replay(ctx, h, -1)
	return frame.Done{Key: h.ID, Said: frame.Counted(again, "event waits", "events wait") + " to be sent again."}, err
}

func (d *Desk) pause(ctx context.Context, h webhooks.Hook, _ frame.Keep) (frame.Done, error) {
	return frame.Done{Key: h.ID, Said: "Nothing is sent there until you resume it."}, d.Courier.Pause(ctx, h)
}

func (d *Desk) resume(ctx context.Context, h webhooks.Hook, _ frame.Keep) (frame.Done, error) {
	return frame.Done{Key: h.ID, Said: "What happened meanwhile is sent now."}, d.Courier.Resume(ctx, h)
}

func (d *Desk) end(ctx context.Context, h webhooks.Hook, keep frame.Keep) (frame.Done, error) {
	a, err := keep(frame.Done{})
	if err != nil {
		return frame.Done{}, err
	}
	return frame.Done{}, d.Courier.Remove(ctx, h, a)
}

// A shown secret is shown once, in answer to the form alone.
type shown struct {
	webhooks.Hook
	Secret, Public string
	Until          time.Time // until when the secret of before counts, too
	Zone           *time.Location
}

// then says what came of an act: on the list where the webhook is gone, and otherwise on its page.
func (d *Desk) then(w http.ResponseWriter, r *http.Request, v *frame.Visit, done frame.Done) error {
	if done.Key == "" {
		http.Redirect(w, r, v.Home()+"/webhooks?ended", http.StatusSeeOther)
		return nil
	}
	h, err := d.find(r.Context(), v, done.Key)
	if err != nil {
		return err
	}
	if done.Secret == "" {
		return d.detail(w, r, v, http.StatusOK, h, detail{Did: done.Said}, nil)
	}
	public, err := d.Courier.Public(h)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store, no-transform")
	return pages.Show(w, http.StatusOK, "secret", frame.Page{Title: "The webhook’s secret", Tab: "me", In: v, Body: shown{h, done.Secret, public, done.Until, v.Zone}})
}
