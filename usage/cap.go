package usage

import (
	"bytes"
	"fmt"
	"io"
)

// A Cap passes a stream of events on to W, event by whole event, for as long as Allow lets the next
// one pass. Then it writes, in its place, the events with which a service of this dialect ends an
// answer that has reached its length, and passes nothing more. Neither does anything pass behind the
// stream's own last event.
type Cap struct {
	Tap     *Tap // sees what passes, and nothing else
	W       io.Writer
	Choices int  // of a chat; zero means one
	Usage   bool // the caller of a chat asked for its usage
	// Allow is told what the answer has come to with the next event: bytes of text, which is the most
	// that it can have in tokens; events with text, which is the least; and all bytes, those of the
	// last events too that would have to follow if the one after is not allowed.
	Allow func(text, pieces, bytes int64) bool

	lines  lines
	line   int   // bytes of text in the line under way
	passed int64 // bytes
	held   []byte
	cut    bool
	last   ending
	failed error
}

// endBytes is more than the last events take, the response that they repeat and a chat's choices aside.
const endBytes = 1 << 10

// An ending is what the last events repeat of those before.
type ending struct {
	id, created, model []byte // of a chat
	response, sequence []byte // of responses
	block              []byte // index of the Anthropic content block that is open
}

// Write passes on the events that end in p. Its error is W's, and stays.
func (c *Cap) Write(p []byte) (int, error) {
	written := len(p)
	for len(p) > 0 && !c.cut && !c.Tap.Ended() {
		n, text, ended := c.lines.next(p)
		c.held = append(c.held, p[:n]...)
		p = p[n:]
		c.line += len(text)
		blank := ended && c.line == 0
		if ended {
			c.line = 0
		}
		if blank || len(c.held) > MaxEvent {
			c.event()
		}
	}
	return written, c.failed
}

// End passes on what is held when the upstream ended in the middle of an event.
func (c *Cap) End() error {
	if len(c.held) > 0 && !c.cut {
		c.event()
	}
	return c.failed
}

// Cut reports whether the stream was ended in its place.
func (c *Cap) Cut() bool { return c.cut }

func (c *Cap) event() {
	data := dataOfEvent(c.held)
	text, pieces := c.Tap.text, c.Tap.pieces
	if n := c.Tap.Dialect.text(data).bytes; n > 0 {
		text, pieces = text+n, pieces+1
	}
	if len(c.held) > MaxEvent || !c.Allow(text, pieces, c.passed+int64(len(c.held)+len(c.last.response)+endBytes)) {
		c.cut = true
		c.pass(c.end())
		return
	}
	c.last.note(c.Tap.Dialect, data)
	_, _ = c.Tap.Write(c.held)
	c.passed += int64(len(c.held))
	c.pass(c.held)
	c.held = c.held[:0]
}

func (c *Cap) pass(p []byte) {
	if c.failed == nil {
		_, c.failed = c.W.Write(p)
	}
}

// dataOfEvent puts an event's data together.
func dataOfEvent(event []byte) (data []byte) {
	var l lines
	has := false
	for len(event) > 0 {
		n, text, _ := l.next(event)
		event = event[n:]
		if more, ok := dataOf(text); ok {
			if has {
				data = append(data, '\n')
			}
			has = true
			data = append(data, more...)
		}
	}
	return data
}

func (e *ending) note(d Dialect, data []byte) {
	switch d {
	case AnthropicMessages:
		switch text(firstMember(data, "type")) {
		case "content_block_start":
			e.block = bytes.Clone(member(data, "index"))
		case "content_block_stop":
			e.block = nil
		}
	case OpenAIResponses:
		keepValue(&e.sequence, member(data, "sequence_number"))
		if response := member(data, "response"); response != nil {
			keepValue(&e.response, response)
		}
	default:
		if e.id == nil {
			e.id, e.created, e.model = bytes.Clone(member(data, "id")), bytes.Clone(member(data, "created")), bytes.Clone(member(data, "model"))
		}
	}
}

func keepValue(into *[]byte, value []byte) {
	if value != nil {
		*into = append((*into)[:0], value...)
	}
}

// end is the end of a stream that has reached its length.
func (c *Cap) end() []byte {
	t := c.Tap.Usage().Tokens
	switch c.Tap.Dialect {
	case AnthropicMessages:
		return c.last.anthropic(t)
	case OpenAIResponses:
		return c.last.responses(t)
	}
	return c.last.chat(t, max(c.Choices, 1), c.Usage)
}

func (e ending) chat(t Tokens, choices int, usage bool) []byte {
	var b bytes.Buffer
	head := fmt.Sprintf(`{"id":%s,"object":"chat.completion.chunk","created":%s,"model":%s,"choices":[`, or(e.id, `""`), or(e.created, "0"), or(e.model, `""`))
	b.WriteString("data: " + head)
	for i := range choices {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"index":%d,"delta":{},"logprobs":null,"finish_reason":"length"}`, i)
	}
	b.WriteString("]}\n\n")
	if usage {
		fmt.Fprintf(&b, "data: %s],\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":%d,\"total_tokens\":%d}}\n\n", head, t.Input(), t.Output+t.Reasoning, t.Total())
	}
	b.WriteString("data: [DONE]\n\n")
	return b.Bytes()
}

func (e ending) anthropic(t Tokens) []byte {
	var b bytes.Buffer
	if e.block != nil {
		fmt.Fprintf(&b, "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":%s}\n\n", e.block)
	}
	fmt.Fprintf(&b, "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"max_tokens\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":%d}}\n\n", t.Output+t.Reasoning)
	b.WriteString("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n")
	return b.Bytes()
}

// replaced are the members of a response that its end states anew.
var replaced = map[string]bool{"status": true, "incomplete_details": true, "usage": true}

func (e ending) responses(t Tokens) []byte {
	var b bytes.Buffer
	next := int64(0)
	if n, ok := number(e.sequence); ok {
		next = n + 1
	}
	fmt.Fprintf(&b, "event: response.incomplete\ndata: {\"type\":\"response.incomplete\",\"sequence_number\":%d,\"response\":{", next)
	members(e.response, func(key, value []byte) bool {
		if !replaced[string(key)] {
			fmt.Fprintf(&b, `"%s":%s,`, key, value)
		}
		return true
	})
	fmt.Fprintf(&b, `"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"usage":{"input_tokens":%d,"input_tokens_details":{"cached_tokens":%d},"output_tokens":%d,"output_tokens_details":{"reasoning_tokens":%d},"total_tokens":%d}}}`+"\n\n",
		t.Input(), t.CacheRead, t.Output+t.Reasoning, t.Reasoning, t.Total())
	return b.Bytes()
}

func or(value []byte, otherwise string) []byte {
	if value == nil {
		return []byte(otherwise)
	}
	return value
}
