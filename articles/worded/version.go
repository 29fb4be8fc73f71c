// Package worded is an agreement beside its words: the contract line by line, the document that came back in lines of
// the same kind, and where in them the values stand; and it words an agreement again part by part when a term changes.
//
// Whoever looks for the term that makes the contract say something tries many. A contract of a thousand rows is
// not worded anew for each: only the parts that may read the term are, and where one clause is looked at, only
// the part that it stands in.
package worded

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"entente/agreement"
	"entente/articles"
	"entente/articles/form"
)

// A Version is an agreement and its page. It never changes; with a term changed it is another.
type Version struct {
	Agreement articles.Agreement // settled; not to be changed
	Page
	Worded int // how many lines were worded to make it

	label articles.Label
	terms map[string][]Term // by the key of the file; as far as they were asked for
}

// A Term is a place in an agreement where a value may be. The value is there to be read.
type Term struct {
	Path   string
	Clause agreement.Clause
	Value  reflect.Value
}

// A Setting changes the value at a path.
type Setting struct {
	Path string
	Set  func(v reflect.Value)
}

// Of words an agreement.
func Of(a articles.Agreement, label articles.Label) *Version {
	v := &Version{Agreement: form.Settled(a), label: label, terms: map[string][]Term{}}
	for i, p := range articles.Parts() {
		v.parts = append(v.parts, partOf(i, p.Of(v.Agreement, label)))
		v.Worded += len(v.parts[i].lines)
	}
	return v
}

// With is the version with some terms changed, of which none stands within another's value; ok is false where a
// path leads nowhere.
func (v *Version) With(s Setting) (next *Version, ok bool) {
	a, set := v.changed([]Setting{s})
	if set == 0 {
		return nil, false
	}
	next = &Version{Agreement: a, Page: Page{slices.Clone(v.parts)}, label: v.label, terms: maps.Clone(v.terms)}
	delete(next.terms, key(s.Path))
	for i, p := range articles.Parts() {
		if p.Reads(v.Agreement, s.Path) || p.Reads(a, s.Path) {
			next.parts[i] = partOf(i, p.Of(a, v.label))
			next.Worded += len(next.parts[i].lines)
		}
	}
	return next, true
}

// Around is the part in which a clause stands with some terms changed at once, and how many lines were worded. A
// term that is gone with another is left alone.
func (v *Version) Around(clause string, all []Setting) (part *Part, lines int) {
	i := v.place(clause)
	p := articles.Parts()[i]
	read := slices.DeleteFunc(slices.Clone(all), func(s Setting) bool { return !p.Reads(v.Agreement, s.Path) })
	if len(read) == 0 {
		return v.parts[i], 0
	}
	a, _ := v.changed(read)
	part = partOf(i, p.Of(a, v.label))
	return part, len(part.lines)
}

// changed is the agreement with some terms changed, the last first: what stands within a row comes after the
// row's list.
func (v *Version) changed(all []Setting) (a articles.Agreement, set int) {
	a = v.Agreement
	whole := reflect.ValueOf(&a).Elem()
	own := map[string]bool{}
	for _, s := range slices.Backward(all) {
		if k := key(s.Path); !own[k] {
			own[k] = true
			form.Settle(whole, k)
		}
		if at, ok := form.At(whole, s.Path); ok {
			s.Set(at)
			set++
		}
	}
	for k := range own {
		form.Settle(whole, k)
	}
	return a, set
}

// key is the part of the file in which a path lies.
func key(path string) string {
	if end := strings.IndexAny(path, ".["); end >= 0 {
		return path[:end]
	}
	return path
}

// Terms visits every term of the agreement, in the order of the file.
func (v *Version) Terms(do func(Term)) {
	whole := reflect.ValueOf(&v.Agreement).Elem()
	for _, f := range form.Fields(whole.Type()) {
		known, ok := v.terms[f.Key]
		if !ok {
			known = termsOf(f.Key, whole.FieldByIndex(f.Index))
			v.terms[f.Key] = known
		}
		for _, t := range known {
			do(t)
		}
	}
}

func termsOf(key string, at reflect.Value) []Term {
	all := []Term{{key, form.ClauseOf(key), at}}
	if form.ShapeOf(at.Type()) == form.Mapping {
		form.Each(at, func(path string, v reflect.Value) {
			path = form.Join(key, path)
			all = append(all, Term{path, form.ClauseOf(path), v})
		})
	}
	return all
}
