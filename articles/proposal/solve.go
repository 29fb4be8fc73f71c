package proposal

import (
	"slices"
	"strings"

	"entente/articles/changes"
	"entente/articles/worded"
	"entente/document/docx"
	"entente/document/redline"
)

// A reading looks for the terms that make an agreement say what a document says.
type reading struct {
	now    *worded.Version    // with the terms found so far
	sent   worded.Page        // as it was sent
	back   worded.Counterpart // what the document says
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

// A try is the agreement with a term changed.
type try struct {
	*worded.Version
	path string
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
			r.gone[worded.Shape(e.old)]++
		case redline.Inserted:
			r.come[worded.Shape(e.want)] = append(r.come[worded.Shape(e.want)], e)
		}
	}
	for _, pass := range []func(*edit){r.tick, r.row, r.move, r.values, r.rephrase} {
		for _, e := range r.edits {
			if r.done(e, r.now.Page) {
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
func (r *reading) done(e *edit, p worded.Page) bool {
	switch e.kind {
	case redline.Deleted:
		return p.Count(e.old) <= r.back.Count(e.old) && p.Shaped(e.old) <= r.allowed(e.old, p)
	case redline.Arrived:
		return p.Count(e.want) >= r.back.Count(e.want) && !r.displaced(e, p)
	}
	if e.want.Kind.Heading() {
		return false
	}
	stays := e.old.Cells != nil && worded.Key(e.old) != worded.Key(e.want) && p.Count(e.old) > r.back.Count(e.old)
	return !stays && p.Count(e.want) >= max(1, r.back.Count(e.want))
}

// allowed is how many lines of the shape of one a clause may have on a page: as many as were sent, without those that
// the document took out, and with those that it put in and the page has.
func (r *reading) allowed(l redline.Line, p worded.Page) int {
	n := r.sent.Shaped(l) - r.gone[worded.Shape(l)]
	for _, e := range r.come[worded.Shape(l)] {
		if r.done(e, p) {
			n++
		}
	}
	return n
}

// displaced reports whether a line that moved in the document stands elsewhere on a page.
func (r *reading) displaced(e *edit, p worded.Page) bool {
	for _, l := range redline.Between(p.In(e.want.Clause), worded.Within(r.back.Lines, e.want.Clause)) {
		if l.Change == redline.Arrived && l.Anchor == e.want.Anchor {
			return true
		}
	}
	return !slices.ContainsFunc(p.In(e.want.Clause), func(l redline.Line) bool { return worded.Key(l) == worded.Key(e.want) })
}

// harmless reports whether a try keeps every edit that the page has already.
func (r *reading) harmless(t try) bool {
	for _, e := range r.edits {
		if r.done(e, r.now.Page) && !r.done(e, t.Page) {
			return false
		}
	}
	return true
}

// take makes a try the present agreement.
func (r *reading) take(t try, by []docx.Author) {
	for _, c := range changes.Between(r.now.Agreement, t.Agreement) {
		r.note(Term{c, by})
	}
	r.now = t.Version
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

// choose takes the try that changes least and gives its number. Where two terms would do, a person decides.
func (r *reading) choose(e *edit, all []try) (int, bool) {
	best, least := -1, 0
	rival := ""
	for i, t := range all {
		if !r.harmless(t) {
			continue
		}
		_, _, n := worded.Differing(r.now.Page, t.Page)
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
	gone, come, _ := worded.Differing(r.now.Page, all[best].Page)
	r.take(all[best], e.authors(textsOf(gone), textsOf(come)))
	return best, true
}

func textsOf(lines []redline.Line) string {
	all := make([]string, len(lines))
	for i, l := range lines {
		all[i] = worded.Text(l)
	}
	return strings.Join(all, "\n")
}
