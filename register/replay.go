package register

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/ledger"
)

// Rebuild reads the whole ledger of an agreement and makes its view, without publishing it.
//
// Each entry's signature was verified before the entry was kept. Reading it back, one signature
// stands for all: the log's, under the checkpoint whose root the entries must have. The view of a
// ledger that does not have it is broken, and says what the entries say up to the first wrong one.
func (r *Register) Rebuild(ctx context.Context, id agreement.ID) (*View, error) {
	leaves, err := r.Journal.Leaves(ctx, id, 0)
	damaged := errors.Is(err, ErrDamaged)
	switch {
	case err != nil && !damaged:
		return nil, err
	case len(leaves) == 0 && !damaged:
		return nil, ErrUnknown
	}
	signed, unreadable := r.Journal.Checkpoint(ctx, id, int64(len(leaves)))
	if unreadable != nil {
		return nil, unreadable
	}
	var v *View
	if !damaged {
		v, err = r.replay(id, leaves, signed)
	}
	if err != nil {
		v = r.legible(id, leaves, err)
	}
	private, err := r.Journal.Private(ctx, id)
	if err != nil {
		return nil, err
	}
	for pseudonym, p := range private {
		if !v.State.Members[pseudonym].Erased {
			v.People[pseudonym] = p.Value
		}
	}
	v.compile(r.Now())
	return v, nil
}

func blank(id agreement.ID) *View {
	return &View{State: articles.State{ID: id}, People: map[string]string{}, Keyring: &ledger.Keyring{}}
}

// replay is the view after leaves, which must be all that the signed checkpoint covers.
func (r *Register) replay(id agreement.ID, leaves []ledger.Leaf, signed []byte) (*View, error) {
	v := blank(id)
	if err := v.add(leaves[0], r.Library); err != nil {
		return nil, fmt.Errorf("entry 0: %w", err)
	}
	opened, _ := v.Keyring.Opened()
	if err := ledger.CheckLeaves(leaves, signed, opened.Log); err != nil {
		return nil, err
	}
	for i, leaf := range leaves[1:] {
		err := v.follow(leaf, r.Library)
		switch {
		case errors.Is(err, articles.ErrUnknownEvent):
			v.Broken = err
		case err != nil:
			return nil, fmt.Errorf("entry %d: %w", i+1, err)
		}
	}
	return v, nil
}

// legible is the view after the leaves before the first that is wrong by itself, after err has said
// that something is. Each is verified.
func (r *Register) legible(id agreement.ID, leaves []ledger.Leaf, err error) *View {
	v := blank(id)
	if !errors.Is(err, ErrDamaged) {
		err = fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	for i, leaf := range leaves {
		event, at, wrong := v.admit(leaf)
		if wrong == nil && event != nil {
			wrong = v.State.Apply(event, at, r.Library)
		}
		if wrong != nil && !errors.Is(wrong, articles.ErrUnknownEvent) {
			err = fmt.Errorf("%w: entry %d: %w", err, i, wrong)
			break
		}
	}
	v.Broken = err
	return v
}

// add takes the next entry into the view after verifying it. It leaves earlier views as they were.
func (v *View) add(leaf ledger.Leaf, library articles.Library) error {
	event, at, err := v.admit(leaf)
	if err != nil || event == nil {
		return err
	}
	v.State, err = v.State.Evolve(event, at, library)
	return err
}

// admit verifies the next entry, counts it and reads what it says; nil if it is about the ledger itself.
func (v *View) admit(leaf ledger.Leaf) (event any, at time.Time, err error) {
	sealed, err := ledger.Open(leaf)
	if err != nil {
		return nil, at, err
	}
	if err := v.Keyring.Admit(v.Size, sealed); err != nil {
		return nil, at, err
	}
	event, err = v.take(sealed.Entry)
	return event, sealed.Entry.Time, err
}

// follow is add for an entry that is known to have been verified, into a view that nobody has seen.
func (v *View) follow(leaf ledger.Leaf, library articles.Library) error {
	e, key, err := ledger.Reread(leaf)
	if err != nil {
		return err
	}
	if err := v.Keyring.Follow(v.Size, e, key); err != nil {
		return err
	}
	event, err := v.take(e)
	if err != nil || event == nil {
		return err
	}
	return v.State.Apply(event, e.Time, library)
}

// take counts an entry and reads what it says; nil if it is about the ledger itself.
func (v *View) take(e ledger.Entry) (any, error) {
	switch {
	case e.Agreement != string(v.State.ID):
		return nil, fmt.Errorf("the entry belongs to %s", e.Agreement)
	case e.Time.Before(v.Last):
		return nil, errors.New("the entry's time is before that of the entry before")
	}
	v.Size++
	v.Last = e.Time
	event, err := articles.ReadEvent(e.Type, e.Body)
	if erased, ok := event.(agreement.PersonErased); ok {
		v.People = maps.Clone(v.People)
		delete(v.People, erased.Person)
	}
	return event, err
}

// How far before its record's beginning a call may have been decided, while its request came in and a new
// policy was on its way; and how many entries of that time are looked at.
const (
	decidedBefore = time.Minute
	entriesBefore = 64
)

// Past is what an agreement was at an instant, with the policy as it stood then: its ledger is read up
// to the last entry of that time or, where the policy with the digest that is asked for ended shortly
// before, up to its last. It is for questions about what was decided; nothing is published.
func (r *Register) Past(ctx context.Context, id agreement.ID, at time.Time, digest string) (*View, error) {
	leaves, err := r.Journal.Leaves(ctx, id, 0)
	if err != nil {
		return nil, err
	}
	var times []time.Time
	for i, leaf := range leaves {
		e, _, err := ledger.Reread(leaf)
		if err != nil {
			return nil, fmt.Errorf("entry %d: %w", i, err)
		}
		if e.Time.After(at) {
			break
		}
		times = append(times, e.Time)
	}
	now, err := r.first(id, leaves[:len(times)], at)
	if err != nil || now.policy.Digest == digest {
		return now, err
	}
	for n := len(times) - 1; n > 0 && len(times)-n <= entriesBefore && at.Sub(times[n]) <= decidedBefore; n-- {
		if before, err := r.first(id, leaves[:n], at); err == nil && before.policy.Digest == digest {
			return before, nil
		}
	}
	return now, nil
}

// first is an agreement as its first entries have it, at an instant.
func (r *Register) first(id agreement.ID, leaves []ledger.Leaf, at time.Time) (*View, error) {
	v := blank(id)
	for i, leaf := range leaves {
		add := v.follow
		if i == 0 {
			add = v.add
		}
		if err := add(leaf, r.Library); err != nil {
			return nil, fmt.Errorf("entry %d: %w", i, err)
		}
	}
	if v.Size == 0 {
		return nil, ErrUnknown
	}
	v.compile(at)
	return v, nil
}
