package console_test

import (
	"strings"
	"testing"

	"entente/agreement"
	"entente/articles/draft"
)

// A person words a clause in the browser, sees what is wrong with it, and what it changes of the template.
func TestWordsOfOnesOwnAreWrittenInTheBrowser(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	b := h.as(id, agreement.B, agreement.Legal)
	f, _ := b.section(t, home, "wording")
	if res, body := b.post(f.action, f.filled("add", "wording.replaced[0]")); res.StatusCode != 303 {
		t.Fatalf("adding a text: %d: %s", res.StatusCode, text(t, body))
	}
	write := func(words string) string {
		f, body := b.section(t, home, "wording")
		if !strings.Contains(body, `<textarea id="f-wording-replaced-0-text"`) {
			t.Fatalf("the text is no field of several lines: %s", body)
		}
		if res, body := b.post(f.action, f.filled("wording.replaced[0].clause", "6.3", "wording.replaced[0].option", "Late interest", "wording.replaced[0].text", words)); res.StatusCode != 303 {
			t.Fatalf("saving: %d: %s", res.StatusCode, text(t, body))
		}
		_, body = b.section(t, home, "wording")
		return body
	}
	if said := text(t, write("Whoever pays late\r\nowes what the law says.")); !strings.Contains(said, "the text does not say commerce.payment.late_interest") {
		t.Errorf("a text that leaves out a term: %s", said)
	}
	body := write("Whoever pays late\r\nowes {commerce.payment.late_interest} a year.")
	if said := text(t, body); strings.Contains(said, "does not say") || !strings.Contains(said, "the words of “Late interest” are your own") {
		t.Errorf("a text that says it: %s", said)
	}
	if !strings.Contains(body, "<del>") || !strings.Contains(body, "Whoever") || !strings.Contains(body, "6.3") {
		t.Errorf("what the words change of the template does not stand beside them: %s", body)
	}
}
