package playbook

import (
	"cmp"
	"encoding"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"

	"entente/agreement"
	"entente/articles/form"
	"entente/calendar"
	"entente/document"
)

// A term is a position, and the type of what it is about. Its values are in the one form in which an
// agreement states them.
type term struct {
	Position
	typ reflect.Type
}

var numbered = regexp.MustCompile(`\[\d+\]`)

// starred is a path with [*] in place of the rows' numbers.
func starred(path string) string { return numbered.ReplaceAllString(path, "[*]") }

// stated is a value as a playbook writes it; None for one that is not given.
func stated(v reflect.Value) Value {
	if v.IsValid() && v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if !v.IsValid() {
		return None
	}
	if shape := form.ShapeOf(v.Type()); v.IsZero() && shape != form.Tick && shape != form.Number {
		return None
	}
	return Value(form.Written(v))
}

// read is a value of the term's type.
func (t term) read(v Value) (reflect.Value, error) {
	into := reflect.New(t.typ)
	switch form.ShapeOf(t.typ) {
	case form.Choice:
		if choices := form.Choices(t.typ); !slices.Contains(choices, string(v)) {
			return into.Elem(), fmt.Errorf("%q is not a choice here; the choices are %s", v, document.Either(choices))
		}
		into.Elem().SetString(string(v))
	case form.Tick:
		if v != "true" && v != "false" {
			return into.Elem(), fmt.Errorf("%q is neither true nor false", v)
		}
		into.Elem().SetBool(v == "true")
	case form.Number:
		n, err := strconv.ParseInt(string(v), 10, t.typ.Bits())
		if err != nil {
			return into.Elem(), fmt.Errorf("%q is not a whole number", v)
		}
		into.Elem().SetInt(n)
	case form.Scalar:
		if err := into.Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(v)); err != nil {
			return into.Elem(), err
		}
	default:
		into.Elem().SetString(string(v))
	}
	return into.Elem(), nil
}

// term reads the values of a position; what is wrong with them is found.
func (b *Book) term(i int, typ reflect.Type, found *agreement.Findings) term {
	t := term{b.Positions[i], typ}
	at := fmt.Sprintf("positions[%d].", i)
	settle := func(key string, v *Value) {
		if *v == "" || *v == None {
			return
		}
		if is, err := t.read(*v); err != nil {
			add(b.File, found, at+key, "%v", err)
		} else {
			*v = stated(is)
		}
	}
	settle("preferred", &t.Preferred)
	settle("at_least", &t.AtLeast)
	settle("at_most", &t.AtMost)
	for key, list := range map[string]*[]Value{"acceptable": &t.Acceptable, "never": &t.Never, "fallback": &t.Fallback} {
		*list = slices.Clone(*list)
		for n := range *list {
			settle(key, &(*list)[n])
		}
	}
	for _, key := range []string{"at_least", "at_most"} {
		bound := map[string]Value{"at_least": t.AtLeast, "at_most": t.AtMost}[key]
		if _, ordered := t.compare(t.Preferred, bound); bound != "" && t.Preferred != None && !ordered {
			add(b.File, found, at+key, "%s has no more and less; list what is acceptable", t.Term)
		}
	}
	for _, v := range slices.Concat([]Value{t.Preferred}, t.Acceptable, t.Fallback) {
		if slices.Contains(t.Never, v) {
			add(b.File, found, at+"never", "%s is never signed, and accepted elsewhere in the position", shown(v))
		}
	}
	return t
}

// A verdict is how a value stands to a position.
type verdict int

const (
	preferred verdict = iota
	accepted
	deviating
	never
)

func (t term) judge(is Value) verdict {
	switch {
	case is == t.Preferred:
		return preferred
	case slices.Contains(t.Never, is):
		return never
	case slices.Contains(t.Acceptable, is), slices.Contains(t.Fallback, is), t.within(is):
		return accepted
	}
	return deviating
}

// within reports whether a value is in the range of the position, if it has one.
func (t term) within(is Value) bool {
	if t.AtLeast == "" && t.AtMost == "" || is == None {
		return false
	}
	if t.AtLeast != "" {
		if c, ok := t.compare(is, t.AtLeast); !ok || c < 0 {
			return false
		}
	}
	if t.AtMost != "" {
		if c, ok := t.compare(is, t.AtMost); !ok || c > 0 {
			return false
		}
	}
	return true
}

// compare orders two values of the term's type; false if it has no order, or they have not.
func (t term) compare(a, b Value) (int, bool) {
	x, err := t.read(a)
	if err != nil {
		return 0, false
	}
	y, err := t.read(b)
	if err != nil {
		return 0, false
	}
	if form.ShapeOf(t.typ) == form.Number {
		return cmp.Compare(x.Int(), y.Int()), true
	}
	if d, ok := x.Interface().(calendar.Duration); ok {
		e := y.Interface().(calendar.Duration)
		switch {
		case d == e:
			return 0, true
		case d.Longest() <= e.Shortest():
			return -1, true
		case d.Shortest() >= e.Longest():
			return 1, true
		}
		return 0, false // a month and thirty days
	}
	compare := x.MethodByName("Compare")
	if !compare.IsValid() || compare.Type().NumIn() != 1 || compare.Type().In(0) != t.typ {
		return 0, false
	}
	return int(compare.Call([]reflect.Value{y})[0].Int()), true
}
