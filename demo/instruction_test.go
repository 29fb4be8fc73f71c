package demo

import (
	"slices"
	"strings"
	"testing"

	"entente/demo/prose"
)

// News put first what matters: of at least nine articles in ten, the one sentence chosen is among the first
// two.
func TestNewsLeadWithWhatMatters(t *testing.T) {
	articles, led := slices.Concat(englishArticles, germanArticles), 0
	for _, a := range articles {
		one := prose.Summarise(a, prose.Length{Size: prose.Short}, 200).Text
		if first := prose.Sentences(a); one == first[0].Text || one == first[1].Text {
			led++
		}
	}
	if led*10 < len(articles)*9 {
		t.Errorf("only %d of %d", led, len(articles))
	}
}

func TestReadBrief(t *testing.T) {
	const article = "The harbour was closed on Monday. A storm had damaged the pier."
	user := func(text string) message { return message{Role: "user", Content: content{text, true}} }
	system := func(text string) message { return message{Role: "system", Content: content{text, true}} }
	tests := []struct {
		name     string
		messages []message
		text     string
		want     prose.Length
	}{
		{"only a document", []message{user(article)}, article, prose.Length{}},
		{"an instruction and a colon", []message{user("Summarise in two sentences: " + article)}, article, prose.Length{Sentences: 2}},
		{"an instruction on a line of its own", []message{user("Please summarize this in 1 sentence.\n\n" + article)}, article, prose.Length{Sentences: 1}},
		{"an instruction in the same line", []message{user("Summarise this briefly. " + article)}, article, prose.Length{Size: prose.Short}},
		{"German", []message{user("Bitte fasse den Text in drei Sätzen zusammen.\n" + article)}, article, prose.Length{Sentences: 3}},
		{"between tags, wherever", []message{user("Here it is: <document>" + article + "</document> Give me a detailed summary.")}, article, prose.Length{Size: prose.Long}},
		{"between quotes", []message{user("Summarise:\n\"\"\"\n" + article + "\n\"\"\"")}, article, prose.Length{}},
		{"the length from the system's message", []message{system("Your summaries are short."), user(article)}, article, prose.Length{Size: prose.Short}},
		{"the user's length comes first", []message{system("Your summaries are short."), user("Give me a long summary:\n" + article)}, article, prose.Length{Size: prose.Long}},
		{"a follow-up", []message{user(article), {Role: "assistant", Content: content{"The harbour was closed.", true}}, user("Shorter, please.")}, article, prose.Length{Size: prose.Short}},
		{"the last document", []message{user("Something older was here."), user(article)}, article, prose.Length{}},
		{"no user", []message{system(article)}, "", prose.Length{}},
		{"a document that only sounds like an instruction", []message{user("Summaries of the year are due. They are long.")}, "Summaries of the year are due. They are long.", prose.Length{}},
		{"nothing but an instruction", []message{user("Summarise this.")}, "", prose.Length{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := readBrief(tt.messages)
			if strings.TrimSpace(got.text) != tt.text || got.want != tt.want {
				t.Errorf("got %q, %+v", got.text, got.want)
			}
		})
	}
}
