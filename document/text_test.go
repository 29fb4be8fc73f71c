package document

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

type price string

func (p price) String() string { return string(p) }

func TestT(t *testing.T) {
	for _, test := range []struct {
		name   string
		format string
		args   []any
		want   Text
	}{
		{"plain wording is one run", "The parties agree.", nil, Text{{Text: "The parties agree."}}},
		{"no wording is no run", "", nil, nil},
		{"stars set a term", "a **Component** is", nil, Text{{Text: "a "}, {Text: "Component", Style: Term}, {Text: " is"}}},
		{"brackets cite a clause", "see [[6.1]].", nil, Text{{Text: "see "}, {Text: "clause 6.1", Ref: "6.1"}, {Text: "."}}},
		{"brackets cite an article", "[[6]]", nil, Text{{Text: "Article 6", Ref: "6"}}},
		{"brackets cite a schedule", "[[C]]", nil, Text{{Text: "Schedule C", Ref: "C"}}},
		{"an argument is a value", "pay %s now", []any{"€ 5"}, Text{{Text: "pay "}, {Text: "€ 5", Style: Value}, {Text: " now"}}},
		{"a stringer is a value", "%s", []any{price("€ 5")}, Text{{Text: "€ 5", Style: Value}}},
		{"an argument is never markup", "%s", []any{"**x** [[6.1]] %s"}, Text{{Text: "**x** [[6.1]] %s", Style: Value}}},
		{"an empty argument is a blank", "by %s", []any{""}, Text{{Text: "by "}, {Text: "[to be completed]", Style: Unfilled}}},
		{"a text is put in as it is", "a%sd", []any{T("b **c**")}, Text{{Text: "a"}, {Text: "b "}, {Text: "c", Style: Term}, {Text: "d"}}},
		{"two per cent signs are one", "5%% of [it] * 2", nil, Text{{Text: "5% of [it] * 2"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, T(test.format, test.args...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTRefuses(t *testing.T) {
	for name, call := range map[string]func(){
		"too few arguments":      func() { T("%s and %s", "x") },
		"too many arguments":     func() { T("%s", "x", "y") },
		"another verb":           func() { T("%d", 3) },
		"a lone per cent sign":   func() { T("5%") },
		"a value it cannot word": func() { T("%s", 3.5) },
		"an open term":           func() { T("a **Component") },
		"an open reference":      func() { T("see [[6.1") },
		"an argument in a term":  func() { T("**%s**", "x") },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("was accepted")
				}
			}()
			call()
		})
	}
}

func TestWords(t *testing.T) {
	for n, want := range map[int64]string{
		0:             "zero",
		1:             "one",
		13:            "thirteen",
		20:            "twenty",
		21:            "twenty-one",
		99:            "ninety-nine",
		100:           "one hundred",
		101:           "one hundred and one",
		119:           "one hundred and nineteen",
		999:           "nine hundred and ninety-nine",
		1000:          "one thousand",
		1001:          "one thousand and one",
		1100:          "one thousand one hundred",
		1250:          "one thousand two hundred and fifty",
		21_000:        "twenty-one thousand",
		100_005:       "one hundred thousand and five",
		1_000_000:     "one million",
		1_000_100:     "one million one hundred",
		3_999_999_999: "three billion nine hundred and ninety-nine million nine hundred and ninety-nine thousand nine hundred and ninety-nine",
		4_000_000_001: "four billion and one",
		-7:            "minus seven",
		math.MinInt64: "-9223372036854775808",
	} {
		if got := Words(n); got != want {
			t.Errorf("Words(%d) = %q, want %q", n, got, want)
		}
	}
}

// Different numbers up to some billions read differently.
func TestWordsAreUnambiguous(t *testing.T) {
	seen := map[string]int64{}
	for n := int64(0); n < 5_000_000_000; n += 1 + n/300 {
		w := Words(n)
		if other, ok := seen[w]; ok {
			t.Fatalf("%d and %d are both %q", n, other, w)
		}
		seen[w] = n
	}
}

func TestCount(t *testing.T) {
	for _, test := range []struct {
		n          int64
		noun, want string
	}{
		{0, "day", "zero (0) days"},
		{1, "day", "one (1) day"},
		{30, "day", "thirty (30) days"},
		{2, "party", "two (2) parties"},
		{2, "key", "two (2) keys"},
		{2, "survey", "two (2) surveys"},
		{2, "business day", "two (2) business days"},
		{5, "", "five (5)"},
	} {
		if got := Count(test.n, test.noun); got != test.want {
			t.Errorf("Count(%d, %q) = %q, want %q", test.n, test.noun, got, test.want)
		}
	}
}

func TestJoinAndEither(t *testing.T) {
	for _, test := range []struct {
		items        []string
		join, either string
	}{
		{nil, "", ""},
		{[]string{"a"}, "a", "a"},
		{[]string{"a", "b"}, "a and b", "a or b"},
		{[]string{"a", "b", "c"}, "a, b and c", "a, b or c"},
	} {
		if got := Join(test.items); got != test.join {
			t.Errorf("Join(%q) = %q, want %q", test.items, got, test.join)
		}
		if got := Either(test.items); got != test.either {
			t.Errorf("Either(%q) = %q, want %q", test.items, got, test.either)
		}
	}
}

func TestAnchor(t *testing.T) {
	for ref, want := range map[string]string{"6.1": "clause-6.1", "C.2": "clause-C.2", "6": "article-6", "C": "schedule-c"} {
		if got := Anchor(ref); got != want {
			t.Errorf("Anchor(%q) = %q, want %q", ref, got, want)
		}
	}
}

func TestVisible(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"letters of any script stay", "Łódź Ανάλυση Омега 欧米茄 é", "Łódź Ανάλυση Омега 欧米茄 é"},
		{"bidirectional marks are named", "a\u202eb\u2066c\u200f", "a⟨U+202E⟩b⟨U+2066⟩c⟨U+200F⟩"},
		{"zero-width characters are named", "a\u200bb\ufeffc\u00ad", "a⟨U+200B⟩b⟨U+FEFF⟩c⟨U+00AD⟩"},
		{"controls are named", "a\x00b\x1b[31m\x7f", "a⟨U+0000⟩b⟨U+001B⟩[31m⟨U+007F⟩"},
		{"blank letters are named", "a\u3164\u2800b", "a⟨U+3164⟩⟨U+2800⟩b"},
		{"tags and private characters are named", "\U000e0041\ue000", "⟨U+E0041⟩⟨U+E000⟩"},
		{"line ends are one", "a\r\nb\rc\u2028d\u0085e", "a\nb\nc\nd\ne"},
		{"line ends at the ends go", "\n\na\n", "a"},
		{"tabs are spaces", "a\tb", "a b"},
		{"what is not UTF-8 is replaced", "a\xffb", "a\ufffdb"},
		{"a Cyrillic letter in a Latin name", "\u0410cme", "⟨U+0410⟩cme"},
		{"two of them", "P\u0430yp\u0430l Ltd", "P⟨U+0430⟩yp⟨U+0430⟩l Ltd"},
		{"a Greek letter in a Latin name", "Micr\u03bfsoft", "Micr⟨U+03BF⟩soft"},
		{"a Latin letter in a Cyrillic name", "М\u006fсква", "М⟨U+006F⟩сква"},
		{"letters of mathematics", "\U0001d400cme", "⟨U+1D400⟩cme"},
		{"words of one script", "Москва, Αθήνα, Łódź, Acme", "Москва, Αθήνα, Łódź, Acme"},
		{"words that hide nothing", "SMSки, 10 µm, Δt, VIPы", "SMSки, 10 µm, Δt, VIPы"},
	} {
		if got := Visible(test.in); got != test.want {
			t.Errorf("%s: Visible(%q) = %q, want %q", test.name, test.in, got, test.want)
		}
	}
}

func TestLetters(t *testing.T) {
	var got []string
	for _, n := range []int{0, 25, 26, 51, 52, 701, 702} {
		got = append(got, Letter(n))
	}
	if want := "a z aa az ba zz aaa"; strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFigureGroupsByThousands(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 50_000_000: "50,000,000", -1000: "-1,000", -999: "-999"} {
		if got := Figure(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64().Draw(t, "n")
		var digits []rune
		for _, r := range Figure(n) {
			if r != ',' {
				digits = append(digits, r)
			}
		}
		if string(digits) != fmt.Sprint(n) {
			t.Fatalf("%d became %s", n, Figure(n))
		}
	})
}

func TestValuesStandBesideEachOther(t *testing.T) {
	value := func(s string) Run { return Run{Text: s, Style: Value} }
	for _, test := range []struct {
		name   string
		values []string
		want   Text
	}{
		{"none is a blank", nil, Text{{Text: "[to be completed]", Style: Unfilled}}},
		{"only empty ones are a blank", []string{"", ""}, Text{{Text: "[to be completed]", Style: Unfilled}}},
		{"one stands alone", []string{"", "a"}, Text{value("a")}},
		{"each is a value of its own", []string{"אב", "", "a@b.example", "+49"}, Text{value("אב"), {Text: ", "}, value("a@b.example"), {Text: ", "}, value("+49")}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, Values(test.values...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
