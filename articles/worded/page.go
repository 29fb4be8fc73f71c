package worded

import (
	"strconv"
	"strings"
	"unicode"

	"entente/document"
	"entente/document/redline"
)

// A Page is an agreement as lines that can be compared with those of a document from elsewhere: a word
// processor may lose how deep a line stands, and counts numbers and letters itself.
type Page struct{ parts []*Part }

// A Part is the lines of one part of the contract.
type Part struct {
	lines   []redline.Line
	count   map[string]int // of the lines of each key
	shape   map[string]int // of the lines of each shape
	clauses map[string]bool
}

// Under is the part that lines belong to which stand under a box.
const Under = "under a box"

// partOf reads a part of the contract. The groups of its lines have numbers of their own, from one hundred
// thousand times the number of the part.
func partOf(number int, d document.Document) *Part {
	const apart = 100_000
	p := Part{count: map[string]int{}, shape: map[string]int{}, clauses: map[string]bool{}}
	for _, l := range redline.Of(d).Lines {
		l.Group += number * apart
		if l = bare(l); Text(l) == "" && l.Mark() == "" {
			continue
		}
		p.lines = append(p.lines, l)
		p.count[Key(l)]++
		p.shape[Shape(l)]++
		p.clauses[l.Clause] = true
	}
	return &p
}

// bare is a line without what a word processor may lose.
func bare(l redline.Line) redline.Line {
	l.Columns, l.Part = nil, ""
	if l.Depth > 0 {
		l.Depth, l.Part = 0, Under
	}
	switch {
	case l.Kind.Tabular():
		l.Kind = redline.Row
	case !l.Kind.Heading():
		if l.Kind != redline.Option {
			l.Marks = redline.Marks{}
		}
		l.Kind = redline.Paragraph
	}
	if l.Kind.Heading() || l.Kind == redline.Row {
		l.Marks = redline.Marks{}
	}
	for i := range l.Cells {
		l.Cells[i] = spaced(l.Cells[i])
	}
	return l
}

// spaced is a cell with single spaces, as the reader of documents gives text.
func spaced(cell []redline.Span) []redline.Span {
	if text := CellText(cell); !strings.ContainsFunc(text, func(r rune) bool { return r != ' ' && unicode.IsSpace(r) }) &&
		!strings.Contains(text, "  ") && strings.TrimSpace(text) == text {
		return cell
	}
	var out []redline.Span
	before := '\n'
	for _, s := range cell {
		s.Text = strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) && r != '\n' {
				r = ' '
			}
			if r == ' ' && (before == ' ' || before == '\n') {
				return -1
			}
			before = r
			return r
		}, s.Text)
		if s.Text != "" {
			out = append(out, s)
		}
	}
	if n := len(out); n > 0 {
		out[n-1].Text = strings.TrimRight(out[n-1].Text, " \n")
	}
	return out
}

// CellText are the words of a cell.
func CellText(cell []redline.Span) string {
	if len(cell) == 1 {
		return cell[0].Text
	}
	var b strings.Builder
	for _, s := range cell {
		b.WriteString(s.Text)
	}
	return b.String()
}

// Text are the words of a line, its cells apart by tabs.
func Text(l redline.Line) string {
	if len(l.Cells) == 1 {
		return strings.TrimRight(CellText(l.Cells[0]), "\t")
	}
	cells := make([]string, len(l.Cells))
	for i, c := range l.Cells {
		cells[i] = CellText(c)
	}
	return strings.TrimRight(strings.Join(cells, "\t"), "\t")
}

// Key is what makes two lines the same: the clause, the mark and the words.
func Key(l redline.Line) string { return l.Clause + "\x00" + l.Mark() + "\x00" + Text(l) }

// Shape is what the lines of a table have in common: the clause, the kind and the number of cells.
func Shape(l redline.Line) string {
	return l.Clause + "\x00" + string(l.Kind) + "\x00" + strconv.Itoa(len(l.Cells))
}

// Within are the lines of a clause.
func Within(lines []redline.Line, clause string) []redline.Line {
	var out []redline.Line
	for _, l := range lines {
		if l.Clause == clause {
			out = append(out, l)
		}
	}
	return out
}

// In are the lines of a clause that stand in the part.
func (p *Part) In(clause string) []redline.Line { return Within(p.lines, clause) }

// Count is how many lines are the same as one.
func (p *Part) Count(l redline.Line) int { return p.count[Key(l)] }

// Shaped is how many lines have the shape of one.
func (p *Part) Shaped(l redline.Line) int { return p.shape[Shape(l)] }

// Lines are all lines, in order.
func (p Page) Lines() (all []redline.Line) {
	for _, part := range p.parts {
		all = append(all, part.lines...)
	}
	return all
}

// In are the lines of a clause.
func (p Page) In(clause string) (all []redline.Line) {
	for _, part := range p.having(clause) {
		all = append(all, part.In(clause)...)
	}
	return all
}

// Count is how many lines are the same as one.
func (p Page) Count(l redline.Line) (n int) {
	key := Key(l)
	for _, part := range p.having(l.Clause) {
		n += part.count[key]
	}
	return n
}

// Shaped is how many lines have the shape of one.
func (p Page) Shaped(l redline.Line) (n int) {
	shape := Shape(l)
	for _, part := range p.having(l.Clause) {
		n += part.shape[shape]
	}
	return n
}

// having are the parts that have a clause: one, but for what belongs to no clause.
func (p Page) having(clause string) (all []*Part) {
	for _, part := range p.parts {
		if part.clauses[clause] {
			all = append(all, part)
		}
	}
	return all
}

// place is the number of the part in which a clause stands or, if the page has no such clause, would stand.
func (p Page) place(clause string) int {
	number, _, _ := strings.Cut(clause, ".")
	would := 0
	for i, part := range p.parts {
		if part.clauses[clause] {
			return i
		}
		for c := range part.clauses {
			if n, _, _ := strings.Cut(c, "."); n == number {
				would = i
			}
		}
	}
	return would
}

// At is the part in which a clause stands or would stand.
func (p Page) At(clause string) *Part { return p.parts[p.place(clause)] }

// Differing are the lines that only one of two pages of an agreement has, and how many keys have another count.
func Differing(old, new Page) (gone, come []redline.Line, keys int) {
	for i, was := range old.parts {
		is := new.parts[i]
		if was == is {
			continue
		}
		for key, n := range was.count {
			if is.count[key] != n {
				keys++
			}
		}
		for key := range is.count {
			if was.count[key] == 0 {
				keys++
			}
		}
		gone = append(gone, only(was, is)...)
		come = append(come, only(is, was)...)
	}
	return gone, come, keys
}

func only(a, b *Part) (lines []redline.Line) {
	for _, l := range a.lines {
		if key := Key(l); a.count[key] > b.count[key] {
			lines = append(lines, l)
		}
	}
	return lines
}
