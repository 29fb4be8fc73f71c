package form

import (
	"reflect"
	"strconv"
	"strings"
)

// Each visits every value under a mapping in the order of the file, the lists and mappings among them as
// well as what they hold. A pointer that holds nothing is visited as it is. What is visited may be set if
// the mapping may.
func Each(mapping reflect.Value, do func(path string, v reflect.Value)) { each(mapping, "", do) }

func each(v reflect.Value, path string, do func(string, reflect.Value)) {
	if path != "" {
		do(path, v)
	}
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return
		}
		v = v.Elem()
	}
	switch ShapeOf(v.Type()) {
	case Mapping:
		for _, f := range Fields(v.Type()) {
			each(v.FieldByIndex(f.Index), Join(path, f.Key), do)
		}
	case List:
		if ShapeOf(v.Type().Elem()) != Mapping {
			return
		}
		for i := range v.Len() {
			each(v.Index(i), path+"["+strconv.Itoa(i)+"]", do)
		}
	}
}

// At is the value at a path such as "commerce.revenue.shares[0].a"; ok is false where there is none.
func At(mapping reflect.Value, path string) (v reflect.Value, ok bool) {
	v = mapping
	for key := range strings.SplitSeq(path, ".") {
		name, rows, _ := strings.Cut(key, "[")
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return v, false
			}
			v = v.Elem()
		}
		if ShapeOf(v.Type()) != Mapping {
			return v, false
		}
		f, found := Find(v.Type(), name)
		if !found {
			return v, false
		}
		v = v.FieldByIndex(f.Index)
		if rows == "" {
			continue
		}
		i, err := strconv.Atoi(strings.TrimSuffix(rows, "]"))
		if err != nil || v.Kind() != reflect.Slice || i < 0 || i >= v.Len() {
			return v, false
		}
		v = v.Index(i)
	}
	return v, true
}
