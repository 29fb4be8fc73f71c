package gateway

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/netip"
	"strings"
	"sync"
	"time"

	"entente/access"
	"entente/access/token"
	"entente/articles/policy"
	"entente/wire"
)

// An unfit credential is one that an agreement knows and that opens nothing now. Whoever shows it is told
// no more than a stranger; why is for the log, and for those who ask under the agreement.
type unfit struct {
	policy *policy.Policy
	grant  *policy.Grant
	why    string
	cause  error
}

func (u *unfit) Error() string { return u.grant.Key + ": " + u.why }
func (u *unfit) Unwrap() error { return u.cause }

// errPage means that a browser showed its certificate for a page: it does so for every site's, unasked by its person.
var errPage = errors.New("a page's request that shows a certificate alone")

// errTwo means that a request shows two credentials that differ: which of them counts is nobody's guess.
var errTwo = errors.New("two credentials that differ")

// A lastShown is what a connection's last call showed as its key: its header is kept for as long, and the
// next call mostly shows the same.
type lastShown struct {
	text   string
	digest access.KeyDigest
	key    bool // it looks like one
}

// admit finds the grant of what the caller shows: a key, an access token of a registered client, or
// else the client certificate of the connection. Its error is errTwo, errPage, an *unfit, or nil where what is
// shown is nobody's.
func (c *call) admit() error {
	text, err := credential(c.in)
	if err != nil {
		return err
	}
	if c.shown.text != text {
		c.shown.text = text
		c.shown.digest, c.shown.key = access.DigestOf(text)
	}
	if c.shown.key {
		return c.admitBy(c.shown.digest, nil)
	}
	t, err := token.Parse(text)
	if err != nil {
		return c.admitByCertificate()
	}
	for _, name := range t.Audience {
		if id, ok := policy.AgreementOf(name); ok {
			return c.admitBy(policy.ClientDigest(id, t.Issuer, t.Client), func(g *policy.Grant) error {
				c.until, c.claimed = t.Expires(), t.Customer
				return c.verify(text, t, name, g)
			})
		}
	}
	return nil
}

// admitByCertificate finds the grant of the key pair that the caller proved to have when it connected.
// Clients that cannot do without a header send any word in it, which is no key and no token.
func (c *call) admitByCertificate() error {
	if c.r.TLS == nil || len(c.r.TLS.PeerCertificates) == 0 {
		return nil
	}
	if _, n := c.in.Find("Origin"); n > 0 {
		return errPage
	}
	if _, n := c.in.Find("Sec-Fetch-Site"); n > 0 {
		return errPage
	}
	return c.admitBy(access.PinOf(c.r.TLS.PeerCertificates[0]).Digest(), nil)
}

// admitBy finds the grant with a digest, if it is the caller's.
func (c *call) admitBy(digest access.KeyDigest, proof func(*policy.Grant) error) error {
	p, g := c.gateway.Register.Grant(digest)
	if g == nil || subtle.ConstantTimeCompare(g.Digest[:], digest[:]) != 1 {
		return nil
	}
	if why := g.Bars(c.from, c.at.UnixNano()); why != "" { // asked first: nobody's keys are read for what opens nothing
		return &unfit{p, g, why, nil}
	}
	if proof != nil {
		if err := proof(g); err != nil {
			return &unfit{p, g, "the access token is not of now, not for this agreement, or not signed by a key of the registered client", err}
		}
	}
	c.policy, c.grant, c.digest, c.desk = p, g, digest, c.gateway.deskOf(p, g)
	return nil
}

// from is the address that the call comes from.
func (c *call) from() netip.Addr {
	at, _ := netip.ParseAddrPort(c.r.RemoteAddr)
	return at.Addr().Unmap()
}

// credential is what the caller shows: a bearer token or, as Anthropic's clients send it, an x-api-key. One
// in both headers is one.
func credential(h wire.Header) (string, error) {
	auth, auths := h.Find("Authorization")
	key, keys := h.Find("X-Api-Key")
	switch {
	case auths > 1 || keys > 1:
		return "", errTwo
	case auth == "":
		return key, nil
	}
	scheme, shown, _ := strings.Cut(auth, " ")
	shown = strings.TrimSpace(shown)
	switch bearer := strings.EqualFold(scheme, "Bearer"); {
	case key != "" && (!bearer || shown != key):
		return "", errTwo
	case !bearer:
		return "", nil
	}
	return shown, nil
}

// tokens remembers which access tokens were verified, so that a signature is checked once in a token's
// short life and not at each call.
type tokens struct {
	mu    sync.Mutex
	known map[[sha256.Size]byte]verified
}

type verified struct {
	key     string      // under which registration
	keys    *token.Keys // that an issuer publishes; nil for those that were registered
	expires time.Time
}

// mostTokens is how many tokens are remembered; then all are forgotten, and checked again.
const mostTokens = 4096

// verify believes a token if the keys of its client's registration do. What a key set has signed that
// its issuer no longer publishes is checked again.
func (c *call) verify(text string, t *token.Token, audience string, g *policy.Grant) error {
	x, digest := &c.gateway.tokens, sha256.Sum256([]byte(text))
	x.mu.Lock()
	have, ok := x.known[digest]
	x.mu.Unlock()
	published := g.Client.URL != ""
	if ok && have.key == g.Key && c.at.Before(have.expires) && (!published || c.gateway.KeySets.Current(g.Client.URL) == have.keys) {
		return nil
	}
	now := verified{key: g.Key, expires: t.Expires()}
	var err error
	if published {
		now.keys, err = c.gateway.KeySets.Verify(c.r.Context(), g.Client.URL, t, audience)
	} else if keys, wrong := token.ParseKeys([]byte(g.Client.Keys)); wrong != nil {
		err = wrong
	} else {
		err = t.Verify(keys, audience, c.at)
	}
	if err != nil {
		return err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.known) >= mostTokens || x.known == nil {
		x.known = map[[sha256.Size]byte]verified{}
	}
	x.known[digest] = now
	return nil
}
