// Package openapi is an HTTP API as its provider documents it: which operations there are, by which
// methods and paths they are called, which headers they take and which answers they give.
//
// It reads the parts of an OpenAPI document (versions 2.0, 3.0, 3.1 and 3.2) that say that, as JSON or YAML,
// and follows references within the document only. Everything here is pure.
package openapi

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/textproto"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"
)

// An Operation is something that an API does.
type Operation struct {
	Name    string   // as Schedule A lists it, or else its ID or "METHOD /path"
	ID      string   // operationId; empty if the document gives none, or does not describe the operation
	Method  string   // "GET"
	Path    string   // template: "/documents/{id}"
	Headers []string // that the document declares as parameters, in canonical form
	Answers []Answer // that the document describes

	Summary    string      // one line for people; empty if the document gives none
	Parameters []Parameter // of the path, the query and the header
	Bodies     []string    // media types that a request may have; empty if it has none or the document does not say
}

// A Parameter is something that a call says outside its body.
type Parameter struct {
	Name, In string // "limit", "query"
	Required bool
	About    string // one line for people; empty if the document gives none
}

// An Answer is what an operation may answer with.
type Answer struct {
	Status string   // "200", "2XX" or "DEFAULT"
	Media  []string // media types, possibly ranges such as "image/*"; none means that any will do
}

// MaxDocument is the most bytes that an OpenAPI document may have.
const MaxDocument = 2 << 20

// ErrDocument means that something is no OpenAPI document that can be used.
var ErrDocument = errors.New("it is no OpenAPI document that can be read")

// methods are those that an OpenAPI document can describe and a call can have.
var methods = []string{"get", "head", "post", "put", "patch", "delete", "options"}

// Read reads the operations of a document, in the order of their paths. Errors wrap ErrDocument and say what to mend.
func Read(document []byte) ([]Operation, error) {
	if len(document) > MaxDocument {
		return nil, fmt.Errorf("%w: it has more than %d bytes", ErrDocument, MaxDocument)
	}
	if err := plainYAML(string(document)); err != nil {
		return nil, err
	}
	var root map[string]any
	if err := yaml.Unmarshal(document, &root); err != nil {
		return nil, fmt.Errorf("%w: it is neither JSON nor YAML", ErrDocument)
	}
	version := fmt.Sprint(cmp.Or(root["openapi"], root["swagger"]))
	paths, ok := root["paths"].(map[string]any)
	if !ok || !slices.ContainsFunc([]string{"2.0", "3.0.", "3.1.", "3.2."}, func(v string) bool { return strings.HasPrefix(version, v) }) {
		return nil, fmt.Errorf("%w: it needs openapi with a version from 3.0 to 3.2, or swagger with 2.0, and paths", ErrDocument)
	}
	d := reader{root: root}
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		d.item(path, d.resolve(paths[path]))
	}
	if d.err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDocument, d.err)
	}
	return d.found, nil
}

// maxNesting is how deep a document may be nested in one line, and in flow style.
const maxNesting = 64

// plainYAML refuses what makes a small document a large one.
func plainYAML(text string) error {
	flow, entries, line := 0, 0, 0
	for _, t := range lexer.Tokenize(text) {
		if t.Position.Line != line {
			line, entries = t.Position.Line, 0
		}
		switch t.Type {
		case token.AnchorType, token.AliasType, token.MergeKeyType, token.TagType:
			return fmt.Errorf("%w: line %d has an anchor, an alias or a tag of YAML; write out what it stands for", ErrDocument, line)
		case token.MappingStartType, token.SequenceStartType:
			flow++
		case token.MappingEndType, token.SequenceEndType:
			flow--
		case token.SequenceEntryType:
			entries++
		}
		if flow > maxNesting || entries > maxNesting {
			return fmt.Errorf("%w: line %d is nested too deep", ErrDocument, line)
		}
	}
	return nil
}

// A reader collects operations.
type reader struct {
	root  map[string]any
	found []Operation
	err   error
}

func (d *reader) item(path string, item map[string]any) {
	if strings.HasPrefix(path, "x-") {
		return
	}
	for _, method := range methods {
		described, ok := item[method].(map[string]any)
		if !ok {
			continue
		}
		op := Operation{Method: strings.ToUpper(method), Path: path}
		op.ID, _ = described["operationId"].(string)
		op.Name = op.ID
		if op.ID == "" {
			op.Name = op.Method + " " + op.Path
		}
		op.Headers = append(d.headers(item["parameters"]), d.headers(described["parameters"])...)
		op.Answers = d.answers(described)
		op.Summary = line(described["summary"], described["description"])
		op.Parameters = append(d.parameters(item["parameters"]), d.parameters(described["parameters"])...)
		body, _ := d.resolve(described["requestBody"])["content"].(map[string]any)
		op.Bodies = slices.Sorted(maps.Keys(body))
		d.add(op)
	}
}

func (d *reader) add(op Operation) {
	err := CheckTemplate(op.Path)
	switch {
	case d.err != nil:
	case err != nil:
		d.err = fmt.Errorf("%s: %w", op.Path, err)
	case len(d.found) == maxOperations:
		d.err = fmt.Errorf("it has more than %d operations", maxOperations)
	case op.ID != "" && slices.ContainsFunc(d.found, func(o Operation) bool { return o.ID == op.ID }):
		d.err = fmt.Errorf("the operationId %q comes twice", op.ID)
	default:
		d.found = append(d.found, op)
	}
}

// headers are the names of the header parameters of a list.
func (d *reader) headers(list any) []string {
	var names []string
	all, _ := list.([]any)
	for _, one := range all {
		p := d.resolve(one)
		if name, _ := p["name"].(string); p["in"] == "header" && name != "" && len(name) <= 100 {
			names = append(names, textproto.CanonicalMIMEHeaderKey(name))
		}
	}
	return names
}

// parameters are those of a list that stand outside the body.
func (d *reader) parameters(list any) []Parameter {
	var found []Parameter
	all, _ := list.([]any)
	for _, one := range all {
		p := d.resolve(one)
		name, in := line(p["name"]), line(p["in"])
		if name == "" || !slices.Contains([]string{"path", "query", "header"}, in) || len(found) == maxParameters {
			continue
		}
		required, _ := p["required"].(bool)
		found = append(found, Parameter{name, in, required, line(p["description"])})
	}
	return found
}

// Bounds of what is kept for people.
const (
	maxParameters = 100 // of an operation
	maxLine       = 300 // characters
)

// line is the first of some values that is a text, as one short line.
func line(values ...any) string {
	for _, v := range values {
		s, _ := v.(string)
		if s = strings.Join(strings.Fields(s), " "); s == "" {
			continue
		}
		if r := []rune(s); len(r) > maxLine {
			s = string(r[:maxLine-1]) + "…"
		}
		return s
	}
	return ""
}

func (d *reader) answers(described map[string]any) []Answer {
	all, _ := described["responses"].(map[string]any)
	var found []Answer
	for _, status := range slices.Sorted(maps.Keys(all)) {
		if strings.HasPrefix(status, "x-") {
			continue
		}
		a := Answer{Status: strings.ToUpper(status)}
		content, _ := d.resolve(all[status])["content"].(map[string]any)
		for _, media := range slices.Sorted(maps.Keys(content)) {
			a.Media = append(a.Media, strings.ToLower(media))
		}
		found = append(found, a)
	}
	return found
}

// maxReferences is how many references may lead to one another.
const maxReferences = 16

// resolve follows references within the document. What leads nowhere says nothing.
func (d *reader) resolve(v any) map[string]any {
	for range maxReferences {
		m, _ := v.(map[string]any)
		ref, refers := m["$ref"].(string)
		if !refers {
			return m
		}
		v = d.at(ref)
	}
	return nil
}

// at is what a JSON pointer in a fragment stands for.
func (d *reader) at(ref string) any {
	pointer, ok := strings.CutPrefix(ref, "#/")
	if !ok {
		if d.err == nil {
			d.err = fmt.Errorf("%q refers to something outside; put it into the document", ref)
		}
		return nil
	}
	var v any = d.root
	for part := range strings.SplitSeq(pointer, "/") {
		m, _ := v.(map[string]any)
		part, _ = decoded(part)
		v = m[strings.NewReplacer("~1", "/", "~0", "~").Replace(part)]
	}
	return v
}

// Listed is an operation that is known by its name only, which may be "GET /documents/{id}". Its path
// is empty if the name is another one.
func Listed(name string) Operation {
	method, path, ok := strings.Cut(name, " ")
	if !ok || !slices.Contains(methods, strings.ToLower(method)) {
		return Operation{Name: name}
	}
	return Operation{Name: name, Method: method, Path: path}
}
