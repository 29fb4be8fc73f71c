package document

import (
	"strings"
	"unicode"
)

// Letters of one script that a reader takes for letters of another.
const (
	likeLatin    = "АВЕЅІЈКМНОРСТУХҮасеѕіјһорхуԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧονϲϳ" // Cyrillic and Greek
	likeCyrillic = "ABEKMHOPCTXYaceopxysij"                           // Latin
)

// disguised are the places, in bytes, of letters that stand in a word of another script and pass for letters
// of it: the Cyrillic А in “Аcme”. A word that also has letters which cannot be mistaken, as in “SMSки”, hides
// nothing. Letters of mathematics pass for others in any word.
func disguised(s string) map[int]bool {
	if !strings.ContainsFunc(s, foreign) {
		return nil
	}
	places := map[int]bool{}
	start := -1
	for i, r := range s + " " {
		switch letter := unicode.IsLetter(r) || unicode.IsMark(r); {
		case letter && start < 0:
			start = i
		case !letter && start >= 0:
			inWord(s[start:i], start, places)
			start = -1
		}
	}
	return places
}

// Disguised reports whether a text has a letter that Visible writes out because it passes for one of another
// script.
func Disguised(s string) bool { return len(disguised(s)) > 0 }

func foreign(r rune) bool { return unicode.In(r, unicode.Cyrillic, unicode.Greek) || mathematical(r) }

func mathematical(r rune) bool { return r >= 0x1d400 && r <= 0x1d7ff }

func inWord(word string, at int, places map[int]bool) {
	latin, others, mistakenLatin, mistakenOthers := 0, 0, 0, 0
	for i, r := range word {
		switch {
		case mathematical(r):
			places[at+i] = true
		case unicode.Is(unicode.Latin, r):
			latin++
			mistakenLatin += strings.Count(likeCyrillic, string(r))
		case foreign(r) && unicode.IsLetter(r):
			others++
			mistakenOthers += strings.Count(likeLatin, string(r))
		}
	}
	switch {
	case latin == 0 || others == 0:
	case mistakenOthers == others && (others <= latin || mistakenLatin < latin):
		mask(word, at, places, func(r rune) bool { return !unicode.Is(unicode.Latin, r) })
	case mistakenLatin == latin && others > latin:
		mask(word, at, places, func(r rune) bool { return unicode.Is(unicode.Latin, r) })
	}
}

func mask(word string, at int, places map[int]bool, disguised func(rune) bool) {
	for i, r := range word {
		if unicode.IsLetter(r) && disguised(r) {
			places[at+i] = true
		}
	}
}
