package access

import (
	"net/http"
	"net/netip"
)

// AddressOf is the address from which a request came.
func AddressOf(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr()
}
