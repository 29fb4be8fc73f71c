// Package outline reads the document of our own API (OpenAPI 3.1) as those need it who write something
// from it: the reference page, and clients in other languages. What it says is what the document says;
// nothing is known of the operations beside it.
package outline

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Document is an API as its document describes it.
type Document struct {
	Title, Version, About string
	Tags                  []Tag
	Schemas               map[string]Schema // by name
	Problems              map[string]Answer // that operations refer to, by name
}

// A Tag is a part of the API.
type Tag struct {
	Name, About string
	Operations  []Operation // by path and method
}

// An Operation is one thing that a program can ask for.
type Operation struct {
	ID, Method, Path, Summary, About string
	Roles                            []string // who may call it; none: everyone, without a token
	Access                           string   // that a token needs: "read" or "act"; empty where none is needed
	Whose                            string   // on whose things: "both", "own", "other", "self", or empty
	Deprecated                       bool     // it is to go; About says what takes its place
	Parameters                       []Parameter
	Body                             *Body             // nil if it takes none
	Answers                          map[string]Answer // by status, "default" included
}

// A Parameter is what a request says outside its body.
type Parameter struct {
	Name, In, About string // "limit", "query"
	Required        bool
	Schema          Schema
}

// A Body is what a request sends.
type Body struct {
	Media    string // "application/json"
	Required bool
	Schema   Schema
}

// An Answer is what a request may be answered with.
type Answer struct {
	Problem string            // the name under which the document has it; empty for what is no problem
	About   string            // in words
	Media   map[string]Schema // by media type
}

// A Schema is the shape of a value, as far as our document says it (JSON Schema 2020-12).
type Schema struct {
	Ref         string            // the name of a schema of the document; empty if the shape is here
	Type        string            // "object", "array", "string", "integer", "number", "boolean"; empty for any
	Null        bool              // it may be null as well
	Format      string            // "date-time"
	Encoding    string            // "base64"
	About       string            // in words
	Enum        []string          // the values that there are
	Members     map[string]Schema // of an object
	Required    []string          // those members that are always there
	Items       *Schema           // of an array
	Values      *Schema           // of an object whose members have any name
	Default     any               // what counts where nothing is said
	Examples    []any             // one that can be sent
	Limits      Limits            // of length, number and size
	WriteOnly   bool              // it is sent and never answered
	UniqueItems bool              // each once
	Deprecated  bool              // it is to go
}

// Limits bound a value; nil where there is no bound.
type Limits struct {
	MinLength, MaxLength, MinItems, MaxItems *int // of texts in characters, of lists
	Minimum, Maximum                         *float64
}

// Bounds are what limits a value, and what counts where nothing is said, in words.
func (s Schema) Bounds() (all []string) {
	say := func(format string, n *int) {
		if n != nil && *n > 0 {
			all = append(all, fmt.Sprintf(format, *n))
		}
	}
	say("at least %d characters", s.Limits.MinLength)
	say("at most %d characters", s.Limits.MaxLength)
	say("at least %d", s.Limits.MinItems)
	say("at most %d", s.Limits.MaxItems)
	if s.Limits.Minimum != nil {
		all = append(all, fmt.Sprintf("at least %.0f", *s.Limits.Minimum))
	}
	if s.Limits.Maximum != nil {
		all = append(all, fmt.Sprintf("at most %.0f", *s.Limits.Maximum))
	}
	if s.Default != nil {
		all = append(all, fmt.Sprintf("%v if it is not said", s.Default))
	}
	return all
}

// Read reads a document. The error says what of it is not as our documents are.
func Read(document []byte) (*Document, error) {
	var raw rawDocument
	d := json.NewDecoder(bytes.NewReader(document))
	if err := d.Decode(&raw); err != nil {
		return nil, fmt.Errorf("reading the document: %w", err)
	}
	out := &Document{Title: raw.Info.Title, Version: raw.Info.Version, About: raw.Info.Description, Schemas: map[string]Schema{}, Problems: map[string]Answer{}}
	for name, s := range raw.Components.Schemas {
		out.Schemas[name] = s.read()
	}
	for name, a := range raw.Components.Responses {
		out.Problems[name] = a.read(name)
	}
	for _, t := range raw.Tags {
		out.Tags = append(out.Tags, Tag{Name: t.Name, About: t.Description})
	}
	for _, path := range slices.Sorted(maps.Keys(raw.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(raw.Paths[path])) {
			if err := out.add(path, method, raw.Paths[path][method]); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

func (d *Document) add(path, method string, raw rawOperation) error {
	at := strings.ToUpper(method) + " " + path
	i := slices.IndexFunc(d.Tags, func(t Tag) bool { return slices.Equal([]string{t.Name}, raw.Tags) })
	if i < 0 {
		return fmt.Errorf("reading the document: %s is of the parts %q, and not of one that the document names", at, raw.Tags)
	}
	o := Operation{ID: raw.OperationID, Method: strings.ToUpper(method), Path: path, Summary: raw.Summary, About: raw.Description,
		Roles: raw.Roles, Access: raw.Access, Whose: raw.Whose, Deprecated: raw.Deprecated, Answers: map[string]Answer{}}
	for _, p := range raw.Parameters {
		o.Parameters = append(o.Parameters, Parameter{p.Name, p.In, p.Description, p.Required, p.Schema.read()})
	}
	for media, body := range raw.RequestBody.Content {
		o.Body = &Body{media, raw.RequestBody.Required, body.Schema.read()}
	}
	if len(raw.RequestBody.Content) > 1 {
		return fmt.Errorf("reading the document: %s takes more than one kind of body", at)
	}
	for status, a := range raw.Responses {
		if name := strings.TrimPrefix(a.Ref, "#/components/responses/"); a.Ref != "" {
			o.Answers[status] = d.Problems[name]
			continue
		}
		o.Answers[status] = a.read("")
	}
	d.Tags[i].Operations = append(d.Tags[i].Operations, o)
	return nil
}

// Operations are those of all parts.
func (d *Document) Operations() (all []Operation) {
	for _, t := range d.Tags {
		all = append(all, t.Operations...)
	}
	return all
}

// Shape is a schema with its name followed.
func (d *Document) Shape(s Schema) Schema {
	if s.Ref != "" {
		return d.Schemas[s.Ref]
	}
	return s
}

// Success is the answers of an operation that did what was asked, by status.
func (o Operation) Success() (all []Answer) {
	for _, status := range slices.Sorted(maps.Keys(o.Answers)) {
		if status[0] == '2' {
			all = append(all, o.Answers[status])
		}
	}
	return all
}

// Takes finds a parameter.
func (o Operation) Takes(in, name string) bool {
	return slices.ContainsFunc(o.Parameters, func(p Parameter) bool { return p.In == in && p.Name == name })
}
