package outline

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// The document as its JSON has it.
type (
	rawDocument struct {
		Info       struct{ Title, Version, Description string }
		Tags       []struct{ Name, Description string }
		Paths      map[string]map[string]rawOperation
		Components struct {
			Schemas   map[string]rawSchema
			Responses map[string]rawAnswer
		}
	}
	rawOperation struct {
		OperationID          string `json:"operationId"`
		Summary, Description string
		Deprecated           bool
		Tags                 []string
		Roles                []string `json:"x-roles"`
		Access               string   `json:"x-access"`
		Whose                string   `json:"x-whose"`
		Parameters           []struct {
			Name, In, Description string
			Required              bool
			Schema                rawSchema
		}
		RequestBody struct {
			Required bool
			Content  map[string]struct{ Schema rawSchema }
		}
		Responses map[string]rawAnswer
	}
	rawAnswer struct {
		Ref         string `json:"$ref"`
		Description string
		Content     map[string]struct{ Schema rawSchema }
	}
	rawSchema struct {
		Ref                                      string `json:"$ref"`
		Type                                     types
		Format                                   string
		ContentEncoding                          string `json:"contentEncoding"`
		Description                              string
		Enum                                     []any
		Properties                               map[string]rawSchema
		Required                                 []string
		Items                                    *rawSchema
		AdditionalProperties                     values `json:"additionalProperties"`
		Default                                  any
		Examples                                 []any
		MinLength, MaxLength, MinItems, MaxItems *int
		Minimum, Maximum                         *float64
		WriteOnly, UniqueItems, Deprecated       bool
	}
)

// types are one name, or a list of names.
type types []string

func (t *types) UnmarshalJSON(b []byte) error {
	if b[0] == '[' {
		return json.Unmarshal(b, (*[]string)(t))
	}
	*t = []string{""}
	return json.Unmarshal(b, &(*t)[0])
}

// values are the schema of members of any name; none where the document says only whether there may be more.
type values struct{ schema *rawSchema }

func (v *values) UnmarshalJSON(b []byte) error {
	if b[0] != '{' {
		return nil
	}
	v.schema = &rawSchema{}
	return json.Unmarshal(b, v.schema)
}

func (a rawAnswer) read(problem string) Answer {
	out := Answer{Problem: problem, About: a.Description, Media: map[string]Schema{}}
	for media, one := range a.Content {
		out.Media[media] = one.Schema.read()
	}
	return out
}

func (s rawSchema) read() Schema {
	out := Schema{Ref: strings.TrimPrefix(s.Ref, "#/components/schemas/"), Format: s.Format, Encoding: s.ContentEncoding, About: s.Description,
		Required: s.Required, Default: s.Default, Examples: s.Examples, WriteOnly: s.WriteOnly, UniqueItems: s.UniqueItems, Deprecated: s.Deprecated,
		Limits: Limits{s.MinLength, s.MaxLength, s.MinItems, s.MaxItems, s.Minimum, s.Maximum}}
	for _, name := range s.Type {
		if name == "null" {
			out.Null = true
		} else {
			out.Type = name
		}
	}
	for _, value := range s.Enum {
		out.Enum = append(out.Enum, fmt.Sprint(value))
	}
	if s.Properties != nil {
		out.Members = map[string]Schema{}
	}
	for name, member := range s.Properties {
		out.Members[name] = member.read()
	}
	if s.Items != nil {
		items := s.Items.read()
		out.Items = &items
	}
	if s.AdditionalProperties.schema != nil {
		each := s.AdditionalProperties.schema.read()
		out.Values = &each
	}
	slices.Sort(out.Required)
	return out
}
