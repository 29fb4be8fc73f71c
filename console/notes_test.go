package console_test

import (
	"bytes"
	"net/url"
	"strings"
	"testing"

	"entente/agreement"
	"entente/articles/draft"
)

// What a party notes on a clause, all its people read and can erase; the other party sees nothing of it, and neither has
// the ledger.
func TestNotesAreAPartysOwn(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	other := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	mine, colleague := h.as(id, agreement.B, agreement.Technical), h.as(id, agreement.B, agreement.Finance)
	them, stranger := h.as(id, agreement.A, agreement.Signatory), h.as(other, agreement.B, agreement.Technical)
	note := url.Values{"key": {anyKey(1)}, "text": {"We could give way here, to 60 days."}}
	before := h.size(id)
	for range 2 { // sent twice, it is one note
		if res, body := mine.post(home+"/clauses/6.3/notes", note); res.StatusCode != 303 || res.Header.Get("Location") != home+"/clauses/6.3#panel-notes" {
			t.Fatalf("writing a note: %d: %s", res.StatusCode, text(t, body))
		}
	}
	_, page := colleague.get(home + "/clauses/6.3")
	accessible(t, "a clause with a note", page)
	if n := strings.Count(page, "to 60 days"); n != 1 || !strings.Contains(text(t, page), "Only people of") {
		t.Errorf("a colleague reads the note %d times", n)
	}
	for _, path := range []string{"/clauses/6.3", "", "/negotiation", "/ledger", "/clauses/9.1"} {
		if _, body := them.get(home + path); strings.Contains(body, "60 days") {
			t.Errorf("the other party reads it at %q", path)
		}
	}
	if _, body := colleague.get(home + "/clauses/9.1"); strings.Contains(body, "60 days") {
		t.Error("it is under another clause as well")
	}
	f, ok := formOf(t, page, "/clauses/6.3/notes/removal", "", "")
	if !ok {
		t.Fatal("a colleague cannot erase it")
	}
	for who, b := range map[string]*browser{"the other party": them, "a stranger": stranger, "nobody": h.stranger()} {
		b.post(home+"/clauses/6.3/notes/removal", url.Values{"key": {anyKey(9)}, "id": {f.values["id"]}})
		if res, _ := b.post(home+"/clauses/6.3/notes", url.Values{"key": {anyKey(8)}, "text": {"theirs"}}); who != "the other party" && res.StatusCode < 400 {
			t.Errorf("%s writes a note: %d", who, res.StatusCode)
		}
		if _, page := mine.get(home + "/clauses/6.3"); !strings.Contains(page, "to 60 days") || strings.Contains(page, "theirs") {
			t.Errorf("%s erased it, or wrote among the notes", who)
		}
	}
	for name, bad := range map[string]url.Values{"nothing": {"key": {anyKey(2)}, "text": {" "}}, "too much": {"key": {anyKey(3)}, "text": {strings.Repeat("x", 2001)}}} {
		res, body := mine.post(home+"/clauses/6.3/notes", bad)
		accessible(t, name, body)
		if res.StatusCode != 422 || !strings.Contains(body, "Back to the form") {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
	if res, _ := mine.post(home+"/clauses/99.9/notes", note); res.StatusCode != 404 {
		t.Errorf("a note on no clause: %d", res.StatusCode)
	}
	if res, _ := colleague.post(home+"/clauses/6.3/notes/removal", url.Values{"key": {f.values["key"]}, "id": {f.values["id"]}}); res.StatusCode != 303 {
		t.Errorf("erasing it: %d", res.StatusCode)
	}
	if _, page := mine.get(home + "/clauses/6.3"); strings.Contains(page, "60 days") {
		t.Error("it is still there")
	}
	leaves, err := h.store.Leaves(t.Context(), id, 0)
	must(t, err)
	for _, leaf := range leaves {
		if bytes.Contains(leaf, []byte("60 days")) {
			t.Error("the ledger has the note")
		}
	}
	if h.size(id) != before {
		t.Error("the ledger has grown")
	}
}
