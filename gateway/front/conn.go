package front

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"entente/gateway/lifeline"
	"entente/wire"
	"entente/wire/socket"
)

// A conn is a caller's connection, and what is used again for each of its requests.
type conn struct {
	net.Conn
	raw    net.Conn // beneath TLS, or the same
	server *Server
	tls    *tls.ConnectionState
	in     wire.Reader
	line   lifeline.Line // ends when the caller leaves

	req    *http.Request
	fields wire.Header // of its header
	stated stated      // by its head
	url    url.URL     // its own; a handler may change it
	kept   any         // the handler's own
	remote string
	body   *body // each request's own: whoever holds on to one never reads the next
	out    response
	late   bool   // the whole header did not come at once
	wait   func() // is called before more of a header is waited for

	readBy, writeBy time.Time // the deadlines that are set
	began           time.Time // the request under way
	idle            atomic.Bool
	hijacked        bool
	watch           watch
}

// take serves a connection to its end.
func (s *Server) take(nc net.Conn) {
	nc = socket.On(nc)
	c := &conn{Conn: nc, raw: nc, server: s}
	c.idle.Store(true)
	c.in.From = nc
	if !s.add(c) {
		nc.Close()
		return
	}
	defer func() {
		s.remove(c)
		if !c.hijacked {
			c.Conn.Close()
			c.in.Release()
		}
	}()
	if s.TLS != nil && !c.handshake() {
		return
	}
	c.line.Begin(context.Background())
	defer c.gone()
	c.req = (&http.Request{}).WithContext(&c.line)
	c.remote = nc.RemoteAddr().String()
	c.out.conn, c.watch.conn, c.wait = c, c, c.waitForHead
	c.serve()
}

// handshake makes the connection a TLS connection; false if it is not ours to serve.
func (c *conn) handshake() bool {
	s := c.server
	secured := tls.Server(c.Conn, s.TLS)
	ctx, cancel := context.WithTimeout(context.Background(), s.headerTime())
	defer cancel()
	if secured.HandshakeContext(ctx) != nil {
		return false
	}
	state := secured.ConnectionState()
	if state.NegotiatedProtocol == "h2" {
		c.hijacked = true
		s.handed.give(secured)
		return false
	}
	c.Conn, c.tls, c.in.From = secured, &state, secured
	return true
}

// serve answers requests until one of the sides wants no more.
func (c *conn) serve() {
	for first := true; ; first = false {
		head, err := c.head(first)
		if err != nil {
			c.refuse(err)
			return
		}
		if first && head.Line == prefaceLine {
			c.handOver()
			return
		}
		c.began = time.Now()
		if err := c.begin(head); err != nil {
			c.refuse(err)
			return
		}
		if !c.call() {
			return
		}
	}
}

// head waits for the next request, no longer than the server lets it.
func (c *conn) head(first bool) (wire.Head, error) {
	s := c.server
	limits := wire.Limits{Bytes: s.headerBytes(), Fields: maxFields}
	if c.in.Buffered() == 0 {
		c.in.Rest()
		c.idle.Store(true)
		if s.closing.Load() {
			return wire.Head{}, io.EOF
		}
		if first {
			c.setReadBy(time.Now(), s.headerTime())
		} else {
			c.setReadBy(c.out.now(), s.idleTime())
		}
		if !first {
			wire.Yield()
		}
		if err := c.in.Fill(limits.Bytes); err != nil {
			return wire.Head{}, errNobody
		}
	}
	c.idle.Store(false)
	c.skipLine()
	c.late = false
	return c.in.Head(limits, c.wait)
}

func (c *conn) waitForHead() {
	if !c.late {
		c.late = true
		c.setReadBy(time.Now(), c.server.headerTime())
	}
}

// skipLine passes over one empty line before a request, as old callers send it behind a body.
func (c *conn) skipLine() {
	if bytes.HasPrefix(c.in.Peek(), []byte("\r\n")) {
		c.in.Skip(2)
	}
}

// setReadBy lets the caller be silent for span from now, and up to a quarter longer.
func (c *conn) setReadBy(now time.Time, span time.Duration) {
	if due := now.Add(span); c.readBy.Before(due) || c.readBy.After(due.Add(span/4)) {
		c.readBy = due.Add(span / 8)
		_ = c.Conn.SetReadDeadline(c.readBy)
	}
}

// setWriteBy is the same for taking what is written.
func (c *conn) setWriteBy(now time.Time, span time.Duration) {
	if due := now.Add(span); c.writeBy.Before(due) || c.writeBy.After(due.Add(span/4)) {
		c.writeBy = due.Add(span / 8)
		_ = c.Conn.SetWriteDeadline(c.writeBy)
	}
}

const (
	prefaceLine = "PRI * HTTP/2.0"
	preface     = prefaceLine + "\r\n\r\n"
)

// handOver gives a connection on which HTTP/2 begins without TLS to net/http.
func (c *conn) handOver() {
	if c.tls != nil {
		return // there it is chosen in the handshake
	}
	_ = c.Conn.SetDeadline(time.Time{})
	c.hijacked = true
	c.server.handed.give(&replayed{Conn: c.Conn, first: append([]byte(preface), c.in.Peek()...)})
}

// replayed is a connection whose first bytes were read already.
type replayed struct {
	net.Conn
	first []byte
}

func (r *replayed) Read(p []byte) (int, error) {
	if len(r.first) == 0 {
		return r.Conn.Read(p)
	}
	n := copy(p, r.first)
	r.first = r.first[n:]
	return n, nil
}

// call runs the handler for the request that has begun, and reports whether another may follow.
func (c *conn) call() (more bool) {
	finished := false
	defer func() {
		if finished {
			return
		}
		if err := recover(); err != nil && err != http.ErrAbortHandler {
			c.server.logger().Error("a handler panicked", "err", err, "stack", string(debug.Stack()))
		}
		c.watch.end()
		more = false
	}()
	c.watch.begin(c.began)
	c.server.Handler.ServeHTTP(&c.out, c.req)
	finished = true
	if c.hijacked {
		return false
	}
	c.watch.end()
	ok := c.out.finish()
	if c.line.Err() != nil {
		return false
	}
	if ok && c.out.keep && c.body.finished() {
		return true
	}
	if ok {
		c.linger()
	}
	return false
}

var (
	errNobody = errors.New("no request came")
	errGone   = errors.New("the caller has left")
)

// refuse says why a request is not taken, where somebody is there to be told.
func (c *conn) refuse(err error) {
	status := http.StatusBadRequest
	var no *refusal
	switch {
	case errors.Is(err, errNobody), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return
	case errors.As(err, &no):
		status = no.status
	case errors.Is(err, wire.ErrTooLarge):
		status = http.StatusRequestHeaderFieldsTooLarge
	case errors.Is(err, wire.ErrCoding):
		status = http.StatusNotImplemented
	case errors.Is(err, os.ErrDeadlineExceeded):
		status = http.StatusRequestTimeout
	case !errors.Is(err, wire.ErrMalformed):
		return
	}
	c.setWriteBy(time.Now(), time.Second)
	if _, err := c.Conn.Write(refused(status, err)); err == nil {
		c.linger()
	}
}

// linger lets the caller read what was written before the connection is closed: what it still sends
// is read and dropped for a moment, because a closed connection that gets more answers with a reset.
func (c *conn) linger() {
	half, ok := c.Conn.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	_ = c.Conn.SetReadDeadline(time.Now().Add(lingerTime))
	_, _ = io.CopyN(io.Discard, c.Conn, 256<<10)
}

// close ends the connection from another goroutine, and the call on it.
func (c *conn) close() {
	c.raw.Close()
	c.gone()
}

// gone ends the call of a caller who has left.
func (c *conn) gone() { c.line.End(errGone) }

// A watch notices that the caller leaves while its call runs. It begins to look only when the call
// has taken some time, so that short calls do not pay for it.
type watch struct {
	conn  *conn
	timer *time.Timer

	mu      sync.Mutex
	running bool          // the handler runs
	since   time.Time     // for so long
	armed   bool          // the timer will fire: it is left to, because setting one costs more than looking at it
	told    bool          // the kernel tells when the caller leaves
	reading chan struct{} // closed when the reading of the connection has ended; nil if nothing reads
}

func (w *watch) begin(now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.running, w.since = true, now
	if !w.armed {
		w.arm(settleTime)
	}
}

func (w *watch) arm(span time.Duration) {
	w.armed = true
	if w.timer == nil {
		w.timer = time.AfterFunc(span, w.look)
		return
	}
	w.timer.Reset(span)
}

// look begins to look, once the whole request is in. Where the kernel does not tell, it reads the connection:
// whatever comes is kept for the next request; an end or an error means that the caller has left.
func (w *watch) look() {
	w.mu.Lock()
	c := w.conn
	if w.armed = false; !w.running || w.told || w.reading != nil {
		w.mu.Unlock()
		return
	}
	wait := settleTime - time.Since(w.since)
	if !c.body.finished() {
		wait = settleTime
	}
	if wait > 0 {
		w.arm(wait)
		w.mu.Unlock()
		return
	}
	if w.told = c.server.leave.Watch(c.raw, c.gone); w.told {
		c.in.Rest()
		w.mu.Unlock()
		return
	}
	done := make(chan struct{})
	w.reading = done
	c.readBy = time.Time{}
	_ = c.Conn.SetReadDeadline(time.Time{})
	w.mu.Unlock()
	err := c.in.Await(defaultBytes)
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) && !errors.Is(err, wire.ErrTooLarge) {
		c.gone()
	}
	close(done)
}

// end stops looking, and waits until nothing reads.
func (w *watch) end() {
	w.mu.Lock()
	w.running = false
	if w.told {
		w.told = false
		w.conn.server.leave.Unwatch(w.conn.raw)
	}
	done := w.reading
	if done != nil {
		w.conn.readBy = time.Unix(1, 0)
		_ = w.conn.Conn.SetReadDeadline(w.conn.readBy)
	}
	w.mu.Unlock()
	if done != nil {
		<-done
		w.reading = nil
	}
}
