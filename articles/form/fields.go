// Package form is the form that the parties fill in: which keys an agreement file has, what each may
// hold, what it means, and to which clause it belongs. The reader, the writer, the schema and the
// documentation all see the format through this one view of the Go types.
package form

import (
	"encoding"
	"reflect"
	"slices"
	"strings"
	"sync"

	"entente/agreement"
	"entente/articles/general"
	"entente/articles/integration"
	"entente/articles/scope"
	"entente/calendar"
	"entente/money"
)

// A Field is one key of the agreement file, as the Go struct declares it.
type Field struct {
	Key      string
	Index    []int // where the struct has it
	Type     reflect.Type
	Required bool // the tag has neither omitempty nor omitzero
}

// Fields lists the keys of a mapping in the order of the struct.
func Fields(t reflect.Type) []Field {
	if known, ok := fieldsByType.Load(t); ok {
		return known.([]Field)
	}
	var list []Field
	for _, f := range reflect.VisibleFields(t) {
		key, options, tagged := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || key == "-" || key == "" {
			continue
		}
		optional := tagged && strings.Contains(options, "omit")
		list = append(list, Field{Key: key, Index: f.Index, Type: f.Type, Required: !optional})
	}
	fieldsByType.Store(t, slices.Clip(list))
	return list
}

var fieldsByType sync.Map // reflection is slow, and a file asks often

// A Shape says what a value is in the file.
type Shape int

// The shapes.
const (
	Text    Shape = iota // free text
	Choice               // one of a few words
	Scalar               // text with a form of its own: a date, an amount
	Tick                 // true or false
	Number               // a whole number
	List                 // a list of one type
	Table                // a mapping whose keys the parties choose
	Mapping              // a mapping with the keys of a struct
)

// MaxWhole is the largest whole number that every JSON reader keeps exactly.
const MaxWhole = 1<<53 - 1

var textual = reflect.TypeFor[encoding.TextUnmarshaler]()

// ShapeOf says what a value of a type is in the file. Pointers are looked through.
func ShapeOf(t reflect.Type) Shape {
	if known, ok := shapesByType.Load(t); ok {
		return known.(Shape)
	}
	shape := shapeOf(Deref(t))
	shapesByType.Store(t, shape)
	return shape
}

var shapesByType sync.Map

func shapeOf(t reflect.Type) Shape {
	switch {
	case len(Choices(t)) > 0:
		return Choice
	case reflect.PointerTo(t).Implements(textual):
		return Scalar
	}
	switch t.Kind() {
	case reflect.Bool:
		return Tick
	case reflect.Int, reflect.Int32, reflect.Int64:
		return Number
	case reflect.Slice:
		return List
	case reflect.Map:
		return Table
	case reflect.Struct:
		return Mapping
	}
	return Text
}

// Choices are the words that a value of a type may be; none if it is not a choice.
func Choices(t reflect.Type) []string {
	if t.Kind() != reflect.String {
		return nil
	}
	if v, ok := reflect.Zero(t).Interface().(interface{ Values() []string }); ok {
		return v.Values()
	}
	return nil
}

// A Pattern is what a scalar must look like.
type Pattern struct {
	Rule    string // the rule that a malformed value breaks
	Name    string // what it is called
	Regexp  string // ECMA 262, for the schema; the type itself decides
	Example string
}

const figure = `-?\d{1,19}(\.\d{1,18})?`

var patterns = map[reflect.Type]Pattern{
	reflect.TypeFor[calendar.Date](): {"malformed-date", "date", `^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$`, "2026-12-01"},
	reflect.TypeFor[calendar.Duration](): {"malformed-duration", "duration",
		`^P(?=.)(\d{1,4}Y)?(\d{1,4}M)?(\d{1,4}W)?(\d{1,5}D)?(T(?=\d)(\d{1,6}H)?(\d{1,6}M)?(\d{1,6}S)?)?$`, "P30D"},
	reflect.TypeFor[money.Amount]():          {"malformed-amount", "amount", `^[A-Z]{3} ` + figure + `$`, "EUR 1000.00"},
	reflect.TypeFor[money.Rate]():            {"malformed-price", "price", `^[A-Z]{3} ` + figure + `$`, "EUR 0.40"},
	reflect.TypeFor[money.Percent]():         {"malformed-percent", "percentage", `^` + figure + ` ?%$`, "10%"},
	reflect.TypeFor[money.Currency]():        {"malformed-currency", "currency", `^[A-Z]{3}$`, "EUR"},
	reflect.TypeFor[agreement.Email]():       {"malformed-email", "e-mail address", `^[^@\s]+@[^@\s]+\.[^@\s]+$`, "name@company.example"},
	reflect.TypeFor[agreement.URL]():         {"malformed-url", "web address", `^https?://[^/\s@#]+(/[^\s#]*)?(\?[^\s#]*)?$`, "https://api.company.example/v1"},
	reflect.TypeFor[scope.Country]():         {"malformed-country", "country", `^[A-Z]{2}$`, "DE"},
	reflect.TypeFor[general.Country]():       {"malformed-country", "country", `^[A-Z]{2}$`, "DE"},
	reflect.TypeFor[integration.TimeOfDay](): {"malformed-time", "time of day", `^([01]\d|2[0-3]):[0-5]\d$`, "09:00"},
}

// PatternOf is the pattern of a scalar type; tests hold that every scalar type of the format has one.
func PatternOf(t reflect.Type) Pattern {
	if f, ok := patterns[Deref(t)]; ok {
		return f
	}
	return Pattern{Rule: "wrong-kind", Name: "value"}
}

// Deref looks through a pointer.
func Deref(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// AllOptional reports whether a mapping may be empty: then a key without a value is an empty one.
func AllOptional(t reflect.Type) bool {
	for _, f := range Fields(t) {
		if f.Required {
			return false
		}
	}
	return true
}

// Find is the key of a mapping by its name.
func Find(t reflect.Type, key string) (Field, bool) {
	for _, f := range Fields(t) {
		if f.Key == key {
			return f, true
		}
	}
	return Field{}, false
}

// Keys are the names of a mapping's keys.
func Keys(t reflect.Type) []string {
	var keys []string
	for _, f := range Fields(t) {
		keys = append(keys, f.Key)
	}
	return keys
}

// Join is the path of a key in the mapping at a path: "commerce.payment" and "net_days".
func Join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// Types are the types of all terms under a mapping by their paths, with [*] for the rows of a table.
func Types(mapping reflect.Type) map[string]reflect.Type {
	all := map[string]reflect.Type{}
	var visit func(t reflect.Type, path string)
	visit = func(t reflect.Type, path string) {
		t = Deref(t)
		if path != "" {
			all[path] = t
		}
		switch ShapeOf(t) {
		case Mapping:
			for _, f := range Fields(t) {
				visit(f.Type, Join(path, f.Key))
			}
		case List:
			if ShapeOf(t.Elem()) == Mapping {
				visit(t.Elem(), path+"[*]")
			}
		}
	}
	visit(mapping, "")
	return all
}

// Single reports whether a type holds one value.
func Single(t reflect.Type) bool {
	shape := ShapeOf(t)
	return shape != List && shape != Table && shape != Mapping
}
