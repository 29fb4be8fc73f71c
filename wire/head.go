package wire

import (
	"bytes"
	"io"
	"net/http"
	"strings"
)

// A Head is the beginning of a message. It is valid until the next one is read.
type Head struct {
	Line   string // the first
	Fields Header // nobody may change them
	Again  bool   // it is the head of the message before, byte for byte
}

var (
	lineEnd = []byte("\r\n")
	headEnd = []byte("\r\n\r\n")
)

// Head reads a message's first line and fields. It waits for more as long as the head is not
// whole; wait is called before each such time, so that the caller can set a deadline. Names become
// canonical; a name that is no token, white space around it, a folded line and a control character
// are errors.
//
// One message on a connection mostly says what the one before it said: a line that stands where it
// stood is not read again.
func (r *Reader) Head(l Limits, wait func()) (Head, error) {
	same, at := r.known()
	there := r.Buffered()
	end, err := r.awaitHead(at, l, wait)
	if err != nil {
		return Head{}, err
	}
	if end > there {
		same, at = r.known()
	}
	text := r.buf[r.r : r.r+end]
	r.r += end
	if end > l.Bytes {
		return Head{}, ErrTooLarge
	}
	again := same > 0 && same == len(r.lines) && at+len(lineEnd) == end
	if !again {
		if err := r.parse(text[at:end-len(lineEnd)], same, l); err != nil {
			r.lines, r.fields = nil, nil
			return Head{}, err
		}
	}
	return Head{Line: strings.TrimSuffix(r.lines[0], "\r\n"), Fields: r.fields, Again: again}, nil
}

// known is how many lines are buffered, and in how many bytes, that begin as the last head did.
func (r *Reader) known() (lines, at int) {
	held := r.Peek()
	for _, line := range r.lines {
		if len(held)-at < len(line) || string(held[at:at+len(line)]) != line {
			break
		}
		at += len(line)
		lines++
	}
	return lines, at
}

// awaitHead returns how many bytes the head has. Whole lines end at the byte with number at.
func (r *Reader) awaitHead(at int, l Limits, wait func()) (int, error) {
	searched := max(at-len(lineEnd), 0)
	for {
		held := r.Peek()
		if end := bytes.Index(held[searched:], headEnd); end >= 0 {
			return searched + end + len(headEnd), nil
		}
		if bareLine(held[searched:]) {
			return 0, malformed("a line ends without a carriage return")
		}
		searched = max(len(held)-len(headEnd)+1, 0)
		wait()
		if err := r.Fill(l.Bytes); err != nil {
			if err == io.EOF && len(held) > 0 {
				err = io.ErrUnexpectedEOF
			}
			return 0, err
		}
	}
}

// bareLine reports whether a line ends with a line feed alone. It is asked about a head that is not
// whole, so that whoever sends one such is not waited for.
func bareLine(b []byte) bool {
	for {
		i := bytes.IndexByte(b, '\n')
		if i < 0 {
			return false
		}
		if i > 0 && b[i-1] != '\r' {
			return true
		}
		b = b[i+1:]
	}
}

// parse reads the lines of a head, the first n aside, which are as they were.
func (r *Reader) parse(text []byte, n int, l Limits) error {
	for ; len(text) > 0; n++ {
		if n > l.Fields {
			return ErrTooLarge
		}
		if n < len(r.lines) && bytes.HasPrefix(text, []byte(r.lines[n])) {
			text = text[len(r.lines[n]):]
			continue
		}
		end := bytes.Index(text, lineEnd) + len(lineEnd)
		if err := r.keep(n, string(text[:end])); err != nil {
			return err
		}
		text = text[end:]
	}
	clear(r.lines[n:])
	clear(r.fields[n-1:])
	r.lines, r.fields = r.lines[:n], r.fields[:n-1]
	return nil
}

// keep reads a line and puts it in the place of the line with number n.
func (r *Reader) keep(n int, line string) error {
	text := line[:len(line)-len(lineEnd)]
	if n == 0 {
		if strings.ContainsAny(text, "\r\n") {
			return malformed("a line ends without a carriage return")
		}
	} else {
		name, value, err := field(text)
		if err != nil {
			return err
		}
		if n > len(r.fields) {
			r.fields = append(r.fields, Field{})
		}
		r.fields[n-1] = Field{name, value}
	}
	if n == len(r.lines) {
		r.lines = append(r.lines, "")
	}
	r.lines[n] = line
	return nil
}

func field(line string) (name, value string, err error) {
	colon, canonical, upper := 0, true, true
	for colon < len(line) && tokens[line[colon]] {
		c := line[colon]
		canonical = canonical && (upper && (c < 'a' || c > 'z') || !upper && (c < 'A' || c > 'Z'))
		upper = c == '-'
		colon++
	}
	if colon == 0 || colon == len(line) || line[colon] != ':' {
		return "", "", malformed("a header line does not begin with a name and a colon")
	}
	value = trim(line[colon+1:])
	for i := range len(value) {
		if !IsText(value[i]) {
			return "", "", malformed("a control character in the header")
		}
	}
	if name = line[:colon]; !canonical {
		name = http.CanonicalHeaderKey(name)
	}
	return name, value, nil
}

func trim(s string) string {
	for len(s) > 0 && (s[0] == ' ' || s[0] == '\t') {
		s = s[1:]
	}
	for len(s) > 0 && (s[len(s)-1] == ' ' || s[len(s)-1] == '\t') {
		s = s[:len(s)-1]
	}
	return s
}
