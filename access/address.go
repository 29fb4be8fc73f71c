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

// Network is the block of addresses that one connection usually has, for counting.
func Network(from netip.Addr) string {
	bits := 24
	if from = from.Unmap(); from.Is6() {
		bits = 64
	}
	block, err := from.Prefix(bits)
	if err != nil {
		return "unknown"
	}
	return block.String()
}
