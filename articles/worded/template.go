package worded

import (
	"slices"
	"strings"

	"entente/document"
	"entente/document/redline"
)

// A Template is a cell as our words with places for values between them.
type Template struct {
	words []string // one more than there are values
}

// Templates are the ways to tell values from words in a cell: by their style and, in a table or where no
// style tells, the whole cell as one value.
func Templates(cell []redline.Span, tabular bool) []Template {
	t, values := Template{words: []string{""}}, 0
	for _, s := range cell {
		if s.Style == document.Value || s.Style == document.Unfilled {
			values++
			t.words = append(t.words, "")
			continue
		}
		t.words[len(t.words)-1] += s.Text
	}
	whole := Template{words: []string{"", ""}}
	switch {
	case values == 0 && tabular || len(cell) == 0:
		return []Template{whole}
	case tabular && len(t.words) > 2:
		return []Template{t, whole}
	case values == 0:
		return []Template{whole}
	}
	return []Template{t}
}

// Fit are the values of a text that has the words of a template.
func (t Template) Fit(text string) ([]string, bool) {
	rest, ok := strings.CutPrefix(text, t.words[0])
	if !ok {
		return nil, false
	}
	var values []string
	for i, word := range t.words[1:] {
		at := -1
		switch {
		case i == len(t.words)-2 && strings.HasSuffix(rest, word):
			at = len(rest) - len(word)
		case i < len(t.words)-2 && word == "":
			at = len(rest)
			if rest == "" {
				return nil, false
			}
		case i < len(t.words)-2:
			at = strings.Index(rest, word)
		}
		if at < 0 {
			return nil, false
		}
		values, rest = append(values, rest[:at]), rest[at+len(word):]
	}
	return values, rest == ""
}

// Apart are the values of a text whose words have changed as well: what stands where each value stood, between
// the given numbers of words that led to it and that followed it.
func (t Template) Apart(old []string, text string, leading, following int) []string {
	values := slices.Clone(old)
	for i := range values {
		before, after := lastWords(t.words[i], leading), firstWords(t.words[i+1], following)
		start := 0
		if before != "" {
			if strings.Count(text, before) != 1 {
				continue
			}
			start = strings.Index(text, before) + len(before)
		}
		end := len(text)
		if after != "" {
			n := strings.Index(text[start:], after)
			if n < 0 {
				continue
			}
			end = start + n
		}
		values[i] = text[start:end]
	}
	return values
}

// lastWords are the last words of a text, and the space after them.
func lastWords(s string, many int) string {
	at := len(s)
	for range many {
		n := strings.LastIndexByte(strings.TrimRight(s[:at], " "), ' ')
		if n < 0 {
			return s
		}
		at = n + 1
	}
	return s[at:]
}

// firstWords are the first words of a text.
func firstWords(s string, many int) string {
	at := 0
	for range many {
		n := strings.IndexByte(strings.TrimLeft(s[at:], " "), ' ')
		if n < 0 {
			return s
		}
		at += len(s[at:]) - len(strings.TrimLeft(s[at:], " ")) + n
	}
	return s[:at]
}
