package certificate

import (
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
)

// A drawer is a cache that says what it was asked for.
type drawer struct {
	mu    sync.Mutex
	have  map[string][]byte
	asked []string
}

func (d *drawer) Get(_ context.Context, name string) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked = append(d.asked, name)
	if b, ok := d.have[name]; ok {
		return b, nil
	}
	return nil, autocert.ErrCacheMiss
}

func (d *drawer) Put(context.Context, string, []byte) error { return nil }
func (d *drawer) Delete(context.Context, string) error      { return nil }

// unreachable is an authority that is not there; it counts who asks for it.
type unreachable chan string

func (u unreachable) RoundTrip(r *http.Request) (*http.Response, error) {
	u <- r.URL.String()
	return nil, io.ErrUnexpectedEOF
}

// What is held is shown to whoever asks for one of the names, or for none; strangers' names and names
// without a certificate end the handshake, and no handshake asks the authority or looks anything up.
func TestWhatAnAuthorityIssuedIsShown(t *testing.T) {
	key := elliptical(t).(*ecdsa.PrivateKey)
	leaf := &x509.Certificate{SerialNumber: big.NewInt(7), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(40 * 24 * time.Hour), DNSNames: []string{"a.example.com"}}
	der, err := x509.CreateCertificate(rand.Reader, leaf, leaf, key.Public(), key)
	must(t, err)
	secret, err := x509.MarshalECPrivateKey(key)
	must(t, err)
	kept := slices.Concat(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: secret}), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	d := &drawer{have: map[string][]byte{"a.example.com": kept}}
	asked := make(unreachable, 100)
	a := &ACME{Names: []string{"a.example.com", "b.example.com"}, Directory: "https://ca.example/dir", Client: &http.Client{Transport: asked}, Log: slog.New(slog.DiscardHandler)}
	config := a.Config()
	if !slices.Equal(config.NextProtos, []string{"h2", "http/1.1", acme.ALPNProto}) || config.MinVersion != tls.VersionTLS12 || !slices.Equal(config.CipherSuites, suites) {
		t.Errorf("%+v", config)
	}
	shown := func(name string, protocols ...string) bool {
		c, err := config.GetCertificate(&tls.ClientHelloInfo{ServerName: name, SupportedProtos: protocols})
		return err == nil && c.Leaf.SerialNumber.Int64() == 7
	}
	if shown("a.example.com") {
		t.Error("a certificate is shown before there is one")
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	a.Keep(ctx, d)
	if got := <-asked; got != a.Directory {
		t.Errorf("%s was asked", got)
	}
	for deadline := time.Now().Add(5 * time.Second); !shown("a.example.com") && time.Now().Before(deadline); time.Sleep(time.Millisecond) {
	}
	d.mu.Lock()
	d.asked = nil
	d.mu.Unlock()
	for name, want := range map[string]bool{"a.example.com": true, "A.Example.com": true, "": true, "b.example.com": false, "c.example.com": false, "localhost": false,
		strings.Repeat("a.", 120) + "com": false} {
		if got := shown(name, "h2"); got != want {
			t.Errorf("%q is shown a certificate: %v, want %v", name, got, want)
		}
		if shown(name, acme.ALPNProto) {
			t.Errorf("%q is a challenge that nobody made", name)
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if slices.ContainsFunc(d.asked, func(name string) bool { return name != "a.example.com+token" && name != "b.example.com+token" }) {
		t.Errorf("strangers had %v looked up", d.asked)
	}
}
