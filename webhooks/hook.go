// Package webhooks sends a party's systems what happens under its agreement, as Standard Webhooks has it: signed,
// tried again over days, and set aside where it cannot be delivered, so that it can be sent once more.
//
// An event has one id for good, and is sent until its receiver has taken it: after a crash it may arrive a second
// time, under the same id. What the secrets are is sealed; they are shown once.
package webhooks

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/egress"
	"entente/events"
)

// A Hook is an address of a party to which events are sent.
type Hook struct {
	ID        string // "whk_…"
	Agreement agreement.ID
	Party     agreement.Party
	By        string // pseudonymous id
	URL       string
	Types     events.Filter
	Created   time.Time
	Sealed    string       // its secrets
	Place     events.Place // up to here events are in the queue
	Disabled  string       // why nothing is sent; empty while it is
}

// A State says how a delivery stands.
type State string

// The states of a delivery.
const (
	Waiting   State = "waiting"
	Delivered State = "delivered"
	Dead      State = "dead" // it was tried as often as it is
)

// A Delivery is an event on its way to a hook.
type Delivery struct {
	Hook     string
	Position int64 // of the event
	State    State
	Attempts int
	Due      time.Time // when it is tried next; of one that has ended, when it did
	Said     string    // what came of the last attempt: "200", "500", "refused or unreachable"
}

// A Store keeps hooks.
type Store interface {
	// KeepHook stores a new hook durably, with the answer to whoever asked for it if the answer's key is not
	// empty: both or neither.
	KeepHook(ctx context.Context, h Hook, a access.Answer) error
	// Hooks are those of an agreement, oldest first; of all agreements if id is empty.
	Hooks(ctx context.Context, id agreement.ID) ([]Hook, error)
	// SealHook stores a hook's new secrets, with the answer.
	SealHook(ctx context.Context, h Hook, a access.Answer) error
	// DisableHook stores why nothing is sent to a hook; with no reason it is sent to again.
	DisableHook(ctx context.Context, hook, why string) error
	// DropHook forgets a hook and its deliveries, with the answer.
	DropHook(ctx context.Context, hook string, a access.Answer) error
}

// A Queue keeps deliveries.
type Queue interface {
	// Enqueue adds deliveries of the events at positions and moves the hook's place, if that is still from: all or
	// nothing.
	Enqueue(ctx context.Context, hook string, from, to events.Place, positions []int64, due time.Time) error
	// Deliveries are those of a hook in a state behind a position, at most so many, by position; of all states if s
	// is empty.
	Deliveries(ctx context.Context, hook string, s State, after int64, most int) ([]Delivery, error)
	// Due are deliveries that wait and are due before an instant, the earliest first and at most so many of each hook.
	Due(ctx context.Context, before time.Time, each int) ([]Delivery, error)
	// Move writes durably how a delivery stands. One whose hook is gone is forgotten.
	Move(ctx context.Context, d Delivery) error
}

// The errors that callers branch on.
var (
	ErrUnknown = errors.New("there is no such webhook")
	ErrMany    = fmt.Errorf("your party has %d webhooks under the agreement; remove one first", Most)
	ErrURL     = errors.New("this address cannot be called")
)

// Most is how many webhooks a party has under an agreement.
const Most = 20

// longestURL bounds an address.
const longestURL = 2000

// A Book is the hooks of a node. All fields are needed.
type Book struct {
	Store  Store
	Queue  Queue
	Sealer *access.Sealer
	Policy egress.Policy // where hooks may be
	Now    func() time.Time
	Rand   io.Reader
}

// Secrets are how a receiver knows the node: shared by both, or the public half of a key that is the node's alone. They
// print as "[redacted]".
type Secrets struct {
	Shared access.Secret // "whsec_…", shown once
	Public string        // "whpk_…"
}

// ring is what is sealed: the present secrets, and those before them while they still count.
type ring struct {
	Shared []byte    `json:"shared"`
	Seed   []byte    `json:"seed"`
	Before *ring     `json:"before,omitempty"`
	Until  time.Time `json:"until,omitzero"` // those before count until then
}

// handover is how long the secrets of before sign beside new ones.
const handover = 24 * time.Hour

const sharedBytes = 32

func (b *Book) newRing() (*ring, error) {
	r := &ring{Shared: make([]byte, sharedBytes), Seed: make([]byte, ed25519.SeedSize)}
	for _, part := range [][]byte{r.Shared, r.Seed} {
		if _, err := io.ReadFull(b.Rand, part); err != nil {
			return nil, fmt.Errorf("drawing a webhook's secret: %w", err)
		}
	}
	return r, nil
}

func (r *ring) secrets() Secrets {
	public := ed25519.NewKeyFromSeed(r.Seed).Public().(ed25519.PublicKey)
	return Secrets{access.NewSecret("whsec_" + base64.StdEncoding.EncodeToString(r.Shared)), "whpk_" + base64.StdEncoding.EncodeToString(public)}
}

func (b *Book) seal(h *Hook, r *ring) error {
	text, err := json.Marshal(r)
	if err == nil {
		h.Sealed, err = b.Sealer.Seal("webhook/"+h.ID, access.NewSecret(string(text)))
	}
	if err != nil {
		return fmt.Errorf("sealing the secrets of %s: %w", h.ID, err)
	}
	return nil
}

func (b *Book) open(h Hook) (*ring, error) {
	text, err := b.Sealer.Open("webhook/"+h.ID, h.Sealed)
	if err != nil {
		return nil, err
	}
	var r ring
	if err := json.Unmarshal([]byte(text.Reveal()), &r); err != nil {
		return nil, fmt.Errorf("reading the secrets of %s: %w", h.ID, err)
	}
	return &r, nil
}

// Add makes a hook of the caller's party that gets what happens behind a place. answer makes the answer that is kept
// with it. An error wraps ErrMany, ErrURL with why, or what the store said.
func (b *Book) Add(ctx context.Context, c access.Caller, url string, types events.Filter, at events.Place, answer func(Hook, Secrets) (access.Answer, error)) error {
	if len(url) > longestURL {
		return fmt.Errorf("%w: it is longer than %d bytes", ErrURL, longestURL)
	}
	if err := b.Policy.CheckURL(url); err != nil {
		return fmt.Errorf("%w: %w", ErrURL, err)
	}
	have, err := b.Of(ctx, c)
	if err != nil {
		return err
	}
	if len(have) >= Most {
		return ErrMany
	}
	id, err := access.NewID(b.Rand, "whk_")
	if err != nil {
		return err
	}
	r, err := b.newRing()
	if err != nil {
		return err
	}
	h := Hook{ID: id, Agreement: c.Agreement, Party: c.Actor.Party, By: c.Actor.ID, URL: url, Types: types, Created: b.Now().UTC().Truncate(time.Microsecond), Place: at}
	if err := b.seal(&h, r); err != nil {
		return err
	}
	a, err := answer(h, r.secrets())
	if err != nil {
		return fmt.Errorf("making the answer: %w", err)
	}
	return b.Store.KeepHook(ctx, h, a)
}

// Of are the hooks of the caller's party, oldest first.
func (b *Book) Of(ctx context.Context, c access.Caller) ([]Hook, error) {
	all, err := b.Store.Hooks(ctx, c.Agreement)
	if err != nil {
		return nil, fmt.Errorf("reading the webhooks of %s: %w", c.Agreement, err)
	}
	var own []Hook
	for _, h := range all {
		if h.Party == c.Actor.Party {
			own = append(own, h)
		}
	}
	return own, nil
}

// Find is a hook of the caller's party. That of the other party and none are the same ErrUnknown.
func (b *Book) Find(ctx context.Context, c access.Caller, id string) (Hook, error) {
	own, err := b.Of(ctx, c)
	if err != nil {
		return Hook{}, err
	}
	for _, h := range own {
		if h.ID == id {
			return h, nil
		}
	}
	return Hook{}, ErrUnknown
}

// Public is the public key with which a hook's receiver can verify what it gets: "whpk_…".
func (b *Book) Public(h Hook) (string, error) {
	r, err := b.open(h)
	if err != nil {
		return "", err
	}
	return r.secrets().Public, nil
}

// Rotate gives a hook new secrets. Those of before sign beside them for a day.
func (b *Book) Rotate(ctx context.Context, h Hook, answer func(Secrets, time.Time) (access.Answer, error)) error {
	before, err := b.open(h)
	if err != nil {
		return err
	}
	r, err := b.newRing()
	if err != nil {
		return err
	}
	before.Before = nil
	r.Before, r.Until = before, b.Now().UTC().Add(handover).Truncate(time.Second)
	if err := b.seal(&h, r); err != nil {
		return err
	}
	a, err := answer(r.secrets(), r.Until)
	if err != nil {
		return fmt.Errorf("making the answer: %w", err)
	}
	return b.Store.SealHook(ctx, h, a)
}

// Remove forgets a hook.
func (b *Book) Remove(ctx context.Context, h Hook, a access.Answer) error {
	return b.Store.DropHook(ctx, h.ID, a)
}

// Keepers are the roles whose matter the webhooks of their own party are. It is no act under the agreement.
var Keepers = []agreement.Role{agreement.Technical}

// paused is why nothing is sent to a hook that its party has paused.
const paused = "your party has paused it"

// Pause sends nothing to a hook until it is resumed. What happens meanwhile is sent then.
func (b *Book) Pause(ctx context.Context, h Hook) error {
	if h.Disabled != "" {
		return nil
	}
	return b.Store.DisableHook(ctx, h.ID, paused)
}

// Resume sends to a hook again: what happened meanwhile, and what waited. What is dead stays so.
func (b *Book) Resume(ctx context.Context, h Hook) error {
	return b.Store.DisableHook(ctx, h.ID, "")
}

// Replay sends once more what is dead or, if a position is given, everything from there that was queued, and lets a
// disabled hook send again. It says how many deliveries wait again.
func (b *Book) Replay(ctx context.Context, h Hook, from int64) (again int, err error) {
	state := Dead
	if from >= 0 {
		state = ""
	}
	now := b.Now().UTC()
	for after := max(from, 0) - 1; ; {
		found, err := b.Queue.Deliveries(ctx, h.ID, state, after, batch)
		if err != nil {
			return again, fmt.Errorf("reading the deliveries of %s: %w", h.ID, err)
		}
		for _, d := range found {
			after = d.Position
			d.State, d.Attempts, d.Due = Waiting, 0, now
			if err := b.Queue.Move(ctx, d); err != nil {
				return again, fmt.Errorf("queueing event %d of %s: %w", d.Position, h.ID, err)
			}
			again++
		}
		if len(found) < batch {
			break
		}
	}
	if h.Disabled != "" {
		return again, b.Store.DisableHook(ctx, h.ID, "")
	}
	return again, nil
}

// batch is how many deliveries are taken at a time.
const batch = 200
