package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"time"

	"entente/agreement"
	"entente/articles"
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
	Route       *Route             // nil if the component is no longer offered
	Client      integration.Client // whose access tokens it stands for; zero for other methods

	component string
	expires   int64
	revoked   bool
	method    agreement.AuthMethod
	networks  []netip.Prefix
}

func grant(k integration.Key, r *Route) Grant {
	g := Grant{Key: k.ID, Party: k.Party, Environment: k.Environment, Purpose: k.Purpose, Class: k.Class, Route: r, component: k.Component,
		expires: nanos(k.Expires), revoked: !k.Revoked.IsZero(), method: k.Method, networks: k.Networks, Client: k.Client}
	hex.Decode(g.Digest[:], []byte(k.Digest))
	return g
}

// Recompile is Compile for a state that followed the one before, of which p is the policy. It reads
// no key again that has not changed, and adds those that are new.
func (p *Policy) Recompile(before, s articles.State, now time.Time) *Policy {
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
	var issued articles.State
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

// Audience is for whom access tokens have to be meant that open anything under an agreement (RFC 8707).
func Audience(id agreement.ID) string { return audience + string(id) }

const audience = "urn:entente:"

// AgreementOf is the agreement that an audience names; false if it names none.
func AgreementOf(name string) (agreement.ID, bool) {
	id, ok := strings.CutPrefix(name, audience)
	return agreement.ID(id), ok
}

// ClientDigest is the digest by which a client of an issuer is found, under one agreement: another's
// registration of the same client never stands in its place.
func ClientDigest(id agreement.ID, issuer, client string) [32]byte {
	return sha256.Sum256(fmt.Appendf(nil, "entente-oauth-client-v1\x00%d %d %s%s%s", len(id), len(issuer), id, issuer, client))
}

// Method is how the credential is shown.
func (g *Grant) Method() agreement.AuthMethod { return g.method }

// Pinned reports whether a client certificate opens something by the credential at an instant (Unix
// nanoseconds).
func (g *Grant) Pinned(at int64) bool {
	return g.method == agreement.MTLS && !g.revoked && at < g.expires && g.accepted()
}

// accepted reports whether clause B.2 accepts the method of the credential. Where its component is no
// longer offered, that is for clause 1.2 to say.
func (g *Grant) accepted() bool { return g.Route == nil || slices.Contains(g.Route.methods, g.method) }

// Bars says why whoever shows the credential from an address at an instant (Unix nanoseconds) is not the
// one that it was issued to, as far as Schedule B can tell; empty if nothing speaks against it.
func (g *Grant) Bars(from func() netip.Addr, at int64) string {
	switch {
	case g.revoked:
		return "the key is revoked"
	case at >= g.expires:
		return "the key has expired"
	case !g.accepted():
		return notAccepted
	case len(g.networks) > 0 && !slices.ContainsFunc(g.networks, func(n netip.Prefix) bool { return n.Contains(from()) }):
		return "the key was used from outside the networks that it is for"
	}
	return ""
}

const notAccepted = "clause B.2 does not accept this method for the component"
