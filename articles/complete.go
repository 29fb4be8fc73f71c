package articles

import (
	"reflect"

	"entente/agreement"
)

// Complete is the agreement with every default written out, so that nothing which is signed depends
// on what a later release takes for granted. What is empty has one form: a table that an agreement
// always has is an empty list, anything else is absent. Completing twice changes nothing, and the
// agreement itself stays as it is.
func (a Agreement) Complete() Agreement {
	front := &a.Agreement
	if a.Edition == "" {
		a.Edition = Edition
	}
	if front.Effective.IsZero() {
		front.Effective = front.Dated
	}
	if front.Language == "" {
		front.Language = "en"
	}
	if len(front.Calendar.Weekend) == 0 {
		front.Calendar.Weekend = []agreement.Weekday{"saturday", "sunday"}
	}
	a.Commerce = a.Commerce.Complete()
	a.Integration = a.Integration.Complete()
	a.ScheduleC = a.ScheduleC.Complete()
	whole := bare(reflect.ValueOf(a))
	fill(whole)
	return whole.Interface().(Agreement)
}

// bare is a copy of a value, down to its last row, in which every empty list and table is nil.
func bare(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch sh := shapeOf(v.Type()); {
	case v.Kind() == reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(bare(v.Elem()))
		}
	case sh == mappingShape:
		for _, f := range fieldsOf(v.Type()) {
			out.FieldByIndex(f.index).Set(bare(v.FieldByIndex(f.index)))
		}
	case sh == listShape:
		for i := range v.Len() {
			out.Set(reflect.Append(out, bare(v.Index(i))))
		}
	case sh == tableShape && v.Len() == 0:
	default:
		out.Set(v)
	}
	return out
}

// fill makes the lists that must be given empty lists where they are nil, in every mapping that is
// written. A mapping that may be left out, and has nothing in it, is not written.
func fill(v reflect.Value) {
	switch sh := shapeOf(v.Type()); {
	case v.Kind() == reflect.Pointer:
		if !v.IsNil() {
			fill(v.Elem())
		}
	case sh == listShape:
		for i := range v.Len() {
			fill(v.Index(i))
		}
	case sh == mappingShape:
		for _, f := range fieldsOf(v.Type()) {
			switch under := v.FieldByIndex(f.index); {
			case !f.required && under.IsZero():
			case f.required && under.Kind() == reflect.Slice && under.IsNil():
				under.Set(reflect.MakeSlice(under.Type(), 0, 0))
			default:
				fill(under)
			}
		}
	}
}
