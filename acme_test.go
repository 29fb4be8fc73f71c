package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"io/fs"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entente/tests/outside"
)

// certifiedName is what the authority of the test certifies.
const certifiedName = "gateway.company.example"

// An authority is Pebble, the small ACME server, with a resolver for which every name leads here.
type authority struct {
	t         *testing.T
	directory string
	manager   string // where it says who it is
	trust     string // a file with the certificate of its own listeners
	stop      func()
}

// certifiedSeconds is how long a certificate is valid, in seconds: it is renewed when a third of it is left.
const certifiedSeconds = 24

func startAuthority(t *testing.T, gateway string) *authority {
	pebble := filepath.Join("tests", "bin", "pebble")
	if _, err := os.Stat(pebble); err != nil && outside.Lacking(t, "pebble (make setup installs it)") {
		return nil
	}
	dir := t.TempDir()
	cert, key := ownCertificate(t)
	write := func(name string, content []byte) string {
		name = filepath.Join(dir, name)
		must(t, os.WriteFile(name, content, 0o600))
		return name
	}
	a := &authority{t: t, directory: freePort(t), manager: freePort(t), trust: write("cert.pem", cert)}
	_, port, err := net.SplitHostPort(gateway)
	must(t, err)
	config, err := json.Marshal(map[string]any{"pebble": map[string]any{"listenAddress": a.directory, "managementListenAddress": a.manager, "certificate": a.trust,
		"privateKey": write("key.pem", key), "httpPort": 1, "tlsPort": json.Number(port), "retryAfter": map[string]int{"authz": 1, "order": 1},
		"profiles": map[string]any{"default": map[string]any{"description": "short", "validityPeriod": certifiedSeconds}}}})
	must(t, err)
	cmd := exec.Command(pebble, "-config", write("pebble.json", config), "-dnsserver", resolver(t), "-strict")
	cmd.Env = append(os.Environ(), "PEBBLE_VA_NOSLEEP=1")
	must(t, cmd.Start())
	a.stop = func() { cmd.Process.Kill(); cmd.Wait() }
	t.Cleanup(a.stop)
	return a
}

// roots are who vouches for what the authority issues.
func (a *authority) roots() *x509.CertPool {
	a.t.Helper()
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}}
	var last error
	for range 100 {
		resp, err := client.Get("https://" + a.manager + "/roots/0")
		if err == nil {
			defer resp.Body.Close()
			b, err := io.ReadAll(resp.Body)
			must(a.t, err)
			pool := x509.NewCertPool()
			if !pool.AppendCertsFromPEM(b) {
				a.t.Fatalf("the authority's root: %s", b)
			}
			return pool
		}
		last = err
		time.Sleep(50 * time.Millisecond)
	}
	a.t.Fatal(last)
	return nil
}

// The node has an authority certify its names, shows the certificate on both listeners, renews it while
// it serves, and keeps it: a restart asks nobody. No private key lies in its folder as it is.
func TestAnAuthorityCertifiesTheNode(t *testing.T) {
	t.Parallel()
	gateway, console := freePort(t), freePort(t)
	a := startAuthority(t, gateway)
	if a == nil {
		return
	}
	roots := a.roots()
	data := filepath.Join(t.TempDir(), "data")
	serve := func() (stop func(), log *bytes.Buffer) {
		log = &bytes.Buffer{}
		cmd := exec.Command("entente", "serve", "--data", data, "--listen", console, "--gateway", gateway, "--listen-tls", "--grace", "1s",
			"--acme-names", certifiedName, "--acme-directory", "https://"+a.directory+"/dir", "--acme-email", "ops@company.example", "--acme-accept-terms")
		cmd.Env, cmd.Stderr = append(os.Environ(), "SSL_CERT_FILE="+a.trust), log
		must(t, cmd.Start())
		stop = func() { cmd.Process.Kill(); cmd.Wait() } // as a machine stops that loses its power
		t.Cleanup(stop)
		return stop, log
	}
	stop, log := serve()
	began := time.Now()
	first := shownBy(t, gateway, roots, nil)
	if first == nil {
		stop()
		t.Fatalf("no certificate is shown: %s", log)
	}
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("it took %v", took)
	}
	if other := shownBy(t, console, roots, nil); other == nil || !other.Equal(first) {
		t.Error("console and API show another certificate")
	}
	for _, strange := range []string{"other.company.example", "company.example", "127.0.0.1"} {
		if conn, err := tls.Dial("tcp", gateway, &tls.Config{InsecureSkipVerify: true, ServerName: strange}); err == nil {
			conn.Close()
			if strange != "127.0.0.1" { // who names none gets the first
				t.Errorf("%s is shown a certificate", strange)
			}
		}
	}
	second := shownBy(t, gateway, roots, first)
	if second == nil {
		stop()
		t.Fatalf("it was not renewed: %s", log)
	}
	stop()
	a.stop()
	stop, log = serve()
	if kept := shownBy(t, gateway, roots, nil); kept == nil || !kept.Equal(second) {
		stop()
		t.Errorf("after a restart without the authority another certificate is shown, or none: %s", log)
	}
	stop()
	noKeyIn(t, data)
}

// shownBy waits for the certificate that a listener shows to whoever trusts the authority, if it is
// another than one that was shown before; nil if none is.
func shownBy(t *testing.T, address string, roots *x509.CertPool, before *x509.Certificate) *x509.Certificate {
	t.Helper()
	for deadline := time.Now().Add(25 * time.Second); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		conn, err := tls.Dial("tcp", address, &tls.Config{RootCAs: roots, ServerName: certifiedName})
		if err != nil {
			continue
		}
		leaf := conn.ConnectionState().PeerCertificates[0]
		conn.Close()
		if before == nil || !leaf.Equal(before) {
			return leaf
		}
	}
	return nil
}

// noKeyIn fails if a private key lies in a folder as it is.
func noKeyIn(t *testing.T, dir string) {
	t.Helper()
	files := 0
	must(t, filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		b, err := os.ReadFile(name)
		if strings.Contains(string(b), "PRIVATE KEY") {
			t.Errorf("%s holds a private key", name)
		}
		return err
	}))
	if files < 3 {
		t.Errorf("%s has %d files", dir, files)
	}
}

// ownCertificate is one for listeners on loopback, with its key.
func ownCertificate(t *testing.T) (cert, key []byte) {
	signer, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	leaf := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, leaf, leaf, signer.Public(), signer)
	must(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(signer)
	must(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})
}

// freePort is an address that nobody has at the moment.
func freePort(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	return l.Addr().String()
}

// resolver answers every question for an address with this machine's, over TCP.
func resolver(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() { defer conn.Close(); answerQuestions(conn) }()
		}
	}()
	return l.Addr().String()
}

func answerQuestions(conn io.ReadWriter) {
	for {
		var size [2]byte
		if _, err := io.ReadFull(conn, size[:]); err != nil {
			return
		}
		query := make([]byte, binary.BigEndian.Uint16(size[:]))
		if _, err := io.ReadFull(conn, query); err != nil {
			return
		}
		answer, err := resolved(query)
		if err != nil {
			return
		}
		if _, err := conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...)); err != nil {
			return
		}
	}
}

// resolved is the answer to a question (RFC 1035): 127.0.0.1 to one for an IPv4 address, nothing to any other.
func resolved(query []byte) ([]byte, error) {
	end := 12
	for end < len(query) && query[end] != 0 {
		end += int(query[end]) + 1
	}
	if end += 5; end > len(query) {
		return nil, fmt.Errorf("a question of %d bytes", len(query))
	}
	answer := append([]byte{query[0], query[1], 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, query[12:end]...)
	if bytes.Equal(query[end-4:end], []byte{0, 1, 0, 1}) {
		answer[7] = 1
		answer = append(answer, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1)
	}
	return answer, nil
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
