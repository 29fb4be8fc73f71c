package proposal

import (
	"reflect"
	"slices"
	"strconv"

	"entente/articles/changes"
	"entente/articles/form"
	"entente/articles/meaning"
	"entente/articles/worded"
	"entente/document/redline"
)

// lists are the lists of the terms near a clause, whose rows a table or an enumeration may show.
func (r *reading) lists(clause string) (all [2][]worded.Term) {
	tiers := r.near(clause, "")
	for i := range all {
		for _, t := range tiers[i] {
			if t.Value.Kind() == reflect.Slice {
				all[i] = append(all[i], t)
			}
		}
	}
	return all
}

// row looks for the row of a list that a line shows, and takes it out or puts it in.
func (r *reading) row(e *edit) {
	if e.want.Kind.Heading() || e.old.Kind.Heading() || e.kind == redline.Inserted && r.back.Apart[e.want.Anchor] {
		return
	}
	switch e.kind {
	case redline.Deleted:
		for _, tier := range r.lists(e.old.Clause) {
			var found []try
			for _, row := range r.rowsOf(tier, e.old) {
				if next, ok := r.attempt(row.gone()); ok && r.done(e, next.Page) {
					found = append(found, next)
				}
			}
			if _, ok := r.choose(e, found); ok {
				return
			}
		}
	case redline.Inserted:
		for _, tier := range r.lists(e.want.Clause) {
			if r.insert(e, tier) {
				return
			}
		}
	}
}

func without(list reflect.Value, from, to int) reflect.Value {
	out := reflect.MakeSlice(list.Type(), 0, list.Len())
	return reflect.AppendSlice(reflect.AppendSlice(out, list.Slice(0, from)), list.Slice(to, list.Len()))
}

func with(list reflect.Value, i int, one reflect.Value) reflect.Value {
	out := reflect.MakeSlice(list.Type(), 0, list.Len()+1)
	return reflect.AppendSlice(reflect.Append(reflect.AppendSlice(out, list.Slice(0, i)), one), list.Slice(i, list.Len()))
}

// A listed is a row of a list.
type listed struct {
	worded.Term
	row int
}

func (l listed) gone() worded.Setting {
	return worded.Setting{Path: l.Path, Set: func(v reflect.Value) { v.Set(without(l.Value, l.row, l.row+1)) }}
}

// rowsOf are the rows of lists without which a line is gone or, where that is so already, another like it.
func (r *reading) rowsOf(lists []worded.Term, l redline.Line) (all []listed) {
	now := r.now.At(l.Clause)
	fewer := func(p *worded.Part) bool { return p.Count(l) < now.Count(l) }
	if r.now.Count(l) <= r.back.Count(l) {
		fewer = func(p *worded.Part) bool { return p.Shaped(l) < now.Shaped(l) }
	}
	var empty []worded.Setting
	for _, t := range lists {
		empty = append(empty, worded.Setting{Path: t.Path, Set: reflect.Value.SetZero})
	}
	for _, i := range r.touching(l.Clause, empty, fewer) {
		t := lists[i]
		for row := range sift(0, t.Value.Len(), func(from, to int) bool {
			return r.around(l.Clause, []worded.Setting{{Path: t.Path, Set: func(v reflect.Value) { v.Set(without(t.Value, from, to)) }}}, fewer)
		}) {
			all = append(all, listed{t, row})
		}
	}
	return all
}

// insert puts a row into one of some lists where the document has it, and fills it in cell by cell. It changes
// nothing unless the row then reads as in the document.
func (r *reading) insert(e *edit, lists []worded.Term) bool {
	tabular := e.want.Kind == redline.Row
	var all []worded.Setting
	var rows []string
	for _, t := range lists {
		elem := t.Value.Type().Elem()
		if tabular != (form.ShapeOf(elem) == form.Mapping) {
			continue
		}
		ones := []reflect.Value{reflect.New(elem).Elem()}
		if !tabular {
			ones = meaning.Readings(elem, worded.Text(e.want))
		}
		for _, one := range ones {
			for _, at := range r.places(e, t.Value.Len()) {
				all = append(all, worded.Setting{Path: t.Path, Set: func(v reflect.Value) { v.Set(with(t.Value, at, one)) }})
				rows = append(rows, t.Path+"["+strconv.Itoa(at)+"]")
			}
		}
	}
	now := r.now.At(e.want.Clause)
	more := func(p *worded.Part) bool {
		_, ok := fresh(now, p, e.want)
		return tabular && ok || !tabular && p.Count(e.want) > now.Count(e.want)
	}
	for _, i := range r.touching(e.want.Clause, all, more) {
		next, ok := r.attempt(all[i])
		if ok && tabular {
			next, ok = r.filled(e, next, rows[i])
		}
		if ok && r.done(e, next.Page) && r.harmless(next) {
			r.take(next, e.by)
			return true
		}
	}
	return false
}

// places are where a new row may stand in a list: as far from the first row as in the document, else last.
func (r *reading) places(e *edit, length int) []int {
	at := -1
	for _, l := range worded.Within(r.back.Lines, e.want.Clause) {
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
	line, ok := fresh(r.now.At(e.want.Clause), t.At(e.want.Clause), e.want)
	if !ok {
		return t, false
	}
	now, terms, cells := r.now, slices.Clone(r.terms), e.want.Cells
	r.now = t.Version
	for i := range e.want.Cells {
		line = r.cell(e, line, i, path)
	}
	full, ok = try{r.now, path}, worded.Text(line) == worded.Text(e.want)
	r.now, r.terms, e.why = now, terms, ""
	if !ok {
		r.reword(e, cells)
	}
	return full, ok
}

// fresh is the line that one part has and another had not, of the shape of a third.
func fresh(before, now *worded.Part, like redline.Line) (redline.Line, bool) {
	for _, l := range now.In(like.Clause) {
		if l.Kind == like.Kind && len(l.Cells) == len(like.Cells) && now.Count(l) > before.Count(l) {
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
		for _, l := range r.rowsOf(tier, e.want) {
			last := l.Value.Len() - 1
			for _, to := range append(r.places(e, last), numbersTo(last)...) {
				if to == l.row {
					continue
				}
				next, ok := r.attempt(worded.Setting{Path: l.Path, Set: func(v reflect.Value) {
					v.Set(with(without(l.Value, l.row, l.row+1), to, l.Value.Index(l.row)))
				}})
				if !ok {
					return
				}
				if _, _, n := worded.Differing(r.now.Page, next.Page); n == 0 && !r.displaced(e, next.Page) && r.harmless(next) {
					r.now = next.Version
					r.note(Term{changes.Change{Clause: l.Clause, Path: l.Path, Old: "row " + strconv.Itoa(l.row+1), New: "row " + strconv.Itoa(to+1)}, e.by})
					return
				}
			}
		}
	}
}

// numbersTo are the numbers from 0 to n.
func numbersTo(n int) (all []int) {
	for i := range n + 1 {
		all = append(all, i)
	}
	return all
}
