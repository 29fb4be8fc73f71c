package gateway

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"entente/articles/policy"
	"entente/egress"
	"entente/gateway/mcp"
)

// modelContext is the Model Context Protocol over streamable HTTP, with and without sessions, at
// /{component}/mcp.
type modelContext struct{}

var (
	mcpMessage = &operation{}
	mcpStream  = &operation{name: "stream"}
	mcpEnd     = &operation{name: "session.end"}
)

func (modelContext) find(c *call) (op *operation, allow string) {
	if c.rest != "mcp" {
		return nil, ""
	}
	switch c.r.Method {
	case http.MethodPost:
		return mcpMessage, ""
	case http.MethodGet:
		return mcpStream, ""
	case http.MethodDelete:
		return mcpEnd, ""
	}
	return nil, "POST, GET, DELETE"
}

// content is the arguments of a tool or a prompt.
func (modelContext) content(c *call) []byte { return c.ask.message.Arguments() }

func (modelContext) request(c *call, up *upstream) *egress.Call { return c.whole(up) }

func (modelContext) judge(_ *call, resp *egress.Response) *refusal { return byStatus(resp) }

func (modelContext) read(c *call) *refusal {
	if no := c.checkOrigin(); no != nil {
		return no
	}
	if no := c.openSession(); no != nil {
		return no
	}
	if c.op != mcpMessage {
		if mcp.Stateless(c.in) {
			c.out.Set("Allow", http.MethodPost)
			return refuse(methodNotAllowed, "", "This version of the protocol has no sessions and no streams of their own: it takes POST only.")
		}
		c.ask.stream = c.op == mcpStream
		return nil
	}
	if no := c.readJSON(); no != nil {
		return no
	}
	m, err := mcp.Read(c.body)
	c.ask.message = m
	for _, check := range []func() error{
		func() error { return err },
		func() error { return m.CheckVersion(c.in) },
		func() error { return m.CheckHeaders(c.in) },
		m.Check,
	} {
		if err := check(); err != nil {
			return byMessage(err)
		}
	}
	c.askFor(m)
	return nil
}

// askFor says what a message asks for, and takes out of it what the caller may not be asked.
func (c *call) askFor(m *mcp.Message) {
	c.ask.Operation = m.Method
	switch m.Method {
	case "":
		c.ask.Operation = "response"
	case "response", mcpStream.name, mcpEnd.name:
		c.ask.Operation = "" // these are operations of the transport, and no methods
	case "tools/call":
		c.ask.Item = policy.Item{Kind: policy.Tool, Name: m.Name}
	case "prompts/get":
		c.ask.Item = policy.Item{Kind: policy.Prompt, Name: m.Name}
	case "resources/read", "resources/subscribe", "resources/unsubscribe":
		c.ask.Item = policy.Item{Kind: policy.Resource, Name: m.URI}
	case "completion/complete":
		c.ask.Item = policy.Item{Kind: policy.Prompt, Name: m.RefName}
		if m.Reference == "ref/resource" {
			c.ask.Item.Kind = policy.Template
		}
	case "subscriptions/listen":
		for _, uri := range m.Subscriptions {
			c.ask.also = append(c.ask.also, policy.Item{Kind: policy.Resource, Name: uri})
		}
	}
	c.ask.edit = m.Withhold(c.mayBeAsked)
}

// mayBeAsked reports whether Schedule A lets the provider's server ask something of the caller.
func (c *call) mayBeAsked(method string) bool {
	return slices.Contains(c.grant.Route.Operations, method)
}

// byMessage says what is wrong with a message.
func byMessage(err error) *refusal {
	switch {
	case errors.Is(err, mcp.ErrVersion):
		return refuse(versionUnsupported, "", "%s", sentence(err.Error()))
	case errors.Is(err, mcp.ErrMethod):
		return refuse(noSuchMethod, "", "%s", sentence(err.Error()))
	case errors.Is(err, mcp.ErrHeaders):
		return refuse(headerMismatch, "", "%s", sentence(err.Error()))
	}
	return refuse(bodyInvalid, "", "%s", sentence(err.Error()))
}

// checkOrigin refuses the page of a web site that Schedule A does not list: what a browser sends
// for a page, its reader may know nothing of. Pages on the gateway's own machine may call it there.
func (c *call) checkOrigin() *refusal {
	origin, n := c.in.Find("Origin")
	if n == 0 || n == 1 && slices.Contains(c.grant.Route.Origins, origin) {
		return nil
	}
	if u, err := url.Parse(origin); err == nil && n == 1 && onThisMachine(u.Host) && onThisMachine(c.r.Host) {
		return nil
	}
	return refuse(originNotListed, "A", "The request comes from a web page of an origin that Schedule A does not list for the component.")
}

func onThisMachine(host string) bool {
	name := (&url.URL{Host: host}).Hostname()
	ip, err := netip.ParseAddr(name)
	return name == "localhost" || err == nil && ip.IsLoopback()
}

const sessionHeader = "Mcp-Session-Id"

// openSession finds the server's own id of the session that the caller names. A caller holds a
// session by an id that carries the mark of the key that opened it, so that no other key has it.
func (c *call) openSession() *refusal {
	named, n := c.in.Find(sessionHeader)
	if n == 0 {
		return nil
	}
	id, tag, _ := cutLast(named)
	if n > 1 || subtle.ConstantTimeCompare([]byte(tag), []byte(c.sessionTag(id))) != 1 {
		return refuse(sessionUnknown, "", "This key has opened no such session: open one with initialize.")
	}
	c.in.Set(sessionHeader, id)
	return nil
}

func cutLast(s string) (before, after string, found bool) {
	if i := strings.LastIndexByte(s, '.'); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

func (c *call) sessionTag(id string) string {
	place := strings.Join([]string{"mcp-session", string(c.policy.Agreement), c.component, string(c.grant.Environment), c.grant.Key}, "\x00")
	return c.gateway.Upstreams.Sealer.Tag(place, id)
}

func (modelContext) passage(c *call, resp *egress.Response, out io.Writer) passage {
	if id := resp.Header.Get(sessionHeader); id != "" {
		resp.Header.Set(sessionHeader, id+"."+c.sessionTag(id))
	}
	filter := &mcp.Filter{Lists: c.grant.Route.Lists, May: c.mayBeAsked}
	if c.ask.message != nil {
		filter.ID = c.ask.message.ID
	}
	ok := resp.StatusCode < 300
	p := passage{quiet: c.op == mcpStream || c.ask.Operation == "subscriptions/listen"}
	if c.ask.Operation == "tools/call" {
		p.tools = func() int64 { return count(ok && !filter.Failed) }
	}
	if !ok || !isEventStream(resp.Header) {
		p.rewrite = judged{&mcp.Body{Filter: filter, W: out, Max: c.gateway.maxBody(), Loose: !ok}}
		return p
	}
	p.events, p.rewrite = true, judged{&mcp.Events{Filter: filter, W: out, Max: c.gateway.maxBody(), Quiet: c.op == mcpStream}}
	if filter.ID != nil {
		p.ended = func() bool { return filter.Answered }
	}
	return p
}

func count(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

// judged makes refusals of what a filter finds.
type judged struct{ rewriter }

func (j judged) Write(p []byte) (int, error) {
	n, err := j.rewriter.Write(p)
	return n, judge(err)
}

func (j judged) End() error { return judge(j.rewriter.End()) }

func judge(err error) error {
	var asked *mcp.Asked
	switch {
	case errors.As(err, &asked):
		return refuse(policy.NotListed, "A", "The provider’s server asked the caller for something (%s) that Schedule A does not list for the component.", clean(asked.Method))
	case errors.Is(err, mcp.ErrMessage):
		no := refuse(upstreamFailed, "", "The provider's service sent something that is no message of the protocol, or a larger one than is taken.")
		no.cause = err
		return no
	}
	return err
}

// clean is a method's name as a refusal quotes it.
func clean(method string) string { return printable(method[:min(len(method), 64)]) }

// The codes of JSON-RPC errors.
const (
	rpcRefused  = -32003 // under the agreement: the data says by which clause
	rpcInvalid  = -32600
	rpcNoMethod = -32601
	rpcInternal = -32603
	rpcHeaders  = -32020
	rpcVersion  = -32022
)

// rpcCodes are those that the protocol has for a refusal.
var rpcCodes = map[policy.Code]int{
	policy.NotListed: rpcNoMethod, noSuchMethod: rpcNoMethod, bodyInvalid: rpcInvalid, headerMismatch: rpcHeaders, versionUnsupported: rpcVersion,
	notMetered: rpcInternal, noUpstream: rpcInternal, upstreamUnreachable: rpcInternal, upstreamTimeout: rpcInternal, upstreamRefused: rpcInternal,
	upstreamRedirected: rpcInternal, upstreamFailed: rpcInternal, upstreamBroke: rpcInternal,
}

// An rpcError is a response of JSON-RPC that is an error; its data is the problem.
type rpcError struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id,omitempty"`
	Error   rpcErrorObject  `json:"error"`
}

type rpcErrorObject struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Data    any    `json:"data,omitempty"`
}

// An rpcProblem is a problem that is an error of JSON-RPC as well.
type rpcProblem struct {
	problem
	RPC string          `json:"jsonrpc"`
	ID  json.RawMessage `json:"id,omitempty"`
}

// word says what is wrong with one message as the response to it, which clients show as they show
// the server's own errors, and what is wrong with the call as a problem, by the status of HTTP. Each
// has the other within it.
func (modelContext) word(c *call, no *refusal) wording {
	b := c.problem(no)
	e := rpcError{Version: "2.0", Error: rpcErrorObject{Code: rpcRefused, Message: b.message}}
	if code, ok := rpcCodes[no.code]; ok {
		e.Error.Code = code
	}
	m := c.ask.message
	if m != nil {
		e.ID = m.ID
	}
	status, within := c.rpcStatus(no)
	if !within && !c.begun {
		b.Error = e.Error
		return wording{status, "application/problem+json", "", inOneLine(rpcProblem{b, e.Version, e.ID})}
	}
	b.Error = nil
	e.Error.Data = b
	if no.code == versionUnsupported {
		e.Error.Data = unsupported{b, mcp.Versions, m.Asked(c.in)}
	}
	return wording{status, "application/json", "message", inOneLine(e)}
}

type unsupported struct {
	problem
	Supported []string `json:"supported"`
	Requested string   `json:"requested"`
}

// rpcStatus is the status of a refusal, and whether it is told as the response to the message.
func (c *call) rpcStatus(no *refusal) (status int, within bool) {
	m := c.ask.message
	if m == nil || m.Response || m.ID == nil {
		return no.statusCode(), false
	}
	switch no.code {
	case policy.ToolNotListed, policy.ResourceNotListed, policy.PromptNotListed:
		return http.StatusOK, true
	case policy.NotListed:
		if m.Stateless(c.in) {
			return http.StatusNotFound, true
		}
		return http.StatusOK, true
	case noSuchMethod, bodyInvalid, headerMismatch, versionUnsupported:
		return no.statusCode(), true
	}
	return no.statusCode(), false
}
