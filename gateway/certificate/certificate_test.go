package certificate

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// write puts a new certificate with that number into the files.
func write(t *testing.T, f *Files, number int64, key crypto.Signer) {
	t.Helper()
	leaf := &x509.Certificate{SerialNumber: big.NewInt(number), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"gateway.example"}}
	der, err := x509.CreateCertificate(rand.Reader, leaf, leaf, key.Public(), key)
	must(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	must(t, err)
	must(t, os.WriteFile(f.Cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	must(t, os.WriteFile(f.Key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600))
}

func elliptical(t *testing.T) crypto.Signer {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	return k
}

// listener accepts TLS connections and drops them.
func listener(t *testing.T, f *Files) string {
	config, err := f.Config()
	must(t, err)
	l, err := tls.Listen("tcp", "127.0.0.1:0", config)
	must(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() { defer conn.Close(); io.Copy(io.Discard, conn) }()
		}
	}()
	return l.Addr().String()
}

func newFiles(t *testing.T, now *time.Time, log io.Writer) *Files {
	dir := t.TempDir()
	return &Files{Cert: filepath.Join(dir, "cert.pem"), Key: filepath.Join(dir, "key.pem"), Now: func() time.Time { return *now }, Log: slog.New(slog.NewTextHandler(log, nil))}
}

// scan tells how a handshake with exactly this version and suite ends.
func scan(addr string, version, suite uint16) (tls.ConnectionState, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return tls.ConnectionState{}, err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	c := tls.Client(conn, &tls.Config{InsecureSkipVerify: true, MinVersion: version, MaxVersion: version, CipherSuites: []uint16{suite}, NextProtos: []string{"h2"}})
	err = c.Handshake()
	return c.ConnectionState(), err
}

// Of every version and suite that there is, exactly the sound ones are spoken.
func TestWhatIsSpoken(t *testing.T) {
	now := time.Now()
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	for kind, key := range map[string]crypto.Signer{"ECDSA": elliptical(t), "RSA": rsaKey} {
		f := newFiles(t, &now, io.Discard)
		write(t, f, 1, key)
		addr := listener(t, f)
		spoken := 0
		for _, suite := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
			for _, version := range []uint16{tls.VersionTLS10, tls.VersionTLS11, tls.VersionTLS12} {
				_, err := scan(addr, version, suite.ID)
				want := version == tls.VersionTLS12 && slices.Contains(suites, suite.ID) && strings.Contains(suite.Name, "_"+kind+"_")
				if (err == nil) != want {
					t.Errorf("%s: %s in %s: %v, want it spoken: %v", kind, suite.Name, tls.VersionName(version), err, want)
				}
				if err == nil {
					spoken++
				}
			}
		}
		if state, err := scan(addr, tls.VersionTLS13, 0); err != nil || state.NegotiatedProtocol != "h2" {
			t.Errorf("TLS 1.3: %q, %v", state.NegotiatedProtocol, err)
		}
		if spoken != 3 {
			t.Errorf("%s: %d suites are spoken in TLS 1.2, want 3", kind, spoken)
		}
	}
}

func TestANewCertificateIsShownWithoutARestart(t *testing.T) {
	now := time.Now()
	var log bytes.Buffer
	f := newFiles(t, &now, &log)
	if _, err := f.Config(); err == nil || !strings.Contains(err.Error(), f.Cert) {
		t.Fatalf("without files: %v", err)
	}
	write(t, f, 1, elliptical(t))
	_, err := f.Config()
	must(t, err)
	shown := func() int64 {
		c, err := f.certificate(nil)
		must(t, err)
		return c.Leaf.SerialNumber.Int64()
	}
	write(t, f, 2, elliptical(t))
	must(t, os.Chtimes(f.Cert, now, now.Add(time.Second)))
	if got := shown(); got != 1 {
		t.Errorf("within %v it shows %d", lookSpan, got)
	}
	now = now.Add(lookSpan + 1)
	if got := shown(); got != 2 || !strings.Contains(log.String(), "has a new certificate") {
		t.Errorf("it shows %d; log %s", got, log.String())
	}
	must(t, os.WriteFile(f.Cert, []byte("half"), 0o600))
	for range 3 {
		now = now.Add(lookSpan + 1)
		if got := shown(); got != 2 {
			t.Errorf("with a broken file it shows %d", got)
		}
	}
	if n := strings.Count(log.String(), "cannot be used"); n != 1 {
		t.Errorf("it was told %d times: %s", n, log.String())
	}
}

// counted is a connection that counts what is written to it.
type counted struct {
	net.Conn
	writes int
}

func (c *counted) Write(p []byte) (int, error) {
	c.writes++
	return c.Conn.Write(p)
}

// What is written at once is sealed and sent at once, from the first answer of a connection on.
func TestAnAnswerIsNotCutUp(t *testing.T) {
	now := time.Now()
	f := newFiles(t, &now, io.Discard)
	write(t, f, 1, elliptical(t))
	config, err := f.Config()
	must(t, err)
	ours, theirs := net.Pipe()
	defer ours.Close()
	defer theirs.Close()
	go func() {
		client := tls.Client(theirs, &tls.Config{InsecureSkipVerify: true})
		_, _ = io.Copy(io.Discard, client)
	}()
	below := &counted{Conn: ours}
	conn := tls.Server(below, config)
	must(t, conn.Handshake())
	before := below.writes
	_, err = conn.Write(make([]byte, 16<<10))
	must(t, err)
	if n := below.writes - before; n != 1 {
		t.Errorf("an answer of 16 KiB went out in %d pieces", n)
	}
}
