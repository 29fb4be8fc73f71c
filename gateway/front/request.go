package front

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"entente/wire"
)

// A refusal is a request that is not taken, with its status.
type refusal struct {
	status int
	why    string
}

func (r *refusal) Error() string { return r.why }

func no(status int, why string) error { return &refusal{status, why} }

// refused is the whole answer to a request that is not taken.
func refused(status int, err error) []byte {
	body, _ := json.Marshal(map[string]any{"type": "about:blank", "title": http.StatusText(status), "status": status, "detail": err.Error()})
	return fmt.Appendf(nil, "HTTP/1.1 %d %s\r\nContent-Type: application/problem+json\r\nCache-Control: no-store\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s",
		status, http.StatusText(status), len(body), body)
}

// What the head of a request says beside its fields.
type stated struct {
	method, target, version string
	minor                   int
	url                     url.URL
	host                    string
	framing                 wire.Framing
	last                    bool // no request follows
	expects                 bool // the caller waits to be told to go on
}

// begin makes the head the request that the handler will see.
func (c *conn) begin(head wire.Head) error {
	c.fields = append(c.fields[:0], head.Fields...) // the handler may change its own
	if !head.Again {
		if err := c.read(head); err != nil {
			return err
		}
	}
	r, s := c.req, &c.stated
	c.url = s.url // of which the handler may change its own
	r.Method, r.URL, r.RequestURI, r.Host = s.method, &c.url, s.target, s.host
	r.Proto, r.ProtoMajor, r.ProtoMinor = s.version, 1, s.minor
	r.RemoteAddr, r.TLS, r.Trailer, r.Close = c.remote, c.tls, nil, s.last
	r.Form, r.PostForm, r.MultipartForm, r.Pattern = nil, nil, nil, ""
	r.ContentLength, r.TransferEncoding = s.framing.Length, nil
	if s.framing.Chunked {
		r.TransferEncoding = chunkedCoding
	}
	c.body, r.Body = noBody, http.NoBody
	if s.framing.Chunked || s.framing.Length > 0 {
		c.body = &body{conn: c, expected: s.expects}
		c.body.from.Reset(&c.in, s.framing)
		r.Body = c.body
	}
	if !c.server.Bare {
		c.fillHeader()
	}
	c.out.reset(r)
	return nil
}

// read finds out what a head says that is not the one before.
func (c *conn) read(head wire.Head) error {
	s := &c.stated
	if err := s.startLine(head.Line); err != nil {
		return err
	}
	if err := s.readHost(head.Fields); err != nil {
		return err
	}
	var err error
	if s.framing, err = wire.FramingOf(head.Fields, s.minor); err != nil {
		return err
	}
	if _, n := head.Fields.Find("Content-Length"); n > 1 {
		return no(http.StatusBadRequest, "the length comes twice")
	}
	if !s.framing.Stated() {
		s.framing.Length = 0
	}
	s.last = s.minor == 0 || head.Fields.Lists("Connection", "close")
	return s.expect(head.Fields)
}

// fillHeader makes the map that net/http's handlers read.
func (c *conn) fillHeader() {
	if c.req.Header == nil {
		c.req.Header = make(http.Header, 16)
	}
	clear(c.req.Header)
	c.fields.AddTo(c.req.Header)
	delete(c.req.Header, "Host")
	delete(c.req.Header, "Transfer-Encoding")
}

var chunkedCoding = []string{"chunked"}

// startLine reads "POST /path HTTP/1.1".
func (s *stated) startLine(line string) error {
	method, rest, ok1 := strings.Cut(line, " ")
	target, version, ok2 := strings.Cut(rest, " ")
	if !ok1 || !ok2 || !wire.IsToken(method) || target == "" || !wire.IsVisible(target) {
		return no(http.StatusBadRequest, "the first line is not a request")
	}
	switch version {
	case "HTTP/1.1":
		s.minor = 1
	case "HTTP/1.0":
		s.minor = 0
	default:
		if strings.HasPrefix(version, "HTTP/") {
			return no(http.StatusHTTPVersionNotSupported, "HTTP/1.1 and HTTP/2 are spoken here")
		}
		return no(http.StatusBadRequest, "the first line is not a request")
	}
	if target != s.target || method != s.method {
		to, err := parseTarget(method, target)
		if err != nil {
			return err
		}
		s.url = *to
	}
	s.method, s.target, s.version = method, target, version
	return nil
}

// parseTarget reads a path, an absolute address (as proxies get it), or the * of OPTIONS.
func parseTarget(method, target string) (*url.URL, error) {
	if method == http.MethodConnect {
		return nil, no(http.StatusMethodNotAllowed, "this is no proxy")
	}
	if target == "*" && method == http.MethodOptions {
		return &url.URL{Path: "*"}, nil
	}
	absolute := strings.HasPrefix(target, "http://") || strings.HasPrefix(target, "https://")
	to, err := url.ParseRequestURI(target)
	if err != nil || to.User != nil || absolute != (to.Host != "") || !absolute && target[0] != '/' {
		return nil, no(http.StatusBadRequest, "the request's address cannot be read")
	}
	return to, nil
}

// readHost takes the one host that a request names.
func (s *stated) readHost(h wire.Header) error {
	host, hosts := h.Find("Host")
	if hosts > 1 || hosts == 0 && s.minor == 1 {
		return no(http.StatusBadRequest, "a request names one host")
	}
	if strings.Trim(host, "-._~!$&'()*+,;=:[]%0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return no(http.StatusBadRequest, "the host cannot be read")
	}
	s.host = host
	if s.url.Host != "" {
		s.host = s.url.Host
	}
	return nil
}

// expect takes note of a caller who waits to be told to go on.
func (s *stated) expect(h wire.Header) error {
	want, n := h.Find("Expect")
	if n > 1 || n == 1 && !strings.EqualFold(want, "100-continue") {
		return no(http.StatusExpectationFailed, "only 100-continue can be expected")
	}
	s.expects = n == 1 && s.minor == 1
	return nil
}

// A body is the request's, read off the connection while the handler asks for it.
type body struct {
	conn     *conn
	mu       sync.Mutex
	from     wire.Body
	expected bool         // the caller waits to be told to go on
	by       atomic.Int64 // the handler's deadline, Unix nanoseconds; 0 if there is none
	within   atomic.Int64 // the span that becomes one when the body is waited for, in nanoseconds
	ended    atomic.Bool
	closed   atomic.Bool
}

// noBody is that of every request without one.
var noBody = func() *body {
	b := &body{}
	b.ended.Store(true)
	return b
}()

// finished reports whether the whole body has been read.
func (b *body) finished() bool { return b.ended.Load() }

func (b *body) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed.Load() {
		return 0, http.ErrBodyReadAfterClose
	}
	if err := b.goOn(); err != nil {
		return 0, err
	}
	if b.conn.in.Buffered() == 0 && !b.from.Ended() {
		b.arm()
	}
	n, err := b.from.Read(p)
	if b.from.Ended() {
		b.ended.Store(true)
	}
	return n, err
}

// goOn tells a caller who waits for it to send the body.
func (b *body) goOn() error {
	if !b.expected {
		return nil
	}
	b.expected = false
	if b.conn.out.wrote {
		return nil
	}
	b.conn.setWriteBy(time.Now(), time.Second)
	_, err := io.WriteString(b.conn.Conn, "HTTP/1.1 100 Continue\r\n\r\n")
	return err
}

// arm sets the handler's deadline, or that for one silence in a body.
func (b *body) arm() {
	c, by := b.conn, b.by.Load()
	if span := b.within.Swap(0); span > 0 {
		by = time.Now().UnixNano() + span
		b.by.Store(by)
	}
	if by == 0 {
		c.setReadBy(time.Now(), c.server.idleTime())
		return
	}
	if t := time.Unix(0, by); !c.readBy.Equal(t) {
		c.readBy = t
		_ = c.Conn.SetReadDeadline(t)
	}
}

// Close lets nothing more be read.
func (b *body) Close() error {
	b.closed.Store(true)
	return nil
}
