package policy_test

import (
	"testing"

	"entente/agreement"
	"entente/articles"
	"entente/articles/lifetest"
	"entente/articles/policy"
	"entente/articles/technical"
)

// Of a component that speaks MCP, what is not listed by name is refused, whatever else is.
func TestDecideItems(t *testing.T) {
	l := lifetest.InForce(t, func(a *articles.Agreement) {
		for i, s := range a.ScheduleA.Components {
			if s.Component == "summarise" {
				s.Protocol, s.Operations, s.Models = technical.MCP, []string{"elicitation/create"}, nil
				s.Tools, s.Prompts, s.Resources = []string{"search"}, []string{"brief"}, []string{"docs://start", "docs://guides/{name}"}
				a.ScheduleA.Components[i] = s
			}
		}
	})
	l.Must(lifetest.LeadB, lifetest.KeyFor("summarise", agreement.B, agreement.Test, agreement.Service), lifetest.Noon)
	item := func(operation string, k policy.Kind, name string) policy.Call {
		return policy.Call{Component: "summarise", Operation: operation, Item: policy.Item{Kind: k, Name: name}}
	}
	for _, c := range []struct {
		name string
		call policy.Call
		code policy.Code
	}{
		{"a listed tool", item("tools/call", policy.Tool, "search"), ""},
		{"another tool", item("tools/call", policy.Tool, "delete"), policy.ToolNotListed},
		{"a tool in another spelling", item("tools/call", policy.Tool, "Search"), policy.ToolNotListed},
		{"a prompt that has a tool's name", item("prompts/get", policy.Prompt, "search"), policy.PromptNotListed},
		{"a listed prompt", item("prompts/get", policy.Prompt, "brief"), ""},
		{"a listed resource", item("resources/read", policy.Resource, "docs://start"), ""},
		{"a resource of a listed template", item("resources/read", policy.Resource, "docs://guides/tides"), ""},
		{"a resource above it", item("resources/read", policy.Resource, "docs://guides/.."), policy.ResourceNotListed},
		{"the template itself", item("completion/complete", policy.Template, "docs://guides/{name}"), ""},
		{"another template", item("completion/complete", policy.Template, "docs://{name}"), policy.ResourceNotListed},
		{"opening a connection", policy.Call{Component: "summarise", Operation: "initialize"}, ""},
		{"a question that is listed", policy.Call{Component: "summarise", Operation: "elicitation/create"}, ""},
		{"a question that is not", policy.Call{Component: "summarise", Operation: "sampling/createMessage"}, policy.NotListed},
		{"an unknown method", policy.Call{Component: "summarise", Operation: "vendor/do"}, policy.NotListed},
	} {
		if v := l.Decided(c.call, lifetest.Noon); v.OK != (c.code == "") || v.Code != c.code || !v.OK && (v.Clause != "A" || v.Why == "") {
			t.Errorf("%s: %+v, want %q", c.name, v, c.code)
		}
	}
}
