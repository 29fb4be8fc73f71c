package house

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"entente/agreement"
	"entente/articles/form"
	"entente/document"
)

// manySilent is how many terms that a text leaves out are named. It also bounds the looking: in a table of which a
// text names one cell, each row has more cells that the template says than cells that it does not.
const manySilent = 20

// silent reports the terms that the template says where the text stands now, that the parties have chosen, and
// that the text does not say.
func (h *checker) silent(p Passage, parts []part, path string) {
	m := mentioned{words: map[string]bool{}, values: map[string][]string{}}
	m.parts(parts)
	before := h.worded(p)
	left := manySilent
	h.walk(h.contract.Terms, "", ClauseOf(p.Clause), func(at string, v reflect.Value) bool {
		if left == 0 || m.all(at, v) || !h.matters(p, v, before) {
			return false
		}
		if form.ShapeOf(v.Type()) == form.Mapping || form.ShapeOf(v.Type()) == form.List && !form.Single(v.Type().Elem()) && m.within(at) {
			return true
		}
		left--
		h.add("wording-silent", path, p.Clause, 0, "the text does not say %s, which is agreed as %s", at, short(inWords(v, ""))).
			Mend("%s", how(p, at, v))
		return false
	})
}

// how is how a text says a term.
func how(p Passage, path string, v reflect.Value) string {
	switch shape := form.ShapeOf(form.Deref(v.Type())); {
	case p.Option != "" && (shape == form.Tick || shape == form.List && !form.Single(v.Type().Elem())):
		return "the words of a box cannot say " + path + "; replace the whole clause"
	case shape == form.Tick:
		return "begin a line with [" + path + "]"
	case shape == form.List && !form.Single(v.Type().Elem()):
		return "put {" + path + "} alone on a line"
	}
	return "write {" + path + "} where it belongs"
}

func short(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return s
}

// walk visits the terms of a clause that have a value, what holds others first; do says whether to go into it.
func (h *checker) walk(v reflect.Value, path string, clause agreement.Clause, do func(path string, v reflect.Value) bool) {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return
		}
		v = v.Elem()
	}
	for _, f := range form.Fields(v.Type()) {
		at, under := form.Join(path, f.Key), v.FieldByIndex(f.Index)
		of := form.ClauseOf(at)
		mapping := form.ShapeOf(under.Type()) == form.Mapping
		switch {
		case of != clause && !mapping, of != clause && path != "" && of.Section() != clause.Section(), unset(h.contract.Terms, at, under):
		case of != clause:
			h.walk(under, at, clause, do)
		case do(at, under):
			h.inside(under, at, clause, do)
		}
	}
}

// inside visits what a mapping or each row of a table holds.
func (h *checker) inside(v reflect.Value, path string, clause agreement.Clause, do func(string, reflect.Value) bool) {
	if v.Kind() != reflect.Slice {
		h.walk(v, path, clause, do)
		return
	}
	for i := range v.Len() {
		h.walk(v.Index(i), fmt.Sprintf("%s[%d]", path, i), clause, do)
	}
}

// matters reports whether the template's words are others without a value.
func (h *checker) matters(p Passage, v reflect.Value, before []document.Block) bool {
	was := reflect.New(v.Type()).Elem()
	was.Set(v)
	v.SetZero()
	now := h.worded(p)
	v.Set(was)
	return !reflect.DeepEqual(before, now)
}

// worded is what the template says in the place of a passage.
func (h *checker) worded(p Passage) (blocks []document.Block) {
	for _, c := range h.contract.Clauses(ClauseOf(p.Clause)) {
		switch {
		case c.Number != p.Clause:
		case p.Option == "":
			return c.Blocks
		default:
			inOption(c.Blocks, p.Option, func(o document.Option) document.Option {
				blocks = append(blocks, document.Block{Paragraph: &document.Paragraph{Text: o.Text}})
				return o
			})
		}
	}
	return blocks
}

// mentioned are the terms that a text names, and of a choice the words that have a box.
type mentioned struct {
	words  map[string]bool
	values map[string][]string
}

func (m mentioned) parts(parts []part) {
	for _, p := range parts {
		switch {
		case p.kind == table, p.kind == box && p.value == "":
			m.words[p.path] = true
		case p.kind == box || p.kind == round:
			m.values[p.path] = append(m.values[p.path], p.value)
		}
		for _, w := range p.words {
			if w.kind == value {
				m.words[w.text] = true
			}
		}
		m.parts(p.under)
	}
}

// all reports whether a term is said, with all that is chosen of it. A box says that a group is chosen, and
// not what the group holds.
func (m mentioned) all(path string, v reflect.Value) bool {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	switch {
	case m.words[path] && form.ShapeOf(v.Type()) != form.Mapping:
		return true
	case v.Kind() == reflect.Slice && form.Single(v.Type().Elem()):
		for i := range v.Len() {
			if !slices.Contains(m.values[path], form.Written(v.Index(i))) {
				return false
			}
		}
		return true
	case form.Single(v.Type()):
		return slices.Contains(m.values[path], form.Written(v))
	}
	return false
}

// within reports whether something under a path is named.
func (m mentioned) within(path string) bool {
	for at := range m.words {
		if strings.HasPrefix(at, path+"[") {
			return true
		}
	}
	return false
}
