package prose

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func cosine(a, b string) float64 {
	return dot(Vector(a, 128), Vector(b, 128))
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

func TestVectorsOfTypingErrorsAreNear(t *testing.T) {
	if near, far := cosine("harbour authority", "harbor authorty"), cosine("harbour authority", "coffee harvest"); near < far+0.2 {
		t.Errorf("near %.2f, far %.2f", near, far)
	}
}

// Whatever the text, its vector has as many dimensions as asked for, the length 1, and is the same each time.
func TestVectorsHaveUnitLength(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, dimensions := rapid.String().Draw(t, "text"), rapid.IntRange(1, 256).Draw(t, "dimensions")
		v, sum := Vector(text, dimensions), 0.0
		for _, x := range v {
			sum += float64(x) * float64(x)
		}
		if len(v) != dimensions || math.Abs(sum-1) > 1e-5 {
			t.Fatalf("%d dimensions, length² %v", len(v), sum)
		}
		if !slices.Equal(v, Vector(text, dimensions)) {
			t.Fatal("another vector the second time")
		}
	})
}
