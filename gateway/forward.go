package gateway

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"entente/agreement"
	"entente/gateway/measure"
	"entente/gateway/strictjson"
	"entente/meter"
	"entente/usage"
)

// forward takes the call to the upstream and brings the answer back. The usage record is opened
// first: no answer begins without one.
func (c *call) forward() *refusal {
	up := c.gateway.Upstreams.lookup(c.policy.Agreement, c.grant.Route.Component, c.grant.Environment)
	if up == nil {
		return byVerdict(notConnected)
	}
	usage, err := c.gateway.Meter.Open(c.record())
	if err != nil {
		no := refuse(notMetered, "", "The call cannot be metered at the moment, and nothing is served unmetered.")
		no.cause, no.retry = err, 5*time.Second
		return no
	}
	c.usage, c.opened = usage, c.gateway.Now()
	c.named(usage.ID())
	c.line.Begin(c.r.Context())
	defer c.line.Leave()
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

// named tells the caller under which id the call is metered, and in which statement of the ledger
// it will be: with the two, GET /api/v1/receipts/{id} proves it.
func (c *call) named(id meter.ID) {
	name := id.String()
	c.usageID = name
	c.set("Entente-Usage-Id", name)
	c.set("Entente-Receipt", name+c.desk.statement(id.Time(), c.grant, c.policy.Zone))
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
func (c *call) request(up *upstream) *http.Request {
	req := c.protocol.request(c, up)
	c.put(req.Header, "Entente-Request-Id", c.id)
	if up.header != "" {
		c.put(req.Header, up.header, up.secret.Reveal())
	}
	return req
}

// whole is the call of an AI service: compressed answers would hide their usage.
func (c *call) whole(up *upstream) *http.Request {
	req := c.sending(up.address(c.op.path, passingQuery(c.r)), passing(c.r.Header))
	req.Header["Accept-Encoding"] = identity
	return req
}

var identity = []string{"identity"}

// sending is a call with the body that was read, byte for byte, except for the one edit that its protocol makes.
func (c *call) sending(to *url.URL, header http.Header) *http.Request {
	body := strictjson.Apply(c.body, c.ask.edit)
	c.content.Reset(body)
	req := &http.Request{Method: c.r.Method, URL: to, Header: header, Body: &c.content, ContentLength: int64(len(body))}
	return req.WithContext(&c.line)
}

// passed are the headers that go to the upstream, beside the families Mcp- and Openai-; nothing else
// does, and never the caller's key.
var passed = map[string]bool{"Accept": true, "Accept-Language": true, "Anthropic-Beta": true, "Anthropic-Version": true, "Content-Type": true,
	"Idempotency-Key": true, "Last-Event-Id": true, "Traceparent": true, "Tracestate": true, "User-Agent": true}

var nameless = []string{""} // else the transport would name itself

func passing(from http.Header) http.Header {
	to := make(http.Header, 8)
	dropped := connectionOptions(from)
	for name, values := range from {
		if (passed[name] || strings.HasPrefix(name, "Mcp-") || strings.HasPrefix(name, "Openai-")) && !slices.Contains(dropped, name) {
			to[name] = values
		}
	}
	if _, ok := to["User-Agent"]; !ok {
		to["User-Agent"] = nameless
	}
	return to
}

// connectionOptions are the headers that are meant for the next hop only.
func connectionOptions(h http.Header) []string {
	var names []string
	for _, line := range h["Connection"] {
		for name := range strings.SplitSeq(line, ",") {
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

// withheld are the headers of an answer that stay here: they belong to the connection to the
// upstream, or would act on the gateway's origin, or speak of the upstream's own limits.
var withheld = map[string]bool{
	"Connection": true, "Keep-Alive": true, "Proxy-Authenticate": true, "Proxy-Connection": true, "Te": true, "Trailer": true,
	"Transfer-Encoding": true, "Upgrade": true,
	"Set-Cookie": true, "Set-Cookie2": true, "Alt-Svc": true, "Clear-Site-Data": true, "Location": true, "Refresh": true,
	"Strict-Transport-Security": true, "Www-Authenticate": true, "Access-Control-Allow-Origin": true, "Access-Control-Allow-Credentials": true,
	"Ratelimit": true, "Ratelimit-Policy": true, "X-Request-Id": true, "X-Content-Type-Options": true, "Server": true, "Date": true,
}

func (c *call) copyHeader(from http.Header) {
	to := c.w.Header()
	dropped := connectionOptions(from)
	for name, values := range from {
		if withheld[name] || strings.HasPrefix(name, "Entente-") || strings.HasPrefix(name, "X-Ratelimit-") || slices.Contains(dropped, name) {
			continue
		}
		to[name] = values
	}
	if c.location != "" {
		to.Set("Location", c.location)
	}
	c.announce(to)
	if !c.grant.Route.Permits(agreement.Training, c.classOrKeys()) {
		to["Content-Usage"] = noTraining
	}
}

var noTraining = []string{"train-ai=n"}

// An answer is what comes back, and what is noted of it.
type answer struct {
	call    *call
	first   time.Duration // to the first byte
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
	r := a.result(outcome)
	c.outcome = r.Outcome
	c.gateway.Measures.Ended(measure.Place{Agreement: string(c.policy.Agreement), Component: c.grant.Route.Component, Environment: string(c.grant.Environment)}, r, c.gateway.Now().Sub(c.at))
	if err := c.usage.Close(r); err != nil {
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
