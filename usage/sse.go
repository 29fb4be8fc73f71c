package usage

import "bytes"

// lines cuts an event stream into its lines, however the stream itself was cut up. Lines end
// with LF, CR or CRLF, as the standard for server-sent events says.
type lines struct{ cr bool }

// next returns how many bytes of p, which is not empty, belong to the line under way, its
// text among them, and whether the line ends there. The LF of a CRLF that was cut in two is
// returned alone, without text and without an end.
func (l *lines) next(p []byte) (n int, text []byte, ended bool) {
	if l.cr {
		l.cr = false
		if p[0] == '\n' {
			return 1, nil, false
		}
	}
	window := p[:min(len(p), 4096)] // so that looking for the rarer end never costs more than the text
	end := bytes.IndexByte(window, '\n')
	if end < 0 {
		end = len(window)
	}
	if cr := bytes.IndexByte(window[:end], '\r'); cr >= 0 {
		end = cr
	}
	switch {
	case end == len(window):
		return end, window, false
	case window[end] == '\n':
		return end + 1, window[:end], true
	case end+1 < len(p) && p[end+1] == '\n':
		return end + 2, window[:end], true
	}
	l.cr = true
	return end + 1, window[:end], true
}

// dataOf returns the text behind "data:" of a line.
func dataOf(line []byte) (data []byte, ok bool) {
	data, ok = bytes.CutPrefix(line, []byte("data:"))
	if ok && len(data) > 0 && data[0] == ' ' {
		data = data[1:]
	}
	return data, ok
}

// MaxEvent is the most that is held of one event, in bytes. A larger one passes unread.
const MaxEvent = 1 << 20

// events puts the data of each event of a stream together.
type events struct {
	lines    lines
	line     []byte // of the line under way
	data     []byte // of the event under way
	has      bool   // the event has data
	begun    bool   // the stream's first line has ended
	skip     bool   // the event is too large
	oversize bool   // one was
	unread   int64  // bytes of those that were
}

// feed calls event with the data of each event that ends in p, and returns what of p stands behind the
// one that event says is the last. It keeps nothing of it.
func (e *events) feed(p []byte, event func(data []byte) (last bool)) (behind []byte) {
	for len(p) > 0 {
		n, text, ended := e.lines.next(p)
		p = p[n:]
		switch {
		case !ended:
			e.hold(text)
			continue
		case len(e.line) > 0:
			e.hold(text)
			text = e.line
		}
		last := e.endLine(text, event)
		if e.line = e.line[:0]; last {
			return p
		}
	}
	return nil
}

func (e *events) hold(text []byte) {
	if e.skip {
		e.unread += int64(len(text))
	}
	if len(e.line)+len(text) > MaxEvent {
		e.tooLarge()
		e.unread += int64(len(text))
		text = text[:min(len(text), 1)] // the line is not empty; more of it does not matter
	}
	if !e.skip || len(e.line) == 0 {
		e.line = append(e.line, text...)
	}
}

func (e *events) tooLarge() {
	e.skip, e.oversize = true, true
	e.unread += int64(len(e.line) + len(e.data))
	e.line, e.data = nil, nil
}

func (e *events) endLine(line []byte, event func(data []byte) (last bool)) (last bool) {
	if !e.begun {
		e.begun = true
		line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
	}
	if len(line) == 0 {
		return e.endEvent(event)
	}
	data, ok := dataOf(line)
	if !ok || e.skip {
		return false
	}
	if len(e.data)+len(data)+1 > MaxEvent {
		e.unread += int64(len(data))
		e.tooLarge()
		return false
	}
	if e.has {
		e.data = append(e.data, '\n')
	}
	e.has = true
	e.data = append(e.data, data...)
	return false
}

func (e *events) endEvent(event func(data []byte) (last bool)) (last bool) {
	if e.has && !e.skip {
		last = event(e.data)
	}
	if cap(e.data) > 64<<10 {
		e.data = nil // a stream that idles after a large event need not hold on to it
	}
	e.data, e.has, e.skip = e.data[:0], false, false
	return last
}

// finish takes what stands at the end without a blank line for an event.
func (e *events) finish(event func(data []byte) (last bool)) {
	if len(e.line) > 0 {
		e.endLine(e.line, event)
		e.line = nil
	}
	e.endEvent(event)
}
