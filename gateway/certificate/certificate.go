// Package certificate shows callers who the node is: TLS from 1.2 on, with the certificate in two
// files, which may be renewed while it serves, or one that an authority issues and renews (ACME). What
// cannot be read or obtained keeps the certificate that was shown before, and the operator reads why.
package certificate

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// Files are a certificate with its chain, and its private key, both in PEM.
type Files struct {
	Cert, Key string // their names
	Now       func() time.Time
	Log       *slog.Logger

	mu     sync.Mutex
	shown  *tls.Certificate
	stamps [2]stamp
	looked time.Time
}

// A stamp tells whether a file may have changed.
type stamp struct {
	changed time.Time
	size    int64
}

// lookSpan is how long a new certificate may wait until it is noticed.
const lookSpan = 5 * time.Second

// suites are those of TLS 1.2 with forward secrecy and authenticated encryption; TLS 1.3 has no others.
var suites = []uint16{
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
}

// Config reads the files and returns what a listener for HTTP/2 and HTTP/1.1 needs.
func (f *Files) Config() (*tls.Config, error) {
	if err := f.load(); err != nil {
		return nil, err
	}
	f.looked = f.Now()
	if end := f.shown.Leaf.NotAfter; f.Now().After(end) {
		f.Log.Warn("the gateway's certificate has expired", "file", f.Cert, "expired", end)
	}
	return sound(f.certificate), nil
}

// sound is a config that speaks what is sound, and shows a certificate. An answer is not cut into records of a
// packet each, of which every one would be sealed and sent by itself.
func sound(shown func(*tls.ClientHelloInfo) (*tls.Certificate, error)) *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, CipherSuites: suites, NextProtos: []string{"h2", "http/1.1"}, GetCertificate: shown, DynamicRecordSizingDisabled: true}
}

// certificate is the one to show now.
func (f *Files) certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if now := f.Now(); now.Sub(f.looked) > lookSpan || now.Before(f.looked) {
		f.looked = now
		f.renew()
	}
	return f.shown, nil
}

func (f *Files) renew() {
	if f.stat() == f.stamps {
		return
	}
	if err := f.load(); err != nil {
		f.stamps = f.stat() // it is told once
		f.Log.Error("the gateway's new certificate cannot be used; the one before is still shown", "err", err)
		return
	}
	f.Log.Info("the gateway has a new certificate", "until", f.shown.Leaf.NotAfter)
}

func (f *Files) load() error {
	stamps := f.stat()
	pair, err := tls.LoadX509KeyPair(f.Cert, f.Key)
	if err != nil {
		return fmt.Errorf("reading the certificate %s with the key %s: %w", f.Cert, f.Key, err)
	}
	f.shown, f.stamps = &pair, stamps
	return nil
}

func (f *Files) stat() (stamps [2]stamp) {
	for i, name := range []string{f.Cert, f.Key} {
		if info, err := os.Stat(name); err == nil {
			stamps[i] = stamp{info.ModTime(), info.Size()}
		}
	}
	return stamps
}
