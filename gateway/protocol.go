package gateway

import (
	"io"

	"entente/articles/openapi"
	"entente/articles/policy"
	"entente/articles/technical"
	"entente/egress"
	"entente/usage"
)

// A protocol is what a component speaks, by Schedule A. The steps of a call are the same under
// every protocol and know none of them; what differs is here.
type protocol interface {
	// find is the operation that the call's method and the path behind the component ask for. It is
	// nil if there is none; allow then names the methods that the path takes, or is empty.
	find(c *call) (op *operation, allow string)
	// read takes in the body and makes the call's ask: what of the request decides, and what of it
	// goes to the upstream.
	read(c *call) *refusal
	// content is the JSON text that a format of clause 2.3 speaks of.
	content(c *call) []byte
	// request is the call as the upstream gets it, but for the upstream's own secret.
	request(c *call, up *upstream) *egress.Call
	// judge says why an answer's status and header are not for the caller; nil if they are.
	judge(c *call, resp *egress.Response) *refusal
	// passage says how an answer passes. What is changed on the way is written to out.
	passage(c *call, resp *egress.Response, out io.Writer) passage
	// word says a refusal as the protocol's clients expect it.
	word(c *call, no *refusal) wording
}

// protocols are those that the gateway speaks.
var protocols = map[technical.Protocol]protocol{technical.OpenAI: openAI, technical.Anthropic: anthropic, technical.MCP: modelContext{},
	technical.HTTP: plain{}}

// An operation is something that a path asks for.
type operation struct {
	name      string // in Schedule A
	path      string // at the upstream, behind the component's address
	dialect   usage.Dialect
	usage     bool               // a stream states its usage only when it is asked to
	generates bool               // its answer has tokens of its own
	api       *openapi.Operation // of a plain HTTP API
	own       func(*call)        // answers without the upstream; nil if the call is forwarded
}

// A passage is how an answer passes: how it is read, and how it is changed.
type passage struct {
	reading reading      // nil if the answer states no usage
	events  bool         // a stream of events, of which each is sent at once
	ended   func() bool  // the stream's own last event has passed; nil if it has none
	behind  func() int   // bytes of those that reading took last that stand behind that event; nil if the rewriter drops them
	rewrite rewriter     // nil if every byte passes as it is
	held    bool         // what passes is held before it does, event by event
	quiet   bool         // a stream that may be silent; one that is for too long ends in order
	most    int64        // the most bytes that pass; 0 if nothing says so
	tools   func() int64 // the calls of tools that were answered; nil if there are none
}

// A reading reads usage out of what is written to it.
type reading interface {
	io.Writer
	Usage() usage.Usage
}

// A rewriter passes on what is written to it, changed; End is the end of the answer. An error
// that is a refusal ends the answer with it.
type rewriter interface {
	io.Writer
	End() error
}

// A wording is a refusal as it is sent: as an answer, or as the last event of one.
type wording struct {
	status int
	media  string
	event  string // the event's type
	body   []byte // in one line
}

// wording is how a refusal is said where no protocol says it otherwise.
func (c *call) wording(no *refusal) wording {
	return wording{no.statusCode(), "application/problem+json", "error", inOneLine(c.problem(no))}
}

func (c *call) problem(no *refusal) problem {
	return no.problem(c.id, c.policy, c.grant != nil && no.code != policy.KeyInvalid)
}

// speaks is the protocol of the component that the path names, as far as the caller's key or, for
// a stranger, the only agreement that offers it tells; nil if nothing does.
func (c *call) speaks() protocol {
	if r := c.route(); r != nil {
		return protocols[r.Protocol]
	}
	return nil
}

// route is the component that the path names, as far as that is known.
func (c *call) route() *policy.Route {
	switch {
	case c.grant != nil:
		return c.grant.Route
	case c.policy != nil:
		return c.policy.Routes[c.component]
	}
	return nil
}

// meant points out the path that a client has missed, where its kind of client is known to miss it.
func (c *call) meant() string {
	path := ""
	switch p := c.protocol.(type) {
	case ai:
		path = p.missed(c.rest, c.r.Method)
	case modelContext:
		path = "mcp"
	}
	if path == "" {
		return ""
	}
	return " Call /" + c.component + "/" + path + "."
}

// find reads the path: /{component}/…, where the protocol says what may follow.
func (c *call) find() *refusal {
	allow := ""
	if c.protocol = c.speaks(); c.protocol != nil {
		c.op, allow = c.protocol.find(c)
	}
	switch {
	case c.op != nil:
		c.ask.Operation = c.op.name
		return nil
	case allow != "":
		c.out.Set("Allow", allow)
		return refuse(methodNotAllowed, "", "This path takes %s only.", allow)
	case c.grant != nil:
		return refuse(noSuchOperation, "A", "Schedule A lists what may be called, and nothing is called by this path.%s", c.meant())
	case c.protocol == nil && c.rest != "":
		return nil // a stranger is not told which components there are
	}
	return refuse(noSuchOperation, "", "Nothing is called by this path: calls go to /{component}/v1/chat/completions, /{component}/mcp and the like.")
}
