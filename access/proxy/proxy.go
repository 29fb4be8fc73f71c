// Package proxy finds out from where a request came that a proxy has passed on.
//
// What a proxy says counts if the operator trusts it, and what it was told itself counts as far as it was told by
// another that is trusted. Whatever anybody else writes into a request about itself counts for nothing.
package proxy

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Trusted are the blocks of addresses at which proxies stand that pass requests on to this node. Those of this
// machine are always among them.
type Trusted []netip.Prefix

// Parse reads blocks or single addresses: 10.1.2.0/24, 2001:db8::7.
func Parse(texts []string) (all Trusted, err error) {
	for _, text := range texts {
		block, err := netip.ParsePrefix(text)
		if single, wrong := netip.ParseAddr(text); wrong == nil && single.Zone() == "" {
			block, err = netip.PrefixFrom(single, single.BitLen()), nil
		}
		switch {
		case err != nil, block.Addr().Is4In6():
			return nil, fmt.Errorf("%.60q is no address or block of addresses, as 10.1.2.0/24 is one", text)
		case block != block.Masked():
			return nil, fmt.Errorf("%s has bits behind its prefix: write %s", text, block.Masked())
		case block.Bits() == 0:
			return nil, errors.New("a block of every address would let anybody say where they come from")
		}
		all = append(all, block)
	}
	return all, nil
}

func (t Trusted) has(a netip.Addr) bool {
	return a.IsLoopback() || slices.ContainsFunc(t, func(p netip.Prefix) bool { return p.Contains(a) })
}

// mostHops is how many proxies a request can have passed.
const mostHops = 16

// Before hands requests on with the caller's address in place of the proxy's. What is no trusted proxy's word is taken
// out of them.
func (t Trusted) Before(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at, err := netip.ParseAddrPort(r.RemoteAddr)
		peer := at.Addr().Unmap()
		trusted := err == nil && t.has(peer)
		if (!trusted || r.Header.Get("X-Forwarded-For") == "") && r.Header.Get("X-Forwarded-Proto") == "" {
			next.ServeHTTP(w, r)
			return
		}
		r = r.Clone(r.Context())
		if trusted {
			r.RemoteAddr = netip.AddrPortFrom(t.caller(peer, r.Header.Values("X-Forwarded-For")), 0).String()
		} else {
			r.Header.Del("X-Forwarded-Proto")
		}
		next.ServeHTTP(w, r)
	})
}

// caller is the last address that no trusted proxy has, of those that the request passed: the nearest comes last.
func (t Trusted) caller(peer netip.Addr, forwarded []string) netip.Addr {
	hops := strings.Split(strings.Join(forwarded, ","), ",")
	for i, hop := range slices.Backward(hops) {
		a, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil || len(hops)-i > mostHops {
			return peer
		}
		if peer = a.Unmap().WithZone(""); !t.has(peer) {
			return peer
		}
	}
	return peer
}
