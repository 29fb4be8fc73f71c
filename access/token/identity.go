package token

import (
	"slices"
	"time"

	"github.com/go-json-experiment/json"
)

// LongestIdentity is how long an ID token may live.
const LongestIdentity = 24 * time.Hour

// An Identity is an ID token of OpenID Connect: an issuer says who has signed in, to one client, in answer to one
// question. Nothing of it is to be believed before Verify.
type Identity struct {
	Issuer   string
	Audience []string
	Party    string // azp: whom it was made for, where the audience has several
	Nonce    string
	Subject  string
	Email    string
	Verified bool   // the issuer says that the address is its subject's
	Hosted   string // hd: the domain of the company that has the account, where the issuer says so

	jws       jws
	issued    time.Time
	expires   time.Time
	notBefore time.Time
}

// ParseIdentity reads an ID token without believing it.
func ParseIdentity(text string) (*Identity, error) {
	j, err := open(text)
	var c struct {
		Issuer    string   `json:"iss"`
		Subject   string   `json:"sub"`
		Audience  audience `json:"aud"`
		Party     string   `json:"azp"`
		Nonce     string   `json:"nonce"`
		Email     string   `json:"email"`
		Verified  bool     `json:"email_verified"`
		Domain    bool     `json:"xms_edov"` // Microsoft Entra says so, in place of email_verified
		Hosted    string   `json:"hd"`
		Expires   int64    `json:"exp"`
		Issued    int64    `json:"iat"`
		NotBefore int64    `json:"nbf"`
	}
	if err != nil || json.Unmarshal(j.payload, &c) != nil || c.Issuer == "" || c.Subject == "" || c.Expires == 0 || c.Issued == 0 {
		return nil, ErrToken
	}
	return &Identity{Issuer: c.Issuer, Audience: c.Audience, Party: c.Party, Nonce: c.Nonce, Subject: c.Subject, Email: c.Email, Verified: c.Verified || c.Domain, Hosted: c.Hosted,
		jws: j, issued: unix(c.Issued), expires: unix(c.Expires), notBefore: unix(c.NotBefore)}, nil
}

// Verify reports whether the ID token is signed by one of the keys, is of this time, and was made by an issuer for
// a client in answer to its question.
func (i *Identity) Verify(keys *Keys, issuer, client, nonce string, now time.Time) error {
	switch life := i.expires.Sub(i.issued); {
	case i.Issuer != issuer, !slices.Contains(i.Audience, client), len(i.Audience) > 1 && i.Party == "", i.Party != "" && i.Party != client:
		return ErrToken
	case nonce == "" || i.Nonce != nonce, life <= 0 || life > LongestIdentity:
		return ErrToken
	case !now.Before(i.expires.Add(Skew)), i.issued.After(now.Add(Skew)), i.notBefore.After(now.Add(Skew)):
		return ErrToken
	case !keys.signed(i.jws):
		return ErrToken
	}
	return nil
}
