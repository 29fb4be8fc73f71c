package usage

import "bytes"

// A Bound is the most that a call can use. A token of text takes at least one byte, so that a
// request never has more tokens than bytes, nor an answer more than its text has, whatever the
// service's way of cutting text up. That is not so of what a request only refers to (an image by its
// address, a file by its id, an earlier answer) and of what the service adds itself: nobody but the
// service can count that, and what it states of it is taken as Believed says.
type Bound struct {
	Input  int64
	Output int64 // that the request sets as a maximum for all answers together; negative if it sets none
}

// What an upstream may state beyond what can be seen, before it is disputed.
const (
	hiddenInput  = 1 << 21 // more than any model reads at once
	hiddenOutput = 1 << 20 // reasoning that is counted and not shown
	endMarks     = 64      // that some services count beyond the maximum
)

// Believed is u as far as it can be true of a call with this bound, of whose answer so many bytes
// were delivered. What is stated beyond that is disputed: the counts are brought down to it, and the
// digest of what was stated stays as evidence.
func (u Usage) Believed(b Bound, delivered int64) Usage {
	most := Bound{max(b.Input, hiddenInput), max(delivered, hiddenOutput)}
	if b.Output < 0 {
		return u.Within(most)
	}
	most.Output = b.Output + endMarks
	if u.Tokens.within(most) {
		return u
	}
	return u.Within(Bound{most.Input, b.Output})
}

// Within is u with the counts brought down to a bound, and disputed if that takes anything away.
func (u Usage) Within(b Bound) Usage {
	if u.Counted().within(b) {
		return u
	}
	t := &u.Tokens
	over := max(t.Input()-b.Input, 0)
	for _, kind := range []*int64{&t.InputUncached, &t.CacheWrite, &t.CacheRead} {
		less := min(over, *kind)
		*kind, over = *kind-less, over-less
	}
	t.Output = min(t.Output, b.Output)
	t.Reasoning = min(t.Reasoning, b.Output-t.Output)
	u.Most = Bound{min(u.Most.Input, b.Input), min(u.Most.Output, b.Output)}
	u.Disputed = true
	return u
}

func (t Tokens) within(b Bound) bool { return t.Input() <= b.Input && t.Output+t.Reasoning <= b.Output }

// text is what an event carries of an answer's text.
func (d Dialect) text(data []byte) (s said) {
	switch d {
	case AnthropicMessages:
		switch text(firstMember(data, "type")) {
		case "content_block_start":
			s.strings(member(data, "content_block"), wordless)
		case "content_block_delta":
			s.strings(member(data, "delta"), wordless)
		}
	case OpenAIResponses:
		if kind := text(firstMember(data, "type")); len(kind) > 6 && kind[len(kind)-6:] == ".delta" {
			s.strings(member(data, "delta"), wordless)
		}
	default:
		if bytes.Contains(data, choicesKey) {
			elements(member(data, "choices"), func(choice []byte) {
				s.strings(member(choice, "delta"), wordless)
				s.strings(member(choice, "text"), wordless)
			})
		}
	}
	return s
}

// said is text that was found: strings as they are written.
type said struct {
	bytes int64 // of all together
	count int
	last  []byte
}

// wordless are the names of strings that say what a piece is, not what it says.
var wordless = map[string]bool{"role": true, "id": true, "type": true, "signature": true}

// strings adds those of a value, names aside, and what stands under some names.
func (s *said) strings(value []byte, without map[string]bool) {
	counts := true
	for i := 0; i < len(value); i++ {
		if value[i] != '"' {
			continue
		}
		end := skipString(value, i)
		if end < 0 {
			return
		}
		if next := skipSpace(value, end); next < len(value) && value[next] == ':' {
			counts = !without[string(value[i+1:end-1])]
		} else if counts {
			s.last = value[i+1 : end-1]
			s.count++
			s.bytes += int64(len(s.last))
		}
		i = end - 1
	}
}

// textBytes is how long the strings of a value are together.
func textBytes(value []byte, without map[string]bool) int64 {
	var s said
	s.strings(value, without)
	return s.bytes
}

// elements visits the elements of an array.
func elements(array []byte, visit func(element []byte)) {
	if len(array) == 0 || array[0] != '[' {
		return
	}
	for i := skipSpace(array, 1); i < len(array) && array[i] != ']'; {
		end := skipValue(array, i)
		if end < 0 {
			return
		}
		visit(array[i:end])
		if i = skipSpace(array, end); i < len(array) && array[i] == ',' {
			i = skipSpace(array, i+1)
		}
	}
}
