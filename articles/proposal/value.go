package proposal

import (
	"reflect"
	"slices"
	"strings"

	"entente/articles/form"
	"entente/articles/worded"
	"entente/document/redline"
)

// values looks for the terms that changed in a line: value by value, each so that the line, worded again,
// has it where the document has it.
func (r *reading) values(e *edit) {
	if e.kind == redline.Inserted || e.kind == redline.Deleted || len(e.old.Cells) != len(e.want.Cells) || e.want.Kind.Heading() {
		return
	}
	line := e.now
	if line.Cells == nil {
		line = r.present(e.old)
	}
	for i := range e.want.Cells {
		line = r.cell(e, line, i, "")
	}
	e.now = line
}

// present is a line as the agreement words it now, found by its words or, if those have changed since, by
// its place.
func (r *reading) present(old redline.Line) redline.Line {
	for _, l := range r.now.In(old.Clause) {
		if worded.Key(l) == worded.Key(old) {
			return l
		}
	}
	before, now := r.sent.In(old.Clause), r.now.In(old.Clause)
	at := slices.IndexFunc(before, func(l redline.Line) bool { return worded.Text(l) == worded.Text(old) })
	if at >= 0 && len(before) == len(now) {
		return now[at]
	}
	return old
}

// cell looks for the values of one cell, under a path if one is given; it gives the line as it is worded then.
func (r *reading) cell(e *edit, line redline.Line, i int, beneath string) redline.Line {
	want := worded.CellText(e.want.Cells[i])
	if worded.CellText(line.Cells[i]) == want {
		return line
	}
	for _, t := range worded.Templates(line.Cells[i], line.Kind == redline.Row) {
		was, ok := t.Fit(worded.CellText(line.Cells[i]))
		if !ok {
			continue
		}
		ways := [][]string{}
		if is, ok := t.Fit(want); ok {
			ways = append(ways, is)
		} else {
			ways = append(ways, t.Apart(was, want, 3, 2), t.Apart(was, want, 3, 1), t.Apart(was, want, 2, 2))
		}
		for _, is := range ways {
			if next, ok := r.valuesOf(e, line, i, t, is, beneath); ok {
				return next
			}
		}
	}
	return line
}

// valuesOf looks for the terms that give a cell its values, one by one; ok is false if there is none.
func (r *reading) valuesOf(e *edit, line redline.Line, i int, t worded.Template, is []string, beneath string) (now redline.Line, ok bool) {
	found := false
	for k := range is {
		was, fits := t.Fit(worded.CellText(line.Cells[i])) // which may have changed with the value before
		if !fits || was[k] == is[k] {
			continue
		}
		if next, ok := r.value(e, line, place{i, k, t}, was[k], is[k], beneath); ok {
			line, found = next, true
		}
	}
	return line, found
}

// A place is a value of a cell.
type place struct {
	cell, value int
	template    worded.Template
}

// value looks for the term that turns a value of a line into another.
func (r *reading) value(e *edit, line redline.Line, at place, was, is, beneath string) (redline.Line, bool) {
	count := r.now.At(line.Clause).Count(line)
	fewer := func(p *worded.Part) bool { return p.Count(line) < count }
	for _, tier := range r.near(line.Clause, was) {
		all, values := r.guessed(tier, was, is, beneath)
		var exact, loose []try
		var exactly, loosely []redline.Line
		for _, i := range r.touching(line.Clause, all, fewer) {
			var l redline.Line
			var word bool
			if !r.around(line.Clause, all[i:i+1], func(p *worded.Part) (ok bool) {
				l, word, ok = r.says(p, line, at, is, values[i])
				return ok
			}) {
				continue
			}
			switch next, ok := r.attempt(all[i]); {
			case ok && word:
				exact, exactly = append(exact, next), append(exactly, l)
			case ok:
				loose, loosely = append(loose, next), append(loosely, l)
			}
		}
		if n, ok := r.choose(e, exact); ok {
			return exactly[n], true
		}
		if len(exact) > 0 {
			continue
		}
		if n, ok := r.choose(e, loose); ok {
			r.restate(e, loosely[n], at, is)
			return loosely[n], true
		}
	}
	return line, false
}

// guessed are the values that some terms might have, and the settings that give them, of terms under a path if one
// is given.
func (r *reading) guessed(tier []worded.Term, was, is, beneath string) (all []worded.Setting, values []reflect.Value) {
	for _, t := range likely(tier, was) {
		if beneath != "" && !strings.HasPrefix(t.Path, beneath) || !may(r.now.Agreement, t.Value, was) {
			continue
		}
		for _, guess := range guesses(r.now.Agreement, t.Value, was, is) {
			all = append(all, worded.Setting{Path: t.Path, Set: func(v reflect.Value) { v.Set(guess) }})
			values = append(values, guess)
		}
	}
	return all, values
}

// restate takes a value that the document writes in other words than the contract does as the contract
// writes it: "45 days" is "forty-five (45) days".
func (r *reading) restate(e *edit, now redline.Line, at place, is string) {
	values, ok := at.template.Fit(worded.CellText(now.Cells[at.cell]))
	if !ok {
		return
	}
	cells := slices.Clone(e.want.Cells)
	cells[at.cell] = worded.Plain(strings.Replace(worded.CellText(cells[at.cell]), is, values[at.value], 1))
	r.reword(e, cells)
}

// says finds the line of a part that has the value that is wanted where another line had one: word for word or,
// where that can only mean one value, in other words.
func (r *reading) says(p *worded.Part, line redline.Line, at place, is string, guess reflect.Value) (l redline.Line, word, ok bool) {
	if l, ok = r.reads(p, line, at, func(s string) bool { return s == is }); ok || !certain(guess, is) {
		return l, true, ok
	}
	l, ok = r.reads(p, line, at, func(s string) bool {
		return means(guess, s) && (form.ShapeOf(guess.Type()) != form.Number || unit(s) == unit(is))
	})
	return l, false, ok
}

// reads finds the line of a part that stands where another stood and has the value that is wanted.
func (r *reading) reads(p *worded.Part, line redline.Line, at place, wanted func(string) bool) (redline.Line, bool) {
	was := r.now.At(line.Clause)
	if p.Count(line) >= was.Count(line) {
		return redline.Line{}, false
	}
	before, now := was.In(line.Clause), p.In(line.Clause)
	for i, l := range now {
		if len(l.Cells) != len(line.Cells) || was.Count(l) >= p.Count(l) {
			continue
		}
		if same := len(before) == len(now); same && worded.Key(before[i]) != worded.Key(line) || !same && !beside(l, line, at.cell) {
			continue
		}
		values, ok := at.template.Fit(worded.CellText(l.Cells[at.cell]))
		if ok && wanted(values[at.value]) {
			return l, true
		}
	}
	return redline.Line{}, false
}

// beside reports whether two lines have the same cells but for one.
func beside(a, b redline.Line, but int) bool {
	for i := range a.Cells {
		if i != but && worded.CellText(a.Cells[i]) != worded.CellText(b.Cells[i]) {
			return false
		}
	}
	return true
}
