package house

import (
	"fmt"
	"reflect"
	"strings"

	"entente/articles/form"
	"entente/document"
)

// A speaker words the terms of an agreement.
type speaker struct{ terms reflect.Value }

// blocks are the parts of a text as the contract has them.
func (s speaker) blocks(parts []part) []document.Block {
	var all []document.Block
	for i := 0; i < len(parts); {
		n := i + 1
		for n < len(parts) && parts[n].kind == parts[i].kind {
			n++
		}
		all = append(all, s.group(parts[i:n])...)
		i = n
	}
	return all
}

// group are parts of one kind that follow each other.
func (s speaker) group(parts []part) []document.Block {
	var all []document.Block
	switch parts[0].kind {
	case bullet, lettered:
		var items []document.Text
		for _, p := range parts {
			items = append(items, s.text(p.words, true))
		}
		return []document.Block{{List: &document.List{Lettered: parts[0].kind == lettered, Items: items}}}
	case box, round:
		options := document.Options{Exclusive: parts[0].kind == round}
		for _, p := range parts {
			o := document.Option{Chosen: s.marked(p)}
			o.Text = s.text(p.words, o.Chosen)
			options.Items = append(options.Items, o.With(s.blocks(p.under)...))
		}
		return []document.Block{{Options: &options}}
	case table:
		for _, p := range parts {
			all = append(all, s.table(p.path))
		}
		return all
	}
	for _, p := range parts {
		all = append(all, document.Block{Paragraph: &document.Paragraph{Text: s.text(p.words, true)}})
	}
	return all
}

// text is words with the values of the terms that they name. What is not agreed is a blank where it binds,
// and says so where it does not.
func (s speaker) text(words []piece, binding bool) document.Text {
	var t document.Text
	for _, w := range words {
		switch w.kind {
		case strong:
			t = append(t, document.Run{Text: w.text, Style: document.Term})
		case reference:
			cited := document.Cite(w.text)
			if before := t.String(); before == "" || strings.HasSuffix(before, ". ") {
				cited = document.Capital(cited)
			}
			t = append(t, document.Run{Text: cited, Ref: w.text})
		case value:
			said, given := s.said(w.text, w.noun)
			switch {
			case given:
				t = append(t, document.Run{Text: said, Style: document.Value})
			case binding:
				t = append(t, document.T("%s", "")...)
			default:
				t = append(t, document.Run{Text: "[not agreed]", Style: document.Value})
			}
		default:
			t = append(t, document.Run{Text: w.text})
		}
	}
	return t
}

// said is a term in words; given is false if the parties have left it out.
func (s speaker) said(path, noun string) (said string, given bool) {
	v, ok := form.At(s.terms, path)
	if !ok || unset(s.terms, path, v) {
		return "", false
	}
	return inWords(v, noun), true
}

// unset reports whether a term has no value: it is empty, or a number that may be left out and is nought.
func unset(terms reflect.Value, path string, v reflect.Value) bool {
	if v.Kind() == reflect.Pointer {
		return v.IsNil()
	}
	if v.Kind() == reflect.Slice || v.Kind() == reflect.Map {
		return v.Len() == 0
	}
	return v.IsZero() && !(form.ShapeOf(v.Type()) == form.Number && required(terms.Type(), path))
}

// required reports whether the key at a path must be given.
func required(t reflect.Type, path string) bool {
	needed := false
	for key := range strings.SplitSeq(path, ".") {
		name, _, _ := strings.Cut(key, "[")
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		f, ok := form.Find(t, name)
		if !ok {
			return false
		}
		t, needed = f.Type, f.Required
	}
	return needed
}

// inWords is a value as a sentence says it.
func inWords(v reflect.Value, noun string) string {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	switch form.ShapeOf(v.Type()) {
	case form.Number:
		return document.Count(v.Int(), noun)
	case form.Tick:
		return map[bool]string{true: "yes", false: "no"}[v.Bool()]
	case form.List:
		var items []string
		for i := range v.Len() {
			items = append(items, inWords(v.Index(i), noun))
		}
		return document.Join(items)
	case form.Mapping:
		return inCell(v)
	case form.Table:
		return strings.TrimSuffix(strings.TrimPrefix(fmt.Sprint(v.Interface()), "map["), "]")
	}
	return named(v)
}

// inCell is a value as a table has it: numbers are figures there.
func inCell(v reflect.Value) string {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	switch form.ShapeOf(v.Type()) {
	case form.Number:
		return document.Figure(v.Int())
	case form.List:
		var items []string
		for i := range v.Len() {
			items = append(items, inCell(v.Index(i)))
		}
		if form.Single(v.Type().Elem()) {
			return strings.Join(items, ", ")
		}
		return strings.Join(items, "; ")
	case form.Mapping:
		var parts []string
		for _, f := range form.Fields(v.Type()) {
			if under := v.FieldByIndex(f.Index); !under.IsZero() {
				parts = append(parts, humane(f.Key)+": "+inCell(under))
			}
		}
		return strings.Join(parts, ", ")
	case form.Scalar:
		if short, ok := v.Interface().(interface{ Short() string }); ok {
			return short.Short()
		}
	}
	return inWords(v, "")
}

// named is a single value by its words, its label, its short form or, if it has none, as the file has it.
func named(v reflect.Value) string {
	switch named := v.Interface().(type) {
	case interface{ Words() string }:
		return named.Words()
	case interface{ Label() string }:
		return named.Label()
	case interface{ Short() string }:
		return named.Short()
	}
	if form.ShapeOf(v.Type()) == form.Choice {
		return humane(v.String())
	}
	return document.Phrase(form.Written(v))
}

// parties are the keys that mean a party.
var parties = strings.NewReplacer(" a ", " Party A ", " b ", " Party B ")

// humane is a key or a choice as people read it: "credit cap", "Party A to Party B".
func humane(key string) string {
	return strings.TrimSpace(parties.Replace(" " + strings.ReplaceAll(key, "_", " ") + " "))
}

// marked reports whether the terms mark a box.
func (s speaker) marked(p part) bool {
	v, ok := form.At(s.terms, p.path)
	switch {
	case !ok:
		return false
	case p.value == "" && p.kind == box:
		return !unset(s.terms, p.path, v)
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			if form.Written(v.Index(i)) == p.value {
				return true
			}
		}
		return false
	}
	return form.Single(v.Type()) && !(v.Kind() == reflect.Pointer && v.IsNil()) && form.Written(v) == p.value
}

// table is a table of the file: a column for each key that a row gives.
func (s speaker) table(path string) document.Block {
	v, ok := form.At(s.terms, path)
	if !ok || v.Kind() != reflect.Slice {
		said, _ := s.said(path, "")
		return document.Para("%s", said)
	}
	if form.ShapeOf(v.Type().Elem()) != form.Mapping {
		return document.Para("%s", inWords(v, ""))
	}
	var columns []document.Column
	rows := make([][]document.Text, v.Len())
	for _, leaf := range leaves(v.Type().Elem(), nil, "") {
		cells, given := make([]string, v.Len()), false
		for i := range cells {
			if at, ok := form.At(v.Index(i), leaf); ok && !(at.IsZero() && form.ShapeOf(at.Type()) != form.Tick) {
				cells[i] = inCell(at)
				given = given || !at.IsZero()
			}
		}
		if !given {
			continue
		}
		columns = append(columns, document.Column{Title: document.Capital(humane(strings.ReplaceAll(leaf, ".", " ")))})
		for i, cell := range cells {
			rows[i] = append(rows[i], document.Row(cell)...)
		}
	}
	return document.Grid(columns, rows)
}

// leaves are the paths of the values under a mapping; lists are one value.
func leaves(t reflect.Type, all []string, path string) []string {
	for _, f := range form.Fields(form.Deref(t)) {
		if at := form.Join(path, f.Key); form.ShapeOf(f.Type) == form.Mapping {
			all = leaves(f.Type, all, at)
		} else {
			all = append(all, at)
		}
	}
	return all
}
