// Package proposal reads what somebody did to the agreement in a word processor: the terms that they changed
// and, for a person to decide, everything else that they wrote, took out or remarked.
//
// A change is taken for a term only if the agreement, worded again with that term, says what the document
// says there. Nothing is dropped: every change is a term or a point to decide. What comes out is a proposal,
// a draft that nobody has signed.
package proposal

import (
	"slices"
	"strings"
	"unicode"

	"entente/agreement"
	"entente/articles"
	"entente/articles/changes"
	"entente/articles/worded"
	"entente/document"
	"entente/document/docx"
	"entente/document/incoming"
	"entente/document/redline"
)

// A Proposal is what a document that came back asks for.
type Proposal struct {
	Agreement articles.Agreement // with the terms that were recognised
	Terms     []Term
	Open      []Point
	Comments  []Remark
}

// A Term is one that the document changes.
type Term struct {
	changes.Change
	By []docx.Author // as far as the word processor recorded it
}

// A Point is what no term says, for a person to decide.
type Point struct {
	Clause agreement.Clause
	What   string // what was done: "the words differ", "a row is new"
	Old    string
	New    string
	By     []docx.Author
}

// A Remark is a comment, and the clause on which it hangs.
type Remark struct {
	Clause agreement.Clause
	incoming.Comment
}

// Read reads a document that was written from an agreement and came back.
func Read(sent articles.Agreement, c *incoming.Copy) Proposal {
	r := begun(sent, c)
	r.solve()
	p := Proposal{Agreement: r.now.Agreement, Terms: r.terms, Open: r.points()}
	back, label := r.back, articles.ParseLabel(c.Version)
	for i, l := range c.Lines {
		for _, odd := range l.Oddities {
			p.Open = append(p.Open, Point{Clause: cited(back.Place[i]), What: odd, New: strings.Join(l.Cells, " | "), By: l.By})
		}
	}
	p.Open = append(p.Open, edges(sent.Labelled(label), c)...)
	for _, aside := range c.Asides {
		p.Open = append(p.Open, Point{Clause: agreement.WholeFile, What: "a note at the foot or the end", New: aside})
	}
	for _, comment := range c.Comments {
		clause := agreement.FrontPage
		if comment.Line >= 0 && comment.Line < len(back.Place) {
			clause = cited(back.Place[comment.Line])
		}
		p.Comments = append(p.Comments, Remark{clause, comment})
	}
	return p
}

// begun is a reading that has found no term yet.
func begun(sent articles.Agreement, c *incoming.Copy) *reading {
	version := worded.Of(sent, articles.ParseLabel(c.Version))
	lines := version.Lines()
	back := worded.Against(lines, c)
	return &reading{now: version, sent: version.Page, back: back, edits: edits(lines, back, c), budget: forAll}
}

// cited is the clause as the catalogue has it, of a line that stands in a numbered clause of the document.
func cited(clause string) agreement.Clause {
	switch {
	case clause == "" || strings.HasPrefix(clause, "0."):
		return agreement.FrontPage
	case clause[0] >= 'A' && clause[0] <= 'G':
		return agreement.Clause(clause[:1])
	}
	return agreement.Clause(clause)
}

// edges are the points that headers and footers raise: whatever is not the title, the number, the notice or
// the number of a page.
func edges(d document.Document, c *incoming.Copy) (points []Point) {
	known := []string{d.Notice, d.Title, d.Running(), "Page", "of"}
	for _, edge := range c.Edges {
		rest := edge
		for _, k := range known {
			rest = strings.Replace(rest, strings.Join(strings.Fields(k), " "), "", 1)
		}
		if strings.Trim(rest, " 0123456789") != "" {
			points = append(points, Point{Clause: agreement.WholeFile, What: "a header or footer", New: edge})
		}
	}
	return points
}

// An edit is one thing that was done to a line.
type edit struct {
	kind redline.Change
	old  redline.Line // as it was worded; without cells if it is new
	now  redline.Line // as it is worded with the terms found; without cells as long as that is the same
	want redline.Line // as it is in the document; without cells if it is gone
	by   []docx.Author
	said []incoming.Tracked // the tracked changes of its words
	why  string             // what kept it from being a term, if something special did
}

// edits are what was done to our lines, in the order of the document.
func edits(ours []redline.Line, back worded.Counterpart, c *incoming.Copy) []*edit {
	var all []*edit
	left := map[int]redline.Line{}
	gone := authors(c)
	find := finder(ours)
	lines := redline.Between(ours, back.Lines)
	for _, l := range lines {
		if l.Change == redline.Left {
			left[l.Move] = find(side(l, redline.Change.Old))
		}
	}
	for _, l := range lines {
		if !l.Touched() || l.Change == redline.Left {
			continue
		}
		e := &edit{kind: l.Change, by: back.Of[l.Anchor].By, said: back.Of[l.Anchor].Tracked}
		switch l.Change {
		case redline.Deleted:
			e.old = find(side(l, redline.Change.Old))
			e.by = gone[worded.Text(e.old)]
		case redline.Inserted:
			e.want = side(l, redline.Change.New)
		case redline.Arrived:
			e.old, e.want = left[l.Move], side(l, redline.Change.New)
		default:
			e.old, e.want = find(side(l, redline.Change.Old)), side(l, redline.Change.New)
			e.old.Marks.New = l.Marks.Old
		}
		all = append(all, e)
	}
	return all
}

// authors are who took lines away, by the words that are gone.
func authors(c *incoming.Copy) map[string][]docx.Author {
	all := map[string][]docx.Author{}
	for _, l := range c.Lines {
		if l.Gone {
			text := strings.Join(l.Cells, "\t")
			if _, rest, ok := incoming.Boxed(text); ok {
				text = rest
			}
			all[text] = append(all[text], l.By...)
		}
	}
	return all
}

// side is one side of a line, without the changes of the other.
func side(l redline.Line, has func(redline.Change) bool) redline.Line {
	mark := l.Marks.Old
	if has(redline.Inserted) {
		mark = l.Marks.New
	}
	l.Marks = redline.Marks{Old: mark, New: mark}
	cells := make([][]redline.Span, len(l.Cells))
	for i, cell := range l.Cells {
		for _, s := range cell {
			if has(s.Change) {
				s.Change = redline.Kept
				cells[i] = append(cells[i], s)
			}
		}
	}
	l.Change, l.Cells = redline.Kept, cells
	return l
}

// finder finds the line of a page that reads as another does, with the styles of its words; each once.
func finder(lines []redline.Line) func(redline.Line) redline.Line {
	at := map[string][]int{}
	name := func(l redline.Line) string { return l.Mark() + "\x00" + worded.Text(l) }
	for i, l := range lines {
		at[name(l)] = append(at[name(l)], i)
	}
	return func(l redline.Line) redline.Line {
		all := at[name(l)]
		if len(all) == 0 {
			return l
		}
		n := max(0, slices.IndexFunc(all, func(i int) bool { return lines[i].Clause == l.Clause }))
		found := lines[all[n]]
		if len(all) > 1 {
			at[name(l)] = slices.Delete(slices.Clone(all), n, n+1)
		}
		return found
	}
}

// points are the edits that no term says.
func (r *reading) points() (all []Point) {
	for _, e := range r.edits {
		if e.why != otherOne && r.done(e, r.now.Page) {
			continue
		}
		if e.now.Cells != nil {
			e.old = e.now
		}
		p := Point{Clause: cited(e.line().Clause), What: e.what(), Old: readable(e.old), New: readable(e.want), By: e.authors(worded.Text(e.old), worded.Text(e.want))}
		if p.Clause == agreement.SignatureBlock {
			e.why = "what stands here signs nothing, only `entente sign` does"
		}
		if unseen := anew(document.Unseens(p.New), document.Unseens(p.Old)); len(unseen) > 0 {
			e.why = "it has what cannot be seen: " + document.Join(unseen)
		}
		if e.why != "" {
			p.What += "; " + e.why
		}
		all = append(all, p)
	}
	return all
}

// anew are the words that were not there before.
func anew(now, before []string) []string {
	return slices.DeleteFunc(now, func(s string) bool { return slices.Contains(before, s) })
}

// authors are who made words of a line others: those who put in a word that only the one text has, or took out
// one that only the other has; where that is not known, everyone who changed the line.
func (e *edit) authors(old, new string) []docx.Author {
	if len(e.by) < 2 {
		return e.by
	}
	gone, come := tokens(old), tokens(new)
	var all []docx.Author
	for _, t := range e.said {
		mine, other := come, gone
		if t.Gone {
			mine, other = gone, come
		}
		for word := range tokens(t.Text) {
			if mine[word] > other[word] && !slices.Contains(all, t.By) {
				all = append(all, t.By)
			}
		}
	}
	if len(all) == 0 {
		return e.by
	}
	return all
}

// tokens counts the words and figures of a text.
func tokens(s string) map[string]int {
	all := map[string]int{}
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		all[word]++
	}
	return all
}

// readable is a line as one reads it, with its box.
func readable(l redline.Line) string {
	cells := make([]string, len(l.Cells))
	for i, c := range l.Cells {
		cells[i] = worded.CellText(c)
	}
	return strings.TrimSpace(l.Mark() + " " + strings.Join(cells, " | "))
}

func (e *edit) what() string {
	thing := map[redline.Kind]string{redline.Section: "a heading", redline.Clause: "a heading", redline.Row: "a row"}[e.line().Kind]
	if thing == "" {
		thing = "a paragraph"
	}
	switch e.kind {
	case redline.Inserted:
		return thing + " is new"
	case redline.Deleted:
		return thing + " is gone"
	case redline.Arrived:
		return thing + " has moved"
	}
	if e.old.Mark() != e.want.Mark() {
		return "a box is ticked otherwise"
	}
	return "the words of " + thing + " differ"
}

// line is the line as it is or, where it is gone, as it was.
func (e *edit) line() redline.Line {
	if e.kind == redline.Deleted {
		return e.old
	}
	return e.want
}
