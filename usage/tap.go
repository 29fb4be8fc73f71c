package usage

import "bytes"

// A Tap reads usage out of a stream of server-sent events that is written to it as it
// passes, cut up in any way. It holds the event under way and the last usage object, and
// nothing back. The zero value with a Dialect is ready.
type Tap struct {
	Dialect Dialect
	Most    Bound  // for the estimate of what is not stated; zero means that nothing is estimated
	Request []byte // likewise
	Agreed  Agreed

	events events
	like   likeness
	model  string
	served Served
	first  []byte // the usage object of an Anthropic message_start
	last   []byte // the last usage object of any other event
	text   int64  // bytes of the answer's text
	pieces int64  // events that carried some
	any    bool   // there was an event
	ended  bool
	behind int // bytes of the last Write that stand behind the end
}

// Write looks at the next bytes, up to the stream's own end. It never fails and keeps nothing of p.
func (t *Tap) Write(p []byte) (int, error) {
	behind := p
	if !t.ended {
		behind = t.events.feed(p, t.event)
	}
	t.behind = len(behind)
	return len(p), nil
}

// Behind is how many of the bytes that were written last stand behind the stream's own last event.
// They belong to no answer: nobody has looked at them, and nobody should get them.
func (t *Tap) Behind() int { return t.behind }

// Ended reports whether the stream's own last event has passed: without it, the upstream broke off.
func (t *Tap) Ended() bool { return t.ended }

// Oversize reports whether an event was larger than MaxEvent and passed unread.
func (t *Tap) Oversize() bool { return t.events.oversize }

// Usage returns what the stream has stated so far. What it has not stated, or not so that it can be
// read, is estimated from what was delivered.
func (t *Tap) Usage() Usage {
	t.events.finish(t.event)
	u := Usage{AnsweredModel: t.model, Served: t.served}
	s := nothingStated()
	var err error
	for _, object := range [][]byte{t.first, t.last} {
		if object != nil && err == nil {
			err = s.read(t.Dialect, object)
		}
		if t.Dialect == AnthropicMessages {
			t.Agreed.within(&u.Served, object)
		}
	}
	if t.first != nil || t.last != nil {
		u.UsageDigest = t.digest()
	}
	tokens, wrong := s.tokens(t.Dialect)
	// What message_start says of the output is where it begins, not what it came to.
	if t.last != nil && err == nil && wrong == nil {
		u.Tokens, u.TokensKnown = tokens, true
		return u
	}
	if err != nil || wrong != nil {
		tokens = Tokens{}
	}
	if !t.any {
		return u
	}
	text := t.text + t.events.unread
	return t.Most.estimate(u, tokens, delivered{t.Request, text, text})
}

func (t *Tap) digest() string {
	if t.first != nil && t.last != nil {
		return digest(bytes.Join([][]byte{t.first, t.last}, []byte("\n")))
	}
	return digest(append(t.first, t.last...))
}

func (t *Tap) event(data []byte) (last bool) {
	t.any = true
	if n, ok := t.like.text(data); ok {
		t.said(n) // the rest was read in the event before
		return false
	}
	found := t.Dialect.text(data)
	t.said(found.bytes)
	t.like.note(data, found)
	switch t.Dialect {
	case AnthropicMessages:
		t.anthropic(data)
	case OpenAIResponses:
		t.responses(data)
	default:
		t.chat(data)
	}
	return t.ended
}

func (t *Tap) said(n int64) {
	if n > 0 {
		t.text += n
		t.pieces++
	}
}

func (t *Tap) chat(data []byte) {
	if string(data) == "[DONE]" {
		t.ended = true
		return
	}
	if t.model == "" {
		t.model = text(firstMember(data, "model"))
	}
	if bytes.Contains(data, usageKey) {
		keep(&t.last, member(data, "usage"))
	}
	t.tier(data)
}

func (t *Tap) anthropic(data []byte) {
	switch text(firstMember(data, "type")) {
	case "message_start":
		message := member(data, "message")
		t.model = text(member(message, "model"))
		keep(&t.first, member(message, "usage"))
	case "message_delta":
		keep(&t.last, member(data, "usage"))
	case "message_stop":
		t.ended = true
	}
}

func (t *Tap) responses(data []byte) {
	switch text(firstMember(data, "type")) {
	case "response.completed", "response.incomplete", "response.failed":
		t.ended = true
		fallthrough
	case "response.created":
		response := member(data, "response")
		t.model = text(member(response, "model"))
		keep(&t.last, member(response, "usage"))
		t.tier(response)
	}
}

// keep copies a usage object; null and what is no object leave the one before.
func keep(into *[]byte, object []byte) {
	if len(object) > 0 && object[0] == '{' {
		*into = append((*into)[:0], object...)
	}
}

var usageKey = []byte(`"usage"`)
