package gateway

import (
	"net/http"
	"strings"

	"entente/usage"
)

// An operation is something that a path asks for, by its name in Schedule A.
type operation struct {
	name    string
	method  string
	path    string // behind /v1, also at the upstream
	dialect usage.Dialect
	usage   bool // a stream states its usage only when it is asked to
}

// operations are all that the gateway serves; a path that is not here leads nowhere.
var operations = map[string]*operation{
	"chat/completions": {name: "chat.completions", method: http.MethodPost, path: "/chat/completions", dialect: usage.OpenAIChat, usage: true},
	"responses":        {name: "responses", method: http.MethodPost, path: "/responses", dialect: usage.OpenAIResponses},
	"embeddings":       {name: "embeddings", method: http.MethodPost, path: "/embeddings", dialect: usage.OpenAIChat},
	"messages":         {name: "messages", method: http.MethodPost, path: "/messages", dialect: usage.AnthropicMessages},
	"models":           {name: "models", method: http.MethodGet, path: "/models"},
}

// find reads a path: /{component}/v1/{operation}. The operation is nil if there is none of this name.
func find(path string) (component string, op *operation) {
	component, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if name, ok := strings.CutPrefix(rest, "v1/"); ok {
		op = operations[name]
	}
	return component, op
}
