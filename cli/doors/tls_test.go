package doors_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"entente/cli/doors"
	"entente/gateway/certificate"
)

// selfSigned is a config for listeners as `entente serve` makes it of two files.
func selfSigned(t *testing.T) *tls.Config {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ok(t, err)
	leaf := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"node.example"}}
	der, err := x509.CreateCertificate(rand.Reader, leaf, leaf, key.Public(), key)
	ok(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	ok(t, err)
	f := &certificate.Files{Cert: filepath.Join(t.TempDir(), "cert.pem"), Key: filepath.Join(t.TempDir(), "key.pem"), Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	ok(t, os.WriteFile(f.Cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	ok(t, os.WriteFile(f.Key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600))
	config, err := f.Config()
	ok(t, err)
	return config
}

// Every listener that speaks TLS speaks 1.2 with forward secrecy and authenticated encryption, and 1.3,
// and nothing else: of all versions and suites that there are exactly these.
func TestWhatIsSpokenOnEachListener(t *testing.T) {
	d, err := doors.Listen(doors.Listening{Inside: "127.0.0.1:0", Outside: "127.0.0.1:0", TLS: selfSigned(t), InsideTLS: true})
	ok(t, err)
	defer d.Close()
	p := d.Ports()
	sound := []string{"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"}
	for name, at := range map[string]string{"console and API": p.Listen, "gateway": p.Gateway} {
		var spoken []string
		for _, suite := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
			for _, version := range []uint16{tls.VersionTLS10, tls.VersionTLS11, tls.VersionTLS12} {
				if _, err := handshake(at, version, suite.ID); err == nil {
					spoken = append(spoken, suite.Name)
					if version != tls.VersionTLS12 {
						t.Errorf("%s speaks %s", name, tls.VersionName(version))
					}
				}
			}
		}
		if slices.Sort(spoken); !slices.Equal(spoken, sound) {
			t.Errorf("%s speaks %v", name, spoken)
		}
		if state, err := handshake(at, tls.VersionTLS13, 0); err != nil || state.NegotiatedProtocol != "h2" || !slices.Contains([]tls.CurveID{tls.X25519MLKEM768, tls.X25519}, state.CurveID) {
			t.Errorf("%s, TLS 1.3: %+v, %v", name, state, err)
		}
		if answer := plainly(t, at); strings.Contains(answer, " 200 ") || strings.Contains(answer, `"status"`) {
			t.Errorf("%s speaks without TLS: %s", name, answer)
		}
	}
	if answer := plainly(t, p.Local); !strings.Contains(answer, " 200 ") || !strings.HasPrefix(p.Local, "127.0.0.1:") {
		t.Errorf("the commands of this machine are answered %q at %s", answer, p.Local)
	}
}

// handshake offers exactly this version and suite.
func handshake(at string, version, suite uint16) (tls.ConnectionState, error) {
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	conn, err := tls.DialWithDialer(dialer, "tcp", at, &tls.Config{InsecureSkipVerify: true, ServerName: "node.example", MinVersion: version, MaxVersion: version, CipherSuites: []uint16{suite}, NextProtos: []string{"h2"}})
	if err != nil {
		return tls.ConnectionState{}, err
	}
	defer conn.Close()
	return conn.ConnectionState(), nil
}

// plainly asks without TLS.
func plainly(t *testing.T, at string) string {
	conn, err := net.Dial("tcp", at)
	ok(t, err)
	defer conn.Close()
	fmt.Fprint(conn, "GET /livez HTTP/1.1\r\nHost: node.example\r\nConnection: close\r\n\r\n")
	b, _ := io.ReadAll(conn)
	return string(b)
}

// Only console and API tell browsers to speak nothing but TLS; the gateway's callers are no browsers.
func TestBrowsersAreToldToSpeakTLS(t *testing.T) {
	d, err := doors.Listen(doors.Listening{Inside: "127.0.0.1:0", Outside: "127.0.0.1:0", TLS: selfSigned(t), InsideTLS: true})
	ok(t, err)
	defer d.Close()
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	defer transport.CloseIdleConnections()
	for at, want := range map[string]string{"https://" + d.Ports().Listen: "max-age=31536000", "http://" + d.Ports().Local: "", "https://" + d.Ports().Gateway: ""} {
		resp, err := (&http.Client{Transport: transport}).Get(at + "/livez")
		ok(t, err)
		resp.Body.Close()
		if got := resp.Header.Get("Strict-Transport-Security"); got != want || resp.StatusCode != 200 {
			t.Errorf("%s: %d %q, want %q", at, resp.StatusCode, got, want)
		}
	}
}
