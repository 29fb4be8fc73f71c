package form

import "reflect"

// Settled is a value in which what is empty has one form: a list that must be given is an empty
// list, anything else is absent. The value that it is made from stays as it is.
func Settled[T any](v T) T {
	whole := bare(reflect.ValueOf(v))
	fill(whole)
	return whole.Interface().(T)
}

// Settle gives what a mapping, which must be settable, has at a key the form that Settled gives it. What was there
// before stays as it is: the mapping has a copy of its own then.
func Settle(mapping reflect.Value, key string) {
	if f, ok := Find(mapping.Type(), key); ok {
		under := mapping.FieldByIndex(f.Index)
		under.Set(bare(under))
		fillKey(f, under)
	}
}

// bare is a copy of a value, down to its last row, in which every empty list and table is nil.
func bare(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch sh := ShapeOf(v.Type()); {
	case v.Kind() == reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(bare(v.Elem()))
		}
	case sh == Mapping:
		for _, f := range Fields(v.Type()) {
			out.FieldByIndex(f.Index).Set(bare(v.FieldByIndex(f.Index)))
		}
	case sh == List:
		for i := range v.Len() {
			out.Set(reflect.Append(out, bare(v.Index(i))))
		}
	case sh == Table && v.Len() == 0:
	default:
		out.Set(v)
	}
	return out
}

// fill makes the lists that must be given empty lists where they are nil, in every mapping that is
// written. A mapping that may be left out, and has nothing in it, is not written.
func fill(v reflect.Value) {
	switch sh := ShapeOf(v.Type()); {
	case v.Kind() == reflect.Pointer:
		if !v.IsNil() {
			fill(v.Elem())
		}
	case sh == List:
		for i := range v.Len() {
			fill(v.Index(i))
		}
	case sh == Mapping:
		for _, f := range Fields(v.Type()) {
			fillKey(f, v.FieldByIndex(f.Index))
		}
	}
}

func fillKey(f Field, under reflect.Value) {
	switch {
	case !f.Required && under.IsZero():
	case f.Required && under.Kind() == reflect.Slice && under.IsNil():
		under.Set(reflect.MakeSlice(under.Type(), 0, 0))
	default:
		fill(under)
	}
}
