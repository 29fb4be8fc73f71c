package sso

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"entente/egress"

	"github.com/go-json-experiment/json"
)

// Bounds of asking an issuer.
const (
	Fresh = 10 * time.Minute // how long it counts what an issuer said of itself
	Floor = time.Minute      // how long an issuer that did not answer is not asked again

	wait        = 5 * time.Second // for an answer
	mostBytes   = 64 << 10        // of an answer
	mostIssuers = 1000            // that are remembered
)

// metadata is what an issuer says of itself (OpenID Connect Discovery 1.0).
type metadata struct {
	Issuer    string   `json:"issuer"`
	Authorize string   `json:"authorization_endpoint"`
	Token     string   `json:"token_endpoint"`
	Keys      string   `json:"jwks_uri"`
	Methods   []string `json:"token_endpoint_auth_methods_supported"`
	Says      bool     `json:"authorization_response_iss_parameter_supported"` // RFC 9207
}

// A directory remembers what issuers said of themselves, so that whoever opens the door again and again has nobody
// asked again and again. Its zero value is empty.
type directory struct {
	mu  sync.Mutex
	all map[string]*said
}

// said is what came of asking one issuer.
type said struct {
	mu  sync.Mutex // held while it is asked: others wait for the same answer
	at  time.Time  // zero before it was asked
	is  metadata
	err error
}

func (s *said) counts(now time.Time) bool {
	age := now.Sub(s.at)
	return !s.at.IsZero() && age >= 0 && (age < Floor || s.err == nil && age < Fresh)
}

// of is what is remembered of an issuer. Where there are too many it forgets them all, and asks again.
func (d *directory) of(issuer string) *said {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.all == nil || len(d.all) >= mostIssuers {
		d.all = map[string]*said{}
	}
	if d.all[issuer] == nil {
		d.all[issuer] = &said{}
	}
	return d.all[issuer]
}

// known is what an issuer said of itself a little while ago, or says now. Who waits for it may leave; the question
// goes on for the others.
func (d *Desk) known(ctx context.Context, issuer string) (metadata, error) {
	s := d.issuers.of(issuer)
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.counts(d.Now()) {
		s.is, s.err = d.discover(context.WithoutCancel(ctx), issuer)
		s.at = d.Now()
	}
	return s.is, s.err
}

// discover is what an issuer says of itself.
func (d *Desk) discover(ctx context.Context, issuer string) (m metadata, err error) {
	r, err := http.NewRequest(http.MethodGet, strings.TrimSuffix(issuer, "/")+"/.well-known/openid-configuration", nil)
	if err != nil {
		return m, fmt.Errorf("%w: the issuer is no address", ErrProvider)
	}
	if err := d.ask(ctx, r, &m); err != nil {
		return m, err
	}
	if m.Issuer != issuer {
		return m, fmt.Errorf("%w: the issuer calls itself %.100q", ErrProvider, m.Issuer)
	}
	for _, address := range []string{m.Authorize, m.Token, m.Keys} {
		if d.Keys.Check(address) != nil {
			return m, fmt.Errorf("%w: its issuer names an address that is not https, or not public", ErrProvider)
		}
	}
	if len(m.Methods) > 0 && !slices.Contains(m.Methods, "client_secret_basic") && !slices.Contains(m.Methods, "client_secret_post") {
		return m, fmt.Errorf("%w: its issuer takes no client secret", ErrProvider)
	}
	return m, nil
}

// ask reads an issuer's answer, within bounds, following it nowhere.
func (d *Desk) ask(ctx context.Context, r *http.Request, out any) error {
	policy := d.Keys.Policy
	policy.Connect, policy.TLS, policy.Header, policy.Idle = wait, wait, wait, wait
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	r = r.WithContext(ctx)
	r.Close = true
	r.Header.Set("Accept", "application/json")
	answer, err := policy.Client().Do(r)
	if err != nil {
		return fmt.Errorf("%w: asking its issuer: %w", ErrProvider, egress.Hide(err))
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(io.LimitReader(answer.Body, mostBytes+1))
	switch {
	case err != nil:
		return fmt.Errorf("%w: asking its issuer: %w", ErrProvider, egress.Hide(err))
	case answer.StatusCode != http.StatusOK:
		return fmt.Errorf("%w: its issuer answered with status %d", ErrProvider, answer.StatusCode)
	case len(b) > mostBytes || json.Unmarshal(b, out) != nil:
		return fmt.Errorf("%w: its issuer's answer is too long, or no JSON that can be read", ErrProvider)
	}
	return nil
}
