// Package usage reads what an AI service says that a call has used, out of its answer as it passes:
// of OpenAI-compatible and Anthropic-compatible services, in one piece or as a stream of
// server-sent events (Tap, BodyTap), and takes out the chunk that only the gateway asked for
// (Strip). Nothing of an answer is kept but its counts, the name of the model that answered and the
// digest of what it said.
package usage

// Tokens are counted in kinds that never overlap: their sum is what was processed.
type Tokens struct {
	InputUncached int64
	CacheRead     int64
	CacheWrite    int64
	Output        int64 // without reasoning
	Reasoning     int64
}

// Input is the sum of the three input kinds.
func (t Tokens) Input() int64 { return t.InputUncached + t.CacheRead + t.CacheWrite }

// Total is the sum of all kinds.
func (t Tokens) Total() int64 { return t.Input() + t.Output + t.Reasoning }

// Plus adds kind by kind.
func (t Tokens) Plus(u Tokens) Tokens {
	return Tokens{
		InputUncached: t.InputUncached + u.InputUncached,
		CacheRead:     t.CacheRead + u.CacheRead,
		CacheWrite:    t.CacheWrite + u.CacheWrite,
		Output:        t.Output + u.Output,
		Reasoning:     t.Reasoning + u.Reasoning,
	}
}

// Usage is what an answer said, or let be seen, about its own cost.
type Usage struct {
	Units int64 // of the provider's own, as the answer states them

	Tokens Tokens
	// TokensKnown: the upstream stated Tokens. Estimated: it did not, and Tokens is an estimate of what
	// was delivered, zero where nothing was. Never both.
	TokensKnown, Estimated bool
	Most                   Bound // of an estimate: what it cannot have exceeded, and limits count
	// Disputed: the upstream stated more than can be, or more than a hard limit let the call use.
	// Tokens is what was believed; UsageDigest stands for what was stated.
	Disputed      bool
	AnsweredModel string // as the answer names it
	Served        Served // likewise
	// UsageDigest is the SHA-256 in hex of the upstream's usage object, byte for byte. Of an
	// Anthropic stream it is that of the first and the last such object with a line feed between.
	UsageDigest string
}
