package register

import (
	"maps"
	"sync/atomic"

	"entente/agreement"
	"entente/articles"
)

// shards divides the keys, so that a new key copies a small map.
const shards = 256

// An index finds a grant by the digest of its key without a lock. Readers see an agreement's old
// policy or its new one, whole, never a mixture.
type index struct {
	slots  map[agreement.ID]*slot // written under the register's lock
	shards [shards]atomic.Pointer[map[[32]byte]ref]
	routes atomic.Pointer[map[string]agreement.ID]
}

// A slot holds the present policy of one agreement.
type slot struct {
	policy atomic.Pointer[articles.Policy]
}

type ref struct {
	slot  *slot
	grant int // its place in Policy.Grants, which never changes
}

func (x *index) publish(p *articles.Policy) {
	if x.slots == nil {
		x.slots = map[agreement.ID]*slot{}
	}
	s, known := x.slots[p.Agreement]
	if !known {
		s = &slot{}
		x.slots[p.Agreement] = s
	}
	old := s.policy.Swap(p)
	from := 0
	if old != nil {
		from = len(old.Grants)
	}
	for i := from; i < len(p.Grants); i++ {
		x.add(p.Grants[i].Digest, ref{s, i})
	}
	x.addRoutes(p)
}

func (x *index) add(digest [32]byte, r ref) {
	shard := &x.shards[digest[0]]
	next := map[[32]byte]ref{digest: r}
	if have := shard.Load(); have != nil {
		next = maps.Clone(*have)
		next[digest] = r
	}
	shard.Store(&next)
}

// addRoutes remembers which agreement offers a component, so that a refusal without a key can say
// which agreement it stands under. Where two offer the same name, neither is named.
func (x *index) addRoutes(p *articles.Policy) {
	next := map[string]agreement.ID{}
	if have := x.routes.Load(); have != nil {
		next = maps.Clone(*have)
	}
	for name := range p.Routes {
		if id, taken := next[name]; taken && id != p.Agreement {
			next[name] = ""
			continue
		}
		next[name] = p.Agreement
	}
	x.routes.Store(&next)
}

// Grant finds the policy and the grant of a key by the digest of its secret; nil if no agreement
// knows the key. It takes no lock and allocates nothing.
func (r *Register) Grant(digest [32]byte) (*articles.Policy, *articles.Grant) {
	shard := r.index.shards[digest[0]].Load()
	if shard == nil {
		return nil, nil
	}
	found, ok := (*shard)[digest]
	if !ok {
		return nil, nil
	}
	p := found.slot.policy.Load()
	return p, &p.Grants[found.grant]
}

// Offers is the policy of the only agreement that offers a component; nil if none or several do.
func (r *Register) Offers(component string) *articles.Policy {
	routes := r.index.routes.Load()
	if routes == nil {
		return nil
	}
	id := (*routes)[component]
	if id == "" {
		return nil
	}
	v, err := r.View(id)
	if err != nil {
		return nil
	}
	return v.Policy()
}
