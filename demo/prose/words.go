// Package prose does arithmetic on words: it counts tokens, finds sentences, chooses those that say
// most of a text, and places texts near those that share words with them. It knows some English and
// some German, needs no model file and gives the same for the same text.
package prose

import (
	"iter"
	"strings"
	"unicode"
)

// maxWord is how many letters of a word count as one token.
const maxWord = 16

// Pieces splits a text into its tokens, each with the space before it; space at the end belongs to
// the last. A token is a run of letters, digits and marks, or any one other character; a longer word
// counts one token for each 16 letters begun. Put together, the pieces are the text, unless
// that is all space.
func Pieces(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		begin, letters, ink := 0, 0, false // of the piece under way
		for i, r := range strings.TrimRightFunc(text, unicode.IsSpace) {
			space, word := unicode.IsSpace(r), isWord(r)
			if ink && (space || !word || letters == 0 || letters == maxWord) {
				if !yield(text[begin:i]) {
					return
				}
				begin, letters, ink = i, 0, false
			}
			ink = ink || !space
			if word {
				letters++
			}
		}
		if ink {
			yield(text[begin:])
		}
	}
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// Tokens counts the tokens of a text.
func Tokens(text string) int {
	n := 0
	for range Pieces(text) {
		n++
	}
	return n
}

// firstTokens is the text up to and including its n-th token.
func firstTokens(text string, n int) string {
	end := 0
	for p := range Pieces(text) {
		if n == 0 {
			return text[:end]
		}
		end, n = end+len(p), n-1
	}
	return text
}

// words are the words of a text in lower case, without punctuation.
func words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !isWord(r) })
}

// A language is what a text is read as.
type language struct {
	idle  map[string]bool // words that say nothing about the subject
	stems func(word string) string
}

var (
	english = &language{idle: set(`a about after again all also am among an and any are as at be because been before being both but by can cannot could
		did do does during each either even ever every few for from had has have he her here hers him his how however i if in into is it its just
		like many may might more most much must my near neither no nor not now of off often on once one only or other our out over own said say says
		shall she should since so some still such than that the their them then there these they this those though through till to too under until
		two three four five six seven eight nine ten up upon us very was we well were what when where whether which while who whom whose why will with within without would yet you your`),
		stems: stemEnglish}
	german = &language{idle: set(`aber alle allem allen aller als also am an andere anderen auch auf aus bei beim bereits bin bis bisher da dabei dadurch
		dafür damit dann daran darauf das dass dem den denn der deren des deshalb dessen die dies diese diesem diesen dieser dieses doch dort du durch
		ein eine einem einen einer eines er es etwa etwas euch für gegen gewesen hat hatte hatten haben hier hin hinter ich ihm ihn ihnen ihr ihre
		ihrem ihren ihrer im in ins ist ja jede jedem jeden jeder jedes jedoch jetzt kann kein keine keinem keinen keiner können könnte man mehr mein
		mich mir mit muss müssen nach nicht nichts noch nun nur ob oder ohne rund sehr sein seine seinem seinen seiner seit sich sie sind so soll
		sollen sollte sondern statt über um und uns unser unter viel vom von vor war waren warum was weil wenn wer werde werden wie wieder will wir
		wird wo wollen wurde wurden würde zu zum zur zwar zwei drei vier fünf sechs sieben acht neun zehn zwischen`),
		stems: stemGerman}
)

func set(list string) map[string]bool {
	s := map[string]bool{}
	for _, w := range strings.Fields(list) {
		s[w] = true
	}
	return s
}

// languageOf is the language whose small words a text uses more; English if there are none.
func languageOf(words []string) *language {
	balance := 0
	for _, w := range words {
		if english.idle[w] {
			balance++
		}
		if german.idle[w] {
			balance--
		}
		if strings.ContainsAny(w, "äöüß") {
			balance--
		}
	}
	if balance < 0 {
		return german
	}
	return english
}

// stemEnglish takes the usual endings off a word, so that closed, closes and closing are one.
func stemEnglish(w string) string {
	switch {
	case len(w) > 4 && strings.HasSuffix(w, "ies"):
		return w[:len(w)-3] + "y"
	case len(w) > 5 && strings.HasSuffix(w, "ing") && strings.ContainsAny(w[:len(w)-3], "aeiouy"):
		w = undouble(w[:len(w)-3])
	case len(w) > 4 && strings.HasSuffix(w, "ed") && strings.ContainsAny(w[:len(w)-2], "aeiouy"):
		w = undouble(w[:len(w)-2])
	case len(w) > 4 && (strings.HasSuffix(w, "sses") || strings.HasSuffix(w, "ches") || strings.HasSuffix(w, "shes") || strings.HasSuffix(w, "xes")):
		w = w[:len(w)-2]
	case len(w) > 3 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") && !strings.HasSuffix(w, "us") && !strings.HasSuffix(w, "is"):
		w = w[:len(w)-1]
	}
	if len(w) > 3 {
		w = strings.TrimSuffix(w, "e")
	}
	return w
}

// undouble takes back the letter that an ending doubled, as in stopped.
func undouble(w string) string {
	if n := len(w); n > 3 && w[n-1] == w[n-2] && strings.IndexByte("bdgmnprt", w[n-1]) >= 0 {
		return w[:n-1]
	}
	return w
}

// stemGerman takes the endings of declension off a word.
func stemGerman(w string) string {
	for _, ending := range []string{"ern", "em", "en", "er", "es", "e", "n", "s"} {
		if stem, ok := strings.CutSuffix(w, ending); ok && len(stem) > 3 {
			return stem
		}
	}
	return w
}
