package egress

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// rules are a Policy's Allow and Ports, read.
type rules struct {
	exact  map[netip.AddrPort]bool
	names  map[string]bool // "host:port", lower case, no trailing dot
	ranges []netip.Prefix
	ports  []uint16
}

func (p Policy) rules() (rules, error) {
	r := rules{exact: map[netip.AddrPort]bool{}, names: map[string]bool{}, ports: p.Ports}
	if len(r.ports) == 0 {
		r.ports = []uint16{443}
	}
	var bad error
	for _, entry := range p.Allow {
		if err := r.add(strings.TrimSpace(entry)); err != nil && bad == nil {
			bad = err
		}
	}
	return r, bad
}

func (r *rules) add(entry string) error {
	if to, err := netip.ParseAddrPort(entry); err == nil && to.Addr().Zone() == "" {
		r.exact[netip.AddrPortFrom(to.Addr().Unmap(), to.Port())] = true
		return nil
	}
	if within, err := netip.ParsePrefix(entry); err == nil {
		r.ranges = append(r.ranges, within.Masked())
		return nil
	}
	if addr, err := netip.ParseAddr(entry); err == nil && addr.Zone() == "" {
		addr = addr.Unmap()
		r.ranges = append(r.ranges, netip.PrefixFrom(addr, addr.BitLen()))
		return nil
	}
	host, port, err := net.SplitHostPort(entry)
	number, numErr := strconv.ParseUint(port, 10, 16)
	if err != nil || numErr != nil || number == 0 || !isName(host) {
		return fmt.Errorf("egress_allow: %q is none of ip:port, name:port, ip/bits: write for example 127.0.0.1:7001", entry)
	}
	r.names[nameAt(host, uint16(number))] = true
	return nil
}

func nameAt(host string, port uint16) string {
	return strings.ToLower(strings.TrimSuffix(host, ".")) + ":" + strconv.Itoa(int(port))
}

// isName reports whether host can only be a name: letters, digits, hyphens and dots,
// and not a number in disguise, which some resolvers read as an address.
func isName(host string) bool {
	host = strings.TrimSuffix(host, ".")
	if host == "" || len(host) > 253 {
		return false
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 || !onlyNameBytes(label) {
			return false
		}
	}
	return !isNumber(host[strings.LastIndexByte(host, '.')+1:])
}

func onlyNameBytes(label string) bool {
	for _, c := range []byte(label) {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && !('0' <= c && c <= '9') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

// isNumber reports whether a last label makes the whole host an address for the
// resolvers that still read 0x7f.1 and 2130706433.
func isNumber(label string) bool {
	if len(label) >= 2 && label[0] == '0' && label[1]|0x20 == 'x' {
		return true
	}
	return strings.Trim(label, "0123456789") == ""
}

// permit judges the address that is about to be dialled for a call that named host.
func (r rules) permit(host, dialled string) error {
	to, err := netip.ParseAddrPort(dialled)
	if err != nil {
		return fmt.Errorf("%w: %q is not an address", ErrRefused, dialled)
	}
	return r.judge(host, to)
}

func (r rules) judge(host string, to netip.AddrPort) error {
	addr := to.Addr()
	if r.exact[to] {
		return nil
	}
	kind := kindOf(addr)
	if r.names[nameAt(host, to.Port())] && (kind.public() || kind.lendable) {
		return nil
	}
	if !kind.public() && !kind.lendable && !r.inRange(addr) {
		return fmt.Errorf("%w: %s is %s; no component is served there", ErrRefused, addr, kind.what)
	}
	if !kind.public() && !r.inRange(addr) {
		return fmt.Errorf("%w: %s is %s; if that is meant, add %q to --egress-allow", ErrRefused, addr, kind.what, to)
	}
	return r.judgePort(to)
}

func (r rules) judgePort(to netip.AddrPort) error {
	for _, port := range r.ports {
		if port == to.Port() {
			return nil
		}
	}
	return fmt.Errorf("%w: port %d is not among the ports that may be called; if it is meant, add %q to --egress-allow", ErrRefused, to.Port(), to)
}

func (r rules) inRange(addr netip.Addr) bool {
	if addr.Zone() != "" {
		return false
	}
	for _, within := range r.ranges {
		if within.Contains(addr) {
			return true
		}
	}
	return false
}

// A kind is what an address is for. The zero value is the public internet.
type kind struct {
	what     string
	lendable bool // a name that the operator allows may resolve to it
}

func (k kind) public() bool { return k.what == "" }

type special struct {
	within netip.Prefix
	kind
}

// specials are the ranges of the IANA special-purpose registries that are not
// plain hosts on the public internet, and the metadata services outside them.
var specials = []special{
	on("127.0.0.0/8", "a loopback address", true),
	on("10.0.0.0/8", "a private address", true),
	on("172.16.0.0/12", "a private address", true),
	on("192.168.0.0/16", "a private address", true),
	on("100.100.100.200/32", "a metadata service", false),
	on("100.64.0.0/10", "a shared carrier address", true),
	on("169.254.0.0/16", "a link-local or metadata address", false),
	on("168.63.129.16/32", "a metadata service", false),
	on("0.0.0.0/8", "an unspecified address", false),
	on("192.0.0.0/24", "a protocol assignment", false),
	on("192.0.2.0/24", "a documentation address", false),
	on("192.88.99.0/24", "a 6to4 relay", false),
	on("198.18.0.0/15", "a benchmarking address", false),
	on("198.51.100.0/24", "a documentation address", false),
	on("203.0.113.0/24", "a documentation address", false),
	on("224.0.0.0/4", "a multicast address", false),
	on("240.0.0.0/4", "a reserved or broadcast address", false),

	on("::1/128", "a loopback address", true),
	on("::/128", "an unspecified address", false),
	on("::ffff:0:0/96", "an IPv4 address in IPv6 form", false),
	on("fd00:ec2::254/128", "a metadata service", false),
	on("fd20:ce::254/128", "a metadata service", false),
	on("fc00::/7", "a private address", true),
	on("fe80::/10", "a link-local address", false),
	on("ff00::/8", "a multicast address", false),
	on("64:ff9b::/96", "an IPv4 address behind a translator", false),
	on("64:ff9b:1::/48", "an IPv4 address behind a translator", false),
	on("2001::/23", "a protocol assignment or a tunnel", false),
	on("2001:db8::/32", "a documentation address", false),
	on("2002::/16", "a 6to4 tunnel", false),
	on("3fff::/20", "a documentation address", false),
}

func on(prefix, what string, lendable bool) special {
	return special{netip.MustParsePrefix(prefix), kind{what, lendable}}
}

var publicIPv6 = netip.MustParsePrefix("2000::/3")

func kindOf(addr netip.Addr) kind {
	if addr.Zone() != "" {
		return kind{what: "an address of one network interface"}
	}
	if addr.Is4In6() {
		return kind{what: "an IPv4 address in IPv6 form"}
	}
	for _, s := range specials {
		if s.within.Contains(addr) {
			return s.kind
		}
	}
	if addr.Is6() && !publicIPv6.Contains(addr) {
		return kind{what: "a reserved address"}
	}
	return kind{}
}
