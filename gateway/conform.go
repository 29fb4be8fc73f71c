package gateway

import (
	"bytes"
	"io"
	"mime"
	"net/http"
	"strings"

	"entente/agreement"
	"entente/articles"
	"entente/articles/format"
	"entente/egress"
	"entente/meter"
	"entente/wire"
)

// format is what clause 2.3 says of the messages of a call: of an operation or, under MCP, of a tool or a prompt.
func (c *call) format() articles.Format {
	if name := c.ask.Item.Name; c.ask.Item.Kind != 0 {
		return c.grant.Route.Format(name)
	}
	return c.grant.Route.Format(c.ask.Operation)
}

// conform holds the request to its format: in test a violation is reported, in production it is refused.
func (c *call) conform() *refusal {
	f := c.format()
	if f.Request == nil {
		return nil
	}
	bad := f.Request.Check(c.protocol.content(c))
	if bad == nil && !sentAsJSON(c.in) {
		bad = &format.Violation{Why: "it is not sent as JSON without a content encoding"}
	}
	switch {
	case bad == nil:
		return nil
	case c.grant.Environment == agreement.Production:
		no := refuse(formatViolated, "2.3", "The request has not the format that the parties agreed: %s.", bad)
		no.pointer = bad.Pointer
		return no
	}
	c.deviate(meter.RequestFormat, "request", bad)
	return nil
}

// deviate notes and tells that a call is not as agreed, and passes all the same.
func (c *call) deviate(how meter.Deviations, part string, bad *format.Violation) {
	c.deviations |= how
	c.out.Add("Entente-Format", "violated; in="+part+"; at="+quotedString(bad.Pointer)+"; why="+quotedString(bad.Why))
}

// quotedString is s as a header can carry it (RFC 9110, 5.6.4).
func quotedString(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' {
			return '?'
		}
		return r
	}, s)
	return `"` + s + `"`
}

// sentAsJSON reports whether a message says that it is JSON, as it is.
func sentAsJSON(h wire.Header) bool {
	media, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	coded := h.Get("Content-Encoding")
	return err == nil && (media == "application/json" || strings.HasSuffix(media, "+json")) && (coded == "" || coded == "identity")
}

// conforming holds an answer to its format, if it has one: it is kept until all of it is there. Streams
// of events, and answers that say that the call failed, have none.
func (c *call) conforming(p passage, resp *egress.Response, out io.Writer) passage {
	f := c.format().Response
	s := resp.StatusCode
	if f == nil || p.events || p.rewrite != nil || s < 200 || s >= 300 || s == http.StatusNoContent || c.r.Method == http.MethodHead {
		return p
	}
	p.rewrite = &conformer{call: c, format: f, header: resp.Header, out: out}
	return p
}

// A conformer is a rewriter that keeps an answer until it is known to have its format.
type conformer struct {
	call   *call
	format *format.Schema
	header wire.Header
	out    io.Writer
	kept   bytes.Buffer
}

func (f *conformer) Write(p []byte) (int, error) {
	if most := f.call.gateway.maxBody(); int64(f.kept.Len()+len(p)) > most {
		return 0, refuse(answerNotAgreed, "2.3", "The answer has more than %d bytes, so that it cannot be held to the format that the parties agreed.", most)
	}
	return f.kept.Write(p)
}

// End lets the answer pass. In production one that is not as agreed is refused instead.
func (f *conformer) End() error {
	bad := f.format.Check(f.kept.Bytes())
	if bad == nil && !sentAsJSON(f.header) {
		bad = &format.Violation{Why: "it is not sent as JSON without a content encoding"}
	}
	switch {
	case bad == nil:
	case f.call.grant.Environment == agreement.Production:
		no := refuse(answerNotAgreed, "2.3", "The provider's answer has not the format that the parties agreed: %s.", bad)
		no.pointer = bad.Pointer
		return no
	default:
		f.call.deviate(meter.ResponseFormat, "response", bad)
	}
	_, err := f.out.Write(f.kept.Bytes())
	return err
}
