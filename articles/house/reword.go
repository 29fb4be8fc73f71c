package house

import (
	"reflect"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"entente/document"
)

// Reword is a text of the parties' own whose part that reads as was reads as is. Terms and references that still
// stand in their order stay what they are; ok is false where no part, or more than one, reads so, where a term of it
// is no longer said, or where the new words cannot stand in such a text.
func Reword(text, was, is string, terms reflect.Value) (reworded string, ok bool) {
	say := speaker{reflect.Indirect(terms)}
	parts, faults := parse(text)
	said := say.reading(parts, was)
	if len(said) != 1 || len(faults) > 0 {
		return "", false
	}
	words, ok := say.source(said[0].words, is)
	if !ok {
		return "", false
	}
	lines := strings.Split(text, "\n")
	first := lines[said[0].line-1]
	lines[said[0].line-1] = first[:markup(first)] + words
	lines = append(lines[:said[0].line], lines[said[0].last:]...)
	reworded = strings.Join(lines, "\n")
	again, faults := parse(reworded)
	return reworded, len(faults) == 0 && len(again) == len(parts) && len(say.reading(again, is)) == 1
}

// reading are the parts, and those under boxes, that read as some words do.
func (s speaker) reading(parts []part, as string) []part {
	var all []part
	for _, p := range parts {
		if p.kind != table && (s.text(p.words, true).String() == as || s.text(p.words, false).String() == as) {
			all = append(all, p)
		}
		all = append(all, s.reading(p.under, as)...)
	}
	return all
}

// markup is where the words of a line begin, behind spaces and what marks an item or a box.
func markup(line string) int {
	spaces := len(line) - len(strings.TrimLeft(line, " \t"))
	for _, form := range []*regexp.Regexp{itemLine, boxLine, roundLine} {
		if at := form.FindStringSubmatchIndex(line[spaces:]); at != nil {
			return spaces + at[len(at)-2]
		}
	}
	return spaces
}

// source is a paragraph as a text has it, with the marked words of another where the paragraph has them.
func (s speaker) source(words []piece, is string) (string, bool) {
	var b strings.Builder
	for _, w := range words {
		if w.kind == plain {
			continue
		}
		at, said := find(is, s.text([]piece{w}, true).String())
		if w.kind == reference && at < 0 {
			at, said = find(is, document.Cite(w.text))
		}
		switch {
		case at < 0 && w.kind == value:
			return "", false
		case at < 0:
			continue
		}
		b.WriteString(escaped(is[:at]) + w.marked())
		is = is[at+len(said):]
	}
	b.WriteString(escaped(is))
	return b.String(), true
}

// find is where words stand by themselves, if they do.
func find(in, words string) (int, string) {
	for from := 0; words != ""; {
		i := strings.Index(in[from:], words)
		if i < 0 {
			break
		}
		at := from + i
		before, _ := utf8.DecodeLastRuneInString(in[:at])
		after, _ := utf8.DecodeRuneInString(in[at+len(words):])
		if !unicode.IsLetter(before) && !unicode.IsDigit(before) && !unicode.IsLetter(after) && !unicode.IsDigit(after) {
			return at, words
		}
		from = at + len(words)
	}
	return -1, words
}

// marked is a piece as a text has it.
func (w piece) marked() string {
	switch w.kind {
	case strong:
		return "**" + w.text + "**"
	case reference:
		return "[[" + w.text + "]]"
	case value:
		return "{" + strings.TrimSpace(w.text+" "+w.noun) + "}"
	}
	return escaped(w.text)
}

func escaped(s string) string { return strings.ReplaceAll(s, "{", "{{") }
