package gateway

import (
	"cmp"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles/policy"
	"entente/egress"
	"entente/gateway/lifeline"
	"entente/meter"
	"entente/quota"
	"entente/usage"
	"entente/wire"
)

// A call is one request on its way through the gateway. What is not known yet is zero.
type call struct {
	gateway *Gateway
	w       http.ResponseWriter
	r       *http.Request // without its header
	in      wire.Header   // of the request
	out     *wire.Header  // of the answer
	id      string
	theirs  string // the caller's own id of the request
	at      time.Time

	component string // as in the path
	rest      string // of the path, behind the component
	protocol  protocol
	op        *operation
	shown     lastShown
	digest    access.KeyDigest // of the grant
	until     time.Time        // when the access token expires that was shown; zero if none was
	policy    *policy.Policy
	grant     *policy.Grant
	purpose   agreement.Purpose   // as declared; empty means the key's own
	class     agreement.DataClass // likewise
	customer  string              // as declared; empty if none is
	claimed   *string             // likewise, by the access token; nil if it does not say
	body      []byte
	upgrade   bool    // a WebSocket is asked for
	tunnel    *tunnel // the WebSocket under way
	upload    *upload // the body, where it passes as it comes
	ask       ask
	hold      quota.Hold

	desk       *desk
	usage      meter.Call
	usageID    string // empty until the call is metered
	open       link
	seen       bool          // by somebody who may still look at it
	opened     time.Time     // the usage record
	ended      time.Time     // likewise
	standing   atomic.Bool   // the answer is a WebSocket or a stream that waits for news: it may take any time
	line       lifeline.Line // the context of the call to the upstream
	outcome    meter.Outcome
	begun      bool     // the answer's header has gone out
	status     int      // that the caller got
	sent       int64    // bytes of the answer's body
	cut        bool     // the answer ends before its end
	cutBy      *refusal // why the node ended the answer
	deviations meter.Deviations
	location   string // where the caller finds what the answer points to; empty if it points nowhere here
	no         *refusal

	answer answer
	flow   flow
	going  egress.Call // to the upstream
	tap    usage.BodyTap
	attrs  [13]slog.Attr  // of its line in the log, which has no more
	room   [12]wire.Field // of the header that goes to the upstream
	fields wire.Header    // of the answer, where net/http writes it
}

// stop ends the call to the upstream.
func (c *call) stop(cause error) { c.line.End(cause) }

// writeHeader begins the answer.
func (c *call) writeHeader(status int) {
	c.fields.AddTo(c.w.Header())
	c.w.WriteHeader(status)
}

// run takes the steps of a call until one refuses it.
func (c *call) run() *refusal {
	stranger := c.authenticate()
	if elsewhere := c.grant != nil && (c.grant.Route == nil || c.grant.Route.Component != c.component); elsewhere {
		return c.decide() // whatever is asked for there, the key does not open it
	}
	if no := c.find(); no != nil {
		if stranger != nil {
			c.policy = nil // a stranger who asks for nothing learns nothing
		}
		return no
	}
	if stranger != nil {
		return stranger
	}
	if no := c.read(); no != nil {
		return no
	}
	if no := c.decide(); no != nil {
		return no
	}
	if no := c.conform(); no != nil {
		return no
	}
	full, err := c.gateway.Quotas.Enter(&c.hold, c.policy, c.grant, c.demand(), c.at)
	if err != nil {
		no := refuse(notMetered, "C", "What was used under this limit so far cannot be read at the moment.")
		no.cause = err
		return no
	}
	defer c.leaveHold()
	if policy, state := c.hold.Headers(); policy != "" {
		c.out.Add("Ratelimit-Policy", policy)
		c.out.Add("Ratelimit", state)
	}
	if full != nil {
		return byLimit(full)
	}
	if c.upload != nil && c.hold.Hard() && c.r.ContentLength < 0 {
		return refuse(lengthRequired, "C", "State the request's Content-Length: under a limit that is never exceeded, all of it is held before any of it passes.")
	}
	if c.op.own != nil {
		c.op.own(c)
		return nil
	}
	return c.forward()
}

func (c *call) leaveHold() {
	if c.ended.IsZero() {
		c.ended = c.gateway.Now()
	}
	c.hold.Leave(c.ended)
}

// authenticate finds the grant of the caller's key. The comparison with the digest found is in
// constant time, so that nothing is learnt from how long a wrong key takes.
func (c *call) authenticate() *refusal {
	shown := c.admit() // who shows what opens nothing is a stranger like any other
	if c.grant != nil {
		return nil
	}
	c.policy = c.gateway.Register.Offers(c.component)
	if c.policy != nil {
		if v := c.policy.Refuses(); !v.OK {
			return byVerdict(v) // the key may be one that is no longer legible
		}
	}
	no := refuse(policy.KeyInvalid, "B", "The call needs a live key that the consuming party has issued for this component, sent from where it may be used: "+
		"send it as “Authorization: Bearer ent_…” or “x-api-key: ent_…”, or send an access token of a registered client in its place, or connect with a client certificate that is registered.")
	switch {
	case errors.Is(shown, errTwo):
		no.why = "The request shows two credentials that differ: send one, in one header."
	case errors.Is(shown, errPage):
		no.why = "The page of a web site sent the request: a browser's client certificate alone opens nothing. Call from a program, or send a key."
	}
	no.cause = shown
	return no
}

// read takes in what the request says: its purpose and, where it has one, its body.
func (c *call) read() *refusal {
	if declared, n := c.in.Find("Entente-Purpose"); n > 0 {
		c.purpose = agreement.Purpose(declared)
		if n > 1 || !slices.Contains(agreement.Purposes, c.purpose) {
			c.purpose = ""
			return refuse(purposeUnknown, "3.2", "The header Entente-Purpose takes one of %s.", strings.Join(c.purpose.Values(), ", "))
		}
	}
	if no := c.readCustomer(); no != nil {
		return no
	}
	if declared, n := c.in.Find("Entente-Data-Class"); n > 0 {
		c.class = agreement.DataClass(declared)
		if n > 1 || !slices.Contains(c.class.Values(), string(c.class)) {
			c.class = ""
			return refuse(classUnknown, "3.4", "The header Entente-Data-Class takes one of %s.", strings.Join(c.class.Values(), ", "))
		}
	}
	return c.protocol.read(c)
}

// readJSON takes in a body that is to be read as JSON.
func (c *call) readJSON() *refusal {
	if !isJSON(c.in) {
		return refuse(mediaType, "", "Send the request as application/json in UTF-8, without a content encoding.")
	}
	return c.readBody()
}

// isJSON refuses a body that the upstream might take for something else than the gateway does.
func isJSON(h wire.Header) bool {
	stated, n := h.Find("Content-Type")
	if n != 1 || h.Get("Content-Encoding") != "" {
		return false
	}
	if stated == "application/json" {
		return true
	}
	media, params, err := mime.ParseMediaType(stated)
	charset := params["charset"]
	return err == nil && media == "application/json" &&
		(charset == "" || strings.EqualFold(charset, "utf-8"))
}

func (c *call) readBody() *refusal {
	most := c.gateway.maxBody()
	if c.r.ContentLength > most {
		return refuse(bodyTooLarge, "", "A request may have %d bytes.", most)
	}
	c.readWithin(c.gateway.bodyTime())
	body, err := readAll(c.r.Body, c.r.ContentLength, most)
	switch {
	case errors.Is(err, errLong):
		c.out.Set("Connection", "close")
		return refuse(bodyTooLarge, "", "A request may have %d bytes.", most)
	case errors.Is(err, os.ErrDeadlineExceeded):
		c.out.Set("Connection", "close")
		return refuse(bodyTooSlow, "", "The request's body did not arrive in time.")
	case err != nil:
		c.out.Set("Connection", "close")
		return refuse(bodyInvalid, "", "The request's body could not be read to its end.")
	}
	c.readWithin(0)
	c.body = body
	return nil
}

// readWithin gives the caller so long to send the body, from when it is waited for; 0 takes that back.
// Where there is no deadline to set, there is no slow caller either.
func (c *call) readWithin(span time.Duration) {
	if b, ok := c.w.(bare); ok {
		b.ReadWithin(span)
		return
	}
	by := time.Time{}
	if span > 0 {
		by = time.Now().Add(span)
	}
	_ = http.NewResponseController(c.w).SetReadDeadline(by)
}

var errLong = errors.New("the body is too large")

// readAll reads to the end, which net/http must have seen before it notices that the caller leaves, and
// no more than most bytes.
func readAll(r io.Reader, length, most int64) ([]byte, error) {
	if length < 0 {
		length = 511
	}
	body := make([]byte, 0, length+1) // one more, so that the end shows without growing
	for {
		n, err := r.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		if int64(len(body)) > most {
			return nil, errLong
		}
		if err == io.EOF {
			return body, nil
		}
		if err != nil {
			return nil, err
		}
		if len(body) == cap(body) {
			body = slices.Grow(body, cap(body))
		}
	}
}

func (c *call) decide() *refusal {
	if v := c.verdict(c.policy, c.grant, c.at); !v.OK {
		return byVerdict(v)
	}
	return nil
}

// verdict is what a policy says of the call, and of everything else that it names.
func (c *call) verdict(p *policy.Policy, g *policy.Grant, at time.Time) policy.Verdict {
	q := c.question(at)
	v := p.Decide(g, q)
	for i := 0; v.OK && i < len(c.ask.also); i++ {
		q.Item = c.ask.also[i]
		v = p.Decide(g, q)
	}
	return v
}

// decided is the item that the decision was about: of several, the first that is refused.
func (c *call) decided() policy.Item {
	if c.grant != nil && c.grant.Route != nil {
		for _, item := range c.ask.also {
			if !c.grant.Route.Lists(item) {
				return item
			}
		}
	}
	return c.ask.Item
}

func (c *call) question(at time.Time) policy.Call {
	q := c.ask.Call
	q.Component, q.Purpose, q.Class, q.Customer, q.At = c.component, c.purpose, c.class, c.customer, at.UnixNano()
	return q
}

func (c *call) purposeOrKeys() agreement.Purpose {
	if c.purpose != "" {
		return c.purpose
	}
	return c.grant.Purpose
}

func (c *call) classOrKeys() agreement.DataClass {
	if c.class != "" {
		return c.class
	}
	return c.grant.Class
}

// refuse counts a refusal and tells the caller, unless the answer has begun: then it can only end.
func (c *call) refuse(no *refusal) {
	c.no = no
	begun, said := c.begun, wording{}
	if !begun {
		said = c.words(no)
		c.begun, c.status = true, said.status
	}
	if no.counts() {
		c.count(no, c.status)
	}
	if begun {
		return
	}
	c.extendWrite()
	c.say(said, no)
}

// words are a refusal as the component's protocol says it.
func (c *call) words(no *refusal) wording {
	if c.protocol != nil {
		return c.protocol.word(c, no)
	}
	return c.wording(no)
}

// count counts a refusal, and keeps the call for whoever asks under the agreement why it was refused.
func (c *call) count(no *refusal, status int) {
	p, g, why := c.policy, c.grant, no.why
	if unfit := (*unfit)(nil); errors.As(no.cause, &unfit) { // told to its own party, and not to who shows it
		p, g, why = unfit.policy, unfit.grant, sentence(unfit.why)
	}
	r := meter.Refusal{Clause: string(no.clause), Code: string(no.code)}
	if p != nil {
		r.Agreement = string(p.Agreement)
		if p.Routes[c.component] != nil {
			r.Component = c.component
		}
	}
	if g != nil {
		r.Environment = string(g.Environment)
	}
	c.gateway.refusals.add(c.at, r)
	c.gateway.Measures.Refused(r)
	if p == nil {
		return
	}
	kept := meter.Refused{ID: c.id, ClientRequestID: c.theirs, At: c.at, Agreement: r.Agreement, Version: p.Version, Policy: p.Digest,
		Component: r.Component, Environment: r.Environment, Customer: c.customer, Operation: c.ask.Operation, Model: c.ask.Model, Item: c.decided().String(),
		Clause: r.Clause, Code: r.Code, Why: why, Limit: no.limit, Status: status}
	if g != nil {
		kept.Key, kept.Purpose, kept.DataClass = g.Key, string(cmp.Or(c.purpose, g.Purpose)), string(cmp.Or(c.class, g.Class))
	}
	c.gateway.refusals.keep(kept)
}

// extendWrite gives the caller time to take the next bytes.
func (c *call) extendWrite() {
	if b, ok := c.w.(bare); ok {
		b.SetStall(c.gateway.stall())
		return
	}
	_ = http.NewResponseController(c.w).SetWriteDeadline(time.Now().Add(c.gateway.stall()))
}
