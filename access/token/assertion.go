package token

import (
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

// An Assertion is what a client signs to show who it is (RFC 7523, section 3; RFC 9700). Nothing of it is to be
// believed before Verify.
type Assertion struct {
	Client string // who says it, and of whom: one and the same
	ID     string // by which it counts once

	jws       jws
	audience  []string
	issued    time.Time // zero if it does not say
	expires   time.Time
	notBefore time.Time
}

// ParseAssertion reads an assertion without believing it.
func ParseAssertion(text string) (*Assertion, error) {
	j, err := open(text)
	var c struct {
		Issuer    string   `json:"iss"`
		Subject   string   `json:"sub"`
		Audience  audience `json:"aud"`
		ID        string   `json:"jti"`
		Expires   int64    `json:"exp"`
		Issued    int64    `json:"iat"`
		NotBefore int64    `json:"nbf"`
	}
	if err != nil || json.Unmarshal(j.payload, &c) != nil {
		return nil, ErrToken
	}
	switch strings.ToLower(j.header.Typ) { // an access token, or an ID token of RFC 9068's kind, is none
	case "", "jwt", "client-authentication+jwt":
	default:
		return nil, ErrToken
	}
	if c.Subject == "" || c.Issuer != c.Subject || c.ID == "" || len(c.ID) > 256 || c.Expires == 0 {
		return nil, ErrToken
	}
	return &Assertion{Client: c.Subject, ID: c.ID, jws: j, audience: c.Audience, issued: unix(c.Issued), expires: unix(c.Expires), notBefore: unix(c.NotBefore)}, nil
}

// Expires is when it counts no more.
func (a *Assertion) Expires() time.Time { return a.expires }

// Verify reports whether it is signed by one of the keys, is of this time, and is said to one of the audiences and to
// nobody else.
func (a *Assertion) Verify(keys *Keys, now time.Time, audiences ...string) error {
	switch {
	case len(a.audience) != 1 || !slices.Contains(audiences, a.audience[0]):
		return ErrToken
	case !now.Before(a.expires), a.expires.Sub(now) > LongestLife, a.issued.After(now.Add(Skew)), a.notBefore.After(now.Add(Skew)):
		return ErrToken
	case !keys.signed(a.jws):
		return ErrToken
	}
	return nil
}
