package certificate

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
)

// An ACME has an authority certify the node's names (RFC 8555), and renews that in time. That the
// names lead here the authority sees at the port that callers use (TLS-ALPN-01, RFC 8737): it has to
// be reachable as port 443 of each name. What is shown to callers is what is held: nobody's
// connection starts an order.
type ACME struct {
	Names     []string     // in lower case; callers who name none get the first
	Directory string       // the authority's address
	Email     string       // where it reaches the operator; may be empty
	Client    *http.Client // how it is asked
	Log       *slog.Logger

	manager atomic.Pointer[autocert.Manager]
	held    sync.Map // the names of which a certificate is held
}

// LetsEncrypt is the directory of the authority that is asked where no other is named.
const LetsEncrypt = acme.LetsEncryptURL

// errNone ends handshakes; callers see only that.
var errNone = errors.New("there is no certificate for this name")

// Config is what a listener needs. It shows certificates from when Keep has some.
func (a *ACME) Config() *tls.Config {
	config := sound(a.certificate)
	config.NextProtos = append(config.NextProtos, acme.ALPNProto)
	return config
}

// certificate is the one to show a caller, or to the authority that checks a name.
func (a *ACME) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	name, m := strings.ToLower(hello.ServerName), a.manager.Load()
	if name == "" {
		name = a.Names[0]
	}
	if m == nil || !slices.Contains(a.Names, name) {
		return nil, errNone
	}
	if slices.Equal(hello.SupportedProtos, []string{acme.ALPNProto}) {
		return m.GetCertificate(hello)
	}
	if _, held := a.held.Load(name); !held {
		return nil, errNone
	}
	return m.GetCertificate(usual(name))
}

// usual is how a caller of today greets, to whom a certificate of P-256 is shown. There is one
// certificate for a name, whoever calls.
func usual(name string) *tls.ClientHelloInfo {
	return &tls.ClientHelloInfo{ServerName: name, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}}
}

// Spans of time: between two attempts after one that failed, growing, and between two looks at what
// is held.
const (
	firstPause = 2 * time.Minute
	lastPause  = time.Hour
)

// Keep obtains certificates and renews them until the context ends. The account with the authority,
// the certificates and their keys are kept in cache. It returns at once; calling it is to agree to
// the authority's terms.
func (a *ACME) Keep(ctx context.Context, cache autocert.Cache) {
	m := &autocert.Manager{Prompt: autocert.AcceptTOS, Cache: cache, HostPolicy: autocert.HostWhitelist(a.Names...), Email: a.Email,
		Client: &acme.Client{DirectoryURL: a.Directory, HTTPClient: a.Client, UserAgent: "entente"}}
	a.manager.Store(m)
	for _, name := range a.Names {
		go a.keep(ctx, m, name)
	}
}

func (a *ACME) keep(ctx context.Context, m *autocert.Manager, name string) {
	var until time.Time
	for pause, next := firstPause, time.Duration(0); ; {
		c, err := m.GetCertificate(usual(name))
		switch {
		case err != nil:
			next, pause = pause, min(2*pause, lastPause)
			a.Log.Error("no certificate was obtained; it will be tried again", "name", name, "authority", a.Directory, "in", next, "err", err)
		default:
			next, pause = lastPause, firstPause
			a.held.Store(name, true)
			if end := c.Leaf.NotAfter; !end.Equal(until) {
				until = end
				a.Log.Info("the node has a certificate", "name", name, "until", until)
			} else if left := time.Until(end); left < end.Sub(c.Leaf.NotBefore)/6 {
				a.Log.Error("the certificate is not renewed", "name", name, "left", left, "authority", a.Directory)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(next):
		}
	}
}
