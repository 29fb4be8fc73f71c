package prose

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestSentences(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"empty", "", nil},
		{"only space and rules", " \n---\n\t\n", nil},
		{"end marks", "It rains. Does it? It does! So be it… Well.", []string{"It rains.", "Does it?", "It does!", "So be it…", "Well."}},
		{"a title is not a name", "Dr. Amal Reyes met Mr. Osei. They talked.", []string{"Dr. Amal Reyes met Mr. Osei.", "They talked."}},
		{"initials", "J. R. Whitlock spoke. Everyone listened.", []string{"J. R. Whitlock spoke.", "Everyone listened."}},
		{"numbers", "It costs 3.50 euros. In 2026 it cost 4.", []string{"It costs 3.50 euros.", "In 2026 it cost 4."}},
		{"German abbreviations", "Es kam u.a. Herr Dr. Voss, d.h. der Chef. Er blieb.", []string{"Es kam u.a. Herr Dr. Voss, d.h. der Chef.", "Er blieb."}},
		{"German ordinals", "Am 3. Oktober feierte der 2. Bezirk. Alle kamen.", []string{"Am 3. Oktober feierte der 2. Bezirk.", "Alle kamen."}},
		{"quotes", "“It is done.” She left. „Gut.“ Er ging.", []string{"“It is done.”", "She left.", "„Gut.“", "Er ging."}},
		{"wrapped lines", "The pier\nwas   closed. Ships\nwaited.", []string{"The pier was closed.", "Ships waited."}},
		{"paragraphs end sentences", "No mark here\n\nNor here", []string{"No mark here", "Nor here"}},
		{"lists", "- first thing\n- second thing\n1. third\n2. fourth", []string{"first thing", "second thing", "1. third", "2. fourth"}},
		{"headings", "# The harbour\nIt is closed.", []string{"The harbour", "It is closed."}},
		{"lower case goes on", "We use foo. bar and baz. It works.", []string{"We use foo. bar and baz.", "It works."}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, s := range Sentences(tt.text) {
				got = append(got, s.Text)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestSummariesSayWhatMatters(t *testing.T) {
	tests := []struct {
		name, text string
		want       Length
		says       []string // each in the Summary
		omits      []string // none of them is
	}{
		{
			name: "the subject before asides",
			text: "Many people like the sea. The ferry company has cancelled all ferries to Inish because of a strike of its crews. " +
				"One passenger had a red hat. The strike of the ferry crews is over pay and will last until Friday. Tea was served.",
			want: Length{Sentences: 2}, says: []string{"cancelled all ferries", "over pay"}, omits: []string{"red hat", "Tea", "like the sea"},
		},
		{
			name: "two sentences that say the same are not both taken",
			text: "The council raised the tax on parking. Parking tax was raised by the council. Shops in the centre fear fewer customers because of it.",
			want: Length{Sentences: 2}, says: []string{"Shops"}, omits: []string{"was raised by the council"},
		},
		{
			name: "a title says what matters and is not repeated",
			text: "Vaccine for bees approved\n\nThe committee met on Tuesday in a hotel near the lake. The agency approved the vaccine, which protects bees against foulbrood. Lunch was late.",
			want: Length{Size: Short}, says: []string{"agency approved the vaccine"}, omits: []string{"Vaccine for bees approved", "hotel"},
		},
		{
			name: "German",
			text: "Das Wetter war schön. Die Werft in Kallhafen hat den Bau von zwei Fähren mit Elektroantrieb begonnen. Ein Hund bellte. " +
				"Die Fähren der Werft sollen ab 2028 die Inseln bedienen.",
			want: Length{Sentences: 2}, says: []string{"Bau von zwei Fähren", "Inseln"}, omits: []string{"Hund", "Wetter"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Summarise(tt.text, tt.want, 200)
			for _, s := range tt.says {
				if !strings.Contains(got.Text, s) {
					t.Errorf("the summary does not say %q: %s", s, got.Text)
				}
			}
			for _, s := range tt.omits {
				if strings.Contains(got.Text, s) {
					t.Errorf("the summary says %q: %s", s, got.Text)
				}
			}
			if got.Cut {
				t.Error("the limit did not matter, yet the summary counts as cut")
			}
		})
	}
}

func TestSummariesOfLittle(t *testing.T) {
	tests := []struct {
		name, text string
		limit      int
		want       Summary
	}{
		{"nothing", "", 100, Summary{nothing, false}},
		{"only space", " \n\t ", 100, Summary{nothing, false}},
		{"nothing, cut", "", 3, Summary{"There is no", true}},
		{"one word", "Harbour", 100, Summary{"Harbour", false}},
		{"no letters", "?!", 100, Summary{"?!", false}},
		{"one sentence", "The harbour is closed.", 100, Summary{"The harbour is closed.", false}},
		{"one sentence, cut", "The harbour is closed.", 2, Summary{"The harbour", true}},
		{"the best does not fit, another does", "The old harbour of the old town is closed to old ships. We wait.", 4, Summary{"We wait.", true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Summarise(tt.text, Length{}, tt.limit); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

// Whatever the text, a summary keeps within its limit, and what it consists of stands in the text in that
// order.
func TestSummaryIsOfTheText(t *testing.T) {
	word := rapid.SampledFrom([]string{"Harbour", "ship", "waits", "the", "and", "Sturm", "der", "3.", "Dr.", "end.", "so?", "…", "\n\n", "- ", "# ", "é", "\u0301", "日本"})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(word, 0, 60).Draw(t, "words"), " ")
		limit := rapid.IntRange(1, 40).Draw(t, "limit")
		got := Summarise(text, Length{Sentences: rapid.IntRange(0, 5).Draw(t, "sentences")}, limit)
		if n := Tokens(got.Text); n > limit {
			t.Fatalf("%d tokens, the limit is %d: %q", n, limit, got.Text)
		}
		if len(Sentences(text)) == 0 {
			return
		}
		rest := text
		for _, w := range strings.Fields(got.Text) {
			at := strings.Index(rest, w)
			if at < 0 {
				t.Fatalf("%q of %q does not stand in the rest of the text: %q", w, got.Text, rest)
			}
			rest = rest[at+len(w):]
		}
	})
}

func TestPieces(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"nothing", "", nil},
		{"space", " \n", nil},
		{"words and marks", "It's 3.5 km, no?", []string{"It", "'", "s", " 3", ".", "5", " km", ",", " no", "?"}},
		{"space around", "  a  b ", []string{"  a", "  b "}},
		{"marks one by one", "…!!", []string{"…", "!", "!"}},
		{"combining", "e\u0301a", []string{"e\u0301a"}},
		{"a long word", strings.Repeat("x", 33), []string{strings.Repeat("x", 16), strings.Repeat("x", 16), "x"}},
		{"a word of just that length", strings.Repeat("x", 16), []string{strings.Repeat("x", 16)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if d := cmp.Diff(tt.want, slices.Collect(Pieces(tt.text))); d != "" {
				t.Error(d)
			}
		})
	}
}

// Put together, the pieces of a text are the text; the first tokens are its beginning.
func TestPiecesMakeTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		if got := strings.Join(slices.Collect(Pieces(text)), ""); got != text && strings.TrimSpace(text) != "" {
			t.Fatalf("%q became %q", text, got)
		}
		n := rapid.IntRange(0, 10).Draw(t, "n")
		if first := firstTokens(text, n); !strings.HasPrefix(text, first) || Tokens(first) != min(n, Tokens(text)) {
			t.Fatalf("the first %d tokens of %q: %q", n, text, first)
		}
	})
}

func TestStems(t *testing.T) {
	for _, same := range [][]string{{"close", "closed", "closes", "closing"}, {"stop", "stopped", "stopping", "stops"}, {"city", "cities"}, {"church", "churches"}, {"class", "classes"}} {
		for _, w := range same {
			if got := stemEnglish(w); got != stemEnglish(same[0]) {
				t.Errorf("%s has the stem %q, %s has %q", w, got, same[0], stemEnglish(same[0]))
			}
		}
	}
	for _, w := range []string{"spring", "string", "bus", "this", "need", "a", ""} {
		if got := stemEnglish(w); got != w {
			t.Errorf("%s became %q", w, got)
		}
	}
	for _, same := range [][]string{{"brücke", "brücken"}, {"bericht", "berichte", "berichten", "berichtes"}} {
		for _, w := range same {
			if got := stemGerman(w); got != stemGerman(same[0]) {
				t.Errorf("%s has the stem %q, %s has %q", w, got, same[0], stemGerman(same[0]))
			}
		}
	}
}
