// Package format holds messages to the data formats that the parties attached to their agreement, as JSON Schema.
//
// A schema stands by itself: it refers to nothing outside its own text, so that what was signed is
// all that decides. Everything here is pure.
package format

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// A Schema is a data format. It never changes, and any number may use it at once.
type Schema struct {
	compiled *jsonschema.Schema // nil if no message is as agreed
}

// Nothing is the format that no message has: that of an attachment that cannot be read.
var Nothing = &Schema{}

// MaxSchema is the most bytes that a schema may have.
const MaxSchema = 1 << 20

// ErrSchema means that something is no JSON Schema that can be used.
var ErrSchema = errors.New("it is no JSON Schema that can be used")

// Read reads a JSON Schema (draft 4 to 2020-12; without $schema, 2020-12). Errors wrap ErrSchema.
func Read(schema []byte) (*Schema, error) {
	if len(schema) > MaxSchema {
		return nil, fmt.Errorf("%w: it has more than %d bytes", ErrSchema, MaxSchema)
	}
	if !jsontext.Value(schema).IsValid() {
		return nil, fmt.Errorf("%w: it is not strict JSON", ErrSchema)
	}
	text, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return nil, fmt.Errorf("%w: it is not strict JSON", ErrSchema)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.UseLoader(itself{})
	if err := c.AddResource(name, text); err != nil {
		return nil, fmt.Errorf("%w: %s", ErrSchema, plainly(err))
	}
	compiled, err := c.Compile(name)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", ErrSchema, plainly(err))
	}
	return &Schema{compiled}, nil
}

// name is what a schema is called among its own references.
const name = "entente:///schema"

// itself loads nothing.
type itself struct{}

func (itself) Load(url string) (any, error) {
	return nil, fmt.Errorf("%q is outside the schema; put it under $defs", url)
}

func plainly(err error) string {
	var load *jsonschema.LoadURLError
	var bad *jsonschema.SchemaValidationError
	switch {
	case errors.As(err, &load):
		return load.Err.Error()
	case errors.As(err, &bad):
		if v := first(bad.Err); v != nil {
			return v.Error()
		}
	}
	return shortened(err.Error())
}

// A Violation is the first thing in which a message is not as its format says.
type Violation struct {
	Pointer string // where, as a JSON pointer (RFC 6901); empty means the whole message
	Why     string // a clause of a sentence
}

func (v *Violation) Error() string {
	if v.Pointer == "" {
		return v.Why
	}
	return v.Pointer + ": " + v.Why
}

// Check compares a message with the format; nil means that it is as agreed. The message has to be
// strict JSON, because two readers must not take it for different things.
func (s *Schema) Check(text []byte) *Violation {
	if s.compiled == nil {
		return &Violation{Why: "the attachment that describes the format cannot be read"}
	}
	if !jsontext.Value(text).IsValid() {
		return &Violation{Why: "it is not strict JSON in UTF-8"}
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return &Violation{Why: "it is not strict JSON in UTF-8"}
	}
	return first(s.compiled.Validate(value))
}

var english = message.NewPrinter(language.English)

// first is the first of all that is wrong, as deep as it goes.
func first(err error) *Violation {
	var v *jsonschema.ValidationError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &v):
		return &Violation{Why: shortened(err.Error())}
	}
	for len(v.Causes) > 0 {
		v = v.Causes[0]
	}
	return &Violation{pointer(v.InstanceLocation), shortened(v.ErrorKind.LocalizedString(english))}
}

func pointer(parts []string) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString("/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(p))
	}
	return shortened(b.String())
}

// longest is how many characters of a text that comes from messages are shown.
const longest = 200

func shortened(s string) string {
	if r := []rune(s); len(r) > longest {
		return string(r[:longest-1]) + "…"
	}
	return s
}
