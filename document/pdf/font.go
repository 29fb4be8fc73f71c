package pdf

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/go-fonts/liberation/liberationserifbold"
	"github.com/go-fonts/liberation/liberationserifitalic"
	"github.com/go-fonts/liberation/liberationserifregular"
)

// A Font is a TrueType font that a document is set in where our own fonts lack a character.
type Font struct {
	name   string // as PostScript knows it: "LiberationSerif-Bold"
	ttf    []byte
	widths map[rune]int // advances of its characters in thousandths of its size
}

// ErrFont is a file that is no font, or one that a PDF of ours cannot carry.
var ErrFont = errors.New("the font cannot be used")

// MaxFont is the most bytes of a font.
const MaxFont = 64 << 20

// ParseFont reads a TrueType font (OpenType with TrueType outlines). It gives the characters of the
// Basic Multilingual Plane; a font whose maker forbids embedding or subsetting is refused.
func ParseFont(ttf []byte) (f Font, err error) {
	defer func() {
		if recover() != nil { // every offset in the file is a promise that it may break
			f, err = Font{}, fmt.Errorf("%w: it is damaged", ErrFont)
		}
	}()
	switch kind := string(ttf[:min(4, len(ttf))]); {
	case len(ttf) > MaxFont:
		return Font{}, fmt.Errorf("%w: it is larger than %d MiB", ErrFont, MaxFont>>20)
	case kind == "OTTO":
		return Font{}, fmt.Errorf("%w: its outlines are PostScript ones; take the TrueType form (.ttf) of the font", ErrFont)
	case kind == "ttcf":
		return Font{}, fmt.Errorf("%w: it is a collection (.ttc); take one font of it as a file of its own", ErrFont)
	case kind != "\x00\x01\x00\x00" && kind != "true":
		return Font{}, fmt.Errorf("%w: it is not a TrueType font", ErrFont)
	}
	t := tablesOf(ttf)
	if err := t.usable(); err != nil {
		return Font{}, err
	}
	f = Font{t.postScriptName(), ttf, t.advances()}
	if len(f.widths) == 0 {
		return Font{}, fmt.Errorf("%w: it has no Unicode character map of the kind that PDF writers read (format 4)", ErrFont)
	}
	return f, nil
}

// tables are the parts of a font file by name.
type tables map[string][]byte

func u16(b []byte, at int) int { return int(binary.BigEndian.Uint16(b[at:])) }
func u32(b []byte, at int) int { return int(binary.BigEndian.Uint32(b[at:])) }

func tablesOf(ttf []byte) tables {
	t := tables{}
	for i := range u16(ttf, 4) {
		entry := ttf[12+16*i:]
		at, size := u32(entry, 8), u32(entry, 12)
		t[string(entry[:4])] = ttf[at : at+size : at+size]
	}
	return t
}

// usable refuses what the writer of PDFs could not carry, or may not.
func (t tables) usable() error {
	for _, name := range []string{"cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "name", "post"} {
		if len(t[name]) == 0 {
			return fmt.Errorf("%w: it has no table %q", ErrFont, name)
		}
	}
	if os2 := t["OS/2"]; os2 != nil {
		if licence := u16(os2, 8); licence&0xf == 2 || licence&0x300 != 0 {
			return fmt.Errorf("%w: its maker forbids putting a part of it into a document", ErrFont)
		}
	}
	if u16(t["head"], 18) == 0 || u16(t["head"], 52) != 0 || u16(t["hhea"], 32) != 0 || u16(t["hhea"], 34) == 0 || u16(t["name"], 0) != 0 {
		return fmt.Errorf("%w: its tables are of a form that this program does not read", ErrFont)
	}
	return nil
}

// postScriptName is the font's name, of letters, digits and hyphens.
func (t tables) postScriptName() string {
	b := t["name"]
	for i := range u16(b, 2) {
		record := b[6+12*i:]
		if id, size := u16(record, 6), u16(record, 8); id == 6 {
			at := u16(b, 4) + u16(record, 10)
			name := strings.Map(func(r rune) rune {
				if r == '-' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
					return r
				}
				return -1 // the other half of a UTF-16 letter, or what has no place in a PDF's name
			}, string(b[at:at+size]))
			if len(name) >= 3 {
				return name[:min(len(name), 63)]
			}
		}
	}
	return "Unnamed"
}

// advances reads the character map and the horizontal metrics. A character that is not among them is
// not in the font.
func (t tables) advances() map[rune]int {
	em, metrics, hmtx := u16(t["head"], 18), u16(t["hhea"], 34), t["hmtx"]
	out := map[rune]int{}
	for r, glyph := range characters(t["cmap"]) {
		wide := u16(hmtx, 4*min(glyph, metrics-1))
		out[r] = (wide*1000 + em/2) / em
	}
	return out
}

// characters is the glyph of each character in the first Unicode table of format 4 of a cmap.
func characters(cmap []byte) map[rune]int {
	out := map[rune]int{}
	for i := range u16(cmap, 2) {
		system, code := u16(cmap, 4+8*i), u16(cmap, 4+8*i+2)
		at := u32(cmap, 4+8*i+4)
		if u16(cmap, at) != 4 || system != 0 && (system != 3 || code != 1) {
			continue
		}
		n := u16(cmap, at+6) / 2
		ends, starts, deltas, offsets := at+14, at+16+2*n, at+16+4*n, at+16+6*n
		for s := range n {
			first, last, delta, offset := u16(cmap, starts+2*s), u16(cmap, ends+2*s), u16(cmap, deltas+2*s), u16(cmap, offsets+2*s)
			for c := first; c <= last && c < 0xffff; c++ {
				glyph := c
				if offset != 0 {
					glyph = u16(cmap, offsets+2*s+offset+2*(c-first))
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

// A face is a font of a typecase: one of the three cuts that a contract needs, or a fallback.
type face int

const (
	regular face = iota
	bold
	italic
	fallback // the first of any number
)

// A typecase holds the fonts that a document is set in, by face.
type typecase []Font

// own is Liberation Serif, which has the measures of Times. Its fonts are under the SIL Open Font
// License 1.1, which allows embedding in any document.
var own = sync.OnceValue(func() typecase {
	var all typecase
	for _, ttf := range [][]byte{liberationserifregular.TTF, liberationserifbold.TTF, liberationserifitalic.TTF} {
		f, err := ParseFont(ttf)
		if err != nil {
			panic(err) // the fonts are part of the program
		}
		all = append(all, f)
	}
	return all
})

func newTypecase(fallbacks []Font) typecase { return slices.Concat(own(), fallbacks) }

// find is the face that a character is set in where the text is set in f, and its width in
// thousandths of the size. A character that one of our cuts lacks is set in the first fallback
// that has it.
func (c typecase) find(f face, r rune) (face, int) {
	if c.owns(r) {
		return f, c[f].widths[r]
	}
	for i, one := range c[fallback:] {
		if wide, ok := one.widths[r]; ok {
			return fallback + face(i), wide
		}
	}
	return f, 0
}

// owns reports whether all of our cuts have a character, so that it looks alike in each.
func (c typecase) owns(r rune) bool {
	for _, one := range c[:fallback] {
		if _, ok := one.widths[r]; !ok {
			return false
		}
	}
	return true
}

// has reports whether a character can be set.
func (c typecase) has(r rune) bool {
	return c.owns(r) || slices.ContainsFunc(c[fallback:], func(f Font) bool { _, ok := f.widths[r]; return ok })
}

// The library embeds subsets, and a subset must carry a tag in its name, which the library leaves
// out. So it is given a working name as long as the right one, and putting one for the other at the
// end moves no byte.

// family is what the library calls a face; it adds "utf8" before it.
func (c typecase) family(f face) string {
	name := fmt.Sprintf("face%02d", f)
	return name + strings.Repeat("x", len(c.subsetName(f))-len("utf8"+name))
}

// subsetTag begins the names of a document's fonts. What is added to it brings subsets of its own, and
// no two subsets in a file may have one name.
const subsetTag = "ENTNT"

// subsetName is what the file calls a face.
func (c typecase) subsetName(f face) string { return subsetTag + string(rune('A'+f)) + "+" + c[f].name }

// MaxFonts is how many fallbacks a document may have.
const MaxFonts = 16
