package gateway

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"entente/articles/openapi"
	"entente/egress"
	"entente/gateway/websocket"
	"entente/meter"
	"entente/wire"
)

// plain is the protocol of HTTP APIs that are no AI services: /{component}/ and the path of an operation. Bodies
// pass as they come, whatever they are.
type plain struct{}

// find is the operation of a path in the one form that it goes to the service in, too.
func (plain) find(c *call) (op *operation, allow string) {
	route := c.route()
	component, path, _ := strings.Cut(strings.TrimPrefix(c.r.URL.EscapedPath(), "/"), "/")
	if route == nil || route.API == nil || component != c.component {
		return nil, ""
	}
	found, others := route.API.Find(c.r.Method, "/"+path)
	if found == nil {
		return nil, strings.Join(others, ", ")
	}
	return &operation{name: found.Name, path: "/" + path, api: found}, ""
}

// overriding are parameters of a query that make some services take a call for one of another method.
var overriding = []string{"_method", "x-http-method-override", "x-method-override"}

// read leaves a body that is not small where it is, and says how much of it there may be.
func (plain) read(c *call) *refusal {
	for name := range c.r.URL.Query() {
		if slices.Contains(overriding, strings.ToLower(name)) {
			return refuse(bodyInvalid, "A", "The parameter %s would make the call one of another method, which Schedule A may not list.", strings.ToLower(name))
		}
	}
	if most := c.gateway.maxTransfer(); c.r.ContentLength > most {
		return refuse(bodyTooLarge, "", "A request may have %d bytes.", most)
	}
	c.ask.Operation = c.op.name
	if websocket.Asked(c.r, c.in) {
		c.upgrade, c.ask.stream = true, true
		if err := websocket.Check(c.r, c.in); err != nil {
			return refuse(bodyInvalid, "", "%s", sentence(err.Error()))
		}
	}
	if c.format().Request != nil {
		return c.readBody()
	}
	if n := c.r.ContentLength; n >= 0 && n <= smallBody {
		return c.readBody()
	}
	c.upload = newUpload(c)
	return nil
}

// smallBody is the largest body that is read whole: it is there before a connection to the service is taken.
const smallBody = 64 << 10

func (plain) content(c *call) []byte { return c.body }

func (plain) request(c *call, up *upstream) *egress.Call {
	q := c.sending(up.exactly(c.op.path, c.r.URL.RawQuery))
	c.op.pass(c.in, &q.Header)
	if where, _ := c.grant.Route.Units(c.op.name); where.Pointer != "" || c.format().Response != nil {
		q.Header.Set("Accept-Encoding", "identity")
	}
	if c.upgrade {
		q.Header.Set("Connection", "Upgrade")
		q.Header.Set("Upgrade", "websocket")
		for _, f := range c.in {
			if slices.Contains(websocket.Headers, f.Name) {
				q.Header.Add(f.Name, f.Value)
			}
		}
	}
	if c.upload == nil {
		return q
	}
	if c.in.Has("Expect") {
		_, _ = c.r.Body.Read(nil) // so that it is this goroutine that tells the caller to go on
	}
	q.Whole, q.Body, q.Length = nil, c.upload, c.r.ContentLength
	return q
}

// passedPlain are the headers that go to every HTTP API. Beside them go those that its OpenAPI
// document declares for the operation.
var passedPlain = []string{"Accept", "Accept-Charset", "Accept-Datetime", "Accept-Encoding", "Accept-Language", "Baggage", "Cache-Control", "Content-Digest",
	"Content-Disposition", "Content-Encoding", "Content-Language", "Content-Location", "Content-Md5", "Content-Range", "Content-Type", "Digest", "Idempotency-Key",
	"If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since", "Last-Event-Id", "Pragma", "Prefer", "Priority", "Range", "Repr-Digest",
	"Traceparent", "Tracestate", "User-Agent", "Want-Content-Digest", "Want-Repr-Digest"}

// keptBack are headers that no document lets pass: the caller's own credentials, what belongs to a
// connection, who the caller is and where the call came from, and what would make it another call.
var keptBack = []string{"Authorization", "Connection", "Content-Length", "Cookie", "Expect", "Forwarded", "Host", "Keep-Alive", "Origin", "Proxy-Authorization",
	"Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "Via", "X-Api-Key", "X-Client-Ip", "X-Http-Method", "X-Http-Method-Override",
	"X-Method-Override", "X-Original-Method", "X-Original-Url", "X-Real-Ip", "X-Rewrite-Url"}

var keptBackFamilies = []string{"Entente-", "Sec-", "X-Forwarded-"}

// pass adds what of a request's header goes to the service.
func (op *operation) pass(from wire.Header, to *wire.Header) {
	dropped := connectionOptions(from)
	for _, f := range from {
		_, always := slices.BinarySearch(passedPlain, f.Name)
		if (always || slices.Contains(op.api.Headers, f.Name) && !keepsBack(f.Name)) && !slices.Contains(dropped, f.Name) {
			*to = append(*to, f)
		}
	}
}

func keepsBack(name string) bool {
	return slices.Contains(keptBack, name) || slices.ContainsFunc(keptBackFamilies, func(f string) bool { return strings.HasPrefix(name, f) })
}

// judge lets everything pass that is the service's answer to the caller: also 304 and 403, which tell
// something of what was asked for, and redirects that stay within the component.
func (plain) judge(c *call, resp *egress.Response) *refusal {
	if at := resp.Header.Get("Location"); at != "" {
		c.location = c.here(at)
	}
	if resp.StatusCode == http.StatusSwitchingProtocols && c.upgrade && websocket.Granted(resp.StatusCode, resp.Header, c.in.Get("Sec-Websocket-Key")) {
		return nil
	}
	if !c.op.api.Documents(resp.StatusCode, resp.Header.Get("Content-Type")) {
		c.deviations |= meter.UndocumentedKind
	}
	switch s := resp.StatusCode; {
	case s == http.StatusNotModified, s == http.StatusForbidden, s >= 300 && s < 400 && c.location != "":
		return nil
	}
	return byStatus(resp)
}

// here is where a caller finds what the service says is at an address; empty if that is not within the component.
func (c *call) here(at string) string {
	called := c.going.Target.URL
	to, err := called.Parse(at)
	if err != nil || to.Scheme != called.Scheme || to.Host != called.Host || to.User != nil {
		return ""
	}
	base := strings.TrimSuffix(called.EscapedPath(), c.op.path)
	rest, ok := strings.CutPrefix(to.EscapedPath(), base+"/")
	if _, _, err := openapi.Clear("/" + rest); !ok || err != nil {
		return ""
	}
	behind := url.URL{RawQuery: to.RawQuery, Fragment: to.Fragment}
	return "/" + c.component + "/" + rest + behind.String()
}

func (plain) passage(c *call, resp *egress.Response, _ io.Writer) passage {
	coded := resp.Header.Get("Content-Encoding")
	events := isEventStream(resp.Header) && (coded == "" || coded == "identity")
	p := passage{events: events, quiet: events, most: c.gateway.maxTransfer()}
	if where, ok := c.grant.Route.Units(c.op.name); ok {
		p.reading = &unitReading{where: where, header: resp.Header}
	}
	return p
}

func (plain) word(c *call, no *refusal) wording { return c.wording(no) }

// announce tells the caller that the component will end (RFC 8594), and since when that has to be
// known (RFC 9745).
func (c *call) announce() {
	r := c.grant.Route
	if r.Ends.IsZero() || c.at.Before(r.Outdated) {
		return
	}
	c.out.Set("Sunset", r.Ends.UTC().Format(http.TimeFormat))
	if !r.Outdated.IsZero() {
		c.out.Set("Deprecation", "@"+strconv.FormatInt(r.Outdated.Unix(), 10))
	}
}
