package pdf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/go-fonts/liberation/liberationserifregular"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"entente/document"
)

// fontWith is Liberation Serif with the shape of an O for each of the given characters, and no other.
func fontWith(t testing.TB, codePoints string) []byte {
	t.Helper()
	ttf := bytes.Clone(liberationserifregular.TTF)
	shape := uint16(characters(tablesOf(ttf)["cmap"])['O'])
	codes := []rune(codePoints)
	slices.Sort(codes)
	n := len(codes) + 1
	b := binary.BigEndian
	cmap := b.AppendUint32(slices.Concat([]byte{0, 0, 0, 1, 0, 3, 0, 1}), 12)
	for _, v := range []int{4, 16 + 8*n, 0, 2 * n, 0, 0, 0} {
		cmap = b.AppendUint16(cmap, uint16(v))
	}
	column := func(of func(rune) uint16, last uint16) {
		for _, c := range codes {
			cmap = b.AppendUint16(cmap, of(c))
		}
		cmap = b.AppendUint16(cmap, last)
	}
	same := func(c rune) uint16 { return uint16(c) }
	column(same, 0xffff)
	cmap = append(cmap, 0, 0)
	column(same, 0xffff)
	column(func(c rune) uint16 { return shape - uint16(c) }, 1)
	column(func(rune) uint16 { return 0 }, 0)
	return replaced(ttf, "cmap", cmap)
}

// replaced is a font with another table of a name.
func replaced(ttf []byte, name string, table []byte) []byte {
	out := bytes.Clone(ttf)
	for i := range u16(out, 4) {
		if entry := out[12+16*i:]; string(entry[:4]) == name {
			binary.BigEndian.PutUint32(entry[8:], uint32(len(out)))
			binary.BigEndian.PutUint32(entry[12:], uint32(len(table)))
		}
	}
	return append(out, table...)
}

// A name in three scripts: one of our own, one that a font brings, one that none can.
var manyScripts = document.Document{Title: "Łódź 欧米茄 אב 😀", Language: "en", Sections: []document.Section{{Kind: document.Article, ID: "article-1", Label: "Article 1", Title: "Scope 米", Clauses: []document.Clause{
	{Number: "1.1", Title: "Purpose", Blocks: []document.Block{document.Para("with %s", "欧 GmbH")}},
	{Number: "1.2", Title: "Plain", Blocks: []document.Block{document.Para("ours, ☃\u202e")}},
	{Number: "1.3", Title: "Plainer", Blocks: []document.Block{document.Para("ours")}},
}}}}

func TestGapsAreWhatCannotBeShown(t *testing.T) {
	brought, err := ParseFont(fontWith(t, "欧米"))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name  string
		fonts []Font
		want  []Gap
	}{
		{"with our own fonts", nil, []Gap{{"", "欧米茄", "אב😀"}, {"1.1", "欧米", ""}, {"1.2", "☃", ""}}},
		{"with a font for two of them", []Font{brought}, []Gap{{"", "茄", "אב😀"}, {"1.2", "☃", ""}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, Gaps(manyScripts, test.fonts...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNamed(t *testing.T) {
	for in, want := range map[string]string{
		"欧":          "欧 (U+6B27)",
		"欧米欧":        "欧米 (U+6B27, U+7C73)",
		"一丁丂七丄丅丆万丈三": "一丁丂七丄丅丆万… (U+4E00, U+4E01, U+4E02, U+4E03, U+4E04, U+4E05, U+4E06, U+4E07 and 2 more)",
	} {
		if got := Named(in); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// A document with a font that is brought carries it, as a subset, and has the same bytes each time;
// a font that nothing needs is left out.
func TestBroughtFontsAreCarried(t *testing.T) {
	brought, err := ParseFont(fontWith(t, "欧米茄"))
	if err != nil {
		t.Fatal(err)
	}
	var files [3]bytes.Buffer
	for i, fonts := range [][]Font{{brought}, {brought}, nil} {
		if err := Write(&files[i], manyScripts, Setting{At: made, Fonts: fonts}); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(files[0].Bytes(), files[1].Bytes()) {
		t.Error("other bytes the second time")
	}
	for i, want := range []bool{true, true, false} {
		if got := bytes.Contains(files[i].Bytes(), []byte("/BaseFont /ENTNTD+LiberationSerif")); got != want {
			t.Errorf("file %d: the brought font is there: %v", i, got)
		}
		if bytes.Contains(files[i].Bytes(), []byte("/utf8face")) {
			t.Errorf("file %d: a working name is left", i)
		}
	}
	var plain bytes.Buffer
	if err := Write(&plain, document.Document{Title: "ours"}, Setting{At: made, Fonts: []Font{brought}}); err != nil || bytes.Contains(plain.Bytes(), []byte("ENTNTD+")) {
		t.Errorf("a font without use is carried (%v)", err)
	}
}

func TestFontsThatCannotBeUsed(t *testing.T) {
	good := fontWith(t, "欧")
	head := bytes.Clone(tablesOf(good)["head"])
	head[18], head[19] = 0, 0
	os2 := bytes.Clone(tablesOf(good)["OS/2"])
	os2[8], os2[9] = 0, 2
	for _, test := range []struct {
		name string
		ttf  []byte
		want string
	}{
		{"nothing", nil, "not a TrueType font"},
		{"a text", []byte("edition: entente/2026-11"), "not a TrueType font"},
		{"PostScript outlines", []byte("OTTO" + strings.Repeat("\x00", 99)), ".ttf"},
		{"a collection", []byte("ttcf" + strings.Repeat("\x00", 99)), "collection"},
		{"cut off", good[:200], "damaged"},
		{"no glyphs", replaced(good, "glyf", nil), `no table "glyf"`},
		{"no size", replaced(good, "head", head), "form that this program does not read"},
		{"embedding is forbidden", replaced(good, "OS/2", os2), "forbids"},
		{"no characters", fontWith(t, ""), "character map"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := ParseFont(test.ttf); !errors.Is(err, ErrFont) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
	if err := Write(&bytes.Buffer{}, manyScripts, Setting{At: made, Fonts: make([]Font, MaxFonts+1)}); !errors.Is(err, ErrFont) {
		t.Errorf("too many fonts: %v", err)
	}
}

// However a font is damaged, reading it and setting a document in it end in an answer.
func TestDamagedFontsAreErrors(t *testing.T) {
	good := fontWith(t, "欧米茄")
	d := document.Document{Title: "欧米茄"}
	rapid.Check(t, func(t *rapid.T) {
		ttf := bytes.Clone(good)
		for range rapid.IntRange(1, 8).Draw(t, "faults") {
			ttf[rapid.IntRange(0, 4000).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
		}
		f, err := ParseFont(ttf)
		if err == nil {
			err = Write(&bytes.Buffer{}, d, Setting{At: made, Fonts: []Font{f}})
		}
		if err != nil && !errors.Is(err, ErrFont) {
			t.Fatal(err)
		}
	})
}

// Lines of a script without spaces are filled, and begin with no closing mark.
func TestIdeographsBreakAnywhere(t *testing.T) {
	brought, err := ParseFont(fontWith(t, "欧米茄，。（"))
	if err != nil {
		t.Fatal(err)
	}
	c := newTypecase([]Font{brought})
	for _, l := range c.lines(plain(strings.Repeat("欧米茄，米茄。（欧", 30)), bodyInk, 60) {
		text := ""
		for _, p := range l.pieces {
			text += p.text
		}
		if strings.ContainsAny(text[:3], "，。") || strings.HasSuffix(text, "（") || l.wide > 60 {
			t.Errorf("%q is %.1f mm", text, l.wide)
		}
	}
}

func TestWhereLinesBreak(t *testing.T) {
	c := newTypecase(nil)
	for _, test := range []struct {
		name, text string
		wide       float64
		want       []string
	}{
		{"an amount stays with its currency", "a fee of EUR 450.00 only", 21, []string{"a fee of", "EUR 450.00", "only"}},
		{"a per cent sign stays with its figure", "it bears 50 % of it", 17.5, []string{"it bears", "50 % of it"}},
		{"an address breaks at its signs", "https://docs.calluna.example/cards", 33, []string{"https://docs.calluna.", "example/cards"}},
		{"a word alone breaks where the line ends", "donaudampfschifffahrt", 20, []string{"donaudampf", "schifffahrt"}},
		{"a word breaks after its hyphen", "sub-processor", 18, []string{"sub-", "processor"}},
		{"a number keeps its point", "at most 99.95 percent", 19, []string{"at most", "99.95", "percent"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, l := range c.lines(plain(test.text), bodyInk, test.wide) {
				got = append(got, l.pieces[0].text)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
