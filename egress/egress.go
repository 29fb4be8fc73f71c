// Package egress makes every connection that leaves the node: to upstreams,
// webhooks and key sets. Whoever writes an address into an agreement or a form
// can make the node call it, so the node calls the public internet only, and
// private, loopback, link-local and metadata addresses only where its operator
// has allowed them by name.
//
// The address is judged when it is dialled, after the name was resolved and for
// every attempt, so a name that changes its mind in between gains nothing. There
// is no proxy from the environment, no redirect is followed, and whoever asked
// learns only that the address was refused or unreachable.
package egress

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"syscall"
	"time"
)

// A Policy says where the node may connect and how long it waits. The zero value
// permits port 443 of public addresses and nothing else. It is read when Transport,
// RoundTripper, Client or Dialer is called; later changes have no effect on those.
type Policy struct {
	// Allow lists what the operator permits beyond that:
	//
	//	127.0.0.1:7001, [::1]:7001   this address at this port
	//	models.internal:8000         this name at this port, wherever it resolves to, but never to
	//	                             a link-local, metadata, multicast or reserved address
	//	10.20.0.0/16, 10.20.0.7      these addresses, at the ports of Ports
	//
	// An entry that cannot be read permits nothing; Check reports it.
	Allow []string
	// Ports are the ports that may be dialled without an entry of their own; none means 443.
	Ports []uint16

	Connect time.Duration // for resolving and connecting; zero means 5 s
	TLS     time.Duration // for the TLS handshake; zero means 5 s
	Header  time.Duration // from the request sent to the answer's header; zero means 60 s
	Idle    time.Duration // the longest silence in the middle of an answer; zero means 60 s

	Roots    *x509.CertPool // who vouches for upstreams; nil means the system's roots
	Resolver *net.Resolver  // nil means the system's
}

// A DialFunc connects to host:port over TCP, as http.Transport.DialContext does.
type DialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// Check reports the first entry of Allow that cannot be read.
func (p Policy) Check() error {
	_, err := p.rules()
	return err
}

// Dialer returns the only way out: a function that connects where p permits.
// Its errors are of type *Error.
func (p Policy) Dialer() DialFunc {
	rules, _ := p.rules()
	return func(ctx context.Context, _, address string) (net.Conn, error) {
		conn, err := p.dial(ctx, rules, address)
		if err != nil {
			return nil, Hide(fmt.Errorf("connecting to %s: %w", address, err))
		}
		return conn, nil
	}
}

func (p Policy) dial(ctx context.Context, rules rules, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	d := net.Dialer{
		Timeout:  cmp.Or(p.Connect, 5*time.Second),
		Resolver: p.Resolver,
		Control: func(_, dialled string, _ syscall.RawConn) error {
			return rules.permit(host, dialled)
		},
	}
	return d.DialContext(ctx, "tcp", address)
}

// Transport returns a transport that connects where p permits, speaks HTTP/1.1 and
// HTTP/2, asks for no compression of its own and keeps many idle connections.
// It follows no redirects; those who use it alone pass its errors through Hide
// and watch for silence themselves, as RoundTripper does.
func (p Policy) Transport() *http.Transport {
	patience := min(cmp.Or(p.Idle, time.Minute), 15*time.Second)
	return &http.Transport{
		Proxy:                  nil,
		DialContext:            p.Dialer(),
		TLSClientConfig:        p.tls(),
		TLSHandshakeTimeout:    cmp.Or(p.TLS, 5*time.Second),
		ResponseHeaderTimeout:  cmp.Or(p.Header, time.Minute),
		ExpectContinueTimeout:  time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		ForceAttemptHTTP2:      true,
		// A connection that is dead and does not say so carries many calls: it is asked whether it is there.
		HTTP2:               &http.HTTP2Config{SendPingTimeout: patience, PingTimeout: patience, WriteByteTimeout: patience},
		DisableCompression:  true,
		MaxIdleConns:        4096,
		MaxIdleConnsPerHost: 512,
		IdleConnTimeout:     90 * time.Second,
	}
}

func (p Policy) tls() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		RootCAs:    p.Roots,
		// A request is not cut into records of a packet each.
		DynamicRecordSizingDisabled: true,
		// Go's own list for TLS 1.2 still offers two CBC suites.
		CipherSuites: []uint16{
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
			tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
			tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
			tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
		},
	}
}

// Client returns an HTTP client over RoundTripper. A redirect is not followed: the
// 3xx answer is returned as it came. The client wraps errors with the address that
// was called; Hide takes that off again before anyone outside sees it.
func (p Policy) Client() *http.Client {
	return &http.Client{
		Transport: p.RoundTripper(),
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}
}
