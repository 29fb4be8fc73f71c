package prose

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Sentence is a piece of a text that can stand alone, its space made single.
type Sentence struct {
	Text    string
	Heading bool // a short line without an end mark, such as a title
}

// Sentences splits a text at blank lines, list items, headings, and where a sentence ends: at an end mark
// that is not that of an abbreviation, an initial or a German ordinal, when what follows can begin a
// sentence.
func Sentences(text string) []Sentence {
	var all []Sentence
	for _, b := range blocks(text) {
		words, begin := strings.Fields(b.text), 0
		for i := range words {
			if i == len(words)-1 || ends(words[begin:], i-begin) {
				all = append(all, Sentence{Text: strings.Join(words[begin:i+1], " ")})
				begin = i + 1
			}
		}
		if n := len(all); n > 0 && !b.item && len(words) <= 12 && !endMark(words[len(words)-1]) {
			all[n-1].Heading = true
		}
	}
	return all
}

// A block is a paragraph or an item of a list.
type block struct {
	text string
	item bool
}

// blocks joins the lines of a paragraph, which may be wrapped anywhere.
func blocks(text string) []block {
	var all []block
	open := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		body, item := listItem(line)
		title := strings.HasPrefix(line, "#")
		switch {
		case strings.Trim(line, "#-=*_ ") == "":
			open = false
			continue
		case item || title || !open:
			all = append(all, block{strings.TrimLeft(body, "# "), item})
		default:
			all[len(all)-1].text += " " + line
		}
		open = !title
	}
	return slices.DeleteFunc(all, func(b block) bool { return strings.TrimSpace(b.text) == "" })
}

func listItem(line string) (body string, item bool) {
	for _, bullet := range []string{"- ", "* ", "• ", "– "} {
		if body, ok := strings.CutPrefix(line, bullet); ok {
			return body, true
		}
	}
	return line, numbered.MatchString(line)
}

var numbered = regexp.MustCompile(`^\d{1,2}[.)] `)

// ends reports whether a sentence ends with its i-th word; more words follow.
func ends(words []string, i int) bool {
	if !endMark(words[i]) || !begins(words[i+1]) {
		return false
	}
	word := strings.TrimFunc(words[i], func(r rune) bool { return r != '.' && !isWord(r) })
	bare, dotted := strings.CutSuffix(word, ".")
	if !dotted {
		return true
	}
	switch lower := strings.ToLower(bare); {
	case abbreviations[lower] || strings.Contains(bare, "."):
		return false
	case utf8.RuneCountInString(bare) == 1 && unicode.IsUpper(firstRune(bare)):
		return false // an initial
	case len(bare) <= 2 && strings.Trim(bare, "0123456789") == "" && bare != "":
		return i > 0 && !months[strings.ToLower(strings.Trim(words[i+1], ".,;"))] && !ordinalAfter[strings.ToLower(words[i-1])]
	}
	return true
}

// endMark reports whether a word closes a sentence, quotes and brackets behind the mark aside.
func endMark(word string) bool {
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(word, `"'”“’»«)]`))
	return strings.ContainsRune(".!?…", last)
}

// begins reports whether a word can begin a sentence.
func begins(word string) bool {
	r := firstRune(strings.TrimLeft(word, `"'„“”‘‚»«([`))
	return unicode.IsUpper(r) || unicode.IsDigit(r) || unicode.IsLetter(r) && !unicode.IsLower(r)
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

var (
	abbreviations = set(`dr mr mrs ms prof st jr vs etc inc ltd co corp ca cf approx dept gov hon rev sgt
		bzw ggf usw bspw inkl exkl zzgl evtl vgl nr str tel hrsg sog z.b d.h u.a z.t`)
	months       = set(`januar februar märz april mai juni juli august september oktober november dezember`)
	ordinalAfter = set(`am der die das den dem des zum zur vom im beim ein eine einen einem jeder jeden jedes`)
)
