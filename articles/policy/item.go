package policy

import (
	"slices"
	"strings"

	"entente/articles/technical"
)

// An Item is what a component that speaks MCP offers by name, and Schedule A lists one by one.
type Item struct {
	Kind Kind
	Name string // of a tool or a prompt; the address of a resource; an address template as it is written
}

// A Kind is a kind of item.
type Kind int

// The kinds of items.
const (
	Tool Kind = iota + 1
	Resource
	Template
	Prompt
)

var kindNames = [...]string{Tool: "tool", Resource: "resource", Template: "template", Prompt: "prompt"}

// String is the item as records keep it: its kind, a space and its name. ParseItem reads it again.
func (i Item) String() string {
	if i.Kind == 0 {
		return ""
	}
	return kindNames[i.Kind] + " " + i.Name
}

// ParseItem reads an item as records keep it. One without a name is one whose name was not kept.
func ParseItem(kept string) Item {
	kind, name, _ := strings.Cut(kept, " ")
	if k := slices.Index(kindNames[:], kind); k > 0 {
		return Item{Kind(k), name}
	}
	return Item{}
}

// Lists reports whether Schedule A lists an item for the component. A resource is also listed by an
// address template that it matches.
func (r *Route) Lists(i Item) bool {
	if r.items[i] {
		return true
	}
	if i.Kind != Resource {
		return false
	}
	for _, p := range r.patterns {
		if p.Matches(i.Name) {
			return true
		}
	}
	return false
}

func (i Item) refused() Verdict {
	switch i.Kind {
	case Tool:
		return Verdict{Code: ToolNotListed, Clause: "A", Why: "Schedule A does not list this tool for the component"}
	case Prompt:
		return Verdict{Code: PromptNotListed, Clause: "A", Why: "Schedule A does not list this prompt for the component"}
	}
	return Verdict{Code: ResourceNotListed, Clause: "A", Why: "Schedule A does not list this resource for the component"}
}

func itemsOf(spec technical.Specification) (map[Item]bool, []technical.Pattern) {
	items := map[Item]bool{}
	for _, name := range spec.Tools {
		items[Item{Tool, name}] = true
	}
	for _, name := range spec.Prompts {
		items[Item{Prompt, name}] = true
	}
	var patterns []technical.Pattern
	for _, address := range spec.Resources {
		p, err := technical.ParsePattern(address)
		switch {
		case err != nil: // what cannot be read lists nothing; checking says so before anybody signs
		case p.Literal():
			items[Item{Resource, address}] = true
		default:
			items[Item{Template, address}] = true
			patterns = append(patterns, p)
		}
	}
	return items, patterns
}

func (r *Route) pin(m technical.Model) {
	if r.pinned == nil {
		r.pinned = map[string]string{}
	}
	r.pinned[m.Name] = m.Version
}

// Serving is in which service tiers and regions calls may be served by Schedule A.
func (r *Route) Serving() *technical.Serving { return &r.spec.Serving }

// Answers reports whether a model may answer a call of another by Schedule A: the pinned one, or any
// where none is pinned. An answer that names no model says nothing.
func (r *Route) Answers(called, answered string) bool {
	must := r.pinned[called]
	return must == "" || answered == "" || answered == must
}
