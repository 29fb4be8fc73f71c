// Package token reads access tokens as RFC 9068 profiles them: JSON Web Tokens that a party's own
// issuer has signed for one of its systems. Whom a token may stand for is not decided here.
//
// It is strict: one signature in compact form, an algorithm that fits the key and is not named by the
// token alone, and no way around either. What cannot be understood is refused.
package token

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// ErrToken means that a text is no token, or none that may be believed. Why is told to nobody who
// shows one.
var ErrToken = errors.New("not an access token that can be believed")

// MostBytes is the longest token that is looked at.
const MostBytes = 8 << 10

// Bounds of time: how long a token may live, and how far clocks may be apart.
const (
	LongestLife = 10 * time.Minute
	Skew        = 2 * time.Minute
)

// A Token is what a token says; nothing of it is to be believed before Verify.
type Token struct {
	Issuer   string
	Client   string
	Audience []string
	Customer *string // whom the client serves, as the claim entente_customer says; nil if it is not said

	jws       jws
	issued    time.Time
	expires   time.Time
	notBefore time.Time
}

// Parse reads a token without believing it.
func Parse(text string) (*Token, error) {
	j, err := open(text)
	var c claims
	if err != nil || json.Unmarshal(j.payload, &c) != nil {
		return nil, ErrToken
	}
	typ := strings.ToLower(j.header.Typ)
	switch {
	case typ != "at+jwt" && typ != "application/at+jwt":
		return nil, ErrToken
	case c.Confirmed != nil: // a token that is bound to something is worth nothing without it
		return nil, ErrToken
	case c.Issuer == "" || c.Client == "" || c.Expires == 0 || c.Issued == 0:
		return nil, ErrToken
	}
	return &Token{Issuer: c.Issuer, Client: c.Client, Audience: c.Audience, Customer: c.Customer, jws: j,
		issued: unix(c.Issued), expires: unix(c.Expires), notBefore: unix(c.NotBefore)}, nil
}

// A jws is a signed text in compact form (RFC 7515).
type jws struct {
	header    header
	payload   []byte
	signed    []byte // header and payload as they were signed
	signature []byte
}

type header struct {
	Alg  string         `json:"alg"`
	Kid  string         `json:"kid"`
	Typ  string         `json:"typ"`
	Crit jsontext.Value `json:"crit"`
	B64  jsontext.Value `json:"b64"`
}

// open takes a signed text apart. Extensions that have to be understood are not.
func open(text string) (j jws, err error) {
	first, last := strings.IndexByte(text, '.'), strings.LastIndexByte(text, '.')
	if len(text) > MostBytes || strings.Count(text, ".") != 2 {
		return j, ErrToken
	}
	head, err1 := decoded(text[:first])
	payload, err2 := decoded(text[first+1 : last])
	signature, err3 := decoded(text[last+1:])
	if err := errors.Join(err1, err2, err3, json.Unmarshal(head, &j.header)); err != nil || j.header.Crit != nil || j.header.B64 != nil {
		return j, ErrToken
	}
	j.payload, j.signed, j.signature = payload, []byte(text[:last]), signature
	return j, nil
}

type claims struct {
	Issuer    string         `json:"iss"`
	Client    string         `json:"client_id"`
	Audience  audience       `json:"aud"`
	Expires   int64          `json:"exp"`
	Issued    int64          `json:"iat"`
	NotBefore int64          `json:"nbf"`
	Confirmed jsontext.Value `json:"cnf"`
	Customer  *string        `json:"entente_customer"`
}

// An audience is one text or a list of them.
type audience []string

func (a *audience) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		*a = []string{""}
		return json.Unmarshal(b, &(*a)[0])
	}
	return json.Unmarshal(b, (*[]string)(a))
}

func decoded(text string) ([]byte, error) {
	if strings.ContainsAny(text, "\r\n") {
		return nil, ErrToken
	}
	return base64.RawURLEncoding.Strict().DecodeString(text)
}

func unix(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}

// Verify reports whether the token is signed by one of the keys, is of this time, and is meant for an
// audience.
func (t *Token) Verify(keys *Keys, audience string, now time.Time) error {
	switch life := t.expires.Sub(t.issued); {
	case !slices.Contains(t.Audience, audience), life <= 0 || life > LongestLife:
		return ErrToken
	case !now.Before(t.expires), t.issued.After(now.Add(Skew)), t.notBefore.After(now.Add(Skew)):
		return ErrToken
	}
	if !keys.signed(t.jws) {
		return ErrToken
	}
	return nil
}

// Expires is when the token ends.
func (t *Token) Expires() time.Time { return t.expires }
