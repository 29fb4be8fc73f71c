package egress

import (
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"entente/wire"
)

// answerLimits bound an answer's header.
var answerLimits = wire.Limits{Bytes: 64 << 10, Fields: 256}

// most1xx is how many interim answers may come before the answer.
const most1xx = 8

// An answer is a response and its body in one, and gives its connection back. It is part of its Call.
type answer struct {
	conn   *conn
	resp   Response
	fields [16]wire.Field // of most answers all
	body   wire.Body
	keep   bool // another call may follow, once the body has ended
	closed bool
}

// read reads the header of the answer, past interim ones.
func (a *answer) read(q *Call) error {
	for range most1xx {
		head, err := a.conn.in.Head(answerLimits, func() {})
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
		minor, err := a.status(head.Line)
		if err != nil {
			return err
		}
		if s := a.resp.StatusCode; s >= 200 || s == http.StatusSwitchingProtocols {
			a.resp.Header = append(a.fields[:0], head.Fields...) // the connection may be used again before this is read
			return a.frame(q, minor)
		}
	}
	return errors.New("the upstream sends interim answers without end")
}

var errStatus = errors.Join(wire.ErrMalformed, errors.New("its first line is not a status"))

// status reads "HTTP/1.1 200 OK".
func (a *answer) status(line string) (minor int, err error) {
	version, rest, _ := strings.Cut(line, " ")
	code, reason, _ := strings.Cut(rest, " ")
	if len(version) != 8 || version[:7] != "HTTP/1." || version[7] != '0' && version[7] != '1' || len(code) != 3 {
		return 0, errStatus
	}
	for i := range len(reason) {
		if !wire.IsText(reason[i]) {
			return 0, errStatus
		}
	}
	number, err := strconv.Atoi(code)
	if err != nil || number < 100 {
		return 0, errStatus
	}
	a.resp.StatusCode = number
	return int(version[7] - '0'), nil
}

// frame finds out where the body ends.
func (a *answer) frame(q *Call, minor int) error {
	h := a.resp.Header
	framing, err := wire.FramingOf(h, minor)
	if err != nil {
		return err
	}
	a.resp.ContentLength = framing.Length
	switch s := a.resp.StatusCode; {
	case q.Method == http.MethodHead, s == http.StatusNoContent, s == http.StatusNotModified:
		framing, a.resp.Framed = wire.Framing{}, true
	case s == http.StatusSwitchingProtocols:
		framing = wire.Framing{}
	default:
		a.resp.Framed = framing.Stated()
	}
	a.keep = a.resp.Framed && minor == 1 && !q.Close && !h.Lists("Connection", "close")
	a.resp.Body = a
	a.conn.span = keptFor(h)
	a.body.Reset(&a.conn.in, framing)
	return nil
}

// keptFor is how long a connection is kept: well within what the upstream says, if it says so.
func keptFor(h wire.Header) time.Duration {
	if line, n := h.Find("Keep-Alive"); n > 0 {
		for part := range strings.SplitSeq(line, ",") {
			text, ok := strings.CutPrefix(strings.TrimSpace(part), "timeout=")
			if n, err := strconv.Atoi(text); ok && err == nil && n >= 0 && n < 3600 {
				return min(time.Duration(n)*time.Second*3/4, keptSpan)
			}
		}
	}
	return keptSpan
}

// A silence is the upstream's: it sent nothing for too long.
var errSilence = errors.New("the upstream fell silent")

func (a *answer) Read(p []byte) (int, error) {
	if a.closed {
		return 0, Hide(http.ErrBodyReadAfterClose)
	}
	n, err := a.body.Read(p)
	if err == nil || err == io.EOF {
		return n, err
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = errors.Join(errSilence, err)
	}
	return n, Hide(err)
}

// Ready reports whether the next Read waits for nobody.
func (a *answer) Ready() bool { return a.closed || a.body.Ready() }

// Close keeps the connection if the answer was read to its end, and closes it otherwise: then the
// upstream learns at once that nobody wants the rest.
func (a *answer) Close() error {
	if a.closed {
		return nil
	}
	a.closed = true
	v := a.conn
	alive := v.free()
	if alive && a.keep && a.body.Ended() && v.in.Buffered() == 0 && v.written() {
		v.since = time.Now()
		v.until = v.since.Add(v.span)
		v.in.Rest()
		v.client.keep(v)
		return nil
	}
	v.abort()
	v.in.Release()
	return nil
}
