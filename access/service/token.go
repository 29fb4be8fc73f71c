package service

import (
	"context"
	"encoding/hex"
	"errors"
	"net/netip"
	"strings"
	"time"

	"entente/access"
	"entente/access/token"

	"github.com/go-json-experiment/json"
)

// TokenLife is how long an access token opens something.
const TokenLife = 10 * time.Minute

// TokenPath is where tokens are had, below the node's address.
const TokenPath = "/oauth/token"

// mostFailures is how often asking may fail from a network within an hour before it is told to wait.
const mostFailures = 60

const (
	tokenPrefix = "ent_at_" // a text that no key has
	tokenName   = "service/token"
)

// A Proof is by what a program shows who it is. Exactly one of Secret, Assertion and Pin is there.
type Proof struct {
	Client    string // the id of the account; with an Assertion it may be empty
	Secret    access.Secret
	Assertion string
	Pin       *access.Pin // of the client certificate of the connection
	From      netip.Addr
}

// A Token is what a program shows from then on.
type Token struct {
	Text  access.Secret
	Scope access.Scope
	Life  time.Duration
}

// granted is what a token holds, sealed: nobody but the node makes or reads one, and the node keeps none.
type granted struct {
	Digest string       `json:"digest"` // of the account's credential
	Scope  access.Scope `json:"scope,omitzero"`
	Until  int64        `json:"until"`
	Pin    string       `json:"pin,omitzero"` // of the only connections on which it counts (RFC 8705, section 3)
}

// Grant gives an access token to a program that has shown who it is. An empty scope means as far as its account goes. The
// error is ErrClient whatever is wrong with the proof, ErrTooOften, or ErrScope.
func (d *Desk) Grant(ctx context.Context, p Proof, scope access.Scope) (Token, error) {
	k, c, err := d.shown(ctx, p)
	if errors.Is(err, ErrClient) {
		return Token{}, d.failed(ctx, p, err)
	}
	if err != nil {
		return Token{}, err
	}
	if scope == "" {
		scope = c.Scope
	}
	if !scope.Within(c.Scope) {
		return Token{}, ErrScope
	}
	text, err := json.Marshal(granted{k.Digest, scope, d.Door.Now().Add(TokenLife).Unix(), k.Pin})
	if err != nil {
		return Token{}, err
	}
	sealed, err := d.Sealer.Seal(tokenName, access.NewSecret(string(text)))
	if err != nil {
		return Token{}, err
	}
	return Token{access.NewSecret(tokenPrefix + sealed), scope, TokenLife}, nil
}

// failed counts an attempt that failed. Whoever has the right proof is never told to wait.
func (d *Desk) failed(ctx context.Context, p Proof, why error) error {
	d.Log.Warn("a program was not let in", "client", clip(p.Client), "why", why)
	now := d.Door.Now()
	times, err := d.Spent.Count(ctx, "service-failed/"+d.Sealer.Tag("service-failed", access.Network(p.From)), now, now.Add(time.Hour))
	switch {
	case err != nil:
		return err
	case times > mostFailures:
		return ErrTooOften
	}
	return ErrClient
}

// clip keeps what somebody wrote to the length of an id.
func clip(s string) string {
	if len(s) > 40 {
		return s[:40]
	}
	return s
}

// shown is the account that a proof shows. What does not hold wraps ErrClient.
func (d *Desk) shown(ctx context.Context, p Proof) (k kept, c access.Caller, err error) {
	var a *token.Assertion
	if p.Assertion != "" {
		if a, err = token.ParseAssertion(p.Assertion); err != nil || p.Client != "" && p.Client != a.Client {
			return k, c, refused("its assertion is none")
		}
		p.Client = a.Client
	}
	k, err = d.known(ctx, p.Client)
	if errors.Is(err, access.ErrNoSecret) {
		return k, c, refused("there is no such account")
	}
	if err != nil {
		return k, c, err
	}
	switch k.method() {
	case BySecret:
		err = d.secret(p, k)
	case ByKey:
		err = d.signed(ctx, a, k)
	case ByCertificate:
		if p.Pin == nil || !access.NewSecret(p.Pin.String()).Equal(access.NewSecret(k.Pin)) {
			err = refused("its connection has not shown its certificate")
		}
	}
	if err != nil {
		return k, c, err
	}
	c, err = d.caller(ctx, k.Digest)
	if errors.Is(err, access.ErrNoEntry) {
		err = refused("its account has ended, or its person may not act now")
	}
	return k, c, err
}

func refused(why string) error { return errors.Join(ErrClient, errors.New(why)) }

func (d *Desk) secret(p Proof, k kept) error {
	key, err := access.ParseKey(p.Secret.Reveal())
	digest := key.Digest()
	if err != nil || key.Kind() != access.Service || !access.NewSecret(hex.EncodeToString(digest[:])).Equal(access.NewSecret(k.Digest)) {
		return refused("its secret is not the one")
	}
	return nil
}

// signed checks an assertion, which counts once.
func (d *Desk) signed(ctx context.Context, a *token.Assertion, k kept) error {
	if a == nil {
		return refused("it has not signed that it is the one")
	}
	audiences := []string{d.Origin, d.Origin + TokenPath}
	var err error
	if k.Address != "" {
		err = d.Keys.VerifyAssertion(ctx, k.Address, a, audiences...)
	} else {
		var keys *token.Keys
		if keys, err = token.ParseKeys(k.Keys); err == nil {
			err = a.Verify(keys, d.Door.Now(), audiences...)
		}
	}
	if err != nil {
		return refused("its assertion does not hold")
	}
	times, err := d.Spent.Count(ctx, "service-said/"+d.Sealer.Tag("service-said", a.Client+"\x00"+a.ID), d.Door.Now(), a.Expires())
	if err == nil && times > 1 {
		err = refused("its assertion was used before")
	}
	return err
}

// caller is whom an account stands for, as the agreement stands.
func (d *Desk) caller(ctx context.Context, digest string) (access.Caller, error) {
	raw, err := hex.DecodeString(digest)
	if err != nil || len(raw) != len(access.KeyDigest{}) {
		return access.Caller{}, access.ErrNoEntry
	}
	return d.Door.Known(ctx, access.KeyDigest(raw), access.Service)
}

// Enter says for whom an access token stands, shown on a connection whose client certificate has a pin, or none. It is
// false where the text is no such token. The error is access.ErrNoEntry whatever is wrong with it.
func (d *Desk) Enter(ctx context.Context, text string, pin *access.Pin) (c access.Caller, is bool, err error) {
	if !strings.HasPrefix(text, tokenPrefix) {
		return c, false, nil
	}
	opened, err := d.Sealer.Open(tokenName, text[len(tokenPrefix):])
	var g granted
	if err == nil {
		err = json.Unmarshal([]byte(opened.Reveal()), &g)
	}
	switch {
	case err != nil, !d.Door.Now().Before(time.Unix(g.Until, 0)), g.Pin != "" && (pin == nil || pin.String() != g.Pin):
		return c, true, access.ErrNoEntry
	}
	c, err = d.caller(ctx, g.Digest)
	c.Scope = g.Scope
	return c, true, err
}
