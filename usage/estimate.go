package usage

// bytesPerToken is the rule of thumb by which an estimate takes text for tokens: about right for English
// prose, too high for most other text that models read, and named as what it is wherever it counts.
const bytesPerToken = 4

// A Basis is how it is known what a call used.
type Basis string

// The bases.
const (
	Stated    Basis = "stated"    // by the service
	Delivered Basis = "delivered" // estimated: a token for each four bytes of text that went to the service and came from it
	Upper     Basis = "bound"     // the most that it can have been, as earlier releases kept it
	Unknown   Basis = "unknown"   // nobody can say, and nothing is counted
)

// Basis says how Tokens is known; empty where the call has none to know.
func (u Usage) Basis() Basis {
	switch {
	case u.TokensKnown:
		return Stated
	case !u.Estimated:
		return ""
	case u.Most != Bound{}:
		return Delivered
	case u.Tokens != Tokens{}:
		return Upper
	}
	return Unknown
}

// Counted is what limits count of a call: what was stated or, of an estimate, the most that it can have been.
func (u Usage) Counted() Tokens {
	t := u.Tokens
	t.InputUncached += max(u.Most.Input-t.Input(), 0)
	t.Output += max(u.Most.Output-t.Output-t.Reasoning, 0)
	return t
}

// delivered is what passed of a call whose usage is not stated.
type delivered struct {
	request    []byte
	text, most int64 // bytes of the answer's text, and of what cannot be more than that
}

// estimate completes u, for which so much was stated and delivered.
func (b Bound) estimate(u Usage, stated Tokens, d delivered) Usage {
	if b == (Bound{}) {
		return u
	}
	u.Estimated, u.Tokens = true, stated
	if stated.Input() == 0 {
		u.Tokens.InputUncached = min(tokensOf(promptBytes(d.request)), b.Input)
	}
	if b.Output >= 0 {
		d.text, d.most = min(d.text, b.Output*bytesPerToken), min(d.most, b.Output)
	}
	u.Tokens.Output = max(stated.Output, tokensOf(d.text))
	u.Most = Bound{max(u.Tokens.Input(), b.Input), max(u.Tokens.Output+stated.Reasoning, d.most)}
	if stated.Input() > 0 {
		u.Most.Input = stated.Input()
	}
	return u
}

func tokensOf(bytes int64) int64 { return (bytes + bytesPerToken - 1) / bytesPerToken }

func (b *BodyTap) estimate(u Usage) Usage {
	if b.seen == 0 {
		return u
	}
	d := delivered{b.Request, b.seen, b.seen}
	if !b.cut {
		d.text = 0
		members(b.kept, func(key, value []byte) bool {
			if answers[string(key)] {
				d.text += textBytes(value, wordless)
			}
			return true
		})
	}
	return b.Most.estimate(u, Tokens{}, d)
}

// answers are the members of an answer that hold its text, and prompts those of a request that hold what
// the model is to read.
var (
	answers = map[string]bool{"choices": true, "content": true, "output": true}
	prompts = map[string]bool{"messages": true, "system": true, "input": true, "prompt": true, "instructions": true, "tools": true, "functions": true}
)

// pointed are the names of strings of a request that are no text: what a piece is, and what it only refers to.
var pointed = map[string]bool{"role": true, "id": true, "type": true, "signature": true, "url": true, "image_url": true, "data": true, "file_data": true,
	"file_id": true, "media_type": true, "tool_call_id": true, "tool_use_id": true, "call_id": true}

// promptBytes are the bytes of text that a request gives the model to read.
func promptBytes(request []byte) (n int64) {
	members(request, func(key, value []byte) bool {
		if prompts[string(key)] {
			n += textBytes(value, pointed)
		}
		return true
	})
	return n
}
