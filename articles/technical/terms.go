// Package technical is Schedule A: how each component is served, what of it may be used, and by
// which formats, versions, artifacts and origins. What it does not list may not be used.
package technical

import (
	"embed"
	"slices"

	"entente/agreement"
	"entente/calendar"
)

//go:embed rules/*.md
var pages embed.FS

// Rules are what checking looks for in this schedule.
var Rules = agreement.MustRules(pages, "rules")

// Example is the schedule in the example agreement.
//
//go:embed example.yaml
var Example string

// Terms are Schedule A in the agreement file.
type Terms struct {
	// The technical specification of each component of clause 1.2, a row for each.
	Components []Specification `json:"components,omitempty"`
	// How long before a version ends, or changes so that callers must change, its provider says so, for example P90D.
	ChangeNotice calendar.Duration `json:"change_notice,omitzero"`
}

// Specification finds the specification of a component.
func (t Terms) Specification(component string) (Specification, bool) {
	for _, s := range t.Components {
		if s.Component == component {
			return s, true
		}
	}
	return Specification{}, false
}

// Specification says how one component is served and what of it may be used. What is not listed
// may not be used.
type Specification struct {
	// The component, by its name in clause 1.2.
	Component string `json:"component"`
	// What the component speaks, where it is offered by API: openai (OpenAI-compatible), anthropic (Anthropic-compatible), mcp (Model Context Protocol) or http (any other HTTP API).
	Protocol Protocol `json:"protocol,omitempty"`
	// Where the provider serves the component. This documents the agreement; the provider configures the address in use on its own node, and it may differ.
	BaseURLs BaseURLs `json:"base_urls,omitzero"`
	// The operations that may be used. openai: chat.completions, responses, embeddings, models. anthropic: messages, messages.count_tokens, models. mcp: what goes beyond tools, resources and prompts, namely sampling/createMessage, elicitation/create and roots/list, by which the server asks the caller, and tasks/get, tasks/result, tasks/list, tasks/update and tasks/cancel. http: the id in the OpenAPI document, or method and path such as "GET /documents/{id}".
	Operations []string `json:"operations,omitempty"`
	// The models that may be used, where the protocol is openai or anthropic.
	Models []Model `json:"models,omitempty"`
	// The tools that may be listed and called, by name, where the protocol is mcp.
	Tools []string `json:"tools,omitempty"`
	// The resources that may be listed and read, where the protocol is mcp: by address, or by address template such as docs://guides/{name}, which also lists the addresses that it stands for.
	Resources []string `json:"resources,omitempty"`
	// The prompts that may be listed and used, by name, where the protocol is mcp.
	Prompts []string `json:"prompts,omitempty"`
	// How the gateway authenticates to the provider's service: none, api_key, bearer, oauth2 or mtls. The secret itself is never in this file.
	UpstreamAuth UpstreamAuth `json:"upstream_auth,omitempty"`
	// The OpenAPI document that describes the component, by its name or file among the attachments of the front page.
	OpenAPI string `json:"openapi,omitempty"`
	// The JSON Schema of requests and responses, a row for each operation.
	Formats []Format `json:"formats,omitempty"`
	// The unit by which the component counts its use itself, where its provider has one, and the protocol is http.
	Unit Unit `json:"unit,omitzero"`
	// In which service tiers and regions calls may be served, where that is agreed.
	Serving Serving `json:"serving,omitzero"`
	// The versions of the component and how long each is supported.
	Versions []Version `json:"versions,omitempty"`
	// What is delivered, where the component is offered as an SDK, a row for each platform.
	Artifacts []Artifact `json:"artifacts,omitempty"`
	// The web origins whose pages may show the component, where it is embedded, for example https://reader.company.example.
	Origins []string `json:"origins,omitempty"`
}

// Format finds the format of an operation.
func (s Specification) Format(operation string) (Format, bool) {
	for _, f := range s.Formats {
		if f.Operation == operation {
			return f, true
		}
	}
	return Format{}, false
}

// Supported is the last day on which any version of the component is supported, if there is one.
func (s Specification) Supported() (last calendar.Date, ends bool) {
	for _, v := range s.Versions {
		if v.Until.IsZero() {
			return calendar.Date{}, false
		}
		if v.Until.After(last) {
			last = v.Until
		}
	}
	return last, len(s.Versions) > 0
}

// Model finds a model by the name by which it is called.
func (s Specification) Model(name string) (Model, bool) {
	for _, m := range s.Models {
		if m.Name == name {
			return m, true
		}
	}
	return Model{}, false
}

// Protocol is what a component speaks.
type Protocol string

// The protocols of Schedule A.
const (
	OpenAI    Protocol = "openai"
	Anthropic Protocol = "anthropic"
	MCP       Protocol = "mcp"
	HTTP      Protocol = "http"
)

// Values lists what a file may say.
func (Protocol) Values() []string { return []string{"openai", "anthropic", "mcp", "http"} }

// Label is how the contract's text says it.
func (p Protocol) Label() string {
	return map[Protocol]string{OpenAI: "OpenAI-compatible", Anthropic: "Anthropic-compatible", MCP: "Model Context Protocol", HTTP: "HTTP"}[p]
}

// Operations are those that the protocol has; none where the provider names its own.
func (p Protocol) Operations() []string {
	switch p {
	case OpenAI:
		return []string{"chat.completions", "responses", "embeddings", "models"}
	case Anthropic:
		return []string{"messages", "messages.count_tokens", "models"}
	case MCP:
		return []string{"sampling/createMessage", "elicitation/create", "roots/list", "tasks/get", "tasks/result", "tasks/list", "tasks/update", "tasks/cancel"}
	}
	return nil
}

// Implied are the operations that need not be listed: those by which a connection is opened and
// kept, and those that reach nothing but listed items.
func (p Protocol) Implied() []string {
	if p != MCP {
		return nil
	}
	return []string{"tools/call", "tools/list", "initialize", "server/discover", "ping", "logging/setLevel", "completion/complete",
		"resources/list", "resources/templates/list", "resources/read", "resources/subscribe", "resources/unsubscribe", "prompts/list", "prompts/get",
		"notifications/initialized", "notifications/cancelled", "notifications/progress", "notifications/roots/list_changed",
		"subscriptions/listen", "stream", "response", "session.end"}
}

// Models reports whether calls by the protocol name a model.
func (p Protocol) Models() bool { return p == OpenAI || p == Anthropic }

// NeedsModel reports whether every call of an operation names a model: the list of models has none.
func (p Protocol) NeedsModel(operation string) bool { return p.Models() && operation != "models" }

// BaseURLs is where a component is served.
type BaseURLs struct {
	// The address in the test environment, to which operations are added, for example https://sandbox.company.example/v1.
	Test agreement.URL `json:"test,omitempty"`
	// The address in production, for example https://api.company.example/v1.
	Production agreement.URL `json:"production,omitempty"`
}

// In is the address in an environment; empty if none is stated.
func (b BaseURLs) In(e agreement.Environment) agreement.URL {
	if e == agreement.Test {
		return b.Test
	}
	return b.Production
}

// Model is a model that may be used.
type Model struct {
	// The name by which the model is called.
	Name string `json:"name"`
	// The exact model that must answer, where the model is pinned, as answers name it. An answer of another model is a breach of this schedule.
	Version string `json:"version,omitempty"`
}

// Pinned reports whether a particular model must answer.
func (m Model) Pinned() bool { return m.Version != "" }

// UpstreamAuth is how the gateway authenticates to the provider's service.
type UpstreamAuth string

// The ways of authenticating to a service.
const (
	NoAuth UpstreamAuth = "none"
	APIKey UpstreamAuth = "api_key"
	Bearer UpstreamAuth = "bearer"
	OAuth2 UpstreamAuth = "oauth2"
	MTLS   UpstreamAuth = "mtls"
)

// Values lists what a file may say.
func (UpstreamAuth) Values() []string { return []string{"none", "api_key", "bearer", "oauth2", "mtls"} }

// Label is how the contract's text says it.
func (u UpstreamAuth) Label() string {
	return map[UpstreamAuth]string{NoAuth: "none", APIKey: "API key", Bearer: "bearer token", OAuth2: "OAuth 2.0 client credentials",
		MTLS: "mutual TLS", "": "as the provider states"}[u]
}

// Format is the data format of one operation, as JSON Schema.
type Format struct {
	// The operation, as it is listed under operations, tools or prompts.
	Operation string `json:"operation"`
	// The JSON Schema of the request, by its name or file among the attachments of the front page.
	Request string `json:"request,omitempty"`
	// The JSON Schema of the response, by its name or file among the attachments of the front page.
	Response string `json:"response,omitempty"`
}

// Unit is the provider's own unit of use.
type Unit struct {
	// What the units are called, for example pages.
	Name string `json:"name"`
	// Where answers state how many units they used, a row for each operation that uses any.
	Counted []Counted `json:"counted"`
}

// Counted says where the answers of an operation state the units that they used: in a header, or in
// a body of JSON.
type Counted struct {
	// The operation, as it is listed under operations.
	Operation string `json:"operation"`
	// The header that states the number, for example X-Pages.
	Header string `json:"header,omitempty"`
	// Where the body states the number, as a JSON pointer, for example /usage/pages.
	Pointer string `json:"pointer,omitempty"`
}

// Units says where the answers of an operation state their units.
func (s Specification) Units(operation string) (Counted, bool) {
	for _, c := range s.Unit.Counted {
		if c.Operation == operation {
			return c, true
		}
	}
	return Counted{}, false
}

// Version is a version of a component.
type Version struct {
	// The version, for example v1 or 2.4.
	Name string `json:"name"`
	// The first day on which it is supported. Left out, it is supported from the effective date.
	From calendar.Date `json:"from,omitzero"`
	// The last day on which it is supported. Left out, it is supported until the agreement ends.
	Until calendar.Date `json:"until,omitzero"`
}

// Artifact is what an SDK is delivered as.
type Artifact struct {
	// The platform, for example "JavaScript, browsers" or "Android".
	Platform string `json:"platform"`
	// The name of the package or file, for example @calluna/reader-kit.
	Package string `json:"package"`
	// The licence of the software, as an SPDX identifier, or in words where it is licensed by clause 4.3 only.
	Licence string `json:"licence,omitempty"`
	// The oldest platform on which it is supported, for example "Node.js 22" or "Android 12".
	Requires string `json:"requires,omitempty"`
}

// May reports whether the schedule lists an operation, or, where the protocol is mcp, a tool, a resource or a prompt.
func (s Specification) May(operation string) bool {
	for _, list := range [][]string{s.Operations, s.Tools, s.Resources, s.Prompts} {
		if slices.Contains(list, operation) {
			return true
		}
	}
	return false
}
