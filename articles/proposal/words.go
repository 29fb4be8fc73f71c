package proposal

import (
	"reflect"
	"slices"
	"strings"

	"entente/articles/form"
	"entente/document"
	"entente/document/redline"
)

// A template is a cell as our words with places for values between them.
type template struct {
	words []string // one more than there are values
}

// templates are the ways to tell values from words in a cell: by their style and, in a table or where no
// style tells, the whole cell as one value.
func templates(cell []redline.Span, tabular bool) []template {
	t, values := template{words: []string{""}}, 0
	for _, s := range cell {
		if s.Style == document.Value || s.Style == document.Unfilled {
			values++
			t.words = append(t.words, "")
			continue
		}
		t.words[len(t.words)-1] += s.Text
	}
	whole := template{words: []string{"", ""}}
	switch {
	case values == 0 && tabular || len(cell) == 0:
		return []template{whole}
	case tabular && len(t.words) > 2:
		return []template{t, whole}
	case values == 0:
		return []template{whole}
	}
	return []template{t}
}

// fit are the values of a text that has the words of a template.
func (t template) fit(text string) ([]string, bool) {
	rest, ok := strings.CutPrefix(text, t.words[0])
	if !ok {
		return nil, false
	}
	var values []string
	for i, word := range t.words[1:] {
		at := -1
		switch {
		case i == len(t.words)-2 && strings.HasSuffix(rest, word):
			at = len(rest) - len(word)
		case i < len(t.words)-2 && word == "":
			at = len(rest)
			if rest == "" {
				return nil, false
			}
		case i < len(t.words)-2:
			at = strings.Index(rest, word)
		}
		if at < 0 {
			return nil, false
		}
		values, rest = append(values, rest[:at]), rest[at+len(word):]
	}
	return values, rest == ""
}

// apart are the values of a text whose words have changed as well: what stands where each value stood, between
// the given numbers of words that led to it and that followed it.
func (t template) apart(old []string, text string, leading, following int) []string {
	values := slices.Clone(old)
	for i := range values {
		before, after := lastWords(t.words[i], leading), firstWords(t.words[i+1], following)
		start := 0
		if before != "" {
			if strings.Count(text, before) != 1 {
				continue
			}
			start = strings.Index(text, before) + len(before)
		}
		end := len(text)
		if after != "" {
			n := strings.Index(text[start:], after)
			if n < 0 {
				continue
			}
			end = start + n
		}
		values[i] = text[start:end]
	}
	return values
}

// lastWords are the last words of a text, and the space after them.
func lastWords(s string, many int) string {
	at := len(s)
	for range many {
		n := strings.LastIndexByte(strings.TrimRight(s[:at], " "), ' ')
		if n < 0 {
			return s
		}
		at = n + 1
	}
	return s[at:]
}

// firstWords are the first words of a text.
func firstWords(s string, many int) string {
	at := 0
	for range many {
		n := strings.IndexByte(strings.TrimLeft(s[at:], " "), ' ')
		if n < 0 {
			return s
		}
		at += len(s[at:]) - len(strings.TrimLeft(s[at:], " ")) + n
	}
	return s[:at]
}

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
	for _, l := range r.page.lines {
		if key(l) == key(old) {
			return l
		}
	}
	before, now := r.sent.in(old.Clause), r.page.in(old.Clause)
	at := slices.IndexFunc(before, func(l redline.Line) bool { return textOf(l) == textOf(old) })
	if at >= 0 && len(before) == len(now) {
		return now[at]
	}
	return old
}

// cell looks for the values of one cell, under a path if one is given; it gives the line as it is worded then.
func (r *reading) cell(e *edit, line redline.Line, i int, beneath string) redline.Line {
	want := cellText(e.want.Cells[i])
	if cellText(line.Cells[i]) == want {
		return line
	}
	for _, t := range templates(line.Cells[i], line.Kind == redline.Row) {
		was, ok := t.fit(cellText(line.Cells[i]))
		if !ok {
			continue
		}
		ways := [][]string{}
		if is, ok := t.fit(want); ok {
			ways = append(ways, is)
		} else {
			ways = append(ways, t.apart(was, want, 3, 2), t.apart(was, want, 3, 1), t.apart(was, want, 2, 2))
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
func (r *reading) valuesOf(e *edit, line redline.Line, i int, t template, is []string, beneath string) (now redline.Line, ok bool) {
	found := false
	for k := range is {
		was, fits := t.fit(cellText(line.Cells[i])) // which may have changed with the value before
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
	template    template
}

// value looks for the term that turns a value of a line into another.
func (r *reading) value(e *edit, line redline.Line, at place, was, is, beneath string) (redline.Line, bool) {
	for _, tier := range r.near(line.Clause, was) {
		var exact, loose []try
		var exactly, loosely []redline.Line
		for _, t := range likely(tier, was) {
			if r.left <= 0 {
				break
			}
			if beneath != "" && !strings.HasPrefix(t.path, beneath) || !may(r.now, t.value, was) {
				continue
			}
			for _, guess := range guesses(r.now, t.value, was, is) {
				next, ok := r.attempt(t.path, func(v reflect.Value) bool { v.Set(guess); return true })
				if !ok {
					continue
				}
				if l, ok := r.reads(next, line, at, func(s string) bool { return s == is }); ok {
					exact, exactly = append(exact, next), append(exactly, l)
				} else if certain(guess, is) {
					if l, ok := r.reads(next, line, at, func(s string) bool {
						return means(guess, s) && (form.ShapeOf(guess.Type()) != form.Number || unit(s) == unit(is))
					}); ok {
						loose, loosely = append(loose, next), append(loosely, l)
					}
				}
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

// restate takes a value that the document writes in other words than the contract does as the contract
// writes it: "45 days" is "forty-five (45) days".
func (r *reading) restate(e *edit, now redline.Line, at place, is string) {
	values, ok := at.template.fit(cellText(now.Cells[at.cell]))
	if !ok {
		return
	}
	cells := slices.Clone(e.want.Cells)
	cells[at.cell] = plain(strings.Replace(cellText(cells[at.cell]), is, values[at.value], 1))
	r.reword(e, cells)
}

// reads finds the line of a try that stands where another stood and has the value that is wanted.
func (r *reading) reads(t try, line redline.Line, at place, wanted func(string) bool) (redline.Line, bool) {
	if t.page.count[key(line)] >= r.page.count[key(line)] {
		return redline.Line{}, false
	}
	before, now := r.page.in(line.Clause), t.page.in(line.Clause)
	for i, l := range now {
		if len(l.Cells) != len(line.Cells) || r.page.count[key(l)] >= t.page.count[key(l)] {
			continue
		}
		if same := len(before) == len(now); same && key(before[i]) != key(line) || !same && !beside(l, line, at.cell) {
			continue
		}
		values, ok := at.template.fit(cellText(l.Cells[at.cell]))
		if ok && wanted(values[at.value]) {
			return l, true
		}
	}
	return redline.Line{}, false
}

// beside reports whether two lines have the same cells but for one.
func beside(a, b redline.Line, but int) bool {
	for i := range a.Cells {
		if i != but && cellText(a.Cells[i]) != cellText(b.Cells[i]) {
			return false
		}
	}
	return true
}
