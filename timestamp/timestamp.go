// Package timestamp asks a time-stamp authority (RFC 3161, over HTTP) to confirm that a signature in a PDF is there now.
// The authority learns a digest and nothing else. Whether to trust what it says is left to whoever reads it.
package timestamp

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"entente/articles/signing"
	"entente/egress"
)

// The bounds of what an authority may answer.
const (
	mostStamp = 64 << 10 // bytes
	within    = 10 * time.Second
)

// An Authority is asked for time stamps.
type Authority struct {
	url  string
	host string // with its port
	port uint16
	way  *egress.Client
}

// At reads an authority's address. It is reached as a policy permits, at its own port.
func At(address string, p egress.Policy) (*Authority, error) {
	a, err := parse(address)
	if err == nil {
		p.Ports = []uint16{a.port}
		err = p.Check()
	}
	if err != nil {
		return nil, err
	}
	a.way = p.Caller()
	return a, nil
}

// Named is At for whoever names the authority for this one time, and may name any.
func Named(address string) (*Authority, error) {
	a, err := parse(address)
	if err != nil {
		return nil, err
	}
	return At(address, egress.Policy{Allow: []string{a.host}})
}

func parse(address string) (*Authority, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return nil, fmt.Errorf("%.200q is no address of a time-stamp authority, such as http://time.example/tsa", address)
	}
	text := u.Port()
	if text == "" {
		text = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil || port == 0 {
		return nil, fmt.Errorf("%.200q has no port that a time-stamp authority could have", address)
	}
	return &Authority{url: address, host: net.JoinHostPort(u.Hostname(), text), port: uint16(port)}, nil
}

// Stamp is a signed statement with the authority's time stamp in its signature in the PDF. An answer that does not fit the
// signature is refused.
func (a *Authority) Stamp(ctx context.Context, s signing.SignedStatement) (signing.SignedStatement, error) {
	request, err := s.StampRequest()
	if err != nil {
		return s, err
	}
	answer, err := a.ask(ctx, request)
	if err != nil {
		return s, err
	}
	return s.Stamped(answer)
}

func (a *Authority) ask(ctx context.Context, request []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, a.url, bytes.NewReader(request))
	if err != nil {
		return nil, fmt.Errorf("asking the time-stamp authority: %w", err)
	}
	r.Header.Set("Content-Type", "application/timestamp-query")
	defer a.way.CloseIdleConnections() // the next signature is far away
	answer, err := a.way.RoundTrip(r)
	if err != nil {
		return nil, fmt.Errorf("asking the time-stamp authority: %w", err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(io.LimitReader(answer.Body, mostStamp+1))
	if err != nil {
		return nil, fmt.Errorf("reading the time-stamp authority's answer: %w", err)
	}
	if answer.StatusCode != http.StatusOK || len(b) > mostStamp {
		return nil, fmt.Errorf("the time-stamp authority answered with status %d and %d bytes, and no time stamp", answer.StatusCode, len(b))
	}
	return b, nil
}
