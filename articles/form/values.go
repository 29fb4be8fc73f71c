package form

import (
	"encoding"
	"fmt"
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

// At is the value at a path such as "commerce.revenue.shares[0].a"; ok is false where there is none. A value
// behind a pointer is given as the pointer.
func At(mapping reflect.Value, path string) (v reflect.Value, ok bool) {
	return walk(mapping, path, func(v reflect.Value) (reflect.Value, bool) {
		if v.Kind() == reflect.Pointer {
			return v.Elem(), !v.IsNil()
		}
		return v, true
	}, func(list reflect.Value, i int) (reflect.Value, bool) {
		if i >= list.Len() {
			return list, false
		}
		return list.Index(i), true
	})
}

// Fits is the type of the value that may be at a path: it is there, or could be made.
func Fits(mapping reflect.Value, path string) (t reflect.Type, ok bool) {
	v, ok := walk(mapping, path, func(v reflect.Value) (reflect.Value, bool) {
		switch {
		case v.Kind() != reflect.Pointer:
			return v, true
		case v.IsNil():
			return reflect.Zero(v.Type().Elem()), true
		}
		return v.Elem(), true
	}, func(list reflect.Value, i int) (reflect.Value, bool) {
		if i == list.Len() {
			return reflect.Zero(list.Type().Elem()), true
		}
		if i > list.Len() {
			return list, false
		}
		return list.Index(i), true
	})
	return Deref(v.Type()), ok
}

// Make is At, where what is not there yet begins to be: a group that was not chosen, the next row of a list.
// What a pointer points at is given in its place. The path must fit.
func Make(mapping reflect.Value, path string) reflect.Value {
	held := func(v reflect.Value) (reflect.Value, bool) {
		if v.Kind() != reflect.Pointer {
			return v, true
		}
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		return v.Elem(), true
	}
	v, _ := walk(mapping, path, held, func(list reflect.Value, i int) (reflect.Value, bool) {
		if i == list.Len() {
			list.Set(reflect.Append(list, reflect.Zero(list.Type().Elem())))
		}
		return list.Index(i), true
	})
	v, _ = held(v)
	return v
}

// walk goes down a path; within looks through a pointer, and row is a row of a list.
func walk(v reflect.Value, path string, within func(reflect.Value) (reflect.Value, bool), row func(reflect.Value, int) (reflect.Value, bool)) (reflect.Value, bool) {
	for key := range strings.SplitSeq(path, ".") {
		name, number, listed := strings.Cut(key, "[")
		var ok bool
		if v, ok = within(v); !ok || ShapeOf(v.Type()) != Mapping {
			return v, false
		}
		f, ok := Find(v.Type(), name)
		if !ok {
			return v, false
		}
		v = v.FieldByIndex(f.Index)
		if !listed {
			continue
		}
		i, err := strconv.Atoi(strings.TrimSuffix(number, "]"))
		if v, ok = within(v); !ok || err != nil || i < 0 || ShapeOf(v.Type()) != List {
			return v, false
		}
		if v, ok = row(v, i); !ok {
			return v, false
		}
	}
	return v, true
}

// Written is a single value as the file writes it, without quotes. A pointer is looked through; it must point
// at something.
func Written(v reflect.Value) string {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	switch ShapeOf(v.Type()) {
	case Tick, Number:
		return fmt.Sprint(v.Interface())
	case Scalar:
		if m, ok := v.Interface().(encoding.TextMarshaler); ok {
			if b, err := m.MarshalText(); err == nil {
				return string(b)
			}
		}
		return fmt.Sprint(v.Interface())
	}
	return v.String()
}
