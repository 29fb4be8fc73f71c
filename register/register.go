// Package register is the only reader of the ledgers: it knows the state of every agreement on the
// node, rebuilt from the entries at will, and gives the gateway the compiled policies.
//
// What it hands out never changes in the reader's hands: a change of an agreement is a new state
// and a new policy.
package register

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/ledger"
)

// A Journal is the read side of the node's ledgers.
type Journal interface {
	// Agreements lists the agreements that have a ledger, in the order in which they were opened.
	Agreements(ctx context.Context) ([]agreement.ID, error)
	// Leaves returns the leaves of id from start on, oldest first.
	Leaves(ctx context.Context, id agreement.ID, start int64) ([]ledger.Leaf, error)
	// Private returns the erasable values that stand beside the ledger, by pseudonym.
	Private(ctx context.Context, id agreement.ID) (map[string]Private, error)
}

// A Private value stands beside the ledger, which holds only its salted digest. It can be erased;
// the ledger still verifies.
type Private struct {
	Salt  []byte
	Value string
}

// ErrUnknown means that there is no such agreement, or that it is not the asker's.
var ErrUnknown = errors.New("there is no such agreement")

// A View is one agreement at one position of its ledger.
type View struct {
	State   articles.State
	Size    int64             // entries
	Last    time.Time         // of the last entry
	People  map[string]string // the file's id of a person, by pseudonym; erased people are absent
	Keyring *ledger.Keyring
	Broken  error // why the agreement is read-only, if it is
	policy  *articles.Policy
}

// Policy is the compiled policy of the view.
func (v *View) Policy() *articles.Policy { return v.policy }

// Person finds who a pseudonym is, in the text that binds now.
func (v *View) Person(id string) (agreement.Person, bool) {
	return v.State.Text().Frame().Person(v.People[id])
}

// Member finds the pseudonym of a person by the file's id.
func (v *View) Member(person string) (agreement.Member, bool) {
	for id, name := range v.People {
		if name == person {
			m, ok := v.State.Members[id]
			return m, ok
		}
	}
	return agreement.Member{}, false
}

// A Register holds the views of a node's agreements. Load fills it; Publish changes it.
type Register struct {
	Journal Journal
	Library articles.Library
	Now     func() time.Time
	Changed func() // called after each Publish; may be nil; set before the first

	mu    sync.RWMutex
	views map[agreement.ID]*View
	order []agreement.ID
	index index
}

// Load rebuilds every agreement from its ledger.
func (r *Register) Load(ctx context.Context) error {
	ids, err := r.Journal.Agreements(ctx)
	if err != nil {
		return fmt.Errorf("listing the agreements: %w", err)
	}
	for _, id := range ids {
		v, err := r.Rebuild(ctx, id)
		if err != nil {
			return fmt.Errorf("rebuilding %s: %w", id, err)
		}
		r.Publish(v)
	}
	return nil
}

// Rebuild reads the whole ledger of an agreement and makes its view, without publishing it.
func (r *Register) Rebuild(ctx context.Context, id agreement.ID) (*View, error) {
	leaves, err := r.Journal.Leaves(ctx, id, 0)
	if err != nil {
		return nil, err
	}
	if len(leaves) == 0 {
		return nil, ErrUnknown
	}
	private, err := r.Journal.Private(ctx, id)
	if err != nil {
		return nil, err
	}
	v := &View{State: articles.State{ID: id}, People: map[string]string{}, Keyring: &ledger.Keyring{}}
	for pseudonym, p := range private {
		v.People[pseudonym] = p.Value
	}
	for i, leaf := range leaves {
		if err := v.add(leaf, r.Library); err != nil {
			if errors.Is(err, articles.ErrUnknownEvent) {
				v.Broken = err
				continue
			}
			return nil, fmt.Errorf("entry %d: %w", i, err)
		}
	}
	v.policy = articles.Compile(v.State, r.Now())
	return v, nil
}

// Next is the view after further leaves, with the private values that came with them.
func (r *Register) Next(v *View, leaves []ledger.Leaf, people map[string]string) (*View, error) {
	next := *v
	ring := *v.Keyring
	next.Keyring = &ring
	if len(people) > 0 {
		next.People = map[string]string{}
		for _, m := range []map[string]string{v.People, people} {
			for id, name := range m {
				next.People[id] = name
			}
		}
	}
	for _, leaf := range leaves {
		if err := next.add(leaf, r.Library); err != nil {
			return nil, err
		}
	}
	next.policy = articles.Compile(next.State, r.Now())
	return &next, nil
}

func (v *View) add(leaf ledger.Leaf, library articles.Library) error {
	sealed, err := ledger.Open(leaf)
	if err != nil {
		return err
	}
	if err := v.Keyring.Admit(v.Size, sealed); err != nil {
		return err
	}
	v.Size++
	v.Last = sealed.Entry.Time
	event, err := articles.ReadEvent(sealed.Entry.Type, sealed.Entry.Body)
	if err != nil || event == nil {
		return err
	}
	v.State, err = v.State.Evolve(event, sealed.Entry.Time, library)
	return err
}

// Publish makes a view the agreement's present one, unless a later one is. The gateway decides by it
// from the next call on.
func (r *Register) Publish(v *View) {
	r.publish(v)
	if r.Changed != nil {
		r.Changed()
	}
}

func (r *Register) publish(v *View) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.views == nil {
		r.views = map[agreement.ID]*View{}
	}
	id := v.State.ID
	have, known := r.views[id]
	if known && have.Size > v.Size {
		return // a view that was compiled again while the agreement went on
	}
	if !known {
		r.order = append(r.order, id)
	}
	r.views[id] = v
	r.index.publish(v.policy)
}

// Refresh compiles an agreement's policy again, because time alone has changed what it says.
func (r *Register) Refresh(id agreement.ID) error {
	v, err := r.View(id)
	if err != nil {
		return err
	}
	next := *v
	next.policy = articles.Compile(next.State, r.Now())
	r.Publish(&next)
	return nil
}

// View is the present view of an agreement.
func (r *Register) View(id agreement.ID) (*View, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	v, ok := r.views[id]
	if !ok {
		return nil, ErrUnknown
	}
	return v, nil
}

// Views are all agreements, in the order in which they were opened.
func (r *Register) Views() []*View {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var all []*View
	for _, id := range r.order {
		all = append(all, r.views[id])
	}
	return slices.Clip(all)
}
