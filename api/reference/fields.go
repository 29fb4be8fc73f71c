package reference

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"entente/api/outline"
)

// A Field is a row of what is sent or answered.
type Field struct {
	Name   string // "items[].id"
	Kind   string // "text, at most 200 characters"
	Needed string // "needed" of what is sent, "always there" of what is answered; empty if it may be absent
	About  string
	Values []string // those that there are; empty if there are others
}

// deepest is how far members of members are listed.
const deepest = 4

// fields lists the members of a schema, and theirs, by name; those that are needed first.
func fields(d *outline.Document, s outline.Schema, needed string) []Field {
	all := below(d, "", s, nil)
	for i := range all {
		if all[i].Needed != "" {
			all[i].Needed = needed
		}
	}
	return all
}

func below(d *outline.Document, prefix string, s outline.Schema, within []string) (all []Field) {
	if slices.Contains(within, s.Ref) || len(within) > deepest {
		return nil
	}
	if s.Ref != "" {
		within = append(slices.Clone(within), s.Ref)
	}
	s = d.Shape(s)
	names := slices.SortedFunc(maps.Keys(s.Members), func(a, b string) int {
		return cmp.Or(-compare(slices.Contains(s.Required, a), slices.Contains(s.Required, b)), strings.Compare(a, b))
	})
	for _, name := range names {
		m := s.Members[name]
		f := Field{Name: prefix + name, Kind: kind(d, m), About: m.About, Values: values(d, m)}
		if slices.Contains(s.Required, name) {
			f.Needed = "needed"
		}
		all = append(all, f)
		inner, joint := each(d, m, name)
		all = append(all, below(d, prefix+joint+".", inner, within)...)
	}
	return all
}

// each is what a list or a map holds, down to what is neither, with how a name says so: items[], confirmed.*
func each(d *outline.Document, s outline.Schema, name string) (outline.Schema, string) {
	switch shape := d.Shape(s); {
	case shape.Items != nil:
		return each(d, *shape.Items, name+"[]")
	case shape.Values != nil:
		return each(d, *shape.Values, name+".*")
	}
	return s, name
}

func compare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// values are those that a field, or each of a list, can have.
func values(d *outline.Document, s outline.Schema) []string {
	s = d.Shape(s)
	if s.Items != nil {
		return values(d, *s.Items)
	}
	return s.Enum
}

// kind is what a value is, in words, with its bounds.
func kind(d *outline.Document, s outline.Schema) string {
	all := append([]string{noun(d, s)}, d.Shape(s).Bounds()...)
	if s.Deprecated {
		all = append(all, "deprecated")
	}
	return strings.Join(all, ", ")
}

// nouns are the kinds of values that have no others within.
var nouns = map[string]string{"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false", "object": "object",
	"date-time": "time (RFC 3339)", "date": "day", "base64": "bytes in base64"}

func noun(d *outline.Document, s outline.Schema) string {
	shape := d.Shape(s)
	switch {
	case shape.Items != nil:
		return "list of " + strings.Replace(noun(d, *shape.Items), "true or false", "truth", 1) + "s"
	case shape.Values != nil:
		return "object: " + noun(d, *shape.Values) + " by name"
	case shape.Enum != nil:
		return "word"
	}
	return cmp.Or(nouns[shape.Format], nouns[shape.Encoding], nouns[shape.Type], "anything")
}

// Kind is what a parameter is, in words.
func (p part) Kind(s outline.Schema) string { return kind(p.Document, s) }

// Values are those that a parameter can have.
func (p part) Values(s outline.Schema) []string { return values(p.Document, s) }

// An Outcome is an answer as a page shows it.
type Outcome struct {
	Status, About string
	Media         []string
	Fields        []Field
	Problem       bool
}

// Outcomes are the answers of an operation: what it did, then how it is refused.
func (p part) Outcomes(o outline.Operation) (all []Outcome) {
	for _, status := range slices.Sorted(maps.Keys(o.Answers)) {
		a := o.Answers[status]
		out := Outcome{Status: status, About: a.About, Problem: a.Problem != "", Media: slices.Sorted(maps.Keys(a.Media))}
		if json, there := a.Media["application/json"]; there && !out.Problem {
			out.Fields = fields(p.Document, json, "always there")
		}
		all = append(all, out)
	}
	return all
}

// Sent are the members of an operation's body.
func (p part) Sent(o outline.Operation) []Field { return fields(p.Document, o.Body.Schema, "needed") }

// ProblemFields are the members of every problem.
func (p part) ProblemFields() []Field {
	return fields(p.Document, p.Schemas["Problem"], "always there")
}
