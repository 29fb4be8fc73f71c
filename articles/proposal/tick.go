package proposal

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"entente/articles/form"
	"entente/articles/worded"
	"entente/document"
	"entente/document/redline"
)

// tick looks for the choice that marks a box as the document has it, and no other box of the clause otherwise.
func (r *reading) tick(e *edit) {
	if e.kind != redline.Kept || e.old.Mark() == "" || e.want.Mark() == "" || e.old.Mark() == e.want.Mark() {
		return
	}
	want := r.marks(e.want.Clause)
	name := nameIn(r.sent.In(e.old.Clause), e.old)
	mark := markOf(r.now.In(e.want.Clause), name)
	for _, tier := range r.near(e.want.Clause, worded.Text(e.old)) {
		var all []worded.Setting
		for _, t := range tier {
			for _, set := range switches(t.Value, strings.Contains(e.want.Mark(), "x")) {
				all = append(all, worded.Setting{Path: t.Path, Set: set})
			}
		}
		var found []try
		for _, i := range r.touching(e.want.Clause, all, func(p *worded.Part) bool { return markOf(p.In(e.want.Clause), name) != mark }) {
			next, ok := r.attempt(all[i])
			if ok && marked(next.In(e.want.Clause), name, e.want.Mark(), want) {
				found = append(found, next)
			}
		}
		if _, ok := r.choose(e, found); ok {
			r.follow(e, name)
			return
		}
	}
}

// marks are how the document marks the boxes of a clause that were sent.
func (r *reading) marks(clause string) map[string]string {
	sent := r.sent.In(clause)
	want := map[string]string{}
	for i, name := range names(sent) {
		if name != "" {
			want[name] = sent[i].Mark()
		}
	}
	for _, e := range r.edits {
		if e.kind == redline.Kept && e.old.Clause == clause && e.old.Mark() != "" {
			want[nameIn(sent, e.old)] = e.want.Mark()
		}
	}
	return want
}

// marked reports whether a box has a mark, and every other box the one that it had or is to have. Boxes that
// stand under another come and go with it.
func marked(lines []redline.Line, name, mark string, want map[string]string) bool {
	found := false
	for i, n := range names(lines) {
		if n == "" || n != name && lines[i].Part == worded.Under {
			continue
		}
		found = found || n == name && lines[i].Mark() == mark
		if other, known := want[n]; known && n != name && lines[i].Mark() != other {
			return false
		}
	}
	return found
}

// markOf is the mark of the box of a name; empty if there is none.
func markOf(lines []redline.Line, name string) string {
	if i := slices.Index(names(lines), name); i >= 0 {
		return lines[i].Mark()
	}
	return ""
}

// names are what the options of a clause are known by: the words that they define, else all of them, with a
// number where two have the same.
func names(lines []redline.Line) []string {
	all, taken := make([]string, len(lines)), map[string]int{}
	for i, l := range lines {
		if l.Mark() == "" {
			continue
		}
		name := worded.Text(l)
		if cell := slices.Concat(l.Cells...); len(cell) > 0 && cell[0].Style == document.Term {
			name = cell[0].Text
		}
		taken[name]++
		all[i] = name + " " + strconv.Itoa(taken[name])
	}
	return all
}

func nameIn(lines []redline.Line, one redline.Line) string {
	all := names(lines)
	for i, l := range lines {
		if all[i] != "" && worded.Text(l) == worded.Text(one) {
			return all[i]
		}
	}
	return ""
}

// follow takes the words that come with a box, where the document kept those that came with it before.
func (r *reading) follow(e *edit, name string) {
	lines := r.now.In(e.want.Clause)
	i := slices.Index(names(lines), name)
	if i < 0 {
		return
	}
	e.now = lines[i]
	if worded.Text(e.old) == worded.Text(e.want) {
		r.reword(e, lines[i].Cells)
	}
}

// reword says that the document means other words than it has, because these are how it is said.
func (r *reading) reword(e *edit, cells [][]redline.Span) {
	e.want = r.back.Reword(e.want, cells)
}

// switches are the ways to choose, or not to choose, what a value stands for.
func switches(v reflect.Value, on bool) (all []func(reflect.Value)) {
	to := func(value reflect.Value) {
		all = append(all, func(v reflect.Value) { v.Set(value) })
	}
	t := v.Type()
	switch shape := form.ShapeOf(t); {
	case shape == form.Tick && t.Kind() == reflect.Bool:
		if v.Bool() != on {
			to(reflect.ValueOf(on).Convert(t))
		}
	case shape == form.Choice && t.Kind() == reflect.String:
		for _, word := range form.Choices(t) {
			if word != v.String() {
				to(reflect.ValueOf(word).Convert(t))
			}
		}
	case shape == form.List && len(form.Choices(t.Elem())) > 0:
		all = append(all, chosenWords(v, on)...)
	case !on && !v.IsZero() && (shape != form.Mapping || v.Kind() == reflect.Pointer):
		to(reflect.Zero(t))
	}
	return all
}

// chosenWords add one word to a list of words that may be chosen, or take one away.
func chosenWords(v reflect.Value, on bool) (all []func(reflect.Value)) {
	for _, word := range form.Choices(v.Type().Elem()) {
		has, rest := false, reflect.MakeSlice(v.Type(), 0, v.Len()+1)
		for i := range v.Len() {
			if v.Index(i).String() == word {
				has = true
			} else {
				rest = reflect.Append(rest, v.Index(i))
			}
		}
		if on && !has {
			rest = reflect.Append(rest, reflect.ValueOf(word).Convert(v.Type().Elem()))
		}
		if has != on {
			all = append(all, func(v reflect.Value) { v.Set(rest) })
		}
	}
	return all
}
