package usage

import "bytes"

// A Tap reads usage out of a stream of server-sent events that is written to it as it
// passes, cut up in any way. It holds the event under way and the last usage object, and
// nothing back. The zero value with a Dialect is ready.
type Tap struct {
	Dialect Dialect

	events  events
	model   string
	first   []byte // the usage object of an Anthropic message_start
	last    []byte // the last usage object of any other event
	content int64  // events that carried a piece of the answer
	ended   bool
}

// Write looks at the next bytes. It never fails and keeps nothing of p.
func (t *Tap) Write(p []byte) (int, error) {
	t.events.feed(p, t.event)
	return len(p), nil
}

// Ended reports whether the stream's own last event has passed: without it, the upstream broke off.
func (t *Tap) Ended() bool { return t.ended }

// Oversize reports whether an event was larger than MaxEvent and passed unread.
func (t *Tap) Oversize() bool { return t.events.oversize }

// Usage returns what the stream has stated so far. When it has stated nothing that can be
// read, the output is estimated as one token for each event that carried a piece of the answer.
func (t *Tap) Usage() Usage {
	t.events.finish(t.event)
	u := Usage{AnsweredModel: t.model}
	s := nothingStated()
	var err error
	for _, object := range [][]byte{t.first, t.last} {
		if object != nil && err == nil {
			err = s.read(t.Dialect, object)
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
	u.Estimated = true
	if err == nil && wrong == nil {
		u.Tokens = tokens
	}
	u.Tokens.Output = max(u.Tokens.Output, t.content)
	return u
}

func (t *Tap) digest() string {
	if t.first != nil && t.last != nil {
		return digest(bytes.Join([][]byte{t.first, t.last}, []byte("\n")))
	}
	return digest(append(t.first, t.last...))
}

func (t *Tap) event(data []byte) {
	switch t.Dialect {
	case AnthropicMessages:
		t.anthropic(data)
	case OpenAIResponses:
		t.responses(data)
	default:
		t.chat(data)
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
	if carriesText(data) {
		t.content++
	}
}

func (t *Tap) anthropic(data []byte) {
	switch text(firstMember(data, "type")) {
	case "message_start":
		message := member(data, "message")
		t.model = text(member(message, "model"))
		keep(&t.first, member(message, "usage"))
	case "content_block_delta":
		t.content++
	case "message_delta":
		keep(&t.last, member(data, "usage"))
	case "message_stop":
		t.ended = true
	}
}

func (t *Tap) responses(data []byte) {
	switch kind := text(firstMember(data, "type")); kind {
	case "response.completed", "response.incomplete", "response.failed":
		t.ended = true
		fallthrough
	case "response.created":
		response := member(data, "response")
		t.model = text(member(response, "model"))
		keep(&t.last, member(response, "usage"))
	default:
		if bytes.HasSuffix([]byte(kind), []byte(".delta")) {
			t.content++
		}
	}
}

// keep copies a usage object; null and what is no object leave the one before.
func keep(into *[]byte, object []byte) {
	if len(object) > 0 && object[0] == '{' {
		*into = append((*into)[:0], object...)
	}
}

var (
	usageKey = []byte(`"usage"`)
	// where a chunk of a chat carries its piece of the answer
	textKeys = [][]byte{[]byte(`"content"`), []byte(`"text"`), []byte(`"arguments"`), []byte(`"reasoning_content"`), []byte(`"reasoning"`), []byte(`"refusal"`)}
)

// carriesText reports whether one of these keys has a string that is not empty.
func carriesText(data []byte) bool {
	for _, key := range textKeys {
		i := bytes.Index(data, key)
		if i < 0 {
			continue
		}
		i = skipSpace(data, i+len(key))
		if i < len(data) && data[i] == ':' {
			i = skipSpace(data, i+1)
			if i+1 < len(data) && data[i] == '"' && data[i+1] != '"' {
				return true
			}
		}
	}
	return false
}
