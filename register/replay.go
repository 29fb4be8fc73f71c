package register

import (
	"context"
	"errors"
	"fmt"

	"entente/agreement"
	"entente/articles"
	"entente/ledger"
)

// Rebuild reads the whole ledger of an agreement and makes its view, without publishing it.
//
// Each entry's signature was verified before the entry was kept. Reading it back, one signature
// stands for all: the log's, under the checkpoint whose root the entries must have. A ledger that
// does not have it was changed, and no view is made of it.
func (r *Register) Rebuild(ctx context.Context, id agreement.ID) (*View, error) {
	leaves, err := r.Journal.Leaves(ctx, id, 0)
	if err != nil {
		return nil, err
	}
	if len(leaves) == 0 {
		return nil, ErrUnknown
	}
	signed, err := r.Journal.Checkpoint(ctx, id, int64(len(leaves)))
	if err != nil {
		return nil, err
	}
	v, err := r.replay(id, leaves, signed)
	if err != nil {
		return nil, err
	}
	private, err := r.Journal.Private(ctx, id)
	if err != nil {
		return nil, err
	}
	for pseudonym, p := range private {
		v.People[pseudonym] = p.Value
	}
	v.policy = articles.Compile(v.State, r.Now())
	return v, nil
}

// replay is the view after leaves, which must be all that the signed checkpoint covers.
func (r *Register) replay(id agreement.ID, leaves []ledger.Leaf, signed []byte) (*View, error) {
	v := &View{State: articles.State{ID: id}, People: map[string]string{}, Keyring: &ledger.Keyring{}}
	if err := v.add(leaves[0], r.Library); err != nil {
		return nil, fmt.Errorf("entry 0: %w", err)
	}
	opened, _ := v.Keyring.Opened()
	if err := ledger.CheckLeaves(leaves, signed, opened.Log); err != nil {
		return nil, r.locate(*v, leaves, err)
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

// locate says which entry is wrong, where one is by itself, after err has said that something is.
func (r *Register) locate(first View, leaves []ledger.Leaf, err error) error {
	for i, leaf := range leaves[1:] {
		if wrong := first.add(leaf, r.Library); wrong != nil && !errors.Is(wrong, articles.ErrUnknownEvent) {
			return fmt.Errorf("%w: entry %d: %w", err, i+1, wrong)
		}
	}
	return err
}

// add takes the next entry into the view after verifying it. It leaves earlier views as they were.
func (v *View) add(leaf ledger.Leaf, library articles.Library) error {
	sealed, err := ledger.Open(leaf)
	if err != nil {
		return err
	}
	if err := v.Keyring.Admit(v.Size, sealed); err != nil {
		return err
	}
	event, err := v.take(sealed.Entry)
	if err != nil || event == nil {
		return err
	}
	v.State, err = v.State.Evolve(event, sealed.Entry.Time, library)
	return err
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
	return articles.ReadEvent(e.Type, e.Body)
}
