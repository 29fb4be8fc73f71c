package proposal

import (
	"reflect"
	"slices"
	"strconv"

	"entente/articles/changes"
	"entente/articles/form"
	"entente/articles/meaning"
	"entente/document/redline"
)

// lists are the lists of the terms near a clause, whose rows a table or an enumeration may show.
func (r *reading) lists(clause string) (all [2][]term) {
	tiers := r.near(clause, "")
	for i := range all {
		for _, t := range tiers[i] {
			if t.value.Kind() == reflect.Slice {
				all[i] = append(all[i], t)
			}
		}
	}
	return all
}

// row looks for the row of a list that a line shows, and takes it out or puts it in.
func (r *reading) row(e *edit) {
	if e.want.Kind.Heading() || e.old.Kind.Heading() {
		return
	}
	switch e.kind {
	case redline.Deleted:
		for _, tier := range r.lists(e.old.Clause) {
			var found []try
			for _, t := range tier {
				for i := range t.value.Len() {
					next, ok := r.attempt(t.path, func(v reflect.Value) bool { v.Set(without(v, i)); return true })
					if ok && r.done(e, next.page) {
						found = append(found, next)
					}
				}
			}
			if _, ok := r.choose(e, found); ok {
				return
			}
		}
	case redline.Inserted:
		for _, tier := range r.lists(e.want.Clause) {
			if slices.ContainsFunc(tier, func(t term) bool {
				rows := form.ShapeOf(t.value.Type().Elem()) == form.Mapping
				return rows == (e.want.Kind == redline.Row) && r.insert(e, t)
			}) {
				return
			}
		}
	}
}

func without(list reflect.Value, i int) reflect.Value {
	out := reflect.MakeSlice(list.Type(), 0, list.Len())
	return reflect.AppendSlice(reflect.AppendSlice(out, list.Slice(0, i)), list.Slice(i+1, list.Len()))
}

func with(list reflect.Value, i int, one reflect.Value) reflect.Value {
	out := reflect.MakeSlice(list.Type(), 0, list.Len()+1)
	return reflect.AppendSlice(reflect.Append(reflect.AppendSlice(out, list.Slice(0, i)), one), list.Slice(i, list.Len()))
}

// insert puts a row into a list where the document has it, and fills it in cell by cell. It changes nothing
// unless the row then reads as in the document.
func (r *reading) insert(e *edit, t term) bool {
	elem := t.value.Type().Elem()
	rows := []reflect.Value{reflect.New(elem).Elem()}
	if form.ShapeOf(elem) != form.Mapping {
		rows = meaning.Readings(elem, textOf(e.want))
	}
	for _, one := range rows {
		for _, at := range r.places(e, t.value.Len()) {
			next, ok := r.attempt(t.path, func(v reflect.Value) bool { v.Set(with(v, at, one)); return true })
			if ok && form.ShapeOf(elem) == form.Mapping {
				next, ok = r.filled(e, next, t.path+"["+strconv.Itoa(at)+"]")
			}
			if ok && r.done(e, next.page) && r.harmless(next) {
				r.take(next, e.by)
				return true
			}
		}
	}
	return false
}

// places are where a new row may stand in a list: as far from the first row as in the document, else last.
func (r *reading) places(e *edit, length int) []int {
	at := -1
	for _, l := range within(r.back.lines, e.want.Clause) {
		if l.Kind != e.want.Kind || len(l.Cells) != len(e.want.Cells) {
			continue
		}
		if l.Anchor == e.want.Anchor {
			break
		}
		at++ // the header is the first
	}
	if e.want.Kind != redline.Row {
		at++
	}
	if at < 0 || at >= length {
		return []int{length}
	}
	return []int{at, length}
}

// filled fills in an empty row of a try, cell by cell; ok is false where the row then does not read as in
// the document. The reading itself stays as it is.
func (r *reading) filled(e *edit, t try, path string) (full try, ok bool) {
	line, ok := fresh(r.page, t.page, e.want)
	if !ok {
		return t, false
	}
	now, page, terms, cells := r.now, r.page, slices.Clone(r.terms), e.want.Cells
	r.now, r.page = t.agreement, t.page
	for i := range e.want.Cells {
		line = r.cell(e, line, i, path)
	}
	full, ok = try{r.now, r.page, path}, textOf(line) == textOf(e.want)
	r.now, r.page, r.terms, e.why = now, page, terms, ""
	if !ok {
		r.reword(e, cells)
	}
	return full, ok
}

// fresh is the line that one page has and another had not, of the shape of a third.
func fresh(before, now page, like redline.Line) (redline.Line, bool) {
	for _, l := range now.in(like.Clause) {
		if l.Kind == like.Kind && len(l.Cells) == len(like.Cells) && now.count[key(l)] > before.count[key(l)] {
			return l, true
		}
	}
	return redline.Line{}, false
}

// move looks for the list whose rows stand in another order.
func (r *reading) move(e *edit) {
	if e.kind != redline.Arrived {
		return
	}
	for _, tier := range r.lists(e.want.Clause) {
		for _, t := range tier {
			n := t.value.Len()
			for from := range n {
				for to := range n {
					if from == to {
						continue
					}
					next, ok := r.attempt(t.path, func(v reflect.Value) bool { v.Set(with(without(v, from), to, v.Index(from))); return true })
					if !ok {
						return
					}
					if r.effect(next) == 0 && !r.displaced(e, next.page) && r.harmless(next) {
						r.now, r.page = next.agreement, next.page
						r.note(Term{changes.Change{Clause: form.ClauseOf(t.path), Path: t.path, Old: "row " + strconv.Itoa(from+1), New: "row " + strconv.Itoa(to+1)}, e.by})
						return
					}
				}
			}
		}
	}
}
