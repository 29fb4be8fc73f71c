package pdf

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"entente/document"
)

// drawable is s with every character that cannot be set written out, like [U+6B27]: what the fonts
// lack, what is unseen, and what cannot be set in any font.
func (c typecase) drawable(s string) string {
	return document.Shown(norm.NFC.String(s), func(r rune) bool {
		return document.Unseen(r) || unsettable(r) || !c.has(r)
	}, "[U+%04X]")
}

// unsettable reports whether a character cannot be set in any font: it belongs to a script that runs
// from right to left, which would be set backwards, or lies beyond the Basic Multilingual Plane.
func unsettable(r rune) bool {
	return r > 0xffff || unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko)
}

// A Gap is what a PDF cannot show of one clause: it stands there by name.
type Gap struct {
	Clause  string // its number; empty for the title page
	Lacking string // the characters that no font has and another could, each once
	Never   string // those of scripts from right to left or beyond the Basic Multilingual Plane, each once
}

// Gaps are what a PDF of a document cannot show, clause by clause, with our own fonts and the given
// fallbacks. Characters that are not seen anywhere are no gap: every form of a document names them.
func Gaps(d document.Document, fallbacks ...Font) []Gap {
	c := newTypecase(fallbacks)
	var gaps []Gap
	add := func(g Gap) {
		if g.Lacking != "" || g.Never != "" {
			gaps = append(gaps, g)
		}
	}
	add(c.gap("", []string{d.Title, d.Subtitle, d.Number, d.Version, d.Notice}))
	for _, s := range d.Sections {
		for i, clause := range s.Clauses {
			texts := clause.Texts()
			if i == 0 {
				texts = append(texts, s.Label, s.Title)
			}
			add(c.gap(clause.Number, texts))
		}
	}
	return gaps
}

func (c typecase) gap(clause string, texts []string) Gap {
	g := Gap{Clause: clause}
	note := func(into *string, r rune) {
		if !strings.ContainsRune(*into, r) {
			*into += string(r)
		}
	}
	for _, r := range norm.NFC.String(strings.Join(texts, "\n")) {
		switch {
		case r <= 0x7e || unicode.IsSpace(r) || document.Unseen(r): // the first are in every font
		case unsettable(r):
			note(&g.Never, r)
		case !c.has(r):
			note(&g.Lacking, r)
		}
	}
	return g
}

// mostNamed is how many characters a message names.
const mostNamed = 8

// Named is characters with their numbers, each once, as a message names them: "欧米 (U+6B27, U+7C73)".
func Named(characters string) string {
	var numbers []string
	shown := ""
	rest := 0
	for i, r := range characters {
		switch {
		case strings.ContainsRune(characters[:i], r):
		case len(numbers) == mostNamed:
			rest++
		default:
			shown, numbers = shown+string(r), append(numbers, fmt.Sprintf("U+%04X", r))
		}
	}
	if rest > 0 {
		return fmt.Sprintf("%s… (%s and %d more)", shown, strings.Join(numbers, ", "), rest)
	}
	return shown + " (" + strings.Join(numbers, ", ") + ")"
}
