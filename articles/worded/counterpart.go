package worded

import (
	"strconv"
	"strings"

	"entente/document"
	"entente/document/incoming"
	"entente/document/redline"
)

// A Counterpart is a document that came back, as lines of the same kind: each line's anchor is its number
// in the copy.
type Counterpart struct {
	Lines []redline.Line
	Of    map[string]incoming.Line // by anchor
	Place []string                 // the clause of each line of the copy
	Apart map[string]bool          // by anchor: the lines under a heading that is not ours
	count map[string]int
}

// Against reads a copy as a counterpart of our lines: the headings that both have say where each line stands.
func Against(ours []redline.Line, c *incoming.Copy) Counterpart {
	out := Counterpart{Of: map[string]incoming.Line{}, Apart: map[string]bool{}, count: map[string]int{}}
	headed, listed := headings(ours, c), contents(ours)
	clause, apart := "", false
	for i, l := range c.Lines {
		at, isHeading := headed[i]
		if isHeading {
			apart = at < 0
		}
		if isHeading && at >= 0 {
			clause = ours[at].Clause
			if next := at + 1; ours[at].Kind == redline.Section && next < len(ours) && !ours[next].Kind.Heading() {
				clause = ours[next].Clause // a part whose heading is its only one
			}
		}
		out.Place = append(out.Place, clause)
		if l.Gone || l.Contents && !l.Row && listed[paged(textIn(l))] || textIn(l) == "" {
			continue
		}
		line := redline.Line{Kind: redline.Paragraph, Clause: clause, Anchor: "line " + strconv.Itoa(i)}
		out.Of[line.Anchor], out.Apart[line.Anchor] = l, apart
		text := l.Cells[0]
		switch {
		case isHeading && at >= 0:
			line.Kind, line.Anchor, line.Clause = ours[at].Kind, ours[at].Anchor, ours[at].Clause
			out.Of[line.Anchor] = l
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
		line.Cells = append(line.Cells, Plain(text))
		for _, cell := range l.Cells[1:] {
			line.Cells = append(line.Cells, Plain(cell))
		}
		out.Lines = append(out.Lines, line)
		out.count[Key(line)]++
	}
	return out
}

// Count is how many lines of the document are the same as one.
func (c Counterpart) Count(l redline.Line) int { return c.count[Key(l)] }

// Reword has the document say a line in other words, and gives the line with them.
func (c Counterpart) Reword(l redline.Line, cells [][]redline.Span) redline.Line {
	c.count[Key(l)]--
	l.Cells = cells
	c.count[Key(l)]++
	return l
}

// Plain is a cell of plain words.
func Plain(s string) []redline.Span {
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
func contents(ours []redline.Line) map[string]bool {
	all := map[string]bool{"Contents": true, "Table of Contents": true}
	for _, h := range ours {
		if h.Kind == redline.Section {
			all[paged(Text(h))] = true
		}
	}
	return all
}

// paged is an entry of a table of contents without the number of its article or of its page.
func paged(s string) string { return unnumbered(strings.TrimRight(s, "0123456789 ")) }

// headings finds the headings of our lines in the copy: by their words, in order; else the only one that is left
// between two that were found. The value is the number of our line, or -1 for a heading that is not ours.
func headings(lines []redline.Line, c *incoming.Copy) map[int]int {
	var ours []int
	for i, l := range lines {
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
		titles[Text(lines[i])] = append(titles[Text(lines[i])], n)
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
