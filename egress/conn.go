package egress

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"entente/wire"
	"entente/wire/socket"
)

// A conn is a connection to an upstream. It carries one call at a time.
type conn struct {
	net.Conn
	tcp    net.Conn // beneath TLS, or the same
	client *Client
	to     origin
	in     wire.Reader

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
}

func newConn(c *Client, to origin, tcp, top net.Conn) *conn {
	via := &conn{Conn: top, tcp: tcp, client: c, to: to, span: keptSpan}
	via.in.From = arming{via}
	return via
}

// fresh is how long a connection is taken to be open without a look at it: an upstream that closes one
// at once says so in its answer, and what it closes at this very moment no look would show.
const fresh = 5 * time.Millisecond

// open reports whether a kept connection can be used: the other side has neither closed it nor said
// anything that nobody asked for.
func (v *conn) open(now time.Time) bool {
	tcp, ok := v.tcp.(*socket.Conn)
	if now.After(v.until) || v.in.Buffered() > 0 || !ok {
		return false
	}
	return now.Sub(v.since) < fresh || tcp.Silent()
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
	a.ready()
	n, err := a.Conn.Read(p)
	a.answered = a.answered || n > 0
	return n, err
}

// ReadInto is Read without room while it waits, where that can be had.
func (a arming) ReadInto(from socket.Lender) (int, error) {
	tcp, ok := a.Conn.(*socket.Conn)
	if !ok {
		return a.Read(from.Lend())
	}
	a.ready()
	n, err := tcp.ReadInto(from)
	a.answered = a.answered || n > 0
	return n, err
}

func (a arming) ready() {
	if a.due.IsZero() {
		a.arm(time.Now(), a.client.policy.Idle)
	}
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
func (v *conn) exchange(ctx context.Context, q *Call, now time.Time) (*Response, error) {
	a := &q.answer
	*a = answer{conn: v}
	v.hang(ctx)
	v.sent, v.answered = 0, false
	v.due = now.Add(v.client.policy.Header)
	v.arm(now, v.client.policy.Header)
	err := v.send(q)
	if err == nil {
		wire.Yield()
		err = a.read(q)
	}
	if err != nil {
		v.free()
		v.abort()
		q.closeBody() // also for the goroutine that may still be writing it
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
func (v *conn) mayRepeat(ctx context.Context, q *Call) bool {
	if !v.used || v.answered || ctx.Err() != nil {
		return false
	}
	whole := q.Body == nil || q.Again != nil
	return whole && (v.sent == 0 || q.Method == http.MethodGet || q.Method == http.MethodHead)
}

// inline is the largest body that is sent in one piece with its head.
const inline = 64 << 10

// pieces are buffers for a head and a small body with it: a connection that waits has none.
var pieces = sync.Pool{New: func() any { return new([]byte) }}

// send writes the call. A body that is large, or whose length is not known, is written while the
// answer is awaited already: an upstream may refuse it half-way.
func (v *conn) send(q *Call) error {
	length, piece := q.length(), pieces.Get().(*[]byte)
	head, err := appendHead((*piece)[:0], q, length)
	if err != nil {
		return err
	}
	at := length >= 0 && length <= inline
	if at && q.Body == nil {
		head = append(head, q.Whole...)
	} else if at {
		from := len(head)
		head = append(head, make([]byte, length)...)
		if _, err := io.ReadFull(q.Body, head[from:]); err != nil {
			return errBody(err)
		}
		q.closeBody()
	}
	wire.YieldToWrite()
	v.sent, err = v.Conn.Write(head)
	if cap(head) <= 16<<10 {
		*piece = head
		pieces.Put(piece)
	}
	if err == nil && !at {
		v.writing, q.lent = make(chan error, 1), true
		go func() { v.writing <- v.sendBody(q, length) }()
	}
	return err
}

func errBody(err error) error { return errors.Join(errors.New("the request's body ended early"), err) }

// sendBody gives the upstream time for each piece, and from the last one on for its answer.
func (v *conn) sendBody(q *Call, length int64) error {
	defer q.closeBody()
	from, chunked := io.Reader(q.Body), length < 0
	switch {
	case q.Body == nil:
		from = bytes.NewReader(q.Whole)
	case !chunked:
		from = io.LimitReader(q.Body, length)
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

// length is that of the call's body; -1 if it is not known.
func (q *Call) length() int64 {
	if q.Body == nil {
		return int64(len(q.Whole))
	}
	return q.Length
}

var errHeader = errors.New("the request's header cannot be sent")

// own are the fields that are this connection's own affair.
func own(name string) bool {
	switch name {
	case "Host", "Content-Length", "Transfer-Encoding", "Connection", "Trailer", "Expect":
		return true
	}
	return false
}

// appendHead writes the request's line and fields.
func appendHead(b []byte, q *Call, length int64) ([]byte, error) {
	host := q.Host
	if host == "" {
		host = q.Target.URL.Host
	}
	if !wire.IsToken(q.Method) || host != q.Target.URL.Host && !wire.IsVisible(host) {
		return nil, errHeader
	}
	b = append(append(append(append(b, q.Method...), ' '), q.Target.path...), " HTTP/1.1\r\nHost: "...)
	b = append(append(b, host...), "\r\n"...)
	for i := range q.Header {
		f := &q.Header[i]
		switch {
		case own(f.Name), f.Name == "User-Agent" && f.Value == "":
			continue
		case !wire.IsToken(f.Name):
			return nil, errHeader
		}
		for i := range len(f.Value) {
			if !wire.IsText(f.Value[i]) {
				return nil, errHeader
			}
		}
		b = append(append(append(append(b, f.Name...), ": "...), f.Value...), "\r\n"...)
	}
	if q.Close {
		b = append(b, "Connection: close\r\n"...)
	}
	switch {
	case length > 0 || length == 0 && (q.Method == "POST" || q.Method == "PUT" || q.Method == "PATCH"):
		b = append(strconv.AppendInt(append(b, "Content-Length: "...), length, 10), "\r\n"...)
	case length < 0:
		b = append(b, "Transfer-Encoding: chunked\r\n"...)
	}
	return append(b, "\r\n"...), nil
}
