package corner

import (
	"net/url"
	"slices"
	"strings"

	"entente/agreement"
	"entente/articles/openapi"
	"entente/articles/policy"
	"entente/articles/technical"
	"entente/console/frame"
	"entente/console/snippet"
)

// protocols are what components speak, for people.
var protocols = map[technical.Protocol]string{technical.OpenAI: "OpenAI-compatible", technical.Anthropic: "Anthropic-compatible",
	technical.MCP: "Model Context Protocol", technical.HTTP: "HTTP API"}

// A row is a component in the list of all.
type row struct {
	agreement.Component
	Provided string
	Methods  string
	Called   bool // it is called here, and has a page
}

func overview(v *frame.Visit) []row {
	var all []row
	for _, c := range v.View.State.Text().Scope.Components {
		var methods []string
		for _, m := range c.Methods {
			methods = append(methods, m.Label())
		}
		_, err := route(v, c.Name)
		all = append(all, row{c, v.NameOf(c.Provider), strings.Join(methods, ", "), err == nil})
	}
	return all
}

// An operation is one that Schedule A lists, with what the provider's OpenAPI document says of it.
type operation struct {
	openapi.Operation
	Answers string // "200, 404"
}

// operations are those that Schedule A lists, with the paths by which the gateway takes them.
func operations(r *policy.Route) []operation {
	if r.API != nil {
		var all []operation
		for _, o := range r.API.Operations() {
			if !slices.Contains(r.Operations, o.Name) {
				continue
			}
			var statuses []string
			for _, a := range o.Answers {
				statuses = append(statuses, strings.ToLower(a.Status))
			}
			all = append(all, operation{o, strings.Join(statuses, ", ")})
		}
		return all
	}
	var all []operation
	for _, name := range r.Operations {
		if slices.Contains(r.Protocol.Implied(), name) {
			continue
		}
		o := operation{Operation: openapi.Operation{Name: name, Method: "POST", Path: "/v1/" + strings.ReplaceAll(name, ".", "/")}}
		switch {
		case r.Protocol == technical.MCP:
			o.Path = "/mcp"
		case name == "models":
			o.Method = "GET"
		}
		all = append(all, o)
	}
	return all
}

// lists are what Schedule A lists beside the operations.
func lists(v *frame.Visit, r *policy.Route) []list {
	var all []list
	add := func(what string, names []string) {
		if len(names) > 0 {
			all = append(all, list{what, names})
		}
	}
	for _, s := range v.View.State.Text().ScheduleA.Components {
		if s.Component != r.Component {
			continue
		}
		var models []string
		for _, m := range s.Models {
			if name := m.Name; m.Pinned() {
				models = append(models, name+", answered by "+m.Version)
			} else {
				models = append(models, name)
			}
		}
		add("Models", models)
		add("Tools", s.Tools)
		add("Resources", s.Resources)
		add("Prompts", s.Prompts)
	}
	return all
}

// first is the call that an engineer makes first: the operation that is used most, with the least in it.
func first(gateway string, r *policy.Route, offered []operation) snippet.Call {
	base := gateway + "/" + url.PathEscape(r.Component)
	if r.Protocol == technical.MCP {
		return snippet.Call{Method: "POST", URL: base + "/mcp", Accept: "application/json, text/event-stream", Body: map[string]any{"jsonrpc": "2.0", "id": 1, "method": "initialize",
			"params": map[string]any{"protocolVersion": "2025-11-25", "capabilities": map[string]any{}, "clientInfo": map[string]any{"name": "first-call", "version": "1"}}}}
	}
	for _, one := range requests {
		if !slices.Contains(r.Operations, one.operation) {
			continue
		}
		if len(r.Models) > 0 {
			one.Model = r.Models[0]
		}
		return snippet.Call{Method: "POST", URL: base + (&url.URL{Path: "/v1/" + strings.ReplaceAll(one.operation, ".", "/")}).EscapedPath(), Body: one.request}
	}
	chosen := operation{Operation: openapi.Operation{Method: "GET", Path: "/"}}
	for i, o := range offered {
		if i == 0 || o.Method == "GET" && !strings.Contains(o.Path, "{") && (chosen.Method != "GET" || strings.Contains(chosen.Path, "{")) {
			chosen = o
		}
	}
	return snippet.Call{Method: chosen.Method, URL: base + parameters.Replace((&url.URL{Path: chosen.Path}).EscapedPath())}
}

// parameters leaves the names of a path to be filled in as they are: /items/{id}.
var parameters = strings.NewReplacer("%7B", "{", "%7D", "}")

// A request is the body of a first call of an AI service.
type request struct {
	Model    string    `json:"model,omitempty"`
	Most     int       `json:"max_tokens,omitempty"`
	Input    string    `json:"input,omitempty"`
	Messages []message `json:"messages,omitempty"`
}

type message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// requests are those of first calls by operation, the likeliest first.
var requests = []struct {
	operation string
	request
}{
	{"chat.completions", request{Messages: said}},
	{"messages", request{Most: 200, Messages: said}},
	{"responses", request{Input: sentence}},
	{"embeddings", request{Input: sentence}},
}

const sentence = "High water was at six this morning. The ferry left on time. Nobody was late."

var said = []message{{"user", sentence}}
