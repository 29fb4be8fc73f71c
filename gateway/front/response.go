package front

import (
	"bufio"
	"errors"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"entente/wire"
)

// A response is an http.ResponseWriter over a connection. What is written waits until it is worth a
// packet, is flushed, or the handler returns.
type response struct {
	conn   *conn
	req    *http.Request
	header http.Header // what was set through net/http's interface; nil if nothing was
	fields wire.Header

	status  int
	wrote   bool // the status is chosen
	sent    bool // the head has gone out
	none    bool // there is no body to send
	chunked bool
	keep    bool  // another request may follow
	stated  int64 // Content-Length, or -1
	written int64 // of the body
	held    []byte
	stall   time.Duration
	at      time.Time // of the flush under way
	err     error
}

// enough is how much of an answer waits.
const enough = 4 << 10

func (w *response) reset(r *http.Request) {
	clear(w.header)
	*w = response{conn: w.conn, req: r, header: w.header, fields: w.fields[:0], held: w.held[:0], stated: -1, keep: !r.Close, stall: time.Minute}
}

// Header is for handlers that know nothing of Fields.
func (w *response) Header() http.Header {
	if w.header == nil {
		w.header = http.Header{}
	}
	return w.header
}

// Received are the fields of the request, until the handler returns.
func (w *response) Received() wire.Header { return w.conn.fields }

// Fields are those of the answer, which may be changed until its status is chosen.
func (w *response) Fields() *wire.Header { return &w.fields }

// Kept is a place of the handler's, in which it finds at the connection's next request what it left
// there at this one.
func (w *response) Kept() *any { return &w.conn.kept }

// moved are the fields with those that were set in the header, of which only what can be sent is.
func (w *response) moved(fields wire.Header) wire.Header {
	for name, values := range w.header {
		for _, v := range values {
			if wire.IsToken(name) {
				fields = append(fields, wire.Field{Name: name, Value: sendable(v)})
			}
		}
	}
	return fields
}

// sendable has spaces for what may not stand in a value.
func sendable(v string) string {
	made := []byte(nil)
	for i := range len(v) {
		if !wire.IsText(v[i]) {
			if made == nil {
				made = []byte(v)
			}
			made[i] = ' '
		}
	}
	if made == nil {
		return v
	}
	return string(made)
}

// WriteHeader chooses the status. Interim ones go out at once.
func (w *response) WriteHeader(status int) {
	switch {
	case w.wrote || w.conn.hijacked:
		return
	case status < 100 || status > 999 || status == http.StatusSwitchingProtocols:
		panic("front: a status of " + strconv.Itoa(status))
	case status < 200:
		w.interim(status)
		return
	}
	w.wrote, w.status = true, status
	w.fields = w.moved(w.fields)
	w.none = w.req.Method == http.MethodHead || status == http.StatusNoContent || status == http.StatusNotModified
	if status == http.StatusNoContent {
		w.fields.Del("Content-Length")
	}
	if text := w.fields.Get("Content-Length"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 0 {
			w.fields.Del("Content-Length")
		} else {
			w.stated = n
		}
	}
}

func (w *response) interim(status int) {
	if w.req.ProtoMinor == 0 {
		return
	}
	w.at = time.Time{}
	head := w.moved(slices.Clone(w.fields)).Append(appendStatus(nil, status))
	_ = w.send(append(head, "\r\n"...))
}

func appendStatus(b []byte, status int) []byte {
	b = strconv.AppendInt(append(b, "HTTP/1.1 "...), int64(status), 10)
	return append(append(append(b, ' '), http.StatusText(status)...), "\r\n"...)
}

var errLong = errors.New("more was written than Content-Length says")

func (w *response) Write(p []byte) (int, error) {
	if w.conn.hijacked {
		return 0, http.ErrHijacked
	}
	if !w.wrote {
		w.WriteHeader(http.StatusOK)
	}
	switch {
	case w.err != nil:
		return 0, w.err
	case w.none && w.req.Method == http.MethodHead:
		return len(p), nil
	case w.none:
		return 0, http.ErrBodyNotAllowed
	case w.stated >= 0 && w.written+int64(len(p)) > w.stated:
		return 0, errLong
	}
	w.written += int64(len(p))
	if w.held = append(w.held, p...); len(w.held) >= enough {
		w.err = w.flush(false)
	}
	if w.err != nil {
		return 0, w.err
	}
	return len(p), nil
}

// FlushError sends what waits.
func (w *response) FlushError() error {
	if w.conn.hijacked {
		return http.ErrHijacked
	}
	if !w.wrote {
		w.WriteHeader(http.StatusOK)
	}
	if w.err == nil {
		wire.YieldToWrite()
		w.err = w.flush(false)
	}
	return w.err
}

// Flush sends what waits.
func (w *response) Flush() { _ = w.FlushError() }

// pieces are buffers for what is on its way out: a connection that waits has none.
var pieces = sync.Pool{New: func() any { return new([]byte) }}

// flush sends the head, if it has not gone out, and what is held of the body.
func (w *response) flush(last bool) (err error) {
	w.at = time.Time{}
	piece := pieces.Get().(*[]byte)
	b := (*piece)[:0]
	if !w.sent {
		w.sent = true
		b = w.appendHead(b, last)
	}
	switch {
	case w.chunked && len(w.held) > 0:
		b = append(strconv.AppendInt(b, int64(len(w.held)), 16), "\r\n"...)
		b = append(append(b, w.held...), "\r\n"...)
	default:
		b = append(b, w.held...)
	}
	if last && w.chunked {
		b = append(b, "0\r\n\r\n"...)
	}
	if w.held = w.held[:0]; cap(w.held) > 4*enough {
		w.held = nil
	}
	if len(b) > 0 {
		err = w.send(b)
	}
	if cap(b) <= 4*enough {
		*piece = b
		pieces.Put(piece)
	}
	return err
}

// now is the time, looked up once for a flush.
func (w *response) now() time.Time {
	if w.at.IsZero() {
		w.at = time.Now()
	}
	return w.at
}

func (w *response) send(b []byte) error {
	w.conn.setWriteBy(w.now(), w.stall)
	_, err := w.conn.Conn.Write(b)
	return err
}

// appendHead decides how the body is delimited; last means that all of it is held.
func (w *response) appendHead(b []byte, last bool) []byte {
	w.keep = w.keep && !w.fields.Lists("Connection", "close") && w.conn.body.finished() && !w.conn.server.closing.Load()
	w.fields.Del("Transfer-Encoding")
	w.fields.Del("Connection")
	b = w.fields.Append(appendStatus(b, w.status))
	switch {
	case w.none || w.stated >= 0:
	case last:
		w.stated = w.written
		b = append(strconv.AppendInt(append(b, "Content-Length: "...), w.stated, 10), "\r\n"...)
	case w.req.ProtoMinor == 1:
		w.chunked = true
		b = append(b, "Transfer-Encoding: chunked\r\n"...)
	default:
		w.keep = false
	}
	if !w.keep {
		b = append(b, "Connection: close\r\n"...)
	}
	if !w.fields.Has("Date") {
		b = append(append(append(b, "Date: "...), date(w.now())...), "\r\n"...)
	}
	return append(b, "\r\n"...)
}

// finish ends the answer, and reports whether the caller has all of it.
func (w *response) finish() bool {
	if !w.wrote {
		w.WriteHeader(http.StatusOK)
	}
	if w.err == nil {
		wire.YieldToWrite()
		w.err = w.flush(true)
	}
	short := w.stated > w.written && !w.none
	return w.err == nil && !short
}

// SetReadDeadline bounds reading the request's body; zero takes the bound away.
func (w *response) SetReadDeadline(t time.Time) error {
	b := w.conn.body
	if b == noBody {
		return nil
	}
	b.within.Store(0)
	if t.IsZero() {
		b.by.Store(0)
	} else {
		b.by.Store(t.UnixNano())
	}
	return nil
}

// ReadWithin bounds how long the rest of the request's body may take from when it is first waited for;
// zero takes the bound away.
func (w *response) ReadWithin(span time.Duration) {
	if b := w.conn.body; b != noBody {
		b.by.Store(0)
		b.within.Store(int64(span))
	}
}

// SetWriteDeadline bounds how long the caller may take nothing of what is written from now on, up to
// a quarter longer.
func (w *response) SetWriteDeadline(t time.Time) error {
	if w.stall = time.Until(t); t.IsZero() {
		w.stall = 24 * time.Hour
	}
	return nil
}

// SetStall bounds how long the caller may take nothing of all that is written from now on, up to a
// quarter longer.
func (w *response) SetStall(most time.Duration) { w.stall = most }

// Hijack gives the connection away, with what was read and not used.
func (w *response) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	c := w.conn
	if c.hijacked || w.wrote {
		return nil, nil, http.ErrHijacked
	}
	c.watch.end()
	c.hijacked = true
	_ = c.Conn.SetDeadline(time.Time{})
	left := strings.Clone(string(c.in.Peek()))
	nc := &replayed{Conn: c.Conn, first: []byte(left)}
	return nc, bufio.NewReadWriter(bufio.NewReader(nc), bufio.NewWriter(nc)), nil
}

// A stamp is the Date field, which changes once a second.
type stamp struct {
	second int64
	text   string
}

var lastStamp atomic.Pointer[stamp]

func date(now time.Time) string {
	if s := lastStamp.Load(); s != nil && s.second == now.Unix() {
		return s.text
	}
	s := &stamp{now.Unix(), now.UTC().Format(http.TimeFormat)}
	lastStamp.Store(s)
	return s.text
}
