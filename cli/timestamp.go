package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"entente/articles/signing"
	"entente/egress"
)

// The bounds of what a time-stamp authority may answer.
const (
	mostStamp   = 64 << 10
	stampWithin = 30 * time.Second
)

// timestamped asks a time-stamp authority (RFC 3161, over HTTP) to confirm that a signature in the PDF
// is there now. The authority learns a digest and nothing else.
func timestamped(ctx context.Context, s signing.SignedStatement, authority string) (signing.SignedStatement, error) {
	request, err := s.StampRequest()
	if err != nil {
		return s, err
	}
	u, err := url.Parse(authority)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return s, misusef("--timestamp: %q is no address of a time-stamp authority", authority)
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	ctx, cancel := context.WithTimeout(ctx, stampWithin)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, authority, bytes.NewReader(request))
	if err != nil {
		return s, misusef("--timestamp: %v", err)
	}
	r.Header.Set("Content-Type", "application/timestamp-query")
	answer, err := egress.Policy{Allow: []string{net.JoinHostPort(u.Hostname(), port)}}.RoundTripper().RoundTrip(r)
	if err != nil {
		return s, fmt.Errorf("asking the time-stamp authority: %w", err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(io.LimitReader(answer.Body, mostStamp+1))
	if err != nil {
		return s, fmt.Errorf("reading the time-stamp authority's answer: %w", err)
	}
	if answer.StatusCode != http.StatusOK || len(b) > mostStamp {
		return s, fmt.Errorf("the time-stamp authority answered with status %d and %d bytes, and no time stamp", answer.StatusCode, len(b))
	}
	return s.Stamped(b)
}
