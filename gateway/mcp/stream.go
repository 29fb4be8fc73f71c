package mcp

import (
	"bytes"
	"fmt"
	"io"
)

// A Body lets a JSON answer pass once it is there whole and has been filtered. Errors are those of
// Filter, or wrap ErrMessage where the answer is longer than Max.
type Body struct {
	*Filter
	W   io.Writer
	Max int64
	// Loose lets pass what is no message: the answer of a server that refuses.
	Loose bool

	held []byte
}

// Write holds more of the answer.
func (b *Body) Write(p []byte) (int, error) {
	if int64(len(b.held)+len(p)) > b.Max {
		return 0, fmt.Errorf("%w: it is longer than %d bytes", ErrMessage, b.Max)
	}
	b.held = append(b.held, p...)
	return len(p), nil
}

// End lets the answer pass. An empty one stays empty.
func (b *Body) End() error {
	if len(bytes.TrimSpace(b.held)) == 0 {
		return nil
	}
	passes, err := b.Message(b.held)
	if err != nil && b.Loose {
		passes, err = b.held, nil
	}
	if err == nil {
		_, err = b.W.Write(passes)
	}
	return err
}

// Events lets a stream of server-sent events pass, each event as soon as it is whole and its message
// has been filtered, until the answer has passed: what comes after it would be metered by nobody. Comments pass at once. An event that is neither empty nor a message does not
// pass. Errors are those of Filter, or wrap ErrMessage where an event is longer than Max.
type Events struct {
	*Filter
	W   io.Writer
	Max int64
	// Quiet drops a message by which the server asks what it may not, rather than to fail.
	Quiet bool

	event []byte // its lines, as they came
	data  []byte
	parts int    // lines of data
	kind  string // what the event says that it is
	line  int    // where the line under way begins in event
	cr    bool   // the last byte ended a line, and an LF may follow
	whole bool   // the event before passed as it came
	over  bool   // the answer has passed
	begun bool
}

// Write lets pass what has become whole.
func (e *Events) Write(p []byte) (int, error) {
	for i, c := range p {
		if e.cr && c == '\n' {
			e.cr = false
			if len(e.event) > 0 {
				e.event = append(e.event, c)
				e.line = len(e.event)
				continue
			}
			if e.whole { // the LF of a CRLF goes where its CR went
				_, _ = e.W.Write([]byte{c})
			}
			continue
		}
		if e.cr = c == '\r'; e.over {
			e.cr = false
			continue
		}
		e.event = append(e.event, c)
		if int64(len(e.event)) > e.Max {
			return i, fmt.Errorf("%w: an event is longer than %d bytes", ErrMessage, e.Max)
		}
		if c == '\n' || c == '\r' {
			if err := e.endLine(); err != nil {
				return i, err
			}
		}
	}
	return len(p), nil
}

// End drops what is held: an event that does not end is none.
func (e *Events) End() error {
	e.clear()
	return nil
}

func (e *Events) clear() {
	if cap(e.event) > 64<<10 {
		e.event, e.data = nil, nil // a stream that idles need not hold on to it
	}
	e.event, e.data, e.parts, e.kind, e.line = e.event[:0], e.data[:0], 0, "", 0
}

// mark is the byte order mark that may stand before the first line, and means nothing there.
var mark = []byte("\xef\xbb\xbf")

func (e *Events) endLine() error {
	if !e.begun {
		e.begun = true
		e.event = bytes.TrimPrefix(e.event, mark)
	}
	line := e.event[e.line : len(e.event)-1]
	if bytes.HasPrefix(line, mark) { // it could become the first that passes, and be read without its mark
		return fmt.Errorf("%w: a line of its stream begins with a byte order mark", ErrMessage)
	}
	switch {
	case len(line) == 0:
		return e.endEvent()
	case line[0] == ':' && e.line == 0:
		defer e.clear()
		return e.pass()
	}
	e.line = len(e.event)
	name, value, _ := bytes.Cut(line, []byte(":"))
	value = bytes.TrimPrefix(value, []byte(" "))
	switch string(name) {
	case "data":
		if e.parts > 0 {
			e.data = append(e.data, '\n')
		}
		e.data, e.parts = append(e.data, value...), e.parts+1
	case "event":
		e.kind = string(value)
	}
	return nil
}

func (e *Events) endEvent() error {
	defer e.clear()
	defer func() { e.over = e.Answered }()
	e.whole = false
	if len(e.data) == 0 {
		return e.pass()
	}
	if e.kind != "" && e.kind != "message" {
		return nil
	}
	passes, err := e.Message(e.data)
	switch {
	case err != nil && e.Quiet && isAsked(err):
		return nil
	case err != nil, passes == nil:
		return err
	case bytes.Equal(passes, e.data):
		return e.pass()
	}
	_, err = e.W.Write(e.rewritten(passes))
	return err
}

// pass lets pass what is held, as it came.
func (e *Events) pass() error {
	e.whole = true
	_, err := e.W.Write(e.event)
	return err
}

// rewritten is the event with other data; its other lines, which may say where to resume, stay.
func (e *Events) rewritten(data []byte) []byte {
	var out []byte
	for line := range bytes.FieldsFuncSeq(e.event, func(c rune) bool { return c == '\n' || c == '\r' }) {
		if name, _, _ := bytes.Cut(line, []byte(":")); string(name) != "data" {
			out = append(append(out, line...), '\n')
		}
	}
	for line := range bytes.SplitSeq(data, []byte("\n")) {
		out = append(append(append(out, "data: "...), line...), '\n')
	}
	return append(out, '\n')
}
