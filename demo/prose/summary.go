package prose

import (
	"math"
	"slices"
	"strings"
)

// nothing is the answer where there is no text.
const nothing = "There is no text to summarise."

// A Summary is chosen from a text, never written anew.
type Summary struct {
	Text string
	Cut  bool // the limit of tokens made it shorter than it would have been
}

// Summarise takes the sentences that say most of a text, in their order, as many as were asked for and
// as fit into limit tokens. If not even the best one fits, it is that one's beginning.
func Summarise(text string, want Length, limit int) Summary {
	found := Sentences(text)
	if len(found) == 0 {
		s := firstTokens(nothing, limit)
		return Summary{s, s != nothing}
	}
	r := rank(found)
	picked, cut := r.pick(want.of(len(r.candidates)), limit)
	if len(picked) == 0 {
		return Summary{firstTokens(r.candidates[r.best(nil)].Text, limit), true}
	}
	slices.Sort(picked)
	var texts []string
	for _, i := range picked {
		texts = append(texts, r.candidates[i].Text)
	}
	return Summary{strings.Join(texts, " "), cut}
}

// A Length is how long a summary shall be.
type Length struct {
	Sentences int  // exactly, if more than 0
	Size      Size // else
}

// A Size is how long a summary is, measured by its text.
type Size int

// The zero Size is Medium.
const (
	Medium Size = iota
	Short
	Long
)

// of is how many of n sentences make a summary.
func (l Length) of(n int) int {
	switch {
	case l.Sentences > 0:
		return min(l.Sentences, n)
	case l.Size == Short:
		return 1
	case l.Size == Long:
		return min((2*n+2)/3, 6)
	}
	return min((n+2)/3, 3)
}

// A ranking weighs the sentences of one text.
type ranking struct {
	candidates []Sentence
	terms      [][]string // of each candidate: the stems that speak of the subject, each once
	count      []int      // words of each candidate
	weight     map[string]float64
}

// rank weighs each stem by how often the text uses it, one of a heading half as much again. Headings
// are not candidates, unless there is nothing else.
func rank(found []Sentence) *ranking {
	r := &ranking{weight: map[string]float64{}}
	var all [][]string
	var every []string
	for _, s := range found {
		w := words(s.Text)
		all, every = append(all, w), append(every, w...)
	}
	l := languageOf(every)
	only := !slices.ContainsFunc(found, func(s Sentence) bool { return !s.Heading })
	titled := map[string]bool{}
	for i, s := range found {
		stems := l.subject(all[i])
		for _, t := range stems {
			r.weight[t]++
		}
		if s.Heading && !only {
			for _, t := range stems {
				titled[t] = true
			}
			continue
		}
		slices.Sort(stems)
		r.candidates, r.terms, r.count = append(r.candidates, s), append(r.terms, slices.Compact(stems)), append(r.count, len(all[i]))
	}
	for t, n := range r.weight {
		r.weight[t] = 1 + math.Log(n)
		if titled[t] {
			r.weight[t] *= 1.5
		}
	}
	return r
}

// subject are the stems of the words that are not idle.
func (l *language) subject(words []string) []string {
	var stems []string
	for _, w := range words {
		if !l.idle[w] {
			stems = append(stems, l.stems(w))
		}
	}
	return stems
}

// passedOver is how many sentences may be too long for what is left before the search ends.
const passedOver = 16

// pick takes the best sentence again and again until there are want of them. What a sentence
// has said counts a third afterwards, so that the next one says something else. One that does not fit
// into limit is passed over, a few times at most.
func (r *ranking) pick(want, limit int) (picked []int, cut bool) {
	out := map[int]bool{}
	for len(picked) < want && len(out) < min(len(r.candidates), want+passedOver) {
		i := r.best(out)
		out[i] = true
		n := Tokens(r.candidates[i].Text)
		if n > limit {
			cut = true
			continue
		}
		limit -= n
		picked = append(picked, i)
		for _, t := range r.terms[i] {
			r.weight[t] /= 3
		}
	}
	return picked, cut
}

// best is the candidate of the highest score that is not out; the first one of equals.
func (r *ranking) best(out map[int]bool) int {
	best, highest := 0, math.Inf(-1)
	for i := range r.candidates {
		if s := r.score(i); !out[i] && s > highest {
			best, highest = i, s
		}
	}
	return best
}

// score is the weight of a sentence's terms against its length, more where texts say what matters: at the
// beginning, and a little at the end. Very short sentences, questions and those that lean on the one before
// count less.
func (r *ranking) score(i int) float64 {
	sum := 0.0
	for _, t := range r.terms[i] {
		sum += r.weight[t]
	}
	s := sum / math.Sqrt(float64(len(r.terms[i]))+4)
	switch {
	case i == 0:
		s *= 1.6
	case i == 1:
		s *= 1.1
	case i == len(r.candidates)-1:
		s *= 1.05
	}
	if r.count[i] < 5 {
		s *= 0.6
	}
	if strings.HasSuffix(r.candidates[i].Text, "?") {
		s *= 0.7
	}
	if first, _, _ := strings.Cut(r.candidates[i].Text, " "); leaning[strings.ToLower(first)] {
		s *= 0.85
	}
	return s
}

// leaning are first words by which a sentence shows that it needs the one before.
var leaning = set(`it its they this these that those he she but however therefore also such
	er sie es dies diese dieser dieses das aber doch auch deshalb`)
