package outline

import (
	"encoding/json"
	"maps"
	"slices"
)

// Sample is a value of a schema in JSON: what is needed, and what has an example. False means that nothing in the
// document says what could stand there.
func (d *Document) Sample(s Schema) (json.RawMessage, bool) {
	if s.Ref != "" {
		s = d.Schemas[s.Ref]
	}
	switch {
	case len(s.Examples) > 0:
		return written(s.Examples[0]), true
	case s.Enum != nil:
		return written(s.Enum[0]), true
	case s.Members != nil:
		return d.sampleMembers(s)
	case s.Items != nil:
		one, ok := d.Sample(*s.Items)
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

func (d *Document) sampleMembers(s Schema) (json.RawMessage, bool) {
	out, known := map[string]json.RawMessage{}, true
	for _, name := range slices.Sorted(maps.Keys(s.Members)) {
		m := s.Members[name]
		needed := slices.Contains(s.Required, name)
		if !needed && len(m.Examples) == 0 {
			continue
		}
		value, ok := d.Sample(m)
		known = known && ok
		out[name] = value
	}
	return written(out), known
}

// written is a value that came from JSON, as JSON again.
func written(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic("outline: a value of the document that cannot be written: " + err.Error()) // it was read from JSON
	}
	return b
}
