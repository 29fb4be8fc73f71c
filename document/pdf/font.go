package pdf

import (
	"encoding/binary"
	"sync"
	"unicode"

	"github.com/go-fonts/liberation/liberationserifbold"
	"github.com/go-fonts/liberation/liberationserifitalic"
	"github.com/go-fonts/liberation/liberationserifregular"
	"golang.org/x/text/unicode/norm"

	"entente/document"
)

// The PDF is set in Liberation Serif, which has the measures of Times. The fonts are under the
// SIL Open Font License 1.1, which allows embedding in any document.

// The fonts are embedded as subsets, and a subset must carry a tag in its name, which the library
// leaves out. Both names are equally long, so that putting one for the other moves no byte.
const (
	family     = "liberationserifcut"
	writerName = "utf8" + family
	subsetName = "ENTNTE+LiberationSerif"
)

// A face is one of the three cuts that a contract needs.
type face string

const (
	regular face = ""
	bold    face = "B"
	italic  face = "I"
)

var cuts = map[face][]byte{
	regular: liberationserifregular.TTF,
	bold:    liberationserifbold.TTF,
	italic:  liberationserifitalic.TTF,
}

// widths are the advance widths of each face's characters in thousandths of its size. A character
// that is not here is not in the font.
var widths = sync.OnceValue(func() map[face]map[rune]int {
	all := map[face]map[rune]int{}
	for f, ttf := range cuts {
		all[f] = advances(ttf)
	}
	return all
})

// drawable is s with every character that the fonts cannot set written out, like [U+6B27]: what they
// lack, what is unseen, and scripts that run from right to left, which would be set backwards.
func drawable(s string) string {
	known := widths()
	return document.Shown(norm.NFC.String(s), func(r rune) bool {
		for _, f := range []face{regular, bold, italic} {
			if _, ok := known[f][r]; !ok {
				return true
			}
		}
		return document.Unseen(r) || unicode.In(r, unicode.Hebrew, unicode.Arabic)
	}, "[U+%04X]")
}

// advances reads a TrueType font's character map (format 4, the Basic Multilingual Plane) and its
// horizontal metrics.
func advances(ttf []byte) map[rune]int {
	u16 := func(b []byte, at int) int { return int(binary.BigEndian.Uint16(b[at:])) }
	tables := map[string][]byte{}
	for i := range u16(ttf, 4) {
		entry := ttf[12+16*i:]
		at, size := binary.BigEndian.Uint32(entry[8:]), binary.BigEndian.Uint32(entry[12:])
		tables[string(entry[:4])] = ttf[at : at+size]
	}
	em, metrics, hmtx := u16(tables["head"], 18), u16(tables["hhea"], 34), tables["hmtx"]
	out := map[rune]int{}
	for r, glyph := range characters(tables["cmap"]) {
		wide := u16(hmtx, 4*min(glyph, metrics-1))
		out[r] = (wide*1000 + em/2) / em
	}
	return out
}

// characters is the glyph of each character in the first format 4 table of a cmap.
func characters(cmap []byte) map[rune]int {
	u16 := func(at int) int { return int(binary.BigEndian.Uint16(cmap[at:])) }
	out := map[rune]int{}
	for i := range u16(2) {
		at := int(binary.BigEndian.Uint32(cmap[4+8*i+4:]))
		if u16(at) != 4 {
			continue
		}
		n := u16(at+6) / 2
		ends, starts, deltas, offsets := at+14, at+16+2*n, at+16+4*n, at+16+6*n
		for s := range n {
			first, last, delta, offset := u16(starts+2*s), u16(ends+2*s), u16(deltas+2*s), u16(offsets+2*s)
			for c := first; c <= last && c < 0xffff; c++ {
				glyph := c
				if offset != 0 {
					glyph = u16(offsets + 2*s + offset + 2*(c-first))
				}
				if offset == 0 || glyph != 0 {
					glyph = (glyph + delta) & 0xffff
				}
				if glyph != 0 {
					out[rune(c)] = glyph
				}
			}
		}
		return out
	}
	return out
}
