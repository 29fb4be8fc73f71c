package egress

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"entente/wire"
)

// A conn is a connection to an upstream. It carries one call at a time.
type conn struct {
	net.Conn
	tcp    net.Conn // beneath TLS, or the same
	client *client
	to     origin
	in     wire.Reader
	out    []byte // the head, and a small body with it

	armed time.Time     // the deadline that is set
	due   time.Time     // for the whole of an answer's header; zero in its body
	since time.Time     // kept from then on
	until time.Time     // and no longer than this
	span  time.Duration // for which it is kept; less if the upstream says so

	used     bool // an answer came over it before
	sent     int  // bytes of the call under way
	answered bool // so has a byte of the answer
	writing  chan error
	line     lifeline    // on which the call under way hangs
	stop     func() bool // takes it off any other context

	raw    syscall.RawConn
	peek   func(fd uintptr) bool
	silent bool // what peek found
}

func newConn(c *client, to origin, tcp, top net.Conn) *conn {
	via := &conn{Conn: top, tcp: tcp, client: c, to: to, span: keptSpan}
	via.in.From = arming{via}
	if s, ok := tcp.(syscall.Conn); ok {
		via.raw, _ = s.SyscallConn()
	}
	via.peek = func(fd uintptr) bool {
		var b [1]byte
		_, _, err := unix.Recvfrom(int(fd), b[:], unix.MSG_PEEK|unix.MSG_DONTWAIT)
		via.silent = err == unix.EAGAIN
		return true
	}
	return via
}

// fresh is how long a connection is taken to be open without a look at it: an upstream that closes one
// at once says so in its answer, and what it closes at this very moment no look would show.
const fresh = 5 * time.Millisecond

// open reports whether a kept connection can be used: the other side has neither closed it nor said
// anything that nobody asked for.
func (v *conn) open(now time.Time) bool {
	if now.After(v.until) || v.in.Buffered() > 0 || v.raw == nil {
		return false
	}
	if now.Sub(v.since) < fresh {
		return true
	}
	v.arm(now, v.client.policy.Header)
	v.silent = false
	return v.raw.Read(v.peek) == nil && v.silent
}

// abort closes the connection at once, whatever waits on it.
func (v *conn) abort() { v.tcp.Close() }

// A lifeline is a context that closes a connection when it ends, at less cost than context.AfterFunc.
type lifeline interface {
	Hang(c io.Closer) bool // reports whether it has not ended yet
	Free() bool
}

// hang has the connection closed when a context ends; free takes that back, and reports whether it
// has not ended.
func (v *conn) hang(ctx context.Context) {
	if l, ok := ctx.(lifeline); ok {
		if v.line = l; !l.Hang(v.tcp) {
			v.abort()
		}
		return
	}
	v.line, v.stop = nil, context.AfterFunc(ctx, v.abort)
}

func (v *conn) free() bool {
	if v.line != nil {
		return v.line.Free()
	}
	return v.stop()
}

// arming reads from a connection under the deadline that holds now.
type arming struct{ *conn }

func (a arming) Read(p []byte) (int, error) {
	v := a.conn
	if v.due.IsZero() {
		v.arm(time.Now(), v.client.policy.Idle)
	}
	n, err := v.Conn.Read(p)
	v.answered = v.answered || n > 0
	return n, err
}

// arm lets the connection wait for span from now, and up to a quarter longer: a deadline that is
// near enough stays, because setting one costs more than looking at it.
func (v *conn) arm(now time.Time, span time.Duration) {
	if due := now.Add(span); v.armed.Before(due) || v.armed.After(due.Add(span/4)) {
		v.armed = due.Add(span / 8)
		_ = v.Conn.SetDeadline(v.armed) // on a closed connection, reading says so
	}
}

// exchange sends a call and reads the answer's header. When it errs the connection is closed.
func (v *conn) exchange(req *http.Request, now time.Time) (*http.Response, error) {
	ctx := req.Context()
	a := &answer{conn: v}
	v.hang(ctx)
	v.sent, v.answered = 0, false
	v.due = now.Add(v.client.policy.Header)
	v.arm(now, v.client.policy.Header)
	err := v.send(req)
	if err == nil {
		err = a.read(req)
	}
	if err != nil {
		v.free()
		v.abort()
		closeBody(req) // also for the goroutine that may still be writing it
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		return nil, err
	}
	v.due, v.used = time.Time{}, true
	return &a.resp, nil
}

// mayRepeat reports whether the call that failed on this connection may be made on another. Nobody
// is charged twice: either nothing was sent, or the method changes nothing.
func (v *conn) mayRepeat(req *http.Request) bool {
	if !v.used || v.answered || req.Context().Err() != nil {
		return false
	}
	_, whole := req.Body.(*Body)
	whole = whole || req.Body == nil || req.Body == http.NoBody || req.GetBody != nil
	return whole && (v.sent == 0 || req.Method == http.MethodGet || req.Method == http.MethodHead)
}

// inline is the largest body that is sent in one piece with its head.
const inline = 64 << 10

// send writes the call. A body that is large, or whose length is not known, is written while the
// answer is awaited already: an upstream may refuse it half-way.
func (v *conn) send(req *http.Request) error {
	length := outgoing(req)
	head, err := appendHead(v.out[:0], req, length)
	if err != nil {
		return err
	}
	if length >= 0 && length <= inline {
		if whole, ok := req.Body.(*Body); ok {
			head = append(head, whole.left()...)
		} else if length > 0 {
			at := len(head)
			head = append(head, make([]byte, length)...)
			if _, err := io.ReadFull(req.Body, head[at:]); err != nil {
				return errBody(err)
			}
		}
		closeBody(req)
	}
	if cap(head) <= 16<<10 {
		v.out = head
	}
	v.sent, err = v.Conn.Write(head)
	if err == nil && (length < 0 || length > inline) {
		v.writing = make(chan error, 1)
		go func() { v.writing <- v.sendBody(req, length) }()
	}
	return err
}

func errBody(err error) error { return errors.Join(errors.New("the request's body ended early"), err) }

// sendBody gives the upstream time for each piece, and from the last one on for its answer.
func (v *conn) sendBody(req *http.Request, length int64) error {
	defer closeBody(req)
	from, chunked := io.Reader(req.Body), length < 0
	if !chunked {
		from = io.LimitReader(req.Body, length)
	}
	buf, sent := make([]byte, 32<<10), int64(0)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			_ = v.Conn.SetDeadline(time.Now().Add(v.client.policy.Header))
			if err := v.sendPiece(buf[:n], chunked); err != nil {
				return err
			}
			sent += int64(n)
		}
		switch {
		case err == io.EOF && chunked:
			_, err := io.WriteString(v.Conn, "0\r\n\r\n")
			return err
		case err == io.EOF && sent == length:
			return nil
		case err != nil:
			v.abort() // the upstream must not take a part for the whole
			return errBody(err)
		}
	}
}

func (v *conn) sendPiece(p []byte, chunked bool) error {
	if chunked {
		head := append(strconv.AppendInt(nil, int64(len(p)), 16), "\r\n"...)
		p = append(append(head, p...), "\r\n"...)
	}
	_, err := v.Conn.Write(p)
	return err
}

// written reports, without waiting, whether the whole call was sent.
func (v *conn) written() bool {
	if v.writing == nil {
		return true
	}
	select {
	case err := <-v.writing:
		v.writing = nil
		return err == nil
	default:
		return false
	}
}

// outgoing is the length of a request's body; -1 if it is not known.
func outgoing(req *http.Request) int64 {
	if whole, ok := req.Body.(*Body); ok {
		return int64(len(whole.left()))
	}
	switch {
	case req.Body == nil || req.Body == http.NoBody:
		return 0
	case req.ContentLength > 0:
		return req.ContentLength
	}
	return -1
}

var errHeader = errors.New("the request's header cannot be sent")

// appendHead writes the request's line and fields.
func appendHead(b []byte, req *http.Request, length int64) ([]byte, error) {
	host := req.Host
	if host == "" {
		host = req.URL.Host
	}
	method, target := req.Method, req.URL.RequestURI()
	if method == "" {
		method = http.MethodGet
	}
	if !wire.IsToken(method) || strings.ContainsFunc(target, notVisible) || strings.ContainsFunc(host, notVisible) {
		return nil, errHeader
	}
	b = append(append(append(append(b, method...), ' '), target...), " HTTP/1.1\r\nHost: "...)
	b = append(append(b, host...), "\r\n"...)
	for name, values := range req.Header {
		switch {
		case name == "Host" || name == "Content-Length" || name == "Transfer-Encoding" || name == "Connection" || name == "Trailer" || name == "Expect":
			continue // this connection's own affair
		case name == "User-Agent" && len(values) == 1 && values[0] == "":
			continue
		case !wire.IsToken(name):
			return nil, errHeader
		}
		for _, value := range values {
			for i := range len(value) {
				if !wire.IsText(value[i]) {
					return nil, errHeader
				}
			}
			b = append(append(append(append(b, name...), ": "...), value...), "\r\n"...)
		}
	}
	if req.Close {
		b = append(b, "Connection: close\r\n"...)
	}
	switch {
	case length > 0 || length == 0 && (method == "POST" || method == "PUT" || method == "PATCH"):
		b = append(strconv.AppendInt(append(b, "Content-Length: "...), length, 10), "\r\n"...)
	case length < 0:
		b = append(b, "Transfer-Encoding: chunked\r\n"...)
	}
	return append(b, "\r\n"...), nil
}

func notVisible(r rune) bool { return r <= ' ' || r >= 0x7f }
