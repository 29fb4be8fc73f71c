package proposal

import (
	"iter"
	"reflect"
	"slices"
	"strings"

	"entente/agreement"
	"entente/articles/worded"
	"entente/document"
)

// attempt words the agreement with one value changed; ok is false where the search has come to its end or
// the value cannot be set.
func (r *reading) attempt(s worded.Setting) (try, bool) {
	if r.left <= 0 {
		return try{}, false
	}
	next, ok := r.now.With(s)
	if !ok {
		return try{}, false
	}
	r.left -= next.Worded
	return try{next, s.Path}, true
}

// around words the part in which a clause stands with some values changed, and reports whether it is then as
// touched sees it; false where the search has come to its end.
func (r *reading) around(clause string, all []worded.Setting, touched func(*worded.Part) bool) bool {
	if r.left <= 0 {
		return false
	}
	part, lines := r.now.Around(clause, all)
	r.left -= lines
	return touched(part)
}

// touching are the numbers, rising, of the settings with which the part of a clause is as touched sees it. Few of
// many terms touch a line, so many are tried at once, and parted only where one of them does. A term that has
// touched once is taken to touch with each of its values.
func (r *reading) touching(clause string, all []worded.Setting, touched func(*worded.Part) bool) []int {
	var found []int
	known := map[string]bool{}
	for _, turn := range turns(all) {
		unknown := slices.DeleteFunc(slices.Clone(turn), func(i int) bool { return known[all[i].Path] })
		for _, i := range turn {
			if known[all[i].Path] {
				found = append(found, i)
			}
		}
		for n := range sift(0, len(unknown), func(from, to int) bool {
			var several []worded.Setting
			for _, i := range unknown[from:to] {
				several = append(several, all[i])
			}
			return r.around(clause, several, touched)
		}) {
			found = append(found, unknown[n])
			known[all[unknown[n]].Path] = true
		}
	}
	slices.Sort(found)
	return found
}

// turns are the numbers of settings such that no two of a turn have the same path.
func turns(all []worded.Setting) (turns [][]int) {
	had := map[string]int{}
	for i, s := range all {
		n := had[s.Path]
		had[s.Path]++
		if n == len(turns) {
			turns = append(turns, nil)
		}
		turns[n] = append(turns[n], i)
	}
	return turns
}

// sift are the numbers that touch by themselves, where every range with such a number in it touches.
func sift(from, to int, touches func(from, to int) bool) iter.Seq[int] {
	return func(yield func(int) bool) {
		if from == to || !touches(from, to) {
			return
		}
		if to-from == 1 {
			yield(from)
			return
		}
		middle := (from + to) / 2
		for _, half := range [][2]int{{from, middle}, {middle, to}} {
			for n := range sift(half[0], half[1], touches) {
				if !yield(n) {
					return
				}
			}
		}
	}
}

// near are the terms that may say what stands in a clause, in tiers: those of the clause, those of its
// article, and those that read as the words that were there.
func (r *reading) near(clause, was string) [3][]worded.Term {
	var tiers [3][]worded.Term
	c := cited(clause)
	section := c.Section()
	r.now.Terms(func(t worded.Term) {
		top, _, _ := strings.Cut(t.Path, ".")
		switch v := t.Value; {
		case t.Clause == agreement.WholeFile || v.Kind() == reflect.Pointer && v.IsNil():
		case t.Clause == c:
			tiers[0] = append(tiers[0], t)
		case top == section:
			tiers[1] = append(tiers[1], t)
		case v.Kind() == reflect.String && len(v.String()) > 2 && strings.Contains(was, document.Phrase(v.String())):
			tiers[2] = append(tiers[2], t)
		}
	})
	return tiers
}
