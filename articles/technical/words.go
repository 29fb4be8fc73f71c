package technical

import (
	"slices"
	"strings"

	"entente/agreement"
	"entente/calendar"
	"entente/document"
)

// Words are the clauses of Schedule A.
func (t Terms) Words(f agreement.Frame) []document.Clause {
	return []document.Clause{t.components(f), t.addresses(), t.allowed(), t.formats(), t.versions(), t.artifacts(), t.origins()}
}

func (t Terms) components(f agreement.Frame) document.Clause {
	var rows [][]document.Text
	for _, s := range t.Components {
		provider, methods := "not known", "not known"
		if c, ok := f.Component(s.Component); ok {
			provider, methods = c.Provider.Label(), agreement.MethodLabels(c.Methods)
		}
		protocol, auth := "none, as it is not called by API", "none"
		if s.Protocol != "" {
			protocol, auth = s.Protocol.Label(), s.UpstreamAuth.Label()
		}
		rows = append(rows, document.Row(s.Component, provider, methods, protocol, auth, document.Stated(s.OpenAPI, "none is attached")))
	}
	return document.Clause{Number: "A.1", Title: "Components", Blocks: []document.Block{
		document.Para("This Schedule specifies the Components of [[1.2]]. An operation, model, tool, resource, prompt or origin that it does not list is not allowed."),
		document.Grid([]document.Column{{Title: "Component", Width: 3}, {Title: "Provider", Width: 2}, {Title: "Method", Width: 2}, {Title: "Protocol", Width: 3},
			{Title: "Authentication to the provider", Width: 3}, {Title: "OpenAPI document", Width: 3}}, rows),
	}}
}

func (t Terms) addresses() document.Clause {
	var rows [][]document.Text
	for _, s := range t.Components {
		if s.BaseURLs != (BaseURLs{}) {
			rows = append(rows, document.Row(s.Component, document.Stated(string(s.BaseURLs.Test), "none is stated"), document.Stated(string(s.BaseURLs.Production), "none is stated")))
		}
	}
	return document.Clause{Number: "A.2", Title: "Addresses", Blocks: []document.Block{
		document.Para("The providing Party serves each Component at the following addresses. It may move a Component to another address if callers need not change anything."),
		document.Grid([]document.Column{{Title: "Component", Width: 2}, {Title: "Test", Width: 4}, {Title: "Production", Width: 4}}, rows),
	}}
}

func (t Terms) allowed() document.Clause {
	var lists, models [][]document.Text
	for _, s := range t.Components {
		for _, l := range []struct {
			kind  string
			names []string
		}{{"operations", s.Operations}, {"tools", s.Tools}, {"resources", s.Resources}, {"prompts", s.Prompts}} {
			if len(l.names) > 0 {
				lists = append(lists, document.Row(s.Component, document.T(l.kind), strings.Join(l.names, ", ")))
			}
		}
		for _, m := range s.Models {
			models = append(models, document.Row(s.Component, m.Name, document.Stated(m.Version, "not pinned")))
		}
	}
	blocks := []document.Block{
		document.Para("The other Party may use the following:"),
		document.Grid([]document.Column{{Title: "Component", Width: 2}, {Title: "Kind", Width: 2}, {Title: "Allowed", Width: 6}}, lists),
	}
	if slices.ContainsFunc(t.Components, func(s Specification) bool { return s.Protocol == MCP }) {
		blocks = append(blocks, document.Para("Where the protocol is Model Context Protocol, the messages that open, keep and end a connection or list what is allowed need not be listed. A request that the Component makes of the calling Party, for a model’s answer, for a person’s input or for the roots of files, is not allowed unless it is listed as an operation."))
	}
	if len(models) > 0 {
		blocks = append(blocks, document.Para("The other Party may use the following models. Where a model is pinned, the model that answers must be the one to which it is pinned."),
			document.Grid([]document.Column{{Title: "Component", Width: 2}, {Title: "Model", Width: 4}, {Title: "Pinned to", Width: 4}}, models))
	}
	blocks = append(append(blocks, t.units()...), t.serving()...)
	return document.Clause{Number: "A.3", Title: "Operations, models and tools", Blocks: blocks}
}

// units are what answers state in the provider's own unit.
func (t Terms) units() []document.Block {
	var rows [][]document.Text
	for _, s := range t.Components {
		for _, c := range s.Unit.Counted {
			where := document.T("header %s", c.Header)
			if c.Pointer != "" {
				where = document.T("%s in the body", c.Pointer)
			}
			rows = append(rows, document.Row(s.Component, s.Unit.Name, c.Operation, where))
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return []document.Block{document.Para("Where a Component counts its use in units of its own, its answers state how many they used:"),
		document.Grid([]document.Column{{Title: "Component", Width: 2}, {Title: "Units", Width: 2}, {Title: "Operation", Width: 3}, {Title: "Stated in", Width: 3}}, rows)}
}

func (t Terms) formats() document.Clause {
	var rows [][]document.Text
	for _, s := range t.Components {
		for _, x := range s.Formats {
			rows = append(rows, document.Row(s.Component, x.Operation, document.Stated(x.Request, "any"), document.Stated(x.Response, "any")))
		}
	}
	return document.Clause{Number: "A.4", Title: "Data formats", Blocks: []document.Block{
		document.Para("The following attachments describe the data formats as JSON Schema. They bind if data formats are chosen in [[2.3]]."),
		document.Grid([]document.Column{{Title: "Component", Width: 2}, {Title: "Operation", Width: 3}, {Title: "Request", Width: 3}, {Title: "Response", Width: 3}}, rows),
	}}
}

func (t Terms) versions() document.Clause {
	var rows [][]document.Text
	for _, s := range t.Components {
		for _, v := range s.Versions {
			rows = append(rows, document.Row(s.Component, v.Name, day(v.From, "the Effective Date"), day(v.Until, "the end of this Agreement")))
		}
	}
	return document.Clause{Number: "A.5", Title: "Versions", Blocks: []document.Block{
		document.Para("The providing Party shall support the following versions on each day from the first to the last date stated:"),
		document.Grid([]document.Column{{Title: "Component", Width: 3}, {Title: "Version", Width: 2}, {Title: "From", Width: 3}, {Title: "Until", Width: 3}}, rows),
		document.Ticks(t.notice()),
	}}
}

func (t Terms) notice() document.Option {
	const change = "before a version ends or changes in a way that callers must follow."
	if t.ChangeNotice.IsZero() {
		return document.Tick(false, "**Notice of changes.** The providing Party shall tell the other Party in good time "+change)
	}
	return document.Tick(true, "**Notice of changes.** The providing Party shall tell the other Party at least %s "+change, t.ChangeNotice.Words())
}

func day(d calendar.Date, otherwise string) document.Text {
	return document.Stated(d.Words(), otherwise)
}

func (t Terms) artifacts() document.Clause {
	var rows [][]document.Text
	for _, s := range t.Components {
		for _, a := range s.Artifacts {
			rows = append(rows, document.Row(s.Component, a.Platform, a.Package, document.Stated(a.Licence, "[[4.3]]"), document.Stated(a.Requires, "nothing in particular")))
		}
	}
	return document.Clause{Number: "A.6", Title: "Artifacts", Blocks: []document.Block{
		document.Para("A Component offered as an SDK is delivered as the following artifacts. The digest of each delivered version is recorded when it is delivered."),
		document.Grid([]document.Column{{Title: "Component", Width: 3}, {Title: "Platform", Width: 3}, {Title: "Package", Width: 4}, {Title: "Licence", Width: 3}, {Title: "Requires", Width: 3}}, rows),
	}}
}

func (t Terms) origins() document.Clause {
	var rows [][]document.Text
	for _, s := range t.Components {
		for _, o := range s.Origins {
			rows = append(rows, document.Row(s.Component, o))
		}
	}
	return document.Clause{Number: "A.7", Title: "Origins of embedding pages", Blocks: []document.Block{
		document.Para("An embedded Component may be shown on pages of the following web origins, and nowhere else:"),
		document.Grid([]document.Column{{Title: "Component", Width: 2}, {Title: "Origin", Width: 6}}, rows),
	}}
}
