package egress

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func portNumber(t *testing.T, text string) uint16 {
	t.Helper()
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		t.Fatal(err)
	}
	return uint16(n)
}

func TestCheckURLSaysWhatToAllow(t *testing.T) {
	for _, c := range []struct {
		name, url string
		policy    Policy
		want      string // "" means it passes
	}{
		{"a public name on 443", "https://api.example.com/v1", Policy{}, ""},
		{"a public name with a trailing dot", "https://api.example.com./v1", Policy{}, ""},
		{"a public address", "https://93.184.216.34/v1", Policy{}, ""},
		{"a public IPv6 address", "https://[2606:2800:220:1::1]/v1", Policy{}, ""},
		{"another port", "https://api.example.com:8443/", Policy{}, `add "api.example.com:8443" to --egress-allow`},
		{"another port, allowed", "https://api.example.com:8443/", Policy{Allow: []string{"API.example.com:8443"}}, ""},
		{"plain http", "http://api.example.com/", Policy{}, "port 80"},
		{"plain http, by setting", "http://api.example.com/", Policy{Ports: []uint16{80, 443}}, ""},
		{"loopback", "http://127.0.0.1:7001/", Policy{}, `127.0.0.1 is a loopback address; if that is meant, add "127.0.0.1:7001" to --egress-allow`},
		{"a metadata service", "http://169.254.169.254/latest", Policy{}, "a link-local or metadata address; no component is served there"},
		{"loopback, allowed", "http://127.0.0.1:7001/", Policy{Allow: []string{"127.0.0.1:7001"}}, ""},
		{"loopback, another port allowed", "http://127.0.0.1:7001/", Policy{Allow: []string{"127.0.0.1:7002"}}, "--egress-allow"},
		{"a private range", "https://10.1.2.3/", Policy{Allow: []string{"10.0.0.0/8"}}, ""},
		{"a private range does not open its ports", "https://10.1.2.3:22/", Policy{Allow: []string{"10.0.0.0/8"}}, "port 22"},
		{"one private address", "https://10.1.2.3/", Policy{Allow: []string{"10.1.2.3"}}, ""},
		{"a private name", "https://models.internal/", Policy{}, `add "models.internal:443" to --egress-allow`},
		{"a private name, allowed", "https://models.internal:8000/", Policy{Allow: []string{"models.internal:8000"}}, ""},
		{"a name without dots", "http://ollama:11434/", Policy{}, `"ollama:11434"`},
		{"a user name", "https://me:secret@api.example.com/", Policy{}, "store the secret apart"},
		{"another scheme", "ftp://api.example.com/", Policy{}, "https://"},
		{"an entry that cannot be read", "https://api.example.com/", Policy{Allow: []string{"http://x"}}, `"http://x" is none of`},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.policy.CheckURL(c.url)
			switch {
			case c.want == "" && err != nil:
				t.Fatalf("got %v, want it to pass", err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Fatalf("got %v, want it to say %q", err, c.want)
			case err != nil && strings.Contains(err.Error(), "secret@"):
				t.Fatalf("the message shows the password: %v", err)
			}
		})
	}
}

func TestCheckFindsBadEntries(t *testing.T) {
	for _, bad := range []string{"", "*", "localhost", "127.0.0.1:99999", "10.0.0.0/40", "a b:80", "name:0", "[fe80::1%eth0]:80", "0x7f.1:80"} {
		if err := (Policy{Allow: []string{bad}}).Check(); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
	if err := (Policy{Allow: []string{"127.0.0.1:7001", "[::1]:7001", "10.0.0.0/8", "fd00::/8", "host.example:1", " ::1 "}}).Check(); err != nil {
		t.Error(err)
	}
}

func TestAnAllowedNameNeverLeadsToMetadata(t *testing.T) {
	rules, err := Policy{Allow: []string{"models.internal:80"}}.rules()
	if err != nil {
		t.Fatal(err)
	}
	for to, want := range map[string]bool{
		"10.0.0.7:80": true, "127.0.0.1:80": true, "[fd00::7]:80": true, "93.184.216.34:80": true,
		"169.254.169.254:80": false, "[fe80::1]:80": false, "[fd00:ec2::254]:80": false, "0.0.0.0:80": false, "224.0.0.1:80": false,
		"10.0.0.7:81": false,
	} {
		if err := rules.permit("Models.Internal.", to); (err == nil) != want {
			t.Errorf("%s: got %v, want permitted %v", to, err, want)
		}
	}
}

// No address outside the public ranges is ever judged public, however it is written.
func TestPublicMeansGlobalUnicast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "raw")
		if rapid.Bool().Draw(t, "six") {
			raw = rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "raw6")
		}
		addr, _ := netip.AddrFromSlice(raw)
		plain := addr.IsGlobalUnicast() && !addr.IsPrivate() && !addr.Is4In6()
		if kindOf(addr).public() && !plain {
			t.Fatalf("%s was judged public", addr)
		}
	})
}

func upstream(t *testing.T, h http.HandlerFunc) (*httptest.Server, Policy) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s, Policy{Allow: []string{s.Listener.Addr().String()}}
}

func fetch(t *testing.T, p Policy, url string) (*http.Response, string, error) {
	t.Helper()
	c := p.Client()
	defer c.CloseIdleConnections()
	resp, err := c.Get(url)
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp, string(body), err
}

func TestAnAllowedAddressIsReached(t *testing.T) {
	s, policy := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%q", r.Header.Get("Accept-Encoding"))
	})
	_, body, err := fetch(t, policy, s.URL)
	if err != nil || body != `""` {
		t.Fatalf("got %q, %v; want an answer and no Accept-Encoding of our own", body, err)
	}
	if _, _, err := fetch(t, Policy{}, s.URL); !errors.Is(err, ErrRefused) {
		t.Fatalf("without the entry: got %v, want a refusal", err)
	}
}

func TestANameIsJudgedByWhereItLeads(t *testing.T) {
	s, _ := upstream(t, func(http.ResponseWriter, *http.Request) {})
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	dns := fakeDNS{"partner.example": {"127.0.0.1"}}.resolver()
	url := "http://partner.example:" + port
	closed := Policy{Ports: []uint16{portNumber(t, port)}, Resolver: dns}
	if err := closed.CheckURL(url); err != nil {
		t.Fatalf("the check does not resolve: %v", err)
	}
	if _, _, err := fetch(t, closed, url); !errors.Is(err, ErrRefused) {
		t.Fatalf("got %v, want a refusal", err)
	}
	open := Policy{Allow: []string{"partner.example:" + port}, Resolver: dns}
	if _, _, err := fetch(t, open, url); err != nil {
		t.Fatalf("with the name allowed: %v", err)
	}
}

func TestRedirectsComeBackAsTheyAre(t *testing.T) {
	bait := newCanary(t)
	s, policy := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://127.0.0.1:"+bait.port+"/", http.StatusFound)
	})
	resp, _, err := fetch(t, policy, s.URL)
	if err != nil || resp.StatusCode != http.StatusFound {
		t.Fatalf("got %v, %v; want the 302 itself", resp, err)
	}
	if bait.hits.Load() != 0 {
		t.Fatal("the redirect was followed")
	}
}

func TestTheEnvironmentsProxyIsNotUsed(t *testing.T) {
	bait := newCanary(t)
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:"+bait.port)
	t.Setenv("HTTPS_PROXY", "http://127.0.0.1:"+bait.port)
	s, policy := upstream(t, func(http.ResponseWriter, *http.Request) {})
	if _, _, err := fetch(t, policy, s.URL); err != nil {
		t.Fatal(err)
	}
	if policy.Transport().Proxy != nil || bait.hits.Load() != 0 {
		t.Fatal("a proxy was used")
	}
}

func TestTLSUpstreamsSpeakHTTP2(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Proto) }))
	s.EnableHTTP2 = true
	s.StartTLS()
	defer s.Close()
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	policy := Policy{Allow: []string{s.Listener.Addr().String()}, Roots: roots}
	if _, body, err := fetch(t, policy, s.URL); err != nil || body != "HTTP/2.0" {
		t.Fatalf("got %q, %v", body, err)
	}
	policy.Roots = nil
	_, _, err := fetch(t, policy, s.URL)
	if err == nil || Hide(err).Error() != "refused or unreachable" {
		t.Fatalf("an unknown certificate: got %v", err)
	}
}

func TestASlowUpstreamIsATimeout(t *testing.T) {
	release := make(chan struct{})
	s, policy := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/stops" {
			io.WriteString(w, "half")
			w.(http.Flusher).Flush()
		}
		<-release
	})
	defer close(release)
	policy.Header, policy.Idle = 50*time.Millisecond, 50*time.Millisecond
	for _, path := range []string{"/hangs", "/stops"} {
		_, _, err := fetch(t, policy, s.URL+path)
		var hidden *Error
		if !errors.As(err, &hidden) || !hidden.Timeout() {
			t.Errorf("%s: got %v, want a timeout", path, err)
		}
	}
}

func TestASlowReaderIsNoSilence(t *testing.T) {
	s, policy := upstream(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "all of it") })
	policy.Idle = 20 * time.Millisecond
	c := policy.Client()
	defer c.CloseIdleConnections()
	resp, err := c.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	time.Sleep(60 * time.Millisecond)
	if body, err := io.ReadAll(resp.Body); err != nil || string(body) != "all of it" {
		t.Fatalf("got %q, %v", body, err)
	}
}

func TestAnUpgradedConnectionStaysWritable(t *testing.T) {
	s, policy := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		conn, rw, _ := w.(http.Hijacker).Hijack()
		defer conn.Close()
		io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n")
		line, _ := rw.ReadString('\n')
		io.WriteString(conn, line)
	})
	req, _ := http.NewRequest("GET", s.URL, nil)
	req.Header.Set("Connection", "upgrade")
	req.Header.Set("Upgrade", "echo")
	resp, err := policy.RoundTripper().RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	io.WriteString(resp.Body.(io.Writer), "hello\n")
	if back, err := io.ReadAll(resp.Body); err != nil || string(back) != "hello\n" {
		t.Fatalf("got %q, %v", back, err)
	}
}

func TestOnlyTheOperatorReadsTheCause(t *testing.T) {
	_, err := Policy{}.Dialer()(context.Background(), "tcp", "10.0.0.1:443")
	for _, verb := range []string{"%v", "%+v", "%s", "%q", "%#v"} {
		if got := fmt.Sprintf(verb, err); strings.Contains(got, "10.0.0.1") {
			t.Errorf("%s shows %q", verb, got)
		}
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Error("webhook", "err", err)
	if !strings.Contains(log.String(), "10.0.0.1 is a private address") {
		t.Errorf("the operator reads only %s", log.String())
	}
	if Hide(nil) != nil || Hide(Hide(err)) != err {
		t.Error("hiding is not idempotent")
	}
}
