package wire

import (
	"bytes"
	"errors"
	"io"
	"strings"
)

// A Framing is how a message's body is delimited.
type Framing struct {
	Length  int64 // in bytes; -1 if the body is chunked or ends with the connection
	Chunked bool
	stated  bool // Length was stated
}

// ErrCoding means a transfer coding that is not known: a server answers 501.
var ErrCoding = errors.New("the message has a transfer coding other than chunked")

// FramingOf reads how a body is delimited. A message that says it in two ways, or gives two lengths
// that differ, is malformed.
func FramingOf(h Header, minor int) (Framing, error) {
	coding, codings := h.Find("Transfer-Encoding")
	stated, lengths := h.Find("Content-Length")
	switch {
	case codings > 0 && lengths > 0:
		return Framing{}, malformed("both Transfer-Encoding and Content-Length")
	case codings > 0 && minor == 0:
		return Framing{}, malformed("Transfer-Encoding in HTTP/1.0")
	case codings == 1 && strings.EqualFold(coding, "chunked"):
		return Framing{Length: -1, Chunked: true}, nil
	case codings > 0:
		return Framing{}, ErrCoding
	case lengths == 0:
		return Framing{Length: -1}, nil
	}
	for i := range h {
		if h[i].Name == "Content-Length" && h[i].Value != stated {
			return Framing{}, malformed("two lengths that differ")
		}
	}
	n, ok := length(stated)
	if !ok {
		return Framing{}, malformed("a Content-Length that is no number")
	}
	return Framing{Length: n, stated: true}, nil
}

// Stated reports whether the message says where it ends.
func (f Framing) Stated() bool { return f.Chunked || f.stated }

// length reads digits only: no sign, no space, no list.
func length(s string) (n int64, ok bool) {
	if s == "" || len(s) > 18 {
		return 0, false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int64(s[i]-'0')
	}
	return n, true
}

// A Body reads a message's body off its Reader and no byte more. Trailing fields are checked and
// dropped. An end before the end is io.ErrUnexpectedEOF.
type Body struct {
	from    *Reader
	left    int64 // of the body, or of the chunk under way; -1 until the connection ends
	chunked bool
	between bool // a chunk has been read, but not the line break behind it
	err     error
}

// Reset makes b the body that follows on r.
func (b *Body) Reset(r *Reader, f Framing) {
	*b = Body{from: r, left: f.Length, chunked: f.Chunked}
	if f.Chunked {
		b.left = 0
	} else if f.Length == 0 {
		b.err = io.EOF
	}
}

// Ended reports whether the body has been read to its end as its framing tells it, so that another
// message may follow.
func (b *Body) Ended() bool { return b.err == io.EOF && b.left == 0 }

// Ready reports whether the next Read returns without reading the connection.
func (b *Body) Ready() bool {
	held := b.from.Peek()
	switch {
	case b.err != nil:
		return true
	case b.left != 0:
		return len(held) > 0
	case !b.chunked:
		return true
	case b.between && len(held) < 2:
		return false
	case b.between:
		held = held[2:]
	}
	size := bytes.IndexByte(held, '\n')
	if size < 0 {
		return false
	}
	if held[0] == '0' { // most likely the end
		return bytes.HasPrefix(held[size+1:], []byte("\r\n"))
	}
	return len(held) > size+1
}

func (b *Body) Read(p []byte) (int, error) {
	if b.err != nil || len(p) == 0 {
		return 0, b.err
	}
	if b.chunked && b.left == 0 {
		if b.err = b.nextChunk(); b.err != nil {
			return 0, b.err
		}
	}
	if b.left >= 0 {
		p = p[:min(int64(len(p)), b.left)]
	}
	n, err := b.from.read(p)
	if b.left > 0 {
		b.left -= int64(n)
	}
	switch {
	case err == io.EOF && b.left > 0:
		b.err = io.ErrUnexpectedEOF
	case err != nil:
		b.err = err
	case b.left == 0 && b.chunked:
		b.between = true // nobody waits for the line break while there is something to pass on
	case b.left == 0:
		b.err = io.EOF // told by the next Read
	}
	if n > 0 {
		return n, nil
	}
	return 0, b.err
}

// What a line within a chunked body may have, and all trailing fields together.
const (
	maxChunkLine = 256
	maxTrailer   = 4 << 10
)

// nextChunk reads a chunk's size, or the end of the body: then its error is io.EOF.
func (b *Body) nextChunk() error {
	if b.between {
		if err := b.endChunk(); err != nil {
			return err
		}
		b.between = false
	}
	line, err := b.line(maxChunkLine)
	if err != nil {
		return err
	}
	size, extension, _ := bytes.Cut(line, semicolon)
	if b.left, err = hexadecimal(bytes.TrimRight(size, " \t")); err != nil {
		return err
	}
	for i := range len(extension) {
		if !IsText(extension[i]) {
			return malformed("a control character behind a chunk's size")
		}
	}
	if b.left > 0 {
		return nil
	}
	return b.trailer()
}

var semicolon = []byte(";")

func hexadecimal(s []byte) (n int64, err error) {
	if len(s) == 0 || len(s) > 15 {
		return 0, malformed("a chunk without a size")
	}
	for i := range len(s) {
		switch c := s[i] | 0x20; {
		case '0' <= s[i] && s[i] <= '9':
			n = n<<4 | int64(s[i]-'0')
		case 'a' <= c && c <= 'f':
			n = n<<4 | int64(c-'a'+10)
		default:
			return 0, malformed("a chunk's size that is no number")
		}
	}
	return n, nil
}

// trailer reads what follows the last chunk.
func (b *Body) trailer() error {
	for room := maxTrailer; room > 0; {
		line, err := b.line(room)
		if err != nil {
			return err
		}
		if len(line) == 0 {
			return io.EOF
		}
		if _, _, err := field(string(line)); err != nil {
			return err
		}
		room -= len(line) + 2
	}
	return ErrTooLarge
}

// endChunk reads the line break behind a chunk.
func (b *Body) endChunk() error {
	line, err := b.line(2)
	if err == nil && len(line) > 0 {
		err = malformed("a chunk that is longer than its size")
	}
	if errors.Is(err, ErrTooLarge) {
		err = malformed("a chunk that is longer than its size")
	}
	return err
}

// line reads a line of at most so many bytes, its end included, and returns it without its end, until
// more is read.
func (b *Body) line(most int) ([]byte, error) {
	r := b.from
	for {
		held := r.Peek()
		if i := bytes.IndexByte(held, '\n'); i >= 0 {
			if i == 0 || held[i-1] != '\r' {
				return nil, malformed("a line ends without a carriage return")
			}
			if i >= most {
				return nil, ErrTooLarge
			}
			r.r += i + 1
			return held[:i-1], nil
		}
		if len(held) >= most {
			return nil, ErrTooLarge
		}
		if err := r.Fill(smallBuffer); err != nil {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
	}
}
