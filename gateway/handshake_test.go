package gateway_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"entente/meter"
)

// Whatever is wrong with the TLS of a service, the caller gets a bounded answer without its reasons, and the
// service's secret is sent to nobody.
func TestUpstreamFailuresInTheHandshake(t *testing.T) {
	ours, roots := identity()
	for _, c := range []struct {
		name    string
		serve   func(net.Conn)
		roots   *x509.CertPool
		status  int
		outcome meter.Outcome
	}{
		{"it is silent", func(conn net.Conn) { io.Copy(io.Discard, conn) }, roots, 504, meter.UpstreamTimeout},
		{"it speaks plain HTTP", func(conn net.Conn) { io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\n\r\npanic at /srv/model") }, roots, 502, meter.UpstreamError},
		{"it closes", func(net.Conn) {}, roots, 502, meter.UpstreamError},
		{"it resets", func(conn net.Conn) { reset(conn) }, roots, 502, meter.UpstreamError},
		{"nobody vouches for it", secured(ours, tls.VersionTLS12), x509.NewCertPool(), 502, meter.UpstreamError},
		{"its TLS is old", secured(ours, tls.VersionTLS11), roots, 502, meter.UpstreamError},
		{"it shows nothing", secured(tls.Certificate{}, tls.VersionTLS12), roots, 502, meter.UpstreamError},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			policy := quick
			policy.TLS = time.Second
			h := newHouse(t, policy)
			l, err := net.Listen("tcp", "127.0.0.1:0")
			must(t, err)
			t.Cleanup(func() { l.Close() })
			go func() {
				for {
					conn, err := l.Accept()
					if err != nil {
						return
					}
					conn.SetDeadline(time.Now().Add(3 * time.Second))
					go func() { defer conn.Close(); c.serve(conn) }()
				}
			}()
			h.secures(l.Addr().String(), c.roots)
			began := time.Now()
			r := h.call("POST", chat, "summarise", ask(false))
			r.problem(t)
			if took := time.Since(began); r.StatusCode != c.status || took > 3*time.Second {
				t.Errorf("after %v: %d %s", took, r.StatusCode, r.body)
			}
			said := strings.ReplaceAll(string(r.body), r.Header.Get("Entente-Request-Id"), "") // whose letters may be any
			for _, never := range []string{"x509", "tls", "certificate", "127.0.0.1", "panic"} {
				if strings.Contains(said, never) {
					t.Errorf("the caller reads %q in %s", never, r.body)
				}
			}
			if rec := h.record(); rec.Outcome != c.outcome {
				t.Errorf("record %+v", rec)
			}
		})
	}
}

// secured speaks TLS of at most a version, and reads what comes: a secret must not.
func secured(certificate tls.Certificate, most uint16) func(net.Conn) {
	return func(conn net.Conn) {
		config := &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: most}
		if certificate.Certificate != nil {
			config.Certificates = []tls.Certificate{certificate}
		}
		in := tls.Server(conn, config)
		b, _ := io.ReadAll(io.LimitReader(in, 1<<10))
		if strings.Contains(string(b), secret) {
			panic("a service that nobody vouches for was shown the secret")
		}
	}
}
