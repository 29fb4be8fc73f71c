package usage

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// A Dialect is how an upstream answers, and so how its usage is read.
type Dialect int

// The dialects.
const (
	OpenAIChat        Dialect = iota + 1 // chat completions, completions and embeddings
	OpenAIResponses                      // responses
	AnthropicMessages                    // messages
)

// ErrUsage means that a usage object does not state counts that agree with each other.
var ErrUsage = errors.New("usage cannot be read")

// ReadUsage turns an upstream's usage object, as it stands in the answer, into kinds that do
// not overlap. OpenAI counts cached and newly cached tokens within the input, Anthropic beside
// it; both count reasoning within the output, except where an upstream's own total
// shows that it stands beside. Members that are not known do not matter; a count that is no
// integer, or a part larger than its whole, is an error.
func ReadUsage(d Dialect, object []byte) (Tokens, error) {
	s := nothingStated()
	if err := s.read(d, object); err != nil {
		return Tokens{}, err
	}
	return s.tokens(d)
}

// stated are the counts of one or more usage objects; -1 is not stated.
type stated struct{ input, output, total, cacheRead, cacheWrite, reasoning int64 }

func nothingStated() stated { return stated{-1, -1, -1, -1, -1, -1} }

// names are what the dialects call the same things.
type names struct{ input, output, inputDetails, outputDetails, reasoning string }

func (d Dialect) names() names {
	switch d {
	case OpenAIResponses:
		return names{"input_tokens", "output_tokens", "input_tokens_details", "output_tokens_details", "reasoning_tokens"}
	case AnthropicMessages:
		return names{"input_tokens", "output_tokens", "", "output_tokens_details", "thinking_tokens"}
	}
	return names{"prompt_tokens", "completion_tokens", "prompt_tokens_details", "completion_tokens_details", "reasoning_tokens"}
}

// read takes what an object states over what was stated before: later objects are cumulative.
func (s *stated) read(d Dialect, object []byte) error {
	names, bad := d.names(), ""
	take := func(into *int64, key, value []byte) {
		if string(value) == "null" {
			return
		}
		n, ok := number(value)
		if !ok {
			bad = fmt.Sprintf("%.40q is %.40q", key, value)
			return
		}
		*into = n
	}
	whole := members(object, func(key, value []byte) bool {
		switch string(key) {
		case names.input:
			take(&s.input, key, value)
		case names.output:
			take(&s.output, key, value)
		case "total_tokens":
			take(&s.total, key, value)
		case "cache_read_input_tokens":
			take(&s.cacheRead, key, value)
		case "cache_creation_input_tokens":
			take(&s.cacheWrite, key, value)
		case names.inputDetails:
			members(value, func(key, value []byte) bool {
				switch string(key) {
				case "cached_tokens":
					take(&s.cacheRead, key, value)
				case "cache_write_tokens":
					take(&s.cacheWrite, key, value)
				}
				return true
			})
		case names.outputDetails:
			members(value, func(key, value []byte) bool {
				if string(key) == names.reasoning {
					take(&s.reasoning, key, value)
				}
				return true
			})
		}
		return true
	})
	if !whole {
		return fmt.Errorf("%w: it is not a whole JSON object", ErrUsage)
	}
	if bad != "" {
		return fmt.Errorf("%w: %s", ErrUsage, bad)
	}
	return nil
}

func (s stated) tokens(d Dialect) (Tokens, error) {
	if s.input < 0 || (s.output < 0 && d != OpenAIChat) { // embeddings have no output
		return Tokens{}, fmt.Errorf("%w: it does not state its tokens", ErrUsage)
	}
	t := Tokens{
		InputUncached: s.input, CacheRead: max(s.cacheRead, 0), CacheWrite: max(s.cacheWrite, 0),
		Output: max(s.output, 0), Reasoning: max(s.reasoning, 0),
	}
	if d != AnthropicMessages {
		t.InputUncached -= t.CacheRead + t.CacheWrite
	}
	if !s.reasoningBeside(d, t) {
		t.Output -= t.Reasoning
	}
	if t.InputUncached < 0 || t.Output < 0 {
		return Tokens{}, fmt.Errorf("%w: a part is larger than its whole", ErrUsage)
	}
	return t, nil
}

// reasoningBeside reports whether the total only adds up when reasoning is not within the output.
func (s stated) reasoningBeside(d Dialect, t Tokens) bool {
	return d != AnthropicMessages && t.Reasoning > 0 && s.total == s.input+t.Output+t.Reasoning
}

func digest(object []byte) string {
	sum := sha256.Sum256(object)
	var text [2 * sha256.Size]byte
	hex.Encode(text[:], sum[:])
	return string(text[:])
}

// What a BodyTap holds of an answer: all of it up to the first size, then the end only.
const (
	wholeBody = 128 << 10
	bodyEnd   = 64 << 10
)

// A BodyTap reads usage out of a plain JSON answer that is written to it as it passes. Of a long
// answer it keeps the last 64 KiB, where usage stands. The zero value with a Dialect is ready.
type BodyTap struct {
	Dialect Dialect
	Model   string // that the request asks for: most answers name the same
	Most    Bound  // for the estimate of what is not stated; zero means that nothing is estimated
	Request []byte // likewise
	Agreed  Agreed

	seen  int64 // bytes
	kept  []byte
	cut   bool
	model string
}

// Whole is Write for an answer that is all there: it is read where it stands, so that Usage has to be
// called before that changes.
func (b *BodyTap) Whole(p []byte) { b.seen, b.kept = int64(len(p)), p }

// Write looks at the next bytes. It never fails and keeps nothing of p.
func (b *BodyTap) Write(p []byte) (int, error) {
	written := len(p)
	b.seen += int64(written)
	for len(p) > 0 {
		n := min(len(p), max(wholeBody-len(b.kept), 0))
		b.kept, p = append(b.kept, p[:n]...), p[n:]
		if len(p) > 0 {
			b.shorten()
		}
	}
	return written, nil
}

func (b *BodyTap) shorten() {
	if !b.cut {
		b.cut, b.model = true, b.text(firstMember(b.kept, "model"))
	}
	b.kept = append(b.kept[:0], b.kept[len(b.kept)-bodyEnd:]...)
}

// Usage returns what the answer states. When it states none that can be read, TokensKnown is false,
// and it is estimated from what was delivered.
func (b *BodyTap) Usage() Usage {
	u := Usage{AnsweredModel: b.answeredModel()}
	object := lastMember(b.kept, "usage")
	if object == nil && !b.cut {
		object = member(b.kept, "usage")
	}
	u.Served = b.served(object)
	if len(object) == 0 || object[0] != '{' {
		return b.estimate(u)
	}
	u.UsageDigest = digest(object)
	tokens, err := ReadUsage(b.Dialect, object)
	if err != nil {
		return b.estimate(u)
	}
	u.Tokens, u.TokensKnown = tokens, true
	return u
}

// answeredModel looks where the model usually stands before it walks through the whole.
func (b *BodyTap) answeredModel() string {
	if b.cut && b.model != "" {
		return b.model
	}
	if !b.cut {
		if found := firstMember(b.kept[:min(len(b.kept), 1024)], "model"); found != nil {
			return b.text(found)
		}
	}
	if found := lastMember(b.kept, "model"); found != nil || b.cut {
		return b.text(found)
	}
	return b.text(member(b.kept, "model"))
}

// text is the model that a value names.
func (b *BodyTap) text(value []byte) string {
	if n := len(b.Model); n > 0 && len(value) == n+2 && value[0] == '"' && string(value[1:n+1]) == b.Model && strings.IndexByte(b.Model, '\\') < 0 {
		return b.Model
	}
	return text(value)
}
