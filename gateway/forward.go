package gateway

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"entente/agreement"
	"entente/egress"
	"entente/gateway/strictjson"
	"entente/meter"
	"entente/usage"
	"entente/wire"
)

// forward takes the call to the upstream and brings the answer back. The usage record is opened
// first: no answer begins without one.
func (c *call) forward() *refusal {
	up := c.desk.upstream(c.gateway.Upstreams, c.policy, c.grant)
	if up == nil {
		return byVerdict(notConnected)
	}
	if no := c.enter(); no != nil {
		return no
	}
	c.line.Begin(c.r.Context())
	defer func() { c.seen = !c.line.Leave() || c.seen }()
	c.gateway.open.add(c)
	defer c.gateway.open.remove(c)
	if p, _ := c.gateway.Register.Grant(c.digest); p != c.policy { // it may have changed since it decided
		c.recheck(c.gateway.Now())
	}

	a := &c.answer
	a.call = c
	// Whatever happens here, also a panic, the record does not stay open.
	defer a.close(meter.UpstreamError)
	resp, err := c.exchange(up)
	if err != nil {
		return a.fail(err)
	}
	defer resp.Body.Close()
	if no := c.protocol.judge(c, resp); no != nil {
		return a.failWith(no)
	}
	if resp.StatusCode == http.StatusSwitchingProtocols {
		return a.open(resp)
	}
	return a.pass(resp)
}

// enter opens the usage record. It is no part of forward, so that a stream that waits has no record on its stack.
func (c *call) enter() *refusal {
	c.opened = c.gateway.Now()
	r := c.record()
	if err := c.gateway.Meter.OpenIn(&c.usage, &r, c.opened); err != nil {
		no := refuse(notMetered, "", "The call cannot be metered at the moment, and nothing is served unmetered.")
		no.cause, no.retry = err, 5*time.Second
		return no
	}
	c.named(c.usage.ID())
	return nil
}

// named tells the caller under which id the call is metered, and in which statement of the ledger
// it will be: with the two, GET /api/v1/receipts/{id} proves it.
func (c *call) named(id meter.ID) {
	room := make([]byte, 0, 128)
	room = id.Append(room)
	name := len(room)
	receipt := string(append(room, c.desk.statement(c.opened, c.grant, c.policy.Zone)...))
	c.usageID = receipt[:name]
	c.out.Add("Entente-Usage-Id", c.usageID)
	c.out.Add("Entente-Receipt", receipt)
}

func (c *call) record() meter.Record {
	p, g := c.policy, c.grant
	return meter.Record{
		Agreement: string(p.Agreement), Version: p.Version, Policy: p.Digest, Key: g.Key, Party: string(g.Party),
		Component: g.Route.Component, Environment: string(g.Environment), Purpose: string(c.purposeOrKeys()), DataClass: string(c.classOrKeys()),
		Operation: c.ask.Operation, Model: c.ask.Model, Item: c.ask.Item.String(), Stream: c.ask.stream, ClientRequestID: c.theirs, Customer: c.customer, Held: c.hold.Held(),
	}
}

// request is the call as the upstream gets it.
func (c *call) request(up *upstream) *egress.Call {
	req := c.protocol.request(c, up)
	req.Header.Add("Entente-Request-Id", c.id)
	if up.header != "" {
		req.Header.Set(up.header, up.secret.Reveal())
	}
	return req
}

// whole is the call of an AI service: compressed answers would hide their usage.
func (c *call) whole(up *upstream) *egress.Call {
	c.sending(up.address(c.op.path, passingQuery(c.r)))
	dropped := connectionOptions(c.in)
	for _, f := range c.in {
		if passes(f.Name) && !slices.Contains(dropped, f.Name) {
			c.going.Header = append(c.going.Header, f)
		}
	}
	c.going.Header.Add("Accept-Encoding", "identity")
	return &c.going
}

// sending is a call with the body that was read, byte for byte, except for the one edit that its protocol makes.
func (c *call) sending(to *egress.Target) *egress.Call {
	c.going = egress.Call{Method: c.r.Method, Target: to, Header: c.room[:0], Whole: strictjson.Apply(c.body, c.ask.edit)}
	return &c.going
}

// passes reports whether a header goes to the upstream of an AI service; nothing else does, and never
// the caller's key.
func passes(name string) bool {
	switch name {
	case "Accept", "Accept-Language", "Anthropic-Beta", "Anthropic-Version", "Content-Type", "Idempotency-Key", "Last-Event-Id", "Traceparent", "Tracestate", "User-Agent":
		return true
	}
	return strings.HasPrefix(name, "Mcp-") || strings.HasPrefix(name, "Openai-")
}

// connectionOptions are the headers that are meant for the next hop only.
func connectionOptions(h wire.Header) []string {
	var names []string
	for _, f := range h {
		if f.Name != "Connection" {
			continue
		}
		for name := range strings.SplitSeq(f.Value, ",") {
			names = append(names, http.CanonicalHeaderKey(strings.TrimSpace(name)))
		}
	}
	return names
}

// passingQuery is the one query that an official client sends: Anthropic's says that it uses beta features.
func passingQuery(r *http.Request) string {
	if r.URL.RawQuery == "beta=true" {
		return r.URL.RawQuery
	}
	return ""
}

// withheld reports whether a header of an answer stays here: it belongs to the connection to the
// upstream, or would act on the gateway's origin, or speaks of the upstream's own limits.
func withheld(name string) bool {
	switch name {
	case "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade",
		"Set-Cookie", "Set-Cookie2", "Alt-Svc", "Clear-Site-Data", "Location", "Refresh",
		"Strict-Transport-Security", "Www-Authenticate", "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials",
		"Ratelimit", "Ratelimit-Policy", "X-Request-Id", "X-Content-Type-Options", "Server", "Date":
		return true
	}
	return strings.HasPrefix(name, "Entente-") || strings.HasPrefix(name, "X-Ratelimit-")
}

func (c *call) copyHeader(from wire.Header) {
	dropped := connectionOptions(from)
	for _, f := range from {
		if withheld(f.Name) || slices.Contains(dropped, f.Name) || f.Name == "Content-Length" && c.out.Has(f.Name) {
			continue
		}
		*c.out = append(*c.out, f)
	}
	if c.location != "" {
		c.out.Add("Location", c.location)
	}
	c.announce()
	if !c.grant.Route.Permits(agreement.Training, c.classOrKeys()) {
		c.out.Set("Content-Usage", "train-ai=n")
	}
}

// An answer is what comes back, and what is noted of it.
type answer struct {
	call    *call
	first   time.Duration // to the first byte
	at      time.Time     // when what is being passed on came, where that is known
	passage passage
	served  usage.Served // as the answer's header says
	seen    int64        // bytes that came
	last    int64        // bytes that are about to be sent
	closed  bool
}

// close closes the record with what has been seen so far. Only the first counts.
func (a *answer) close(outcome meter.Outcome) {
	if a.closed {
		return
	}
	a.closed = true
	c := a.call
	if c.ended = a.at; c.ended.IsZero() {
		c.ended = c.gateway.Now()
	}
	r := a.result(outcome)
	c.outcome = r.Outcome
	c.desk.counts.Ended(&r, c.ended.Sub(c.at))
	if err := c.usage.CloseAt(&r, c.ended); err != nil {
		c.gateway.logger().Error("the end of a call was not metered; the next start closes its record", "usage", c.usage.ID().String(), "err", err)
	}
}

// fail says why the upstream's answer did not come, or not to its end. It is nil when nobody is
// there to be told.
func (a *answer) fail(err error) *refusal {
	c := a.call
	var no *refusal
	switch cause := c.line.Err(); {
	case errors.As(cause, &no):
		return a.failWith(no)
	case c.r.Context().Err() != nil, errors.Is(cause, errLeft):
		a.close(meter.CallerGone)
		return nil
	}
	no = refusalOf(err)
	if a.passage.quiet && c.begun && no.code == upstreamTimeout {
		a.close(meter.OK) // nothing was to be said; the caller listens again
		return nil
	}
	if c.begun && no.code == upstreamUnreachable {
		no = refuse(upstreamBroke, "", "The provider's service broke off in the middle of its answer.")
		no.cause = err
	}
	return a.failWith(no)
}

// failWith ends the record of an answer that a refusal takes the place of, or cuts off.
func (a *answer) failWith(no *refusal) *refusal {
	if c := a.call; !c.begun {
		c.status = c.words(no).status
	}
	if no.outcome() == meter.Cut {
		a.call.cutBy = no
	}
	a.close(no.outcome())
	return no
}
