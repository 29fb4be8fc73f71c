package gateway

import (
	"fmt"
	"io"
	"strconv"

	"entente/gateway/strictjson"
	"entente/meter"
	"entente/quota"
	"entente/usage"
)

// longest is how long a request wants its answers at most, under the names that services know.
// Zero is not stated: a service refuses a maximum of none.
type longest struct{ tokens, completion, output, answers int64 }

// mostStated is the largest maximum that a request may state.
const mostStated = 1 << 30

// count reads a whole number that limits something.
func (s *scan) count(name []byte, value strictjson.Span, into *int64) error {
	text := value.Of(s.body)
	switch c := text[0]; {
	case c == 'n':
		return nil
	case c != '-' && (c < '0' || c > '9'):
		return errKind(name)
	}
	n, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil || n < 0 || n > mostStated {
		return fmt.Errorf("the member %q must be a whole number from 0 to %d", name, mostStated)
	}
	*into = n
	return nil
}

// bound is the most that a call can use as far as its request tells. A chat service may know either
// of two names for the maximum, so that the larger one counts.
func (c *call) bound() usage.Bound {
	most, answers := c.ask.most, int64(1)
	stated := most.tokens
	switch c.op.dialect {
	case usage.OpenAIResponses:
		stated = most.output
	case usage.OpenAIChat:
		stated, answers = max(most.tokens, most.completion), max(most.answers, 1)
	}
	return c.op.bound(int64(len(c.body)), stated*answers)
}

// bound is the most that a call of the operation can use, of whose request so many bytes are read and whose
// answers may have so many tokens together; zero if it does not say.
func (op *operation) bound(request, stated int64) usage.Bound {
	switch {
	case op.dialect == 0:
		return usage.Bound{}
	case !op.generates:
		return usage.Bound{Input: request}
	case stated > 0:
		return usage.Bound{Input: request, Output: stated}
	}
	return usage.Bound{Input: request, Output: -1}
}

func (c *call) demand() quota.Demand {
	if c.op.own != nil {
		return quota.Demand{Customer: c.customer, Own: true}
	}
	sent := int64(len(c.body))
	if c.upload != nil {
		sent = max(c.r.ContentLength, 0)
	}
	return quota.Demand{Customer: c.customer, Most: c.bound(), Sent: sent}
}

// byLimit says which limit has no room for a call, and what would fit.
func byLimit(full *quota.Full) *refusal {
	return &refusal{code: full.Code(), clause: "C", why: full.Why(), retry: full.Wait, limit: full.Rule.Name()}
}

// grow holds more for the answer before more of it passes, and says why that may not be.
func (c *call) grow(output, delivered int64) *refusal {
	before := c.hold.Held()
	full := c.hold.Grow(c.gateway.Now(), output, delivered)
	if full != nil {
		return byLimit(full)
	}
	if now := c.hold.Held(); now != before {
		if err := c.usage.Raise(now); err != nil {
			no := refuse(notMetered, "", "The rest of the answer cannot be metered, and nothing is served unmetered.")
			no.cause = err
			return no
		}
	}
	return nil
}

// holdBytes holds what so many bytes of an answer may come to, whether or not they are there, unless
// its events are held one by one.
func (a *answer) holdBytes(bytes int64) *refusal {
	if !a.call.hold.Hard() || a.passage.held {
		return nil
	}
	tokens := bytes
	if !a.call.op.generates {
		tokens = 0
	}
	return a.call.grow(tokens, bytes)
}

// capped makes a stream under a hard limit end where no more can be held. The tap then sees what
// passes, and nothing else.
func (c *call) capped(p passage, tap *usage.Tap, out io.Writer) passage {
	if !c.hold.Hard() {
		return p
	}
	most := c.bound()
	limit := &usage.Cap{Tap: tap, W: out, Choices: int(max(c.ask.most.answers, 1)), Usage: c.op.usage && c.ask.edit == strictjson.Edit{}}
	limit.Allow = func(text, pieces, bytes int64) bool {
		if most.Output >= 0 { // the service keeps to the maximum that it was told; when it surely does not, it is ended
			text = 0
			if pieces > most.Output {
				c.cutBy = refuse(quotaExceeded, "C", "The answer is longer than the maximum of %d tokens that the call states, which is all that is held for it.", most.Output)
				return false
			}
		}
		c.cutBy = c.grow(text, bytes)
		return c.cutBy == nil
	}
	if p.rewrite != nil {
		limit.W = p.rewrite
		p.rewrite = both{limit, p.rewrite}
	} else {
		p.rewrite = limit
	}
	p.reading, p.held, p.behind = shown{tap}, true, nil
	p.ended = func() bool { return limit.Cut() || tap.Ended() }
	return p
}

// both is a rewriter that writes into another one.
type both struct{ first, second rewriter }

func (b both) Write(p []byte) (int, error) { return b.first.Write(p) }

func (b both) End() error {
	if err := b.first.End(); err != nil {
		return err
	}
	return b.second.End()
}

// shown is a reading of what somebody else shows it.
type shown struct{ *usage.Tap }

func (s shown) Write(p []byte) (int, error) { return len(p), nil }

// result is what comes of the call, with what it used as far as that is believed. It is counted
// when it goes on record: once, and the same.
func (a *answer) result(outcome meter.Outcome) meter.Result {
	c := a.call
	r := meter.Result{Outcome: outcome, Status: c.status, FirstByte: a.first, BytesIn: c.received(), BytesOut: c.sent + a.last}
	if a.passage.tools != nil {
		r.ToolCalls = a.passage.tools()
	}
	if a.passage.reading != nil && c.status < 400 {
		r.Usage = a.passage.reading.Usage()
	}
	a.asServed(&r)
	if c.cutBy != nil && (outcome == meter.OK || outcome == meter.Cut) {
		r.Outcome, r.Clause = meter.Cut, string(c.cutBy.clause)
	}
	c.hold.Settle(c.ended, &r)
	return r
}
