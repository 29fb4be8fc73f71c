// Package redline compares two documents as counsel does: clause by clause and, within a paragraph, word
// by word. What was only put elsewhere is a move and not a deletion beside an insertion.
//
// A redline holds both texts: whoever accepts all of it reads the new document, whoever rejects all of
// it reads the old one. It is plain data; the packages beside this one print it.
package redline

import (
	"strings"

	"entente/document"
)

// A Change says what has become of a line or of words in it.
type Change string

// The changes. Words are kept, inserted or deleted; only lines move.
const (
	Kept     Change = ""
	Inserted Change = "inserted"
	Deleted  Change = "deleted"
	Left     Change = "left"    // where a line stood before it moved: its words are kept or deleted
	Arrived  Change = "arrived" // where a line moved to: its words are kept or inserted
)

// Old reports whether the old document has what changed so.
func (c Change) Old() bool { return c == Kept || c == Deleted || c == Left }

// New reports whether the new document has it.
func (c Change) New() bool { return c == Kept || c == Inserted || c == Arrived }

// A Redline is a document with everything that another document changes in it.
type Redline struct {
	Document document.Document // the new one
	Lines    []Line
}

// A Kind says what a line is on paper.
type Kind string

// The kinds, in the order in which a document has them.
const (
	Title     Kind = "title"
	Subtitle  Kind = "subtitle"
	Running   Kind = "running" // number and version
	Notice    Kind = "notice"
	Section   Kind = "section"
	Clause    Kind = "clause"
	Paragraph Kind = "paragraph"
	Option    Kind = "option"
	Item      Kind = "item"    // of a list
	Field     Kind = "field"   // cells: label, value
	Head      Kind = "head"    // a table's header row
	Row       Kind = "row"     // a table's row
	Party     Kind = "party"   // who signs
	Signing   Kind = "signing" // cells: "Signature", "Name", … and what is filled in
)

// Tabular reports whether lines of this kind and of one group are the rows of one table.
func (k Kind) Tabular() bool { return k == Field || k == Head || k == Row || k == Signing }

// Heading reports whether the line opens a section or a clause.
func (k Kind) Heading() bool { return k == Section || k == Clause }

// A Line is one paragraph, or one row of a table.
type Line struct {
	Kind    Kind
	Change  Change
	Move    int               // joins the two ends of a move, from 1; 0 for none
	Depth   int               // how many options it stands under
	Group   int               // the same for the lines of one table, list or choice
	Part    document.Kind     // of a section: how it opens
	Anchor  string            // of a heading: what references point at
	Clause  string            // the number of the clause that it stands in
	Marks   Marks             // what stands before its text
	Cells   [][]Span          // one, or as many as the table has columns
	Columns []document.Column // of a header row
}

// Marks are what stands before a line: a heading's number, a tick box as [x], [ ], (x) or ( ), an item's
// letter or bullet. Old is empty where the line is new, New where it is gone.
type Marks struct{ Old, New string }

// Changed reports whether the line stays and its mark does not. The letter of an item follows from its
// place and is no change of its own.
func (l Line) Changed() bool {
	return l.Kind != Item && l.Marks.Old != l.Marks.New && l.Change.Old() && l.Change.New()
}

// Mark is the line's mark now or, where it is gone, as it was.
func (l Line) Mark() string {
	if l.Change.New() {
		return l.Marks.New
	}
	return l.Marks.Old
}

// Touched reports whether anything in the line is not as it was.
func (l Line) Touched() bool {
	if l.Change != Kept || l.Changed() {
		return true
	}
	for _, cell := range l.Cells {
		for _, s := range cell {
			if s.Change != Kept {
				return true
			}
		}
	}
	return false
}

// A Span is words that share a style and a change.
type Span struct {
	Change Change
	document.Run
}

// Of is a document without a change.
func Of(d document.Document) Redline { return Redline{d, linesOf(d)} }

// Compare is what turns one document into another.
func Compare(old, new document.Document) Redline {
	return Redline{new, Between(linesOf(old), linesOf(new))}
}

// Between is what turns the lines of one document into those of another, which need not have come from a
// document of ours.
func Between(old, new []Line) []Line { return moved(clauses(old, new)) }

// Changed reports whether the documents differ in anything that is read.
func (r Redline) Changed() bool {
	for _, l := range r.Lines {
		if l.Touched() {
			return true
		}
	}
	return false
}

// Old is the old document as text, a line each, with its marks; cells stand apart by a tab.
func (r Redline) Old() []string {
	return r.side(Change.Old, func(m Marks) string { return m.Old })
}

// New is the new document as text, as Old.
func (r Redline) New() []string {
	return r.side(Change.New, func(m Marks) string { return m.New })
}

func (r Redline) side(has func(Change) bool, mark func(Marks) string) []string {
	var all []string
	for _, l := range r.Lines {
		if !has(l.Change) {
			continue
		}
		var cells []string
		for _, cell := range l.Cells {
			var b strings.Builder
			for _, s := range cell {
				if has(s.Change) {
					b.WriteString(s.Text)
				}
			}
			cells = append(cells, b.String())
		}
		all = append(all, strings.TrimSpace(mark(l.Marks)+" "+strings.Join(cells, "\t")))
	}
	return all
}
