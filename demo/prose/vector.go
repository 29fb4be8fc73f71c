package prose

import (
	"hash/fnv"
	"math"
)

// What a feature weighs: a word, a word that says nothing about the subject, and all parts of a word together.
const (
	wordWeight = 1.0
	idleWeight = 0.08
	partWeight = 1.2
)

// places is how many dimensions each feature is spread over: more make two features that share one
// dimension matter less.
const places = 4

// Vector is a text as a point on the unit sphere. Its features are the stems of its words and the runs of
// three and four letters in them, weighed by how often they come. Each is added to or taken from dimensions
// that its hash chooses, so vectors are comparable only with those of as many dimensions.
func Vector(text string, dimensions int) []float32 {
	sum := make([]float64, dimensions)
	for _, f := range features(text) {
		f.addTo(sum)
	}
	norm := 0.0
	for _, x := range sum {
		norm += x * x
	}
	if norm < 1e-18 { // no letters, or features that cancel each other out
		clear(sum)
		sum[feature{name: text}.hash()%uint64(dimensions)], norm = 1, 1
	}
	v := make([]float32, dimensions)
	for i, x := range sum {
		v[i] = float32(x / math.Sqrt(norm))
	}
	return v
}

type feature struct {
	name   string
	weight float64
	times  float64
}

// features lists each feature of a text once, in the order in which they first come: sums of
// floating-point numbers depend on it.
func features(text string) []feature {
	all, at := []feature{}, map[string]int{}
	add := func(name string, weight float64) {
		i, known := at[name]
		if !known {
			i, at[name] = len(all), len(all)
			all = append(all, feature{name: name, weight: weight})
		}
		all[i].times++
	}
	words := words(text)
	l := languageOf(words)
	for _, w := range words {
		if english.idle[w] || german.idle[w] {
			add("idle "+w, idleWeight)
			continue
		}
		stem := l.stems(w)
		add("word "+stem, wordWeight)
		parts := partsOf(stem)
		for _, p := range parts {
			add("part "+p, partWeight/math.Sqrt(float64(len(parts))))
		}
	}
	return all
}

// partsOf are the runs of three and four letters in a word whose ends are marked.
func partsOf(word string) []string {
	letters := []rune("^" + word + "$")
	var parts []string
	for _, n := range []int{3, 4} {
		for i := 0; i+n <= len(letters); i++ {
			parts = append(parts, string(letters[i:i+n]))
		}
	}
	return parts
}

func (f feature) hash() uint64 {
	h := fnv.New64a()
	h.Write([]byte(f.name))
	return h.Sum64()
}

// addTo spreads a feature over its dimensions. The more often it comes, the less each time adds.
func (f feature) addTo(sum []float64) {
	weight := f.weight * (1 + math.Log(f.times)) / math.Sqrt(places)
	h := f.hash()
	for range places {
		h = mix(h)
		if h>>63 == 0 {
			sum[h%uint64(len(sum))] += weight
		} else {
			sum[h%uint64(len(sum))] -= weight
		}
	}
}

// mix makes the next of a row of well-spread numbers.
func mix(h uint64) uint64 {
	h += 0x9e3779b97f4a7c15
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
