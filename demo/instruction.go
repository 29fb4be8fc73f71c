package demo

import (
	"regexp"
	"strconv"
	"strings"

	"entente/demo/prose"
)

// A brief is what a chat asks for: a text, and how long its summary shall be.
type brief struct {
	text string
	want prose.Length
}

// readBrief finds the text to summarise: the last message of the user or the document in it or, when
// that is only an instruction, what came before it. How long is said by the last instruction that says so.
func readBrief(messages []message) brief {
	var b brief
	said, found := false, false
	for i := len(messages) - 1; i >= 0; i-- {
		text, instruction := "", messages[i].Content.text
		switch messages[i].Role {
		case "user":
			text, instruction = splitDocument(instruction)
			if !found && strings.TrimSpace(text) != "" {
				b.text, found = text, true
			}
		case "system", "developer":
		default:
			continue
		}
		if l, ok := readLength(instruction); ok && !said {
			b.want, said = l, true
		}
	}
	return b
}

// marks are what people put around a document in a message.
var marks = []struct{ open, close string }{
	{"<document>", "</document>"}, {"<article>", "</article>"}, {"<text>", "</text>"}, {`"""`, `"""`}, {"```", "```"},
}

// Messages that say what to do: opener begins one, and a follow-up is all of one.
var (
	opener = regexp.MustCompile(`(?i)^\s*(?:(?:please|bitte|now|can you|could you|give me|write|a|an|the|eine|very|short|brief|long|detailed|kurze|lange) )*` +
		`(?:summari[sz]e\b|summary(?: of| in|:)|abstract(?: of| in|:)|tl;dr|shorten\b|condense\b|fassen?\b|zusammenfassung\b|kürze\b)`)
	followUp = regexp.MustCompile(`(?i)^\s*(?:please |bitte |now |much |a bit )*(?:again|shorter|longer|kürzer|länger)\b[^\n]{0,40}$`)
)

// splitDocument parts a message of the user into the text and what is said about it. A text is between
// marks, or behind an opening such as "Summarise in two sentences:"; else all of the message is the text.
func splitDocument(message string) (text, instruction string) {
	for _, m := range marks {
		before, rest, ok := strings.Cut(message, m.open)
		if end := strings.LastIndex(rest, m.close); ok && end >= 0 {
			return rest[:end], before + " " + rest[end+len(m.close):]
		}
	}
	if followUp.MatchString(message) {
		return "", message
	}
	if !opener.MatchString(message) {
		return message, ""
	}
	line, below, _ := strings.Cut(strings.TrimSpace(message), "\n")
	if before, after, ok := strings.Cut(line, ": "); ok && len(before) <= longestOpening {
		return after + "\n" + below, before
	}
	line = strings.Join(strings.Fields(line), " ")
	first := prose.Sentences(line)[0].Text
	if len(first) > longestOpening {
		return message, ""
	}
	return strings.TrimPrefix(line, first) + "\n" + below, first
}

// longestOpening is how many bytes of a message's beginning can be an instruction.
const longestOpening = 200

var (
	sentenceCount = regexp.MustCompile(`(?i)\b(\d{1,2}|one|two|three|four|five|six|einem|einen|ein|zwei|drei|vier|fünf|sechs)\s+(?:short |brief |kurzen |kurze )?(?:sentence|sätze|satz)`)
	askShort      = regexp.MustCompile(`(?i)\b(?:short(?:er)?|brief(?:ly)?|concise(?:ly)?|tl;dr|kurz(?:e|er)?|kürzer)\b`)
	askLong       = regexp.MustCompile(`(?i)\b(?:long(?:er)?|detailed|extensive|ausführlich(?:e|er)?|länger)\b`)
	numerals      = map[string]int{"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
		"ein": 1, "einen": 1, "einem": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6}
)

// readLength finds a number of sentences in an instruction, or a word for short or long.
func readLength(instruction string) (prose.Length, bool) {
	if m := sentenceCount.FindStringSubmatch(instruction); m != nil {
		n := numerals[strings.ToLower(m[1])]
		if n == 0 {
			n, _ = strconv.Atoi(m[1])
		}
		return prose.Length{Sentences: n}, n > 0
	}
	switch {
	case askShort.MatchString(instruction):
		return prose.Length{Size: prose.Short}, true
	case askLong.MatchString(instruction):
		return prose.Length{Size: prose.Long}, true
	}
	return prose.Length{}, false
}
