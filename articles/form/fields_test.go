package form_test

import (
	"encoding"
	"reflect"
	"testing"

	"github.com/goccy/go-yaml"

	"entente/articles"
	"entente/articles/form"
)

func unmarshalText(v reflect.Value, s string) error {
	return v.Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(s))
}

// plainly is a file as plain values, for judges that know nothing of our types.
func plainly(t *testing.T, file string) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal([]byte(file), &v); err != nil {
		t.Fatalf("%v\n%s", err, file)
	}
	return settled(v)
}

func settled(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = settled(v[k])
		}
	case []any:
		for i := range v {
			v[i] = settled(v[i])
		}
	case uint64:
		return int(v)
	case int64:
		return int(v)
	}
	return v
}

// Every type of the format that has a pattern of its own is in the table of patterns.
func TestEveryScalarHasAPattern(t *testing.T) {
	everyField(reflect.TypeFor[articles.Agreement](), "", func(_ reflect.Type, f form.Field, path string) {
		typ := f.Type
		for typ.Kind() == reflect.Slice || typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		if _, ok := form.Patterns[typ]; form.ShapeOf(typ) == form.Scalar && !ok {
			t.Errorf("%s has the type %s, which has no pattern", path, typ)
		}
	})
}
