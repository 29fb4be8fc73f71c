package source_test

import (
	"encoding"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"entente/agreement"
	"entente/articles/articlestest"
	"entente/articles/draft"
	"entente/articles/form"
	"entente/articles/source"
)

// Whichever term of the example is malformed, that is one finding, and its absence has no consequence.
// Every term is tried in every run, and with what it is replaced by is fixed: where few of many terms have a
// consequence, a sample fails now and then, and passes when somebody looks.
func TestAMalformedTermIsOneFinding(t *testing.T) {
	text := string(draft.Write(draft.Example(articlestest.Day)))
	f, _ := source.Read("x.yaml", []byte(text))
	clean := f.Check()
	terms := map[string]string{}
	wordsIn(reflect.ValueOf(f.Agreement), "", terms)
	words := []string{"~zz", "TBD", "EUR 5,000.00"}
	for i, paths := range slices.Collect(slices.Chunk(slices.Sorted(maps.Keys(terms)), 50)) {
		t.Run(paths[0], func(t *testing.T) {
			t.Parallel()
			for j, path := range paths {
				wrong := words[(i+j)%len(words)]
				g, _ := source.Read("x.yaml", []byte(replaced(t, f, text, path, terms[path], wrong)))
				more := slices.DeleteFunc(g.Check(), func(one agreement.Finding) bool { return slices.ContainsFunc(clean, alike(one)) })
				if len(more) != 1 || more[0].Path != path {
					t.Errorf("%s: %s gives\n%s", path, wrong, articlestest.Printed(more))
				}
			}
		})
	}
}

// alike are findings that differ at most in their place.
func alike(a agreement.Finding) func(agreement.Finding) bool {
	return func(b agreement.Finding) bool { return a.Rule == b.Rule && a.Path == b.Path && a.Message == b.Message }
}

// replaced is the file with another word for the one at a path.
func replaced(t *testing.T, f *source.File, text, path, old, wrong string) string {
	lines := strings.Split(text, "\n")
	line, column := f.Position(path)
	r := []rune(lines[line-1])
	rest, ok := strings.CutPrefix(string(r[column-1:]), old)
	if !ok {
		t.Fatalf("%s does not stand at %d:%d", path, line, column)
	}
	lines[line-1] = string(r[:column-1]) + `"` + wrong + `"` + rest
	return strings.Join(lines, "\n")
}

// wordsIn are the terms that have a form and can be malformed, by path, as they are written.
func wordsIn(v reflect.Value, path string, terms map[string]string) {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return
		}
		v = v.Elem()
	}
	switch s := form.ShapeOf(v.Type()); {
	case s == form.Mapping:
		for _, f := range form.Fields(v.Type()) {
			wordsIn(v.FieldByIndex(f.Index), form.Join(path, f.Key), terms)
		}
	case s == form.List:
		for i := range v.Len() {
			wordsIn(v.Index(i), fmt.Sprintf("%s[%d]", path, i), terms)
		}
	case s == form.Text || v.IsZero():
	case s == form.Scalar:
		terms[path] = fmt.Sprint(v.Interface())
		if m, ok := v.Interface().(encoding.TextMarshaler); ok {
			b, _ := m.MarshalText()
			terms[path] = string(b)
		}
	default:
		terms[path] = fmt.Sprint(v.Interface())
	}
}
