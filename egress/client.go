package egress

import (
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

	"entente/wire"
	"entente/wire/socket"
)

// A Client speaks HTTP/1.1 itself, strictly, over connections that it keeps: a call needs no
// goroutine of its own, and no answer that could be read in two ways is passed on. Upstreams that
// choose HTTP/2 in their TLS handshake, and calls that upgrade, go through net/http. It is made by
// Policy.Caller.
type Client struct {
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

// Caller returns the way to call: it connects where p permits, refuses addresses that carry a
// user name, follows no redirects, ends an answer that falls silent for longer than Idle, and
// returns no error but *Error, also from the body. A call is sent again only if the connection it
// was to use turned out to be closed before anything was sent, or if the method is safe.
func (p Policy) Caller() *Client {
	p.Connect, p.TLS, p.Header, p.Idle = cmp.Or(p.Connect, 5*time.Second), cmp.Or(p.TLS, 5*time.Second), cmp.Or(p.Header, time.Minute), cmp.Or(p.Idle, time.Minute)
	config := p.tls()
	config.NextProtos = []string{"h2", "http/1.1"}
	return &Client{policy: p, dial: p.Dialer(), config: config, idle: map[origin][]*conn{}, next: &roundTripper{next: p.Transport(), idle: p.Idle}}
}

// RoundTripper is Caller for those who speak net/http.
func (p Policy) RoundTripper() http.RoundTripper { return p.Caller() }

// A Call is a request on its way out. Its body is Whole or, where that is nil, Body.
type Call struct {
	Method string
	Target *Target
	Host   string // as the request names it; empty means the target's
	Header wire.Header
	Whole  []byte                        // nobody may change it until the answer has been read
	Body   io.ReadCloser                 // closed in any case; nil if there is none
	Length int64                         // of Body; -1 if it is not known
	Again  func() (io.ReadCloser, error) // makes Body anew; nil if that cannot be
	Close  bool                          // the connection is not used again

	answer answer
	lent   bool
}

// Lent reports whether somebody may still hold the call, or its context, when its answer has been
// closed: who uses the memory of a call again asks.
func (q *Call) Lent() bool { return q.lent }

// A Response is what came back. Whoever gets one closes its body: read to its end, that keeps the
// connection, and before that it closes the connection.
type Response struct {
	StatusCode    int
	Header        wire.Header
	ContentLength int64         // -1 if it is not stated
	Framed        bool          // it says where it ends, and does not end with its connection
	Body          io.ReadCloser // an io.Writer as well where the connection was switched to another protocol
}

// A Target is an address that is called, ready to be.
type Target struct {
	URL  *url.URL // nobody may change it
	to   origin
	path string // with the query
	err  error  // why it is not called
}

// TargetOf makes an address ready. Whether it may be called is told when it is.
func TargetOf(u *url.URL) *Target {
	t := &Target{URL: u, path: u.RequestURI()}
	if t.err = checkForm(u); t.err == nil {
		t.to = originOf(u)
	}
	if !wire.IsVisible(t.path) || !wire.IsVisible(u.Host) {
		t.err = errHeader
	}
	return t
}

// Call makes one call.
func (c *Client) Call(ctx context.Context, q *Call) (*Response, error) {
	if q.Target.err != nil {
		q.closeBody()
		return nil, Hide(q.Target.err)
	}
	to := q.Target.to
	if c.elsewhere(q, to) {
		return c.byNet(ctx, q)
	}
	for {
		now := time.Now()
		via, err := c.connect(ctx, q, now)
		if err != nil && errors.Is(err, errNewer) {
			c.newer.Store(to, true)
			return c.byNet(ctx, q)
		}
		if err != nil {
			q.closeBody()
			return nil, Hide(err)
		}
		resp, err := via.exchange(ctx, q, now)
		if err == nil {
			return resp, nil
		}
		if !via.mayRepeat(ctx, q) {
			return nil, Hide(err)
		}
		if err := q.again(); err != nil {
			return nil, Hide(err)
		}
	}
}

// elsewhere reports whether a call is not for this client.
func (c *Client) elsewhere(q *Call, to origin) bool {
	if q.Header.Has("Upgrade") {
		return true
	}
	if !to.secure {
		return false
	}
	_, newer := c.newer.Load(to)
	return newer
}

// again makes the call's body begin anew.
func (q *Call) again() error {
	if q.Body == nil {
		return nil
	}
	body, err := q.Again()
	if err == nil {
		q.Body = body
	}
	return err
}

func (q *Call) closeBody() {
	if q.Body != nil {
		q.Body.Close()
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
func (c *Client) connect(ctx context.Context, q *Call, now time.Time) (*conn, error) {
	to := q.Target.to
	for via := c.take(to); via != nil; via = c.take(to) {
		if via.open(now) {
			return via, nil
		}
		via.abort()
	}
	q.lent = true
	tcp, err := c.dial(ctx, "tcp", to.address)
	if err != nil {
		return nil, err
	}
	tcp = socket.On(tcp)
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

func (c *Client) handshake(ctx context.Context, to origin, tcp net.Conn) (net.Conn, error) {
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

func (c *Client) take(to origin) *conn {
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
func (c *Client) keep(via *conn) {
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
func (c *Client) sweep() { c.drop(time.Now()) }

func (c *Client) drop(before time.Time) {
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
func (c *Client) CloseIdleConnections() {
	c.drop(time.Now().Add(24 * time.Hour))
	c.next.CloseIdleConnections()
}
