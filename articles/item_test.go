package articles_test

import (
	"testing"

	"entente/agreement"
	"entente/articles"
	"entente/articles/technical"
)

// Of a component that speaks MCP, what is not listed by name is refused, whatever else is.
func TestDecideItems(t *testing.T) {
	l := inForce(t, func(a *articles.Agreement) {
		for i, s := range a.ScheduleA.Components {
			if s.Component == "summarise" {
				s.Protocol, s.Operations, s.Models = technical.MCP, []string{"elicitation/create"}, nil
				s.Tools, s.Prompts, s.Resources = []string{"search"}, []string{"brief"}, []string{"docs://start", "docs://guides/{name}"}
				a.ScheduleA.Components[i] = s
			}
		}
	})
	l.must(leadB, keyFor("summarise", agreement.B, agreement.Test, agreement.Service), noon)
	item := func(operation string, k articles.Kind, name string) articles.Call {
		return articles.Call{Component: "summarise", Operation: operation, Item: articles.Item{Kind: k, Name: name}}
	}
	for _, c := range []struct {
		name string
		call articles.Call
		code articles.Code
	}{
		{"a listed tool", item("tools/call", articles.Tool, "search"), ""},
		{"another tool", item("tools/call", articles.Tool, "delete"), articles.ToolNotListed},
		{"a tool in another spelling", item("tools/call", articles.Tool, "Search"), articles.ToolNotListed},
		{"a prompt that has a tool's name", item("prompts/get", articles.Prompt, "search"), articles.PromptNotListed},
		{"a listed prompt", item("prompts/get", articles.Prompt, "brief"), ""},
		{"a listed resource", item("resources/read", articles.Resource, "docs://start"), ""},
		{"a resource of a listed template", item("resources/read", articles.Resource, "docs://guides/tides"), ""},
		{"a resource above it", item("resources/read", articles.Resource, "docs://guides/.."), articles.ResourceNotListed},
		{"the template itself", item("completion/complete", articles.Template, "docs://guides/{name}"), ""},
		{"another template", item("completion/complete", articles.Template, "docs://{name}"), articles.ResourceNotListed},
		{"opening a connection", articles.Call{Component: "summarise", Operation: "initialize"}, ""},
		{"a question that is listed", articles.Call{Component: "summarise", Operation: "elicitation/create"}, ""},
		{"a question that is not", articles.Call{Component: "summarise", Operation: "sampling/createMessage"}, articles.NotListed},
		{"an unknown method", articles.Call{Component: "summarise", Operation: "vendor/do"}, articles.NotListed},
	} {
		if v := l.decided(c.call, noon); v.OK != (c.code == "") || v.Code != c.code || !v.OK && (v.Clause != "A" || v.Why == "") {
			t.Errorf("%s: %+v, want %q", c.name, v, c.code)
		}
	}
}
