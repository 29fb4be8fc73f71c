// Package keyset reads the keys that issuers of access tokens publish (RFC 7517), and keeps them, so
// that an issuer may replace its keys whenever it likes and calls do not wait for it.
//
// A set is read when a token needs it for the first time, again when it grows old, and at once when a
// token names a key that it does not have, as after a rotation; but never twice within Floor, however
// many tokens name keys that do not exist. While an issuer cannot be reached its last set is used for
// as long as Kept. Whoever has a key that is known waits for nobody. An address that nobody has asked for during
// Kept is forgotten, and of more than Most that which nobody has asked for the longest.
package keyset

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"entente/access/token"
	"entente/egress"
	"entente/ledger/canonical"
)

// Bounds of time.
const (
	Fresh = 10 * time.Minute // how long a set is used without being read again
	Kept  = 24 * time.Hour   // how long a set is used that cannot be read again
	Floor = 30 * time.Second // how long after one reading the next may begin
	Wait  = 5 * time.Second  // how long a reading may take
)

// Most is how many addresses a Book remembers. A set is at most token.MostPublishedBytes long.
const Most = 1000

// ErrAddress means that no keys are read from an address: it has to be https, and public unless the
// operator allows it.
var ErrAddress = errors.New("no keys are read there")

// ErrGiven means that it is not said, or said twice, what keys an issuer has.
var ErrGiven = errors.New("give the issuer's keys as a key set, or say where it publishes them")

// ErrUnknown means that the keys of an issuer are not known, and cannot be read at the moment.
var ErrUnknown = errors.New("the issuer's keys are not known")

// A Book holds the sets of all issuers. Policy and Now are required.
type Book struct {
	Policy egress.Policy // where issuers may be; its times are not used
	Now    func() time.Time
	Log    *slog.Logger // nil means slog.Default

	once   sync.Once
	client *http.Client
	mu     sync.Mutex
	sets   map[string]*set
}

// A set is what one address has.
type set struct {
	asked time.Time // when somebody last asked for it; under the book's mu

	mu    sync.Mutex
	keys  *token.Keys // the same as long as the address says the same; nil until it was read
	sum   [sha256.Size]byte
	read  time.Time     // when the keys were last found there
	tried time.Time     // when the last reading began
	under chan struct{} // closed when the reading under way ends; nil if none is
	down  bool          // the last reading failed
}

// Check judges an address when it is registered. It is judged again whenever it is read.
func (b *Book) Check(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return ErrAddress
	}
	host, _ := netip.ParseAddr(u.Hostname())
	if u.Scheme != "https" && !host.IsLoopback() { // keys that anybody on the way can replace are worth nothing
		return ErrAddress
	}
	if b.Policy.CheckURL(address) != nil {
		return ErrAddress
	}
	return nil
}

// Given reads how an issuer's keys are given: as a key set, which comes back in its one form, or by the address where
// they are published. The error is ErrGiven or ErrAddress, or says what is wrong with the set.
func (b *Book) Given(set []byte, address string) (string, error) {
	switch {
	case (address == "") == (len(set) == 0):
		return "", ErrGiven
	case address != "":
		return "", b.Check(address)
	}
	if _, err := token.ParseKeys(set); err != nil {
		return "", err
	}
	one, err := canonical.JSON(set)
	if err != nil {
		return "", errors.New("the key set is no strict JSON")
	}
	return string(one), nil
}

// Verify is what the token says to the keys at an address, which it returns if they believe it. It
// waits for a reading only if there is no key that the token may have been signed with.
func (b *Book) Verify(ctx context.Context, address string, t *token.Token, audience string) (*token.Keys, error) {
	keys, err := b.keys(ctx, address, func(k *token.Keys) bool { return k.Know(t) })
	if err != nil {
		return nil, err
	}
	return keys, t.Verify(keys, audience, b.Now())
}

// VerifyIdentity is Verify for an ID token that was made by an issuer for a client, in answer to its question.
func (b *Book) VerifyIdentity(ctx context.Context, address string, i *token.Identity, issuer, client, nonce string) error {
	keys, err := b.keys(ctx, address, func(k *token.Keys) bool { return k.KnowIdentity(i) })
	if err != nil {
		return err
	}
	return i.Verify(keys, issuer, client, nonce, b.Now())
}

// VerifyAssertion is Verify for what a client says of itself to one of the audiences.
func (b *Book) VerifyAssertion(ctx context.Context, address string, a *token.Assertion, audiences ...string) error {
	keys, err := b.keys(ctx, address, func(k *token.Keys) bool { return k.KnowAssertion(a) })
	if err != nil {
		return err
	}
	return a.Verify(keys, b.Now(), audiences...)
}

// keys are those at an address, read anew if none of them is the one that is looked for.
func (b *Book) keys(ctx context.Context, address string, know func(*token.Keys) bool) (*token.Keys, error) {
	keys := b.Current(address)
	if keys == nil || !know(keys) {
		keys = b.next(ctx, address)
	}
	if keys == nil {
		return nil, ErrUnknown
	}
	return keys, nil
}

// Current are the keys at an address as far as they are known; nil if they are not. It waits for
// nothing.
func (b *Book) Current(address string) *token.Keys {
	s := b.set(address)
	keys, fresh := s.usable(b.Now())
	if keys != nil && !fresh {
		b.reading(s, address)
	}
	return keys
}

// next are the keys at an address once the reading under way has ended, or the present ones if it is
// too early to begin one or the caller leaves.
func (b *Book) next(ctx context.Context, address string) *token.Keys {
	s := b.set(address)
	if reading := b.reading(s, address); reading != nil {
		select {
		case <-reading:
		case <-ctx.Done():
		}
	}
	keys, _ := s.usable(b.Now())
	return keys
}

// usable are the keys that may be used at now, and whether they need not be read again.
func (s *set) usable(now time.Time) (keys *token.Keys, fresh bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	age := now.Sub(s.read)
	if age >= Kept {
		return nil, false
	}
	return s.keys, 0 <= age && age < Fresh
}

func (b *Book) set(address string) *set {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.Now()
	s := b.sets[address]
	if s == nil {
		b.forget(now)
		s = &set{}
		b.sets[address] = s
	}
	s.asked = now
	return s
}

// forget makes room for one more set: those that nobody asks for any more go, and if none does, the one that nobody
// has asked for the longest. Whoever is reading such a set ends that for themselves. The caller holds mu.
func (b *Book) forget(now time.Time) {
	if b.sets == nil {
		b.sets = map[string]*set{}
	}
	oldest, since := "", now
	for address, s := range b.sets {
		if now.Sub(s.asked) >= Kept {
			delete(b.sets, address)
		} else if oldest == "" || s.asked.Before(since) {
			oldest, since = address, s.asked
		}
	}
	if len(b.sets) >= Most {
		delete(b.sets, oldest)
	}
}

// reading begins to read a set, if that is not too early, and returns what is closed when the reading
// under way ends; nil if none is.
func (b *Book) reading(s *set, address string) <-chan struct{} {
	now := b.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.under == nil && (s.tried.IsZero() || now.Sub(s.tried) >= Floor || now.Before(s.tried)) {
		s.tried, s.under = now, make(chan struct{})
		go b.renew(s, address)
	}
	return s.under
}

// renew reads a set, and lets whoever waits go on.
func (b *Book) renew(s *set, address string) {
	content, keys, err := b.fetch(address)
	now := b.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.under)
	s.under = nil
	if err != nil {
		if !s.down { // it is told once
			b.logger().Warn("an issuer's keys cannot be read; those that are known are used for a day from their last reading", "host", host(address), "err", err, "known", s.keys != nil)
		}
		s.down = true
		return
	}
	if s.down {
		b.logger().Info("an issuer's keys can be read again", "host", host(address))
	}
	s.down, s.read = false, now
	if sum := sha256.Sum256(content); s.keys == nil || s.sum != sum {
		s.keys, s.sum = keys, sum
	}
}

// fetch reads what an address has, once, without following it elsewhere.
func (b *Book) fetch(address string) ([]byte, *token.Keys, error) {
	if err := b.Check(address); err != nil {
		return nil, nil, err
	}
	b.once.Do(func() {
		p := b.Policy
		p.Connect, p.TLS, p.Header, p.Idle = Wait, Wait, Wait, Wait
		b.client = p.Client()
	})
	ctx, cancel := context.WithTimeout(context.Background(), Wait)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, nil, err
	}
	req.Close = true // the next reading is minutes away
	req.Header.Set("Accept", "application/jwk-set+json, application/json")
	resp, err := b.client.Do(req)
	if err != nil {
		return nil, nil, egress.Hide(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, nil, fmt.Errorf("it answered with status %d", resp.StatusCode)
	}
	content, err := io.ReadAll(io.LimitReader(resp.Body, token.MostPublishedBytes+1))
	if err != nil {
		return nil, nil, egress.Hide(err)
	}
	keys, err := token.ParsePublished(content)
	return content, keys, err
}

// host is what a log says of an address, whose path and query may be nobody else's business.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

func (b *Book) logger() *slog.Logger {
	if b.Log == nil {
		return slog.Default()
	}
	return b.Log
}
