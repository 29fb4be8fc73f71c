package proposal

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"entente/agreement"
	"entente/articles"
	"entente/articles/changes"
	"entente/articles/form"
	"entente/document"
	"entente/document/docx"
	"entente/document/redline"
)

// A reading looks for the terms that make an agreement say what a document says.
type reading struct {
	label  articles.Label
	now    articles.Agreement // with the terms found so far
	page   page               // now, as it is worded
	sent   page               // as it was sent
	back   counterpart        // what the document says
	edits  []*edit
	gone   map[string]int     // how many edits take a line of a shape away
	come   map[string][]*edit // those that bring one
	terms  []Term
	budget int // how many lines may still be worded, for all edits
	left   int // and for this one
}

// The search is bounded: so many lines are worded for one edit, and for all; and a document in which more than
// so much was done is another one.
const (
	forOne   = 400_000
	forAll   = 4_000_000
	tooMany  = 300
	otherOne = "so much differs that no terms were looked for"
)

// A try is an agreement with a term changed, and how it is worded then.
type try struct {
	agreement articles.Agreement
	page      page
	path      string
}

// solve looks for the terms of each edit: boxes first, because what stands under a box comes and goes with
// it, then rows, then their order, then values, then the parties' own words.
func (r *reading) solve() {
	if len(r.edits) > tooMany {
		for _, e := range r.edits {
			e.why = otherOne
		}
		return
	}
	r.gone, r.come = map[string]int{}, map[string][]*edit{}
	for _, e := range r.edits {
		switch e.kind {
		case redline.Deleted:
			r.gone[shape(e.old)]++
		case redline.Inserted:
			r.come[shape(e.want)] = append(r.come[shape(e.want)], e)
		}
	}
	for _, pass := range []func(*edit){r.tick, r.row, r.move, r.values, r.rephrase} {
		for _, e := range r.edits {
			if r.done(e, r.page) {
				continue
			}
			r.left = min(forOne, r.budget)
			had := r.left
			pass(e)
			r.budget -= had - r.left
			if r.left <= 0 && e.why == "" {
				e.why = "the search for a term ended early"
			}
		}
	}
}

// done reports whether a page has an edit.
func (r *reading) done(e *edit, p page) bool {
	switch e.kind {
	case redline.Deleted:
		return p.count[key(e.old)] <= r.back.count[key(e.old)] && p.shape[shape(e.old)] <= r.allowed(shape(e.old), p)
	case redline.Arrived:
		return p.count[key(e.want)] >= r.back.count[key(e.want)] && !r.displaced(e, p)
	}
	if e.want.Kind.Heading() {
		return false
	}
	was, is := key(e.old), key(e.want)
	stays := e.old.Cells != nil && was != is && p.count[was] > r.back.count[was]
	return !stays && p.count[is] >= max(1, r.back.count[is])
}

// allowed is how many lines of a shape a clause may have on a page: as many as were sent, without those that
// the document took out, and with those that it put in and the page has.
func (r *reading) allowed(shaped string, p page) int {
	n := r.sent.shape[shaped] - r.gone[shaped]
	for _, e := range r.come[shaped] {
		if r.done(e, p) {
			n++
		}
	}
	return n
}

// displaced reports whether a line that moved in the document stands elsewhere on a page.
func (r *reading) displaced(e *edit, p page) bool {
	for _, l := range redline.Between(p.in(e.want.Clause), within(r.back.lines, e.want.Clause)) {
		if l.Change == redline.Arrived && l.Anchor == e.want.Anchor {
			return true
		}
	}
	return !slices.ContainsFunc(p.in(e.want.Clause), func(l redline.Line) bool { return key(l) == key(e.want) })
}

// attempt words the agreement with one value changed; ok is false where the search has come to its end or
// the value cannot be set.
func (r *reading) attempt(path string, set func(v reflect.Value) bool) (try, bool) {
	if r.left <= 0 {
		return try{}, false
	}
	next := form.Settled(r.now)
	v, ok := form.At(reflect.ValueOf(&next).Elem(), path)
	if !ok || !set(v) {
		return try{}, false
	}
	p := pageOf(next, r.label)
	r.left -= len(p.lines)
	return try{next, p, path}, true
}

// harmless reports whether a try keeps every edit that the page has already.
func (r *reading) harmless(t try) bool {
	for _, e := range r.edits {
		if r.done(e, r.page) && !r.done(e, t.page) {
			return false
		}
	}
	return true
}

// take makes a try the present agreement.
func (r *reading) take(t try, by []docx.Author) {
	for _, c := range changes.Between(r.now, t.agreement) {
		r.note(Term{c, by})
	}
	r.now, r.page = t.agreement, t.page
}

// note keeps a changed term; one that was changed before is changed once, from first to last.
func (r *reading) note(t Term) {
	i := slices.IndexFunc(r.terms, func(have Term) bool { return have.Path == t.Path })
	if i < 0 {
		r.terms = append(r.terms, t)
		return
	}
	have := &r.terms[i]
	have.New = t.New
	for _, by := range t.By {
		if !slices.Contains(have.By, by) {
			have.By = append(have.By, by)
		}
	}
	if have.Old == have.New {
		r.terms = slices.Delete(r.terms, i, i+1)
	}
}

// effect is how many lines a try changes.
func (r *reading) effect(t try) (n int) {
	for k, c := range t.page.count {
		if r.page.count[k] != c {
			n++
		}
	}
	for k := range r.page.count {
		if t.page.count[k] == 0 {
			n++
		}
	}
	return n
}

// apart are the words of the lines that only one of two pages has.
func apart(old, new page) (was, is string) {
	only := func(a, b page) string {
		var lines []string
		for _, l := range a.lines {
			if a.count[key(l)] > b.count[key(l)] {
				lines = append(lines, textOf(l))
			}
		}
		return strings.Join(lines, "\n")
	}
	return only(old, new), only(new, old)
}

// choose takes the try that changes least and gives its number. Where two terms would do, a person decides.
func (r *reading) choose(e *edit, all []try) (int, bool) {
	best, least := -1, 0
	rival := ""
	for i, t := range all {
		if !r.harmless(t) {
			continue
		}
		n := r.effect(t)
		switch {
		case best < 0 || n < least:
			best, least, rival = i, n, ""
		case n == least && t.path != all[best].path && !strings.HasPrefix(t.path, all[best].path+"."):
			rival = t.path
		}
	}
	if best < 0 {
		return 0, false
	}
	if rival != "" {
		e.why = "it could be " + all[best].path + " or " + rival
		return 0, false
	}
	e.why = ""
	r.take(all[best], e.authors(apart(r.page, all[best].page)))
	return best, true
}

// A term is a place in the agreement where a value may be.
type term struct {
	path  string
	value reflect.Value
}

// near are the terms that may say what stands in a clause, in tiers: those of the clause, those of its
// article, and those that read as the words that were there.
func (r *reading) near(clause, was string) [3][]term {
	var tiers [3][]term
	c := cited(clause)
	section := c.Section()
	form.Each(reflect.ValueOf(&r.now).Elem(), func(path string, v reflect.Value) {
		top, _, _ := strings.Cut(path, ".")
		switch of := form.ClauseOf(path); {
		case of == agreement.WholeFile || v.Kind() == reflect.Pointer && v.IsNil():
		case of == c:
			tiers[0] = append(tiers[0], term{path, v})
		case top == section:
			tiers[1] = append(tiers[1], term{path, v})
		case v.Kind() == reflect.String && len(v.String()) > 2 && strings.Contains(was, document.Phrase(v.String())):
			tiers[2] = append(tiers[2], term{path, v})
		}
	})
	r.left -= (len(tiers[0]) + len(tiers[1]) + len(tiers[2])) / 4 // looking at them is work as well
	return tiers
}

// tick looks for the choice that marks a box as the document has it, and no other box of the clause otherwise.
func (r *reading) tick(e *edit) {
	if e.kind != redline.Kept || e.old.Mark() == "" || e.want.Mark() == "" || e.old.Mark() == e.want.Mark() {
		return
	}
	want := r.marks(e.want.Clause)
	name := nameIn(r.sent.in(e.old.Clause), e.old)
	for _, tier := range r.near(e.want.Clause, textOf(e.old)) {
		var found []try
		for _, t := range tier {
			for _, set := range switches(t.value, strings.Contains(e.want.Mark(), "x")) {
				next, ok := r.attempt(t.path, set)
				if ok && marked(next.page.in(e.want.Clause), name, e.want.Mark(), want) {
					found = append(found, next)
				}
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
	sent := r.sent.in(clause)
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
		if n == "" || n != name && lines[i].Part == under {
			continue
		}
		found = found || n == name && lines[i].Mark() == mark
		if other, known := want[n]; known && n != name && lines[i].Mark() != other {
			return false
		}
	}
	return found
}

// names are what the options of a clause are known by: the words that they define, else all of them, with a
// number where two have the same.
func names(lines []redline.Line) []string {
	all, taken := make([]string, len(lines)), map[string]int{}
	for i, l := range lines {
		if l.Mark() == "" {
			continue
		}
		name := textOf(l)
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
		if all[i] != "" && textOf(l) == textOf(one) {
			return all[i]
		}
	}
	return ""
}

// follow takes the words that come with a box, where the document kept those that came with it before.
func (r *reading) follow(e *edit, name string) {
	lines := r.page.in(e.want.Clause)
	i := slices.Index(names(lines), name)
	if i < 0 {
		return
	}
	e.now = lines[i]
	if textOf(e.old) == textOf(e.want) {
		r.reword(e, lines[i].Cells)
	}
}

// reword says that the document means other words than it has, because these are how it is said.
func (r *reading) reword(e *edit, cells [][]redline.Span) {
	r.back.count[key(e.want)]--
	e.want.Cells = cells
	r.back.count[key(e.want)]++
}

// switches are the ways to choose, or not to choose, what a value stands for.
func switches(v reflect.Value, on bool) (all []func(reflect.Value) bool) {
	to := func(value reflect.Value) {
		all = append(all, func(v reflect.Value) bool { v.Set(value); return true })
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
func chosenWords(v reflect.Value, on bool) (all []func(reflect.Value) bool) {
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
			all = append(all, func(v reflect.Value) bool { v.Set(rest); return true })
		}
	}
	return all
}
