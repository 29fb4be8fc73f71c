package proposal

import (
	"strconv"
	"strings"
	"unicode"

	"entente/articles"
	"entente/document"
	"entente/document/incoming"
	"entente/document/redline"
)

// A page is an agreement as lines that can be compared with those of a document from elsewhere: a word
// processor may lose how deep a line stands, and counts numbers and letters itself.
type page struct {
	lines []redline.Line
	count map[string]int // of the lines of each key
	shape map[string]int // of the lines of each shape
}

// under is the part that lines belong to which stand under a box.
const under = "under a box"

func pageOf(a articles.Agreement, label articles.Label) page {
	p := page{count: map[string]int{}, shape: map[string]int{}}
	for _, l := range redline.Of(a.Labelled(label)).Lines {
		l.Columns, l.Part = nil, ""
		if l.Depth > 0 {
			l.Depth, l.Part = 0, under
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
		if textOf(l) == "" && l.Mark() == "" {
			continue
		}
		p.lines = append(p.lines, l)
		p.count[key(l)]++
		p.shape[shape(l)]++
	}
	return p
}

// spaced is a cell with single spaces, as the reader of documents gives text.
func spaced(cell []redline.Span) []redline.Span {
	if text := cellText(cell); !strings.ContainsFunc(text, func(r rune) bool { return r != ' ' && unicode.IsSpace(r) }) &&
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

func cellText(cell []redline.Span) string {
	var b strings.Builder
	for _, s := range cell {
		b.WriteString(s.Text)
	}
	return b.String()
}

func textOf(l redline.Line) string {
	cells := make([]string, len(l.Cells))
	for i, c := range l.Cells {
		cells[i] = cellText(c)
	}
	return strings.TrimRight(strings.Join(cells, "\t"), "\t")
}

// key is what makes two lines the same: the clause, the mark and the words.
func key(l redline.Line) string { return l.Clause + "\x00" + l.Mark() + "\x00" + textOf(l) }

// shape is what the lines of a table have in common: the clause, the kind and the number of cells.
func shape(l redline.Line) string {
	return l.Clause + "\x00" + string(l.Kind) + "\x00" + strconv.Itoa(len(l.Cells))
}

// in are the lines of a clause.
func (p page) in(clause string) []redline.Line { return within(p.lines, clause) }

func within(lines []redline.Line, clause string) []redline.Line {
	var out []redline.Line
	for _, l := range lines {
		if l.Clause == clause {
			out = append(out, l)
		}
	}
	return out
}

// A counterpart is a document that came back, as lines of the same kind: each line's anchor is its number
// in the copy.
type counterpart struct {
	lines []redline.Line
	of    map[string]incoming.Line // by anchor
	count map[string]int
	place []string // the clause of each line of the copy
}

// against reads a copy as a counterpart of a page: the headings that both have say where each line stands.
func against(p page, c *incoming.Copy) counterpart {
	out := counterpart{of: map[string]incoming.Line{}, count: map[string]int{}}
	headed, listed := headings(p, c), p.contents()
	clause := ""
	for i, l := range c.Lines {
		at, isHeading := headed[i]
		if isHeading && at >= 0 {
			clause = p.lines[at].Clause
			if next := at + 1; p.lines[at].Kind == redline.Section && next < len(p.lines) && !p.lines[next].Kind.Heading() {
				clause = p.lines[next].Clause // a part whose heading is its only one
			}
		}
		out.place = append(out.place, clause)
		if l.Gone || l.Contents && !l.Row && listed[paged(textIn(l))] || textIn(l) == "" {
			continue
		}
		line := redline.Line{Kind: redline.Paragraph, Clause: clause, Anchor: "line " + strconv.Itoa(i)}
		out.of[line.Anchor] = l
		text := l.Cells[0]
		switch {
		case isHeading && at >= 0:
			line.Kind, line.Anchor, line.Clause = p.lines[at].Kind, p.lines[at].Anchor, p.lines[at].Clause
			out.of[line.Anchor] = l
			text = unnumbered(text)
		case isHeading:
			line.Kind = redline.Clause
		case l.Row:
			line.Kind, line.Group = redline.Row, l.Table
		default:
			if mark, rest, ok := incoming.Boxed(text); ok {
				line.Marks, text = redline.Marks{Old: mark, New: mark}, rest
			}
		}
		line.Cells = append(line.Cells, plain(text))
		for _, cell := range l.Cells[1:] {
			line.Cells = append(line.Cells, plain(cell))
		}
		out.lines = append(out.lines, line)
		out.count[key(line)]++
	}
	return out
}

func plain(s string) []redline.Span {
	if s == "" {
		return nil
	}
	return []redline.Span{{Run: document.Run{Text: s}}}
}

func textIn(l incoming.Line) string { return strings.Join(l.Cells, "") }

// unnumbered is a heading without a number that is written out before it.
func unnumbered(s string) string {
	for _, parting := range []string{" · ", " "} {
		label, title, ok := strings.Cut(s, parting)
		if ok && numbered(label) {
			return title
		}
	}
	return s
}

func numbered(label string) bool {
	if name, rest, ok := strings.Cut(label, " "); ok {
		return (name == "Article" || name == "Schedule") && rest != ""
	}
	before, after, ok := strings.Cut(label, ".")
	_, err := strconv.Atoi(after)
	return ok && err == nil && before != "" && len(before) <= 2
}

// contents are the entries that a table of contents makes of the headings, without their numbers.
func (p page) contents() map[string]bool {
	all := map[string]bool{"Contents": true, "Table of Contents": true}
	for _, h := range p.lines {
		if h.Kind == redline.Section {
			all[paged(textOf(h))] = true
		}
	}
	return all
}

// paged is an entry of a table of contents without the number of its article or of its page.
func paged(s string) string { return unnumbered(strings.TrimRight(s, "0123456789 ")) }

// headings finds the page's headings in the copy: by their words, in order; else the only one that is left
// between two that were found. The value is the line of the page, or -1 for a heading that the page has not.
func headings(p page, c *incoming.Copy) map[int]int {
	var ours []int
	for i, l := range p.lines {
		if l.Kind.Heading() {
			ours = append(ours, i)
		}
	}
	styled := false
	for _, l := range c.Lines {
		styled = styled || l.Heading > 0 && !l.Gone
	}
	titles := map[string][]int{} // which of ours have the same words
	for n, i := range ours {
		titles[textOf(p.lines[i])] = append(titles[textOf(p.lines[i])], n)
	}
	found, taken := map[int]int{}, map[int]bool{}
	next := 0
	var unknown []int
	for i, l := range c.Lines {
		if l.Gone || l.Row || l.Contents || styled && l.Heading == 0 {
			continue
		}
		at := heading(titles[unnumbered(l.Cells[0])], next, taken)
		if at < 0 && styled {
			unknown = append(unknown, i)
		}
		if at >= 0 {
			found[i], taken[at] = ours[at], true
			next = at + 1
		}
	}
	for _, i := range unknown {
		found[i] = -1
		if at := between(c, found, i, taken, ours); at >= 0 {
			found[i], taken[at] = ours[at], true
		}
	}
	return found
}

// heading is the next of the headings that have the same words, else one before it that was not found yet.
func heading(same []int, next int, taken map[int]bool) int {
	first := -1
	for _, at := range same {
		switch {
		case taken[at]:
		case at >= next:
			return at
		case first < 0:
			first = at
		}
	}
	return first
}

// between is the one of our headings that is missing between the neighbours of an unknown heading; -1 if
// there is none, or more than one.
func between(c *incoming.Copy, found map[int]int, i int, taken map[int]bool, ours []int) int {
	low, high := -1, len(ours)
	place := map[int]int{}
	for at, line := range ours {
		place[line] = at
	}
	for j := i - 1; j >= 0; j-- {
		if line, ok := found[j]; ok && line >= 0 {
			low = place[line]
			break
		}
	}
	for j := i + 1; j < len(c.Lines); j++ {
		if line, ok := found[j]; ok && line >= 0 {
			high = place[line]
			break
		}
	}
	if high-low == 2 && !taken[low+1] {
		return low + 1
	}
	return -1
}
