package redline

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"entente/document"
)

// compareCell are the words of two texts, told apart as kept, deleted and inserted.
func compareCell(old, new []Span) []Span {
	if spelled(old) == spelled(new) {
		return new
	}
	a, b := wordsOf(old), wordsOf(new)
	var words []Span
	add := func(c Change, runs []document.Run) {
		for _, r := range runs {
			words = append(words, Span{c, r})
		}
	}
	i, j := 0, 0
	for _, p := range append(meaningful(a, b, common(texts(a), texts(b))), pair{len(a), len(b)}) {
		add(Deleted, a[i:p.old])
		add(Inserted, b[j:p.new])
		if p.old < len(a) {
			add(Kept, b[p.new:p.new+1])
		}
		i, j = p.old+1, p.new+1
	}
	return joined(words)
}

// joined makes one span of neighbours that share a change and a style.
func joined(words []Span) []Span {
	var out []Span
	for len(words) > 0 {
		first := words[0]
		var text strings.Builder
		n := 0
		for ; n < len(words) && words[n].like(first); n++ {
			text.WriteString(words[n].Text)
		}
		first.Text = text.String()
		out, words = append(out, first), words[n:]
	}
	return out
}

func (s Span) like(o Span) bool { return s.Change == o.Change && s.Style == o.Style && s.Ref == o.Ref }

// meaningful leaves out the pairs that hold no word and stand alone between changes, so that a changed
// phrase reads as one: "thirty (30)" became "ten (10)", and did not keep a bracket.
func meaningful(a, b []document.Run, pairs []pair) []pair {
	var out []pair
	last := pair{-1, -1}
	for i := 0; i < len(pairs); {
		end := i + 1
		for end < len(pairs) && pairs[end] == (pair{pairs[end-1].old + 1, pairs[end-1].new + 1}) {
			end++
		}
		inner := i > 0 && end < len(pairs)
		if !inner || worded(b[pairs[i].new:pairs[end-1].new+1]) {
			kept := pairs[i:end]
			if opened(a[last.old+1:kept[0].old]) && opened(b[last.new+1:kept[0].new]) && b[kept[0].new].Text == ")" {
				kept = kept[1:] // the bracket belongs to what has changed before it
			}
			out = append(out, kept...)
			last = pairs[end-1]
		}
		i = end
	}
	return out
}

// opened reports whether words open a bracket that they do not close.
func opened(words []document.Run) bool {
	depth := 0
	for _, w := range words {
		depth += strings.Count(w.Text, "(") - strings.Count(w.Text, ")")
	}
	return depth > 0
}

func worded(words []document.Run) bool {
	for _, w := range words {
		if r, _ := utf8.DecodeRuneInString(w.Text); unicode.IsLetter(r) || unicode.IsDigit(r) {
			return true
		}
	}
	return len(words) > 3
}

func texts(words []document.Run) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = w.Text
	}
	return out
}

// wordsOf cuts spans into words, spaces and signs. A word keeps the signs within it: "1,000.50", "party's".
func wordsOf(spans []Span) []document.Run {
	var words []document.Run
	for _, s := range spans {
		for text := s.Text; text != ""; {
			n := wordLength(text)
			words = append(words, document.Run{Text: text[:n], Style: s.Style, Ref: s.Ref})
			text = text[n:]
		}
	}
	return words
}

func wordLength(s string) int {
	first, n := utf8.DecodeRuneInString(s)
	switch {
	case unicode.IsSpace(first):
		return len(s) - len(strings.TrimLeftFunc(s, unicode.IsSpace))
	case !letter(first):
		return n
	}
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		next, _ := utf8.DecodeRuneInString(s[n+size:])
		if !letter(r) && !(strings.ContainsRune(".,'’-_@", r) && letter(next)) {
			return n
		}
		n += size
	}
	return n
}

func letter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// alike is how much of two lines is the same, from 0 to 1: the words that they share, in any order.
func alike(a, b Line) float64 {
	count := map[string]int{}
	total, shared := 0, 0
	for _, w := range wordsIn(a) {
		count[w]++
		total++
	}
	for _, w := range wordsIn(b) {
		if count[w] > 0 {
			count[w]--
			shared++
		}
		total++
	}
	if total == 0 {
		return 1
	}
	return 2 * float64(shared) / float64(total)
}

// wordsIn are the words of a line without spaces and signs.
func wordsIn(l Line) []string {
	var out []string
	for _, cell := range l.Cells {
		for _, w := range wordsOf(cell) {
			if r, _ := utf8.DecodeRuneInString(w.Text); letter(r) {
				out = append(out, w.Text)
			}
		}
	}
	return out
}
