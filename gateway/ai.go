package gateway

import (
	"io"
	"mime"
	"net/http"
	"strings"

	"entente/egress"
	"entente/gateway/strictjson"
	"entente/usage"
	"entente/wire"
)

// An ai is the protocol of OpenAI-compatible or Anthropic-compatible services: /v1/ and an
// operation, with a model in the body.
type ai struct {
	posts  map[string]*operation // by the path behind /v1/
	models *operation            // GET models, and GET models/{id}
}

var openAI = ai{map[string]*operation{
	"chat/completions": {name: "chat.completions", path: "/chat/completions", dialect: usage.OpenAIChat, usage: true, generates: true},
	"responses":        {name: "responses", path: "/responses", dialect: usage.OpenAIResponses, generates: true},
	"embeddings":       {name: "embeddings", path: "/embeddings", dialect: usage.OpenAIChat},
}, &operation{name: "models", own: (*call).openAIModels}}

var anthropic = ai{map[string]*operation{
	"messages": {name: "messages", path: "/messages", dialect: usage.AnthropicMessages, generates: true},
	// What is counted here is not generated: it states no usage, and none is metered.
	"messages/count_tokens": {name: "messages.count_tokens", path: "/messages/count_tokens"},
}, &operation{name: "models", own: (*call).anthropicModels}}

func (a ai) find(c *call) (op *operation, allow string) {
	name, ok := strings.CutPrefix(c.rest, "v1/")
	if !ok {
		return nil, ""
	}
	return a.asked(name, c.r.Method)
}

// missed is the path of an operation that a client misses because the address it was given ends in /v1 and
// should not, or the other way round; empty if that is not what is wrong.
func (a ai) missed(rest, method string) string {
	for strings.HasPrefix(rest, "v1/") {
		rest = strings.TrimPrefix(rest, "v1/")
	}
	if op, _ := a.asked(rest, method); op == nil {
		return ""
	}
	return "v1/" + printable(rest)
}

// asked is the operation by its path behind /v1/.
func (a ai) asked(name, method string) (op *operation, allow string) {
	op, allow = a.posts[name], http.MethodPost
	if name == "models" || strings.HasPrefix(name, "models/") && name != "models/" {
		op, allow = a.models, http.MethodGet
	}
	switch {
	case op == nil:
		return nil, ""
	case method != allow:
		return nil, allow
	}
	return op, ""
}

func (a ai) read(c *call) *refusal {
	if c.op == a.models {
		c.ask.Model = strings.TrimPrefix(strings.TrimPrefix(c.rest, "v1/models"), "/")
		return nil
	}
	if no := c.readJSON(); no != nil {
		return no
	}
	found, err := readAsk(c.body, c.grant.Route.Models)
	if err != nil {
		return refuse(bodyInvalid, "", "%s", sentence(err.Error()))
	}
	found.Operation = c.op.name
	if !c.op.usage || !found.stream {
		found.edit = strictjson.Edit{}
	}
	c.ask = found
	return nil
}

// passage reads usage, and takes out of a stream the chunk that only the gateway asked for.
func (a ai) passage(c *call, resp *egress.Response, out io.Writer) passage {
	if !isEventStream(resp.Header) {
		if c.op.dialect == 0 {
			return passage{}
		}
		c.tap = usage.BodyTap{Dialect: c.op.dialect, Model: c.ask.Model, Most: c.bound(), Request: c.body, Agreed: c.agreed()}
		return passage{reading: &c.tap}
	}
	tap := &usage.Tap{Dialect: c.op.dialect, Most: c.bound(), Request: c.body, Agreed: c.agreed()}
	p := passage{reading: tap, events: true, ended: tap.Ended, behind: tap.Behind}
	if c.ask.edit != (strictjson.Edit{}) {
		p.rewrite = &usage.Strip{W: out}
	}
	return c.capped(p, tap, out)
}

func (ai) content(c *call) []byte { return c.body }

func (ai) request(c *call, up *upstream) *egress.Call { return c.whole(up) }

func (ai) judge(_ *call, resp *egress.Response) *refusal { return byStatus(resp) }

// word is a problem, which has the error member that these clients look for.
func (a ai) word(c *call, no *refusal) wording { return c.wording(no) }

func isEventStream(h wire.Header) bool {
	text := h.Get("Content-Type")
	if text == "text/event-stream" || text == "application/json" {
		return text == "text/event-stream"
	}
	media, _, err := mime.ParseMediaType(text)
	return err == nil && media == "text/event-stream"
}
