package demo

import (
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func cosine(a, b string) float64 {
	return dot(vector(a, defaultDimensions), vector(b, defaultDimensions))
}

func dot(v, w []float32) float64 {
	sum := 0.0
	for i := range v {
		sum += float64(v[i] * w[i])
	}
	return sum
}

func TestParaphrasesAreNear(t *testing.T) {
	pairs := [][2]string{
		{"The harbour was closed after a storm damaged the pier.", "A storm has damaged the pier, so the harbour is closed."},
		{"How do I reset my password?", "I forgot my password and want to reset it."},
		{"The new meter reports leaks in water pipes.", "Water meters that report a leaking pipe"},
		{"Train drivers will strike on Thursday.", "On Thursday a strike of the train drivers stops most trains."},
		{"Coffee has become more expensive since the frost.", "Frost makes coffee expensive"},
		{"Die Brücke ist für Lastwagen gesperrt.", "Lastwagen dürfen nicht mehr über die gesperrte Brücke fahren."},
		{"Der Kühlschrank lässt sich leicht reparieren.", "Ein Kühlschrank, den man leicht reparieren kann"},
	}
	for i, p := range pairs {
		near := cosine(p[0], p[1])
		if near < 0.5 {
			t.Errorf("%q and %q: %.2f", p[0], p[1], near)
		}
		for j, other := range pairs {
			for _, o := range other {
				if far := cosine(p[0], o); i != j && far > near-0.25 {
					t.Errorf("%q is as near to %q (%.2f) as to its paraphrase (%.2f)", p[0], o, far, near)
				}
			}
		}
	}
}

// Of all articles, the nearest to a query is the one that it is about, with one exception at most.
func TestQueriesFindTheirArticles(t *testing.T) {
	about := []string{"harbour", "water meter", "night buses", "short walks", "oat biscuits", "Orchestra", "Train drivers", "landlord", "coffee", "Wolves", "cargo bicycle",
		"A cable", "Ledgerline", "lighthouse", "Eisenbahnbrücke", "Kühlschrank", "Kiebitz", "Fährverkehr"}
	if len(about) != len(queries) {
		t.Fatalf("%d queries, %d answers", len(queries), len(about))
	}
	articles, found := slices.Concat(englishArticles, germanArticles), 0
	for i, q := range queries {
		v := vector(q, maxDimensions)
		best := slices.MaxFunc(articles, func(a, b string) int {
			return cmp.Compare(dot(v, vector(a, maxDimensions)), dot(v, vector(b, maxDimensions)))
		})
		if first, _, _ := strings.Cut(best, ". "); strings.Contains(first, about[i]) {
			found++
		} else {
			t.Logf("%q found %q", q, first)
		}
	}
	if found < len(queries)-1 {
		t.Errorf("%d of %d", found, len(queries))
	}
}

func TestVectorsOfTypingErrorsAreNear(t *testing.T) {
	if near, far := cosine("harbour authority", "harbor authorty"), cosine("harbour authority", "coffee harvest"); near < far+0.2 {
		t.Errorf("near %.2f, far %.2f", near, far)
	}
}

// Whatever the text, its vector has as many dimensions as asked for, the length 1, and is the same each time.
func TestVectorsHaveUnitLength(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, dimensions := rapid.String().Draw(t, "text"), rapid.IntRange(1, maxDimensions).Draw(t, "dimensions")
		v, sum := vector(text, dimensions), 0.0
		for _, x := range v {
			sum += float64(x) * float64(x)
		}
		if len(v) != dimensions || math.Abs(sum-1) > 1e-5 {
			t.Fatalf("%d dimensions, length² %v", len(v), sum)
		}
		if !slices.Equal(v, vector(text, dimensions)) {
			t.Fatal("another vector the second time")
		}
	})
}

type vectors32 struct {
	Object string
	Model  string
	Data   []struct {
		Object    string
		Index     int
		Embedding []float32
	}
	Usage map[string]int
}

func TestEmbeddings(t *testing.T) {
	got := read[vectors32](t, ask(t, Embedder(key), `{"model":"tidewater-embed-1","input":["It rains.","Es schneit!"],"user":"u"}`))
	if got.Object != "list" || got.Model != EmbedderModel || len(got.Data) != 2 {
		t.Fatalf("%+v", got)
	}
	for i, d := range got.Data {
		if d.Index != i || d.Object != "embedding" || !slices.Equal(d.Embedding, vector([]string{"It rains.", "Es schneit!"}[i], defaultDimensions)) {
			t.Errorf("text %d: %+v", i, d)
		}
	}
	if !maps.Equal(got.Usage, map[string]int{"prompt_tokens": 6, "total_tokens": 6}) {
		t.Errorf("usage is %v", got.Usage)
	}
}

func TestBase64IsTheSameVector(t *testing.T) {
	w := ask(t, Embedder(key), `{"model":"tidewater-embed-1","input":"It rains.","dimensions":5,"encoding_format":"base64"}`)
	got := read[struct{ Data []struct{ Embedding string } }](t, w)
	b, err := base64.StdEncoding.DecodeString(got.Data[0].Embedding)
	if err != nil || len(b) != 20 {
		t.Fatalf("%v, %d bytes", err, len(b))
	}
	for i, want := range vector("It rains.", 5) {
		if x := math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:])); x != want {
			t.Errorf("dimension %d is %v, not %v", i, x, want)
		}
	}
}
