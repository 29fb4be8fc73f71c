package webhooks

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/egress"
	"entente/events"
)

// pauses are how long an event waits before each attempt: the schedule of Standard Webhooks, over three days.
var pauses = []time.Duration{0, 5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour}

// Limits of sending.
const (
	attemptSpan  = 15 * time.Second // for one attempt
	longestReply = 64 << 10         // bytes of a receiver's answer that are read
	abreast      = 16               // hooks that are sent to at a time
	abreastEach  = 4                // of those, of one party under an agreement: its slow receivers keep nobody else waiting
	each         = 20               // deliveries of a hook that are taken at a time
	often        = time.Second      // the courier rests when nobody wakes it
)

// A Courier carries events to the hooks of a Book. All fields are needed.
type Courier struct {
	*Book
	Reader events.Reader
	Via    http.RoundTripper // made of the book's policy
	Log    *slog.Logger

	mu   sync.Mutex
	busy map[string]owner // hooks that are being sent to
}

// An owner is a party under an agreement.
type owner struct {
	agreement agreement.ID
	party     agreement.Party
}

// Keep carries events until the context ends. Wake rings when something has happened.
func (c *Courier) Keep(ctx context.Context, wake <-chan struct{}) {
	var all sync.WaitGroup
	defer all.Wait()
	rest := time.NewTicker(often)
	defer rest.Stop()
	for {
		if err := c.Fill(ctx); err != nil && ctx.Err() == nil {
			c.Log.Error("events were not queued for webhooks", "error", err)
		}
		if err := c.send(ctx, &all); err != nil && ctx.Err() == nil {
			c.Log.Error("webhooks were not sent", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-wake:
		case <-rest.C:
		}
	}
}

// Fill queues what has happened since for every hook. A ledger that cannot be read keeps no other waiting.
func (c *Courier) Fill(ctx context.Context) error {
	hooks, err := c.Store.Hooks(ctx, "")
	if err != nil {
		return fmt.Errorf("reading the webhooks: %w", err)
	}
	var errs []error
	for _, h := range hooks {
		if h.Disabled == "" {
			errs = append(errs, c.fill(ctx, h))
		}
	}
	return errors.Join(errs...)
}

func (c *Courier) fill(ctx context.Context, h Hook) error {
	for {
		found, to, err := c.Reader.After(ctx, h.Agreement, h.Place, batch, h.Types)
		if err != nil || to == h.Place {
			return err
		}
		positions := make([]int64, len(found))
		for i, e := range found {
			positions[i] = e.Data.Position
		}
		if err := c.Queue.Enqueue(ctx, h.ID, h.Place, to, positions, c.Now().UTC()); err != nil {
			return fmt.Errorf("queueing for %s: %w", h.ID, err)
		}
		h.Place = to
	}
}

// send begins to send what is due, hook by hook: one that is slow keeps no other waiting.
func (c *Courier) send(ctx context.Context, all *sync.WaitGroup) error {
	due, err := c.Queue.Due(ctx, c.Now().Add(time.Microsecond), each)
	if err != nil || len(due) == 0 {
		return err
	}
	hooks, err := c.Store.Hooks(ctx, "")
	if err != nil {
		return err
	}
	for _, own := range byHook(due) {
		at := slices.IndexFunc(hooks, func(h Hook) bool { return h.ID == own[0].Hook && h.Disabled == "" })
		if at < 0 || !c.take(hooks[at]) {
			continue
		}
		all.Go(func() {
			defer c.leave(hooks[at].ID)
			if err := c.Carry(ctx, hooks[at], own); err != nil && ctx.Err() == nil {
				c.Log.Error("a webhook was not sent", "webhook", hooks[at].ID, "error", err)
			}
		})
	}
	return nil
}

// byHook parts deliveries by their hooks: the hook of the first of them comes first.
func byHook(due []Delivery) (parts [][]Delivery) {
	at := map[string]int{}
	for _, d := range due {
		i, known := at[d.Hook]
		if !known {
			i, parts = len(parts), append(parts, nil)
			at[d.Hook] = i
		}
		parts[i] = append(parts[i], d)
	}
	return parts
}

func (c *Courier) take(h Hook) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.busy == nil {
		c.busy = map[string]owner{}
	}
	whose, theirs := owner{h.Agreement, h.Party}, 0
	for hook, one := range c.busy {
		if hook == h.ID {
			return false
		}
		if one == whose {
			theirs++
		}
	}
	if len(c.busy) >= abreast || theirs >= abreastEach {
		return false
	}
	c.busy[h.ID] = whose
	return true
}

func (c *Courier) leave(hook string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.busy, hook)
}

// Carry tries deliveries of a hook, one after the other, and writes down what came of each. It ends when the hook is
// paused or removed meanwhile.
func (c *Courier) Carry(ctx context.Context, h Hook, all []Delivery) error {
	for _, d := range all {
		now, err := c.Store.Hooks(ctx, h.Agreement)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(now, func(one Hook) bool { return one.ID == h.ID && one.Disabled == "" })
		if at < 0 {
			return nil
		}
		h = now[at]
		found, _, err := c.Reader.After(ctx, h.Agreement, events.Place(d.Position-1), 1, nil)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return nil // the ledger is damaged before it; it waits
		}
		said, err := c.attempt(ctx, h, found[0].ID, found[0])
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return nil // the node ends, and what came of it is not known
		}
		if err := c.note(ctx, h, d, said); err != nil {
			return err
		}
	}
	return nil
}

// note writes down what came of an attempt.
func (c *Courier) note(ctx context.Context, h Hook, d Delivery, said outcome) error {
	now := c.Now().UTC()
	d.Attempts++
	d.Said = said.String()
	switch {
	case said.ok():
		d.State, d.Due = Delivered, now
	case said.status == http.StatusGone:
		d.State, d.Due = Dead, now
		const why = "its receiver answered 410: it wants no more"
		c.Log.Info("a webhook is disabled", "webhook", h.ID, "why", why)
		if err := c.Store.DisableHook(ctx, h.ID, why); err != nil {
			return fmt.Errorf("disabling %s: %w", h.ID, err)
		}
	case d.Attempts >= len(pauses):
		d.State, d.Due = Dead, now
		c.Log.Warn("an event could not be delivered and is set aside", "webhook", h.ID, "position", d.Position)
	default:
		d.Due = now.Add(pauses[d.Attempts])
	}
	if err := c.Queue.Move(ctx, d); err != nil {
		return fmt.Errorf("noting what came of event %d for %s: %w", d.Position, h.ID, err)
	}
	return nil
}

// An outcome is what a receiver answered; status 0 if nothing came.
type outcome struct{ status int }

func (o outcome) ok() bool { return o.status/100 == 2 }

func (o outcome) String() string {
	if o.status == 0 {
		return "refused or unreachable"
	}
	return strconv.Itoa(o.status)
}

// attempt sends one message. The error is the node's own; what the receiver does is an outcome.
func (c *Courier) attempt(ctx context.Context, h Hook, id string, message any) (outcome, error) {
	r, err := c.open(h)
	if err != nil {
		return outcome{}, err
	}
	body, err := json.Marshal(message)
	if err != nil {
		return outcome{}, fmt.Errorf("writing message %s: %w", id, err)
	}
	ctx, cancel := context.WithTimeout(ctx, attemptSpan)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, bytes.NewReader(body))
	if err != nil {
		return outcome{}, nil // an address that cannot be called any more
	}
	at := c.Now()
	req.Header = http.Header{"Content-Type": {events.MediaType}, "User-Agent": {"entente"},
		"Webhook-Id": {id}, "Webhook-Timestamp": {strconv.FormatInt(at.Unix(), 10)}, "Webhook-Signature": {r.sign(id, at, body)}}
	res, err := c.Via.RoundTrip(req)
	if err != nil {
		c.Log.Info("a webhook did not get through", "webhook", h.ID, "message", id, "error", egress.Hide(err))
		return outcome{}, nil
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, io.LimitReader(res.Body, longestReply))
	if err != nil && !errors.Is(err, context.Canceled) {
		c.Log.Debug("a receiver's answer was not read to its end", "webhook", h.ID, "error", err)
	}
	return outcome{res.StatusCode}, nil
}

// A Trial is what came of a test message.
type Trial struct {
	ID   string // of the message: "test_…"
	OK   bool
	Said string // what the receiver answered: "200", "500", "refused or unreachable"
}

// Try sends a test message now, once. It is no event, and says so.
func (c *Courier) Try(ctx context.Context, h Hook) (Trial, error) {
	id, err := access.NewID(c.Rand, "test_")
	if err != nil {
		return Trial{}, err
	}
	said, err := c.attempt(ctx, h, id, events.Event{SpecVersion: "1.0", ID: id, Source: "urn:entente:" + string(h.Agreement), Type: "entente.webhook.test.v1", Time: c.Now().UTC(), ContentType: "application/json",
		Data: events.Data{Agreement: string(h.Agreement), Position: -1, Says: "This is a test of webhook " + h.ID, Party: string(h.Party), Actor: h.By, Body: json.RawMessage("{}")}})
	return Trial{id, said.ok(), said.String()}, err
}
