package usage

import (
	"bytes"
	"io"
)

// A Strip passes an OpenAI chat stream on to W, without the one chunk that states usage and
// nothing else: the gateway asks for it (include_usage), and a caller who did not would stumble
// over its empty choices. All other bytes pass unchanged and in order, those that are sure
// not to belong to that chunk before Write returns. Of an ordinary chunk that is so when its
// first choice begins, wherever the stream was cut.
type Strip struct {
	W io.Writer

	lines   lines
	text    int    // bytes in the line under way, its end aside
	held    []byte // the event under way, while it may be the one
	seen    int    // of held, searched for choices already
	passing bool   // the event under way passes
	comment bool   // the line under way is a comment before an event
	dropped bool   // the event before was the one
	out     []byte
	err     error
}

// maxHeld is more than any chunk of mere usage takes; what is longer passes.
const maxHeld = 64 << 10

// Write passes on what is sure to pass, in one Write to W. Its error is W's, and stays.
func (s *Strip) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		n, text, ended := s.lines.next(rest)
		s.take(rest[:n], text, ended)
		rest = rest[n:]
	}
	if err := s.flush(); err != nil {
		return 0, err
	}
	return len(p), nil
}

// End passes on what is held when the upstream ended in the middle of an event.
func (s *Strip) End() error {
	if !onlyUsage(s.held) {
		s.release()
	}
	s.held = nil
	return s.flush()
}

func (s *Strip) flush() error {
	if s.err == nil && len(s.out) > 0 {
		_, s.err = s.W.Write(s.out)
	}
	s.out = s.out[:0]
	if cap(s.out) > maxHeld {
		s.out = nil
	}
	return s.err
}

// take decides about one piece of a line, of which text is the text.
func (s *Strip) take(piece, text []byte, ended bool) {
	fresh := s.text == 0 && len(s.held) == 0 && !s.passing && !s.comment
	s.text += len(text)
	blank := ended && s.text == 0
	if ended {
		s.text = 0
	}
	switch {
	case s.passing:
		s.out = append(s.out, piece...)
		s.passing = !blank
	case fresh && len(text) == 0 && !ended: // the LF of a CRLF that was cut in two goes where its CR went
		if !s.dropped {
			s.out = append(s.out, piece...)
		}
	case s.comment, fresh && (blank || piece[0] == ':'):
		s.out = append(s.out, piece...)
		s.comment, s.dropped = !ended, false
	default:
		s.held = append(s.held, piece...)
		s.decide(blank)
	}
}

// decide lets the event that is held pass, drops it, or waits for more of it.
func (s *Strip) decide(whole bool) {
	switch {
	case whole && onlyUsage(s.held):
		s.held, s.seen, s.dropped = s.held[:0], 0, true
	case whole || s.hasChoice():
		s.release()
		s.passing = !whole
	}
}

func (s *Strip) release() {
	s.out = append(s.out, s.held...)
	s.held, s.seen, s.dropped = s.held[:0], 0, false
}

var choicesKey = []byte(`"choices"`)

// hasChoice reports whether the event, as far as it is there, has a choice or is too long to wait for.
func (s *Strip) hasChoice() bool {
	if len(s.held) > maxHeld {
		return true
	}
	at := bytes.Index(s.held[s.seen:], choicesKey)
	if at < 0 {
		s.seen = max(s.seen, len(s.held)-len(choicesKey))
		return false
	}
	s.seen += at
	i := s.seen + len(choicesKey)
	for _, want := range []byte(":[") {
		if i = skipSpace(s.held, i); i >= len(s.held) || s.held[i] != want {
			return false
		}
		i++
	}
	i = skipSpace(s.held, i)
	return i < len(s.held) && s.held[i] != ']'
}

// onlyUsage reports whether an event states usage and carries no choice.
func onlyUsage(event []byte) bool {
	data := dataOfEvent(event)
	return isEmptyList(member(data, "choices")) && bytes.HasPrefix(member(data, "usage"), []byte("{"))
}

func isEmptyList(value []byte) bool {
	return len(value) >= 2 && value[0] == '[' && skipSpace(value, 1) == len(value)-1
}
