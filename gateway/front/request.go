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

// begin makes the head the request that the handler will see.
func (c *conn) begin(head wire.Head) error {
	r := c.req
	var err error
	if c.fields, err = head.Fields(c.fields[:0]); err != nil {
		return err
	}
	if err := c.startLine(head.Line); err != nil {
		return err
	}
	if err := c.host(); err != nil {
		return err
	}
	framing, err := wire.FramingOf(c.fields, r.ProtoMinor)
	if err != nil {
		return err
	}
	if _, n := c.fields.Find("Content-Length"); n > 1 {
		return no(http.StatusBadRequest, "the length comes twice")
	}
	if !framing.Stated() {
		framing.Length = 0
	}
	r.Close = r.ProtoMinor == 0 || c.fields.Lists("Connection", "close")
	r.RemoteAddr, r.TLS, r.Trailer = c.remote, c.tls, nil
	r.Form, r.PostForm, r.MultipartForm, r.Pattern = nil, nil, nil, ""
	r.ContentLength, r.TransferEncoding = framing.Length, nil
	if framing.Chunked {
		r.TransferEncoding = chunkedCoding
	}
	c.body, r.Body = noBody, http.NoBody
	if framing.Chunked || framing.Length > 0 {
		c.body = &body{conn: c}
		c.body.from.Reset(&c.in, framing)
		r.Body = c.body
	}
	if err := c.expect(); err != nil {
		return err
	}
	if !c.server.Bare {
		c.fillHeader()
	}
	c.out.reset(r)
	return nil
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
func (c *conn) startLine(line string) error {
	r := c.req
	method, rest, ok1 := strings.Cut(line, " ")
	target, version, ok2 := strings.Cut(rest, " ")
	if !ok1 || !ok2 || !wire.IsToken(method) || target == "" || !wire.IsVisible(target) {
		return no(http.StatusBadRequest, "the first line is not a request")
	}
	switch version {
	case "HTTP/1.1":
		r.ProtoMinor = 1
	case "HTTP/1.0":
		r.ProtoMinor = 0
	default:
		if strings.HasPrefix(version, "HTTP/") {
			return no(http.StatusHTTPVersionNotSupported, "HTTP/1.1 and HTTP/2 are spoken here")
		}
		return no(http.StatusBadRequest, "the first line is not a request")
	}
	r.Method, r.Proto, r.ProtoMajor = method, version, 1
	if r.URL == nil || target != r.RequestURI {
		to, err := parseTarget(method, target)
		if err != nil {
			return err
		}
		c.last = *to
	}
	c.url = c.last
	r.URL, r.RequestURI = &c.url, target
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

// host takes the one host that a request names.
func (c *conn) host() error {
	r := c.req
	host, hosts := c.fields.Find("Host")
	if hosts > 1 || hosts == 0 && r.ProtoMinor == 1 {
		return no(http.StatusBadRequest, "a request names one host")
	}
	if c.named != host && strings.Trim(host, "-._~!$&'()*+,;=:[]%0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return no(http.StatusBadRequest, "the host cannot be read")
	}
	r.Host, c.named = host, host
	if r.URL.Host != "" {
		r.Host = r.URL.Host
	}
	return nil
}

// expect takes note of a caller who waits to be told to go on.
func (c *conn) expect() error {
	want, n := c.fields.Find("Expect")
	if n > 1 || n == 1 && !strings.EqualFold(want, "100-continue") {
		return no(http.StatusExpectationFailed, "only 100-continue can be expected")
	}
	if c.body != noBody {
		c.body.expected = n == 1 && c.req.ProtoMinor == 1
	}
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
