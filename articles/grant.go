package articles

import (
	"encoding/hex"
	"reflect"
	"slices"
	"time"

	"entente/agreement"
	"entente/articles/integration"
)

// A Grant is a key as the gateway knows it. Its place in Policy.Grants never changes.
type Grant struct {
	Key         string
	Digest      [32]byte
	Party       agreement.Party
	Environment agreement.Environment
	Purpose     agreement.Purpose
	Class       agreement.DataClass
	Route       *Route // nil if the component is no longer offered

	component string
	expires   int64
	revoked   bool
}

func grant(k integration.Key, r *Route) Grant {
	g := Grant{Key: k.ID, Party: k.Party, Environment: k.Environment, Purpose: k.Purpose, Class: k.Class, Route: r, component: k.Component,
		expires: nanos(k.Expires), revoked: !k.Revoked.IsZero()}
	hex.Decode(g.Digest[:], []byte(k.Digest))
	return g
}

// Recompile is Compile for a state that followed the one before, of which p is the policy. It reads
// no key again that has not changed, and adds those that are new.
func (p *Policy) Recompile(before, s State, now time.Time) *Policy {
	next := compile(s, now)
	next.Grants = slices.Grow(slices.Clone(p.Grants), 1)
	for i := range next.Grants {
		g := &next.Grants[i]
		g.Route = next.Routes[g.component]
	}
	if reflect.ValueOf(before.Integration.Keys).Pointer() == reflect.ValueOf(s.Integration.Keys).Pointer() {
		return next // a state that is handed out is never changed in place
	}
	for i := range next.Grants {
		g := &next.Grants[i]
		k := s.Integration.Keys[g.Key]
		g.expires, g.revoked = nanos(k.Expires), !k.Revoked.IsZero()
	}
	var issued State
	issued.Integration.Keys = map[string]integration.Key{}
	for id, k := range s.Integration.Keys {
		if _, known := before.Integration.Keys[id]; !known {
			issued.Integration.Keys[id] = k
		}
	}
	for _, k := range issued.Keys() {
		next.Grants = append(next.Grants, grant(k, next.Routes[k.Component]))
	}
	return next
}
