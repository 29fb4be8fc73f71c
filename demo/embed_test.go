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

	"entente/demo/prose"
)

func dot(v, w []float32) float64 {
	sum := 0.0
	for i := range v {
		sum += float64(v[i] * w[i])
	}
	return sum
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
		v := prose.Vector(q, maxDimensions)
		best := slices.MaxFunc(articles, func(a, b string) int {
			return cmp.Compare(dot(v, prose.Vector(a, maxDimensions)), dot(v, prose.Vector(b, maxDimensions)))
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
		if d.Index != i || d.Object != "embedding" || !slices.Equal(d.Embedding, prose.Vector([]string{"It rains.", "Es schneit!"}[i], defaultDimensions)) {
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
	for i, want := range prose.Vector("It rains.", 5) {
		if x := math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:])); x != want {
			t.Errorf("dimension %d is %v, not %v", i, x, want)
		}
	}
}
