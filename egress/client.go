package egress

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// A client speaks HTTP/1.1 itself, strictly, over connections that it keeps: a call needs no
// goroutine of its own, and no answer that could be read in two ways is passed on. Upstreams that
// choose HTTP/2 in their TLS handshake, and calls that upgrade, go through next.
type client struct {
	policy Policy // with every bound set
	dial   DialFunc
	config *tls.Config
	next   *roundTripper

	mu     sync.Mutex
	idle   map[origin][]*conn // last used last
	kept   int
	sweeps *time.Timer // runs while connections are kept
	newer  sync.Map    // origins that speak HTTP/2
}

// An origin is where a connection leads.
type origin struct {
	secure  bool
	address string // host:port
}

// How many connections are kept, and for how long, when nobody uses them.
const (
	keptEach  = 512
	keptAll   = 4096
	keptSpan  = 90 * time.Second
	sweepSpan = 15 * time.Second
)

// RoundTripper returns the way to call: it connects where p permits, refuses addresses that carry a
// user name, follows no redirects, ends an answer that falls silent for longer than Idle, and
// returns no error but *Error, also from the body. A call is sent again only if the connection it
// was to use turned out to be closed before anything was sent, or if the method is safe.
func (p Policy) RoundTripper() http.RoundTripper {
	p.Connect, p.TLS, p.Header, p.Idle = cmp.Or(p.Connect, 5*time.Second), cmp.Or(p.TLS, 5*time.Second), cmp.Or(p.Header, time.Minute), cmp.Or(p.Idle, time.Minute)
	config := p.tls()
	config.NextProtos = []string{"h2", "http/1.1"}
	return &client{policy: p, dial: p.Dialer(), config: config, idle: map[origin][]*conn{}, next: &roundTripper{next: p.Transport(), idle: p.Idle}}
}

// RoundTrip makes one call. Of what is left to do with the answer, reading its body to the end keeps
// the connection, and closing it before that closes the connection.
func (c *client) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := checkForm(req.URL); err != nil {
		closeBody(req)
		return nil, Hide(err)
	}
	to := originOf(req.URL)
	if c.elsewhere(req, to) {
		return c.next.RoundTrip(repeatable(req))
	}
	for {
		now := time.Now()
		via, err := c.connect(req.Context(), to, now)
		if err != nil && errors.Is(err, errNewer) {
			c.newer.Store(to, true)
			return c.next.RoundTrip(repeatable(req))
		}
		if err != nil {
			closeBody(req)
			return nil, Hide(err)
		}
		resp, err := via.exchange(req, now)
		if err == nil {
			return resp, nil
		}
		if !via.mayRepeat(req) {
			return nil, Hide(err)
		}
		if req, err = again(req); err != nil {
			return nil, Hide(err)
		}
	}
}

// elsewhere reports whether a call is not for this client.
func (c *client) elsewhere(req *http.Request, to origin) bool {
	if len(req.Header["Upgrade"]) > 0 {
		return true
	}
	if !to.secure {
		return false
	}
	_, newer := c.newer.Load(to)
	return newer
}

// repeatable is a call of which net/http, too, knows how to begin its body again.
func repeatable(req *http.Request) *http.Request {
	from, ok := req.Body.(*Body)
	if !ok || req.GetBody != nil {
		return req
	}
	made := *req
	made.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(from.whole)), nil }
	if len(from.whole) == 0 {
		made.Body = http.NoBody
	}
	return &made
}

// again is the same call with its body from the beginning.
func again(req *http.Request) (*http.Request, error) {
	if whole, ok := req.Body.(*Body); ok {
		whole.Reset(whole.whole)
		return req, nil
	}
	if req.GetBody == nil || req.Body == nil || req.Body == http.NoBody {
		return req, nil
	}
	body, err := req.GetBody()
	if err != nil {
		return nil, err
	}
	repeated := *req
	repeated.Body = body
	return &repeated, nil
}

func closeBody(req *http.Request) {
	if req.Body != nil {
		req.Body.Close()
	}
}

func originOf(u *url.URL) origin {
	to := origin{u.Scheme == "https", u.Host}
	if u.Port() == "" {
		port := "80"
		if to.secure {
			port = "443"
		}
		to.address = net.JoinHostPort(u.Hostname(), port)
	}
	return to
}

// connect takes the connection that was used last and is still open, or makes one.
func (c *client) connect(ctx context.Context, to origin, now time.Time) (*conn, error) {
	for via := c.take(to); via != nil; via = c.take(to) {
		if via.open(now) {
			return via, nil
		}
		via.abort()
	}
	tcp, err := c.dial(ctx, "tcp", to.address)
	if err != nil {
		return nil, err
	}
	if !to.secure {
		return newConn(c, to, tcp, tcp), nil
	}
	secured, err := c.handshake(ctx, to, tcp)
	if err != nil {
		tcp.Close()
		return nil, err
	}
	return newConn(c, to, tcp, secured), nil
}

// errNewer means that the other side chose HTTP/2.
var errNewer = errors.New("the upstream speaks HTTP/2")

func (c *client) handshake(ctx context.Context, to origin, tcp net.Conn) (net.Conn, error) {
	config := c.config.Clone()
	host, _, _ := net.SplitHostPort(to.address)
	config.ServerName = strings.TrimSuffix(host, ".")
	secured := tls.Client(tcp, config)
	ctx, cancel := context.WithTimeout(ctx, c.policy.TLS)
	defer cancel()
	if err := secured.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	if secured.ConnectionState().NegotiatedProtocol == "h2" {
		return nil, errNewer
	}
	return secured, nil
}

func (c *client) take(to origin) *conn {
	c.mu.Lock()
	defer c.mu.Unlock()
	have := c.idle[to]
	if len(have) == 0 {
		return nil
	}
	last := len(have) - 1
	via := have[last]
	have[last] = nil
	c.idle[to] = have[:last]
	c.kept--
	return via
}

// keep takes a connection back, or closes it when there are enough.
func (c *client) keep(via *conn) {
	c.mu.Lock()
	have := c.idle[via.to]
	full := len(have) >= keptEach || c.kept >= keptAll
	if !full {
		c.idle[via.to] = append(have, via)
		c.kept++
		if c.sweeps == nil {
			c.sweeps = time.AfterFunc(sweepSpan, c.sweep)
		}
	}
	c.mu.Unlock()
	if full {
		via.abort()
	}
}

// sweep closes what nobody has used for long.
func (c *client) sweep() { c.drop(time.Now()) }

func (c *client) drop(before time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for to, have := range c.idle {
		left := have[:0]
		for _, via := range have {
			if via.until.Before(before) {
				via.abort()
				c.kept--
				continue
			}
			left = append(left, via)
		}
		clear(have[len(left):])
		if c.idle[to] = left; len(left) == 0 {
			delete(c.idle, to)
		}
	}
	if c.sweeps = nil; c.kept > 0 {
		c.sweeps = time.AfterFunc(sweepSpan, c.sweep)
	}
}

// CloseIdleConnections closes what is kept; calls under way are not touched.
func (c *client) CloseIdleConnections() {
	c.drop(time.Now().Add(24 * time.Hour))
	c.next.CloseIdleConnections()
}
