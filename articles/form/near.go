package form

import (
	"maps"
	"reflect"
	"slices"
	"unicode/utf8"
)

// Nearest is the word of a list that a misspelt word most likely meant; empty if none is near.
func Nearest(word string, among []string) string {
	if utf8.RuneCountInString(word) > 64 {
		return ""
	}
	best, found := 1+utf8.RuneCountInString(word)/3, ""
	for _, w := range among {
		if d := distance([]rune(word), []rune(w)); d < best {
			best, found = d, w
		}
	}
	return found
}

// distance is the number of letters to add, drop, change or swap with a neighbour.
func distance(a, b []rune) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// NearestTerm is the path, of those that Types gives, that a misspelt path most likely meant: one that holds
// one value. It is empty if none is near.
func NearestTerm(path string, types map[string]reflect.Type) string {
	var all []string
	for _, known := range slices.Sorted(maps.Keys(types)) {
		if Single(types[known]) {
			all = append(all, known)
		}
	}
	return Nearest(path, all)
}
