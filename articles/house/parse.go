package house

import (
	"fmt"
	"regexp"
	"strings"
)

// A part is a paragraph, an item or a box of a text.
type part struct {
	kind  partKind
	line  int // of the text, from 1
	last  int // the line with which it ends
	words []piece
	path  string // of a box or a table: the term
	value string // of a box that a choice marks
	under []part // of a box
}

type partKind int

const (
	paragraph partKind = iota
	bullet
	lettered
	box
	round // one of an exclusive choice
	table
)

// A piece is words of one kind.
type piece struct {
	kind pieceKind
	text string // the words; of a reference its clause, of a term its path
	noun string // what the number of a term counts
	line int
}

type pieceKind int

const (
	plain pieceKind = iota
	strong
	reference
	value
)

// A fault is what cannot be read in a text.
type fault struct {
	line      int
	says, fix string
}

const pathForm = `[a-z][a-z0-9_]*(?:\[\d+\])?(?:\.[a-z][a-z0-9_]*(?:\[\d+\])?)*`

var (
	boxLine   = regexp.MustCompile(`^\[(` + pathForm + `)(?:\s*=\s*([^\[\]]*?))?\s*\]\s+(.+)$`)
	roundLine = regexp.MustCompile(`^\((` + pathForm + `)\s*=\s*([^()]*?)\s*\)\s+(.+)$`)
	itemLine  = regexp.MustCompile(`^(?:-|\([a-z]\))\s+(.+)$`)
	termForm  = regexp.MustCompile(`^(` + pathForm + `)(?:\s+([A-Za-z][A-Za-z -]*[a-z]))?$`)
	aloneLine = regexp.MustCompile(`^\{(` + pathForm + `)\}$`)
)

// A textLine is a line of a text with its number.
type textLine struct {
	number int
	text   string
}

// parse reads a text. It never panics, and gives as much as it can read.
func parse(text string) ([]part, []fault) {
	var lines []textLine
	for i, l := range strings.Split(strings.ReplaceAll(text, "\t", "  "), "\n") {
		lines = append(lines, textLine{i + 1, strings.TrimRight(l, " \r")})
	}
	var p parser
	return p.parts(lines, 0), p.faults
}

type parser struct{ faults []fault }

func (p *parser) fault(line int, fix, format string, args ...any) {
	p.faults = append(p.faults, fault{line, fmt.Sprintf(format, args...), fix})
}

// deepest is how many boxes may stand under each other.
const deepest = 3

// parts reads lines of one depth. What is indented after an empty line stands under the box before it.
func (p *parser) parts(lines []textLine, depth int) []part {
	var all []part
	for len(lines) > 0 {
		if lines[0].text == "" {
			lines = lines[1:]
			continue
		}
		if n := len(all); indented(lines[0].text) && n > 0 && (all[n-1].kind == box || all[n-1].kind == round) {
			var under []textLine
			under, lines = beneath(lines)
			if depth == deepest {
				p.fault(under[0].number, "", "boxes stand more than %d deep", deepest)
				continue
			}
			all[n-1].under = append(all[n-1].under, p.parts(under, depth+1)...)
			continue
		}
		var one []textLine
		one, lines = joined(lines)
		all = append(all, p.part(one))
	}
	return all
}

func indented(s string) bool { return strings.HasPrefix(s, "  ") }

// beneath are the lines that are indented, without two spaces each, and those that follow them.
func beneath(lines []textLine) (under, rest []textLine) {
	for len(lines) > 0 && (lines[0].text == "" || indented(lines[0].text)) {
		under = append(under, textLine{lines[0].number, strings.TrimPrefix(lines[0].text, "  ")})
		lines = lines[1:]
	}
	return under, lines
}

// joined are the lines of one part: up to an empty line or the beginning of the next.
func joined(lines []textLine) (one, rest []textLine) {
	n := 1
	for n < len(lines) && lines[n].text != "" && !begins(lines[n].text) && !aloneLine.MatchString(lines[0].text) {
		n++
	}
	return lines[:n], lines[n:]
}

// begins reports whether a line begins a part of its own.
func begins(s string) bool {
	return itemLine.MatchString(s) || boxLine.MatchString(s) || roundLine.MatchString(s) || aloneLine.MatchString(s)
}

func (p *parser) part(lines []textLine) part {
	first := strings.TrimLeft(lines[0].text, " ")
	out := part{line: lines[0].number, last: lines[len(lines)-1].number}
	switch {
	case aloneLine.MatchString(first):
		out.kind, out.path = table, aloneLine.FindStringSubmatch(first)[1]
		return out
	case itemLine.MatchString(first):
		out.kind = lettered
		if first[0] == '-' {
			out.kind = bullet
		}
		first = itemLine.FindStringSubmatch(first)[1]
	case boxLine.MatchString(first):
		m := boxLine.FindStringSubmatch(first)
		out.kind, out.path, out.value, first = box, m[1], m[2], m[3]
	case roundLine.MatchString(first):
		m := roundLine.FindStringSubmatch(first)
		out.kind, out.path, out.value, first = round, m[1], m[2], m[3]
	}
	lines = append([]textLine{{lines[0].number, first}}, lines[1:]...)
	out.words = p.pieces(lines)
	return out
}

// pieces reads the words of a part, whose lines are one sentence after the other.
func (p *parser) pieces(lines []textLine) []piece {
	var all []piece
	add := func(one piece) {
		if n := len(all); one.kind == plain && n > 0 && all[n-1].kind == plain {
			all[n-1].text += one.text
			return
		}
		all = append(all, one)
	}
	for i, l := range lines {
		text := strings.Join(strings.Fields(l.text), " ")
		if i > 0 {
			text = " " + text
		}
		for text != "" {
			var one piece
			one, text = p.piece(text, l.number)
			one.line = l.number
			add(one)
		}
	}
	return all
}

// marks are what opens and closes the marked words of a text.
var marks = []struct {
	open, shut string
	kind       pieceKind
}{{"**", "**", strong}, {"[[", "]]", reference}, {"{", "}", value}}

func (p *parser) piece(text string, line int) (one piece, rest string) {
	if rest, doubled := strings.CutPrefix(text, "{{"); doubled {
		return piece{text: "{"}, rest
	}
	for _, m := range marks {
		inner, ok := strings.CutPrefix(text, m.open)
		if !ok {
			continue
		}
		words, rest, closed := strings.Cut(inner, m.shut)
		if !closed || strings.TrimSpace(words) == "" {
			p.fault(line, "close it on the same line; write {{ for a brace", "%s has no %s with words between", m.open, m.shut)
			return piece{text: m.open}, inner
		}
		if m.kind != value {
			return piece{kind: m.kind, text: words}, rest
		}
		term := termForm.FindStringSubmatch(words)
		if term == nil {
			p.fault(line, "write a term as the file has it, as in {commerce.payment.net_days day}; write {{ for a brace", "{%.60s} names no term", words)
			return piece{text: "{" + words + "}"}, rest
		}
		return piece{kind: value, text: term[1], noun: term[2]}, rest
	}
	n := strings.IndexAny(text[1:], "*[{")
	if n < 0 {
		return piece{text: text}, ""
	}
	return piece{text: text[:n+1]}, text[n+1:]
}
