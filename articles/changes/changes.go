// Package changes says which terms of an agreement another version changes: which value was where, what it
// is now, and to which clause it belongs. It compares what the parties filled in, not the words around it.
package changes

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"entente/agreement"
	"entente/articles"
	"entente/articles/form"
	"entente/articles/house"
	"entente/document"
)

// A Change is a term that has another value. Old is empty for a term that is new, New for one that is gone.
type Change struct {
	Clause agreement.Clause
	Path   string // as in the file: commerce.payment.net_days, governance.people[mara-voss].email
	Old    string
	New    string
}

// Between are the terms in which two versions differ, in the order of the file. Defaults are written out
// before, so saying what was taken for granted is no change.
func Between(old, new articles.Agreement) []Change {
	var w walk
	w.value("", reflect.ValueOf(old.Complete()), reflect.ValueOf(new.Complete()))
	return w.found
}

// Table is the changes as a table for people: clause, term, was, is.
func Table(changes []Change) document.Table {
	t := document.Table{Columns: []document.Column{{Title: "Clause", Width: 2}, {Title: "Term", Width: 4}, {Title: "Was", Width: 3}, {Title: "Is", Width: 3}}}
	for _, c := range changes {
		t.Rows = append(t.Rows, document.Row(strings.TrimSpace(c.Clause.Cite()+" "+c.Clause.Title()), c.Path, c.Old, c.New))
	}
	return t
}

type walk struct{ found []Change }

func (w *walk) add(path, old, new string) {
	if old != new {
		w.found = append(w.found, Change{clauseOf(path), path, old, new})
	}
}

// clauseOf is the clause of a term; words of the parties' own are of the clause that they word.
func clauseOf(path string) agreement.Clause {
	if rest, own := strings.CutPrefix(path, "wording."); own {
		_, name, _ := strings.Cut(rest, "[")
		number, _, _ := strings.Cut(name, "]")
		number, _, _ = strings.Cut(number, " ") // rows of one clause are told apart by a number of their own
		if of := house.ClauseOf(strings.TrimRight(number, "'")); of.Title() != "" {
			return of
		}
	}
	return form.ClauseOf(plain(path))
}

// plain is a path without the names of its rows.
func plain(path string) string {
	var b strings.Builder
	depth := 0
	for _, r := range path {
		switch {
		case r == '[':
			depth++
		case r == ']':
			depth--
		case depth == 0:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// value compares two values at a path; an invalid one is not there.
func (w *walk) value(path string, old, new reflect.Value) {
	old, new = reached(old), reached(new)
	if !old.IsValid() || !new.IsValid() {
		w.add(path, worded(old), worded(new))
		return
	}
	switch form.ShapeOf(old.Type()) {
	case form.Mapping:
		for _, f := range form.Fields(old.Type()) {
			w.value(form.Join(path, f.Key), old.FieldByIndex(f.Index), new.FieldByIndex(f.Index))
		}
	case form.List:
		w.list(path, old, new)
	case form.Table:
		w.table(path, old, new)
	default:
		w.add(path, worded(old), worded(new))
	}
}

// reached looks through a pointer; nil reaches nothing.
func reached(v reflect.Value) reflect.Value {
	if v.IsValid() && v.Kind() == reflect.Pointer {
		return v.Elem()
	}
	return v
}

func (w *walk) table(path string, old, new reflect.Value) {
	var keys []string
	for _, v := range []reflect.Value{old, new} {
		for _, k := range v.MapKeys() {
			keys = append(keys, k.String())
		}
	}
	slices.Sort(keys)
	for _, k := range slices.Compact(keys) {
		key := reflect.ValueOf(k).Convert(old.Type().Key())
		w.value(path+"["+k+"]", old.MapIndex(key), new.MapIndex(key))
	}
}

// list compares rows of one name. Rows without a name of their own are compared in order, and a list of
// plain values as a whole.
func (w *walk) list(path string, old, new reflect.Value) {
	if form.ShapeOf(old.Type().Elem()) != form.Mapping {
		w.add(path, worded(old), worded(new))
		return
	}
	olds, news := named(old), named(new)
	for _, name := range olds.order {
		w.value(path+"["+name+"]", olds.rows[name], news.rows[name])
	}
	for _, name := range news.order {
		if !olds.rows[name].IsValid() {
			w.value(path+"["+name+"]", reflect.Value{}, news.rows[name])
		}
	}
}

type rows struct {
	order []string
	rows  map[string]reflect.Value
}

// named are the rows of a list by what identifies them: the first term that is text, or their number where
// two have the same.
func named(list reflect.Value) rows {
	all := rows{rows: map[string]reflect.Value{}}
	for i := range list.Len() {
		name := identity(list.Index(i))
		if _, taken := all.rows[name]; name == "" || taken {
			name = strings.TrimSpace(name + " " + strconv.Itoa(i+1))
		}
		for _, taken := all.rows[name]; taken; _, taken = all.rows[name] {
			name += "'"
		}
		all.order, all.rows[name] = append(all.order, name), list.Index(i)
	}
	return all
}

func identity(row reflect.Value) string {
	row = reached(row)
	if !row.IsValid() {
		return ""
	}
	for _, f := range form.Fields(row.Type()) {
		if v := reached(row.FieldByIndex(f.Index)); v.IsValid() && v.Kind() == reflect.String {
			return v.String()
		}
	}
	return ""
}

// worded is a value on one line, as people read it.
func worded(v reflect.Value) string {
	v = reached(v)
	if !v.IsValid() {
		return ""
	}
	switch form.ShapeOf(v.Type()) {
	case form.Mapping:
		var parts []string
		for _, f := range form.Fields(v.Type()) {
			if s := worded(v.FieldByIndex(f.Index)); s != "" {
				parts = append(parts, f.Key+": "+s)
			}
		}
		return strings.Join(parts, "; ")
	case form.List:
		var parts []string
		for i := range v.Len() {
			parts = append(parts, worded(v.Index(i)))
		}
		return strings.Join(parts, ", ")
	case form.Table:
		var parts []string
		for _, k := range v.MapKeys() {
			parts = append(parts, k.String()+": "+worded(v.MapIndex(k)))
		}
		slices.Sort(parts)
		return strings.Join(parts, "; ")
	case form.Tick:
		return map[bool]string{true: "yes", false: "no"}[v.Bool()]
	case form.Scalar:
		if v.IsZero() { // not filled in
			return ""
		}
	}
	return form.Written(v)
}
