package register

import (
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"entente/agreement"
	"entente/articles/policy"
)

// shards divides the keys, so that a new key copies a small map.
const shards = 256

// An index finds a grant by the digest of its key without a lock. Readers see an agreement's old
// policy or its new one, whole, never a mixture. It is changed under the register's lock.
type index struct {
	shards [shards]atomic.Pointer[map[[32]byte]ref]
	pins   atomic.Pointer[[]ref] // of the grants that client certificates open
	routes sync.Map              // by a component's name, the agreement.ID that alone offers it; "" if several do
}

type ref struct {
	slot  *slot
	grant int // its place in Policy.Grants, which never changes
}

// publish adds what a policy has and the view before it, which may be nil, had not.
func (x *index) publish(s *slot, old *View, p *policy.Policy) {
	from := 0
	if old != nil { // a ledger that was read anew may have two keys of one instant in another order
		for from < min(len(old.policy.Grants), len(p.Grants)) && old.policy.Grants[from].Digest == p.Grants[from].Digest {
			from++
		}
	}
	added := map[byte][]int{}
	for i := from; i < len(p.Grants); i++ {
		shard := p.Grants[i].Digest[0]
		added[shard] = append(added[shard], i)
		if p.Grants[i].Method() == agreement.MTLS {
			x.addPin(ref{s, i})
		}
	}
	for shard, grants := range added {
		x.add(&x.shards[shard], s, p, grants)
	}
	x.addRoutes(p)
}

func (x *index) add(shard *atomic.Pointer[map[[32]byte]ref], s *slot, p *policy.Policy, grants []int) {
	next := map[[32]byte]ref{}
	if have := shard.Load(); have != nil {
		next = maps.Clone(*have)
	}
	for _, i := range grants {
		next[p.Grants[i].Digest] = ref{s, i}
	}
	shard.Store(&next)
}

func (x *index) addPin(r ref) {
	var all []ref
	if have := x.pins.Load(); have != nil {
		all = *have
	}
	all = append(slices.Clip(all), r)
	x.pins.Store(&all)
}

// Pinned reports whether there is a client certificate that opens something at an instant.
func (r *Register) Pinned(at time.Time) bool {
	pins := r.index.pins.Load()
	if pins == nil {
		return false
	}
	return slices.ContainsFunc(*pins, func(one ref) bool {
		return one.slot.view.Load().policy.Grants[one.grant].Pinned(at.UnixNano())
	})
}

// addRoutes remembers which agreement offers a component, so that a refusal without a key can say
// which agreement it stands under. Where two offer the same name, neither is named.
func (x *index) addRoutes(p *policy.Policy) {
	for name := range p.Routes {
		if id, taken := x.routes.LoadOrStore(name, p.Agreement); taken && id != p.Agreement {
			x.routes.Store(name, agreement.ID(""))
		}
	}
}

// Grant finds the policy and the grant of a key by the digest of its secret; nil if no agreement
// knows the key. It takes no lock and allocates nothing.
func (r *Register) Grant(digest [32]byte) (*policy.Policy, *policy.Grant) {
	shard := r.index.shards[digest[0]].Load()
	if shard == nil {
		return nil, nil
	}
	found, ok := (*shard)[digest]
	if !ok {
		return nil, nil
	}
	p := found.slot.view.Load().policy
	return p, &p.Grants[found.grant]
}

// Offers is the policy of the only agreement that offers a component; nil if none or several do.
func (r *Register) Offers(component string) *policy.Policy {
	id, ok := r.index.routes.Load(component)
	if !ok || id == agreement.ID("") {
		return nil
	}
	v, err := r.View(id.(agreement.ID))
	if err != nil {
		return nil
	}
	return v.Policy()
}
