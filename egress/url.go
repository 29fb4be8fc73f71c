package egress

import (
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// CheckURL judges an address when it is configured, without resolving its name, so
// that the person who types it learns at once what is wrong and what to allow.
// Passing it promises nothing: the address is judged again whenever it is dialled.
func (p Policy) CheckURL(raw string) error {
	u, err := readURL(raw)
	if err != nil {
		return err
	}
	rules, err := p.rules()
	if err != nil {
		return err
	}
	if err := rules.judgeURL(u); err != nil {
		return fmt.Errorf("%s: %w", u.Redacted(), err)
	}
	return nil
}

func readURL(raw string) (*url.URL, error) {
	if strings.ContainsAny(raw, "\\\t\r\n ") {
		return nil, fmt.Errorf("%w: the address contains a space, line break or backslash", ErrRefused)
	}
	u, err := url.Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: the address cannot be read as a URL", ErrRefused)
	}
	if err := checkForm(u); err != nil {
		return nil, err
	}
	if u.Fragment != "" {
		return nil, fmt.Errorf("%w: %s ends in a fragment (#…); leave it out", ErrRefused, u.Redacted())
	}
	return u, nil
}

// checkForm holds for configured addresses and for every request.
func checkForm(u *url.URL) error {
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return fmt.Errorf("%w: %q is not a scheme that is called; write https://…", ErrRefused, u.Scheme)
	case u.User != nil:
		return fmt.Errorf("%w: the address carries a user name or password; store the secret apart from the address", ErrRefused)
	case u.Opaque != "" || u.Hostname() == "":
		return fmt.Errorf("%w: the address names no host", ErrRefused)
	}
	return nil
}

func (r rules) judgeURL(u *url.URL) error {
	port, err := portOf(u)
	if err != nil {
		return err
	}
	host := u.Hostname()
	if addr, err := netip.ParseAddr(host); err == nil {
		return r.judge(host, netip.AddrPortFrom(addr, port))
	}
	return r.judgeName(host, port)
}

func portOf(u *url.URL) (uint16, error) {
	switch text := u.Port(); {
	case text != "":
		port, err := strconv.ParseUint(text, 10, 16)
		if err != nil || port == 0 {
			return 0, fmt.Errorf("%w: %q is not a port", ErrRefused, text)
		}
		return uint16(port), nil
	case u.Scheme == "http":
		return 80, nil
	}
	return 443, nil
}

func (r rules) judgeName(host string, port uint16) error {
	if !isName(host) {
		return fmt.Errorf("%w: %q is neither a host name in plain ASCII nor an address in its usual form", ErrRefused, host)
	}
	if r.names[nameAt(host, port)] {
		return nil
	}
	if isLocalName(host) {
		return fmt.Errorf("%w: %s is a name inside a private network; if that is meant, add %q to --egress-allow", ErrRefused, host, nameAt(host, port))
	}
	for _, allowed := range r.ports {
		if allowed == port {
			return nil
		}
	}
	return fmt.Errorf("%w: port %d is not among the ports that may be called; if it is meant, add %q to --egress-allow", ErrRefused, port, nameAt(host, port))
}

// isLocalName reports whether a name never leads to the public internet.
func isLocalName(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if !strings.Contains(host, ".") {
		return true
	}
	for _, end := range []string{".localhost", ".local", ".internal", ".localdomain", ".lan", ".home.arpa"} {
		if strings.HasSuffix(host, end) {
			return true
		}
	}
	return false
}
