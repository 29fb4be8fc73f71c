package articles_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"entente/document"
)

// sentences are those of a text in our own words: for what a party wrote stands an ellipsis.
func sentences(text document.Text) []string {
	var b strings.Builder
	for _, r := range text {
		if r.Style == document.Value {
			b.WriteString("…")
			continue
		}
		b.WriteString(r.Text)
	}
	return ended.Split(b.String(), -1)
}

var (
	ended = regexp.MustCompile(`[.:;]\s+`)
	// obliged begins the part of a sentence that says whose duty it is.
	obliged = regexp.MustCompile(`^(and |Then )?(([Ee]ach|[Aa]|[Tt]he|[Nn]either|[Bb]oth|[Ee]ither|[Tt]hat|…)( other| [a-z]+ing| audited)? (Party|Parties|recipient|provider|owner)\b|([Ii]t|[Tt]hey)\b|…$)`)
	// promised are words for a duty that are not "shall".
	promised = regexp.MustCompile(`\b(will|should|ought|undertakes|covenants|is obliged|are obliged)\b`)
	// misfit is an article before a word whose first sound it does not suit.
	misfit = regexp.MustCompile(`\b([Aa] ([aeio]|un[^i]|hour|honest|SDK|API|AI)|[Aa]n ([bcdfgjklmnpqrstvwyz]|uni|use|usa|ha|he|hi))[A-Za-z]*`)
)

// unsaid is what is wrong with how a sentence gives a duty, or with its articles; empty if nothing is.
func unsaid(sentence string) string {
	if before, _, found := strings.Cut(sentence, " shall "); found && !slices.ContainsFunc(strings.Split(before, ", "), obliged.MatchString) {
		return "“shall” gives a duty to something that is no Party"
	}
	if w := promised.FindString(sentence); w != "" {
		return "“" + w + "” is no word for a duty: shall"
	}
	if w := misfit.FindString(strings.ReplaceAll(sentence, "Party A", "Party B")); w != "" && !strings.HasPrefix(w, "a one") {
		return "“" + w + "”"
	}
	return ""
}

func TestWhatIsWrongWithASentenceIsSeen(t *testing.T) {
	for sentence, wrong := range map[string]bool{
		"Each Party shall pay":                                     false,
		"Within five days, the receiving Party shall answer":       false,
		"A Party may stop, and shall say so":                       false,
		"It shall say so":                                          false,
		"The Party that provides a Component shall support it":     false,
		"The Components shall meet a standard":                     true,
		"If a Party asks, a statement of the Party shall be given": true,
		"Each Party will pay":                                      true,
		"Each Party shall keep an record":                          true,
		"It is a API of an hour":                                   true,
		"It is an API of a user, a unit and an hour":               false,
	} {
		if got := unsaid(sentence); (got != "") != wrong {
			t.Errorf("%q: %q", sentence, got)
		}
	}
}
