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
	face face
	wide float64 // millimetres
	run  int     // the run it belongs to
	kept bool    // no line ends after it
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

// lines sets a text in lines of at most the given width. It breaks where a reader expects it; a word
// that is wider than the line is broken at a sign within it, such as the full stops of an address,
// and without one where the line ends. No text is no line.
func (c typecase) lines(t runs, i ink, width float64) []line {
	all := c.glyphs(t, i)
	var out []line
	start, brk, sign, wide := 0, 0, 0, 0.0
	cut := func(end, next int) {
		out = append(out, lineOf(t, i, all[start:end]))
		start, brk, sign, wide = next, next, next, 0
	}
	for n := 0; n < len(all); n++ {
		g := all[n]
		switch {
		case g.char == '\n':
			cut(n, n+1)
			continue
		case wide+g.wide > width && n > start && g.char != ' ':
			switch {
			case brk > start:
				n = brk
			case sign > start:
				n = sign
			}
			cut(n, n)
			n--
			continue
		}
		wide += g.wide
		switch breaks(all, n) {
		case freely:
			brk = n + 1
		case ifNeeded:
			if wide > width/3 { // a shorter beginning is not worth a line
				sign = n + 1
			}
		}
	}
	if start < len(all) {
		cut(len(all), len(all))
	}
	return out
}

func (c typecase) glyphs(t runs, i ink) []glyph {
	var all []glyph
	for n, r := range t {
		style := i.in(r.Style)
		cited := r.Ref != "" && r.Text == document.Cite(r.Ref) // "clause 6.1" stays on one line
		for _, char := range c.drawable(r.Text) {
			f, wide := c.find(style.face, char)
			all = append(all, glyph{char, f, float64(wide) / 1000 * style.size / millimetre, n, cited && char == ' '})
		}
	}
	return all
}

// widest is the width of the widest part of a text that no line break divides.
func (c typecase) widest(t runs, i ink) float64 {
	all := c.glyphs(t, i)
	most, wide := 0.0, 0.0
	for n, g := range all {
		switch {
		case g.char == '\n' || g.char == ' ' && breaks(all, n) == freely:
			wide = 0
		case breaks(all, n) == freely:
			most, wide = max(most, wide+g.wide), 0
		default:
			wide += g.wide
			most = max(most, wide)
		}
	}
	return most
}

// A breaking says whether a line may end at a place.
type breaking int

const (
	never breaking = iota
	ifNeeded
	freely
)

// breaks says whether a line may end after the n-th glyph.
func breaks(all []glyph, n int) breaking {
	if n+1 == len(all) {
		return freely
	}
	if all[n].kept {
		return never
	}
	before, char, after := ' ', all[n].char, all[n+1].char
	if n > 0 {
		before = all[n-1].char
	}
	switch char {
	case ' ':
		return unless(after == '%' || unicode.IsDigit(after) && currency(all[:n]))
	case '–', '—':
		return freely
	case ']':
		return unless(after != '[') // between two named characters
	case '-', '/', '@':
		return max(unless(!unicode.IsLetter(before) || !unicode.IsLetter(after)), ifNeeded)
	case '.', '_', ':', '=', '&', '?', '#', '+', ',', ';':
		return ifNeeded
	}
	if unicode.Is(unicode.Zs, char) {
		return unless(char == '\u00a0' || char == '\u202f' || char == '\u2007')
	}
	return unless(!(ideograph(char) || ideograph(after)) || strings.ContainsRune(notFirst, after) || strings.ContainsRune(notLast, char))
}

func unless(kept bool) breaking {
	if kept {
		return never
	}
	return freely
}

// currency reports whether a text ends with the code of a currency: its amount stays beside it.
func currency(all []glyph) bool {
	n := len(all)
	for i := 1; i <= 3; i++ {
		if n < i || !unicode.IsUpper(all[n-i].char) {
			return false
		}
	}
	return n == 3 || !unicode.IsLetter(all[n-4].char)
}

// ideograph reports whether a character is of a script that is written without spaces.
func ideograph(r rune) bool { return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) }

// What begins no line, and what ends none, in such a script.
const (
	notFirst = "、。，．：；！？）」』】〉》〕…ー々ゃゅょっャュョッ)]}!?,.;:%"
	notLast  = "（「『【〈《〔([{"
)

// lineOf joins glyphs of one run and face into pieces and drops the spaces at the end.
func lineOf(all runs, i ink, glyphs []glyph) line {
	for len(glyphs) > 0 && glyphs[len(glyphs)-1].char == ' ' {
		glyphs = glyphs[:len(glyphs)-1]
	}
	var l line
	for from := 0; from < len(glyphs); {
		r := all[glyphs[from].run]
		p := piece{ink: i.in(r.Style), ref: r.Ref}
		p.ink.face = glyphs[from].face
		var b strings.Builder
		to := from
		for ; to < len(glyphs) && glyphs[to].run == glyphs[from].run && glyphs[to].face == glyphs[from].face; to++ {
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
func (c typecase) oneLine(s string, i ink, width float64) line {
	s = strings.ReplaceAll(c.drawable(s), "\n", " ")
	if far := []rune(s); len(far) > 400 {
		s = string(far[:400]) // more than any line takes
	}
	l := c.lines(plain(s), i, width)
	if len(l) == 0 {
		return line{}
	}
	for cut := []rune(s); len(l) > 1; {
		cut = cut[:len(cut)*9/10]
		l = c.lines(plain(strings.TrimRight(string(cut), " ")+"…"), i, width)
	}
	return l[0]
}
