// Package register is the only reader of the ledgers: it knows the state of every agreement on the
// node, rebuilt from the entries at will, and gives the gateway the compiled policies.
//
// What it hands out never changes in the reader's hands: a change of an agreement is a new state
// and a new policy.
package register

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/policy"
	"entente/ledger"
)

// A Journal is the read side of the node's ledgers.
type Journal interface {
	// Agreements lists the agreements that have a ledger, in the order in which they were opened.
	Agreements(ctx context.Context) ([]agreement.ID, error)
	// Leaves returns the leaves of id from start on, oldest first. Where one is missing, or there are
	// more or fewer than the store says, it returns those up to there and an error that wraps ErrDamaged.
	Leaves(ctx context.Context, id agreement.ID, start int64) ([]ledger.Leaf, error)
	// Checkpoint returns the signed checkpoint that was kept when id had this many entries; nil if
	// there is none.
	Checkpoint(ctx context.Context, id agreement.ID, size int64) ([]byte, error)
	// Private returns the erasable values that stand beside the ledger, by pseudonym.
	Private(ctx context.Context, id agreement.ID) (map[string]Private, error)
}

// A Private value stands beside the ledger, which holds only its salted digest. It can be erased;
// the ledger still verifies.
type Private struct {
	Salt  []byte
	Value string
}

// Commitment is what the ledger holds of the value: a digest that tells nothing without the salt.
func (p Private) Commitment() string {
	sum := sha256.Sum256(append(append([]byte("entente-person-v1\x00"), p.Salt...), p.Value...))
	return hex.EncodeToString(sum[:])
}

// ErrDamaged means that a stored ledger is not what was written: entries were changed, exchanged,
// removed or added behind the node's back, or the store was put back to an earlier time.
var ErrDamaged = errors.New("the stored ledger is damaged")

// ErrUnknown means that there is no such agreement, or that it is not the asker's.
var ErrUnknown = errors.New("there is no such agreement")

// A View is one agreement at one position of its ledger.
type View struct {
	State   articles.State
	Size    int64             // entries
	Last    time.Time         // of the last entry
	People  map[string]string // the file's id of a person, by pseudonym; erased people are absent
	Keyring *ledger.Keyring
	Broken  error // why the agreement is read-only, if it is: ErrDamaged, or an entry of a later release
	policy  *policy.Policy
}

// Policy is the compiled policy of the view.
func (v *View) Policy() *policy.Policy { return v.policy }

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

// A Register holds the views of a node's agreements. Load fills it; Publish changes it. Whoever reads
// it never waits for whoever changes it.
type Register struct {
	Journal Journal
	Library articles.Library
	Now     func() time.Time
	Changed func(*View) // called after each Publish with the view that is now present; may be nil; set before the first

	mu    sync.Mutex // held while a view is published
	slots sync.Map   // *slot by agreement.ID
	order atomic.Pointer[[]*slot]
	index index
}

// A slot holds the present view of one agreement.
type slot struct {
	view atomic.Pointer[View]
}

// Load rebuilds every agreement from its ledger. One that is damaged is read-only, and its calls are
// refused; the others are as always.
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

// Next is the view after further leaves, with the private values that came with them.
func (r *Register) Next(v *View, leaves []ledger.Leaf, people map[string]string) (*View, error) {
	next := *v
	next.Keyring = v.Keyring.Clone()
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
	if v.policy == nil {
		next.compile(r.Now())
	} else {
		next.policy = v.policy.Recompile(v.State, next.State, r.Now())
	}
	return &next, nil
}

// compile makes the policy of a view. That of a broken one refuses every call: what it would allow
// may have been revoked by an entry that cannot be read.
func (v *View) compile(now time.Time) {
	v.policy = policy.Compile(v.State, now)
	if v.Broken != nil {
		v.policy = v.policy.Withhold(withheld)
	}
}

const withheld = "its record on this node is not, or not only, what the parties signed and this release can read; nothing is done under it until the operator of the node has put that right"

// Withhold makes an agreement read-only from now on, and refuses its calls.
func (r *Register) Withhold(id agreement.ID, why error) error {
	v, err := r.View(id)
	if err != nil {
		return err
	}
	next := *v
	next.Broken = why
	r.Publish(&next)
	return nil
}

// Missing publishes an agreement of which there should be a ledger, and is none.
func (r *Register) Missing(id agreement.ID, why error) {
	v := blank(id)
	v.Broken = why
	v.compile(r.Now())
	r.Publish(v)
}

// Publish makes a view the agreement's present one, unless a later one is. The gateway decides by it
// from the next call on. Once an agreement is broken no view makes it whole: a new start does.
func (r *Register) Publish(v *View) {
	now := r.publish(v)
	if r.Changed != nil {
		r.Changed(now)
	}
}

// publish returns the view that is now present.
func (r *Register) publish(v *View) *View {
	r.mu.Lock()
	defer r.mu.Unlock()
	found, known := r.slots.LoadOrStore(v.State.ID, &slot{})
	s := found.(*slot)
	old := s.view.Load()
	switch {
	case old == nil:
	case old.Broken != nil && v.Broken == nil:
		return old
	case old.Broken == nil && v.Broken != nil && v.Size < old.Size:
		v = old.broken(v.Broken)
	case old.Size > v.Size:
		return old // a view that was compiled again while the agreement went on
	}
	s.view.Store(v)
	if !known {
		var order []*slot
		if have := r.order.Load(); have != nil {
			order = *have
		}
		order = append(order, s)
		r.order.Store(&order)
	}
	r.index.publish(s, old, v.policy)
	return v
}

// broken is a view that was sound, and whose ledger turned out not to be: what it says was verified,
// and stays to be read.
func (v *View) broken(why error) *View {
	next := *v
	next.Broken, next.policy = why, v.policy.Withhold(withheld)
	return &next
}

// Refresh compiles an agreement's policy again, and publishes it if time alone has changed what it
// says.
func (r *Register) Refresh(id agreement.ID) error {
	v, err := r.View(id)
	if err != nil {
		return err
	}
	next := *v
	next.compile(r.Now())
	if next.policy.Digest != v.policy.Digest {
		r.Publish(&next)
	}
	return nil
}

// View is the present view of an agreement.
func (r *Register) View(id agreement.ID) (*View, error) {
	if s, ok := r.slots.Load(id); ok {
		if v := s.(*slot).view.Load(); v != nil {
			return v, nil
		}
	}
	return nil, ErrUnknown
}

// Views are all agreements, in the order in which they were opened.
func (r *Register) Views() []*View {
	order := r.order.Load()
	if order == nil {
		return nil
	}
	all := make([]*View, len(*order))
	for i, s := range *order {
		all[i] = s.view.Load()
	}
	return all
}
