// Package wire reads HTTP/1.1 messages strictly, as RFC 9110 and RFC 9112 write them: what two
// readers could take for two different things is refused, so that nobody hides one request, or
// one answer, inside another.
//
// It is the common ground of both ends: requests that come in and answers that come back. It
// bounds what it holds, and knows nothing of connections, deadlines or what a message means.
package wire

import (
	"errors"
	"fmt"
	"io"
	"sync"

	"entente/wire/socket"
)

// Errors of reading. Everything else comes from the connection.
var (
	ErrMalformed = errors.New("not a well-formed HTTP/1.1 message")
	ErrTooLarge  = errors.New("the header is too large")
)

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrMalformed, fmt.Sprintf(format, args...))
}

// Limits bound a message's header. They are required.
type Limits struct {
	Bytes  int // of the first line and all fields
	Fields int // lines
}

// smallBuffer is what a connection holds while nothing larger comes.
const smallBuffer = 4 << 10

var buffers = sync.Pool{New: func() any { return new([smallBuffer]byte) }}

// A Reader holds what was read from a connection and not yet used. Its zero value with From is
// ready; it is for one goroutine.
type Reader struct {
	From io.Reader

	buf  []byte
	r, w int
	one  [1]byte

	lines  []string // of the last head, each with its end
	fields Header   // what all of them but the first say
}

// Buffered is how many bytes were read and not used.
func (r *Reader) Buffered() int { return r.w - r.r }

// Peek returns what is buffered; it is valid until the next read.
func (r *Reader) Peek() []byte { return r.buf[r.r:r.w] }

// Skip drops bytes that are buffered.
func (r *Reader) Skip(n int) { r.r += n }

// Fill waits for at least one more byte. When the buffer is full it grows up to most bytes, and
// then errs with ErrTooLarge.
func (r *Reader) Fill(most int) error {
	n, err := r.fill(most)
	r.w += n
	if n > 0 {
		return nil
	}
	if err == nil {
		err = io.ErrNoProgress
	}
	return err
}

func (r *Reader) fill(most int) (int, error) {
	if from, ok := r.From.(borrower); ok && r.r == r.w {
		return from.ReadInto(r)
	}
	r.makeRoom(most)
	if r.w == len(r.buf) {
		return 0, ErrTooLarge
	}
	return r.From.Read(r.buf[r.w:])
}

// A borrower is a connection that needs no room while it waits: see socket.Conn.
type borrower interface {
	ReadInto(socket.Lender) (int, error)
}

// Lend is room for a borrower.
func (r *Reader) Lend() []byte {
	r.makeRoom(smallBuffer)
	return r.buf
}

// TakeBack takes that room back.
func (r *Reader) TakeBack() { r.Rest() }

// Await is Fill for a wait that may be long: it holds no buffer meanwhile if nothing is buffered.
func (r *Reader) Await(most int) error {
	if r.Buffered() > 0 {
		return r.Fill(most)
	}
	r.Rest()
	n, err := r.From.Read(r.one[:])
	if n > 0 {
		r.makeRoom(most)
		r.buf[r.w] = r.one[0]
		r.w++
		return nil
	}
	if err == nil {
		err = io.ErrNoProgress
	}
	return err
}

func (r *Reader) makeRoom(most int) {
	switch {
	case r.buf == nil:
		r.buf = buffers.Get().(*[smallBuffer]byte)[:]
	case r.r == r.w:
		r.r, r.w = 0, 0
	case r.w < len(r.buf):
	case r.r > 0:
		r.w = copy(r.buf, r.buf[r.r:r.w])
		r.r = 0
	case len(r.buf) < most:
		larger := make([]byte, min(2*len(r.buf), most))
		copy(larger, r.buf)
		r.Release()
		r.buf = larger
	}
}

// Release gives the buffer back. Nothing may be buffered that is still wanted.
func (r *Reader) Release() {
	if len(r.buf) == smallBuffer {
		buffers.Put((*[smallBuffer]byte)(r.buf))
	}
	r.buf = nil
}

// Rest gives the buffer back when nothing is in it: a connection that is only kept need not hold memory.
func (r *Reader) Rest() {
	if r.r == r.w {
		r.r, r.w = 0, 0
		r.Release()
	}
}

// read serves a body: from the buffer first, and large pieces from the connection directly.
func (r *Reader) read(p []byte) (int, error) {
	if r.r == r.w {
		if len(p) >= smallBuffer {
			return r.From.Read(p)
		}
		if err := r.Fill(smallBuffer); err != nil {
			return 0, err
		}
	}
	n := copy(p, r.buf[r.r:r.w])
	r.r += n
	return n, nil
}

// IsText reports whether a byte may stand in a field's value.
func IsText(c byte) bool { return c >= ' ' && c != 0x7f || c == '\t' }

// IsVisible reports whether s is visible ASCII throughout, as addresses are.
func IsVisible(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// IsToken reports whether s is a token, as methods and names of fields are.
func IsToken(s string) bool {
	for i := range len(s) {
		if !tokens[s[i]] {
			return false
		}
	}
	return s != ""
}

var tokens = func() (t [256]bool) {
	for _, c := range []byte("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
		t[c] = true
	}
	return t
}()
