package articles

import (
	"encoding"
	"reflect"
	"strings"

	"entente/agreement"
	"entente/articles/general"
	"entente/articles/integration"
	"entente/articles/scope"
	"entente/calendar"
	"entente/money"
)

// A field is one key of the agreement file, as the Go struct declares it. The reader, the writer,
// the schema and the documentation all see the format through this one view.
type field struct {
	key      string
	index    []int
	typ      reflect.Type
	required bool // the tag has neither omitempty nor omitzero
}

// fieldsOf lists the keys of a mapping in the order of the struct.
func fieldsOf(t reflect.Type) []field {
	var list []field
	for _, f := range reflect.VisibleFields(t) {
		key, options, tagged := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || key == "-" || key == "" {
			continue
		}
		optional := tagged && strings.Contains(options, "omit")
		list = append(list, field{key: key, index: f.Index, typ: f.Type, required: !optional})
	}
	return list
}

// A shape says what a value is in the file.
type shape int

const (
	textShape    shape = iota // free text
	choiceShape               // one of a few words
	scalarShape               // text with a form of its own: a date, an amount
	tickShape                 // true or false
	numberShape               // a whole number
	listShape                 // a list of one type
	tableShape                // a mapping whose keys the parties choose
	mappingShape              // a mapping with the keys of a struct
)

var textual = reflect.TypeFor[encoding.TextUnmarshaler]()

// shapeOf says what a value of a type is in the file. Pointers are looked through.
func shapeOf(t reflect.Type) shape {
	t = deref(t)
	switch {
	case len(choicesOf(t)) > 0:
		return choiceShape
	case reflect.PointerTo(t).Implements(textual):
		return scalarShape
	}
	switch t.Kind() {
	case reflect.Bool:
		return tickShape
	case reflect.Int, reflect.Int32, reflect.Int64:
		return numberShape
	case reflect.Slice:
		return listShape
	case reflect.Map:
		return tableShape
	case reflect.Struct:
		return mappingShape
	}
	return textShape
}

// choicesOf are the words that a value of a type may be; none if it is not a choice.
func choicesOf(t reflect.Type) []string {
	if t.Kind() != reflect.String {
		return nil
	}
	if v, ok := reflect.Zero(t).Interface().(interface{ Values() []string }); ok {
		return v.Values()
	}
	return nil
}

// A form is what a scalar must look like.
type form struct {
	rule    string // the rule that a malformed value breaks
	name    string // what it is called
	pattern string // ECMA 262, for the schema; the type itself decides
	example string
}

const figure = `-?\d{1,19}(\.\d{1,18})?`

var forms = map[reflect.Type]form{
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

// formOf is the form of a scalar type; tests hold that every scalar type of the format has one.
func formOf(t reflect.Type) form {
	if f, ok := forms[deref(t)]; ok {
		return f
	}
	return form{rule: "wrong-kind", name: "value"}
}

// deref looks through a pointer.
func deref(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// allOptional reports whether a mapping may be empty: then a key without a value is an empty one.
func allOptional(t reflect.Type) bool {
	for _, f := range fieldsOf(t) {
		if f.required {
			return false
		}
	}
	return true
}
