package reference

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"

	"entente/api/outline"
)

var inBraces = regexp.MustCompile(`\{(\w+)\}`)

// Command is a command that asks for the operation, for a shell in which NODE, TOKEN and what stands in the path
// are variables.
func (p part) Command(o outline.Operation) string {
	path := inBraces.ReplaceAllStringFunc(o.Path, func(name string) string { return "$" + strings.ToUpper(strings.Trim(name, "{}")) })
	words := []string{"curl"}
	if o.Method != "GET" {
		words = append(words, "-X", o.Method)
	}
	words = append(words, `"$NODE`+path+query(o)+`"`)
	if o.Roles != nil {
		words = append(words, "\\\n  -H", `"Authorization: Bearer $TOKEN"`)
	}
	if o.Takes("header", "Idempotency-Key") && o.Access == "act" {
		words = append(words, "\\\n  -H", `"Idempotency-Key: $(openssl rand -hex 16)"`)
	}
	if o.Body != nil {
		words = append(words, "\\\n  -H", "'Content-Type: "+o.Body.Media+"'", "\\\n  --data-binary", body(p.Document, o))
	}
	return strings.Join(words, " ")
}

// query is what an operation needs to be asked beside its path.
func query(o outline.Operation) string {
	var all []string
	for _, param := range o.Parameters {
		if param.In == "query" && param.Required {
			value, _ := sample(nil, param.Schema)
			all = append(all, param.Name+"="+strings.Trim(string(value), `"`))
		}
	}
	if all == nil {
		return ""
	}
	return "?" + strings.Join(all, "&")
}

// body is an example of what is sent, in quotes; a file, where nothing can stand for it.
func body(d *outline.Document, o outline.Operation) string {
	if example, ok := sample(d, o.Body.Schema); ok && o.Body.Media == "application/json" {
		return "'" + strings.ReplaceAll(string(example), "'", `'\''`) + "'"
	}
	return "@body." + map[string]string{"application/json": "json", "text/plain": "txt"}[o.Body.Media]
}

// sample is a value of a schema in JSON: what is needed, and what has an example. False means that nothing in the
// document says what could stand there.
func sample(d *outline.Document, s outline.Schema) (json.RawMessage, bool) {
	if s.Ref != "" {
		s = d.Schemas[s.Ref]
	}
	switch {
	case len(s.Examples) > 0:
		return written(s.Examples[0]), true
	case s.Enum != nil:
		return written(s.Enum[0]), true
	case s.Members != nil:
		return members(d, s)
	case s.Items != nil:
		one, ok := sample(d, *s.Items)
		return written([]json.RawMessage{one}), ok
	case s.Type == "object":
		return written(struct{}{}), true
	case s.Format == "date-time":
		return written("2026-12-01T09:00:00Z"), true
	case s.Format == "date":
		return written("2026-12-01"), true
	}
	return written(nil), false
}

func members(d *outline.Document, s outline.Schema) (json.RawMessage, bool) {
	out, known := map[string]json.RawMessage{}, true
	for _, name := range slices.Sorted(maps.Keys(s.Members)) {
		m := s.Members[name]
		needed := slices.Contains(s.Required, name)
		if !needed && len(m.Examples) == 0 {
			continue
		}
		value, ok := sample(d, m)
		known = known && ok
		out[name] = value
	}
	return written(out), known
}

// written is a value that came from JSON, as JSON again.
func written(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic("reference: a value of the document that cannot be written: " + err.Error()) // it was read from JSON
	}
	return b
}
