package api_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A release is an OpenAPI document as a program that was written for it sees it.
type release struct {
	Paths      map[string]map[string]operation
	Components struct{ Schemas map[string]schema }
}

type operation struct {
	Roles      []string `json:"x-roles"`
	Access     string   `json:"x-access"`
	Parameters []struct {
		Name, In string
		Required bool
		Schema   schema
	}
	RequestBody struct {
		Required bool
		Content  map[string]struct{ Schema schema }
	}
	Responses map[string]struct {
		Headers map[string]any
		Content map[string]struct{ Schema schema }
	}
}

type schema struct {
	Ref        string `json:"$ref"`
	Type       any
	Enum       []any
	Required   []string
	Properties map[string]schema
	Items      *schema

	Format, Pattern              string
	MinLength, MinItems, Minimum *float64
	MaxLength, MaxItems, Maximum *float64
	AdditionalProperties         any
	OneOf, AnyOf, AllOf          []schema
}

// A comparison gathers what a program that was written for the old document would stumble over.
type comparison struct {
	old, new release
	faults   []string
}

func (c *comparison) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Sprintf(format, args...))
}

func breaking(old, new release) []string {
	c := &comparison{old: old, new: new}
	for path, methods := range old.Paths {
		for method, was := range methods {
			at := strings.ToUpper(method) + " " + path
			if is, there := new.Paths[path][method]; there {
				c.operation(at, was, is)
			} else {
				c.fault("%s is gone", at)
			}
		}
	}
	slices.Sort(c.faults)
	return slices.Compact(c.faults)
}

func (c *comparison) operation(at string, was, is operation) {
	for _, role := range was.Roles {
		if !slices.Contains(is.Roles, role) && !slices.Contains(is.Roles, "any") {
			c.fault("%s: %s may not any more", at, role)
		}
	}
	if was.Access == "read" && is.Access != "read" {
		c.fault("%s: a token that only reads will not do any more", at)
	}
	for _, p := range was.Parameters {
		if !slices.ContainsFunc(is.Parameters, func(q struct {
			Name, In string
			Required bool
			Schema   schema
		}) bool {
			return q.Name == p.Name && q.In == p.In
		}) {
			c.fault("%s: the parameter %s is gone", at, p.Name)
		}
	}
	for _, q := range is.Parameters {
		before := false
		for _, p := range was.Parameters {
			if p.Name == q.Name && p.In == q.In {
				before = p.Required
				c.schema(at+" "+p.Name, p.Schema, q.Schema, true, 0)
			}
		}
		if q.Required && !before {
			c.fault("%s: the parameter %s is needed now", at, q.Name)
		}
	}
	if is.RequestBody.Required && !was.RequestBody.Required {
		c.fault("%s: a body is needed now", at)
	}
	for media, body := range was.RequestBody.Content {
		if now, there := is.RequestBody.Content[media]; there {
			c.schema(at+" body", body.Schema, now.Schema, true, 0)
		} else {
			c.fault("%s: no body of %s is read any more", at, media)
		}
	}
	for status, answer := range was.Responses {
		for name := range answer.Headers {
			if _, there := is.Responses[status].Headers[name]; !there {
				c.fault("%s: the header %s of %s is gone", at, name, status)
			}
		}
		for media, body := range answer.Content {
			if now, there := is.Responses[status].Content[media]; there {
				c.schema(at+" "+status, body.Schema, now.Schema, false, 0)
			} else {
				c.fault("%s: there is no answer %s as %s any more", at, status, media)
			}
		}
	}
}

// schema compares what is sent (input) or answered; what refers to itself is followed for some levels.
func (c *comparison) schema(at string, was, is schema, input bool, depth int) {
	was, is = c.old.resolve(was), c.new.resolve(is)
	if depth > 8 {
		return
	}
	if fmt.Sprint(was.Type) != fmt.Sprint(is.Type) {
		c.fault("%s: %v is %v now", at, was.Type, is.Type)
	}
	if was.Format != is.Format {
		c.fault("%s: the form %q is %q now", at, was.Format, is.Format)
	}
	if len(was.OneOf) != len(is.OneOf) || len(was.AnyOf) != len(is.AnyOf) || len(was.AllOf) != len(is.AllOf) {
		c.fault("%s: it is one of other schemas now", at)
	}
	if input {
		c.narrower(at, was, is)
	}
	if input && was.Enum == nil && is.Enum != nil {
		c.fault("%s: only some values are read now", at)
	}
	for _, value := range was.Enum {
		if is.Enum != nil && !slices.Contains(is.Enum, value) {
			c.fault("%s: the value %v is gone", at, value)
		}
	}
	for name, member := range was.Properties {
		now, there := is.Properties[name]
		if !there {
			c.fault("%s.%s is gone", at, name)
			continue
		}
		c.schema(at+"."+name, member, now, input, depth+1)
		if !input && slices.Contains(was.Required, name) && !slices.Contains(is.Required, name) {
			c.fault("%s.%s may be absent now", at, name)
		}
	}
	for _, name := range is.Required {
		if input && !slices.Contains(was.Required, name) {
			c.fault("%s.%s is needed now", at, name)
		}
	}
	if was.Items != nil && is.Items != nil {
		c.schema(at+"[]", *was.Items, *is.Items, input, depth+1)
	}
}

// narrower finds limits that let through less of what is sent.
func (c *comparison) narrower(at string, was, is schema) {
	if is.Pattern != "" && is.Pattern != was.Pattern {
		c.fault("%s: another pattern is asked for now", at)
	}
	if is.AdditionalProperties == false && was.AdditionalProperties != false {
		c.fault("%s: other members are refused now", at)
	}
	for _, l := range []struct {
		name    string
		was, is *float64
		sign    float64
	}{{"at most %v characters", was.MaxLength, is.MaxLength, 1}, {"at most %v items", was.MaxItems, is.MaxItems, 1}, {"at most %v", was.Maximum, is.Maximum, 1},
		{"at least %v characters", was.MinLength, is.MinLength, -1}, {"at least %v items", was.MinItems, is.MinItems, -1}, {"at least %v", was.Minimum, is.Minimum, -1}} {
		if l.is != nil && (l.was == nil || l.sign**l.is < l.sign**l.was) {
			c.fault("%s: "+l.name+" now", at, *l.is)
		}
	}
}

func (r release) resolve(s schema) schema {
	if name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok {
		return r.Components.Schemas[name]
	}
	return s
}

func released(t *testing.T) (raw []byte) {
	raw, err := os.ReadFile(filepath.Join("testdata", "released.json"))
	must(t, err)
	return raw
}

func parseRelease(t *testing.T, raw []byte) (r release) {
	t.Helper()
	must(t, json.Unmarshal(raw, &r))
	return r
}

// A program that was written for the last release works with this one. With a release, testdata/openapi.json
// is copied to testdata/released.json.
func TestNothingBreaksForProgramsOfTheLastRelease(t *testing.T) {
	_, raw := document(t)
	for _, fault := range breaking(parseRelease(t, released(t)), parseRelease(t, raw)) {
		t.Error(fault)
	}
}

// The comparison sees what breaks programs, and nothing in what does not.
func TestTheComparisonSeesWhatBreaks(t *testing.T) {
	const of = `"/api/v1/keys":{"post":{"x-roles":["legal","technical"],"x-access":"read","parameters":[{"name":"q","in":"query"}],"requestBody":{"content":{"application/json":{"schema":{"type":"object","required":["a"],"properties":{"a":{"type":"string","enum":["x","y"]},"b":{"type":"string"},"d":{"type":"string","format":"date","maxLength":100}}}}}},` +
		`"responses":{"200":{"headers":{"ETag":{}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Key"}}}}}}}`
	const keys = `"Key":{"type":"object","required":["id"],"properties":{"id":{"type":"string"},"list":{"type":"array","items":{"type":"integer"}}}}`
	doc := `{"paths":{` + of + `},"components":{"schemas":{` + keys + `}}}`
	for _, c := range []struct{ name, old, new, want string }{
		{"nothing", "", "", ""},
		{"a path is gone", `"/api/v1/keys"`, `"/api/v1/key"`, "POST /api/v1/keys is gone"},
		{"a method is gone", `{"post"`, `{"put"`, "POST /api/v1/keys is gone"},
		{"a parameter is gone", `"name":"q"`, `"name":"r"`, "the parameter q is gone"},
		{"a parameter is needed", `"in":"query"`, `"in":"query","required":true`, "the parameter q is needed now"},
		{"a body is needed", `"requestBody":{`, `"requestBody":{"required":true,`, "a body is needed now"},
		{"a member is needed", `"required":["a"]`, `"required":["a","b"]`, "body.b is needed now"},
		{"a value is gone", `["x","y"]`, `["x"]`, "the value y is gone"},
		{"only some values are read", `"b":{"type":"string"}`, `"b":{"type":"string","enum":["z"]}`, "only some values are read now"},
		{"an answer's member is gone", `"list":{`, `"lists":{`, "200.list is gone"},
		{"an answer's member may be absent", `"required":["id"]`, `"required":[]`, "200.id may be absent now"},
		{"another type in a list", `"integer"`, `"string"`, "200.list[]: integer is string now"},
		{"a status is gone", `"200":`, `"201":`, "no answer 200"},
		{"a role is gone", `"x-roles":["legal","technical"]`, `"x-roles":["legal"]`, "technical may not any more"},
		{"everybody may", `"x-roles":["legal","technical"]`, `"x-roles":["any"]`, ""},
		{"it does more than read", `"x-access":"read"`, `"x-access":"act"`, "a token that only reads will not do"},
		{"a header is gone", `"ETag"`, `"Tag"`, "the header ETag of 200 is gone"},
		{"another form", `"format":"date"`, `"format":"date-time"`, `the form "date" is "date-time" now`},
		{"fewer characters", `"maxLength":100`, `"maxLength":99`, "at most 99 characters now"},
		{"more characters", `"maxLength":100`, `"maxLength":101`, ""},
		{"any number of characters", `,"maxLength":100`, ``, ""},
		{"a least length", `"maxLength":100`, `"maxLength":100,"minLength":1`, "at least 1 characters now"},
		{"a pattern", `"maxLength":100`, `"maxLength":100,"pattern":"a+"`, "another pattern is asked for now"},
		{"other members are refused", `"type":"object","required":["a"]`, `"type":"object","additionalProperties":false,"required":["a"]`, "other members are refused now"},
		{"a new value", `["x","y"]`, `["x","y","z"]`, ""},
		{"a new member to send", `"b":{`, `"c":{"type":"string"},"b":{`, ""},
		{"a new member in an answer", `"list":{`, `"more":{"type":"string"},"list":{`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			changed := strings.Replace(doc, c.old, c.new, 1)
			got := strings.Join(breaking(parseRelease(t, []byte(doc)), parseRelease(t, []byte(changed))), "\n")
			if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	if r := parseRelease(t, released(t)); len(r.Paths) < 50 {
		t.Errorf("the last release has %d paths", len(r.Paths))
	}
}
