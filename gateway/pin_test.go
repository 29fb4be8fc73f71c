package gateway_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/articles/compliance"
	"entente/articles/integration"
	"entente/egress"
	"entente/gateway/certificate"
	"entente/gateway/front"
	"entente/meter"
)

// pair makes a key pair with a certificate that nobody vouches for and that has expired: neither counts.
func pair(t testing.TB) (tls.Certificate, access.Pin) {
	return pairUntil(t, time.Now().Add(-time.Hour))
}

func pairUntil(t testing.TB, end time.Time) (tls.Certificate, access.Pin) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	leaf := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: end.AddDate(0, 0, -1), NotAfter: end}
	der, err := x509.CreateCertificate(rand.Reader, leaf, leaf, key.Public(), key)
	must(t, err)
	read, err := x509.ParseCertificate(der)
	must(t, err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: read}, access.PinOf(read)
}

// asking opens the house's gateway to callers who speak TLS; it asks them for a certificate while asks says so.
func (h *house) asking(asks *atomic.Bool) string {
	certified := httptest.NewUnstartedServer(nil)
	certified.StartTLS()
	defer certified.Close()
	config := certified.TLS.Clone()
	config.NextProtos = []string{"h2", "http/1.1"}
	srv := &front.Server{Handler: h.gateway.Handler(), TLS: certificate.Asking(config, asks.Load)}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(h.t, err)
	go srv.Serve(l)
	h.t.Cleanup(func() { srv.Close() })
	return "https://" + l.Addr().String()
}

// pin registers a key pair for a component.
func (h *house) pin(id, component string, e agreement.Environment, p access.Pin, edit func(k *integration.Key)) {
	digest := p.Digest()
	h.change(func(s *articles.State) {
		k := integration.Key{ID: id, Digest: hex.EncodeToString(digest[:]), Party: agreement.B, Component: component, Environment: e, Purpose: agreement.Service,
			Class: agreement.CustomerData, Method: agreement.MTLS, Pin: p.String(), Issued: noon.Add(-time.Hour), Expires: noon.AddDate(0, 0, 60)}
		if edit != nil {
			edit(&k)
		}
		s.Integration.Keys[id] = k
	})
}

// caller connects with a certificate, if it has one, by HTTP/1.1 or HTTP/2.
func caller(t testing.TB, newer bool, shown ...tls.Certificate) *http.Client {
	protocols := &http.Protocols{}
	protocols.SetHTTP1(!newer)
	protocols.SetHTTP2(newer)
	transport := &http.Transport{Protocols: protocols, TLSClientConfig: &tls.Config{InsecureSkipVerify: true, Certificates: shown}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// A registered key pair opens what a key would, whoever certified it and until when; anything that is
// wrong with it makes its caller a stranger like any other. The provider's service sees nothing of it.
func TestClientCertificates(t *testing.T) {
	elsewhere := []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")}
	other, _ := pair(t)
	for _, c := range []struct {
		name   string
		edit   func(k *integration.Key)
		given  func(h *house)
		shown  []tls.Certificate // instead of the registered one
		header string            // Authorization, where it is not empty
		also   string            // another header
		status int
		code   string
	}{
		{name: "right", status: 200},
		{name: "with a word where clients cannot do without one", header: "Bearer unused", status: 200},
		{name: "with a scheme that is not ours", header: "Basic dTpw", status: 200},
		{name: "with a key that opens nothing", header: "Bearer " + unknownKey(t), status: 401, code: "key-invalid"},
		{name: "for a page of another site", also: "Origin: https://evil.example", status: 401, code: "key-invalid"},
		{name: "for a picture on a page", also: "Sec-Fetch-Site: cross-site", status: 401, code: "key-invalid"},
		{name: "none", shown: []tls.Certificate{}, status: 401, code: "key-invalid"},
		{name: "another", shown: []tls.Certificate{other}, status: 401, code: "key-invalid"},
		{name: "revoked", edit: func(k *integration.Key) { k.Revoked = noon }, status: 401, code: "key-invalid"},
		{name: "expired", edit: func(k *integration.Key) { k.Expires = noon }, status: 401, code: "key-invalid"},
		{name: "from elsewhere", edit: func(k *integration.Key) { k.Networks = elsewhere }, status: 401, code: "key-invalid"},
		{name: "of another component", edit: func(k *integration.Key) { k.Component = "assist" }, status: 403, code: "wrong-component"},
		{name: "production is closed", given: func(h *house) { h.change(func(s *articles.State) { s.Integration.Production = false }) }, status: 403, code: "production-closed"},
		{name: "where Schedule B accepts keys only", given: func(h *house) { h.accept(agreement.APIKey) }, status: 401, code: "key-invalid"},
	} {
		for _, newer := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, HTTP/2: %v", c.name, newer), func(t *testing.T) {
				h := newHouse(t, egress.Policy{})
				h.accept(agreement.APIKey, agreement.MTLS)
				var asks atomic.Bool
				asks.Store(true)
				h.url = h.asking(&asks)
				mine, pin := pair(t)
				h.pin("key_pinned", "summarise", agreement.Production, pin, c.edit)
				if c.given != nil {
					c.given(h)
				}
				var seen http.Header
				h.answers(func(w http.ResponseWriter, r *http.Request) { seen = r.Header; completion(w, r) })
				shown := c.shown
				if shown == nil {
					shown = []tls.Certificate{mine}
				}
				req := h.request("POST", chat, c.header, ask(false), "Client-Cert: :MIIB:", "X-Forwarded-Client-Cert: By=me", "X-Ssl-Client-Verify: SUCCESS")
				if name, value, there := strings.Cut(c.also, ": "); there {
					req.Header.Set(name, value)
				}
				resp, err := caller(t, newer, shown...).Do(req)
				must(t, err)
				defer resp.Body.Close()
				body, err := io.ReadAll(resp.Body)
				r := reply{resp, body, err}
				if r.StatusCode != c.status {
					t.Fatalf("%d %s", r.StatusCode, r.body)
				}
				if c.status != 200 {
					if p := r.problem(t); p.Code != c.code || p.Clause == "" || seen != nil || len(h.records()) != 0 {
						t.Errorf("%s; upstream saw %v", r.body, seen)
					}
					return
				}
				if rec := h.record(); rec.Party != "b" || rec.Key != "key_pinned" || rec.Environment != "production" {
					t.Errorf("%+v", rec)
				}
				if seen.Get("Authorization") != secret {
					t.Errorf("the upstream saw %v", seen)
				}
				for name := range seen {
					if strings.Contains(strings.ToLower(name), "cert") || strings.Contains(strings.ToLower(name), "ssl") {
						t.Errorf("the upstream saw %s", name)
					}
				}
			})
		}
	}
}

// accept has clause B.2 accept these methods for all components.
func (h *house) accept(methods ...agreement.AuthMethod) {
	h.text(func(a *articles.Agreement) {
		a.ScheduleB.Authentication = []compliance.Authentication{{Methods: methods}}
	})
}

func unknownKey(t testing.TB) string {
	k, err := access.Mint(access.Live, rand.Reader)
	must(t, err)
	return k.Text().Reveal()
}

// Two key pairs of one system work at once, so that one can take the other's place without a gap; and
// each opens no more than it was registered for.
func TestKeyPairsRotate(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	h.accept(agreement.MTLS)
	var asks atomic.Bool
	asks.Store(true)
	h.url = h.asking(&asks)
	older, olderPin := pair(t)
	h.pin("key_older", "summarise", agreement.Production, olderPin, nil)
	newer, newerPin := pair(t)
	h.pin("key_newer", "summarise", agreement.Production, newerPin, nil)
	statuses := func() (got []int) {
		for _, one := range []tls.Certificate{older, newer} {
			resp, err := caller(t, false, one).Do(h.request("POST", chat, "", ask(false)))
			must(t, err)
			resp.Body.Close()
			got = append(got, resp.StatusCode)
		}
		return got
	}
	if d := cmp.Diff([]int{200, 200}, statuses()); d != "" {
		t.Error(d)
	}
	h.pin("key_older", "summarise", agreement.Production, olderPin, func(k *integration.Key) { k.Revoked = noon })
	if d := cmp.Diff([]int{401, 200}, statuses()); d != "" {
		t.Error(d)
	}
}

// A revoked key pair ends the streams of its connections, as a revoked key ends those of its calls.
func TestARevokedKeyPairEndsAStream(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	h.accept(agreement.MTLS)
	var asks atomic.Bool
	asks.Store(true)
	h.url = h.asking(&asks)
	mine, pin := pair(t)
	h.pin("key_pinned", "summarise", agreement.Production, pin, nil)
	begun := make(chan bool)
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "data: {\"choices\":[]}\n\n")
		w.(http.Flusher).Flush()
		close(begun)
		<-r.Context().Done()
	})
	var revoked time.Time
	go func() {
		<-begun
		revoked = time.Now()
		h.pin("key_pinned", "summarise", agreement.Production, pin, func(k *integration.Key) { k.Revoked = noon })
	}()
	resp, err := caller(t, false, mine).Do(h.request("POST", chat, "", ask(true)))
	must(t, err)
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	if took := time.Since(revoked); took > 5*time.Second || !strings.Contains(string(body), "key-invalid") {
		t.Errorf("it ended after %v with %s", took, body)
	}
	if got := h.record().Outcome; got != meter.Cut {
		t.Errorf("the call ended as %s", got)
	}
}

// Callers are asked for a certificate only while there is one that opens something; a session that
// began without being asked is not resumed then.
func TestCallersAreAskedWhereItMatters(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	var asks atomic.Bool
	at := strings.TrimPrefix(h.asking(&asks), "https://")
	mine, _ := pairUntil(t, time.Now().Add(time.Hour)) // Go resumes no session of a certificate that has expired
	asked := 0
	config := &tls.Config{InsecureSkipVerify: true, ServerName: "gateway.example", ClientSessionCache: tls.NewLRUClientSessionCache(1), NextProtos: []string{"http/1.1"},
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { asked++; return &mine, nil }}
	for i, step := range []struct {
		asks    bool
		asked   int
		resumed bool
	}{{false, 0, false}, {false, 0, true}, {true, 1, false}, {true, 1, true}, {false, 1, false}, {false, 1, true}} {
		asks.Store(step.asks)
		conn, err := tls.Dial("tcp", at, config)
		must(t, err)
		fmt.Fprint(conn, "GET /livez HTTP/1.1\r\nHost: gateway.example\r\nConnection: close\r\n\r\n")
		_, err = io.ReadAll(conn) // with it come the session's tickets
		must(t, err)
		conn.Close()
		if got := conn.ConnectionState().DidResume; asked != step.asked || got != step.resumed {
			t.Errorf("connection %d: asked %d times, want %d; resumed %v, want %v", i+1, asked, step.asked, got, step.resumed)
		}
	}
}
