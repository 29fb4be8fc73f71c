package egress

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"entente/egress/egresstest"
)

// canary counts connections to a port of this machine that nothing here may reach.
type canary struct {
	port string
	hits atomic.Int64
}

func newCanary(t *testing.T) *canary {
	t.Helper()
	c := &canary{}
	v4, err := net.Listen("tcp4", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	_, c.port, _ = net.SplitHostPort(v4.Addr().String())
	c.accept(t, v4)
	if v6, err := net.Listen("tcp6", "[::]:"+c.port); err == nil {
		c.accept(t, v6)
	}
	return c
}

func (c *canary) accept(t *testing.T, l net.Listener) {
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			c.hits.Add(1)
			conn.Close()
		}
	}()
}

// hostileDNS answers as the worst resolver would: names lead inwards, and numbers
// that are not addresses are read as inet_aton reads them.
func hostileDNS() *net.Resolver {
	table := fakeDNS{
		"both.nip.example":         {"127.0.0.1", "::1"},
		"private.nip.example":      {"10.0.0.1", "fd00::1"},
		"mapped.nip.example":       {"::ffff:127.0.0.1"},
		"metadata.google.internal": {"169.254.169.254"},
	}
	for _, name := range []string{
		"127.1", "127.0.1", "2130706433", "017700000001", "0x7f000001", "0x7f.0x0.0x0.0x1", "0x7f.1", "0177.0.0.1", "0177.0x0.0.1",
		"00000177.0.0.1", "127.0.0.01", "127.0.0.0x1", "4294967297", "383.0.0.1", "0", "127.0.0.1", "127.0.0.1.nip.example",
		"7f000001.nip.example", "localhost", "foo.localhost", "localhost.localdomain", "ip6-localhost",
	} {
		table[name] = []string{"127.0.0.1"}
	}
	return table.resolver()
}

func TestNoSpellingReachesThisMachine(t *testing.T) {
	bait := newCanary(t)
	if len(egresstest.Spellings) < 60 {
		t.Fatalf("%d spellings, 60 are promised", len(egresstest.Spellings))
	}
	port := portNumber(t, bait.port)
	policy := Policy{Ports: []uint16{80, 443, port}, Connect: 2 * time.Second, Resolver: hostileDNS()}
	client := policy.Client()
	defer client.CloseIdleConnections()
	for _, spelling := range egresstest.Spellings {
		raw := strings.ReplaceAll(spelling, "PORT", bait.port)
		ctx, stop := context.WithTimeout(context.Background(), 5*time.Second)
		checkRefused(ctx, t, client, raw)
		stop()
		if n := bait.hits.Swap(0); n != 0 {
			t.Errorf("%q reached the canary %d times", raw, n)
		}
	}
	time.Sleep(20 * time.Millisecond) // for a connection that is still being accepted
	if n := bait.hits.Load(); n != 0 {
		t.Errorf("%d late connections", n)
	}
	t.Logf("%d spellings tried", len(egresstest.Spellings))
}

func checkRefused(ctx context.Context, t *testing.T, client *http.Client, raw string) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, raw, nil)
	if err != nil {
		return // not even a URL
	}
	resp, err := client.Do(req)
	if err == nil {
		resp.Body.Close()
		t.Errorf("%q was answered: %s", raw, resp.Status)
		return
	}
	if got := Hide(err).Error(); got != "refused or unreachable" {
		t.Errorf("%q: caller reads %q", raw, got)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%q: not refused, only slow: %v", raw, errors.Unwrap(Hide(err)))
	}
}

// Whatever the configuration check lets through may still be refused when it is dialled;
// but what plainly points inwards must not pass the check either.
func TestCheckURLRefusesTheSpellings(t *testing.T) {
	const port = "7001"
	resolvedLater := map[string]bool{
		"http://127.0.0.1.nip.example:7001/": true, "http://7f000001.nip.example:7001/": true, "http://both.nip.example:7001/": true,
		"http://private.nip.example:7001/": true, "http://mapped.nip.example:7001/": true,
	}
	policy := Policy{Ports: []uint16{80, 443, 7001}}
	for _, spelling := range egresstest.Spellings {
		raw := strings.ReplaceAll(spelling, "PORT", port)
		err := policy.CheckURL(raw)
		if resolvedLater[raw] {
			if err != nil {
				t.Errorf("%q: %v, but only its name's owner knows where it leads", raw, err)
			}
			continue
		}
		if !errors.Is(err, ErrRefused) {
			t.Errorf("%q: got %v, want a refusal", raw, err)
		}
	}
}

// Whatever text passes the check under the zero policy is https, on port 443, without a
// user name, and names either a public address or a dotted name.
func FuzzCheckURL(f *testing.F) {
	for _, spelling := range egresstest.Spellings {
		f.Add(strings.ReplaceAll(spelling, "PORT", "443"))
	}
	f.Add("https://api.example.com/v1")
	f.Fuzz(func(t *testing.T, raw string) {
		if (Policy{}).CheckURL(raw) != nil {
			return
		}
		u, err := url.Parse(raw)
		if err != nil || u.User != nil || (u.Port() != "443" && (u.Port() != "" || u.Scheme != "https")) {
			t.Fatalf("%q passed", raw)
		}
		addr, err := netip.ParseAddr(u.Hostname())
		if err == nil && !kindOf(addr).public() || err != nil && !strings.Contains(u.Hostname(), ".") {
			t.Fatalf("%q passed", raw)
		}
	})
}
