package mcp

import (
	"bytes"
	"errors"
	"strings"

	"entente/articles/policy"
	"entente/gateway/strictjson"
)

// A Filter decides what of a server's messages may reach the caller. Its fields are set before it
// is used; one Filter is for one answer.
type Filter struct {
	Lists func(policy.Item) bool   // what may be seen in a list
	May   func(method string) bool // what a server may ask of the caller
	ID    []byte                   // of the request that is answered; nil if there is none

	Answered bool // the response to the request has passed
	Failed   bool // and it is an error
}

// Asked means that a server asks of the caller what it may not. The message does not pass.
type Asked struct{ Method string }

func (a *Asked) Error() string { return "the server may not ask for " + a.Method }

func isAsked(err error) bool {
	var asked *Asked
	return errors.As(err, &asked)
}

// told are the notifications that pass; what they are about is in no list, except that of an
// updated resource.
var told = map[string]bool{"notifications/progress": true, "notifications/message": true, "notifications/cancelled": true,
	"notifications/tools/list_changed": true, "notifications/resources/list_changed": true, "notifications/prompts/list_changed": true,
	"notifications/resources/updated": true, "notifications/subscriptions/acknowledged": true, "notifications/elicitation/complete": true,
	"notifications/tasks/status": true, "notifications/tasks": true}

// Message is what passes of one message of a server: the message, byte for byte but for what is
// taken out, or nil if nothing of it passes. An error is an *Asked or wraps ErrMessage.
func (f *Filter) Message(text []byte) ([]byte, error) {
	whole, err := strictjson.Check(text)
	if err == nil && whole.Kind(text) != '{' {
		err = errors.New("it is not a JSON object")
	}
	if err != nil {
		return nil, wrong(err)
	}
	m := answer{Filter: f, text: text}
	passes, err := m.read(whole)
	if err != nil || !passes {
		return nil, wrong(err)
	}
	return strictjson.Apply(text, m.edits...), nil
}

// An answer is a server's message while it is looked at.
type answer struct {
	*Filter
	text  []byte
	edits []strictjson.Edit
}

func (a *answer) read(whole strictjson.Span) (passes bool, err error) {
	method, about := "", ""
	var id, params, result, failure strictjson.Span
	err = members(a.text, whole, func(name string, v strictjson.Span) (err error) {
		switch name {
		case "id":
			id = v
		case "method":
			method, err = str(a.text, v)
		case "params":
			params = v
		case "result":
			result = v
		case "error":
			failure = v
		default:
			err = misspelt(name, topNames)
		}
		return err
	})
	switch {
	case err != nil:
		return false, err
	case method != "" && (result.End != 0 || failure.End != 0):
		return false, errors.New("it is neither a request, nor a notification, nor a response")
	case method == "":
		return a.response(id, result, failure)
	case id.End != 0 && method != "ping" && !a.mayAsk(method):
		return false, &Asked{method}
	case id.End != 0:
		return true, nil
	case params.End != 0 && params.Kind(a.text) == '{':
		err = members(a.text, params, func(name string, v strictjson.Span) (err error) {
			if name == "uri" {
				about, err = str(a.text, v)
			}
			return err
		})
	}
	return err == nil && told[method] && (method != "notifications/resources/updated" || a.Lists(policy.Item{Kind: policy.Resource, Name: about})), err
}

// askable are the requests that a server may make of a caller at all.
var askable = map[string]bool{"sampling/createMessage": true, "elicitation/create": true, "roots/list": true,
	"tasks/get": true, "tasks/result": true, "tasks/list": true, "tasks/cancel": true}

func (f *Filter) mayAsk(method string) bool { return askable[method] && f.May(method) }

func (a *answer) response(id, result, failure strictjson.Span) (passes bool, err error) {
	switch {
	case (result.End == 0) == (failure.End == 0):
		return false, errors.New("it is neither a request, nor a notification, nor a response")
	case result.End != 0:
		err = a.result(result)
	default:
		err = a.failure(failure)
	}
	if err != nil {
		return false, err
	}
	if a.ID != nil && (id.End == 0 || bytes.Equal(id.Of(a.text), a.ID) || failure.End != 0 && id.Kind(a.text) == 'n') {
		a.Answered, a.Failed = true, failure.End != 0
	}
	return true, nil
}

// elicits is the code of an error that sends a person to an address and has the caller try again.
const elicits = "-32042"

func (a *answer) failure(failure strictjson.Span) error {
	return members(a.text, failure, func(name string, v strictjson.Span) error {
		if name == "code" && string(v.Of(a.text)) == elicits && !a.mayAsk("elicitation/create") {
			return &Asked{"elicitation/create"}
		}
		return misspelt(name, []string{"code"})
	})
}

// listings are the members of results that are lists, by whatever request they were asked for:
// an answer may come on another stream than the one of its request.
var listings = map[string]struct {
	kind policy.Kind
	key  string
}{"tools": {policy.Tool, "name"}, "resources": {policy.Resource, "uri"},
	"resourceTemplates": {policy.Template, "uriTemplate"}, "prompts": {policy.Prompt, "name"}}

var resultNames = []string{"tools", "resources", "resourceTemplates", "prompts", "cacheScope", "inputRequests"}

func (a *answer) result(result strictjson.Span) error {
	if result.Kind(a.text) != '{' {
		return nil
	}
	return members(a.text, result, func(name string, v strictjson.Span) error {
		if l, ok := listings[name]; ok {
			return a.list(v, l.kind, l.key)
		}
		switch name {
		case "cacheScope":
			if string(v.Of(a.text)) != `"private"` { // what one key sees is not for another
				a.edits = append(a.edits, strictjson.Edit{Span: v, Text: `"private"`})
			}
		case "inputRequests":
			return a.inputs(v)
		default:
			return misspelt(name, resultNames)
		}
		return nil
	})
}

// list takes out of a list what may not be seen.
func (a *answer) list(v strictjson.Span, kind policy.Kind, key string) error {
	var kept []string
	all := 0
	err := elements(a.text, v, func(e strictjson.Span) error {
		all++
		named := ""
		err := members(a.text, e, func(name string, v strictjson.Span) (err error) {
			if name == key {
				named, err = str(a.text, v)
				return err
			}
			return misspelt(name, []string{key})
		})
		if err == nil && a.Lists(policy.Item{Kind: kind, Name: named}) {
			kept = append(kept, string(e.Of(a.text)))
		}
		return err
	})
	if err == nil && len(kept) < all {
		a.edits = append(a.edits, strictjson.Edit{Span: v, Text: "[" + strings.Join(kept, ",") + "]"})
	}
	return err
}

// inputs looks at what a result asks of the caller before there can be another.
func (a *answer) inputs(v strictjson.Span) error {
	return members(a.text, v, func(_ string, request strictjson.Span) error {
		method := ""
		err := members(a.text, request, func(name string, v strictjson.Span) (err error) {
			if name == "method" {
				method, err = str(a.text, v)
				return err
			}
			return misspelt(name, []string{"method"})
		})
		if err == nil && !a.mayAsk(method) {
			err = &Asked{method}
		}
		return err
	})
}
