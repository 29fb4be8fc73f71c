package agreement

import (
	"fmt"
	"net/mail"
	"net/url"
	"strings"
)

// An Email is an e-mail address as people write it, without a display name.
type Email string

// UnmarshalText refuses what is not an address.
func (e *Email) UnmarshalText(b []byte) error {
	s := string(b)
	if a, err := mail.ParseAddress(s); s != "" && (err != nil || a.Address != s || !strings.Contains(s[strings.LastIndex(s, "@"):], ".")) {
		return fmt.Errorf("%q is not an e-mail address, for example name@company.example", s)
	}
	*e = Email(s)
	return nil
}

// A URL is an absolute web address, http or https, without a user name or fragment.
type URL string

// UnmarshalText refuses what is not such an address.
func (u *URL) UnmarshalText(b []byte) error {
	s := string(b)
	p, err := url.Parse(s)
	if s != "" && (err != nil || (p.Scheme != "https" && p.Scheme != "http") || p.Hostname() == "" || p.User != nil || p.Fragment != "") {
		return fmt.Errorf("%q is not a web address, for example https://api.company.example/v1", s)
	}
	*u = URL(s)
	return nil
}
