package pdf

import (
	"strings"
	"unicode"

	"entente/document"
)

// An ink is how characters are set: cut, size in points, colour.
type ink struct {
	face face
	size float64
	tone tone
}

// A tone is a colour: red, green, blue from 0 to 255.
type tone [3]int

var (
	black = tone{0x16, 0x15, 0x13}
	muted = tone{0x6c, 0x67, 0x5e} // 5.6:1 on white, readable when printed
	pen   = tone{0x1d, 0x3a, 0x66} // what the parties filled in
	hair  = tone{0xc9, 0xc3, 0xb6}
)

const millimetre = 72 / 25.4 // in points

// leading is the distance between two base lines in millimetres.
func (i ink) leading() float64 { return i.size * 1.38 / millimetre }

// in is the ink for a run of the given style.
func (i ink) in(s document.Style) ink {
	switch s {
	case document.Term:
		i.face = bold
	case document.Value:
		if i.tone == black {
			i.tone = pen
		}
	case document.Unfilled:
		i.face, i.tone = italic, muted
	}
	return i
}

// runs are a text to be set.
type runs document.Text

// plain is s as a text without styles.
func plain(s string) runs { return runs{{Text: s}} }

// A glyph is one character to be set.
type glyph struct {
	char rune
	wide float64 // millimetres
	run  int     // the run it belongs to
}

// A line is what fits between the margins.
type line struct {
	pieces []piece
	wide   float64 // millimetres
}

// A piece is a stretch of a line in one ink, leading to ref if there is one.
type piece struct {
	text string
	ink  ink
	ref  string
	wide float64
}

// lines sets a text in lines of at most the given width. It breaks after spaces, dashes, slashes and the @ of an address;
// a word that is wider than the line is broken where the line ends. No text is no line.
func (t runs) lines(i ink, width float64) []line {
	all := t.glyphs(i)
	var out []line
	start, brk, wide := 0, 0, 0.0
	cut := func(end, next int) {
		out = append(out, lineOf(t, i, all[start:end]))
		start, brk, wide = next, next, 0
	}
	for n := 0; n < len(all); n++ {
		g := all[n]
		switch {
		case g.char == '\n':
			cut(n, n+1)
			continue
		case wide+g.wide > width && n > start && g.char != ' ':
			if brk > start {
				n = brk
			}
			cut(n, n)
			n--
			continue
		}
		wide += g.wide
		if breaksAfter(all, n) {
			brk = n + 1
		}
	}
	if start < len(all) {
		cut(len(all), len(all))
	}
	return out
}

func (t runs) glyphs(i ink) []glyph {
	var all []glyph
	for n, r := range t {
		style := i.in(r.Style)
		known := widths()[style.face]
		for _, c := range drawable(r.Text) {
			all = append(all, glyph{c, float64(known[c]) / 1000 * style.size / millimetre, n})
		}
	}
	return all
}

// widest is the width of the widest part of a text that no line break divides.
func (t runs) widest(i ink) float64 {
	all := t.glyphs(i)
	most, wide := 0.0, 0.0
	for n, g := range all {
		if g.char != ' ' && g.char != '\n' {
			wide += g.wide
			most = max(most, wide)
		}
		if g.char == '\n' || breaksAfter(all, n) {
			wide = 0
		}
	}
	return most
}

// breaksAfter reports whether a line may end after the n-th glyph.
func breaksAfter(all []glyph, n int) bool {
	switch c := all[n].char; c {
	case ' ', '–', '—':
		return true
	case ']':
		return n+1 < len(all) && all[n+1].char == '[' // between two named characters
	case '-', '/', '@':
		return n > 0 && n+1 < len(all) && unicode.IsLetter(all[n-1].char) && unicode.IsLetter(all[n+1].char)
	default:
		return unicode.Is(unicode.Zs, c) && c != '\u00a0' && c != '\u202f' && c != '\u2007'
	}
}

// lineOf joins glyphs of one run into pieces and drops the spaces at the end.
func lineOf(all runs, i ink, glyphs []glyph) line {
	for len(glyphs) > 0 && glyphs[len(glyphs)-1].char == ' ' {
		glyphs = glyphs[:len(glyphs)-1]
	}
	var l line
	for from := 0; from < len(glyphs); {
		r := all[glyphs[from].run]
		p := piece{ink: i.in(r.Style), ref: r.Ref}
		var b strings.Builder
		to := from
		for ; to < len(glyphs) && glyphs[to].run == glyphs[from].run; to++ {
			b.WriteRune(glyphs[to].char)
			p.wide += glyphs[to].wide
		}
		p.text = b.String()
		l.pieces, l.wide = append(l.pieces, p), l.wide+p.wide
		from = to
	}
	return l
}

// oneLine is the beginning of s that fits on one line, with an ellipsis where it was cut.
func oneLine(s string, i ink, width float64) line {
	s = strings.ReplaceAll(drawable(s), "\n", " ")
	if far := []rune(s); len(far) > 400 {
		s = string(far[:400]) // more than any line takes
	}
	l := plain(s).lines(i, width)
	if len(l) == 0 {
		return line{}
	}
	for cut := []rune(s); len(l) > 1; {
		cut = cut[:len(cut)*9/10]
		l = plain(strings.TrimRight(string(cut), " ")+"…").lines(i, width)
	}
	return l[0]
}
