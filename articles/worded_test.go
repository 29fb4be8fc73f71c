package articles_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"entente/articles"
	"entente/articles/draft"
)

// A termAt is one value of an agreement: the path of its key, and how to find it in another agreement.
type termAt struct {
	path  string
	reach func(root reflect.Value) reflect.Value
}

// termsOf lists every value of an agreement that a file can write. Where a list is empty or a part is
// not there, it is listed as what it could hold.
func termsOf(path string, v reflect.Value, reach func(reflect.Value) reflect.Value, all *[]termAt) {
	switch {
	case v.Kind() == reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		termsOf(path, v.Elem(), func(r reflect.Value) reflect.Value { return reach(r).Elem() }, all)
	case v.Kind() == reflect.Slice:
		if v.Len() == 0 {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		}
		for i := range v.Len() {
			termsOf(path, v.Index(i), func(r reflect.Value) reflect.Value { return reach(r).Index(i) }, all)
		}
	case v.Kind() == reflect.Struct && !v.Addr().Type().Implements(reflect.TypeFor[interface{ UnmarshalText([]byte) error }]()):
		for _, f := range reflect.VisibleFields(v.Type()) {
			if key, _, _ := strings.Cut(f.Tag.Get("json"), ","); key != "" {
				termsOf(strings.TrimPrefix(path+"."+key, "."), v.FieldByIndex(f.Index), func(r reflect.Value) reflect.Value { return reach(r).FieldByIndex(f.Index) }, all)
			}
		}
	default:
		*all = append(*all, termAt{path, reach})
	}
}

// others are values that a term could have instead of the one it has.
func others(v reflect.Value) []reflect.Value {
	set := func(text string) reflect.Value {
		n := reflect.New(v.Type())
		if u, ok := n.Interface().(interface{ UnmarshalText([]byte) error }); !ok || u.UnmarshalText([]byte(text)) != nil {
			n.Elem().SetString(text)
		}
		return n.Elem()
	}
	if c, ok := v.Interface().(interface{ Values() []string }); ok {
		var all []reflect.Value
		for _, value := range c.Values() {
			all = append(all, set(value))
		}
		return all
	}
	switch v.Kind() {
	case reflect.Bool:
		return []reflect.Value{reflect.ValueOf(!v.Bool()).Convert(v.Type())}
	case reflect.Int, reflect.Int64:
		return []reflect.Value{reflect.ValueOf(v.Int() + 3).Convert(v.Type())}
	}
	for _, text := range []string{"2031-07-19", "P17D", "EUR 17.31", "17.31%", "CHF", "NO", "17:31", "someone@else.example", "https://else.example/17"} {
		n := reflect.New(v.Type())
		if u, ok := n.Interface().(interface{ UnmarshalText([]byte) error }); ok && u.UnmarshalText([]byte(text)) == nil {
			return []reflect.Value{n.Elem()}
		}
	}
	if v.Kind() == reflect.String {
		return []reflect.Value{reflect.ValueOf("Else 17").Convert(v.Type())}
	}
	return nil
}

// wordless are the terms that the contract's text does not say, and why that is right.
var wordless = map[string]string{
	"agreement.attachments.media_type": "the digest fixes the file, whatever its type",
	"general.law.jurisdictions":        "they are what checking looks at; they do not bind the parties",
}

// Whatever a file can write, the contract says: each term changes the wording of some agreement.
func TestEveryTermIsWorded(t *testing.T) {
	silent := map[string]bool{}
	said := map[string]bool{}
	for _, variant := range append(choices(), housed()) {
		a := variant.Text
		if len(a.Parties.A.Name) == 0 {
			a = draft.Example(a.Agreement.Dated)
		}
		var terms []termAt
		root := reflect.ValueOf(&a).Elem()
		termsOf("", root, func(r reflect.Value) reflect.Value { return r }, &terms)
		before := wordingOf(t, a)
		for _, term := range terms {
			if said[term.path] {
				continue
			}
			silent[term.path] = true
			v := term.reach(root)
			old := reflect.New(v.Type()).Elem()
			old.Set(v)
			for _, other := range others(v) {
				v.Set(other)
				if wordingOf(t, a) != before {
					said[term.path] = true
					break
				}
			}
			v.Set(old)
		}
	}
	for path := range silent {
		if said[path] == (wordless[path] != "") {
			t.Errorf("%s: said %v, excused %q", path, said[path], wordless[path])
		}
	}
	if len(silent) < 300 {
		t.Errorf("only %d terms were found: %v", len(silent), slices.Sorted(maps.Keys(silent)))
	}
}

func wordingOf(t *testing.T, a articles.Agreement) string {
	t.Helper()
	b, err := json.Marshal(a.Wording())
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
