package gateway

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"time"

	"entente/access"
	"entente/access/token"
	"entente/articles"
	"entente/wire"
)

// admit finds the grant of what the caller shows: a key, an access token of a registered client, or
// else the client certificate of the connection. What it returns is for the log.
func (c *call) admit() error {
	text := credential(c.in)
	if digest, ok := access.DigestOf(text); ok {
		return c.admitBy(digest, nil)
	}
	t, err := token.Parse(text)
	if err != nil {
		return c.admitByCertificate()
	}
	for _, name := range t.Audience {
		if id, ok := articles.AgreementOf(name); ok {
			return c.admitBy(articles.ClientDigest(id, t.Issuer, t.Client), func(g *articles.Grant) error {
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
	return c.admitBy(access.PinOf(c.r.TLS.PeerCertificates[0]).Digest(), nil)
}

// admitBy finds the grant with a digest, if it is the caller's.
func (c *call) admitBy(digest access.KeyDigest, proof func(*articles.Grant) error) error {
	p, g := c.gateway.Register.Grant(digest)
	if g == nil || subtle.ConstantTimeCompare(g.Digest[:], digest[:]) != 1 {
		return nil
	}
	if !g.Admits(c.from, c.at.UnixNano()) { // asked first: nobody's keys are read for what opens nothing
		return fmt.Errorf("%s is revoked, has expired, is not accepted, or was used from elsewhere", g.Key)
	}
	if proof != nil {
		if err := proof(g); err != nil {
			return fmt.Errorf("a token for %s: %w", g.Key, err)
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

// credential is what the caller shows: a bearer token or, as Anthropic's clients send it, an x-api-key.
func credential(h wire.Header) string {
	auth, n := h.Find("Authorization")
	key, keys := h.Find("X-Api-Key")
	if n > 1 || keys > 1 {
		return ""
	}
	if auth != "" {
		scheme, token, _ := strings.Cut(auth, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return ""
		}
		return strings.TrimSpace(token)
	}
	return key
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
func (c *call) verify(text string, t *token.Token, audience string, g *articles.Grant) error {
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
